"""Which engine trains: the choice, what it refuses, and in which order runs can be trained. No worker starts here."""

import importlib.util
import os
import socket
from dataclasses import replace

import pytest

from lib import runs
from lib.base import cores, paths, versions
from lib.base.errors import LookbookError
from lib.config import parse
from lib.data import catalogue
from lib.runs import engines, store
from lib.runs.engines import choice, work
from lib.runs.engines.auto import suited
from lib.runs.engines.plan import plan

GARMENTS = {"name": "garments", "limit": 120}


def settings(**changes):
    return parse({"system": "R2.simple", "data": GARMENTS, "epochs": 1, "batch_size": 32} | changes)


@pytest.fixture(autouse=True)
def nothing_chosen(monkeypatch):
    for name in ("ENGINE", "JOBS", "SCHEDULER"):
        monkeypatch.setenv(f"LOOKBOOK_{name}", "")
    monkeypatch.setattr(cores, "count", lambda: 2)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"engine": "proceses"}, "unknown engine 'proceses': did you mean 'processes'?"),
        ({"engine": "processes", "jobs": 3}, "--jobs 3 is more than the 2 cores here"),
        ({"jobs": 2}, "--jobs 2 is for --engine processes, or dask without --scheduler"),
        ({"engine": "processes", "scheduler": "tcp://here:8786"}, "--scheduler tcp://here:8786 is for --engine dask"),
        ({"engine": "dask", "scheduler": "here:8786"}, "--scheduler here:8786: write it as tcp://HOST:PORT"),
        ({"engine": "dask", "scheduler": "tcp://here"}, "--scheduler tcp://here: write it as tcp://HOST:PORT"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(given, line):
    with pytest.raises(LookbookError) as refused:
        engines.choose(**given)
    assert line in str(refused.value) and "\n" not in str(refused.value)


def test_dask_that_is_not_installed(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(LookbookError, match=r"pip install -e '\.\[dask\]'"):
        engines.choose("dask")


def test_a_scheduler_that_does_not_answer(monkeypatch):
    pytest.importorskip("distributed")
    from lib.runs.engines import dask

    monkeypatch.setattr(dask, "ANSWERS", 1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(LookbookError, match=f"--scheduler {address} does not answer within 1 s"):
            engines.choose("dask", scheduler=address)


def test_the_choice_stands_in_the_environment_and_its_parts_stay(monkeypatch):
    engines.choose("processes", 1)
    engines.choose()
    assert choice.chosen() == choice.Choice("processes", 1, "")
    monkeypatch.setattr(cores, "count", lambda: 9)
    assert engines.share(4) == {"LOOKBOOK_JOBS": "2"} and engines.share(20) == {"LOOKBOOK_JOBS": "1"}


LONG = [(settings(epochs=500, seed=seed), False) for seed in (0, 1)]
NO_STEPS = [(settings(system="anchor.nearest", epochs=500, seed=seed), False) for seed in (0, 1)]


@pytest.mark.parametrize(
    ("wanted", "changes", "engine"),
    [
        (LONG, {}, "beside"),
        (LONG[:1], {}, "inline"),  # a single run
        ([(settings(seed=seed), False) for seed in range(9)], {}, "inline"),  # few steps
        (NO_STEPS, {}, "inline"),
        (LONG, {"LOOKBOOK_JOBS": "1"}, "inline"),  # the other core has a notebook of its own
        (LONG, {"workers": 1}, "inline"),  # a GPU, or JAX
    ],
)
def test_a_grid_that_pays_for_a_worker_gets_one(wanted, changes, engine, monkeypatch):
    if "workers" in changes:
        monkeypatch.setattr("lib.base.backend.workers", lambda: changes["workers"])
    monkeypatch.setenv("LOOKBOOK_JOBS", changes.get("LOOKBOOK_JOBS", "2"))
    assert suited(plan(wanted)[1], choice.chosen()).engine == engine


def test_pictures_that_no_worker_can_load_are_trained_inline_without_a_word(stripes, monkeypatch):
    drawn = catalogue.load("garments")
    for pictures in (stripes, replace(drawn, images=255 - drawn.images[:], digest=None)):
        wanted = [(settings(epochs=500, data={"name": pictures.name}, seed=seed), False) for seed in (0, 1)]
        assert suited(plan(wanted, pictures)[1], choice.chosen()).engine == "inline"


def test_only_variables_that_name_folders_become_paths(monkeypatch):
    monkeypatch.setenv("LOOKBOOK_SCHEDULER", "tcp://here:8786")
    monkeypatch.setenv("LOOKBOOK_DATA", "somewhere")
    paths.settle()
    assert os.environ["LOOKBOOK_SCHEDULER"] == "tcp://here:8786"
    assert os.environ["LOOKBOOK_DATA"] == os.path.abspath("somewhere")


def test_a_start_comes_first_and_once_and_what_is_stored_is_not_planned(monkeypatch):
    first = settings()
    heads = [settings(system="transfer.kit", start=first.model_dump(), seed=seed) for seed in (0, 1)]
    keys, jobs, _ = plan([(heads[0], False), (first, False), (heads[1], False), (heads[0], False)])
    assert [job.key for job in jobs] == [keys[1], keys[0], keys[2]] and keys[3] == keys[0]
    assert [(job.level, job.weights) for job in jobs] == [(0, True), (1, False), (1, False)]
    with monkeypatch.context() as patch:
        patch.setattr(store, "stored", lambda key, weights: "a run" if key in keys[:2] else None)
        assert [job.key for job in plan([(each, False) for each in heads])[1]] == [keys[2]]
    with pytest.raises(LookbookError, match="was trained on .* pictures that this one is measured on"):
        other = settings(data={"name": "garments", "split_seed": 1})
        plan([(settings(system="transfer.kit", start=other.model_dump()), False)])


def test_a_run_counts_once_and_is_yielded_where_it_was_wanted():
    shown = []
    wanted = [(settings(), False), (settings(seed=1), False), (settings(), False)]
    found = dict(engines.train(wanted, lambda *given: shown.append(given)))
    assert sorted(found) == [0, 1, 2] and found[0] == found[2] != found[1]
    assert shown[0] == (0, 2, "done") and shown[-1][:2] == (2, 2)
    assert "R2.simple" in shown[1][2] and "0/1 epochs done, begins" in shown[1][2]


def order(job, **changes):
    return work.order_of(job, here=True) | changes


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"kit": "0.0.0-1234"}, "has the kit in version .*, not 0.0.0-1234"),
        ({"backend": "jax"}, "has KERAS_BACKEND=tensorflow; start it with jax"),
        ({"LOOKBOOK_RUNS": "/nowhere"}, "has another run store, /nowhere: let LOOKBOOK_RUNS name one folder"),
        ({"pictures": "0123"}, "loads other pictures as 'garments' than the caller has"),
    ],
)
def test_a_worker_refuses_what_would_be_another_run(changes, line, monkeypatch):
    monkeypatch.setattr(store, "train", lambda *_: pytest.fail("trained"))
    monkeypatch.setenv("LOOKBOOK_RUNS", os.environ["LOOKBOOK_RUNS"])  # put back afterwards: a worker sets it
    (job,) = plan([(settings(), False)])[1]
    with pytest.raises(LookbookError, match=line):
        work.checked(work.work(order(job, **changes)), job)


def test_a_worker_sends_the_line_of_an_error_and_the_traceback_of_a_fault():
    (job,) = plan([(settings(), False)])[1]
    job = replace(job, config=settings(batch_size=5000))
    with pytest.raises(LookbookError, match="^batch_size=5000 is more than the .* training pictures"):
        work.checked(work.work(order(job)), job)
    with pytest.raises(work.WorkerError, match="(?s)R2.simple batch_size=5000, seed 0: .*Traceback.*ValidationError"):
        work.checked(work.work(order(job, config="{}")), job)


def test_arguments_that_a_network_does_not_take_are_refused_before_the_first_of_several_is_trained():
    with pytest.raises(LookbookError, match="system R2.simple: arguments={'x': 1}: .*unexpected keyword argument 'x'"):
        plan([(settings(), False), (settings(arguments={"x": 1}), False)])


@pytest.mark.parametrize("engine", ["processes", "dask"])
def test_pictures_that_somebody_made_train_inline_only(stripes, engine, monkeypatch):
    monkeypatch.setenv("LOOKBOOK_ENGINE", engine)
    if engine == "dask":
        pytest.importorskip("distributed")
    with pytest.raises(LookbookError, match="'stripes' was made by hand, workers have none: use --engine inline"):
        runs.grid({"only": settings(data={"name": "stripes"})}, 1, stripes)
    monkeypatch.setenv("LOOKBOOK_ENGINE", "inline")
    assert len(runs.grid({"only": settings(data={"name": "stripes"})}, 1, stripes)["only"]) == 1


def test_pictures_that_somebody_changed_are_noticed_by_the_worker():
    drawn = catalogue.load("garments")
    (job,) = plan([(settings(), False)], replace(drawn, images=255 - drawn.images[:], digest=None))[1]
    assert "for a set changed by hand use --engine inline" in work.work(order(job))["error"]


def test_the_kit_is_its_version_and_that_of_its_rooms(monkeypatch):
    before = versions.kit()
    monkeypatch.setattr(versions, "read", lambda: {"loop": {"version": 99}})
    assert versions.kit() != before and versions.kit().partition("-")[0] == before.partition("-")[0]
