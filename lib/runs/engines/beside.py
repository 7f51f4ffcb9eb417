"""Here, and in one worker process beside. Each begins at its end of the list: networks alike are compiled once."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress

from lib.runs.engines.choice import Choice
from lib.runs.engines.follow import follow
from lib.runs.engines.inline import train_here
from lib.runs.engines.plan import Job
from lib.runs.engines.processes import LOOK, end_idle, obey
from lib.runs.engines.work import Order, checked, order_of

PROCESSES = 2  # that share the cores


def train(jobs: list[Job], tell: Callable[[Job, float, str], None], choice: Choice) -> Iterator[Job]:
    """Yield each job when its run is stored. What is at work when this is left early is ended; the worker always is."""
    orders = {job.key: order_of(job, here=True) for job in jobs}
    left, own, answers = deque(jobs), set(), deque[tuple[Order, Job]]()
    look = follow(jobs, lambda job, *news: None if job.key in own else tell(job, *news))
    stop = threading.Event()

    def told(*news) -> None:
        tell(*news)
        look()

    def work() -> None:
        while not stop.is_set() and (job := _taken(left.pop)):
            answers.append((obey(orders[job.key], PROCESSES, stop.is_set), job))

    with ThreadPoolExecutor(1) as thread:
        try:
            beside = thread.submit(work)
            while job := _taken(left.popleft):
                own.add(job.key)
                train_here(job, told)
                yield job
            while not beside.done() or answers:
                wait([beside], timeout=LOOK)
                look()
                while answers:
                    yield checked(*answers.popleft())
            beside.result()
        finally:
            stop.set()
            thread.shutdown()
            end_idle()  # nobody asked for a worker: it gives its memory back


def _taken(take: Callable[[], Job]) -> Job | None:
    """Return the next job; None where the other side has taken the last one."""
    with suppress(IndexError):
        return take()
    return None
