"""Which engine suits a grid where nobody has chosen one: `beside` if that is sooner, else `inline`."""

from dataclasses import replace

from lib.base.errors import LookbookError
from lib.data import catalogue
from lib.data.dataset import Dataset
from lib.data.parts import parts
from lib.models import ANCHORS, needs
from lib.runs.engines.beside import PROCESSES
from lib.runs.engines.choice import Choice
from lib.runs.engines.plan import Job

STEPS = 1_000  # of a grid: to start a worker takes about as long


def suited(jobs: list[Job], choice: Choice) -> Choice:
    """Return the choice with an engine for these runs: beside, or inline.

    Inline for fewer steps than STEPS, for a single run or core, for JAX, on a GPU, and for pictures that were changed
    by hand: a worker loads them by their name.
    """
    inline = replace(choice, engine="inline")
    if min(choice.jobs, len(jobs)) < PROCESSES or sum(map(_steps, jobs)) < STEPS:
        return inline
    from lib.base.backend import workers

    sets = {id(job.dataset): (job.config.data.name, job.dataset) for job in jobs}
    if workers() < PROCESSES or not all(_has_its_name(*each) for each in sets.values()):
        return inline
    return replace(choice, engine="beside")


def _steps(job: Job) -> int:
    """Return how many steps a run takes; 0 where a step takes no time worth mentioning."""
    if job.config.system in ANCHORS or needs.takes_features(job.config):
        return 0
    _, divided = parts(job.dataset, job.config.data)
    return job.config.epochs * -(-len(divided.train) // job.config.batch_size)


def _has_its_name(name: str, dataset: Dataset) -> bool:
    """Return whether the pictures are those that are loaded by this name."""
    try:
        return catalogue.load(name).fingerprint == dataset.fingerprint
    except LookbookError:  # a name that somebody has made up
        return False
