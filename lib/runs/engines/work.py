"""What a worker does with one job: it trains the run into the store. The caller reads it there.

An order and its answer are plain dictionaries of text, so that they cross a pipe or a network as they are.
"""

import os
import platform
import traceback
from functools import lru_cache
from pathlib import Path

from lib import config as configs
from lib.base import files, outside, paths, versions
from lib.base.errors import LookbookError
from lib.data import catalogue
from lib.data.dataset import Dataset
from lib.runs import store
from lib.runs.engines.follow import log
from lib.runs.engines.plan import Job

PLACES = ("LOOKBOOK_RUNS", "LOOKBOOK_DATA", "LOOKBOOK_CACHE", "LOOKBOOK_WEIGHTS")


Order = dict[str, str]


class WorkerError(RuntimeError):
    """A fault of the kit in a worker; its text is the traceback."""


def order_of(job: Job, here: bool) -> Order:
    """Return the job as a worker gets it. here: whether the worker is on this computer, where folders are as ours are.

    LookbookError for pictures that a worker cannot load by their name.
    """
    name = job.config.data.name
    try:
        catalogue.refuse_unknown(name)
    except LookbookError as error:
        raise LookbookError(
            f"the data set '{name}' was made by hand, workers have none: use --engine inline"
        ) from error
    with files.writing(log(job).parent):
        log(job).parent.mkdir(parents=True, exist_ok=True)  # the worker must find this folder
    places = {name: os.environ.get(name, "") for name in PLACES} if here else {}
    return {
        "key": job.key,
        "title": job.title,
        "config": job.config.model_dump_json(),
        "weights": "yes" if job.weights else "",
        "pictures": job.dataset.fingerprint,
        "backend": outside.backend_name(),
        "kit": versions.kit(),
    } | {name: str(Path(place).resolve()) if place else "" for name, place in places.items()}


def settle(order: Order) -> None:
    """Set the folders of the caller, where it has sent them."""
    os.environ.update({name: order[name] for name in PLACES if name in order})


def work(order: Order) -> Order:
    """Train a run, or find it trained; return {"key"}, or what went wrong: {"error"} for users, or {"traceback"}."""
    settle(order)
    try:
        config = configs.RunConfig.model_validate_json(order["config"])
        dataset = _pictures(order, config.data.name)
        return {"key": store.fetch_or_train(config, dataset, lambda *_: None, bool(order["weights"])).key}
    except LookbookError as error:
        return {"error": str(error)}
    except Exception:
        return {"traceback": traceback.format_exc()}


def checked(answer: Order, job: Job) -> Job:
    """Return the job when the worker's answer is good; else raise LookbookError, or WorkerError with the traceback."""
    if "error" in answer:
        raise LookbookError(answer["error"])
    if "traceback" in answer:
        raise WorkerError(f"{job.title}: its worker failed\n{answer['traceback']}")
    return job


def _pictures(order: Order, name: str) -> Dataset:
    """Return the pictures; LookbookError when the run would not be the one that the caller asked for."""
    who = f"worker {os.getpid()} on {platform.node()}"
    if order["kit"] != versions.kit():
        raise LookbookError(f"{who} has the kit in version {versions.kit()}, not {order['kit']}: install the same")
    if order["backend"] != outside.backend_name():
        raise LookbookError(f"{who} has KERAS_BACKEND={outside.backend_name()}; start it with {order['backend']}")
    if not (paths.runs() / order["key"]).is_dir():
        raise LookbookError(f"{who} has another run store, {paths.runs()}: let LOOKBOOK_RUNS name one folder for all")
    for _ in range(2):
        dataset = _loaded(name, *(os.environ.get(place) for place in PLACES))
        if dataset.fingerprint == order["pictures"]:
            return dataset
        _loaded.cache_clear()  # a folder of pictures may have changed since it was loaded
    raise LookbookError(
        f"{who} loads other pictures as '{name}' than the caller has; for a set changed by hand use --engine inline"
    )


@lru_cache(maxsize=2)
def _loaded(name: str, *places: str | None) -> Dataset:
    """Return a data set that was loaded before as it is: what is kept of its parts is found by its identity."""
    return catalogue.load(name)
