"""Several notebooks at once: how many, and how they end together."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from lib.base import cores

MOST = 4  # without --jobs: more kernels that start at once have lost one of 72
APART = 1.0  # seconds between two starts: a kernel's ports are chosen before it takes them


def number(wanted: int | None) -> int:
    """Return how many notebooks run at once: `wanted`, else one a core, at most 4.

    LookbookError for more than there are cores.
    """
    if wanted is not None:
        cores.refuse_more(wanted)
    return wanted or min(cores.count(), MOST)


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
