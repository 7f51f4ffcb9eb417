"""A network that the kit carries, and what its own validation pictures say about how far to believe it."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lib import models
from lib.base import paths
from lib.base.errors import LookbookError, nearest
from lib.evaluation import calibration
from lib.predict import scores
from lib.runs import carried
from lib.training.run import MODEL, Run

if TYPE_CHECKING:
    from lib.base.backend import keras

NETWORK = "fast"  # better than the others on foreign pictures: `lookbook bench predict`, docs/PREDICT.md
COVERAGE = 0.99  # of the sets of classes; at .9, below the accuracy of `fast`, every set would be one class
FALSE_ALARMS = 0.05  # share of validation pictures that would be called unlike themselves


@dataclass(frozen=True)
class Judge:
    """A carried network and its thresholds, from its validation pictures; None where it carries no answers to them.

    key: 16 hex digits of its file. temperature, least: `lib.evaluation.calibration`. unlike: pictures whose score lies
    below are unlike the training pictures.
    Of the `tested` test pictures: false_alarms, the share below it; covered, the share whose set of classes holds the
    right one; set_size, how many classes a set has on average.
    """

    row: str
    key: str
    run: Run
    model: "keras.Model"
    temperature: float | None
    least: float | None
    unlike: float | None
    false_alarms: float | None
    covered: float | None
    set_size: float | None
    tested: int


def rows() -> list[str]:
    """Return the rows of reference.yaml of which the kit carries a network that takes grey pictures of 28x28."""
    found = carried.index()
    folders = {row: paths.REFERENCE / folder for row, folder in zip(found["row"], found["folder"], strict=True)
               if (paths.REFERENCE / folder / MODEL).exists()}  # fmt: skip
    return [row for row, folder in folders.items() if carried.read(folder).config.data.name == "fashion-mnist"]


def judge(row: str = NETWORK) -> Judge:
    """Return the first network that the kit carries of a row; LookbookError where it carries none, or a damaged one."""
    known = rows()
    if not known:
        raise LookbookError(f"{paths.REFERENCE}: no network is there; copy the folder from a new clone of the kit")
    if row not in known:
        raise LookbookError(f"the kit carries no network '{row}': {nearest(row, known)}")
    run = next(run for run in carried.of_row(row) if (run.folder / MODEL).exists())
    file = run.folder / MODEL
    key = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    return Judge(row, key, run, models.load(run.config.system, file), **_thresholds(run))


def _thresholds(run: Run) -> dict[str, Any]:
    if not run.has_logits():
        return dict.fromkeys(("temperature", "least", "unlike", "false_alarms", "covered", "set_size")) | {"tested": 0}
    _, labels, logits = run.predictions("val")
    temperature = calibration.temperature(labels, logits)
    least = calibration.conformal_threshold(labels, calibration.probabilities(logits, temperature), COVERAGE)
    unlike = float(np.quantile(scores.score(logits), FALSE_ALARMS))
    _, labels, logits = run.predictions("test")
    sets = calibration.conformal_sets(calibration.probabilities(logits, temperature), least)
    return {
        "temperature": temperature,
        "least": least,
        "unlike": unlike,
        "false_alarms": float(np.mean(scores.score(logits) < unlike)),
        "covered": float(sets[np.arange(len(sets)), labels].mean()),
        "set_size": float(sets.sum(axis=1).mean()),
        "tested": len(labels),
    }
