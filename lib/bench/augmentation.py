"""How many pictures a second `lib.data.augment` changes, beside Keras's own random layers on the same batch."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from lib.base.backend import keras
from lib.bench.turns import medians, table
from lib.config import AugmentationConfig
from lib.data.augment import augment
from lib.data.policies import POLICIES

BATCH_SIZES = (32, 128)
SHAPE = (28, 28, 1)
TURNS = 7
CALLS = 5  # a turn: a single call would also pay for the caches that the way before it has filled


def measure() -> pd.DataFrame:
    """Return a row for each policy and batch size; speeds are medians over turns, in pictures a second.

    Columns: operation, batch size, pictures/s, "Keras, called" (its layers called on the batch), "Keras, compiled" (a
    compiled model of the same layers), ratio (pictures/s to the faster of the two). The row "none" copies the batch
    and is what calling alone costs. Both ways begin and end with a NumPy array. Nothing is written.
    """
    policies = {"none": AugmentationConfig()} | POLICIES
    cases = [(name, size) for name in policies for size in BATCH_SIZES]
    return table("augment", cases, lambda case: _row(case[0], policies[case[0]], case[1]))


def _row(name: str, settings: AugmentationConfig, size: int) -> dict:
    rng = np.random.default_rng(0)
    batch = rng.integers(0, 256, (size, *SHAPE), dtype="uint8")
    ways = {"pictures/s": lambda batch: augment(batch, settings, rng)} | keras_ways(settings)
    times = medians({way: _several(change, batch) for way, change in ways.items()}, TURNS)
    speeds = {way: round(CALLS * size / seconds) for way, seconds in times.items()}
    faster = max(speeds["Keras, called"], speeds["Keras, compiled"])
    ratio = round(speeds["pictures/s"] / faster, 1)
    return {"operation": name, "batch size": size} | speeds | {"ratio": ratio}


def _several(change: Callable[[np.ndarray], np.ndarray], batch: np.ndarray) -> Callable[[], object]:
    return lambda: [change(batch) for _ in range(CALLS)]


def keras_ways(settings: AugmentationConfig) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Return two functions from uint8 (N, H, W, C) to float32: Keras's layers of the same kind, called and compiled."""
    layers = keras.layers.Pipeline(_layers(settings))
    # Lambda, since a model that predicts tells its own layers that nobody trains, and these then change nothing.
    model = keras.Sequential([keras.layers.Lambda(lambda batch: layers(batch, training=True))])
    model.compile(jit_compile=False if keras.backend.backend() == "tensorflow" else "auto")  # XLA cannot rotate
    return {
        "Keras, called": lambda batch: keras.ops.convert_to_numpy(layers(batch, training=True)),
        "Keras, compiled": model.predict_on_batch,
    }


def _layers(settings: AugmentationConfig) -> list:
    layers, axes = keras.layers, [axis for axis in ("horizontal", "vertical") if getattr(settings, f"{axis}_flip")]
    found = [layers.RandomFlip("_and_".join(axes))] if axes else []
    if settings.shift:
        found.append(layers.RandomTranslation(settings.shift, settings.shift, fill_mode="nearest"))
    if settings.rotation:
        found.append(layers.RandomRotation(settings.rotation / 360, fill_mode="nearest"))
    if settings.zoom:
        found.append(layers.RandomZoom(settings.zoom, fill_mode="nearest"))
    if settings.shear:
        found.append(layers.RandomShear(x_factor=np.tan(np.radians(settings.shear)), fill_mode="nearest"))
    if settings.erase:
        found.append(layers.RandomErasing(factor=(settings.erase, settings.erase)))
    return found or [layers.Identity()]
