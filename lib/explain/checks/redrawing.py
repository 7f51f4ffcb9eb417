"""True importance: a synthetic garment is drawn again without a part, and the network is asked again."""

import math
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from lib.data.synthetic.garments import redrawing
from lib.data.synthetic.garments.drawing import CLASSES
from lib.evaluation import statistics
from lib.explain.checks.agreement import rank_correlation
from lib.explain.probing import answers

MEANT = {  # the parts that the drawing's own mask marks as deciding the class
    "T-shirt/top": ("sleeves", "neck"), "Trouser": ("gap",), "Pullover": ("sleeves", "neck"), "Dress": ("skirt",),
    "Coat": ("front",), "Sandal": ("toe straps", "heel strap"), "Shirt": ("collar", "front"), "Sneaker": ("laces",),
    "Bag": ("handle",), "Ankle boot": ("shaft",),
}  # fmt: skip
FEWEST = 3  # parts that a ranking needs
SEEN = 3  # pixels that a part must have


class Redrawn(NamedTuple):
    """Garments of one class, and each of them without each of its parts."""

    label: int
    images: np.ndarray  # uint8 (n, 28, 28, 1)
    parts: list[str]
    without: np.ndarray  # uint8 (P, n, 28, 28, 1)
    masks: np.ndarray  # bool (P, n, 28, 28): where the two differ; nowhere, where a garment has no such part


class Needed(NamedTuple):
    """A garment with the part that a network needs most."""

    image: np.ndarray  # uint8 (28, 28, 1)
    where: np.ndarray  # bool (28, 28)
    part: str


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


def importance(model, redrawn: list[Redrawn]) -> pd.DataFrame:
    """Return a row for each class and part that three garments or more have: what it is worth to the network.

    Columns: class, part, garments, fall (mean of the logit), low and high (its 95% interval over garments).
    """
    rows = []
    for drawn in redrawn:
        for part, own in zip(drawn.parts, falls(model, drawn), strict=True):
            fall = own[np.isfinite(own)].tolist()
            if len(fall) >= FEWEST:
                over = statistics.over_seeds(fall)
                rows.append([CLASSES[drawn.label], part, len(fall), over["mean"], over["low"], over["high"]])
    return pd.DataFrame(rows, columns=["class", "part", "garments", "fall", "low", "high"])


def needed(redrawn: list[Redrawn], importance: pd.DataFrame) -> Needed:
    """Return a garment of the class in which a part costs most, and where that part is."""
    name, part = importance[["class", "part"]].to_numpy()[importance["fall"].fillna(-math.inf).argmax()]
    drawn = redrawn[CLASSES.index(name)]
    masks = drawn.masks[drawn.parts.index(part)]
    k = int(masks.sum(axis=(1, 2)).argmax())
    return Needed(drawn.images[k], masks[k], _called(part, name))


def examples(model, redrawn: list[Redrawn], classes: list[str], parts: int = 3) -> tuple[np.ndarray, list[str]]:
    """Return for each of the classes one garment, and it without some of its parts; and what each picture is.

    The parts are those that define the class, and then the largest, `parts` in all.

    Pictures uint8 (len(classes) * (parts + 1), 28, 28, 1); the titles say the fall of the logit, and mark with a * a
    part that was drawn to decide the class.
    """
    images, titles = [], []
    for name in classes:
        drawn = redrawn[CLASSES.index(name)]
        sizes = drawn.masks.sum(axis=(2, 3))
        bright = drawn.images.mean(axis=(1, 2, 3)) / 256
        k = int(((sizes >= SEEN).sum(axis=0) + bright).argmax())  # the brightest of those with the most parts
        found = falls(model, drawn)[:, k]
        there = [part for part in np.argsort(-sizes[:, k]) if np.isfinite(found[part])]
        largest = sorted(there, key=lambda part: drawn.parts[part] not in MEANT[name])[:parts]
        images += [drawn.images[k], *(drawn.without[part, k] for part in largest)]
        marks = ["*" if drawn.parts[part] in MEANT[name] else "" for part in largest]
        titles += [name]
        titles += [
            f"no {_called(drawn.parts[part], name)}{mark}\n{_fall(float(found[part]))}"
            for part, mark in zip(largest, marks, strict=True)
        ]
        missing = parts - len(largest)
        images += [np.zeros_like(drawn.images[k])] * missing
        titles += [""] * missing
    return np.array(images), titles


def _fall(value: float) -> str:
    """Return what the logit does, in two words: "falls 1.3", "rises 0.3" or "stays"."""
    change = round(value, 1)
    return f"{'falls' if change > 0 else 'rises'} {abs(change):.1f}" if change else "stays"


def _called(part: str, name: str) -> str:
    return "lower half" if part == "skirt" and name != "Dress" else part
