"""One training, from settings to figures. `lib.runs.store` decides whether it is needed and keeps the result.

A training leaves in its folder history.csv (a row an epoch), checkpoint.keras (one of the last epochs) and
model.keras; with early stopping also best.weights.h5. One whose loss is no longer a number ends there: it has diverged.
"""

import json
import math
import time
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from lib import models
from lib.base.errors import LookbookError
from lib.base.files import replacing
from lib.base.progress import Report
from lib.config import AugmentationConfig, OptimizerConfig, RunConfig
from lib.data import augment
from lib.data.dataset import Dataset
from lib.data.parts import parts
from lib.data.splits import Split
from lib.evaluation.metrics import of_targets
from lib.models import needs
from lib.training import checkpoints, ends, features, fits, imbalance, schedules
from lib.training.loop import compiled, predict, reseed, train_epoch
from lib.training.run import MODEL, Run, read_history

REEVALUATED = 2_000  # training pictures measured again after each epoch, as validation pictures are: without noise


def train(
    config: RunConfig, dataset: Dataset, folder: Path, report: Report, start: Run | None = None
) -> tuple[dict, dict[str, np.ndarray]]:
    """Return (facts, predictions) of one training; a killed one in the same folder goes on from its last checkpoint.

    start: the finished run that `config.start` asks for.
    facts: parameters, epochs (trained), best_epoch (whose weights are kept: the last without early stopping), diverged
    (in the epoch that is kept the loss is no number, or more than twice that of guessing), unmoved (weights that are as
    they began), seconds. A run's metrics are these and its measures (`lib.training.run.measures`).
    predictions: for train, val and test the positions (int64), labels (int64) and logits (float32); those of further
    targets have their name behind a colon, "val_logits:season".
    The test pictures are read here once, after the last epoch (a wrong way, test_every_epoch: after each); nothing
    before depends on them.
    """
    fits.refuse(config, dataset)
    dataset, divided = parts(dataset, config.data)
    begin = time.monotonic()
    where = {"train": _reevaluated(divided.train), "val": divided.validation, "test": divided.test}
    if config.system in models.ANCHORS:
        outputs, facts = _fit_anchor(config, dataset, divided.train, where, report)
    else:
        outputs, facts = _fit_network(config, dataset, divided, where, folder, report, start)
    predictions: dict[str, np.ndarray] = {}
    for name, positions in where.items():
        predictions[f"{name}_positions"] = positions
        for target, logits in outputs[name].items():
            suffix = "" if target == config.data.target else f":{target}"
            predictions[f"{name}_labels{suffix}"] = dataset.labels[target][positions]
            predictions[f"{name}_logits{suffix}"] = logits
    return facts | {"seconds": facts.get("seconds", time.monotonic() - begin)}, predictions


def _reevaluated(train: np.ndarray) -> np.ndarray:
    """Return REEVALUATED positions (all, of fewer), evenly over all of them: they may lie class after class."""
    if len(train) <= REEVALUATED:
        return train
    return train[np.linspace(0, len(train) - 1, REEVALUATED).astype(int)]


def _fit_anchor(
    config: RunConfig, dataset: Dataset, train: np.ndarray, where: dict[str, np.ndarray], report: Report
) -> tuple[dict[str, dict[str, np.ndarray]], dict]:
    from lib.models import anchors

    if config.data.more_targets:
        raise LookbookError(f"{config.system} answers one target: leave more_targets={config.data.more_targets} out")
    report(0, 1, "fits")
    target = config.data.target
    given = anchors.inputs(config.system, dataset, target, **config.arguments)
    logits = anchors.scores(
        config.system, given[train], dataset.labels[target][train], len(dataset.classes[target]),
        *(given[positions] for positions in where.values()),
    )  # fmt: skip
    report(1, 1, "done")
    facts = {"parameters": 0, "epochs": 0, "best_epoch": 0, "diverged": False, "unmoved": []}
    return {name: {target: array} for name, array in zip(where, logits, strict=True)}, facts


def _fit_network(
    config: RunConfig,
    dataset: Dataset,
    divided: Split,
    where: dict[str, np.ndarray],
    folder: Path,
    report: Report,
    start,
) -> tuple[dict[str, dict[str, np.ndarray]], dict]:
    from lib.base.backend import keras

    changed = config.augmentation != AugmentationConfig() or config.test_time_flip
    if needs.takes_features(config) and changed:
        raise LookbookError(f"{config.system}: features of each picture are computed once, so it cannot be augmented")
    keras.mixed_precision.set_global_policy(config.precision)
    needed = np.concatenate([divided.train, divided.validation, divided.test])
    inputs = features.inputs(dataset, config, needed, start)
    watched = where if config.test_every_epoch else {name: where[name] for name in ("train", "val")}
    stopping = config.early_stopping
    targets = [config.data.target, *config.data.more_targets]
    classes = {target: len(dataset.classes[target]) for target in targets}
    untrained = partial(_untrained, config, inputs, where["train"], classes, start)
    model, history = _begin(config, inputs.shape[1:], classes, folder, untrained)
    report(len(history), config.epochs, "epochs done, begins" if not history else "epochs done, goes on")
    labels = {target: dataset.labels[target] for target in targets}
    due = 0.0  # when the next checkpoint is: the first one after the first epoch
    while len(history) < config.epochs and not ends.is_over(history, stopping):
        begin = time.monotonic()
        row = {"epoch": len(history) + 1} | _one_epoch(config, model, inputs, labels, divided.train, len(history))
        for name, positions in watched.items():
            true = {target: own[positions] for target, own in labels.items()}
            measures = of_targets(true, _outputs(config, model, inputs, positions))
            row |= {f"{name}_{measure}": value for measure, value in measures.items()}
        history.append(row | {"seconds": time.monotonic() - begin})
        due = checkpoints.keep(model, history, folder, stopping, due)
        shown = f"loss {row['loss']:.4f} val_loss {row['val_loss']:.4f} val_accuracy {row['val_accuracy']:.4f}"
        report(len(history), config.epochs, shown)
    kept = ends.best_epoch(history, stopping)
    if kept != len(history):
        model.load_weights(folder / checkpoints.BEST)
    with replacing(folder / MODEL) as temporary:
        keras.Model(model.input, model.output).save(temporary)  # without the optimiser's state: a third of the size
    guessing = sum(math.log(number) for number in classes.values())
    facts = {"parameters": model.count_params(), "epochs": len(history), "best_epoch": kept}
    facts |= {"diverged": ends.has_diverged(history[kept - 1], guessing), "unmoved": _unmoved(untrained(), model)}
    facts |= {"seconds": sum(row["seconds"] for row in history)}
    return {name: _outputs(config, model, inputs, positions) for name, positions in where.items()}, facts


def _outputs(config: RunConfig, model, inputs: np.ndarray, positions: np.ndarray) -> dict[str, np.ndarray]:
    """Return the logits by target, the first one first, however many the network has."""
    logits = predict(model, inputs, positions, config.test_time_flip)
    targets = [config.data.target, *config.data.more_targets]  # their order: JAX sorts a dictionary that it returns
    return {each: logits[each] for each in targets} if isinstance(logits, dict) else {targets[0]: logits}


def _one_epoch(
    config: RunConfig, model, inputs: np.ndarray, labels: dict[str, np.ndarray], train: np.ndarray, epoch: int
) -> dict[str, float]:
    """Train epoch number `epoch` (from 0); all that is random in it depends on the seed and that number alone."""
    reseed(model, config.seed, epoch)
    order = np.random.default_rng([config.seed, epoch]).permutation(train)
    target = config.data.target
    weights = None
    if config.imbalance == "balanced_sampling":
        order = imbalance.balanced(order, labels[target], np.random.default_rng([config.seed, epoch, 2]))
    elif config.imbalance == "class_weights":
        weights = imbalance.class_weights(labels[target][train], int(labels[target].max()) + 1)[labels[target]]
    steps = -(-len(order) // config.batch_size)

    def rate(step: int) -> float:
        return schedules.learning_rate(config.optimizer, epoch * steps + step, steps, config.epochs)

    noise = np.random.default_rng([config.seed, epoch, 1])

    def change(batch: np.ndarray) -> np.ndarray:
        return augment.augment(batch, config.augmentation, noise)

    return {"learning_rate": rate(0)} | train_epoch(
        model, inputs, labels if len(labels) > 1 else labels[target], order, config.batch_size,
        rate=None if config.optimizer.schedule == "constant" else rate,
        change=None if config.augmentation == AugmentationConfig() else change,
        weights=weights,
    )  # fmt: skip


def _begin(config: RunConfig, shape: tuple, classes: dict[str, int], folder: Path, untrained: Callable):
    """Return the model and the history so far: new ones, or those of a killed training's last checkpoint."""
    from lib.base.backend import keras

    checkpoint = folder / checkpoints.LAST
    if checkpoint.exists() and (folder / "history.csv").exists():
        from lib.training import smoothing  # noqa: F401  (Keras finds a loss of our own once its module is imported)

        model = models.load(config.system, checkpoint)
        history = read_history(folder)
        whole = history["steps"].cumsum() <= int(model.optimizer.iterations)
        return model, history[whole].to_dict(orient="records")
    graph = config.model_dump_json(include={"system", "arguments", "precision", "label_smoothing"})
    fixed = config.optimizer.changed(learning_rate=1.0, schedule="constant", decay=1.0)
    model = _prepared(graph, shape, tuple(classes.items()), fixed)
    model.set_weights(untrained().get_weights())
    for variable in model.optimizer.variables:
        variable.assign(keras.ops.zeros_like(variable.value))
    model.optimizer.learning_rate = config.optimizer.learning_rate
    return model, []


def _untrained(config: RunConfig, inputs: np.ndarray, train: np.ndarray, classes: dict[str, int], start):
    """Return the network as training begins with it: random from the seed, a backbone as it came, a head as it was."""
    from lib.base.backend import keras

    keras.utils.set_random_seed(config.seed)
    model = models.build(config.system, inputs.shape[1:], _for_builder(classes), **config.arguments)
    models.adapt(config.system, model, inputs[train])
    if start is not None and not needs.takes_features(config):
        from lib.models import transfer

        transfer.copy_head(model, models.load(start.config.system, start.folder / MODEL))
    return model


def _for_builder(classes: dict[str, int]) -> int | dict[str, int]:
    return classes if len(classes) > 1 else next(iter(classes.values()))


def _unmoved(begun, model) -> list[str]:
    """Return the names of the trainable weights that training left as they began: layers that never learn."""
    pairs = zip(begun.trainable_variables, model.trainable_variables, strict=True)
    return [new.path for old, new in pairs if np.array_equal(old, new)]


@lru_cache(maxsize=1)
def _prepared(graph: str, input_shape: tuple, classes: tuple[tuple[str, int], ...], optimizer: OptimizerConfig):
    """Return the last compiled network again when only seed or learning rate differ: building its graph takes seconds.

    graph: system, arguments, precision and label smoothing as JSON. What it learnt before is overwritten by `_begin`.
    """
    settings = json.loads(graph)
    model = models.build(settings["system"], input_shape, _for_builder(dict(classes)), **settings["arguments"])
    return compiled(model, optimizer, settings["label_smoothing"])


def forget() -> None:
    """Let the next training build and trace its network as the first of a process does: for those who measure time."""
    _prepared.cache_clear()
