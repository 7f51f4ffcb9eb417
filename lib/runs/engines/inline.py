"""One run after another, in this process."""

from collections.abc import Callable, Iterator

from lib.runs.engines.choice import Choice
from lib.runs.engines.plan import Job
from lib.runs.store import fetch_or_train


def train(jobs: list[Job], tell: Callable[[Job, float, str], None], choice: Choice) -> Iterator[Job]:
    """Yield each job when its run is stored."""
    for job in jobs:

        def report(done: float, total: int, text: str, job: Job = job) -> None:
            tell(job, done / total, f"{int(done)}/{total} {text}")

        fetch_or_train(job.config, job.dataset, report, job.weights)
        yield job
