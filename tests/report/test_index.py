"""The index of all reports."""

import base64
import io
import json

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from lib.report import index

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


COMPLETE = {
    "notebook": "02_baseline_cnn",
    "title": "How far?",
    "status": "complete",
    "dataset": "garments",
    "profile": "quick",
    "fallback": "Drawn, because.",
    "findings": ["First finding.", "Second."],
    "provenance": {"started": "2026-11-21T07:00:00+00:00", "seconds": 83.2},
}
FAILED = {
    "notebook": "03_ablation_dropout",
    "title": "Does it help?",
    "status": "failed",
    "profile": "quick",
    "fallback": "Drawn, because.",
    "parameters": {},
    "started": "2026-11-21T09:00:00+02:30",
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


def page(entries, systems=()) -> BeautifulSoup:
    return BeautifulSoup(index.render_index(list(entries), list(systems)), "html.parser")


def test_an_entry_of_a_complete_run(tmp_path):
    figures = [
        picture(50, caption="no alt"),
        picture(60, alt="first"),
        picture(2000, alt="chosen", thumbnail=True),
    ]
    store(tmp_path, "02_baseline_cnn", COMPLETE, *figures)
    entry = index.entry_from(tmp_path / "02_baseline_cnn", "02_baseline_cnn", "Working title")
    assert decoded(entry["figure"]).size == (640, 10) and entry.pop("figure")["alt"] == "chosen"
    assert entry == {
        "name": "02_baseline_cnn",
        "number": "02",
        "title": "How far?",
        "state": "complete",
        "href": "02_baseline_cnn/report.html",
        "dataset": "garments",
        "profile": "quick",
        "seconds": 83.2,
        "started": "2026-11-21T07:00:00+00:00",
        "finding": "First finding.",
        "fallback": "Drawn, because.",
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
    figure = index.entry_from(tmp_path / "02_baseline_cnn", "02_baseline_cnn", "x")["figure"]
    assert figure["alt"] == "first" and decoded(figure).width == 60


def test_an_entry_of_a_failed_run(tmp_path):
    store(tmp_path, "03_ablation_dropout", FAILED)
    entry = index.entry_from(tmp_path / "03_ablation_dropout", "03_ablation_dropout", "x")
    assert (entry["state"], entry["error"]) == ("failed", "Code cell 7: ValueError: no <b>")
    assert entry["started"] == "2026-11-21T09:00:00+02:30" and entry["figure"] is None and entry["seconds"] is None


@pytest.mark.parametrize("content", [None, "", "{", "[]", "3", "{}", '{"status": "running"}', b"\xff\xfe"])
def test_missing_or_damaged_results_mean_not_run(tmp_path, content):
    (tmp_path / "01_data_audit").mkdir()
    if content is not None:
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / "01_data_audit" / "results.json").write_bytes(data)
    entry = index.entry_from(tmp_path / "01_data_audit", "01_data_audit", "What is in the data?")
    assert (entry["state"], entry["title"], entry["href"]) == ("not run", "What is in the data?", None)


def test_a_damaged_notebook_only_costs_the_picture(tmp_path):
    store(tmp_path, "02_baseline_cnn", COMPLETE, picture(60, alt="first"))
    (tmp_path / "02_baseline_cnn" / "executed.ipynb").write_text('{"cells": [')
    entry = index.entry_from(tmp_path / "02_baseline_cnn", "02_baseline_cnn", "x")
    assert (entry["state"], entry["figure"]) == ("complete", None)


def test_the_page(tmp_path):
    store(tmp_path, "02_baseline_cnn", COMPLETE, picture(60, alt="a curve"))
    store(tmp_path, "03_ablation_dropout", FAILED)
    names = ["01_data_audit", "02_baseline_cnn", "03_ablation_dropout"]
    index.write_index(tmp_path, [index.entry_from(tmp_path / name, name, "Title of " + name) for name in names], [ROW])
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
    assert "1 of 3 reports are complete, 1 failed, 1 not run. Data: garments. Profile: quick." in soup.get_text()
    assert "lookbook report 01" in soup.get_text() and "1 min 23 s" in soup.get_text()
    notices = [notice.get_text() for notice in soup.select(".notice")]
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


def test_nothing_run_and_no_system(tmp_path):
    soup = page([index.entry_from(tmp_path / "01_data_audit", "01_data_audit", "What?")])
    assert not soup.find("table") and "No system has been trained yet." in soup.get_text()
    assert not soup.select(".notice") and "0 of 1 reports are complete, 1 not run." in soup.get_text()


def test_data_cannot_break_out(tmp_path):
    evil = {**COMPLETE, "title": EVIL, "dataset": EVIL, "profile": EVIL, "findings": [EVIL], "fallback": EVIL}
    evil["provenance"] = {"started": EVIL, "seconds": None}
    store(tmp_path, "02_x", evil, picture(60, alt=EVIL))
    store(tmp_path, "03_x", {**FAILED, "error": {"cell": None, "name": EVIL, "message": EVIL}})
    entries = [index.entry_from(tmp_path / name, name, "x") for name in ("02_x", "03_x")]
    source = index.render_index(entries, [dict.fromkeys(ROW, EVIL)])
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
