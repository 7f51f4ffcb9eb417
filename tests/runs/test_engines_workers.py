"""Workers train the same runs to the last bit, survive the death of one of them, and end with whoever started them.

Two worker processes and one Dask cluster serve all tests here.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import pytest

from lib import runs
from lib.base import cores, paths
from lib.base.errors import LookbookError
from lib.config import parse
from lib.runs import engines
from lib.runs.engines import processes
from lib.training.run import read

FIRST = {"system": "R2.simple", "data": {"name": "garments", "limit": 120}, "epochs": 1, "batch_size": 32}
HEAD = FIRST | {"system": "transfer.kit", "start": FIRST}
LONG = FIRST | {"system": "R3.final", "epochs": 12}  # with dropout


def lookbook(*arguments, **environment):
    command = [sys.executable, "-m", "lib", "train", *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | environment
    )


@pytest.fixture(scope="module")
def inline(tmp_path_factory):
    """Return by key the runs that the command trains one after another, in a process of its own."""
    folder = tmp_path_factory.mktemp("inline")
    for name, content in {"first": FIRST, "head": HEAD, "long": LONG}.items():
        (folder / f"{name}.json").write_text(parse(content).model_dump_json())
    files = [str(folder / f"{name}.json") for name in ("first", "head", "long")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOKBOOK_RUNS", str(folder / "runs"))
        patch.setenv("TF_NUM_INTRAOP_THREADS", "1")
        out, err = lookbook("--config", *files, "--seeds", "2").communicate(timeout=300)
    assert len(out.split()) == 6, err
    found = [read(each) for each in (folder / "runs").iterdir() if len(each.name) == 16]
    return {run.key: run for run in found}


@pytest.fixture(params=["processes", "dask"])
def engine(request, monkeypatch):
    monkeypatch.setattr(cores, "count", lambda: 2)
    monkeypatch.setenv("LOOKBOOK_ENGINE", request.param)
    monkeypatch.setenv("LOOKBOOK_JOBS", "2")
    monkeypatch.setenv("LOOKBOOK_SCHEDULER", "")
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "1")
    if request.param == "dask":
        pytest.importorskip("distributed")
    return request.param


@pytest.fixture(scope="module", autouse=True)
def no_worker_stays():
    yield
    processes.end_idle()
    if "lib.runs.engines.dask" in sys.modules:
        from lib.runs.engines import dask

        for client in dask._clients.values():
            client.shutdown()
        dask._clients.clear()


def same(run, other):
    assert run.key == other.key and run.folder != other.folder
    assert run.history.drop(columns="seconds").equals(other.history.drop(columns="seconds"))
    for part in ("train", "val", "test"):
        assert all(np.array_equal(*pair) for pair in zip(run.predictions(part), other.predictions(part), strict=True))


def trainers():
    """Return the worker processes of the kit below this one."""
    found = []
    for each in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # one that has just died
            found += [each] if "lib.runs.engines.worker" in each.cmdline() else []
    return found


def test_workers_train_the_same_runs_once_and_live_on(engine, inline, monkeypatch):
    shown = []
    asked = [(parse(each).changed(seed=seed), False) for each in (FIRST, HEAD) for seed in (0, 1)]
    found = dict(engines.train(asked, lambda *given: shown.append(given)))
    for place in range(4):
        same(found[place], inline[found[place].key])
    logs = [file.read_text() for file in paths.runs().glob("*/log.txt")]
    assert len(logs) == 4 and all(log.count("begins") == 1 for log in logs), "the start is trained once, too"
    assert shown[0] == (0, 4, "done") and shown[-1][:2] == (4, 4)
    before = {each.pid for each in trainers()}
    monkeypatch.setenv("LOOKBOOK_RUNS", os.environ["LOOKBOOK_RUNS"] + "2")
    third = dict(engines.train(asked[:1], lambda *_: None))[0]
    same(third, inline[third.key])
    assert {each.pid for each in trainers()} == before, "another grid, another store, the same workers"


def test_a_killed_worker_costs_an_epoch_and_no_figure(engine, inline, monkeypatch):
    monkeypatch.setattr(f"lib.runs.engines.{engine}.LOOK", 0.02)
    killed = []

    def show(done, total, text):
        if "/12 loss" in text and not killed:
            idle = [worker.process.pid for worker in processes._idle]
            killed.extend(each for each in trainers() if each.pid not in idle)
            for each in killed:
                each.kill()

    (run,) = dict(engines.train([(parse(LONG), False)], show)).values()
    log = (run.folder / "log.txt").read_text()
    assert killed and "its worker died with signal 9" in log and "/12 epochs done, goes on" in log
    assert log.count("/12 loss") < 20, "it went on, not again from the start"
    same(run, inline[run.key])


def test_what_is_stored_is_not_sent_and_an_error_ends_all(engine, monkeypatch):
    wrong = parse(FIRST).changed(batch_size=5000)
    with pytest.raises(LookbookError, match="^batch_size=5000 is more than the .* training pictures"):
        list(engines.train([(wrong, False)], lambda *_: None))
    monkeypatch.setenv("LOOKBOOK_ENGINE", "inline")
    (run,) = runs.every([(parse(FIRST | {"system": "anchor.majority"}), False)])
    monkeypatch.setenv("LOOKBOOK_ENGINE", engine)
    monkeypatch.setattr(f"lib.runs.engines.{engine}.train", lambda *_: pytest.fail("sent"))
    assert runs.every([(run.config, False)]) == [run]


@pytest.mark.parametrize("engine", ["processes"], indirect=True)
def test_a_run_in_which_two_workers_die_is_named_with_its_log(engine, monkeypatch):
    monkeypatch.setattr(processes, "_talk", lambda worker, order: worker.process.kill())
    with pytest.raises(LookbookError, match=r"R2.simple, seed 0: 2 workers died in it, .* signal 9.*; see .*log.txt$"):
        list(engines.train([(parse(FIRST), False)], lambda *_: None))


@pytest.mark.parametrize("engine", ["dask"], indirect=True)
def test_a_dask_worker_without_the_kit_is_named(engine, monkeypatch):
    from lib.runs.engines import dask

    monkeypatch.setattr(dask, "PROBE", "__import__('no_such_kit')")
    with pytest.raises(LookbookError, match="worker tcp://.* needs the kit of this computer, it has none: No module"):
        list(engines.train([(parse(FIRST), False)], lambda *_: None))


@pytest.fixture
def others(monkeypatch):
    """Let every grid of two runs have a worker beside this process; return the workers that are there already."""
    monkeypatch.setattr(cores, "count", lambda: 2)
    monkeypatch.setattr("lib.runs.engines.auto.STEPS", 0)
    monkeypatch.setattr("lib.base.backend.workers", lambda: 2)
    for name in ("ENGINE", "JOBS", "SCHEDULER"):
        monkeypatch.delenv(f"LOOKBOOK_{name}", raising=False)
    processes.end_idle()
    return {each.pid for each in trainers()}  # Dask's


def test_a_worker_that_nobody_asked_for_trains_the_same_and_leaves(inline, others):
    seen, shown = set(), []

    def show(*given):
        shown.append(given)
        seen.update(each.pid for each in trainers())

    asked = [(parse(each).changed(seed=seed), False) for each in (LONG, FIRST) for seed in (0, 1)]
    found = dict(engines.train(asked, show))
    assert len(found) == 4 and shown[-1][:2] == (4, 4)
    for run in found.values():
        same(run, inline[run.key])
    assert len(seen - others) == 1 and {each.pid for each in trainers()} == others


@pytest.mark.parametrize("place", ["here", "beside"])
def test_a_fault_here_or_beside_ends_both(others, monkeypatch, place):
    def fault(*_):
        raise LookbookError("a fault")

    if place == "here":
        monkeypatch.setattr("lib.runs.engines.beside.train_here", fault)
    else:
        monkeypatch.setattr(processes, "_talk", lambda worker, order: {"error": "a fault"})
    with pytest.raises(LookbookError, match="^a fault$"):
        list(engines.train([(parse(FIRST).changed(seed=seed), False) for seed in (0, 1)], lambda *_: None))
    assert {each.pid for each in trainers()} == others


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a word")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_however_the_command_ends_no_worker_is_left(inline, tmp_path, number, signals_are_heard):
    (tmp_path / "endless.json").write_text(parse(LONG | {"epochs": 5000}).model_dump_json())
    chosen = ["--config", str(tmp_path / "endless.json"), "--engine", "processes", "--jobs", "1"]
    command = lookbook(*chosen)
    deadline = time.time() + 60
    while not list(Path(paths.runs()).glob("*/history.csv")) and time.time() < deadline:
        time.sleep(0.1)
    family = psutil.Process(command.pid).children(recursive=True)
    assert len(family) == 1
    command.send_signal(number)
    assert command.wait(timeout=30) == (-9 if number == signal.SIGKILL else 128 + number)
    assert psutil.wait_procs(family, timeout=10)[1] == []
