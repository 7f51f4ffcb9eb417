"""The report of a notebook: one file that needs nothing and that nothing in the data can break."""

import base64
import hashlib
import io
import json
import re
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from lib.base import progress
from lib.evaluation import guards
from lib.report import facts, markup, render

EVIL = '</script><script>alert(1)</script><!-- <b>T-shirt</b> & "co"'
ESCAPED = "&lt;b&gt;T-shirt&lt;/b&gt;"


def png() -> str:
    stream = io.BytesIO()
    Image.new("L", (20, 10), 128).save(stream, "png")
    return base64.b64encode(stream.getvalue()).decode()


def figure(**facts):
    return new_output("display_data", {"image/png": png(), "text/plain": "<Figure>"}, metadata={"image/png": facts})


def html(source, **facts):
    return new_output("display_data", {"text/html": source}, metadata={"text/html": facts})


def code(source, *outputs, id=None, tags=()):
    cell = new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})
    cell["id"] = id or cell["id"]
    return cell


def text(source, tags=()):
    return new_markdown_cell(source, metadata={"tags": list(tags)})


def notebook(*cells):
    return new_notebook(cells=list(cells), metadata={"language_info": {"name": "python"}})


def results(**changes):
    complete = {
        "notebook": "02_baseline_cnn",
        "title": "How far does a small network get?",
        "status": "complete",
        "error": None,
        "dataset": "garments",
        "datasets": [
            {
                "name": "garments",
                "provenance": "Drawn by code with seed 0.",
                "fingerprint": "a1b2c3d4e5f60718",
                "fallback": None,
            }
        ],
        "fallback": None,
        "profile": "quick",
        "parameters": {"epochs": 3, "batch_size": 64},
        "provenance": {
            "seeds": [0, 1, 2],
            "versions": {"python": "3.11.7", "keras": "3.15.1"},
            "commit": "1a2b3c4 (with changes)",
            "device": "CPU, 2 cores",
            "started": "2026-11-21T07:00:00+00:00",
            "seconds": 83.2,
        },
        "runs": [],
        "tables": {},
        "findings": [],
        "guards": [],
    }
    return complete | changes


def failure(**changes):
    """What `lib.report.execute` writes of a failed run."""
    return {
        "notebook": "02_baseline_cnn",
        "title": "How far?",
        "status": "failed",
        "error": {"cell": 2, "cell_id": "bad", "name": "ValueError", "message": "cannot reshape <b>"},
        "dataset": "garments",
        "profile": "quick",
        "parameters": {},
        "provenance": {"versions": {}, "commit": None, "started": "2026-11-21T07:00:00+00:00", "seconds": 3.0},
        "fallback": None,
        "stamp": "",
    } | changes


def rendered(cells, result=None) -> BeautifulSoup:
    return BeautifulSoup(render.render_report(notebook(*cells), result or results()), "html.parser")


TRACEBACK = [
    "\x1b[31m---------------\x1b[39m",
    "\x1b[32m----> 1\x1b[39m x.reshape(\x1b[38;5;28m5\x1b[39m)",
    "-> 9691 inner()",
    "cannot <b>",
]
FAILED = [
    text("<span style='color:red'>An Exception was encountered</span>", tags=["papermill-error-cell-tag"]),
    text("# How far?"),
    code("epochs = 3", tags=["parameters"]),
    code("epochs = 1", tags=["injected-parameters"]),
    text("Execution using papermill encountered an exception here", tags=["papermill-error-cell-tag"]),
    code("x.reshape(5)", new_output("error", ename="ValueError", evalue="x", traceback=TRACEBACK), id="bad"),
    text("## Never reached"),
    code("print('late')"),
    code("print('later')"),
]


def test_nothing_is_loaded_from_anywhere():
    outputs = [
        '<script src="https://cdn.org/plotly.js"></script><link rel=stylesheet href="https://e.org/s.css">',
        '<iframe src="https://e.org"></iframe><p style="background:url(http://e.org/z.png)">kept</p>',
        '<video src="https://e.org/v.mp4" poster="https://e.org/p.png"></video><object data="http://e.org">',
        '<svg><image href="https://e.org/i.png"/><use xlink:href="https://e.org/#u"/></svg>',
    ]
    page = rendered(
        [
            text("# T\n\nSee [the paper](https://arxiv.org/abs/1).\n\n![far](https://example.org/a.png)"),
            text('<img src="//e.org/b.png">'),
            text('<style>@import "https://e.org/x.css"; p { background: url(https://e.org/y.png) }</style>'),
            code("show()", *map(html, outputs), figure(alt="a curve", caption="A curve.")),
        ]
    )
    loading = [
        (tag.name, value)
        for tag in page.find_all(True)
        for name in ("src", "href", "srcset", "data", "poster", "xlink:href", "action")
        for value in [tag.get(name)]
        if value and tag.name != "a"
    ]
    assert loading and all(value.startswith("data:image/png;base64,") for _, value in loading)
    assert "e.org" not in "".join(style.get_text() for style in page.find_all("style"))
    assert not [tag for tag in page.find_all(style=True) if "url(" in tag["style"]]
    assert page.find("a", href="https://arxiv.org/abs/1"), "a link that a reader may follow stays"
    assert "picture not in this file: far, https://example.org/a.png" in page.get_text()
    assert "kept" in page.get_text()


def test_only_the_pages_own_script_runs():
    page = rendered([text("# T"), code("x", html('<p onclick="alert(1)">a</p><a href="javascript:alert(1)">b</a>'))])
    scripts = page.find_all("script")
    assert [script.get("type") for script in scripts] == [None, "application/json"]
    assert not page.find(onclick=True) and not page.find(href=re.compile("javascript"))
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    digest = base64.b64encode(hashlib.sha256(scripts[0].get_text().encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy and "default-src 'none'" in policy


def test_data_cannot_break_out():
    group = {"runs": 2, "new": 1, "origin": "here"} | dict.fromkeys(("device", "backend", "commit", "finished"), EVIL)
    result = results(
        datasets=[dict.fromkeys(("name", "provenance", "fingerprint", "fallback"), EVIL)],
        fallback=EVIL,
        parameters={EVIL: EVIL},
        title=EVIL,
        findings=[EVIL],
        guards=[{"guard": EVIL, "verdict": verdict, "detail": EVIL} for verdict in ("fired", "passed")],
        provenance={
            "seeds": [EVIL],
            "versions": {EVIL: EVIL},
            "commit": EVIL,
            "device": EVIL,
            "started": EVIL,
            "trainings": [group | {"versions": {EVIL: EVIL}}],
        },
    )
    cells = [code(
        f"# {EVIL}\nprint(classes)",
        new_output("stream", name="stdout", text=EVIL),
        new_output("stream", name="stderr", text=EVIL),
        new_output("execute_result", {"text/plain": EVIL}, execution_count=1),
        new_output("error", ename="E", evalue=EVIL, traceback=[EVIL]),
        figure(alt=EVIL, caption=EVIL),
        html("<b>bold</b>", caption=EVIL),
        tags=[EVIL],
    )]  # fmt: skip
    page = render.render_report(notebook(*cells), result)
    assert "alert(1)" in page and "<script>alert" not in page and "<b>T-shirt" not in page
    assert page.count("<script") == 2 and page.count("</script>") == 2 and "<!--" not in page
    soup = BeautifulSoup(page, "html.parser")
    assert json.loads(soup.find(id="lookbook-results").string) == result
    assert soup.find("img")["alt"] == EVIL


def test_embedded_results_are_strict_json():
    shown = str(render.embedded({"loss": float("nan"), "best": float("-inf"), "name": "</script><!--"}))
    assert "<" not in shown
    assert json.loads(shown) == {"loss": None, "best": None, "name": "</script><!--"}


BROKEN = ["</div></main></body>", "<div><table><tr><td>", "<!-- never closed", "<plaintext>", "<textarea>"]
BROKEN += ["<title>", "<style>p{", "<p id='lookbook-results'>", "<xmp>"]


@pytest.mark.parametrize("broken", BROKEN)
def test_broken_html_in_an_output_stays_in_its_place(broken):
    page = rendered([text("# T"), code("a", html(broken)), code("b", figure(alt="after"))])
    after = page.find("img", alt="after")
    assert after.find_parent("article") and not after.find_parent(class_="html")
    assert page.select("#lookbook-results")[0].name == "script"


def test_a_figure_has_alt_text_number_and_caption():
    page = rendered([code("a", figure(alt="first", caption="One.")), code("b", figure(alt="second only"))])
    figures = page.find_all("figure")
    assert [fig.img["alt"] for fig in figures] == ["first", "second only"]
    assert [fig.figcaption.get_text() for fig in figures] == ["Figure 1. One.", "Figure 2. second only"]


@pytest.mark.parametrize("facts", [{}, {"alt": "  "}])
def test_a_figure_without_alt_text_says_so_in_its_place(facts):
    page = rendered([code("plt.show()", figure(**facts))])
    assert page.find("img")["alt"].startswith("No description was given for this figure: show it with notebook.show")
    assert "No description was given" in page.find("figcaption").get_text()


def test_a_picture_beside_the_notebook_is_embedded(tmp_path, monkeypatch):
    monkeypatch.setattr("lib.base.paths.NOTEBOOKS", tmp_path / "notebooks")
    (tmp_path / "notebooks").mkdir()
    for place in ("notebooks/own.png", "outside.png"):
        (tmp_path / place).write_bytes(base64.b64decode(png()))
    page = rendered([text("# T"), text("![mine](own.png) ![other](../outside.png) ![gone](gone.png) ![nowhere]()")])
    assert [img["alt"] for img in page.find_all("img")] == ["mine"]
    assert page.img["src"] == f"data:image/png;base64,{png()}"
    assert len(page.select(".left-out")) == 3


def test_a_report_ends_with_what_it_was_made_of_and_says_above_what_has_to_be_known():
    guards = [
        {"guard": "majority share", "verdict": "passed", "detail": "Fine."},
        {"guard": "majority share", "verdict": "passed", "detail": "Fine again."},
        {"guard": "NaN loss", "verdict": "fired", "detail": "in epoch 2"},
    ]
    page = rendered([text("# Title\n\nOne sentence.\n\nMore.")], results(guards=guards, fallback="Drawn set, because."))
    facts = {row.dt.get_text(): " ".join(row.dd.get_text().split()) for row in page.select(".facts dl > div")}
    assert facts["Data"] == "garments Drawn by code with seed 0. Fingerprint a1b2c3d4e5f60718"
    assert facts["Settings"] == "quick profile epochs = 3 batch_size = 64"
    assert facts["Seeds"] == "0, 1, 2"
    assert facts["Made with"] == (
        "Versions, devices and commits "
        "This report: CPU, 2 cores, commit 1a2b3c4 (with changes) python 3.11.7 keras 3.15.1"
    )
    assert "Runs" not in facts, "none was recorded"
    assert facts["Time"] == "21 November 2026, 07:00 UTC, took 1 min 23 s."
    above = [" ".join(each.get_text().split()) for each in page.select(".basis p")]
    assert above[:2] == [
        "21 November 2026, 07:00 UTC, took 1 min 23 s. This run in detail",
        "A check of method found: NaN loss. What that means for the figures",
    ]
    assert [fired.get_text() for fired in page.select(".facts .fired")] == ["Found: NaN loss. in epoch 2."]
    folds = page.select(".facts details")
    assert [fold.summary.get_text() for fold in folds] == [
        "Passed: 1 check of method.", "Versions, devices and commits",
    ]  # fmt: skip
    assert [len(fold.select("li")) for fold in folds] == [2, 1] and not any(fold.has_attr("open") for fold in folds)
    assert "Drawn set, because." in page.select_one(".notice.warn").get_text()
    order = [tag.get_text() for tag in page.main.find_all(["h1", "h2", "p"], class_=False)]
    assert [words for words in order if words in ("One sentence.", "This run", "More.")] == [
        "One sentence.",
        "More.",
        "This run",
    ], "first what was found, last what it was made of"


def group(runs, new=0, **changes):
    return {
        "runs": runs, "new": new, "origin": "here", "device": "CPU, 2 cores", "backend": "tensorflow",
        "versions": {"keras": "3.15.1"}, "commit": "1a2b3c4", "finished": "2026-11-20T07:00:00+00:00",
    } | changes  # fmt: skip


def box(**changes) -> BeautifulSoup:
    result = results(**{name: value for name, value in changes.items() if name != "trainings"})
    result["provenance"]["trainings"] = changes.get("trainings")
    return rendered([text("# T")], result).select_one(".facts")


def row(facts, name):
    return next(
        (" ".join(row.dd.get_text().split()) for row in facts.select("dl > div") if row.dt.get_text() == name), ""
    )


def test_the_box_says_where_the_runs_were_trained_and_not_who_rendered_them():
    elsewhere = group(
        12, origin="reference", device="GPU (H100)", backend="jax", commit="77aa", versions={"jax": "0.10"}
    )
    facts = box(trainings=[group(8, new=3), elsewhere])
    assert row(facts, "Runs") == ("20 runs: 3 trained for this report, 5 from the run store here, 12 reference runs.")
    assert [" ".join(item.get_text().split()) for item in facts.select("li")][:2] == [
        "8 runs, trained here: CPU, 2 cores, tensorflow backend, commit 1a2b3c4, keras 3.15.1; "
        "the last one finished 20 November 2026, 07:00 UTC",
        "12 runs, reference, trained elsewhere: GPU (H100), jax backend, commit 77aa, jax 0.10; "
        "the last one finished 20 November 2026, 07:00 UTC",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("trainings", "runs", "words"),
    [
        ([group(1, new=1)], [], "1 run: 1 trained for this report."),
        ([group(1, origin="reference")], [], "1 run: 1 reference run."),
        (None, [{"key": "a"}, {"key": "b"}], "2 runs."),
        ([], [], ""),
    ],
)
def test_runs_in_words(trainings, runs, words):
    assert row(box(trainings=trainings, runs=runs), "Runs") == words


def told(tag) -> str:
    return " ".join(tag.get_text().split())


def test_a_report_on_two_data_sets_names_both_and_why_one_stands_in():
    sets = results()["datasets"] + [
        {"name": "garments-colour", "provenance": "In colour.", "fingerprint": "12ab", "fallback": "No real products."}
    ]
    page = rendered([text("# T")], results(datasets=sets, fallback="Both told in one."))
    assert row(page, "Data") == (
        "garments Drawn by code with seed 0. Fingerprint a1b2c3d4e5f60718 garments-colour In colour. Fingerprint 12ab"
    )
    assert [told(notice) for notice in page.select(".notice.warn")] == ["Not the real data. No real products."]
    sets[0]["fallback"] = "No real clothes."
    (notice,) = rendered([text("# T")], results(datasets=sets)).select(".notice.warn")
    assert told(notice) == "Not the real data. No real clothes. No real products."


def test_a_report_without_a_list_of_data_sets_still_names_its_own():
    result = results(dataset_provenance="Drawn by code.", fallback="No network.")
    del result["datasets"]
    result["provenance"]["data_fingerprint"] = "12ab"
    page = rendered([text("# T")], result)
    assert row(page, "Data") == "garments Drawn by code. Fingerprint 12ab"
    assert told(page.select_one(".notice.warn")) == "Not the real data. No network."


def test_headings_are_in_order_and_in_the_contents():
    page = rendered([text("# Title `x`"), text("## A & b\n\n#### deep\n\n## A & b\n\n# late title"), text("### main")])
    headings = page.find_all(re.compile("^h[1-6]$"))
    assert [(heading.name, heading.get_text()) for heading in headings] == [
        ("h1", "How far does a small network get?"),
        ("h2", "A & b"),
        ("h3", "deep"),
        ("h2", "A & b"),
        ("h2", "late title"),
        ("h3", "main"),
        ("h2", "This run"),
    ]
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    links = page.select("nav a")
    assert [link.get_text() for link in links] == ["A & b", "deep", "A & b", "late title", "main", "This run"]
    assert all(unquote(link["href"][1:]) in ids for link in links)
    assert page.html["lang"] == "en" and page.main and page.select_one(".skip")["href"] == "#main"


def test_code_is_folded_and_parameters_are_named():
    page = rendered([
        code("epochs = 3  # few", tags=["parameters"]),
        code("# Parameters\nepochs = 9\n", tags=["injected-parameters"]),
        code("\n# train both\nrun()"),
        code("   "),
    ])  # fmt: skip
    folds = page.select("details.code")
    assert [" ".join(fold.summary.get_text().split()) for fold in folds] == [
        "Settings as the notebook states them epochs = 3 # few",
        "Settings of this run epochs = 9",
        "Code # train both",
    ]
    assert not any(fold.has_attr("open") for fold in folds)
    shown = rendered([code("network = 1", tags=["open"]), code("rest = 2")]).select("details.code")
    assert [fold.has_attr("open") for fold in shown] == [True, False]


def test_tables_are_set():
    source = (
        '<div><style scoped>.dataframe td {}</style><table border="1" class="dataframe">'
        '<thead><tr style="text-align: right;"><th></th><th>name</th><th>accuracy</th><th>interval</th></tr>'
        "</thead><tbody><tr><th>0</th><td>linear 2</td><td>0.84</td><td>[.83, .85]</td></tr>"
        "<tr><th>1</th><td>cnn</td><td>NaN</td><td>0.91 ± 0.01</td></tr></tbody></table></div>"
    )
    page = rendered([code("t", html(source, caption="Both <systems>."), html("<table><tr><td>x</td></tr></table>"))])
    table = page.table
    assert table.caption.get_text() == "Table 1. Both <systems>."
    assert table.parent["class"] == ["table"] and not page.find("style", scoped=True)
    assert not table.has_attr("border") and not table.thead.tr.has_attr("style")
    columns = [["num" in cell.get("class", []) for cell in row.find_all(["td", "th"])] for row in table.find_all("tr")]
    assert columns == [[True, False, True, True]] * 3
    assert page.find_all("table")[1].caption is None


def test_outputs():
    page = rendered([code(
        "x",
        new_output("stream", name="stdout", text="\x1b[31mred\x1b[0m 1\r2\n"),
        new_output("stream", name="stdout", text="same\n"),
        new_output("stream", name="stderr", text="warned\n"),
        new_output("display_data", {"application/javascript": "alert(1)"}),
        new_output("display_data", {"text/markdown": "## Computed\n\n**1** <script>alert(1)</script>"}),
        new_output("stream", name="stdout", text="a" * 30_000 + "end"),
    )])  # fmt: skip
    texts = [pre.get_text() for pre in page.select(".cell > pre.text")]
    assert texts[0] == "2\nsame\n"
    assert "10,003 characters left out here" in texts[1] and texts[1].endswith("end") and len(texts[1]) < 21_000
    assert page.select_one("details.messages").get_text().endswith("warned\n")
    assert page.find("h2", string="Computed")
    assert "alert(1)" not in page.main.get_text()


def test_a_failed_run_shows_the_failing_cell_and_stops_there():
    page = rendered(FAILED, failure())
    notice = page.select_one(".notice.bad").get_text()
    assert (
        "failed in code cell 2." in notice
        and "ValueError: cannot reshape <b>" in notice
        and "2 more code cells" in notice
    )
    link = page.select_one(".notice.bad a")["href"]
    failing = page.find(id=link[1:])
    assert failing["class"] == ["cell", "failed"] and failing.select_one("details.code").has_attr("open")
    trace = failing.select_one(".traceback")
    assert trace.get_text() == "----> 1 x.reshape(5)\n-> 9691 inner()\ncannot <b>\n"
    assert [line.get_text() for line in trace.find_all("b")] == ["----> 1 x.reshape(5)", "-> 9691 inner()"]
    shown = page.get_text()
    assert "print('late')" not in shown and "Never reached" not in shown
    assert "papermill" not in shown and "An Exception was encountered" not in shown
    assert "Not run: the 2 code cells after this point." in shown


def test_the_failing_cell_is_found_by_its_number_too():
    page = rendered(FAILED, failure(error={"cell": 2, "cell_id": None, "name": "DeadKernelError", "message": ""}))
    assert page.select_one(".cell.failed")["id"] == "cell-bad"


def test_a_failure_in_no_known_cell_shows_what_ran():
    page = rendered(FAILED, failure(error={"cell": None, "cell_id": None, "name": "Stopped", "message": "in 10 min"}))
    notice = page.select_one(".notice.bad")
    assert "Stopped: in 10 min" in notice.get_text() and "2 more code cells did not run" in notice.get_text()
    assert not notice.a and not page.select(".cell.failed")
    assert page.find(id="cell-bad") and "print('late')" not in page.get_text()


def test_a_failure_before_any_cell_ran():
    page = rendered([text("# T"), code("a"), code("b")], failure(error=None))
    assert not page.select(".cell") and not page.find(id="all-code")
    assert "No cell had run until then; 2 more code cells did not run." in page.select_one(".notice.bad").get_text()


def test_write_report(tmp_path):
    executed = tmp_path / "executed.ipynb"
    out = tmp_path / "new" / "report.html"
    nbformat.write(notebook(text("# T"), code("1 + 1")), executed)
    render.write_report(executed, results(), out)
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [file.name for file in out.parent.iterdir()] == ["report.html"]
    assert out.stat().st_size < 60_000


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"nbformat": 4, "nbformat_minor": 5}', None])
def test_an_unreadable_notebook(tmp_path, content):
    executed, out = tmp_path / "executed.ipynb", tmp_path / "report.html"
    if content is not None:
        executed.write_text(content)
    render.write_report(executed, results(), out)
    said = out.read_text(encoding="utf-8")
    assert "The notebook that was run cannot be shown" in said and "lookbook-results" in said, "the rest is there"
    render.write_report(executed, failure(), out)
    assert "cannot reshape" in out.read_text(encoding="utf-8")


def test_a_pasted_picture_whose_data_is_gone_costs_a_note():
    page = rendered([text("# T"), text("Before ![mine](attachment:image.png) after")])
    note = "Before [picture not in this file: mine, attachment:image.png] after"
    assert note in page.select_one("article").get_text()


def test_results_that_cannot_be_shown_cost_their_boxes(tmp_path):
    nbformat.write(notebook(text("# T")), tmp_path / "executed.ipynb")
    render.write_report(tmp_path / "executed.ipynb", results(guards=[3], runs=7), tmp_path / "report.html")
    assert "cannot be shown" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("lost", "kept"),
    [
        (text("My **answer** UNSETTABLE"), "My **answer** UNSETTABLE"),
        (code("x = 1", html("UNSETTABLE"), new_output("stream", text="printed")), "printed"),
    ],
)
def test_what_cannot_be_shown_costs_a_note_in_its_place(lost, kept, monkeypatch):
    usual = markup.contained

    def contained(html):
        if "UNSETTABLE" in html and "<code>" not in html:
            raise RuntimeError("cannot be set")
        return usual(html)

    monkeypatch.setattr(markup, "contained", contained)
    body = rendered([text("# T"), text("## Before"), lost, text("## After")]).get_text()
    assert "It is kept in executed.ipynb" in body and kept in " ".join(body.split())
    assert body.index("Before") < body.index("It is kept in") < body.rindex("After")


def test_moment():
    assert render.moment("2026-11-21T07:00:00+02:00") == "21 November 2026, 07:00 UTC+02:00"
    assert render.moment("2026-11-21T07:00:00") == "21 November 2026, 07:00"
    assert render.moment("yesterday") == "yesterday"


@pytest.mark.parametrize("link", ["#a", "x.html", "../a/b:c", "https://a.b", "mailto:a@b", "http://[", "?q"])
def test_links_that_may_be_followed(link):
    assert markup.contained(f'<a href="{link}">x</a>') == f'<a href="{link}">x</a>'


@pytest.mark.parametrize("link", ["javascript:x", " JavaScript:x", "data:text/html,x", "file:///etc", "java\nscript:x"])
def test_links_that_may_not(link):
    assert markup.contained(f'<a href="{link}">x</a>') == "<a>x</a>"


def test_comments_are_taken_out():
    assert markup.contained("a<!-- x --><b>b</b><!doctype html><?php x ?>") == "a<b>b</b>"


def test_a_report_begins_with_the_answer():
    found = results(findings=["A network gets **far**.", "More."], runs=[{"key": "k"}], datasets=[{"name": "garments"}])
    found["provenance"] = found["provenance"] | {"seeds": [0, 1, 2]}
    page = BeautifulSoup(render.render_report(notebook(text("# 02 · How far?\n\nLead.")), found), "html.parser")
    short = page.select_one("section.short")
    said = {row.dt.get_text(): row.dd.get_text() for row in short.select("dl > div")}
    assert (
        said["Here"] == "A network gets far."
        and said["How sure"] == "(3 seeds per network, quick profile, synthetic garments)"
    )
    assert said["At full length"].startswith("not run")
    assert short.sourceline < page.select_one("section.facts").sourceline
    for other in (results(findings=[]), results(status="failed", findings=["Nothing."])):
        page = BeautifulSoup(render.render_report(notebook(text("# 02 · How far?")), other), "html.parser")
        assert page.select_one("section.short") is None


def test_a_folded_table_stays_folded():
    table = "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
    cell = code("page.table()", html(f"<details><summary>The same</summary>{table}</details>"))
    page = BeautifulSoup(render.render_report(notebook(text("# 02 · How far?"), cell), results()), "html.parser")
    folded = page.select_one(".html > details")
    assert folded.summary.get_text() == "The same" and folded.table and not folded.has_attr("open")


def test_the_set_ups_heading_is_left_out_where_only_folded_code_follows():
    cells = [text("# T"), text("## Set-up"), code("import numpy"), text("## A question\n\nText.")]
    heads = [tag.get_text() for tag in rendered(cells).find_all("h2")]
    assert "Set-up" not in heads and "A question" in heads
    cells[2] = code("import numpy", new_output("stream", name="stdout", text="said\n"))
    assert "Set-up" in [tag.get_text() for tag in rendered(cells).find_all("h2")], "a student's own output keeps it"


def test_the_progress_of_finished_work_is_left_out():
    lines = ["trainings: 2/6 done", "trainings: 6/6 done"]
    shown = [new_output("display_data", data={"text/plain": line}) for line in lines]
    shown[1].metadata[progress.FINISHED] = True
    page = rendered([text("# T"), code("train()", *shown)]).get_text()
    assert lines[0] in page, "where it broke off, the last line says how far it came"
    assert lines[1] not in page


def test_solutions_and_questions_for_a_guess_that_nobody_made_are_not_handed_in():
    shown = new_output("stream", name="stdout", text="It is 42.\n")
    asked = "Before.\n\n**Your guess:** how many?\n\nAfter."

    def page(guess):
        cells = [text("# T"), text(asked), code(f"guess = {guess}  # a number"), code("x()", shown, tags=["solution"])]
        return rendered(cells).get_text()

    assert "It is 42." not in page("None") + page("3")
    assert "how many?" not in page("None") and "Before." in page("None") and "After." in page("None")
    assert "how many?" in page("3")


def test_marks_for_a_formatter_are_not_for_a_reader():
    assert "fmt" not in rendered([text("# T"), code("x = [1,\n     2]  # fmt: skip\ny = 1", tags=["open"])]).get_text()


def test_what_was_found_in_one_set_has_not_passed_in_another():
    rows = [{"guard": "copies across parts", "verdict": verdict, "detail": "d"} for verdict in ("fired", "passed")]
    results = {"guards": [*rows, {"guard": "finite loss", "verdict": "passed", "detail": "d"}]}
    assert [row["guard"] for row in facts.guards(results, "fired")] == ["copies across parts"]
    assert [row["guard"] for row in facts.guards(results, "passed")] == ["finite loss"]


def test_every_guard_has_words_for_a_report():
    assert set(facts.GUARDS) == {guard.__name__.replace("_", " ") for guard in guards.GUARDS}


def test_a_figure_that_is_higher_than_wide_gets_more_room_in_print():
    def of(width, height):
        stream = io.BytesIO()
        Image.new("L", (width, height)).save(stream, "png")
        data = {"image/png": base64.b64encode(stream.getvalue()).decode()}
        return new_output("display_data", data, metadata={"image/png": {"alt": "a", "caption": "b"}})

    tall, wide = rendered([text("# T"), code("draw()", of(10, 20), of(20, 10))]).select("figure.plot")
    assert "tall" in tall["class"] and "tall" not in wide["class"]
