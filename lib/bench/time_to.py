"""How long a system trains until it reaches an accuracy: the kit's own recipe beside two reports' and a textbook's."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from lib.base import provenance
from lib.base.backend import device
from lib.base.errors import LookbookError
from lib.base.progress import progress
from lib.bench import results
from lib.config import DataConfig, RunConfig
from lib.data import catalogue
from lib.data.dataset import Dataset
from lib.report import speed
from lib.runs.key import key
from lib.training import recipes, train
from lib.training.run import read_history

ACCURACIES = (0.90, 0.92, 0.93, 0.94)
LADDER = (3, 5, 12, 28)  # epochs of the kit's own recipe, each a training of its own: its rate falls to 0 at the end
SEEDS = 3


def entries(data: DataConfig) -> dict[str, RunConfig]:
    """Return what is compared, label -> settings but for the seed; the first one's whole time is what ratios are to."""
    found = {system: recipes.recipe(system, data) for system in (speed.YARDSTICK, "R3.initial", "textbook")}
    return found | {f"fast, {epochs} epochs": recipes.recipe("fast", data, epochs=epochs) for epochs in LADDER}


def measure(seeds: int = SEEDS) -> pd.DataFrame:
    """Train every entry with seeds 0, 1, ..., and return the table of `lib.report.speed`, a row an entry.

    Seeds take turns, seed 0 of every entry first, so that a change of the computer's load hits all alike. Each is
    trained by `lib.training.train` into a temporary folder: a stored run has no honest time. bench.json is written
    after each, and another call goes on with what is missing. A training whose settings have changed is repeated;
    LookbookError where the file was measured on another device, or other pictures.

    The time to an accuracy is what all epochs took up to the first one after which the VALIDATION accuracy is there:
    the test pictures are read once, after the last. It counts building the graph's code in the first epoch, training,
    augmentation, and the kit's measuring after each epoch (validation pictures and 2,000 training pictures): nobody
    knows without measuring that an accuracy is reached, and all pay the same. It does not count starting Python,
    opening the pictures and writing checkpoints. Pictures: all of Fashion-MNIST where it is, else the drawn set.
    """
    resolved = catalogue.resolve("auto")
    dataset = catalogue.load(resolved.name)
    wanted = entries(DataConfig(name=dataset.name))
    kept = _kept(dataset, wanted)
    todo = [(seed, label) for seed in range(seeds) for label in wanted if seed >= len(kept[label])]
    total = sum(wanted[label].epochs for _, label in todo)
    with progress("time-to") as show:
        if todo:
            show(0, total, "epochs; begins")
            _warm_up(dataset)
        done = 0
        for seed, label in todo:
            config = wanted[label].changed(seed=seed)

            def report(epochs: float, of: int, text: str, before: int = done, what: str = f"{label}, seed {seed}"):
                show(before + epochs, total, f"epochs; {what}: {int(epochs)}/{of} {text}")

            kept[label].append(_trained(config, dataset, report))
            done += config.epochs
            _write(kept, dataset)
    return speed.table(speed.parse(results.read()))


def _kept(dataset: Dataset, wanted: dict[str, RunConfig]) -> dict[str, list[dict]]:
    """Return for each entry its trainings in bench.json whose settings are still the same, one per seed."""
    known = results.read().get("runs", {})
    here = _place(dataset)
    there = known.get("place") or here
    for what, value in here.items():
        if there.get(what) != value:
            raise LookbookError(
                f"{results.file()}: time-to was measured with {what} {there.get(what)}, here it is {value}: times do "
                "not mix; go on there, or rename the file, which keeps it, to begin anew"
            )
    kept = {}
    for label, config in wanted.items():
        rows = known.get("trainings", {}).get(label, [])
        try:
            same = [row["key"] == _key(config.changed(seed=seed), dataset) for seed, row in enumerate(rows)]
        except (TypeError, KeyError) as error:
            raise LookbookError(f"{results.file()}: {results.FOREIGN}") from error
        kept[label] = rows[: same.index(False) if False in same else len(rows)]
    return kept


def _place(dataset: Dataset) -> dict[str, str]:
    return {"device": device(), "pictures": dataset.name}


def _key(config: RunConfig, dataset: Dataset) -> str:
    return key(config, dataset.fingerprint)


def _warm_up(dataset: Dataset) -> None:
    """Train a moment: what the libraries do once a process shall not be on the bill of the first entry."""
    few = RunConfig(system="R2.simple", data=DataConfig(name=dataset.name, limit=200), epochs=1)
    _trained(few, dataset, lambda done, total, text: None)


def _trained(config: RunConfig, dataset: Dataset, report) -> dict:
    """Return what one training took and reached: seconds and val_accuracy epoch by epoch, and accuracy (test)."""
    train.forget()
    with tempfile.TemporaryDirectory() as folder:
        _, predictions = train.train(config, dataset, Path(folder), report)
        history = read_history(Path(folder))
    right = predictions["test_logits"].argmax(axis=1) == predictions["test_labels"]
    return {
        "key": _key(config, dataset),
        "seconds": history["seconds"].tolist(),
        "val_accuracy": history["val_accuracy"].tolist(),
        "accuracy": float(right.mean()),
        "commit": provenance.commit(),
        "date": results.now(),
    }


def time_to(training: dict, accuracy: float) -> float | None:
    """Return the seconds until the end of the first epoch with that validation accuracy; None if there is none."""
    there = np.array(training["val_accuracy"], "float64") >= accuracy
    return float(np.cumsum(training["seconds"])[there.argmax()]) if there.any() else None


def _write(kept: dict[str, list[dict]], dataset: Dataset) -> None:
    trained = {label: rows for label, rows in kept.items() if rows}
    found: dict[str, dict] = {"time_to": {}, "final": {}}
    for label, rows in trained.items():
        found["time_to"][label] = {f"{each:.2f}": [time_to(row, each) for row in rows] for each in ACCURACIES}
        found["final"][label] = {
            "accuracy": [row["accuracy"] for row in rows],
            "seconds": [sum(row["seconds"]) for row in rows],
            "epochs": [len(row["seconds"]) for row in rows],
        }
    known = speed.parse(found)
    runs = {"place": _place(dataset), "trainings": trained}
    results.merge("time-to", speed.table(known), speed.ratios(known), runs=runs, **found)
