"""Notebooks side by side: they overlap, the reader of others comes last, and they end together."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from lib.base import cores, paths
from lib.base.errors import LookbookError
from lib.cli import ending
from lib.course import build as authoring
from lib.report import jobs, pipeline

SAVE = """
import os, time
from pathlib import Path
from lib.base import files, paths
here = Path(os.environ["MEETING"])
(here / name).write_text(os.environ.get("OMP_NUM_THREADS", "all"))
begun = time.time()
while not all((here / other).exists() for other in waits_for):
    assert time.time() - begun < 60, "nobody came"
    time.sleep(0.05)
results = {"notebook": name, "title": "Good?", "status": "complete", "error": None, "profile": profile,
           "dataset": None, "dataset_provenance": "none", "fallback": None, "parameters": {},
           "provenance": {"seeds": [], "versions": {}, "commit": None, "device": "", "seconds": 1.0,
                          "started": "2026-01-01T00:00:00+00:00", "data_fingerprint": ""},
           "runs": [], "tables": {}, "findings": [str(sorted(os.listdir(here)))], "guards": []}
files.write_json(paths.results_file(name), results)
"""
WAITS = {"00_reader": [], "01_left": ["02_right"], "02_right": ["01_left"], "03_error": []}
ENDLESS = "import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """A notebooks folder of its own, in which 01 and 02 wait for each other, on a computer with two cores."""
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(paths, "SOURCES", tmp_path / "notebooks" / "src")
    monkeypatch.setattr(cores, "count", lambda: 2)
    for name in cores.LIBRARIES:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "meeting").mkdir()
    monkeypatch.setenv("MEETING", str(tmp_path / "meeting"))
    paths.SOURCES.mkdir(parents=True)
    for name, others in WAITS.items():
        write(name, f"name, waits_for = {name!r}, {others}\n{SAVE}" if name != "03_error" else "raise ValueError('no')")
    authoring.build()
    return tmp_path / "out"


def write(name, code):
    (paths.SOURCES / f"{name}.py").write_text(
        f"# %% [markdown]\n# # {name[:2]} · {name[3:]}?\n\n"
        f'# %% tags=["parameters"]\nprofile: str = "quick"  # profile\n\n# %%\n{code}\n'
    )


def test_two_run_at_once_the_reader_last_and_a_failure_stops_nobody(workshop, capfd):
    assert pipeline.make_reports(list(WAITS), "quick", {}, workshop, at_once=2) == 1
    said = capfd.readouterr().err
    assert [said.count(f"done     {name}") for name in WAITS] == [1, 1, 1, 0] and "failed   03_error" in said
    assert said.rindex("running  00_reader") > max(said.rindex(f" {name} ") for name in list(WAITS)[1:])
    found = json.loads((workshop / "00_reader/results.json").read_text())["findings"]
    assert found == [str(["00_reader", "01_left", "02_right"])]
    threads = [(workshop.parent / "meeting" / name).read_text() for name in list(WAITS)[:3]]
    assert threads == ["all", "1", "1"], "one alone has all cores"
    assert {file.name for file in workshop.iterdir()} == {*WAITS, "index.html"}
    assert pipeline.make_reports(list(WAITS)[:3], "quick", {}, workshop, at_once=2) == 0
    assert capfd.readouterr().err.count("skipped") == 3


def test_more_jobs_than_cores_are_refused_before_anything_runs(workshop):
    with pytest.raises(LookbookError, match="--jobs 3 is more than the 2 cores here"):
        pipeline.make_reports(list(WAITS), "quick", {}, workshop, at_once=3)
    assert not workshop.exists()


def test_without_a_number_one_a_core_and_at_most_four(monkeypatch):
    for there, at_once in ((1, 1), (2, 2), (4, 4), (64, 4)):
        monkeypatch.setattr(cores, "count", lambda there=there: there)
        assert jobs.number(None) == at_once
    assert jobs.number(16) == 16


def test_cores_are_shared_out_and_what_the_user_set_stays(monkeypatch):
    monkeypatch.setattr(cores, "count", lambda: 8)
    monkeypatch.delenv("TF_NUM_INTEROP_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    assert cores.share(1) == {}
    assert cores.share(3)["TF_NUM_INTEROP_THREADS"] == "2" and "OMP_NUM_THREADS" not in cores.share(3)


def test_the_longest_begins_first(tmp_path):
    def report(name, seconds, profile="quick", status="complete"):
        (tmp_path / name).mkdir()
        made = {"status": status, "profile": profile, "provenance": {"seconds": seconds}}
        (tmp_path / name / "results.json").write_text(json.dumps(made))

    report("01_short", 5)
    report("02_long", 50)
    report("03_other_profile", 1, profile="full")
    report("05_failed", 1, status="failed")
    names = ["01_short", "02_long", "03_other_profile", "04_never", "05_failed"]
    first = pipeline._longest_first(names, "quick", tmp_path)
    assert first == ["03_other_profile", "04_never", "05_failed", "02_long", "01_short"]


def test_an_error_of_the_kit_ends_the_others_and_is_raised():
    ended = []

    def make(name, stop):
        if name == "bad":
            raise LookbookError("the disk is full")
        ended.append((name, stop.wait(60)))

    with pytest.raises(LookbookError, match="the disk is full"):
        jobs.run_all(["good", "bad", "never"], 2, make)
    assert ended == [("good", True)]


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a word")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_killed_report_leaves_nothing_behind(workshop, tmp_path, number, code, signals_are_heard):
    for name in ("01_left", "02_right"):
        write(name, f"{ENDLESS}open('{tmp_path}/meeting/{name}', 'w').close()\ntime.sleep(600)")
        (paths.NOTEBOOKS / f"{name}.ipynb").unlink()
    authoring.build()
    command = (
        "import sys; from pathlib import Path; from lib import cli;"
        "from lib.base import cores, paths;"
        f"paths.NOTEBOOKS = Path({str(paths.NOTEBOOKS)!r}); cores.count = lambda: 2;"
        f"sys.argv = ['lookbook', 'report', '01', '02', '--jobs', '2', '--out', {str(workshop)!r}]; cli.main()"
    )
    report = subprocess.Popen([sys.executable, "-c", command], stderr=subprocess.PIPE, text=True)
    deadline = time.time() + 90
    while len(list((tmp_path / "meeting").iterdir())) < 2 and time.time() < deadline:
        time.sleep(0.1)
    family = psutil.Process(report.pid).children(recursive=True)
    assert len(family) >= 6, report.stderr.read()  # papermill, its kernel and what that started, twice
    for _ in range(2):  # a second Ctrl-C does not stop the clearing up
        report.send_signal(number)
        time.sleep(0.1)
    assert report.wait(timeout=30) == code
    assert psutil.wait_procs(family, timeout=30)[1] == []
    left = {file.name for file in Path(workshop).iterdir()}
    if number == signal.SIGINT:
        assert left == set() and report.stderr.read().endswith(f"{ending.GOES_ON}\n")
    else:
        assert left <= {".01_left.lock", ".02_right.lock"}, "papermill removes what it has half made"
    report.stderr.close()


def test_one_process_at_a_time_makes_a_report_and_removes_what_a_killed_one_left(tmp_path):
    left = tmp_path / ".01_left-abcd"
    left.mkdir()
    (left / "papermill.log").touch()
    (tmp_path / ".02_right-abcd").mkdir()
    said, stop = [], threading.Event()
    with jobs.alone(tmp_path, "01_left", said.append, stop):
        assert not left.exists() and (tmp_path / ".02_right-abcd").exists(), "of this report alone"
        stop.set()
        with pytest.raises(KeyboardInterrupt), jobs.alone(tmp_path, "01_left", said.append, stop):
            pass
        assert said == ["another process makes it, waits"]
    with jobs.alone(tmp_path, "01_left", said.append, stop):
        assert len(said) == 1, "the lock is free again"
    assert [file.name for file in tmp_path.iterdir()] == [".02_right-abcd"]
