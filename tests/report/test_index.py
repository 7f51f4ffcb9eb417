"""The index of all reports."""

import base64
import io
import json

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from lib.base import paths
from lib.report import entries, facts, index

EVIL = "</title></script><script>alert(1)</script><i>&"


def png(width: int, height: int = 30) -> str:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "grey").save(stream, "png")
    return base64.b64encode(stream.getvalue()).decode()


def picture(width, **facts):
    return new_output("display_data", {"image/png": png(width)}, metadata={"image/png": facts})


def store(folder, name, results, *outputs):
    place = folder / name
    place.mkdir()
    (place / "results.json").write_text(json.dumps(results), encoding="utf-8")
    (place / "report.html").write_text("report", encoding="utf-8")
    nbformat.write(new_notebook(cells=[new_code_cell("x", outputs=list(outputs))]), place / "executed.ipynb")


def write_notebook(name, notebook):
    paths.NOTEBOOKS.mkdir(exist_ok=True)
    nbformat.write(notebook, paths.NOTEBOOKS / f"{name}.ipynb")


COMPLETE = {
    "notebook": "02_baseline_cnn",
    "title": "How far?",
    "status": "complete",
    "dataset": "garments",
    "datasets": [
        {"name": "garments", "provenance": "Drawn.", "fingerprint": "12ab", "fallback": "Drawn, because."},
        {"name": "garments-colour", "provenance": "Drawn.", "fingerprint": "34cd", "fallback": None},
    ],
    "profile": "quick",
    "fallback": "Drawn, because. And more.",
    "findings": ["First finding. Its details are in the report.", "Second."],
    "provenance": {"started": "2026-11-21T07:00:00+00:00", "seconds": 83.2},
}
FAILED = {
    "notebook": "03_ablation_dropout",
    "title": "Does it help?",
    "status": "failed",
    "profile": "quick",
    "fallback": "Drawn, because.",
    "dataset": "garments",
    "parameters": {},
    "provenance": {"versions": {}, "commit": None, "started": "2026-11-21T09:00:00+02:30", "seconds": 4.0},
    "error": {"cell": 7, "cell_id": "c", "name": "ValueError", "message": "no <b>"},
}
ROW = {
    "system": "R3.initial",
    "description": "two convolutions",
    "claim": ".90",
    "measured": ".912",
    "seeds": "3",
    "holds": "yes",
    "dataset": "fashion-mnist",
    "profile": "full",
    "notebook": "02_baseline_cnn",
}


def decoded(figure) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(figure["png"])))


def card(folder, name, title="x"):
    return entries.entry(folder / name, name, title) | {"figure": index.figure(folder / name / "executed.ipynb")}


def page(cards, systems=()) -> BeautifulSoup:
    return BeautifulSoup(index.render_index(list(cards), list(systems)), "html.parser")


def test_an_entry_of_a_complete_run(tmp_path):
    figures = [
        picture(50, caption="no alt"),
        picture(60, alt="first"),
        picture(2000, alt="chosen", thumbnail=True),
    ]
    store(tmp_path, "02_baseline_cnn", COMPLETE, *figures)
    entry = card(tmp_path, "02_baseline_cnn", "Working title")
    assert decoded(entry["figure"]).size == (640, 10) and entry.pop("figure")["alt"] == "chosen"
    assert entry == {
        "name": "02_baseline_cnn",
        "number": "02",
        "title": "How far?",
        "state": "complete",
        "href": "02_baseline_cnn/report.html",
        "datasets": ["garments", "garments-colour"],
        "profile": "quick",
        "seconds": 83.2,
        "started": "2026-11-21T07:00:00+00:00",
        "finding": "First finding. Its details are in the report.",
        "fallbacks": ["Drawn, because."],
        "error": None,
    }


def test_the_first_described_figure_is_taken_and_a_damaged_one_skipped(tmp_path):
    damaged = new_output(
        "display_data", {"image/png": "bm90IGEgcGljdHVyZQ=="}, metadata={"image/png": {"alt": "damaged"}}
    )
    store(
        tmp_path,
        "02_baseline_cnn",
        COMPLETE,
        picture(50),
        damaged,
        picture(60, alt="first"),
        picture(70, alt="second"),
    )
    figure = index.figure(tmp_path / "02_baseline_cnn/executed.ipynb")
    assert figure["alt"] == "first" and decoded(figure).width == 60


def test_an_entry_of_a_failed_run(tmp_path):
    store(tmp_path, "03_ablation_dropout", FAILED)
    entry = card(tmp_path, "03_ablation_dropout")
    assert (entry["state"], entry["error"]) == ("failed", "Code cell 7: ValueError: no <b>")
    assert entry["started"] == "2026-11-21T09:00:00+02:30" and entry["figure"] is None
    assert entry["datasets"] == ["garments"], "a failed run knows the name alone"


@pytest.mark.parametrize("content", [None, "", "{", "[]", "3", "{}", '{"status": "running"}', b"\xff\xfe"])
def test_missing_or_damaged_results_mean_not_run(tmp_path, content):
    (tmp_path / "01_data_audit").mkdir()
    if content is not None:
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / "01_data_audit" / "results.json").write_bytes(data)
    entry = card(tmp_path, "01_data_audit", "What is in the data?")
    assert (entry["state"], entry["title"], entry["href"]) == ("not run", "What is in the data?", None)


def test_a_damaged_notebook_only_costs_the_picture(tmp_path):
    store(tmp_path, "02_baseline_cnn", COMPLETE, picture(60, alt="first"))
    (tmp_path / "02_baseline_cnn" / "executed.ipynb").write_text('{"cells": [')
    entry = card(tmp_path, "02_baseline_cnn")
    assert (entry["state"], entry["figure"]) == ("complete", None)


def test_the_page(tmp_path, monkeypatch):
    store(tmp_path, "02_baseline_cnn", COMPLETE, picture(60, alt="a curve"))
    store(tmp_path, "03_ablation_dropout", FAILED)
    names = ["01_data_audit", "02_baseline_cnn", "03_ablation_dropout"]
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(index, "systems", lambda out: [ROW])
    for name in names:
        write_notebook(name, new_notebook(cells=[new_markdown_cell(f"# {name[:2]} · Title of {name}")]))
    index.write_index(tmp_path)
    source = (tmp_path / "index.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(source, "html.parser")
    assert [card.select_one(".state").get_text() for card in soup.select(".card")] == [
        "not run",
        "complete",
        "failed",
    ]
    assert [link["href"] for link in soup.select(".card a")] == [
        "02_baseline_cnn/report.html",
        "03_ablation_dropout/report.html",
    ]
    assert [img["alt"] for img in soup.find_all("img")] == ["a curve"]
    assert (
        "1 of 3 reports are complete, 1 failed, 1 not run. Pictures: garments; garments-colour in 02. Profile: quick."
        in soup.get_text()
    )
    assert "First finding." in soup.get_text() and "Its details" not in soup.get_text(), "one sentence of each report"
    assert "lookbook report 01" in soup.get_text() and "1 min 23 s" in soup.get_text()
    notices = [" ".join(notice.get_text().split()) for notice in soup.select(".notice")]
    assert notices == ["Not the real data. Drawn, because."], "the same reason once"
    assert "Latest run: 21 November 2026, 07:00 UTC" in soup.footer.get_text(), (
        "07:00 UTC is later than 09:00 at +02:30"
    )
    assert [cell.get_text(" ", strip=True) for cell in soup.select("tbody tr > *")] == [
        "R3.initial two convolutions", ".90", ".912", "3", "yes", "fashion-mnist, full", "02",
    ]  # fmt: skip
    assert soup.select_one("tbody a")["href"] == "02_baseline_cnn/report.html"
    assert "http://" not in source and "https://" not in source and not soup.find("script")
    assert [heading.name for heading in soup.find_all(["h1", "h2", "h3"])] == [
        "h1",
        "h2",
        "h3",
        "h3",
        "h3",
        "h2",
    ]


def test_results_without_a_list_of_data_sets_name_the_only_one(tmp_path):
    store(tmp_path, "02_baseline_cnn", {name: value for name, value in COMPLETE.items() if name != "datasets"})
    entry = card(tmp_path, "02_baseline_cnn")
    assert (entry["datasets"], entry["fallbacks"]) == (["garments"], ["Drawn, because. And more."])


def test_a_notebook_that_cannot_be_read_is_on_the_page_and_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "notebooks")
    write_notebook("01_data_audit", new_notebook(cells=[new_markdown_cell("# 01 · What?")]))
    (paths.NOTEBOOKS / "02_baseline_cnn.ipynb").write_text('{\n<<<<<<< HEAD\n "cells": []\n')
    store(tmp_path, "02_baseline_cnn", COMPLETE, picture(60, alt="a curve"))
    index.write_index(tmp_path)
    soup = BeautifulSoup((tmp_path / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert [card.select_one(".state").get_text() for card in soup.select(".card")] == ["not run", "unreadable"]
    assert "02_baseline_cnn.ipynb, line 2: git left two versions here" in soup.select(".error")[0].get_text()
    assert "0 of 2 reports are complete, 1 not run, 1 unreadable." in soup.get_text()
    assert soup.select_one(".card a")["href"] == "02_baseline_cnn/report.html", "the report that there was stays"


def test_nothing_run_and_no_system(tmp_path):
    soup = page([card(tmp_path, "01_data_audit", "What?")])
    assert not soup.find("table") and "No system has been trained yet." in soup.get_text()
    assert not soup.select(".notice") and "0 of 1 reports are complete, 1 not run." in soup.get_text()


def test_data_cannot_break_out(tmp_path):
    evil = {
        **COMPLETE,
        "title": EVIL,
        "dataset": EVIL,
        "datasets": [{"name": EVIL, "fallback": EVIL}],
        "profile": EVIL,
        "findings": [EVIL],
        "fallback": EVIL,
    }
    evil["provenance"] = {"started": EVIL, "seconds": None}
    store(tmp_path, "02_x", evil, picture(60, alt=EVIL))
    store(tmp_path, "03_x", {**FAILED, "error": {"cell": None, "name": EVIL, "message": EVIL}})
    source = index.render_index([card(tmp_path, name) for name in ("02_x", "03_x")], [dict.fromkeys(ROW, EVIL)])
    assert "<script" not in source and source.count("</title>") == 1 and "<i>" not in source


def test_one_damaged_results_file_does_not_cost_the_index(tmp_path):
    row = {"system": "R3.initial", "claim": "loss", "claimed": ".05", "measured": None, "low": None, "high": None}
    good = {"dataset": "x", "profile": "full", "notebook": "02_b"}
    good["tables"] = {"claims": [row | {"seeds": 3, "verdict": "holds", "report": "R3"}]}
    for name, text in {
        "01_a": "[]",
        "02_b": json.dumps(good),
        "03_c": "{",
        "04_d": '{"tables": {"claims": [{}]}}',
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "results.json").write_text(text)
    rows = index.systems(tmp_path)
    assert [(row["notebook"], row["measured"]) for row in rows] == [("02_b", "not a number")]


def test_a_finding_is_shown_without_the_marks_of_bold_type():
    assert facts.findings({"findings": ["It is **sure**.", None]}) == ["It is sure."]
