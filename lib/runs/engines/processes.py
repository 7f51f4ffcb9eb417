"""Worker processes on this computer. They live on between grids: importing TensorFlow takes seconds."""

import atexit
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from lib.base import cores, paths, start
from lib.runs.engines.choice import Choice
from lib.runs.engines.follow import follow
from lib.runs.engines.plan import Job
from lib.runs.engines.work import Order, checked, order_of

LOOK = 0.5  # seconds between two looks at what goes on
LIVES = 2  # workers that may die in one run


class Stopped(Exception):
    """Nobody waits for this run any longer."""


@dataclass
class Worker:
    """A worker process, how many share the computer, and what it and its libraries print."""

    process: subprocess.Popen
    at_once: int
    printed: IO[bytes]


_idle: list[Worker] = []
_hiring = threading.Lock()


def train(jobs: list[Job], tell: Callable[[Job, float, str], None], choice: Choice) -> Iterator[Job]:
    """Yield each job when its run is stored. What is at work when this is left early is ended."""
    orders = [order_of(job, here=True) for job in jobs]
    look = follow(jobs, tell)
    stop = threading.Event()
    with ThreadPoolExecutor(choice.jobs) as threads:
        try:
            todo = {
                threads.submit(obey, order, choice.jobs, stop.is_set): job
                for job, order in zip(jobs, orders, strict=True)
            }
            while todo:
                done, _ = wait(todo, timeout=LOOK, return_when=FIRST_COMPLETED)
                look()
                for each in done:
                    yield checked(each.result(), todo.pop(each))
        finally:
            stop.set()
            threads.shutdown(cancel_futures=True)


def obey(order: Order, at_once: int, stopped: Callable[[], bool]) -> Order:
    """Return the answer of a worker, one of `at_once` that share the cores; raise Stopped when `stopped` says so.

    When it dies another one goes on, and the run's log says so; when that dies too, the answer is an error.
    """
    log = paths.runs() / order["key"] / "log.txt"
    how = ""
    for _ in range(LIVES):
        if how:
            with log.open("a", encoding="utf-8") as file:
                file.write(f"0/1 its worker died with {how}; another one goes on\n")
        answer, how = _ask(_hire(at_once), order, stopped)
        if answer is not None:
            return answer
    return {"error": f"{order['title']}: {LIVES} workers died in it, the last with {how}; see {log}"}


def _hire(at_once: int) -> Worker:
    """Return an idle worker, else a new one."""
    with _hiring:
        while _idle:
            worker = _idle.pop()
            if worker.process.poll() is None and worker.at_once == at_once:
                return worker
            _end(worker)
    environment = os.environ | cores.share(at_once)
    environment.pop("LOOKBOOK_PROGRESS", None)  # the caller shows how far its runs are
    printed = tempfile.TemporaryFile()  # noqa: SIM115, it is open as long as the worker lives
    process = subprocess.Popen(
        start.command("lib.runs.engines.worker"),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=printed, env=environment, text=True, encoding="utf-8",
        start_new_session=True,  # Ctrl-C is for the caller, who ends them
    )  # fmt: skip
    return Worker(process, at_once, printed)


def _ask(worker: Worker, order: Order, stopped: Callable[[], bool]) -> tuple[Order | None, str]:
    """Return a worker's answer and ""; or None, and how it died."""
    with ThreadPoolExecutor(1) as thread:
        try:
            asked = thread.submit(_talk, worker, order)
            while not asked.done():
                wait([asked], timeout=LOOK)
                if stopped():
                    raise Stopped
            if asked.result() is not None:
                _idle.append(worker)
                return asked.result(), ""
            return None, _end(worker)
        except BaseException:
            _end(worker)
            raise


def _talk(worker: Worker, order: Order) -> Order | None:
    assert worker.process.stdin is not None and worker.process.stdout is not None
    with suppress(OSError, ValueError):  # a broken pipe, half a line
        worker.process.stdin.write(json.dumps(order) + "\n")
        worker.process.stdin.flush()
        return json.loads(worker.process.stdout.readline())
    return None


def _end(worker: Worker) -> str:
    """End a worker; return how it ended: its exit code and the last line that it printed."""
    worker.process.kill()
    code = worker.process.wait()
    worker.printed.seek(0)
    lines = [line for line in worker.printed.read().decode("utf-8", "replace").splitlines() if line.strip()]
    worker.printed.close()
    return (f"signal {-code}" if code < 0 else f"exit code {code}") + (f" ({lines[-1].strip()[:200]})" if lines else "")


@atexit.register
def end_idle() -> None:
    """End the workers that wait for the next grid."""
    while _idle:
        _end(_idle.pop())
