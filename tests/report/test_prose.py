"""Text cells, formulas, pasted pictures and outputs that need a script, as a report shows them."""

import base64
import io
import unicodedata
from html import escape
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from lib.base import paths
from lib.report import outputs, render
from lib.report.prose import mathml, prose

NAMES = ["größe.png", "my pic (1).png", "50%.png", "a#b?c.png", "包.png", 'a&b".png', "%41.png"]


def png() -> str:
    stream = io.BytesIO()
    Image.new("L", (20, 10), 128).save(stream, "png")
    return base64.b64encode(stream.getvalue()).decode()


def article(*cells) -> BeautifulSoup:
    results = {"notebook": "02_baseline_cnn", "status": "complete", "findings": [], "guards": []}
    notebook = new_notebook(cells=[new_markdown_cell("# T"), *cells], metadata={"language_info": {"name": "python"}})
    return BeautifulSoup(render.render_report(notebook, results), "html.parser").select_one("article")


def text(source, **own):
    return new_markdown_cell(source, **own)


def code(*data):
    return new_code_cell("draw()", outputs=[new_output("display_data", each) for each in data])


def test_a_pasted_picture_of_any_name_is_in_the_file():
    cells = []
    for name in NAMES:
        mac = quote(unicodedata.normalize("NFD", name))
        for source in (f"![it](attachment:{name})", f"![it](attachment:{quote(name)})", f"![it](attachment:{mac})"):
            cells.append(text(source, attachments={name: {"image/png": png()}}))
        page = f'<p><img src="attachment:{escape(name)}"></p>'
        cells.append(text(page, attachments={name: {"text/plain": "?", "image/png": png() + "\n"}}))
    found = [picture["src"] for picture in article(*cells).select("img")]
    assert found == [f"data:image/png;base64,{png()}"] * len(cells)


@pytest.mark.parametrize(
    "pasted", [None, {}, {"image.png": {}}, {"image.png": None}, {"other.png": {"image/png": "x"}}]
)
def test_a_pasted_picture_whose_data_is_gone_costs_a_note(pasted):
    made = prose("Before ![mine](attachment:image.png) after", pasted)
    assert 'src="attachment:image.png"' in made
    note = "Before [picture not in this file: mine, attachment:image.png] after"
    assert note in article(text("Before ![mine](attachment:image.png) after")).get_text()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_picture_beside_the_notebook_is_found_by_any_spelling(tmp_path, monkeypatch, form):
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "notebooks")
    paths.NOTEBOOKS.mkdir()
    (paths.NOTEBOOKS / unicodedata.normalize(form, "größe 1.png")).write_bytes(base64.b64decode(png()))
    (paths.NOTEBOOKS / "page.pdf").write_bytes(b"%PDF")
    addresses = ["gr%C3%B6%C3%9Fe%201.png", "./größe 1.png?v=2", "..\\notebooks\\größe 1.png#top"]
    found = article(text("".join(f'<img src="{address}" alt="it">' for address in addresses)))
    assert [picture["src"][:15] for picture in found.select("img")] == ["data:image/png;"] * 3
    for address in ("page.pdf", "\x01", "x" * 5000, "file:///etc/passwd", "%00"):
        assert "[picture not in this file: it" in article(text(f'<img src="{address}" alt="it">')).get_text()


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"$-\sum_i y_i \log p_i$", "−∑iyilogpi"),
        (r"$$\frac{a}{b} < c$$", "ab<c"),
        ("\\begin{align}\na &= 1 \\\\\nb &= 2\n\\end{align}", "a=1b=2"),
    ],
)
def test_formulas_are_set_without_a_script(source, shown):
    found = article(text(f"Before {source} after"), code({"text/latex": source, "text/plain": "<Math>"}))
    assert [formula.get_text() for formula in found.select("math")] == [shown, shown]
    assert all(formula["alttext"] and "xmlns" not in formula.attrs for formula in found.select("math"))
    assert "<Math>" not in found.get_text()


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("from $5_bags to $20_bags, or $3", "from $5_bags to $20_bags, or $3"),
        (r"\$5 and $6", "$5 and $6"),
        (r"$\left( x$ and $\nonsense{y}$", r"\left( x and \nonsense{y}"),
        ("`$x$` and US$", "$x$ and US$"),
    ],
)
def test_what_is_no_formula_is_shown_as_it_was_typed(source, shown):
    found = BeautifulSoup(prose(source), "html.parser")
    assert shown in found.get_text() and not found.select("math")


def test_a_formula_brings_no_address_and_nothing_that_runs():
    found = article(text(r"$\href{http://example.org}{x}$ $\text{<script>alert(1)</script>}$ $<b>$"))
    assert "example.org" not in str([tag.attrs for tag in found.find_all(True) if tag.name != "math"])
    assert not found.select("script") and "<code" in mathml(r"\left( <b>")


SCRIPTED = {
    "plotly": {
        "text/html": "<div id='a'></div><script>draw()</script>",
        "application/vnd.plotly.v1+json": {"data": []},
    },
    "bokeh": {"text/html": "<div id='a' style='display: contents'></div>", "application/vnd.bokehjs_exec.v0+json": ""},
    "ipywidgets": {"text/plain": "interactive(children=())", "application/vnd.jupyter.widget-view+json": {}},
    "altair": {"text/plain": "<VegaLite>", "application/vnd.vegalite.v5+json": {}},
    "folium": {"text/html": "<div><iframe srcdoc='x'></iframe></div>", "text/plain": "<folium.Map>"},
    "Javascript": {"application/javascript": "alert(1)", "text/plain": "<IPython.core.display.Javascript object>"},
}


def test_an_output_that_needs_a_script_leaves_one_note_a_cell_not_a_gap():
    found = article(*(code(data, data) for data in SCRIPTED.values())).get_text()
    assert found.count("needs a script") == len(SCRIPTED)
    assert not any(
        data.get("text/plain", "-") in found.replace("draw()", "")
        for data in SCRIPTED.values()
        if data.get("text/plain")
    )


def test_an_output_that_shows_something_without_its_script_is_shown():
    still = {**SCRIPTED["plotly"], "image/png": png()}
    table = {"text/html": "<table><tr><td>1</td></tr></table><script>sort()</script>", "text/plain": "1"}
    styles = {"text/html": "<style>p {color: red}</style>", "text/plain": "<HTML>"}
    found = article(code(still), code(table), code(styles), code({"application/papermill.record+json": {}}))
    assert found.select("img") and found.select("table") and "needs a script" not in found.get_text()
    assert "text/latex" in outputs.SHOWN
