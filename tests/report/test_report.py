"""From notebooks to reports: what is refused before anything runs, what a failure leaves behind, what is skipped."""

import json
import re
import shutil
import tempfile
from datetime import UTC, datetime
from types import SimpleNamespace

import nbformat
import pytest

from lib.base import files, paths
from lib.base.errors import LookbookError
from lib.course import build as authoring
from lib.course import notebooks as settings
from lib.report import execute, kept, pipeline

GOOD = """
from pathlib import Path
from lib.base import files, paths
results = {"notebook": "00_good", "title": "Good?", "status": "complete", "error": None, "profile": profile,
           "dataset": None, "dataset_provenance": "none", "fallback": None, "parameters": {"pause": pause},
           "provenance": {"seeds": [], "versions": {}, "commit": None, "device": "", "seconds": 1.0,
                          "started": "2026-01-01T00:00:00+00:00", "data_fingerprint": ""},
           "runs": [], "tables": {}, "findings": ["It ran."], "guards": []}
files.write_json(paths.results_file("00_good"), results)
"""
NOTEBOOKS = {
    "00_good": GOOD,
    "01_error": "print('before')\n\n# %%\nraise ValueError('the <b>shoe</b>\\ndoes not fit')\n\n# %%\nprint('after')",
    "02_dead": "import os\nos._exit(9)",
    "03_endless": "import time\ntime.sleep(600)",
    "04_forgetful": "print('never saves')",
}


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """A notebooks folder of its own, in which one notebook is good and every other fails in its own way."""
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(paths, "SOURCES", tmp_path / "notebooks" / "src")
    paths.SOURCES.mkdir(parents=True)
    for name, code in NOTEBOOKS.items():
        (paths.SOURCES / f"{name}.py").write_text(
            f"# %% [markdown]\n# # {name[:2]} · {name[3:]}?\n\n"
            '# %% tags=["parameters"]\nprofile: str = "quick"  # profile\npause: float = 0.0  # seconds\n\n'
            f"# %%\n{code}\n"
        )
    authoring.build()
    return tmp_path / "out"


def test_a_good_notebook_leaves_three_files_and_is_skipped_until_something_changes(workshop, capfd, monkeypatch):
    def make(force=False, **changes):
        code = pipeline.make_reports(["00_good"], "quick", changes, workshop, force)
        return code, capfd.readouterr().err

    code, said = make()
    assert code == 0 and "done     00_good" in said
    assert {file.name for file in (workshop / "00_good").iterdir()} == {"executed.ipynb", "report.html", "results.json"}
    assert [file.name for file in workshop.iterdir() if file.name.endswith("-old") or "-" in file.name] == []
    code, said = make()
    assert code == 0 and "skipped  00_good" in said
    monkeypatch.setattr(pipeline, "LARGEST", 0.001)
    assert "large    00_good: 0." in make(force=True)[1], "a report that is too large is said, and stays"
    code, said = make(pause=1.0)
    assert "done     00_good" in said, "another parameter"
    assert json.loads((workshop / "00_good/results.json").read_text())["parameters"] == {"pause": 1.0}
    file = paths.NOTEBOOKS / "00_good.ipynb"
    file.write_text(file.read_text().replace("It ran.", "It ran again."))
    code, said = make(pause=1.0)
    assert "done     00_good" in said, "a student's edit"
    assert "It ran again." in (workshop / "index.html").read_text()


def test_a_notebook_that_shows_the_others_is_stale_when_one_of_them_is_new(workshop, capfd):
    (paths.SOURCES / "05_other.py").write_text((paths.SOURCES / "00_good.py").read_text().replace("00", "05"))
    authoring.build()

    def make(*names, **changes):
        assert pipeline.make_reports(list(names), "quick", changes, workshop) == 0
        return capfd.readouterr().err

    make("00_good", "05_other")
    assert make("00_good", "05_other").count("skipped") == 2
    file = workshop / "05_other/results.json"
    newer = json.loads(file.read_text())
    newer["provenance"]["started"] = "2026-01-02T00:00:00+00:00"
    file.write_text(json.dumps(newer))
    assert "done     00_good" in make("00_good") and "skipped  00_good" in make("00_good")


def test_a_failing_cell_gives_a_report_and_the_others_still_run(workshop, capfd):
    code = pipeline.make_reports(["01_error", "00_good"], "quick", {}, workshop)
    said = capfd.readouterr().err
    assert code == 1
    assert "failed   01_error" in said and "in code cell 3: ValueError: the <b>shoe</b> does not fit" in said
    assert "done     00_good" in said
    results = json.loads((workshop / "01_error/results.json").read_text())
    assert results["status"] == "failed" and results["error"]["cell_id"] == "01_error-03"
    page = (workshop / "01_error/report.html").read_text()
    assert "the &lt;b&gt;shoe&lt;/b&gt; does not fit" in page and "before" in page
    pipeline.make_reports(["01_error"], "quick", {}, workshop)
    assert "failed   01_error" in capfd.readouterr().err, "a failure is never up to date"


@pytest.mark.parametrize(
    ("name", "message"),
    [("02_dead", "died"), ("03_endless", "stopped after 0.15 minutes"), ("04_forgetful", "without its last cell")],
)
def test_every_other_end_is_a_failure_with_a_report(workshop, name, message):
    minutes = 0.15 if name == "03_endless" else 5
    results = execute.run(name, {"profile": "quick", "pause": 0.0}, workshop, minutes, None, lambda line: None)
    assert results["status"] == "failed" and message in results["error"]["message"].lower()
    assert message.split()[0] in (workshop / name / "report.html").read_text().lower()


def test_what_a_student_put_beside_a_report_survives_its_renewal(workshop):
    (workshop / "00_good/pictures").mkdir(parents=True)
    (workshop / "00_good/notes.txt").write_text("mine")
    (workshop / "00_good/lab.json").write_text("{}")
    for _ in range(2):
        execute.run("00_good", {"profile": "quick", "pause": 0.0}, workshop, 5, None, lambda line: None)
    assert (workshop / "00_good/notes.txt").read_text() == "mine"
    assert {file.name for file in (workshop / "00_good").iterdir()} == {
        "executed.ipynb", "report.html", "results.json", "notes.txt", "lab.json", "pictures"
    }  # fmt: skip
    assert [file.name for file in workshop.iterdir()] == ["00_good"]


def test_start_up_files_modules_and_kernels_of_the_user_do_not_run_in_a_report(workshop, tmp_path, monkeypatch):
    startup = tmp_path / "home/.ipython/profile_default/startup"
    startup.mkdir(parents=True)
    for file in (startup / "00.py", tmp_path / "start.py"):
        file.write_text("import os; os._exit(1)")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "start.py"))
    kernel = tmp_path / "jupyter/kernels/python3/kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text('{"argv": ["no-such-program"], "display_name": "", "language": "python"}')
    for file in ("lib/__init__.py", "random.py", "queue.py", "papermill.py"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("raise SystemExit('a file of the user')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    results = execute.run("00_good", {"profile": "quick", "pause": 0.0}, workshop, 5, None, lambda line: None)
    assert results["status"] == "complete"


def test_a_report_that_was_good_is_replaced_as_a_whole(workshop):
    parameters = {"profile": "quick", "pause": 0.0}
    execute.run("00_good", parameters, workshop, 5, None, lambda line: None)
    (paths.NOTEBOOKS / "00_good.ipynb").write_text((paths.NOTEBOOKS / "01_error.ipynb").read_text())
    assert execute.run("00_good", parameters, workshop, 5, None, lambda line: None)["status"] == "failed"
    executed = nbformat.read(workshop / "00_good/executed.ipynb", as_version=4)
    assert any("fit" in cell.source for cell in executed.cells)


def test_a_report_that_is_half_replaced_is_never_up_to_date(tmp_path, monkeypatch):
    def laid(folder):
        folder.mkdir()
        for name in kept.FILES[:2]:
            (folder / name).write_text(folder.name)
        return folder

    def killed(file, folder, move=kept._move):
        if file.name == "report.html":
            raise KeyboardInterrupt
        move(file, folder)

    old, results = tmp_path / "old", {"status": "complete", "stamp": "same"}
    kept.put(laid(tmp_path / "first"), old, dict(results))
    assert pipeline._up_to_date(old, "same")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(kept, "_move", killed)
        kept.put(laid(tmp_path / "new"), old, dict(results))
    assert not pipeline._up_to_date(old, "same")


def test_a_stripped_copy_with_a_byte_order_mark_runs_under_its_own_name(workshop, capfd):
    stripped = json.loads((paths.NOTEBOOKS / "00_good.ipynb").read_text()) | {"metadata": {}}
    stripped["cells"][0] |= {"id": ".666152", "metadata": {"tags": None}}
    (paths.NOTEBOOKS / "00_good-Copy {1}.ipynb").write_text(json.dumps(stripped), encoding="utf-8-sig")
    assert pipeline.make_reports(["00_good-Copy {1}"], "quick", {}, workshop / "re{port} #1") == 0
    assert (
        json.loads((workshop / "re{port} #1/00_good-Copy {1}/results.json").read_text())["notebook"]
        == "00_good-Copy {1}"
    )
    assert "<title>00_good-Copy {1} good?" in (workshop / "re{port} #1/00_good-Copy {1}/report.html").read_text()
    assert "not run" not in capfd.readouterr().err


def test_fallback_is_told_in_the_report(workshop):
    reason = "No network; `lookbook data fetch fashion-mnist` brings the real pictures."
    execute.run("00_good", {"profile": "quick", "pause": 0.0}, workshop, 5, reason, lambda line: None)
    assert "brings the real pictures" in (workshop / "00_good/report.html").read_text()


@pytest.mark.parametrize(
    ("names", "profile", "changes", "message"),
    [
        (["00"], "quik", {}, "unknown profile 'quik': did you mean 'quick'"),
        (["07"], "quick", {}, "no notebook '07'"),
        (["00_god"], "quick", {}, "did you mean '00_good'"),
        (["00"], "quick", {"paus": 1.0}, "no chosen notebook has a parameter 'paus': did you mean 'pause'"),
        (["00"], "quick", {"profile": "full"}, "write --profile instead"),
        (["00"], "quick", {"pause": "long"}, "pause='long' should be of type float"),
    ],
)
def test_wrong_names_are_refused_before_anything_runs(workshop, names, profile, changes, message):
    with pytest.raises(LookbookError, match=message.replace("'", ".")):
        pipeline.make_reports(settings.choose(names), profile, changes, workshop)
    assert not workshop.exists()


def test_what_stops_every_notebook_is_said_before_any_runs(workshop, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "pytorch")
    with pytest.raises(LookbookError, match="KERAS_BACKEND=pytorch: Lookbook computes with tensorflow or jax"):
        pipeline.make_reports(["00_good"], "quick", {}, workshop)
    monkeypatch.delenv("KERAS_BACKEND")
    monkeypatch.setenv("LOOKBOOK_WEIGHTS", str(workshop))
    with pytest.raises(LookbookError, match="set it to the folder that holds the weights, or unset it"):
        pipeline.make_reports(["00_good"], "quick", {}, workshop)
    monkeypatch.delenv("LOOKBOOK_WEIGHTS")
    workshop.touch()
    with pytest.raises(LookbookError, match="is a file, not a folder; give a folder that can be written: --out DIR"):
        pipeline.make_reports(["00_good"], "quick", {}, workshop)


def test_a_whole_number_fits_where_a_fraction_is_expected(workshop):
    assert settings.resolve(["00_good"], "quick", {"pause": 2})["00_good"]["pause"] == 2


@pytest.mark.parametrize(
    "line",
    ["pause: float = min(1, 2)", "pause = 3", "import os", "pause: float = 1 2", "pause: set = {1}", "x: list = [b'']"],
)
def test_parameters_must_be_literals(workshop, line):
    file = paths.NOTEBOOKS / "00_good.ipynb"
    file.write_text(file.read_text().replace("pause: float = 0.0", line))
    with pytest.raises(LookbookError, match=re.escape(f"of the parameters cell is '{line}") + ".* may hold only lines"):
        settings.parameters("00_good")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("epochs=3", 3),
        ("systems=[R2.simple]", ["R2.simple"]),
        ("dataset=007x", "007x"),
        ("rates=[1e-3,1E2]", [1e-3, 100.0]),
        ("rate=1e-3", 1e-3),
        ("limit=0100", 100),
        ("limit=1_000", 1000),
        ("at=1:30", "1:30"),
        ("classes=[no, on, 2020-01-01]", ["no", "on", "2020-01-01"]),
        ("dataset=own:C:\\my #1: x", "own:C:\\my #1: x"),
        ("x=*all", "*all"),
        ('x="007"', "007"),
    ],
)
def test_changes_mean_what_they_look_like(text, value):
    assert settings.parse_change(text)[1] == value


@pytest.mark.parametrize("text", ["epochs", "=3", "a b=1", "x=[1"])
def test_changes_that_cannot_be_read_are_refused(text):
    with pytest.raises(LookbookError, match="--set"):
        settings.parse_change(text)


def test_every_profile_names_notebooks_and_parameters_that_exist(monkeypatch):
    for profile in settings.profiles().values():
        for name in profile.keys() - {"limit_minutes", "all"}:
            assert profile[name].keys() <= settings.parameters(name).keys()


def test_a_report_that_cannot_be_written_does_not_stop_the_others(workshop, monkeypatch):
    ran = []

    def run(name, *rest):
        ran.append(name)
        if name == "00_good":
            raise LookbookError("00_good: cannot be replaced; close programs that use it")
        return {"status": "complete"}

    monkeypatch.setattr(execute, "run", run)
    with pytest.raises(LookbookError, match="close programs"):
        pipeline.make_reports(["00_good", "04_forgetful"], "quick", {}, workshop)
    assert sorted(ran) == ["00_good", "04_forgetful"] and (workshop / "index.html").exists()


def test_a_folder_of_reports_that_vanishes_while_a_notebook_runs_is_made_again(workshop, monkeypatch):
    def papermill(name, parameters, folder, *rest):
        shutil.rmtree(workshop)  # with the lock in it
        shutil.copy(paths.NOTEBOOKS / f"{name}.ipynb", folder / "executed.ipynb")
        results = execute._failure(name, parameters, folder, None, datetime.now(UTC)) | {"status": "complete"}
        odd = {"itself": results["provenance"], "what": object(), "set": {1}, "nan": float("nan")}
        files.write_json(folder / "results.json", results | {"odd": odd, "error": None})

    monkeypatch.setattr(execute, "_papermill", papermill)
    assert pipeline.make_reports(["00_good"], "quick", {}, workshop) == 0
    assert sorted(file.name for file in workshop.iterdir()) == ["00_good", "index.html"], "no lock is left"
    assert {file.name for file in (workshop / "00_good").iterdir()} == set(kept.FILES)
    assert "object object at" in (workshop / "00_good/report.html").read_text(), "what has no JSON form is text"


def test_a_full_disk_for_temporary_files_is_said_before_and_after(workshop, tmp_path, monkeypatch):
    monkeypatch.setattr(execute, "_papermill", lambda *given: 'File "engines.py", line 49')
    monkeypatch.setattr(execute.shutil, "disk_usage", lambda folder: SimpleNamespace(free=0))
    monkeypatch.setattr("lib.report.render.write_report", lambda *given: None)
    monkeypatch.setattr(kept, "put", lambda *given: None)
    results = execute.run("00_good", {}, workshop, 1, None, print)
    assert re.match("the disk with .* is full; make room, or set TMPDIR", results["error"]["message"])
    (tmp_path / "file").touch()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    with pytest.raises(LookbookError, match="file: .*; set TMPDIR .on Windows TEMP. to a folder that can be written"):
        pipeline.make_reports(["00_good"], "quick", {}, workshop)
