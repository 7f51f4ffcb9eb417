"""What the logs of runs say that other processes train: the store is all that the workers and the caller share."""

from collections.abc import Callable
from pathlib import Path

from lib.base import paths
from lib.runs.engines.plan import Job


def follow(jobs: list[Job], tell: Callable[[Job, float, str], None]) -> Callable[[], None]:
    """Return a function that tells for each job the last line that its log has got since the last call."""
    read = {job.key: _size(log(job)) for job in jobs}  # what a killed training wrote before is no news

    def look() -> None:
        for job in jobs:
            if _size(log(job)) > read[job.key]:
                news = log(job).read_bytes()[read[job.key] :]
                whole = news[: news.rfind(b"\n") + 1]
                read[job.key] += len(whole)
                if whole:
                    line = whole.decode("utf-8").splitlines()[-1]
                    done, total = line.partition(" ")[0].split("/")
                    tell(job, float(done) / float(total), line)

    return look


def log(job: Job) -> Path:
    """Return the log of a job's run."""
    return paths.runs() / job.key / "log.txt"


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
