"""How many pictures a second the networks train with; for R4 beside Keras's own dilated convolutions."""

import time
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib import models
from lib.base.backend import keras
from lib.bench.turns import medians, table
from lib.models.dilated import DilatedConv2D
from lib.training import blocks
from lib.training.loop import compiled

SHAPE = (28, 28, 1)
COLOUR = (80, 60, 3)  # of R1 and R5
SEVERAL = ("R5.resnet34_mtl", "R5.vgg16")  # answer two targets, with as many classes as in the product set
CLASSES = 10
TURNS = 5  # blocks that are measured at least, however slow the computer is


def measure(
    systems: Sequence[str] | None = None, batch_size: int = 128, seconds: float = 4, precision: str = "float32"
) -> pd.DataFrame:
    """Return a row for each of `systems` (None: one for each network in lib.models.SYSTEMS).

    Columns: system, parameters, precision (Keras's policy), pictures/s (in blocks of steps as a training makes them,
    the median over about `seconds`); "plain, pictures/s" and "ratio" for a network with dilated convolutions: the same
    network with keras.layers.Conv2D in their place, in turns with it, and how many times faster it is; else NaN.
    The pictures are random bytes. LookbookError for an unknown system and for an anchor, which has no network.
    """
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy(precision)
    try:
        found = table("train", systems or _networks(), lambda system: _row(system, batch_size, seconds))
    finally:
        keras.mixed_precision.set_dtype_policy(before)
    found.insert(2, "precision", precision)
    return found


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
    models.check(system)
    models.refuse_anchor(system)
    shape = COLOUR if system.startswith(("R1.", "R5.")) else SHAPE
    network = models.build(system, shape, {"main": 4, "sub": 45} if system in SEVERAL else CLASSES)
    networks = {"": compiled(network)}
    if _is_dilated(network):
        networks["plain, "] = compiled(with_plain_convolutions(network))
    steps = _steps(network, batch_size, seconds / TURNS)
    ways = {name: stepping(each, steps, batch_size) for name, each in networks.items()}
    times = medians(ways, TURNS, seconds)
    speeds = {f"{name}pictures/s": steps * batch_size / times[name] for name in networks}
    row = {"system": system, "parameters": network.count_params(), "plain, pictures/s": np.nan} | speeds
    columns = ["system", "parameters", "pictures/s", "plain, pictures/s"]
    return {name: row[name] for name in columns} | {"ratio": row["pictures/s"] / row["plain, pictures/s"]}


def _steps(network: keras.Model, batch_size: int, seconds: float) -> int:
    """Return how many steps take about so many seconds; no more than a training makes in one call."""
    two = stepping(network, 2, batch_size)
    two()  # compiles
    begin = time.perf_counter()
    two()
    fit = 2 * seconds / (time.perf_counter() - begin)
    return int(np.clip(fit, 1, blocks.steps_of_a_block(noise(network, 1)[0], batch_size)))


def stepping(network: keras.Model, steps: int, batch_size: int, make=blocks.make_steps):
    """Return a function that trains a compiled network for so many steps on random pictures.

    make: takes what `lib.training.blocks.make_steps` does.
    """
    pictures, labels = noise(network, steps * batch_size)
    rates = np.full(steps, 1e-3, "float32")
    return lambda: make(network, pictures, labels, None, rates, batch_size)


def noise(network: keras.Model, number: int) -> tuple[np.ndarray, np.ndarray | dict[str, np.ndarray]]:
    """Return so many pictures of random bytes as `network` takes them, and random labels as it answers them."""
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (number, *network.input_shape[1:]), dtype="uint8")
    output = network.output
    if isinstance(output, dict):
        return pictures, {head: rng.integers(0, logits.shape[1], number) for head, logits in output.items()}
    return pictures, rng.integers(0, output.shape[1], number)


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
