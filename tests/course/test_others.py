"""Copies, notebooks of one's own, and files that other programs stripped or bent, beside the kit's notebooks."""

import json
import os
import shutil
import unicodedata

import nbformat
import pytest

from lib.base import paths
from lib.base.errors import LookbookError
from lib.course import build as authoring
from lib.course import checkup, notebooks, reading
from lib.report import entries

COPY = "02_baseline_cnn-Copy1"


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """The kit's notebooks 00, 02 and 12 in a folder of their own, with their sources; returns it."""
    kit = paths.NOTEBOOKS
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(paths, "SOURCES", tmp_path / "notebooks/src")
    paths.SOURCES.mkdir(parents=True)
    for name in ("00_start_here", "02_baseline_cnn", "12_reading_reports"):
        shutil.copy(kit / f"{name}.ipynb", paths.NOTEBOOKS)
        shutil.copy(kit / f"src/{name}.py", paths.SOURCES)
    return paths.NOTEBOOKS


def changed(file, change):
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content)
    file.write_text(json.dumps(content), encoding="utf-8")


def test_a_copy_runs_when_it_is_named_with_the_values_of_what_it_was_copied_from(workshop):
    shutil.copy(workshop / "02_baseline_cnn.ipynb", workshop / f"{COPY}.ipynb")
    assert notebooks.choose(["2"]) == ["02_baseline_cnn"] and COPY not in notebooks.choose([])
    assert notebooks.choose([COPY]) == notebooks.choose([str(workshop / f"{COPY}.ipynb")]) == [COPY]
    resolved = notebooks.resolve([COPY, "02_baseline_cnn"], "full", {})
    assert resolved[COPY] == resolved["02_baseline_cnn"] and resolved[COPY]["epochs"] == 20
    assert notebooks.left_out(["02_baseline_cnn"]) == [COPY] and not notebooks.left_out(["12_reading_reports"])
    assert entries.number(COPY) == COPY and entries.number("02_baseline_cnn") == "02"


def test_a_copy_is_known_by_what_it_says_when_the_kits_own_was_renamed(workshop):
    (workshop / "02_baseline_cnn.ipynb").rename(workshop / "02_mine.ipynb")
    assert notebooks.choose(["02"]) == ["02_mine"]
    assert notebooks.resolve(["02_mine"], "full", {})["02_mine"]["epochs"] == 20
    changed(workshop / "02_mine.ipynb", lambda content: content["cells"].pop(3))
    assert notebooks.origin("02_mine") == "02_baseline_cnn", "its number says so"
    assert notebooks.title("02_baseline_cnn") == "02_baseline_cnn", "the copy asks for it, and it is gone"


def test_a_copy_that_calls_itself_otherwise_is_known_by_its_number(workshop):
    text = (workshop / "02_baseline_cnn.ipynb").read_text(encoding="utf-8")
    (workshop / "02_mine.ipynb").write_text(
        text.replace('start(\\"02_baseline_cnn', 'start(\\"02_mine'), encoding="utf-8"
    )
    (workshop / "14_mine.ipynb").write_text(
        text.replace('start(\\"02_baseline_cnn', 'start(\\"14_mine'), encoding="utf-8"
    )
    assert [notebooks.origin(name) for name in ("02_mine", "14_mine")] == ["02_baseline_cnn", "14_mine"]


def test_they_are_listed_as_somebodys_own_and_a_damaged_one_stops_nobody(workshop, tmp_path):
    shutil.copy(workshop / "00_start_here.ipynb", workshop / "14_größe #1.ipynb")
    (workshop / "15_empty.ipynb").write_bytes(b"")
    assert notebooks.choose([unicodedata.normalize("NFD", "14_größe #1")]) == ["14_größe #1"]
    own = {row["name"]: row["state"] for row in entries.entries(tmp_path) if row["own"]}
    assert own == {"14_größe #1": "not run", "15_empty": "unreadable"}
    folder = tmp_path / "14_größe #1"
    folder.mkdir()
    (folder / "report.html").touch()
    (folder / "results.json").write_text('{"status": "complete"}')
    (found,) = (row for row in entries.entries(tmp_path) if row["name"] == folder.name)
    assert found["href"] == "14_gr%C3%B6%C3%9Fe%20%231/report.html"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("elsewhere/00_start_here.ipynb", "lies outside of .*copy it there .*00_mine.ipynb"),
        ("elsewhere/07_no.ipynb", "no such file; give a notebook by its number"),
        ("elsewhere/", "a folder; give a notebook by its number"),
        ("mine", "has no number; call it, for instance, 14_mine.ipynb"),
        ("2.5", "no notebook '2.5'"),
        ("", "no notebook ''"),
    ],
)
def test_a_path_never_means_the_kits_own_in_place_of_another_file(workshop, tmp_path, monkeypatch, word, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(workshop / "00_start_here.ipynb", tmp_path / "elsewhere")
    (workshop / "mine.ipynb").write_text('{"cells": []}')
    with pytest.raises(LookbookError, match=message):
        notebooks.choose([word])
    monkeypatch.chdir(tmp_path / "elsewhere")
    with pytest.raises(LookbookError, match="lies outside of"):
        notebooks.choose(["00_start_here.ipynb"])
    (tmp_path / "elsewhere/link.ipynb").symlink_to(workshop / "12_reading_reports.ipynb")
    assert notebooks.choose(["./link.ipynb"]) == ["12_reading_reports"]
    assert notebooks.choose(["02_baseline_cnn.ipynb"]) == ["02_baseline_cnn"], "no such file here: the kit's"


def test_which_cell_to_tag_is_said(workshop):
    file = workshop / "02_baseline_cnn.ipynb"

    def tag(*numbers):
        def change(content):
            code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
            for number, cell in enumerate(code, start=1):
                cell["metadata"]["tags"] = ["parameters"] if number in numbers else []

        changed(file, change)

    for numbers, message in (
        ((), "no cell is tagged .*tag code cell 1,.*Cell Tags"),
        ((1, 3), "code cells 1 and 3 are"),
    ):
        tag(*numbers)
        with pytest.raises(LookbookError, match=message):
            notebooks.parameters("02_baseline_cnn")


def test_what_others_stripped_or_bent_is_put_right(workshop):
    file = workshop / "02_baseline_cnn.ipynb"
    before = nbformat.read(file, as_version=4)

    def bend(content):
        content["metadata"] = None
        del content["nbformat_minor"]
        for number, cell in enumerate(content["cells"]):
            cell["id"] = [".666152", "twice", None][number % 3]
            cell["metadata"] = cell["metadata"] or [{"tags": None, "collapsed": 3}, None][number % 2]
            cell.pop("outputs", None)
            cell["attachments"] = [None, {"a.png": "?", "b.png": {"image/png": "iVBO"}, "c.png": {"image/png": 3}}][
                number % 2
            ]
        content["cells"][-1]["source"] += "\n# \ud83d\udc5c half: \ud83d"

    changed(file, bend)
    found = reading.whole(file)
    nbformat.validate(found)
    assert [cell.source for cell in found.cells[:-1]] == [cell.source for cell in before.cells[:-1]]
    assert [cell.metadata.get("tags") for cell in found.cells] == [cell.metadata.get("tags") for cell in before.cells]
    assert (
        found.cells[-1].source.endswith("# \U0001f45c half: \ufffd") and found.metadata.language_info.name == "python"
    )
    assert (
        nbformat.writes(found).encode("utf-8")
        and notebooks.title("02_baseline_cnn") == "How far does a plain network get?"
    )


def test_a_cleaned_notebook_was_not_edited(workshop):
    changed(workshop / "00_start_here.ipynb", lambda content: content["metadata"].clear())
    assert authoring.build() == [workshop / "00_start_here.ipynb"], "nothing of anybody's is lost"


def test_a_notebook_of_version_3_is_named(workshop):
    (workshop / "02_baseline_cnn.ipynb").write_text('{"worksheets": [{"cells": []}], "nbformat": 3}')
    with pytest.raises(LookbookError, match="version 3; open it in JupyterLab and save it"):
        notebooks.title("02_baseline_cnn")


def test_check_says_which_notebook_is_damaged_or_gone_and_which_are_not_the_kits(workshop):
    shutil.copy(workshop / "02_baseline_cnn.ipynb", workshop / f"{COPY}.ipynb")
    assert checkup._notebooks() == {"what": "notebooks", "ok": True, "found": f"3; not the kit's own: {COPY}"}
    (workshop / "12_reading_reports.ipynb").write_text("{")
    assert not checkup._notebooks()["ok"] and "12_reading_reports.ipynb, line 1" in checkup._notebooks()["found"]
    (workshop / "12_reading_reports.ipynb").unlink()
    assert checkup._notebooks()["found"] == "12_reading_reports not there: `lookbook build` makes them again"


def test_what_only_has_the_name_of_a_notebook_is_refused_and_stops_nobody(workshop):
    (workshop / "60_loop.ipynb").symlink_to("60_loop.ipynb")
    (workshop / "61_folder.ipynb").mkdir()
    lines = {"60": "60_loop.ipynb: cannot be read .*; remove the link", "61": "61_folder.ipynb: is a folder with"}
    if hasattr(os, "mkfifo"):
        os.mkfifo(workshop / "62_pipe.ipynb")
        lines["62"] = "62_pipe.ipynb: is a pipe or a device"
    shutil.copy(workshop / "02_baseline_cnn.ipynb", workshop / "63_MINE.IPYNB")
    for word, line in lines.items():
        with pytest.raises(LookbookError, match=line):
            notebooks.parameters(*notebooks.choose([word]))
    for word in ("63", "63_MINE", str(workshop / "63_MINE.IPYNB")):
        with pytest.raises(LookbookError, match="63_MINE.IPYNB: ends in .IPYNB; rename it 63_MINE.ipynb"):
            notebooks.choose([word])
    with pytest.raises(LookbookError, match="no notebook '': choose one of: .*12_reading_reports"):
        notebooks.choose([""])
    assert [entry["state"] for entry in entries.entries(workshop)][-len(lines) :] == ["unreadable"] * len(lines)
