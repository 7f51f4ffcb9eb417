"""A finished training: its settings, and the figures in its folder.

Measures are computed from the stored predictions. metrics.json keeps them together with a digest of the code that
measured: where lib/evaluation/metrics.py has changed since, they are computed anew when the run is read.
"""

import math
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from lib import config as configs
from lib.base import files
from lib.base.errors import LookbookError
from lib.config import RunConfig
from lib.evaluation import metrics
from lib.training import recipes

MODEL = "model.keras"
PARTS = ("train", "val", "test")
ANSWERS = "answers"  # the chosen classes, of a reference run whose logits would take too much room
SHARED = "pictures"  # of a reference run: the file beside its folder with its positions and labels, as others have them


@dataclass(frozen=True)
class Run:
    """A finished training. metrics: facts (`lib.training.train.train`) and measures. origin: "here" is this store."""

    key: str
    config: RunConfig
    metrics: dict[str, float]
    folder: Path
    origin: str = "here"

    @property
    def label(self) -> str:
        """Return the system's id and where it differs from its recipe: "R2.optimised dropout=0.5 batch_size=128"."""
        return recipes.label(self.config)

    @property
    def history(self) -> pd.DataFrame:
        """Return one row per epoch, empty for an anchor; columns as in `read_history`."""
        return read_history(self.folder) if (self.folder / "history.csv").exists() else pd.DataFrame()

    @property
    def environment(self) -> dict:
        """Return what it was trained with: versions, commit, device, backend, and when it was finished (UTC)."""
        return files.read_json(self.folder / "environment.json")

    def predictions(self, part: str, target: str | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return positions (N,), labels (N,) and logits (N, classes) of `part`: "train" (a sample), "val" or "test".

        target: one of several that the run answers; None: its first.
        """
        return self.positions(part), self.labels(part, target), as_float32(self._stored(part, "logits", target))

    def positions(self, part: str) -> np.ndarray:
        """Return which pictures of `part` were measured, int64 (N,): of "train" a sample."""
        return self._stored(part, "positions").astype("int64")

    def labels(self, part: str, target: str | None = None) -> np.ndarray:
        """Return the labels of the pictures of `part`, int64 (N,)."""
        return self._stored(part, "labels", target).astype("int64")

    def predicted(self, part: str, target: str | None = None) -> np.ndarray:
        """Return the class that the run's network chose for each picture of `part`, int64 (N,)."""
        answers = read_array(self.folder, self._name(part, ANSWERS, target))
        if answers is not None:
            return answers.astype("int64")
        return self.predictions(part, target)[2].argmax(axis=1)

    def _stored(self, part: str, what: str, target: str | None = None) -> np.ndarray:
        found = read_array(self.folder, self._name(part, what, target))
        if found is None:
            raise LookbookError(f"{self.label}: the kit carries no {part} {what} of this run; --fresh trains it here")
        return found

    def has_logits(self) -> bool:
        """Return whether the logits of validation and test pictures are there; few reference runs carry them."""
        return all(read_array(self.folder, self._name(part, "logits", None)) is not None for part in PARTS[1:])

    def _name(self, part: str, what: str, target: str | None) -> str:
        several = what != "positions" and target not in (None, self.config.data.target)
        return f"{part}_{what}:{target}" if several else f"{part}_{what}"


def read_array(folder: Path, name: str) -> np.ndarray | None:
    """Return an array of a run's predictions.npz, or of the file that a reference run shares with others; or None."""
    with np.load(folder / "predictions.npz") as arrays:
        if name in arrays:
            return arrays[name]
        shared = str(arrays[SHARED]) if SHARED in arrays else ""
    if not shared:
        return None
    with np.load(folder.parent / shared) as arrays:
        return arrays.get(name)


def read(folder: Path) -> Run | None:
    """Return the run in `folder`, or None when there is no finished one; its measures are those of today's code."""
    file = folder / "metrics.json"
    if not file.exists():
        return None
    stored = files.read_json(file)
    config = configs.read(folder / "config.json")
    if stored.pop("measured_by", None) != measured_by():
        facts = {name: value for name, value in stored.items() if not name.startswith(tuple(f"{p}_" for p in PARTS))}
        with np.load(folder / "predictions.npz") as predictions:
            stored = facts | measures(predictions, config)
        with suppress(OSError, LookbookError):  # a store that may only be read: measured again next time
            write_metrics(folder, stored)
    found = {name: math.nan if value is None else value for name, value in stored.items()}  # JSON has no NaN
    return Run(folder.name, config, found, folder)


def write_metrics(folder: Path, found: dict) -> None:
    """Write metrics.json, which makes a folder a run: the facts of the training, its measures, and who measured."""
    files.write_json(folder / "metrics.json", found | {"measured_by": measured_by()})


def as_float32(array: np.ndarray) -> np.ndarray:
    """Return logits that were packed as float16 in the usual precision; every other array as it is."""
    return array.astype("float32") if array.dtype == np.float16 else array


def measures(
    predictions: Mapping[str, np.ndarray], config: RunConfig, parts: Sequence[str] = PARTS
) -> dict[str, float]:
    """Return train_, val_ and test_ measures (`lib.evaluation.metrics.of_targets`) of what a run predicted.

    predictions: as `lib.training.train.train` returns them.
    """
    suffixes = {config.data.target: ""} | {target: f":{target}" for target in config.data.more_targets}
    found: dict[str, float] = {}
    for part in parts:
        labels, logits = (
            {target: predictions[f"{part}_{what}{suffix}"] for target, suffix in suffixes.items()}
            for what in ("labels", "logits")
        )
        found |= {f"{part}_{name}": value for name, value in metrics.of_targets(labels, logits).items()}
    return found


@cache
def measured_by() -> str:
    """Return 8 hex digits of the code that measures."""
    return f"{zlib.crc32(Path(metrics.__file__).read_bytes()):08x}"


def read_history(folder: Path) -> pd.DataFrame:
    """Return history.csv of a run, one row per epoch.

    Columns: epoch (from 1), learning_rate of its first step, steps; loss and accuracy as seen while training; train_
    and val_ (a wrong way: test_) loss, accuracy, macro_f1, balanced_accuracy and auroc, of several targets as in
    `lib.evaluation.metrics.of_targets`, measured after the epoch without dropout or augmentation; seconds.
    """
    return pd.read_csv(folder / "history.csv", float_precision="round_trip")
