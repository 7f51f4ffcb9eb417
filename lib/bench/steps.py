"""How much faster training is in compiled blocks of steps than step by step, as Keras's `train_on_batch` does."""

import pandas as pd

from lib import models
from lib.bench.training import CLASSES, SHAPE, stepping
from lib.bench.turns import medians, table
from lib.config import DataConfig
from lib.training import blocks, recipes
from lib.training.loop import compiled

CASES = (("R2.optimised", 32), ("R2.optimised", 128), ("R3.initial", 32), ("R2.simple", 32))  # system, batch size
STEPS = 50  # a turn; a training makes twice as many in one call
TURNS = 5


def measure() -> pd.DataFrame:
    """Return a row for each of CASES: system, batch size, pictures/s in blocks and step by step, ratio of the two.

    Both ways train a network of their own on the same random pictures, with the optimiser of its recipe, in turns;
    speeds are medians over turns. With JAX both are step by step.
    """
    return table("steps", CASES, lambda case: _row(*case))


def _row(system: str, batch_size: int) -> dict:
    optimizer = recipes.recipe(system, DataConfig(name="noise")).optimizer

    def one_by_one(network, pictures, labels, weights, rates, size):
        return blocks.one_by_one(network, (pictures, labels), rates, size)

    ways = {
        name: stepping(compiled(models.build(system, SHAPE, CLASSES), optimizer), STEPS, batch_size, make)
        for name, make in {"blocks": blocks.make_steps, "step by step": one_by_one}.items()
    }
    speeds = {f"{name}, pictures/s": STEPS * batch_size / seconds for name, seconds in medians(ways, TURNS).items()}
    ratio = speeds["blocks, pictures/s"] / speeds["step by step, pictures/s"]
    return {"system": system, "batch size": batch_size} | speeds | {"ratio": ratio}
