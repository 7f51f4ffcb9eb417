"""One training, from settings to figures. `lib.runs` decides whether it is needed and keeps the result.

A training leaves in its folder history.csv (a row an epoch), checkpoint.keras (its last epoch) and model.keras; with
early stopping also best.weights.h5. A training whose loss is no longer a number ends there: it has diverged.
"""

import json
import math
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from lib import models, schedules
from lib.config import AugmentationConfig, EarlyStoppingConfig, OptimizerConfig, RunConfig
from lib.data import augment
from lib.data.dataset import Dataset
from lib.data.splits import Split, split
from lib.errors import LookbookError
from lib.evaluation.metrics import classification
from lib.files import replacing, write_text
from lib.progress import Report

ADAM = OptimizerConfig()
BEST = "best.weights.h5"  # weights of the best epoch so far, with early stopping
REEVALUATED = 2_000  # training pictures measured again after each epoch, as validation pictures are: without noise


def train(config: RunConfig, dataset: Dataset, folder: Path, report: Report) -> tuple[dict, dict[str, np.ndarray]]:
    """Return (metrics, predictions) of one training; a killed one in the same folder goes on from its last epoch.

    metrics: train_, val_ and test_ accuracy, loss, macro_f1 and balanced_accuracy (NaN where the weights that are kept
    are no numbers), parameters, epochs (trained), best_epoch (whose weights are kept: the last without early stopping),
    diverged (in the epoch that is kept the loss is no number, or more than twice that of guessing), unmoved (weights
    that are as they began), seconds.
    predictions: for train, val and test the positions (int64), labels (int64) and logits (float32).
    The test pictures are read here once, after the last epoch (a wrong way, test_every_epoch: after each); nothing
    before depends on them.
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
    facts = {"parameters": 0, "epochs": 0, "best_epoch": 0, "diverged": False, "unmoved": []}
    return dict(zip(names, scores, strict=True)), facts


def _fit_network(config: RunConfig, dataset: Dataset, parts: Split, folder: Path, report: Report) -> tuple[dict, dict]:
    from lib.backend import keras

    keras.mixed_precision.set_global_policy(config.precision)
    images, labels = dataset.images, dataset.labels[config.data.target]
    where = {"train": _reevaluated(parts), "val": parts.validation, "test": parts.test}
    watched = where if config.test_every_epoch else {name: where[name] for name in ("train", "val")}
    stopping = config.early_stopping
    model, history = _begin(config, dataset, folder)
    report(len(history), config.epochs, "epochs done, begins" if not history else "epochs done, goes on")
    while len(history) < config.epochs and not _is_over(history, stopping):
        begin = time.monotonic()
        row = {"epoch": len(history) + 1} | _one_epoch(config, model, images, labels, parts.train, len(history))
        for name, positions in watched.items():
            scores = classification(labels[positions], predict(model, images[positions]))
            row |= {f"{name}_loss": scores["loss"], f"{name}_accuracy": scores["accuracy"]}
        history.append(row | {"seconds": time.monotonic() - begin})
        _checkpoint(model, history, folder, stopping)
        shown = f"loss {row['loss']:.4f} val_loss {row['val_loss']:.4f} val_accuracy {row['val_accuracy']:.4f}"
        report(len(history), config.epochs, shown)
    kept = _best_epoch(history, stopping)
    if kept != len(history):
        model.load_weights(folder / BEST)
    with replacing(folder / "model.keras") as temporary:
        model.save(temporary)
    facts = {"parameters": model.count_params(), "epochs": len(history), "best_epoch": kept}
    facts |= {"diverged": _has_diverged(history[kept - 1], model.output_shape[-1]), "unmoved": _unmoved(config, model)}
    facts |= {"seconds": sum(row["seconds"] for row in history)}
    return {name: predict(model, images[positions]) for name, positions in where.items()}, facts


def _one_epoch(config: RunConfig, model, images: np.ndarray, labels: np.ndarray, train: np.ndarray, epoch: int) -> dict:
    """Train epoch number `epoch` (from 0); all that is random in it depends on the seed and that number alone."""
    reseed(model, config.seed, epoch)
    order = np.random.default_rng([config.seed, epoch]).permutation(train)
    steps = -(-len(order) // config.batch_size)

    def rate(step: int) -> float:
        return schedules.learning_rate(config.optimizer, epoch * steps + step, steps, config.epochs)

    noise = np.random.default_rng([config.seed, epoch, 1])

    def change(batch: np.ndarray) -> np.ndarray:
        return augment.augment(batch, config.augmentation, noise)

    return {"learning_rate": rate(0)} | train_epoch(
        model, images, labels, order, config.batch_size,
        rate=None if config.optimizer.schedule == "constant" else rate,
        change=None if config.augmentation == AugmentationConfig() else change,
    )  # fmt: skip


def _has_diverged(row: dict, classes: int) -> bool:
    """Return whether an epoch's loss is no number, or worse than twice that of guessing, as it went and after it.

    A step too large can also kill every ReLU, and leave a loss that is huge but finite.
    """
    finite = math.isfinite(row["loss"]) and math.isfinite(row["train_loss"])
    return not finite or min(row["loss"], row["train_loss"]) > 2 * math.log(classes)


def _best_epoch(history: list[dict], stopping: EarlyStoppingConfig | None) -> int:
    """Return the epoch (from 1) whose weights are kept: the last, or with early stopping the first of the best ones."""
    if stopping is None or not history:
        return len(history)
    sign = 1 if stopping.monitor == "val_loss" else -1
    figures = [sign * row[stopping.monitor] for row in history]
    finite = [figure for figure in figures if math.isfinite(figure)]
    return figures.index(min(finite)) + 1 if finite else len(history)


def _is_over(history: list[dict], stopping: EarlyStoppingConfig | None) -> bool:
    waited = len(history) - _best_epoch(history, stopping)
    not_a_number = bool(history) and not math.isfinite(history[-1]["loss"])
    return not_a_number or (stopping is not None and waited >= stopping.patience)


def _begin(config: RunConfig, dataset: Dataset, folder: Path):
    """Return the model and the history so far: new ones, or those of the last whole epoch of a killed training."""
    from lib.backend import keras

    checkpoint = folder / "checkpoint.keras"
    if checkpoint.exists() and (folder / "history.csv").exists():
        model = models.load(config.system, checkpoint)
        history = read_history(folder)
        whole = history["steps"].cumsum() <= int(model.optimizer.iterations)
        return model, history[whole].to_dict(orient="records")
    shape, classes = dataset.images.shape[1:], len(dataset.classes[config.data.target])
    graph = config.model_dump_json(include={"system", "arguments", "precision"})
    fixed = config.optimizer.model_copy(update={"learning_rate": 1.0, "schedule": "constant", "decay": 1.0})
    model = _prepared(graph, shape, classes, fixed)
    model.set_weights(_untrained(config, shape, classes).get_weights())
    for variable in model.optimizer.variables:
        variable.assign(keras.ops.zeros_like(variable))
    model.optimizer.learning_rate = config.optimizer.learning_rate
    return model, []


def _untrained(config: RunConfig, shape: tuple, classes: int):
    from lib.backend import keras

    keras.utils.set_random_seed(config.seed)
    return models.build(config.system, shape, classes, **config.arguments)


def _unmoved(config: RunConfig, model) -> list[str]:
    """Return the names of the trainable weights that training left as they began: layers that never learn."""
    begun = _untrained(config, model.input_shape[1:], model.output_shape[-1])
    pairs = zip(begun.trainable_variables, model.trainable_variables, strict=True)
    return [new.path for old, new in pairs if np.array_equal(old, new)]


@lru_cache(maxsize=1)
def _prepared(graph: str, input_shape: tuple, classes: int, optimizer: OptimizerConfig):
    """Return the last compiled network again when only seed or learning rate differ: building its graph takes seconds.

    graph: system, arguments and precision as JSON. What it learnt before is overwritten by `_begin`.
    """
    settings = json.loads(graph)
    return compiled(models.build(settings["system"], input_shape, classes, **settings["arguments"]), optimizer)


def compiled(model, optimizer: OptimizerConfig = ADAM):
    """Return the model made ready to train on int labels with cross-entropy of its logits."""
    from lib.backend import keras

    settings = {"learning_rate": optimizer.learning_rate}
    settings |= {"weight_decay": optimizer.weight_decay} if optimizer.weight_decay or optimizer.name == "adamw" else {}
    settings |= {"momentum": optimizer.momentum} if optimizer.name == "sgd" else {}
    model.compile(
        optimizer=keras.optimizers.get({"class_name": optimizer.name, "config": settings}),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False if keras.backend.backend() == "tensorflow" else "auto",  # XLA slows these nets on a CPU
    )
    return model


def _checkpoint(model, history: list[dict], folder: Path, stopping: EarlyStoppingConfig | None) -> None:
    if stopping is not None and _best_epoch(history, stopping) == len(history):
        with replacing(folder / BEST) as temporary:  # first: a killed epoch is repeated, and gives the same
            model.save_weights(temporary)
    # History before the model: a kill between the two leaves one row too many, and the checkpoint's step count tells.
    write_text(folder / "history.csv", pd.DataFrame(history).to_csv(index=False, lineterminator="\n"))
    with replacing(folder / "checkpoint.keras") as temporary:
        model.save(temporary)


def read_history(folder: Path) -> pd.DataFrame:
    """Return history.csv of a run: epoch (from 1), learning_rate of its first step, steps, loss and accuracy as seen
    while training, train_ and val_ (a wrong way: test_) loss and accuracy measured after the epoch without dropout or
    augmentation, and seconds."""
    return pd.read_csv(folder / "history.csv", float_precision="round_trip")


def reseed(model, seed: int, epoch: int) -> None:
    """Set every random layer of `model` to a state that depends on `seed` and `epoch` alone.

    Thus a training that was killed and goes on draws the same noise as one that was not.
    """
    for number, variable in enumerate(model.variables):
        if variable.path.endswith("seed_generator_state"):
            variable.assign(np.random.default_rng([seed, epoch, number]).integers(0, 2**31, variable.shape))


def train_epoch(
    model, images: np.ndarray, labels: np.ndarray, order: np.ndarray, batch_size: int,
    rate: Callable[[int], float] | None = None, change: Callable[[np.ndarray], np.ndarray] | None = None,
) -> dict[str, float]:  # fmt: skip
    """Train once on the pictures at the positions `order`; return steps, and mean loss and accuracy as the epoch went.

    rate: from the step's number (from 0) to its learning rate; change: from a batch to the augmented batch. After a
    loss that is not a number the epoch ends, and both means are NaN.

    Not model.fit: with TensorFlow 2.21 each call of it ends by waiting for the threads of its input pipeline; a call an
    epoch took up to twice as long. Here a batch is all that is ever copied.
    """
    sums = {"loss": 0.0, "accuracy": 0.0}
    for step, start in enumerate(range(0, len(order), batch_size)):
        batch = order[start : start + batch_size]
        if rate is not None:
            model.optimizer.learning_rate = rate(step)
        pictures = images[batch] if change is None else change(images[batch])
        means = model.train_on_batch(pictures, labels[batch], return_dict=True)
        if not math.isfinite(means["loss"]):
            return {"steps": step + 1} | dict.fromkeys(sums, math.nan)
        for name in sums:
            sums[name] += float(means[name]) * len(batch)
    return {"steps": step + 1} | {name: total / len(order) for name, total in sums.items()}


def predict(model, images: np.ndarray) -> np.ndarray:
    """Return float32 logits (N, classes) of uint8 `images`, in inference mode."""
    batches = [model.predict_on_batch(images[start : start + 256]) for start in range(0, len(images), 256)]
    return np.concatenate([np.asarray(batch, dtype="float32") for batch in batches])
