"""How long heat maps of 1,000 pictures of 28x28 take."""

import numpy as np
import pandas as pd

from lib import models
from lib.base.progress import progress
from lib.bench.training import CLASSES, SHAPE
from lib.bench.turns import medians
from lib.explain import cam, maps

PICTURES = 1000
SYSTEMS = ("R3.initial", "R2.optimised")
WAYS: dict[str, tuple[str, ...]] = {  # a gradient gives all class activation maps at once
    "class activation maps": tuple(cam.METHODS),
    "Score-CAM": ("Score-CAM",),
    "occlusion": ("occlusion",),
}


def measure(number: int = PICTURES, turns: int = 3) -> pd.DataFrame:
    """Return a row for each of SYSTEMS and WAYS: system, what, seconds (median), ratio (to class activation maps).

    The networks are untrained and the pictures random bytes: neither changes the work.
    """
    with progress("explain") as show:
        rows = []
        for done, system in enumerate(SYSTEMS):
            show(done, len(SYSTEMS), f"measured, now {system}")
            rows += _rows(system, number, turns)
    return pd.DataFrame(rows)


def _rows(system: str, number: int, turns: int) -> list[dict]:
    network = models.build(system, SHAPE, CLASSES)
    rng = np.random.default_rng(0)
    pictures, classes = rng.integers(0, 256, (number, *SHAPE), dtype="uint8"), rng.integers(0, CLASSES, number)
    ways = {what: (lambda own=own: maps.maps(network, pictures, classes, methods=own)) for what, own in WAYS.items()}
    seconds = medians(ways, turns)
    first = next(iter(seconds.values()))
    return [
        {"system": system, "what": what, "seconds": round(taken, 2), "ratio": round(taken / first, 1)}
        for what, taken in seconds.items()
    ]
