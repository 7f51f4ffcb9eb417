"""True importance: a synthetic garment is drawn again without a part, and the network is asked again."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from lib.data.synthetic.garments import redrawing
from lib.data.synthetic.garments.drawing import CLASSES
from lib.explain.checks.agreement import rank_correlation
from lib.explain.probing import answers

FEWEST = 3  # parts that a ranking needs
SEEN = 3  # pixels that a part must have


class Redrawn(NamedTuple):
    """Garments of one class, and each of them without each of its parts."""

    label: int
    images: np.ndarray  # uint8 (n, 28, 28, 1)
    parts: list[str]
    without: np.ndarray  # uint8 (P, n, 28, 28, 1)
    masks: np.ndarray  # bool (P, n, 28, 28): where the two differ; nowhere, where a garment has no such part


def draw(each: int, seed: int = 0) -> list[Redrawn]:
    """Return `each` garments of every class, none of which is in the data set, and each of them without each part."""
    return [Redrawn(label, *redrawing.redraw(label, seed, each)) for label in range(len(CLASSES))]


def falls(model, drawn: Redrawn) -> np.ndarray:
    """Return by how much the logit of the garment's class falls without each part, float (P, n); NaN: no such part.

    Source: FunnyBirds, Hesse et al. 2023, arXiv 2308.06248, for its synthetic birds.
    """
    classes = np.full(len(drawn.images), drawn.label)
    whole = answers(model, drawn.images, classes)
    found = np.array([whole - answers(model, images, classes) for images in drawn.without])
    return np.where(drawn.masks.sum(axis=(2, 3)) >= SEEN, found, np.nan)


def agreement(
    model, redrawn: list[Redrawn], look: Callable[[np.ndarray, np.ndarray], dict[str, np.ndarray]]
) -> dict[str, np.ndarray]:
    """Return for each method and garment how its parts' evidence ranks beside their true importance (Spearman).

    look: (pictures, classes) -> maps by method. A part's evidence is the map's sum where the part is. Garments with
    fewer than three parts are left out; NaN where a map gives all parts the same.
    """
    found: dict[str, list[np.ndarray]] = {}
    for drawn in redrawn:
        true = falls(model, drawn)
        for method, maps in look(drawn.images, np.full(len(drawn.images), drawn.label)).items():
            energy = (maps * drawn.masks).sum(axis=(2, 3))
            found.setdefault(method, []).append(_ranked(energy.T, true.T))
    return {method: np.concatenate(scores) for method, scores in found.items()}


def _ranked(energy: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Return the rank correlation of each garment's parts (n, P), of those that it has."""
    there = np.isfinite(true)
    enough = np.flatnonzero(there.sum(axis=1) >= FEWEST)
    pairs = [(energy[None, k, there[k]], true[None, k, there[k]]) for k in enough]
    return np.array([rank_correlation(*pair)[0] for pair in pairs])


def importance(model, redrawn: list[Redrawn]) -> pd.DataFrame:
    """Return a row for each class and part: class, part, garments that have it, mean fall of the logit without it."""
    rows = []
    for drawn in redrawn:
        found = falls(model, drawn)
        for part, own in zip(drawn.parts, found, strict=True):
            if np.isfinite(own).any():
                rows.append([CLASSES[drawn.label], part, int(np.isfinite(own).sum()), float(np.nanmean(own))])
    return pd.DataFrame(rows, columns=["class", "part", "garments", "fall"])
