"""True importance: a synthetic garment is drawn again without a part, and the network is asked again."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

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


@cache
def draw(each: int, seed: int = 0) -> list[Redrawn]:
    """Return `each` garments of every class, none of which is in the data set, and each of them without each part."""
    return [Redrawn(label, *redrawing.redraw(label, seed, each)) for label in range(len(CLASSES))]


def falls(model, drawn: Redrawn) -> np.ndarray:
    """Return by how much the logit of the garment's class falls without each part, float (P, n); NaN: no such part.

    Source: FunnyBirds, Hesse et al. 2023, arXiv 2308.06248, for its synthetic birds.
    """
    pictures = np.concatenate([drawn.images[None], drawn.without]).reshape(-1, *drawn.images.shape[1:])
    found = answers(model, pictures, np.full(len(pictures), drawn.label)).reshape(-1, len(drawn.images))
    return np.where(drawn.masks.sum(axis=(2, 3)) >= SEEN, found[0] - found[1:], np.nan)


def agreement(
    model, redrawn: list[Redrawn], look: Callable[[np.ndarray, np.ndarray], dict[str, np.ndarray]]
) -> dict[str, np.ndarray]:
    """Return for each method and garment how its parts' evidence ranks beside their true importance (Spearman).

    look: (pictures, classes) -> maps by method. A part's evidence is the map's sum where the part is. Garments with
    fewer than three parts are left out; NaN where a map gives all parts the same.
    """
    images = np.concatenate([drawn.images for drawn in redrawn])
    labels = np.concatenate([np.full(len(drawn.images), drawn.label) for drawn in redrawn])
    true = [falls(model, drawn) for drawn in redrawn]
    ends = np.cumsum([len(drawn.images) for drawn in redrawn])[:-1]
    found = {}
    for method, maps in look(images, labels).items():
        scores = [
            ranked((own * drawn.masks).sum(axis=(2, 3)).T, fall.T)
            for own, drawn, fall in zip(np.split(maps, ends), redrawn, true, strict=True)
        ]
        found[method] = np.concatenate(scores)
    return found


def ranked(energy: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Return the rank correlation of each garment's parts (n, P), of those that it has."""
    there = np.isfinite(true)
    enough = np.flatnonzero(there.sum(axis=1) >= FEWEST)
    pairs = [(energy[None, k, there[k]], true[None, k, there[k]]) for k in enough]
    return np.array([rank_correlation(*pair)[0] for pair in pairs])
