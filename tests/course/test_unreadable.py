"""A notebook that cannot be read is named with its line and a remedy that loses no work; the others go on."""

import json

import pytest

from lib.base import paths
from lib.base.errors import LookbookError
from lib.course import build as authoring
from lib.course import notebooks
from lib.report import entries, pipeline

GOOD = '# %% [markdown]\n# # {0} · Good?\n\n# %% tags=["parameters"]\nprofile: str = "quick"  # profile\n'
MERGED = b"""{
 "cells": [
<<<<<<< HEAD
  {"cell_type": "code", "source": "mine"}
=======
  {"cell_type": "code", "source": "theirs"}
>>>>>>> main
 ]
}
"""
DAMAGED = {
    "merge marks": (MERGED, "line 3: git left two versions here; open it in a text editor, keep one of them"),
    "cut off": (b'{\n "cells": [\n  {"cell_', "line 3: not a readable notebook (cut off)"),
    "cut off between cells": (
        b'{\n "cells": [\n',
        "line 3: not a readable notebook (cut off); mend it there, or move it",
    ),
    "a comma too many": (b'{\n "cells": [\n ],\n}', "line 4: not a readable notebook (Expecting property name"),
    "empty": (b"", "line 1: not a readable notebook (cut off)"),
    "latin-1": ('{\n "cells": ["Größe"]}'.encode("latin-1"), "line 2: not UTF-8; open it in a text editor and save"),
    "utf-16": ('{"cells": []}'.encode("utf-16"), "line 1: not UTF-8"),
    "no cells": (b'{"worksheets": []}', "line 1: not a notebook of version 4"),
    "a list": (b"[]", "line 1: not a notebook of version 4"),
    "a cell without source": (b'{"cells": [{"cell_type": "code"}]}', "line 1: not a notebook of version 4"),
    "cells of another kind": (b'{"cells": [3]}', "line 1: not a notebook of version 4"),
}


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """A notebooks folder of its own with three sound notebooks; returns it."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(paths, "SOURCES", tmp_path / "notebooks/src")
    paths.SOURCES.mkdir(parents=True)
    for number in ("01", "02", "03"):
        (paths.SOURCES / f"{number}_good.py").write_text(GOOD.format(number), encoding="utf-8")
    authoring.build()
    return paths.NOTEBOOKS


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_wrong_is_said_with_its_line_and_nothing_is_to_be_deleted(workshop, name):
    content, message = DAMAGED[name]
    file = workshop / "02_good.ipynb"
    file.write_bytes(content)
    for ask in (lambda: notebooks.parameters("02_good"), lambda: notebooks.title("02_good"), authoring.build):
        with pytest.raises(LookbookError) as refused:
            ask()
        said = str(refused.value)
        assert said.startswith(f"{file}, {message}") and "\n" not in said and "delete it" not in said
    assert file.read_bytes() == content, "build keeps it"


def test_the_remedy_works(workshop):
    (workshop / "02_good.ipynb").write_bytes(MERGED)
    (workshop / "02_good.ipynb").rename(workshop.parent / "mine.ipynb")
    authoring.build()
    assert notebooks.title("02_good") == "Good?" and (workshop.parent / "mine.ipynb").read_bytes() == MERGED


@pytest.mark.parametrize("chosen", [[], ["02"], ["01", "02"]])
def test_a_damaged_notebook_that_was_asked_for_is_refused_before_anything_runs(workshop, tmp_path, chosen):
    (workshop / "02_good.ipynb").write_bytes(MERGED)
    with pytest.raises(LookbookError, match="02_good.ipynb, line 3"):
        pipeline.make_reports(notebooks.choose(chosen), "quick", {}, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_one_that_was_not_asked_for_is_listed_as_unreadable_and_the_others_run(workshop, tmp_path, monkeypatch):
    monkeypatch.setattr(pipeline.execute, "run", lambda *_: {"status": "complete"})
    (workshop / "02_good.ipynb").write_bytes(MERGED)
    assert pipeline.make_reports(["01_good", "03_good"], "quick", {}, tmp_path / "out") == 0
    assert "02_good.ipynb, line 3: git left two versions" in (tmp_path / "out/index.html").read_text(encoding="utf-8")
    assert [entry["state"] for entry in entries.entries(tmp_path / "out")] == ["not run", "unreadable", "not run"]


def test_a_byte_order_mark_is_read_over(workshop):
    file = workshop / "02_good.ipynb"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert notebooks.title("02_good") == "Good?" and notebooks.parameters("02_good") == {"profile": "quick"}
    assert authoring.build() == [file], "nobody edited it: it is made anew, without the mark"


def test_a_notebook_without_cells_or_tags_has_a_title(workshop):
    for cells, title in (([], "02_good"), ([{"source": ["# 02 · Mine?\n", "text"]}], "Mine?")):
        (workshop / "02_good.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
        assert notebooks.title("02_good") == title
