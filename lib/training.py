"""One training, from settings to figures. `lib.runs` decides whether it is needed and keeps the result.

A training leaves in its folder history.csv (a row an epoch), checkpoint.keras (its last epoch) and model.keras; with
early stopping also best.weights.h5. A training whose loss is no longer a number ends there: it has diverged.
"""

import json
import math
import time
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lib import features, imbalance, models, schedules
from lib.config import AugmentationConfig, EarlyStoppingConfig, OptimizerConfig, RunConfig
from lib.data import augment
from lib.data.dataset import Dataset
from lib.data.prepare import prepare
from lib.data.splits import Split, split
from lib.errors import LookbookError
from lib.evaluation.metrics import classification
from lib.files import replacing, write_text
from lib.progress import Report

ADAM = OptimizerConfig()
BEST = "best.weights.h5"  # weights of the best epoch so far, with early stopping
REEVALUATED = 2_000  # training pictures measured again after each epoch, as validation pictures are: without noise


def train(
    config: RunConfig, dataset: Dataset, folder: Path, report: Report, start: Any = None
) -> tuple[dict, dict[str, np.ndarray]]:
    """Return (metrics, predictions) of one training; a killed one in the same folder goes on from its last epoch.

    start: the finished run (`lib.runs.Run`) that `config.start` asks for.
    metrics: train_, val_ and test_ accuracy, loss, macro_f1, balanced_accuracy and auroc (NaN where the kept weights
    are no numbers), parameters, epochs (trained), best_epoch (whose weights are kept: the last without early
    stopping), diverged (in the epoch that is kept the loss is no number, or more than twice that of guessing), unmoved
    (weights that are as they began), seconds. With several targets the same for each of them, val_season_accuracy;
    those without a target's name are the first target's, and the loss is the sum.
    predictions: for train, val and test the positions (int64), labels (int64) and logits (float32); those of further
    targets have their name behind a colon, "val_logits:season".
    The test pictures are read here once, after the last epoch (a wrong way, test_every_epoch: after each); nothing
    before depends on them.
    """
    dataset = prepare(dataset, config.data)
    parts = split(dataset, config.data)
    if config.batch_size > len(parts.train):
        raise LookbookError(f"batch_size={config.batch_size} is more than the {len(parts.train)} training pictures")
    begin = time.monotonic()
    where = {"train": _reevaluated(parts), "val": parts.validation, "test": parts.test}
    if config.system in models.ANCHORS:
        outputs, facts = _fit_anchor(config, dataset, parts.train, where, report)
    else:
        outputs, facts = _fit_network(config, dataset, parts, where, folder, report, start)
    metrics = facts | {"seconds": facts.get("seconds", time.monotonic() - begin)}
    predictions: dict[str, np.ndarray] = {}
    for name, positions in where.items():
        metrics |= {
            f"{name}_{measure}": value for measure, value in _measures(dataset, positions, outputs[name]).items()
        }
        predictions[f"{name}_positions"] = positions
        for target, logits in outputs[name].items():
            suffix = "" if target == config.data.target else f":{target}"
            predictions[f"{name}_labels{suffix}"] = dataset.labels[target][positions]
            predictions[f"{name}_logits{suffix}"] = logits
    return metrics, predictions


def _reevaluated(parts: Split) -> np.ndarray:
    step = max(1, len(parts.train) // REEVALUATED)
    return parts.train[::step][:REEVALUATED]


def _measures(dataset: Dataset, positions: np.ndarray, outputs: dict[str, np.ndarray]) -> dict[str, float]:
    """Return each measure of the first target, the loss of all together, and with several the measures of each."""
    of_target = {
        target: classification(dataset.labels[target][positions], logits) for target, logits in outputs.items()
    }
    measures = next(iter(of_target.values())) | {"loss": sum(scores["loss"] for scores in of_target.values())}
    if len(of_target) > 1:
        for target, scores in of_target.items():
            measures |= {f"{target}_{measure}": value for measure, value in scores.items()}
    return measures


def _fit_anchor(
    config: RunConfig, dataset: Dataset, train: np.ndarray, where: dict[str, np.ndarray], report: Report
) -> tuple[dict[str, dict[str, np.ndarray]], dict]:
    from lib import anchors

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
    config: RunConfig, dataset: Dataset, parts: Split, where: dict[str, np.ndarray], folder: Path, report: Report, start
) -> tuple[dict[str, dict[str, np.ndarray]], dict]:
    from lib.backend import keras

    if features.takes_features(config) and config.augmentation != AugmentationConfig():
        raise LookbookError(f"{config.system}: features of each picture are computed once, so it cannot be augmented")
    keras.mixed_precision.set_global_policy(config.precision)
    needed = np.concatenate([parts.train, parts.validation, parts.test])
    inputs = features.inputs(dataset, config, needed, start)
    watched = where if config.test_every_epoch else {name: where[name] for name in ("train", "val")}
    stopping = config.early_stopping
    targets = [config.data.target, *config.data.more_targets]
    classes = {target: len(dataset.classes[target]) for target in targets}
    untrained = partial(_untrained, config, inputs.shape[1:], classes, start)
    model, history = _begin(config, inputs.shape[1:], classes, folder, untrained)
    report(len(history), config.epochs, "epochs done, begins" if not history else "epochs done, goes on")
    while len(history) < config.epochs and not _is_over(history, stopping):
        begin = time.monotonic()
        labels = {target: dataset.labels[target] for target in targets}
        row = {"epoch": len(history) + 1} | _one_epoch(config, model, inputs, labels, parts.train, len(history))
        for name, positions in watched.items():
            measures = _measures(dataset, positions, _outputs(model, inputs, positions, targets))
            row |= {f"{name}_{measure}": value for measure, value in measures.items()}
        history.append(row | {"seconds": time.monotonic() - begin})
        _checkpoint(model, history, folder, stopping)
        shown = f"loss {row['loss']:.4f} val_loss {row['val_loss']:.4f} val_accuracy {row['val_accuracy']:.4f}"
        report(len(history), config.epochs, shown)
    kept = _best_epoch(history, stopping)
    if kept != len(history):
        model.load_weights(folder / BEST)
    with replacing(folder / "model.keras") as temporary:
        model.save(temporary)
    guessing = sum(math.log(number) for number in classes.values())
    facts = {"parameters": model.count_params(), "epochs": len(history), "best_epoch": kept}
    facts |= {"diverged": _has_diverged(history[kept - 1], guessing), "unmoved": _unmoved(untrained(), model)}
    facts |= {"seconds": sum(row["seconds"] for row in history)}
    return {name: _outputs(model, inputs, positions, targets) for name, positions in where.items()}, facts


def _outputs(model, inputs: np.ndarray, positions: np.ndarray, targets: list[str]) -> dict[str, np.ndarray]:
    """Return the logits by target, however many the network has."""
    logits = predict(model, inputs, positions)
    return logits if isinstance(logits, dict) else {targets[0]: logits}


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


def _has_diverged(row: dict, guessing: float) -> bool:
    """Return whether an epoch's loss is no number, or worse than twice that of guessing, as it went and after it.

    A step too large can also kill every ReLU, and leave a loss that is huge but finite.
    """
    finite = math.isfinite(row["loss"]) and math.isfinite(row["train_loss"])
    return not finite or min(row["loss"], row["train_loss"]) > 2 * guessing


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


def _begin(config: RunConfig, shape: tuple, classes: dict[str, int], folder: Path, untrained: Callable):
    """Return the model and the history so far: new ones, or those of the last whole epoch of a killed training."""
    from lib.backend import keras

    checkpoint = folder / "checkpoint.keras"
    if checkpoint.exists() and (folder / "history.csv").exists():
        model = models.load(config.system, checkpoint)
        history = read_history(folder)
        whole = history["steps"].cumsum() <= int(model.optimizer.iterations)
        return model, history[whole].to_dict(orient="records")
    graph = config.model_dump_json(include={"system", "arguments", "precision"})
    fixed = config.optimizer.model_copy(update={"learning_rate": 1.0, "schedule": "constant", "decay": 1.0})
    model = _prepared(graph, shape, tuple(classes.items()), fixed)
    model.set_weights(untrained().get_weights())
    for variable in model.optimizer.variables:
        variable.assign(keras.ops.zeros_like(variable))
    model.optimizer.learning_rate = config.optimizer.learning_rate
    return model, []


def _untrained(config: RunConfig, shape: tuple, classes: dict[str, int], start):
    """Return the network as training begins with it: random from the seed, a backbone as it came, a head as it was."""
    from lib.backend import keras

    keras.utils.set_random_seed(config.seed)
    model = models.build(config.system, shape, _for_builder(classes), **config.arguments)
    if start is not None and not features.takes_features(config):
        from lib.models import transfer

        transfer.copy_head(model, models.load(start.config.system, start.folder / "model.keras"))
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

    graph: system, arguments and precision as JSON. What it learnt before is overwritten by `_begin`.
    """
    settings = json.loads(graph)
    model = models.build(settings["system"], input_shape, _for_builder(dict(classes)), **settings["arguments"])
    return compiled(model, optimizer)


def compiled(model, optimizer: OptimizerConfig = ADAM):
    """Return the model made ready to train on int labels with cross-entropy of its logits, summed over targets."""
    from lib.backend import keras

    settings = {"learning_rate": optimizer.learning_rate}
    settings |= {"weight_decay": optimizer.weight_decay} if optimizer.weight_decay or optimizer.name == "adamw" else {}
    settings |= {"momentum": optimizer.momentum} if optimizer.name == "sgd" else {}
    heads = list(model.output) if isinstance(model.output, dict) else []
    losses = [keras.losses.SparseCategoricalCrossentropy(from_logits=True) for _ in heads or [""]]
    model.compile(
        optimizer=keras.optimizers.get({"class_name": optimizer.name, "config": settings}),
        loss=dict(zip(heads, losses, strict=True)) if heads else losses[0],
        metrics={head: ["accuracy"] for head in heads} if heads else ["accuracy"],
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
    while training, train_ and val_ (a wrong way: test_) loss, accuracy, macro_f1, balanced_accuracy and auroc, of
    several targets as in `train`, measured after the epoch without dropout or augmentation, and seconds."""
    return pd.read_csv(folder / "history.csv", float_precision="round_trip")


def reseed(model, seed: int, epoch: int) -> None:
    """Set every random layer of `model` to a state that depends on `seed` and `epoch` alone.

    Thus a training that was killed and goes on draws the same noise as one that was not.
    """
    for number, variable in enumerate(model.variables):
        if variable.path.endswith("seed_generator_state"):
            variable.assign(np.random.default_rng([seed, epoch, number]).integers(0, 2**31, variable.shape))


def train_epoch(
    model, inputs: np.ndarray, labels: np.ndarray | dict[str, np.ndarray], order: np.ndarray, batch_size: int,
    rate: Callable[[int], float] | None = None, change: Callable[[np.ndarray], np.ndarray] | None = None,
    weights: np.ndarray | None = None,
) -> dict[str, float]:  # fmt: skip
    """Train once on the pictures at the positions `order`; return steps, and mean loss and accuracy as the epoch went.

    inputs: pictures, or features (N, ...). labels: int (N,), or with several targets a dictionary; then the loss is
    the sum and the accuracy the first target's. rate: from the step's number (from 0) to its learning rate; change:
    from a batch to the augmented batch; weights: of the pictures' losses, float (N,). After a loss that is not a number
    the epoch ends, and both means are NaN.

    Not model.fit: with TensorFlow 2.21 each call of it ends by waiting for the threads of its input pipeline; a call an
    epoch took up to twice as long. Here a batch is all that is ever copied.
    """
    sums = {"loss": 0.0, "accuracy": 0.0}
    accuracy = f"{next(iter(labels))}_accuracy" if isinstance(labels, dict) else "accuracy"
    for step, start in enumerate(range(0, len(order), batch_size)):
        batch = order[start : start + batch_size]
        if rate is not None:
            model.optimizer.learning_rate = rate(step)
        given = inputs[batch] if change is None else change(inputs[batch])
        answers = {name: own[batch] for name, own in labels.items()} if isinstance(labels, dict) else labels[batch]
        weight = None if weights is None else weights[batch]
        means = model.train_on_batch(given, answers, sample_weight=weight, return_dict=True)
        if not math.isfinite(means["loss"]):
            return {"steps": step + 1} | dict.fromkeys(sums, math.nan)
        for name, key in {"loss": "loss", "accuracy": accuracy}.items():
            sums[name] += float(means[key]) * len(batch)
    return {"steps": step + 1} | {name: total / len(order) for name, total in sums.items()}


def predict(model, inputs: np.ndarray, positions: np.ndarray | None = None) -> np.ndarray | dict[str, np.ndarray]:
    """Return float32 logits (N, classes) of the pictures or features at `positions` (all), in inference mode.

    Of a network with several targets: a dictionary of them.
    """
    positions = np.arange(len(inputs)) if positions is None else positions
    batches = [
        model.predict_on_batch(inputs[positions[start : start + 256]]) for start in range(0, len(positions), 256)
    ]
    if isinstance(batches[0], dict):
        return {name: np.concatenate([np.asarray(b[name], dtype="float32") for b in batches]) for name in batches[0]}
    return np.concatenate([np.asarray(batch, dtype="float32") for batch in batches])
