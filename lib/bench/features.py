"""How much faster a head learns from stored features than through its frozen backbone, and whether as much."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from lib.base.backend import keras
from lib.base.errors import LookbookError
from lib.base.progress import progress
from lib.bench.apart import environment
from lib.data import catalogue
from lib.data.dataset import Dataset
from lib.models import backbones, transfer
from lib.training import features, loop

BACKBONE = "resnet50"  # R1's
TARGET = "usage"  # likewise
TRAINING, VALIDATION = 416, 96  # pictures
BATCH_SIZE = 32
EPOCHS = 10


def measure(dataset: Dataset | None = None) -> pd.DataFrame:
    """Return three rows: features computed once, ten epochs of R1.resnet50's head on them, ten through the backbone.

    Columns: what, seconds, pictures/s, ratio (how many times as fast as the ten epochs through the backbone), training
    and validation accuracy after the last epoch, pictures (whose), weights (the backbone's file; random where there
    is none, and then the accuracies say nothing of it).
    Both trainings see the same 416 pictures in the same order, from the same weights, with the same dropout; building
    and tracing their networks is not counted, but is for the features. Nothing is kept.
    dataset: None: the real product pictures where they are, else the drawn ones.
    """
    dataset = catalogue.load(catalogue.resolve("auto", colour=True).name) if dataset is None else dataset
    images, labels = _few(dataset)
    few = Dataset(dataset.name, images, {}, {}, np.arange(len(images)).astype(str), dataset.provenance)
    with _apart() as weights:
        begin = time.perf_counter()
        stored = features.fetch_or_compute(few, BACKBONE, np.arange(len(few)))
        once = time.perf_counter() - begin
        keras.utils.set_random_seed(0)
        head = transfer.build(stored.shape[1:], int(labels.max()) + 1, BACKBONE)
        whole = transfer.build(images.shape[1:], int(labels.max()) + 1, BACKBONE)
        transfer.copy_head(whole, head)
        ways = {"head on features": (head, stored), "through the backbone": (whole, images)}
        rows = [{"what": "features, once", "seconds": once, "pictures/s": len(few) / once}]
        rows += [_row(what, model, inputs, labels) for what, (model, inputs) in ways.items()]
    table = pd.DataFrame(rows)
    table.insert(3, "ratio", table["seconds"].iloc[-1] / table["seconds"])
    table.loc[0, "ratio"] = np.nan
    table = table.round({"seconds": 2, "pictures/s": 0, "ratio": 1, **dict.fromkeys(table.columns[4:], 4)})
    return table.assign(pictures=dataset.name, weights=weights)


def _few(dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Return some pictures and their labels, those to train on first."""
    labels = dataset.labels[TARGET]
    positions = np.random.default_rng(0).permutation(np.flatnonzero(labels >= 0))[: TRAINING + VALIDATION]
    if len(positions) < TRAINING + VALIDATION:
        raise LookbookError(f"{dataset.name}: {len(positions)} pictures with a {TARGET} are too few to measure with")
    return dataset.images[positions], labels[positions]


@contextmanager
def _apart() -> Iterator[str]:
    """Keep features in a folder of their own, and yield the weights' file name: a random one if there is none."""
    with tempfile.TemporaryDirectory() as folder, environment(LOOKBOOK_RUNS=folder):
        try:
            found, weights = backbones.find(BACKBONE).path.name, {}
        except LookbookError:
            random_weights(BACKBONE, Path(folder))
            found, weights = "random", {"LOOKBOOK_WEIGHTS": folder}
        with environment(**weights):
            yield found


def random_weights(name: str, folder: Path) -> Path:
    """Write a file with random weights for backbone `name` into `folder`, as its loader looks for one; return it."""
    backbone = backbones.check(name)
    pictures = keras.Input((64, 64, 3))
    full = getattr(keras.applications, backbone.application)(include_top=False, weights=None, input_tensor=pictures)
    file = folder / backbone.files[0]
    keras.Model(full.input, full.get_layer(backbone.cut).output).save_weights(file)
    return file


def _row(what: str, model: keras.Model, inputs: np.ndarray, labels: np.ndarray) -> dict:
    """Train ten epochs and return what they took and gave."""
    loop.compiled(model)
    begun = model.get_weights()
    loop.train_epoch(model, inputs, labels, np.arange(BATCH_SIZE), BATCH_SIZE)  # traces
    model.set_weights(begun)
    for variable in model.optimizer.variables:
        variable.assign(keras.ops.zeros_like(variable.value))
    model.optimizer.learning_rate = loop.ADAM.learning_rate
    noise = [variable for variable in model.variables if variable.path.endswith("seed_generator_state")]
    begin = time.perf_counter()
    with progress(what) as show:
        show(0, EPOCHS, "epochs")
        for epoch in range(EPOCHS):
            for number, variable in enumerate(noise):  # loop.reseed would count the backbone's variables, too
                variable.assign([number, epoch])
            order = np.random.default_rng([0, epoch]).permutation(TRAINING)
            loop.train_epoch(model, inputs, labels, order, BATCH_SIZE)
            show(epoch + 1, EPOCHS, "epochs")
    seconds = time.perf_counter() - begin
    right = np.asarray(loop.predict(model, inputs)).argmax(axis=1) == labels
    return {
        "what": f"{EPOCHS} epochs, {what}",
        "seconds": seconds,
        "pictures/s": EPOCHS * TRAINING / seconds,
        "training accuracy": right[:TRAINING].mean(),
        "validation accuracy": right[TRAINING:].mean(),
    }
