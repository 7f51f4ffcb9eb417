"""Which engine trains the runs of a grid. The choice stands in the environment: notebooks find it there.

LOOKBOOK_ENGINE (none: auto), LOOKBOOK_JOBS (how many workers are started here; none: one a core),
LOOKBOOK_SCHEDULER (of Dask).
"""

import importlib.util
import os
import re
from dataclasses import dataclass

from lib.base import cores
from lib.base.errors import LookbookError, nearest

ENGINES = ("inline", "processes", "dask")
AUTO = "auto"  # inline or beside, as it suits the grid
ADDRESS = re.compile(r"tcp://(\[[0-9a-fA-F:]+\]|[^\s:/\[\]]+):\d{1,5}")


@dataclass(frozen=True)
class Choice:
    """An engine, how many workers it starts here, and the scheduler whose workers it takes instead."""

    engine: str
    jobs: int
    scheduler: str


def chosen() -> Choice:
    """Return what the environment says.

    LookbookError for an unknown engine, more workers than cores, a scheduler's address of a wrong form or without the
    engine dask, workers that nothing would start, and the engine dask without Dask.
    """
    engine = os.environ.get("LOOKBOOK_ENGINE") or AUTO
    number, scheduler = os.environ.get("LOOKBOOK_JOBS", ""), os.environ.get("LOOKBOOK_SCHEDULER", "")
    if engine not in (AUTO, *ENGINES):
        raise LookbookError(f"unknown engine '{engine}': {nearest(engine, (AUTO, *ENGINES))}")
    if scheduler and engine != "dask":
        raise LookbookError(f"--scheduler {scheduler} is for --engine dask; the engine is {engine}")
    if scheduler and not ADDRESS.fullmatch(scheduler):
        raise LookbookError(f"--scheduler {scheduler}: write it as tcp://HOST:PORT, as `dask scheduler` prints it")
    if engine == "dask" and importlib.util.find_spec("distributed") is None:
        raise LookbookError("--engine dask needs Dask: pip install -e '.[dask]' in the kit's folder")
    if number and not (number.isascii() and number.isdigit() and int(number)):
        raise LookbookError(f"--jobs {number}: give a number of workers, 1 or more")
    if number:
        cores.refuse_more(int(number))
    return Choice(engine, int(number or cores.count()), scheduler)


def share(at_once: int) -> dict[str, str]:
    """Return the environment that leaves a notebook, one of `at_once`, workers for its part of the cores."""
    return {"LOOKBOOK_JOBS": str(max(1, cores.count() // at_once))}
