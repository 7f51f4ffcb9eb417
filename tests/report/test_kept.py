"""What a new report must not take away: what somebody typed into the old one, and the last report that was complete."""

import os
import tempfile
import time

import pytest

from lib.base import paths
from lib.base.errors import LookbookError
from lib.report import clean, execute, kept, pipeline, render, scratch


@pytest.fixture
def make(tmp_path):
    """Return a function that puts a report of these contents in the place of the last one, and says what was kept."""
    number = iter(range(100))

    def put(text, status="complete"):
        new = tmp_path / f"new {next(number)}"
        new.mkdir()
        for name in kept.FILES[:2]:
            (new / name).write_text(f"{name} {text}")
        results = {"status": status}
        kept.put(new, tmp_path / "02_baseline_cnn", results)
        assert not list(new.iterdir())
        return results["kept"]

    return put


def test_answers_typed_into_the_notebook_that_was_run_are_kept_each_time(make, tmp_path):
    folder = tmp_path / "02_baseline_cnn"
    assert make("first") == [] and make("second") == []
    for answer in ("my answer", "another answer"):
        (folder / "executed.ipynb").write_text(answer)
        (said,) = make("next")
        assert "was changed by hand: kept as changed-executed" in said
    assert (folder / "changed-executed.ipynb").read_text() == "my answer"
    assert (folder / "changed-executed-2.ipynb").read_text() == "another answer"
    assert (folder / "executed.ipynb").read_text() == "executed.ipynb next"


def test_a_failure_leaves_the_last_complete_report(make, tmp_path):
    folder = tmp_path / "02_baseline_cnn"
    make("good")
    (said,) = make("bad", "failed")
    assert "the last complete report is kept as" in said
    assert make("worse", "failed") == []
    assert (folder / "last-complete-report.html").read_text() == "report.html good"
    assert (folder / "report.html").read_text() == "report.html worse"


def test_clean_leaves_what_was_changed_by_hand(make, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "reports", lambda: tmp_path)
    make("good")
    make("bad", "failed")
    (tmp_path / "02_baseline_cnn/executed.ipynb").write_text("my answer")
    clean.remove_reports()
    (only,) = (tmp_path / "02_baseline_cnn").iterdir()
    assert only.name == "changed-executed.ipynb" and only.read_text() == "my answer"


def test_a_report_that_cannot_be_written_leaves_the_notebook_that_was_run(tmp_path, monkeypatch):
    def papermill(name, parameters, folder, *rest):
        (folder / "executed.ipynb").write_text("an hour's work")
        (folder / "results.json").write_text('{"status": "complete"}')

    def full(*given):
        raise LookbookError("the disk is full")

    monkeypatch.setattr(execute, "_papermill", papermill)
    monkeypatch.setattr("lib.report.render.write_report", full)
    with pytest.raises(LookbookError, match="the disk is full"):
        execute.run("02_baseline_cnn", {}, tmp_path, 1, None, print)
    (only,) = (tmp_path / "02_baseline_cnn").iterdir()
    assert only.read_text() == "an hour's work"


def test_a_file_that_is_no_page_of_the_kit_is_not_overwritten(tmp_path):
    page = tmp_path / "index.html"
    kept.refuse_foreign(page)
    page.write_text(render.page("index.html.j2"))
    kept.refuse_foreign(page)
    page.write_text("<h1>My home page</h1>")
    with pytest.raises(LookbookError, match="index.html: is there, and not a page of this kit; it stays"):
        pipeline.make_reports(["12_reading_reports"], "smoke", {}, tmp_path)
    assert page.read_text() == "<h1>My home page</h1>"


def test_the_folder_of_a_killed_process_is_removed_at_the_next_start_and_by_clean(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(paths, "reports", lambda: tmp_path)
    there = tmp_path / "temporary"

    def left(name, age):
        (there / name / "report").mkdir(parents=True)
        (there / name / scratch.LOCK).touch()
        os.utime(there / name, (time.time() - age,) * 2)

    left("lookbook-02_baseline_cnn-a", 60)  # killed while it was rendered
    left("lookbook-02_baseline_cnn-b", 0)  # one that begins
    left("lookbook-03_mine-a", 60)
    (tmp_path / "work").mkdir()
    (there / "lookbook-02_baseline_cnn-c").symlink_to(tmp_path / "work")
    with scratch.folder("02_baseline_cnn") as own:
        os.utime(own.parent, (time.time() - 60,) * 2)
        assert sorted(each.name for each in there.iterdir()) == sorted(
            ["lookbook-02_baseline_cnn-b", "lookbook-02_baseline_cnn-c", "lookbook-03_mine-a", own.parent.name]
        )
        clean.remove_reports()
        assert own.is_dir() and not (there / "lookbook-03_mine-a").exists(), "somebody works in the first"
    assert not own.parent.exists() and (tmp_path / "work").is_dir()
