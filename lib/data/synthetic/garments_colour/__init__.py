"""The drawn colour set: a shop's product pictures with the table of a real one, and the truth about both."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd

from lib.base import paths
from lib.base.errors import LookbookError
from lib.data.dataset import Dataset
from lib.data.fashion_product import table as products
from lib.data.synthetic import store as drawn
from lib.data.synthetic.garments.drawing import generator
from lib.data.synthetic.garments_colour.articles import ARTICLES
from lib.data.synthetic.garments_colour.defects import plant
from lib.data.synthetic.garments_colour.drawing import draw_all

VERSION = 1  # raise it with every change of a drawn byte: folders of other versions are not looked at
ARRAYS = ("images.npy", "garment_mask.npy", "part_mask.npy")
FILES = (*ARRAYS, "groups.npy", "styles.csv", "pictures.csv", "defects.csv", "digest.txt")


def load(seed: int = 0) -> Dataset:
    """Return the drawn set `garments-colour` of a seed: about 6,200 pictures, uint8 (N, 80, 60, 3), and their table.

    Its targets are those of the real product set, from a styles.csv as dirty as the real one; usage follows cut and
    colour, with noise (`plan`). Nobody fixed a test part. `truth` holds
    garment_mask, bool (N, 80, 60): where the garment is;
    part_mask, bool (N, 80, 60): the part that decides article and usage, inside the garment: collar, tie, heel, dial;
    only blank pictures have none;
    defects, a table with the columns kind, position, partner, true_label, id, target: see `defects.plant`. true_label:
    what belongs into the column `target`, as a number into its classes; -1 where that says nothing.

    The same seed gives the same bytes on every machine. The first call draws them (about 10 s) into
    `garments-colour-VERSION-SEED` in `paths.cache()`; later ones map that folder into memory, its sums checked.
    Raises LookbookError on a seed that is not a whole number from 0 up, and where the folder cannot be written.
    """
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise LookbookError(f"the seed of the drawn set is {seed!r}; give a whole number from 0 up")
    folder = paths.cache() / f"garments-colour-{VERSION}-{seed}"
    return _dataset(drawn.fetch_or_draw(folder, FILES, lambda: draw(int(seed))), int(seed))


def draw(seed: int) -> drawn.Content:
    """Return the content of all FILES, defects planted; nothing is read or written."""
    planted = plant(draw_all(seed), generator(seed, len(ARTICLES) + 1))
    content: drawn.Content = {name: planted[name.removesuffix(".npy")] for name in ARRAYS}
    content |= {f"{name}.csv": planted[name].to_csv(index=False) for name in ("pictures", "defects")}
    content["styles.csv"] = planted["styles"]
    first = _dataset(content, seed)  # groups and digest take seconds: they are kept
    return content | {"groups.npy": first.groups, "digest.txt": first.digest}


def _dataset(content: drawn.Content, seed: int) -> Dataset:
    """Return the data set of the content, through the same parser as the real one."""
    made = products.dataset(
        "garments-colour",
        products.read_styles(content["styles.csv"], "the drawn styles.csv"),
        _table(content["pictures.csv"]).astype({"width": int, "height": int}),
        content["images.npy"],
        f"Drawn by code, no photographs (garments-colour, version {VERSION}, seed {seed}), with a table of products "
        "and planted defects in both: duplicates, wrong labels, blank pictures, missing values, surplus commas.",
        digest=content.get("digest.txt"),
        groups=content.get("groups.npy"),
    )
    defects = _table(content["defects.csv"]).astype({"position": np.int64, "partner": np.int64})
    defects["true_label"] = [
        made.classes[target].index(value) if value else -1
        for target, value in zip(defects["target"], defects["true_value"], strict=True)
    ]
    defects = defects[["kind", "position", "partner", "true_label", "id", "target"]]
    masks = {name: content[f"{name}.npy"] for name in ("garment_mask", "part_mask")}
    return replace(made, truth=masks | {"defects": defects})


def _table(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
