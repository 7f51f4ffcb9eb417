"""How many pictures a second the networks train with; for R4 beside Keras's own dilated convolutions."""

import time
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib import models
from lib.base.backend import keras
from lib.base.errors import LookbookError
from lib.models.dilated import DilatedConv2D
from lib.training.loop import compiled

SHAPE = (28, 28, 1)
COLOUR = (80, 60, 3)  # of R1 and R5
SEVERAL = ("R5.resnet34_mtl", "R5.vgg16")  # answer two targets, with as many classes as in the product set
CLASSES = 10
WARM_UP = 2  # batches: the first compiles
TURNS = 5  # batches that are measured at least, however slow the computer is


def measure(
    systems: Sequence[str] | None = None, batch_size: int = 128, seconds: float = 4, precision: str = "float32"
) -> pd.DataFrame:
    """Return a row for each of `systems` (None: one for each network in lib.models.SYSTEMS).

    Columns: system, parameters, precision (Keras's policy), pictures/s (batch_size over the median seconds a batch,
    measured for about `seconds`); "plain, pictures/s" and "ratio" for a network with dilated convolutions: the same
    network with keras.layers.Conv2D in their place, in turns with it, and how many times faster it is; else NaN.
    The pictures are random bytes. LookbookError for an unknown system and for an anchor, which has no network.
    """
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy(precision)
    try:
        table = pd.DataFrame([_row(system, batch_size, seconds) for system in systems or _networks()])
    finally:
        keras.mixed_precision.set_dtype_policy(before)
    table.insert(2, "precision", precision)
    return table


def _networks() -> list[str]:
    """Return the first system of each network: R4's five differ in their training only.

    Not of transfer's, which need weights: `lookbook bench features` measures one.
    """
    first: dict[str, str] = {}
    for system, entry in models.SYSTEMS.items():
        if entry[0] != "lib.models.transfer" and system != "R1.published":  # its trunk is R5's
            first.setdefault(repr(entry), system)
    return list(first.values())


def _row(system: str, batch_size: int, seconds: float) -> dict:
    if models.check(system) in models.ANCHORS:
        raise LookbookError(f"{system} has no network to measure: choose one of {', '.join(models.SYSTEMS)}")
    shape = COLOUR if system.startswith(("R1.", "R5.")) else SHAPE
    network = models.build(system, shape, {"main": 4, "sub": 45} if system in SEVERAL else CLASSES)
    built = [network] + ([with_plain_convolutions(network)] if _is_dilated(network) else [])
    speeds = [batch_size / each for each in _medians([compiled(model) for model in built], batch_size, seconds)]
    plain = speeds[1] if len(speeds) == 2 else np.nan
    row = {"system": system, "parameters": network.count_params(), "pictures/s": speeds[0]}
    return row | {"plain, pictures/s": plain, "ratio": speeds[0] / plain}


def _is_dilated(network: keras.Model) -> bool:
    return any(isinstance(layer, DilatedConv2D) for layer in network.layers)


def with_plain_convolutions(network: keras.Model) -> keras.Model:
    """Return the same function with the same weights, with keras.layers.Conv2D for each DilatedConv2D."""

    def plain(layer):
        kind = keras.layers.Conv2D if isinstance(layer, DilatedConv2D) else type(layer)
        return kind.from_config(layer.get_config())

    clone = keras.models.clone_model(network, clone_function=plain)
    clone.set_weights(network.get_weights())
    return clone


def _medians(networks: list[keras.Model], batch_size: int, seconds: float) -> list[float]:
    """Return each network's median seconds a batch. They take turns, so that whatever else runs slows all alike."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (batch_size, *networks[0].input_shape[1:]), dtype="uint8")
    output = networks[0].output
    labels = (
        {head: rng.integers(0, logits.shape[1], batch_size) for head, logits in output.items()}
        if isinstance(output, dict)
        else rng.integers(0, CLASSES, batch_size)
    )
    times: list[list[float]] = []
    begin = time.perf_counter()
    while len(times) < WARM_UP + TURNS or time.perf_counter() - begin < seconds:
        times.append([_seconds(network, images, labels) for network in networks])
        if len(times) == WARM_UP:
            begin = time.perf_counter()
    return [float(median) for median in np.median(times[WARM_UP:], axis=0)]


def _seconds(network: keras.Model, images: np.ndarray, labels: np.ndarray | dict[str, np.ndarray]) -> float:
    begin = time.perf_counter()
    network.train_on_batch(images, labels)
    return time.perf_counter() - begin
