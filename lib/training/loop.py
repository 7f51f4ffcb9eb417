"""One epoch of a training, and the logits of a network."""

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from lib.config import OptimizerConfig
from lib.training import blocks

ADAM = OptimizerConfig()


def compiled(model, optimizer: OptimizerConfig = ADAM, label_smoothing: float = 0):
    """Return the model made ready to train on int labels with cross-entropy of its logits, summed over targets."""
    from lib.base.backend import keras

    settings = {"learning_rate": optimizer.learning_rate}
    settings |= {"weight_decay": optimizer.weight_decay} if optimizer.weight_decay or optimizer.name == "adamw" else {}
    sgd = {"momentum": optimizer.momentum, "nesterov": optimizer.nesterov}
    settings |= sgd if optimizer.name == "sgd" else {}
    heads = list(model.output) if isinstance(model.output, dict) else []
    losses = [_cross_entropy(label_smoothing) for _ in heads or [""]]
    model.compile(
        optimizer=keras.optimizers.get({"class_name": optimizer.name, "config": settings}),
        loss=dict(zip(heads, losses, strict=True)) if heads else losses[0],
        metrics={head: ["accuracy"] for head in heads} if heads else ["accuracy"],
        jit_compile=False if keras.backend.backend() == "tensorflow" else "auto",  # XLA slows these nets on a CPU
    )
    return model


def _cross_entropy(label_smoothing: float):
    if label_smoothing:
        from lib.training import smoothing

        return smoothing.SmoothedCrossEntropy(label_smoothing)
    from lib.base.backend import keras

    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


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

    Steps are made in blocks (`lib.training.blocks`), of which alone pictures are copied. Not model.fit: with TensorFlow
    2.21 each call of it ends by waiting for the threads of its input pipeline.
    """
    batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    steady = float(model.optimizer.learning_rate)
    figures = np.zeros((0, 2))  # loss and accuracy of each step
    length = blocks.steps_of_a_block(inputs, batch_size)
    while len(figures) < len(batches) and np.isfinite(figures[:, 0]).all():
        block = range(len(figures), min(len(figures) + length, len(batches)))
        chosen = np.concatenate([batches[step] for step in block])
        given = inputs[chosen] if change is None else np.concatenate([change(inputs[batches[step]]) for step in block])
        answers = {name: own[chosen] for name, own in labels.items()} if isinstance(labels, dict) else labels[chosen]
        rates = np.array([steady if rate is None else rate(step) for step in block])
        weight = None if weights is None else weights[chosen]
        figures = np.concatenate([figures, blocks.make_steps(model, given, answers, weight, rates, batch_size)])
    loss, accuracy = math.nan, math.nan
    if np.isfinite(figures[:, 0]).all():
        loss, accuracy = np.average(figures, axis=0, weights=[len(batch) for batch in batches]).tolist()
    return {"steps": len(figures), "loss": loss, "accuracy": accuracy}


def predict(
    model, inputs: np.ndarray, positions: np.ndarray | None = None, flip: bool = False
) -> np.ndarray | dict[str, np.ndarray]:
    """Return float32 logits (N, classes) of the pictures or features at `positions` (all), in inference mode.

    flip: the mean over each picture and its mirror image. Of a network with several targets: a dictionary of them.
    """
    if flip:
        from lib.base.backend import keras

        both = [predict(model, each, positions) for each in (inputs, inputs[:, :, ::-1])]
        return keras.tree.map_structure(lambda *pair: sum(pair) / 2, *both)
    positions = np.arange(len(inputs)) if positions is None else positions
    groups = [positions[start : start + 256] for start in range(0, len(positions), 256)]
    batches = list(outputs(model, inputs, groups))
    if isinstance(batches[0], dict):
        return {name: np.concatenate([np.asarray(b[name], dtype="float32") for b in batches]) for name in batches[0]}
    return np.concatenate([np.asarray(batch, dtype="float32") for batch in batches])


def outputs(model, inputs: np.ndarray, groups: Sequence[np.ndarray]) -> Iterator:
    """Yield what `model.predict_on_batch` gives for the pictures or features at each group of positions, in order.

    As many groups are computed at once as there are cores. Whatever their number, a group gives the same bits.
    """
    from lib.base.backend import workers

    def compute(positions: np.ndarray):
        return model.predict_on_batch(inputs[positions])

    yield compute(groups[0])  # builds the function that the others share
    pool = ThreadPoolExecutor(workers())
    try:
        yield from pool.map(compute, groups[1:])
    finally:
        pool.shutdown(cancel_futures=True)  # whoever is interrupted waits for no group that has not begun
