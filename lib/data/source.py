"""The rows of a table beside pictures: which values are missing, what is measured of a file, labels from a column."""

from collections import Counter

import numpy as np
import pandas as pd

MISSING = ("", "NA")  # how the table writes that it knows no value
MEASURED = {"width": 0, "height": 0, "mode": ""}  # of a picture's file, and what stands there without one


def encode(values: pd.Series) -> tuple[list[str], np.ndarray]:
    """Return the class names of a column, most frequent first, ties by name, and each value's label; -1: none."""
    codes, written = pd.factorize(values)  # so that blanks are cut off once for each spelling, not for each row
    spelt = [str(name).strip() for name in written]
    counts: Counter[str] = Counter()
    for name, number in zip(spelt, np.bincount(codes, minlength=len(spelt)), strict=True):
        if name not in MISSING:
            counts[name] += int(number)
    names = sorted(counts, key=lambda name: (-counts[name], name))
    place = {name: number for number, name in enumerate(names)}
    return names, np.array([place.get(name, -1) for name in spelt], dtype=np.int64)[codes]
