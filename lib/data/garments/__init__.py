"""The drawn grey data set: ten garments in Fashion-MNIST's order, with the truth about every picture."""

import json
import os
import shutil
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pandas as pd

from lib import paths
from lib.data.dataset import Dataset
from lib.errors import LookbookError

VERSION = 1         # raise it with every change of a drawn byte: folders of other versions are not looked at
FILES = ("images", "labels", "garment_mask", "part_mask", "defects")


def load(seed: int = 0) -> Dataset:
    """Return the drawn set `garments` of a seed: 6,000 training and then 1,000 test pictures, uint8 (7000, 28, 28, 1).

    It has one target, "class". `truth` holds
    garment_mask, bool (7000, 28, 28): where the garment is;
    part_mask, bool (7000, 28, 28): where the part is that decides its class, in the garment or next to it (the edges of
    the gap between trouser legs); only blank pictures have none;
    defects, a table with the columns kind, position, partner, true_label: see `defects.plant`.

    The same seed gives the same bytes on every machine. The first call draws them (about 5 s) into
    `garments-VERSION-SEED` in `paths.cache()`; later ones map that folder into memory, after a check of its sums.
    Raises LookbookError on a seed that is not a whole number from 0 up, and where the folder cannot be written.
    """
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise LookbookError(f"the seed of the drawn set is {seed!r}; give a whole number from 0 up")
    folder = paths.cache() / f"garments-{VERSION}-{seed}"
    arrays = _read(folder) or _write(folder, _make(int(seed)))
    tests = np.arange(6000, 7000)
    ...
