"""Several notebooks at once: how many, how they end together, and one process at a time for a report."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from pathlib import Path

from lib.base import cores, files, remove
from lib.report import execute, kept

MOST = 4  # without --jobs: more kernels that start at once have lost one of 72
LOOK = 0.5  # seconds between two looks at whether to wait any longer
APART = 1.0  # seconds between two starts: a kernel's ports are chosen before it takes them


def number(wanted: int | None) -> int:
    """Return how many notebooks run at once: `wanted`, else one a core, at most 4.

    LookbookError for more than there are cores.
    """
    if wanted is not None:
        cores.refuse_more(wanted)
    return wanted or min(cores.count(), MOST)


@contextmanager
def alone(out: Path, name: str, say: Callable[[str], None], stop: threading.Event) -> Iterator[None]:
    """Let one process at a time make the report out/NAME; what a killed one left half made is removed.

    say: called with a line where another process makes it. When `stop` is set meanwhile, KeyboardInterrupt is raised.
    """
    from filelock import FileLock, Timeout

    lock, waits = FileLock(out / f".{name}.lock"), False
    while not lock.is_locked:
        try:
            with files.writing(out / name):
                out.mkdir(parents=True, exist_ok=True)
                lock.acquire(timeout=LOOK)
        except Timeout:
            if not waits:
                say("another process makes it, waits")
            waits = True
            if stop.is_set():
                raise KeyboardInterrupt from None
    try:
        for left in out.glob(f".{name}-*"):
            remove.own_files(left, [*kept.FILES, *execute.SCRATCH])
        yield
    finally:
        with suppress(OSError):  # Windows removes no open file; whoever waits for a removed one takes a new one
            Path(lock.lock_file).unlink()
        lock.release()


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
