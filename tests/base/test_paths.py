"""The kit's variables mean what was meant: folders from where they were typed, no misspelt one in silence."""

import os
import subprocess

import pytest

from lib.base import paths, provenance
from lib.base.errors import LookbookError


def test_folders_are_meant_from_the_home_folder_and_without_quotation_marks(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LOOKBOOK_RUNS", '"~/runs"')
    monkeypatch.setenv("LOOKBOOK_CACHE", "")
    paths.settle()
    assert paths.runs() == tmp_path.resolve() / "runs" and paths.cache() == paths.DATA


@pytest.mark.parametrize("value", ["0", "no", "False", ""])
def test_a_no_is_a_no(monkeypatch, value):
    monkeypatch.setenv("LOOKBOOK_FRESH", value)
    paths.settle()
    assert not os.environ.get("LOOKBOOK_FRESH")


def test_a_misspelt_variable_is_refused(monkeypatch):
    monkeypatch.setenv("LOOKBOOK_DATAS", "x")
    with pytest.raises(LookbookError, match="LOOKBOOK_DATAS is no variable of Lookbook: did you mean 'LOOKBOOK_DATA'"):
        paths.settle()


def test_a_hook_of_another_repository_does_not_name_our_commit(monkeypatch, tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    expected = provenance.commit.__wrapped__()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    assert provenance.commit.__wrapped__() == expected
