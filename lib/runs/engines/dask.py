"""The workers of a Dask scheduler, on this computer or any other.

Without a scheduler's address a local cluster is started, and lives on between grids. A run whose worker dies goes to
another worker and resumes from its last checkpoint: the run store is a folder that all workers see.
"""

import logging
import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from lib.base import cores, versions
from lib.base.errors import LookbookError
from lib.runs.engines import processes, work
from lib.runs.engines.choice import Choice
from lib.runs.engines.follow import follow, log
from lib.runs.engines.plan import Job

LOOK = 0.5  # seconds between two looks at the logs
ANSWERS = 10  # seconds that a scheduler has to answer
PROBE = "__import__('lib.base.versions', fromlist=['kit']).kit()"


_clients: dict[Choice, Any] = {}


def train(jobs: list[Job], tell: Callable[[Job, float, str], None], choice: Choice) -> Iterator[Job]:
    """Yield each job when its run is stored. LookbookError for workers without this kit, and a lost scheduler.

    A run whose worker dies is given to another one by the scheduler; LookbookError when it gives up.
    """
    import distributed

    orders = [work.order_of(job, here=not choice.scheduler) for job in jobs]
    there = client(choice)
    look = follow(jobs, tell)
    with there.as_current():
        futures = {
            there.submit(do, order, key=f"{job.key}-{secrets.token_hex(4)}", pure=False): job
            for job, order in zip(jobs, orders, strict=True)
        }
        if not there.nthreads():
            tell(jobs[0], 0, "the scheduler has no workers yet, waits for one")
        try:
            while futures:
                done = set()
                with suppress(TimeoutError):
                    done = distributed.wait(list(futures), timeout=LOOK, return_when="FIRST_COMPLETED").done
                look()
                for each in done:
                    job = futures.pop(each)
                    yield work.checked(_answer(each, job), job)
        except distributed.CancelledError as error:
            raise LookbookError(
                "the scheduler was lost or gave up the runs; the same command goes on where this one stopped"
            ) from error
        finally:
            there.cancel(list(futures))


def client(choice: Choice):
    """Return the connection to the scheduler, or to a cluster of this computer; the same one as long as it holds.

    LookbookError for a scheduler that does not answer, and for a worker that has not this kit.
    """
    import distributed

    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what is lost is said once, by this module
    if choice not in _clients or _clients[choice].status != "running":
        if choice.scheduler:
            try:
                _refuse_silent(choice.scheduler)
                _clients[choice] = distributed.Client(choice.scheduler, timeout=ANSWERS)
            except (OSError, ValueError) as error:
                raise LookbookError(
                    f"--scheduler {choice.scheduler} does not answer within {ANSWERS} s: does `dask scheduler` run?"
                ) from error
        else:
            _clients[choice] = distributed.Client(_cluster(choice.jobs))
    for address, kit in _clients[choice].run(eval, PROBE, on_error="return").items():
        if kit != versions.kit():
            found = f"another version ({kit}, not {versions.kit()})" if isinstance(kit, str) else f"none: {kit}"
            raise LookbookError(f"worker {address} needs the kit of this computer, it has {found}")
    return _clients[choice]


def _refuse_silent(address: str) -> None:
    """Raise OSError when nothing there speaks: a scheduler does so first, and for that Dask waits without end."""
    host, _, port = address.removeprefix("tcp://").rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWERS) as connection:
        if not connection.recv(1):
            raise ConnectionError("hung up")


def _cluster(jobs: int):
    """Return a cluster of worker processes on this computer, a thread each."""
    import dask
    import distributed

    os.environ |= {"PYTHONSAFEPATH": "1", "PYTHONPATH": ""}  # modules of the user hide none; workers get our own path
    with dask.config.set({"distributed.scheduler.allowed-failures": 1}):  # a run that kills two workers is to blame
        return distributed.LocalCluster(
            n_workers=jobs, threads_per_worker=1, memory_limit=0, dashboard_address=None, silence_logs="ERROR",
            env=cores.share(jobs) | {"LOOKBOOK_PROGRESS": ""},
        )  # fmt: skip


def _answer(future, job: Job) -> dict[str, str]:
    """Return what a worker answered; LookbookError when none could."""
    import distributed

    try:
        return future.result()
    except distributed.KilledWorker as error:
        raise LookbookError(f"{job.title}: several workers died in it; see {log(job)} and their own logs") from error
    except ImportError as error:
        raise LookbookError(f"a worker that joined later has not the kit: {error}") from error


def do(order: work.Order) -> work.Order:
    """Let a worker process of this Dask worker do the order; it is ended when the caller has gone.

    Not here: Keras takes seeds from Python's random numbers, and Dask's own threads draw some in between.
    """
    import distributed

    worker = distributed.get_worker()
    task = worker.get_current_task()

    def gone() -> bool:
        state = worker.state.tasks.get(task)
        lost = worker.status != distributed.core.Status.running
        return lost or state is None or state.state == "cancelled"

    work.settle(order)
    return processes.obey(order, 1, gone)
