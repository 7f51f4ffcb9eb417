"""One training, from settings to figures. `lib.runs` decides whether it is needed and keeps the result.

A training leaves in its folder history.csv (a row an epoch), checkpoint.keras (its last epoch) and model.keras.
"""

import time
from pathlib import Path

import numpy as np
import pandas as pd

from lib import models
from lib.config import OptimizerConfig, RunConfig
from lib.data.dataset import Dataset
from lib.data.splits import Split, split
from lib.errors import LookbookError
from lib.evaluation.metrics import classification
from lib.files import replacing, write_text
from lib.progress import Report

ADAM = OptimizerConfig()
REEVALUATED = 2_000  # training pictures measured again after each epoch, as validation pictures are: without noise


def train(config: RunConfig, dataset: Dataset, folder: Path, report: Report) -> tuple[dict, dict[str, np.ndarray]]:
    """Return (metrics, predictions) of one training; a killed one in the same folder goes on from its last epoch.

    metrics: train_, val_ and test_ accuracy, loss, macro_f1 and balanced_accuracy, parameters, epochs, seconds.
    predictions: for validation and test the positions (int64), labels (int64) and logits (float32).
    The test pictures are read here once, after the last epoch; nothing before depends on them.
    """
    parts = split(dataset, config.data)
    if config.batch_size > len(parts.train):
        raise LookbookError(f"batch_size={config.batch_size} is more than the {len(parts.train)} training pictures")
    begin = time.monotonic()
    if config.system in models.ANCHORS:
        logits, facts = _fit_anchor(config, dataset, parts, report)
    else:
        logits, facts = _fit_network(config, dataset, parts, folder, report)
    labels = dataset.labels[config.data.target]
    positions = {"train": _reevaluated(parts), "val": parts.validation, "test": parts.test}
    metrics = facts | {"seconds": facts.get("seconds", time.monotonic() - begin)}
    predictions: dict[str, np.ndarray] = {}
    for name, where in positions.items():
        scores = classification(labels[where], logits[name])
        metrics |= {f"{name}_{measure}": value for measure, value in scores.items()}
        predictions |= {f"{name}_positions": where, f"{name}_labels": labels[where], f"{name}_logits": logits[name]}
    return metrics, predictions


def _reevaluated(parts: Split) -> np.ndarray:
    step = max(1, len(parts.train) // REEVALUATED)
    return parts.train[::step][:REEVALUATED]


def _fit_anchor(config: RunConfig, dataset: Dataset, parts: Split, report: Report) -> tuple[dict, dict]:
    from lib import anchors

    report(0, 1, "fits")
    images, labels = dataset.images, dataset.labels[config.data.target]
    names = {"train": _reevaluated(parts), "val": parts.validation, "test": parts.test}
    scores = anchors.scores(
        config.system, images[parts.train], labels[parts.train], len(dataset.classes[config.data.target]),
        *(images[where] for where in names.values()),
    )  # fmt: skip
    report(1, 1, "done")
    return dict(zip(names, scores, strict=True)), {"parameters": 0, "epochs": 0}


def _fit_network(config: RunConfig, dataset: Dataset, parts: Split, folder: Path, report: Report) -> tuple[dict, dict]:
    from lib.backend import keras

    keras.mixed_precision.set_global_policy(config.precision)
    images, labels = dataset.images, dataset.labels[config.data.target]
    again = _reevaluated(parts)
    model, history = _begin(config, dataset, folder)
    report(len(history), config.epochs, "epochs done, begins" if not history else "epochs done, goes on")
    for epoch in range(len(history), config.epochs):
        begin = time.monotonic()
        reseed(model, config.seed, epoch)
        order = np.random.default_rng([config.seed, epoch]).permutation(parts.train)
        row = {"epoch": epoch + 1} | train_epoch(model, images, labels, order, config.batch_size)
        for name, where in {"train": again, "val": parts.validation}.items():
            scores = classification(labels[where], predict(model, images[where]))
            row |= {f"{name}_loss": scores["loss"], f"{name}_accuracy": scores["accuracy"]}
        history.append(row | {"seconds": time.monotonic() - begin})
        _checkpoint(model, history, folder)
        shown = f"loss {row['loss']:.4f} val_loss {row['val_loss']:.4f} val_accuracy {row['val_accuracy']:.4f}"
        report(epoch + 1, config.epochs, shown)
    names = {"train": again, "val": parts.validation, "test": parts.test}
    logits = {name: predict(model, images[where]) for name, where in names.items()}
    with replacing(folder / "model.keras") as temporary:
        model.save(temporary)
    facts = {"parameters": model.count_params(), "epochs": len(history)}
    return logits, facts | {"seconds": sum(row["seconds"] for row in history)}


def _begin(config: RunConfig, dataset: Dataset, folder: Path):
    """Return the model and the history so far: new ones, or those of the last whole epoch of a killed training."""
    from lib.backend import keras

    checkpoint = folder / "checkpoint.keras"
    if checkpoint.exists() and (folder / "history.csv").exists():
        model = keras.models.load_model(checkpoint)
        done = int(model.optimizer.iterations) // _steps(config, dataset)
        return model, read_history(folder).head(done).to_dict(orient="records")
    keras.utils.set_random_seed(config.seed)
    classes = len(dataset.classes[config.data.target])
    model = models.build(config.system, dataset.images.shape[1:], classes, **config.arguments)
    return compiled(model, config.optimizer), []


def compiled(model, optimizer: OptimizerConfig = ADAM):
    """Return the model made ready to train on int labels with cross-entropy of its logits."""
    from lib.backend import keras

    settings = {"class_name": optimizer.name, "config": {"learning_rate": optimizer.learning_rate}}
    model.compile(
        optimizer=keras.optimizers.get(settings),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False if keras.backend.backend() == "tensorflow" else "auto",  # XLA slows these nets on a CPU
    )
    return model


def _steps(config: RunConfig, dataset: Dataset) -> int:
    return -(-len(split(dataset, config.data).train) // config.batch_size)


def _checkpoint(model, history: list[dict], folder: Path) -> None:
    # History first: a kill between the two leaves one row too many, and the checkpoint's step count tells.
    write_text(folder / "history.csv", pd.DataFrame(history).to_csv(index=False, lineterminator="\n"))
    with replacing(folder / "checkpoint.keras") as temporary:
        model.save(temporary)


def read_history(folder: Path) -> pd.DataFrame:
    """Return history.csv of a run: epoch (from 1), loss and accuracy as seen while training, train_ and val_ loss and
    accuracy measured after the epoch without dropout or augmentation, and seconds."""
    return pd.read_csv(folder / "history.csv", float_precision="round_trip")


def reseed(model, seed: int, epoch: int) -> None:
    """Set every random layer of `model` to a state that depends on `seed` and `epoch` alone.

    Thus a training that was killed and goes on draws the same noise as one that was not.
    """
    for number, variable in enumerate(model.variables):
        if variable.path.endswith("seed_generator_state"):
            variable.assign(np.random.default_rng([seed, epoch, number]).integers(0, 2**31, variable.shape))


def train_epoch(model, images: np.ndarray, labels: np.ndarray, order: np.ndarray, batch_size: int) -> dict[str, float]:
    """Train once on the pictures at the positions `order`; return loss and accuracy, means over the epoch as it went.

    Not model.fit: with TensorFlow 2.21 each call of it ends by waiting for the threads of its input pipeline; a call an
    epoch took up to twice as long. Here a batch is all that is ever copied.
    """
    sums = {"loss": 0.0, "accuracy": 0.0}
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        means = model.train_on_batch(images[batch], labels[batch], return_dict=True)
        for name in sums:
            sums[name] += float(means[name]) * len(batch)
    return {name: total / len(order) for name, total in sums.items()}


def predict(model, images: np.ndarray) -> np.ndarray:
    """Return float32 logits (N, classes) of uint8 `images`, in inference mode."""
    batches = [model.predict_on_batch(images[start : start + 256]) for start in range(0, len(images), 256)]
    return np.concatenate([np.asarray(batch, dtype="float32") for batch in batches])
