"""The reference runs as systems to compare: which there are, and what each costs. No pictures are needed."""

import math
import re

import numpy as np
import pandas as pd

from lib import models
from lib.base.errors import LookbookError, nearest
from lib.config import RunConfig
from lib.models import cost, needs
from lib.runs import carried, reference
from lib.training.run import MODEL, Run

SHAPES = {"fashion-mnist": (28, 28, 1), "fashion-product": (80, 60, 3)}  # of the real sets' pictures


def grid(name: str = "fashion-mnist", seeds: int = 99) -> dict[str, list[Run]]:
    """Return the rows of reference.yaml that are carried, each with its runs by seed, trained on all pictures of a set.

    name: a real data set. seeds: of each row, at most. A row that looks at a part of the pictures is a trial, and left
    out; so are anchors, which have no network.
    """
    found = {row.name: carried.of_row(row.name)[:seeds] for row in reference.rows() if _whole(row.configs[0], name)}
    return {row: runs for row, runs in found.items() if runs}


def missing() -> list[str]:
    """Return the rows of reference.yaml of which no run is carried yet, in order."""
    there = set(carried.index()["row"])
    return [row.name for row in reference.rows() if row.name not in there]


def told(grids: dict[str, dict[str, list[Run]]]) -> str:
    """Return in words how many runs of how many settings there are, by data set (`grid`), and how many are missing."""
    rows = sum(len(rows) for rows in grids.values())
    number = sum(len(runs) for rows in grids.values() for runs in rows.values())
    lacking = len(missing())
    return f"{number} reference runs of {rows} settings; " + (
        f"{lacking} more settings were not run yet: `lookbook reference` lists them." if lacking else "none is missing."
    )


def as_recipes(*grids: dict[str, list[Run]]) -> dict[str, list[Run]]:
    """Return the rows that are trained as their recipe says, on all pictures; the others are variants of them."""
    return {row: runs for rows in grids for row, runs in rows.items() if runs[0].label == runs[0].config.system}


def without(rows: dict[str, list[Run]], names: list[str]) -> dict[str, list[Run]]:
    """Return the rows but those of these names; LookbookError for a name that is none, and where no row is left."""
    for name in names:
        if name not in rows:
            raise LookbookError(f"leave_out: no system '{name}' to leave out: {nearest(name, list(rows))}")
    if not set(rows) - set(names):
        raise LookbookError("leave_out: nothing is left to compare; leave out fewer systems")
    return {row: runs for row, runs in rows.items() if row not in names}


def devices(rows: dict[str, list[Run]]) -> str:
    """Return in words on which devices the runs were trained, without how much of each they had."""
    every = {str(run.environment["device"]) for runs in rows.values() for run in runs}
    return " and ".join(sorted({re.sub(", .*\\)", ")", device) for device in every}))


def minutes(runs: list[Run]) -> float:
    """Return how long a training took, mean over seeds."""
    return float(np.mean([run.metrics["seconds"] for run in runs])) / 60


def on_gpu(run: Run) -> bool:
    """Return whether a run was trained on a GPU."""
    return str(run.environment["device"]).startswith("GPU")


def with_logits(rows: dict[str, list[Run]]) -> dict[str, list[Run]]:
    """Return the rows with those runs that carry the logits of validation and test pictures, of one answer."""
    found = {row: [run for run in runs if _has_logits(run)] for row, runs in rows.items()}
    return {row: runs for row, runs in found.items() if runs}


def shared(rows: dict[str, list[Run]]) -> dict[str, list[Run]]:
    """Return the rows with the seeds that all of them have, in one order; none of a run that diverged."""
    fine = {row: {run.config.seed: run for run in runs if not run.metrics["diverged"]} for row, runs in rows.items()}
    seeds = sorted(set.intersection(*(set(runs) for runs in fine.values()))) if fine else []
    return {row: [runs[seed] for seed in seeds] for row, runs in fine.items()}


def with_networks(rows: dict[str, list[Run]]) -> dict[str, Run]:
    """Return of each row the first run that carries its network and answers about a picture alone, not its mirror."""
    found: dict[str, Run] = {}
    for row, runs in rows.items():
        for run in runs:
            if (run.folder / MODEL).exists() and not run.config.test_time_flip:
                found.setdefault(row, run)
    return found


def pictures(config: RunConfig) -> str:
    """Return in words which pictures a run was trained on, and for which answer: systems on others do not compare."""
    data = config.data
    answers = " and ".join([data.target, *data.more_targets])
    words = [data.name if answers == "class" else f"{data.name} {answers}"]
    words += [f"{len(values)} values of {column}" for column, values in data.keep.items() if column != data.target]
    words += [f"{len(data.keep[data.target])} classes"] if data.target in data.keep else []
    words += [f"as {data.protocol}"] if data.protocol != "kit" else []
    return ", ".join(words)


def costs(rows: dict[str, list[Run]]) -> pd.DataFrame:
    """Return what each row costs: system, pictures, seeds, parameters, multiply_adds, minutes, seen.

    multiply_adds: of one picture, in use (`lib.models.cost`); an answer over a picture and its mirror image costs two
    passes. NaN for a head on a backbone, whose weights need not be here. minutes: of training on a CPU, mean over
    seeds, as the computer was busy; NaN for runs on a GPU, which do not compare. seen: training pictures times epochs,
    mean over seeds; the last batch counts as a whole one.
    """
    found = []
    for row, runs in rows.items():
        config = runs[0].config
        seen = [float(run.history["steps"].sum()) * config.batch_size if len(run.history) else math.nan for run in runs]
        about = {"system": row, "pictures": pictures(config), "seeds": len(runs)}
        about |= {"parameters": int(runs[0].metrics["parameters"]), "multiply_adds": _multiply_adds(runs[0])}
        on_cpu = math.nan if any(map(on_gpu, runs)) else minutes(runs)
        found.append(about | {"minutes": on_cpu, "seen": float(np.mean(seen))})
    return pd.DataFrame(found)


def _whole(config: RunConfig, name: str) -> bool:
    return config.data.name == name and config.data.limit is None and config.system not in models.ANCHORS


def _has_logits(run: Run) -> bool:
    if run.config.data.more_targets or run.config.system in models.ANCHORS:
        return False
    return run.has_logits()


def _multiply_adds(run: Run) -> float:
    config = run.config
    if config.system in models.ANCHORS or needs.backbone_of(config)[0] or config.data.name not in SHAPES:
        return math.nan
    number = int(max(run.labels(part).max() for part in ("val", "test"))) + 1
    # Labels of further targets are not carried; their last layers are too small to matter.
    answers = dict.fromkeys(config.data.more_targets, 1)
    classes = {config.data.target: number} | answers if answers else number
    network = models.build(config.system, SHAPES[config.data.name], classes, **config.arguments)
    return float(cost.multiply_adds(network) * (2 if config.test_time_flip else 1))
