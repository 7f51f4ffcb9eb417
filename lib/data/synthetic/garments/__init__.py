"""The drawn grey data set: ten garments in Fashion-MNIST's order, with the truth about every picture."""

import numpy as np
import pandas as pd

from lib.base import paths
from lib.base.errors import LookbookError
from lib.data.dataset import Dataset
from lib.data.synthetic import store as drawn
from lib.data.synthetic.garments.defects import plant
from lib.data.synthetic.garments.drawing import CLASSES, TEST, draw_all, generator

VERSION = 1  # raise it with every change of a drawn byte: folders of other versions are not looked at
ARRAYS = ("images", "labels", "garment_mask", "part_mask", "defects")
FILES = {name: f"{name}.npy" for name in ARRAYS}


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
    content = drawn.fetch_or_draw(
        folder, tuple(FILES.values()), lambda: {FILES[name]: array for name, array in draw(int(seed)).items()}
    )
    arrays = {name: content[file] for name, file in FILES.items()}
    count = len(arrays["images"])
    return Dataset(
        name="garments",
        images=arrays["images"],
        labels={"class": np.array(arrays["labels"])},
        classes={"class": list(CLASSES)},
        ids=np.array([f"garments-{position:05d}" for position in range(count)]),
        provenance=f"Drawn by code, no photographs (garments, version {VERSION}, seed {seed}), with planted defects: "
        "duplicates, wrong labels and blank pictures.",
        test=np.arange(count - TEST * len(CLASSES), count),
        truth={
            "garment_mask": arrays["garment_mask"],
            "part_mask": arrays["part_mask"],
            "defects": pd.DataFrame(np.array(arrays["defects"])),
        },
    )


def draw(seed: int) -> dict[str, np.ndarray]:
    """Return the arrays of the whole set, defects planted, by the names in ARRAYS; nothing is read or written."""
    arrays = draw_all(seed)
    arrays["defects"] = plant(arrays, TEST * len(CLASSES), generator(seed, len(CLASSES) + 1))
    return arrays
