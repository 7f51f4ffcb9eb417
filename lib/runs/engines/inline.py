"""One run after another, in this process."""

from collections.abc import Callable, Iterator

from lib.runs.engines.choice import Choice
from lib.runs.engines.plan import Job
from lib.runs.store import fetch_or_train

Tell = Callable[[Job, float, str], None]


def train(jobs: list[Job], tell: Tell, choice: Choice) -> Iterator[Job]:
    """Yield each job when its run is stored."""
    for job in jobs:
        train_here(job, tell)
        yield job


def train_here(job: Job, tell: Tell) -> None:
    """Train a run into the store."""

    def report(done: float, total: int, text: str) -> None:
        tell(job, done / total, f"{int(done)}/{total} {text}")

    fetch_or_train(job.config, job.dataset, report, job.weights)
