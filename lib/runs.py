"""The run store: `runs/<key>/`, and the one way to get a run.

A folder is a run when it holds metrics.json, which is written last. Anything else is a training that was killed, and
goes on when it is asked for again.
"""

import json
import math
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from lib import config as config_module
from lib import features, paths, training
from lib.config import RunConfig
from lib.data import catalogue
from lib.data.dataset import Dataset, fingerprint
from lib.data.prepare import prepare
from lib.data.splits import split
from lib.errors import LookbookError
from lib.files import replacing, write_json
from lib.progress import Report, duration, progress
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

    def predictions(self, part: str, target: str | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return positions (N,), labels (N,) and logits (N, classes) of `part`: "train", "val" or "test".

        target: one of several that the run answers; None: its first.
        """
        suffix = "" if target in (None, self.config.data.target) else f":{target}"
        with np.load(self.folder / "predictions.npz") as arrays:
            return (
                arrays[f"{part}_positions"], arrays[f"{part}_labels{suffix}"], arrays[f"{part}_logits{suffix}"]
            )  # fmt: skip


def fetch_or_train(config: RunConfig, dataset: Dataset | None = None, show: Report | None = None) -> Run:
    """Return the run of `config`: from the store when it is there, else trained now and stored.

    show: takes the progress of the training; without it the run shows its own. A training that diverged is a run, too:
    metrics["diverged"] says so, and its history ends at the latest with the epoch in which its loss was no number.
    """
    dataset = catalogue.load(config.data.name) if dataset is None else dataset
    start = None if config.start is None else _start(config, dataset)
    key = config_module.key(config, fingerprint(dataset), start.key if start else None)
    folder = paths.runs() / key
    stored = read(folder)
    if stored is not None:
        return stored
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "config.json", config.model_dump(mode="json"))
    write_json(folder / "environment.json", environment())
    shown = progress(f"{config.label}, seed {config.seed}") if show is None else nullcontext(show)
    with (folder / "log.txt").open("a", encoding="utf-8") as log, shown as tell:

        def report(done: float, total: int, text: str) -> None:
            log.write(f"{done}/{total} {text}\n")
            log.flush()
            tell(done, total, text)

        metrics, predictions = training.train(config, dataset, folder, report, start)
        ended = "diverged" if metrics["diverged"] else f"val_accuracy {metrics['val_accuracy']:.4f}"
        report(metrics["epochs"] or 1, metrics["epochs"] or 1, f"in {duration(metrics['seconds'])}, {ended}")
    with replacing(folder / "predictions.npz") as temporary:
        np.savez_compressed(temporary, allow_pickle=False, **predictions)
    metrics["peak_memory_mib"] = peak_memory()
    write_json(folder / "metrics.json", metrics)
    for name in ("checkpoint.keras", training.BEST):  # only now: until here a kill costs an epoch, not the training
        (folder / name).unlink(missing_ok=True)
    return Run(key, config, metrics, folder)


def _start(config: RunConfig, dataset: Dataset) -> Run:
    """Return the run that `config.start` asks for; LookbookError when it saw pictures that this run is measured on."""
    assert config.start is not None
    if not features.takes_start(config):
        raise LookbookError(f"{config.system}: start is for transfer.kit, and for fine-tuning with train_from")
    if config.start.data.name != config.data.name:
        return fetch_or_train(config.start)
    theirs, ours = (split(prepare(dataset, data), data) for data in (config.start.data, config.data))
    seen = np.isin(theirs.train, np.concatenate([ours.validation, ours.test])).sum()
    if seen:
        raise LookbookError(
            f"{config.system}: the run to start from was trained on {seen:,} pictures that this one is measured on: "
            "give both the same keep, stratify, grouped, limit and split_seed"
        )
    return fetch_or_train(config.start, dataset)


def grid(configs: dict[str, RunConfig], seeds: int, dataset: Dataset) -> dict[str, list[Run]]:
    """Return for each name the runs of its settings with the seeds 0, 1, ..., fetched or trained, in one progress line.

    Two names may have the same settings: they share the runs. LookbookError for fewer than one seed.
    """
    if seeds < 1:
        raise LookbookError(f"seeds={seeds}: at least one training of each system is needed, three for an interval")
    todo = [
        (name, config.model_copy(update={"seed": seed})) for name, config in configs.items() for seed in range(seeds)
    ]
    runs: dict[str, list[Run]] = {name: [] for name in configs}
    with progress("trainings") as show:
        for number, (name, config) in enumerate(todo):
            title = f"{name}, seed {config.seed}"

            def report(done: float, total: int, text: str, before: int = number, title: str = title) -> None:
                show(before + done / total, len(todo), f"({title}: {int(done)}/{total} {text})")

            runs[name].append(fetch_or_train(config, dataset, report))
            show(number + 1, len(todo), "done")
    return runs


def read(folder: Path) -> Run | None:
    """Return the run in `folder`, or None when there is no finished one."""
    try:
        stored = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    metrics = {name: math.nan if value is None else value for name, value in stored.items()}  # JSON has no NaN
    return Run(folder.name, config_module.read(folder / "config.json"), metrics, folder)


def tabulate(runs: list[Run] | dict[str, list[Run]]) -> pd.DataFrame:
    """Return a row a run: key, system (its label), seed, every metric, and running_loss and running_accuracy.

    Of a grid, the system is the name that the grid gives it. Of a run that diverged every measure is NaN: some may be
    finite, but say nothing of the system. The last two are means over an epoch as training went, of the epoch whose
    weights are kept: what Keras prints, and what the reports quote.
    """
    named = runs if isinstance(runs, dict) else {"": runs}
    rows = []
    for name, run in ((name, run) for name, group in named.items() for run in group):
        history = run.history
        kept = history[history["epoch"] == run.metrics["best_epoch"]].to_dict(orient="records") if len(history) else []
        running = {f"running_{name}": kept[0][name] for name in ("loss", "accuracy")} if kept else {}
        figures = run.metrics | running
        if run.metrics["diverged"]:
            figures |= {key: math.nan for key in figures if key.startswith(("train_", "val_", "test_", "running_"))}
        rows.append({"key": run.key, "system": name or run.config.label, "seed": run.config.seed} | figures)
    return pd.DataFrame(rows)
