"""Which runs of a grid are not in the store yet, and in which order they can be trained."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.config import RunConfig
from lib.data import catalogue
from lib.data.dataset import Dataset
from lib.runs import store
from lib.training import fits, recipes
from lib.training.run import Run

Wanted = Sequence[tuple[RunConfig, bool]]  # settings, and whether the network itself is needed


@dataclass
class Job:
    """A run to train."""

    key: str
    config: RunConfig
    weights: bool
    dataset: Dataset
    level: int  # how many runs lie before it, each the start of the next; -1: it is there
    run: Run | None = None  # where it is there

    @property
    def title(self) -> str:
        """Return what progress and errors call it."""
        return f"{recipes.label(self.config)}, seed {self.config.seed}"


def plan(wanted: Wanted, dataset: Dataset | None = None) -> tuple[list[str], list[Job], dict[str, Run]]:
    """Return the key of each wanted run, the runs to train, starts of others first, and those that are there by key.

    dataset: the pictures of all of them; None: loaded by their names. Before the first one is trained, LookbookError
    for a start that a run cannot have, pictures that do not fit its settings, or arguments that no network takes.
    """
    sets: dict[str, Dataset] = {}
    jobs: dict[str, Job] = {}
    keys = []
    for config, weights in wanted:
        pictures = dataset
        if pictures is None:
            name = config.data.name
            pictures = sets[name] = sets.get(name) or catalogue.load(name)
        keys.append(_add(config, weights, pictures, jobs).key)
    new = [job for job in jobs.values() if job.level >= 0]
    for job in new if len(new) > 1 else []:  # of a single one it is said as early
        if job.config.arguments:
            fits.refuse_network(job.config, job.dataset)
    there = {job.key: job.run for job in jobs.values() if job.run is not None}
    return keys, sorted(new, key=lambda job: job.level), there


def _add(config: RunConfig, weights: bool, dataset: Dataset, jobs: dict[str, Job]) -> Job:
    """Put the run into `jobs`, with those that it begins from; a run that is there has level -1."""
    key = store.name(config, dataset)
    if key in jobs and (jobs[key].weights or not weights):
        return jobs[key]
    level, run = -1, store.stored(key, weights) or store.reference(config, dataset, weights)
    if run is None:
        level = 0
        fits.refuse(config, dataset)
        if config.start is not None:
            store.refuse_start(config, dataset)
            level = 1 + _add(config.start, True, store.pictures_of_start(config, dataset), jobs).level
    jobs[key] = Job(key, config, weights, dataset, level, run)
    return jobs[key]
