"""Several notebooks at once: how many, with which part of the computer each, and how they end together."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from lib.base.errors import LookbookError
from lib.base.outside import cores

MOST = 4  # without --jobs: more kernels that start at once have lost one of 72
APART = 1.0  # seconds between two starts: a kernel's ports are chosen before it takes them
LIBRARIES = ("TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def number(wanted: int | None) -> int:
    """Return how many notebooks run at once: `wanted`, else one a core, at most 4.

    LookbookError for more than there are cores: each would only wait for the others.
    """
    if wanted is not None and wanted > cores():
        raise LookbookError(f"--jobs {wanted} is more than the {cores()} cores here; leave it out, or give {cores()}")
    return wanted or min(cores(), MOST)


def share(at_once: int) -> dict[str, str]:
    """Return the environment that leaves a notebook its part of the computer, one of `at_once`; {} for one alone.

    What the user has set is not touched. It changes no figure: an operation is computed by one thread, however many
    there are (`lib.base.outside`). Every run records its share, with its device.
    """
    if at_once == 1:
        return {}
    threads = str(max(1, cores() // at_once))
    wanted = dict.fromkeys(LIBRARIES, threads)
    wanted["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"  # else the first notebook takes all of a GPU's memory
    wanted["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"  # likewise, with JAX
    return {name: value for name, value in wanted.items() if name not in os.environ}


def run_all(names: list[str], at_once: int, make: Callable[[str, threading.Event], None]) -> None:
    """Call make(name, stop) for every name, `at_once` of them at a time, in the order of `names`.

    When one raises, or this thread is interrupted (Ctrl-C), `stop` is set, which asks those that run to end and raise;
    the others do not begin, and when all have ended the error is raised.
    """
    stop, gate = threading.Event(), threading.Lock()
    next_start = time.monotonic()

    def begin(name: str) -> None:
        nonlocal next_start
        with gate:
            stop.wait(next_start - time.monotonic())
            next_start = time.monotonic() + APART
        if not stop.is_set():
            make(name, stop)

    with ThreadPoolExecutor(at_once) as pool:
        try:
            running = {pool.submit(begin, name) for name in names}
            while running:
                # With a time limit, because on Windows nothing interrupts a wait without one.
                done, running = wait(running, timeout=1, return_when=FIRST_COMPLETED)
                for each in done:
                    each.result()
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
