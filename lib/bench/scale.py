"""What more pictures cost: seconds an epoch and memory, of R3.initial, by the number of training pictures."""

import multiprocessing
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from lib.base.progress import progress
from lib.base.provenance import peak_memory
from lib.config import DataConfig
from lib.data import catalogue
from lib.data.dataset import Dataset
from lib.data.parts import parts
from lib.training import recipes
from lib.training.train import train

SYSTEM = "R3.initial"
SHARES = (1 / 8, 1 / 4, 1 / 2, 1)  # of all training pictures; of Fashion-MNIST 6,000, 12,000, 24,000 and 48,000
BASELINE = 320  # training and validation pictures: so few that they weigh nothing, and every part of the code is used
EPOCHS = 3
TURNS = 3


def measure(dataset: Dataset | None = None) -> pd.DataFrame:
    """Return a row for each of SHARES, medians over turns of trainings that have a fresh process each.

    Columns: training pictures; seconds an epoch (the median of those after the first, which compiles) with what the
    kit measures after it; s/1,000 pictures; ratio (of that to the fewest pictures: 1 where cost is linear); arrays, MiB
    (the uint8 pictures of all parts, as many for validation and test as the kit takes); memory, MiB (the peak of the
    process above that of one with hardly a picture); times the arrays (the two divided).
    dataset: None: real Fashion-MNIST where it is, else the drawn set.
    """
    dataset = catalogue.load(catalogue.resolve("auto").name) if dataset is None else dataset
    _, divided = parts(dataset, DataConfig(name=dataset.name))
    learning = len(divided.train) + len(divided.validation)
    limits = [BASELINE, *(round(share * learning) for share in SHARES)]
    with tempfile.TemporaryDirectory() as folder, progress("scale") as show:
        files = [_write(dataset, limit, limit / learning, Path(folder)) for limit in limits]
        found = []
        for turn in range(TURNS):
            for number, file in enumerate(files):
                show(turn * len(files) + number, TURNS * len(files), f"trainings; {limits[number]:,} pictures")
                found.append({"limit": limits[number]} | _apart(file))
    table = pd.DataFrame(found).groupby("limit", sort=False).median().reset_index(drop=True)
    table["memory, MiB"] = table["peak"] - table["peak"].iloc[0]
    table = table.iloc[1:].astype({"training pictures": int})
    table["s/1,000 pictures"] = 1000 * table["seconds an epoch"] / table["training pictures"]
    table["ratio"] = table["s/1,000 pictures"] / table["s/1,000 pictures"].iloc[0]
    table["times the arrays"] = table["memory, MiB"] / table["arrays, MiB"]
    return table[
        ["training pictures", "seconds an epoch", "s/1,000 pictures", "ratio"]
        + ["arrays, MiB", "memory, MiB", "times the arrays"]
    ].reset_index(drop=True)


def _write(dataset: Dataset, limit: int, share: float, folder: Path) -> Path:
    """Write a set with so many pictures to learn from, and that share of the test pictures; return its file."""
    _, few = parts(dataset, DataConfig(name=dataset.name, limit=limit))
    test = few.test[: max(1, round(share * len(few.test)))]
    chosen = np.concatenate([few.train, few.validation, test])
    file = folder / f"{limit}.npy"
    np.save(file, dataset.images[chosen])
    np.savez(file.with_suffix(".npz"), labels=dataset.labels["class"][chosen], test=len(test))
    return file


def _apart(file: Path) -> dict[str, float]:
    """Return what `_measured` does, in a process of its own: what one training took is not the next one's memory."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measured, file).result()


def _measured(file: Path) -> dict[str, float]:
    images = np.load(file)
    known = np.load(file.with_suffix(".npz"))
    labels, test = known["labels"], int(known["test"])
    dataset = Dataset(
        name="some", images=images, labels={"class": labels}, classes={"class": [str(k) for k in range(10)]},
        ids=np.arange(len(images)), test=np.arange(len(images) - test, len(images)), provenance="Some of a set.",
    )  # fmt: skip
    config = recipes.recipe(SYSTEM, DataConfig(name=dataset.name), epochs=EPOCHS)
    seconds: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        train(config, dataset, Path(folder), lambda done, total, text: None)
        seconds = pd.read_csv(Path(folder) / "history.csv")["seconds"].tolist()
    return {
        "training pictures": len(parts(dataset, config.data)[1].train),
        "seconds an epoch": float(np.median(seconds[1:])),
        "arrays, MiB": images.nbytes / 2**20,
        "peak": peak_memory() or np.nan,
    }
