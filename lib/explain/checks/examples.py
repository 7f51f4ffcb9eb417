"""What the pictures of the checks look like: a mosaic, a patch, and what ROAD paints over."""

import numpy as np

from lib.base.errors import LookbookError
from lib.config import DataConfig
from lib.data.dataset import Dataset
from lib.explain.checks.mosaics import mosaics
from lib.explain.checks.planted import taking_part, with_patch
from lib.explain.checks.road import painted


def examples(dataset: Dataset, config: DataConfig, picture: np.ndarray, own: np.ndarray) -> tuple[list, list[str]]:
    """Return pictures uint8 (H, W, C) and their titles: two mosaics, both patches, and a picture painted over twice.

    picture: uint8 (H, W, C), and own: its map (H, W), by which half of its pixels are painted over. A mosaic for which
    there are too few pictures is left out.
    """
    part = taking_part(dataset, config)
    (labels,), (classes,) = part.labels.values(), part.classes.values()
    found: list[tuple[np.ndarray, str]] = []
    for check, of_class in (("mosaic", 2), ("pointing", 1)):
        try:
            made, asked, _ = mosaics(part.images[part.test], labels[part.test], 1, of_class)
        except LookbookError:
            continue
        found.append((made[0], f"{check}: where\nis {classes[asked[0]]}?"))
    patched = with_patch(part)
    (told,) = patched.labels.values()
    found += [(patched.images[np.flatnonzero(told == label)[0]], f"patch:\nlabel {label}") for label in (1, 0)]
    order = own.ravel().argsort(kind="stable")
    half = len(order) // 2
    for which, pixels in (("least", order[:half]), ("most", order[half:])):
        found.append((painted(picture[None], pixels[None])[0], f"ROAD: without\nthe {which} relevant"))
    return [each for each, _ in found], [title for _, title in found]
