"""How the runs of a grid are trained: here, in worker processes, or by the workers of Dask.

choice  which engine, and with how many workers
auto    which one suits a grid, where nobody has chosen
plan    which runs are missing, and in which order they can be trained
work    what a worker does with one of them, whichever engine it belongs to
follow  what the logs say of runs that workers train
inline, beside, processes (workers run worker), dask  the engines: train(jobs, tell, choice) yields each job when done
"""

import os
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from itertools import groupby

from lib.base import paths
from lib.base.errors import LookbookError
from lib.base.progress import Report
from lib.data.dataset import Dataset
from lib.runs import store
from lib.runs.engines.auto import suited
from lib.runs.engines.choice import AUTO, chosen, share
from lib.runs.engines.plan import Job, Wanted, plan
from lib.training.run import Run

__all__ = ["choose", "share", "train"]


def choose(engine: str | None = None, jobs: int | None = None, scheduler: str | None = None) -> None:
    """Let the grids of this process, and of those that it starts, be trained so; None leaves what was chosen before.

    LookbookError, before anything is trained: as `choice.chosen`, for `jobs` where no worker is started here, and for a
    scheduler that does not answer.
    """
    given = {"ENGINE": engine, "JOBS": jobs and str(jobs), "SCHEDULER": scheduler}
    os.environ.update({f"LOOKBOOK_{name}": value for name, value in given.items() if value})
    choice = chosen()
    if jobs and (choice.engine in (AUTO, "inline") or choice.scheduler):
        raise LookbookError(f"--jobs {jobs} is for --engine processes, or dask without --scheduler: leave it out")
    if choice.scheduler:
        from lib.runs.engines import dask

        dask.client(choice)


def train(wanted: Wanted, show: Report, dataset: Dataset | None = None) -> Iterator[tuple[int, Run]]:
    """Yield each wanted run with its place in `wanted` as soon as the store has it; the missing ones are trained.

    wanted: settings, and whether the network itself is needed. show: takes the progress of all together. dataset: the
    pictures of all; None: loaded by their names. Runs that others begin from come first, and count in the progress.
    The first error ends all, and the same call goes on where it ended: LookbookError as in
    `lib.runs.store.fetch_or_train`, and when the engine that was chosen cannot be had.
    """
    choice = chosen()
    keys, jobs, there = plan(wanted, dataset)
    places: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    total = len({*keys, *(job.key for job in jobs)})
    missing = {job.key for job in jobs}
    for key in places.keys() - missing:
        yield from ((place, there[key]) for place in places[key])
    going: dict[str, float] = {}  # the runs that are being trained, and how much of each is done

    def tell(job: Job, done: float, text: str) -> None:
        going[job.key] = 0.99 * done  # a run counts as one when it is stored
        at_once = f"{len(going)} at once; " if len(going) > 1 else ""
        show(total - len(missing) + sum(going.values()), total, f"({at_once}{job.title}: {text})")

    if total:
        show(total - len(missing), total, "done")
    for _, level in groupby(jobs, key=lambda job: job.level):  # a run waits for those that others begin from: few do
        together = list(level)
        own = suited(together, choice) if choice.engine == AUTO else choice
        engine = import_module(f"{__name__}.{own.engine}")
        with closing(engine.train(together, tell, own)) as finished:
            for job in finished:
                going.pop(job.key, None)
                missing.remove(job.key)
                show(total - len(missing), total, f"({job.title}: done)")
                yield from ((place, _stored(job.key, wanted[place][1])) for place in places.get(job.key, []))


def _stored(key: str, weights: bool) -> Run:
    run = store.stored(key, weights)
    if run is None:
        raise LookbookError(
            f"{paths.runs() / key}: was trained, but is not here; do all workers see this LOOKBOOK_RUNS?"
        )
    return run
