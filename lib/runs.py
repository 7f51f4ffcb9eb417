"""The run store: `runs/<key>/`, and the one way to get a run.

A folder is a run when it holds metrics.json, which is written last. Anything else is a training that was killed, and
goes on when it is asked for again.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from lib import config as configs
from lib import paths, training
from lib.config import RunConfig
from lib.data import catalogue
from lib.data.dataset import Dataset, fingerprint
from lib.files import replacing, write_json
from lib.progress import duration, progress
from lib.provenance import environment, peak_memory


@dataclass(frozen=True)
class Run:
    """A finished training: its settings, and the figures in its folder."""

    key: str
    config: RunConfig
    metrics: dict[str, float]
    folder: Path

    @property
    def history(self) -> pd.DataFrame:
        """Return a row an epoch, empty for an anchor; columns as in `lib.training.read_history`."""
        return training.read_history(self.folder) if (self.folder / "history.csv").exists() else pd.DataFrame()

    def predictions(self, part: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return positions (N,), labels (N,) and logits (N, classes) of `part`: "train", "val" or "test"."""
        with np.load(self.folder / "predictions.npz") as arrays:
            return arrays[f"{part}_positions"], arrays[f"{part}_labels"], arrays[f"{part}_logits"]


def fetch_or_train(config: RunConfig, dataset: Dataset | None = None) -> Run:
    """Return the run of `config`: from the store when it is there, else trained now and stored."""
    dataset = catalogue.load(config.data.name) if dataset is None else dataset
    key = configs.key(config, fingerprint(dataset))
    folder = paths.runs() / key
    stored = read(folder)
    if stored is not None:
        return stored
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "config.json", config.model_dump(mode="json"))
    write_json(folder / "environment.json", environment())
    with (
        (folder / "log.txt").open("a", encoding="utf-8") as log,
        progress(f"{config.label}, seed {config.seed}") as show,
    ):

        def report(done: int, total: int, text: str) -> None:
            log.write(f"{done}/{total} {text}\n")
            log.flush()
            show(done, total, text)

        metrics, predictions = training.train(config, dataset, folder, report)
        ended = "diverged" if metrics["diverged"] else f"val_accuracy {metrics['val_accuracy']:.4f}"
        report(metrics["epochs"] or 1, metrics["epochs"] or 1, f"in {duration(metrics['seconds'])}, {ended}")
    with replacing(folder / "predictions.npz") as temporary:
        np.savez_compressed(temporary, allow_pickle=False, **predictions)
    metrics["peak_memory_mib"] = peak_memory()
    write_json(folder / "metrics.json", metrics)
    for name in ("checkpoint.keras", training.BEST):  # only now: until here a kill costs an epoch, not the training
        (folder / name).unlink(missing_ok=True)
    return Run(key, config, metrics, folder)


def read(folder: Path) -> Run | None:
    """Return the run in `folder`, or None when there is no finished one."""
    try:
        stored = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    metrics = {name: math.nan if value is None else value for name, value in stored.items()}  # JSON has no NaN
    return Run(folder.name, configs.read(folder / "config.json"), metrics, folder)


def tabulate(runs: list[Run]) -> pd.DataFrame:
    """Return a row a run: key, system (with its arguments), seed, every metric, and running_loss and running_accuracy.

    The last two are means over an epoch as training went, of the epoch whose weights are kept: what Keras prints, and
    what the reports quote.
    """
    rows = []
    for run in runs:
        history = run.history
        kept = history[history["epoch"] == run.metrics["best_epoch"]].to_dict(orient="records") if len(history) else []
        running = {f"running_{name}": kept[0][name] for name in ("loss", "accuracy")} if kept else {}
        rows.append({"key": run.key, "system": run.config.label, "seed": run.config.seed} | run.metrics | running)
    return pd.DataFrame(rows)
