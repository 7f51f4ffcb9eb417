"""What the checks of the place ask: a picture of each, where a good map would be red, and the question in few words."""

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError
from lib.config import DataConfig, RunConfig
from lib.data import catalogue
from lib.data.dataset import Dataset
from lib.evaluation import comparison
from lib.explain.checks import redrawing
from lib.explain.checks.agreement import share_inside
from lib.explain.checks.mosaics import mosaics
from lib.explain.checks.painting import marked, painted
from lib.explain.checks.planted import SIDE, taking_part, with_patch
from lib.explain.checks.redrawing import Needed
from lib.explain.checks.table import network, on_mosaics

SAME, UNLIKE = "0: the same map", "1: unrelated"


class Asked(NamedTuple):
    """Checks side by side, as `lib.plots.framed` draws them."""

    images: list[np.ndarray]  # uint8 (H, W, C)
    titles: list[str]
    frames: list[np.ndarray | None]  # bool (H, W): where a good map would be red
    texts: list[str]


class OnDrawn(NamedTuple):
    """Drawn garments, and what trains on them."""

    settings: RunConfig
    dataset: Dataset
    network: object
    garments: list[redrawing.Redrawn]
    worth: pd.DataFrame  # of `redrawing.importance`


def on_drawn(config: RunConfig, dataset: Dataset, each: int) -> OnDrawn:
    """Return the network of `config`, trained on the synthetic garments, and `each` garments of every class."""
    drawn = dataset if dataset.name == "garments" else catalogue.load("garments")
    settings = config.changed(data=config.data.changed(name="garments"))
    model, garments = network(settings, drawn), redrawing.draw(each)
    return OnDrawn(settings, drawn, model, garments, redrawing.importance(model, garments))


def examples(
    dataset: Dataset, config: DataConfig, picture: np.ndarray, own: np.ndarray, chance: float,
    needed: Needed | None = None,
) -> Asked:  # fmt: skip
    """Return the checks that can be made with these pictures, in the order of the table.

    picture: uint8 (H, W, C), and own: its map (H, W), by which a fifth of its pixels are painted over. chance: what
    painting over a fifth that noise marks does to the logit. needed: the garment and the part that show redrawing;
    None: it is not made. A mosaic for which there are too few pictures is left out.
    """
    part = taking_part(dataset, config)
    (labels,), (classes,) = part.labels.values(), part.classes.values()
    found: list[tuple] = []
    if needed is not None:
        words = f"Are the parts redder that the network needs (most: {needed.part})?\nBy chance: 0."
        found.append((needed.image, "redrawing", needed.where, words))
    ask = {
        "mosaic": (2, "Two show {}: which share of the red lies on the two?\nBy chance: 0.50."),
        "pointing": (1, "One shows {}: how often is the reddest pixel there?\nBy chance: 0.25."),
    }
    for check, (of_class, words) in ask.items():
        try:
            (made,), (asked,), (where,) = mosaics(part.images[part.test], labels[part.test], 1, of_class)
        except LookbookError:
            continue
        name = classes[asked]
        found.append((made, check, where, words.format(name if len(name) <= 14 else f"{name[:13]}…")))
    patched = with_patch(part)
    (told,) = patched.labels.values()
    first = np.flatnonzero(told == 1)[:1]
    area = SIDE * SIDE / (picture.shape[0] * picture.shape[1])
    words = f"Only the patch tells the label: which share of the red lies on it?\nBy chance: {area:.2f}."
    found += [(patched.images[k], "patch", patched.truth["patch"][k], words) for k in first]
    words = (
        f"The reddest fifth is painted over: how far does the logit fall?\nNoise: {comparison.figure(chance, '.2f')}."
    )
    found.append((painted(picture[None], marked(own[None]))[0], "painting", None, words))
    return Asked(*(list(each) for each in zip(*found, strict=True)))


class Worked(NamedTuple):
    """One mosaic with the maps of two methods and of the edge filter."""

    picture: np.ndarray | None  # uint8 (H, W, C): the mosaic; None where none can be made
    label: int  # the class that is asked for
    where: np.ndarray  # bool (H, W): the two pictures of that class
    maps: dict[str, np.ndarray]  # (H, W) each


def worked(judged: pd.DataFrame, config: RunConfig, dataset: Dataset, number: int) -> Worked:
    """Return the mosaic in which the methods with the highest and the lowest mean differ as they do on average.

    judged: rows of `verdicts.judge`. config: of the network. number: of mosaics.
    """
    means = judged[judged["check"] == "mosaic"].set_index("method")["value"].dropna()
    if len(means) < 2:
        return Worked(None, 0, np.zeros((0, 0), bool), {})
    most, least = str(means.idxmax()), str(means.idxmin())
    made, where, asked, found = on_mosaics(config, dataset, [most, least, "Sobel"], number)
    apart = share_inside(found[most], where) - share_inside(found[least], where)
    k = int(np.nan_to_num(np.abs(apart - (means[most] - means[least])), nan=math.inf).argmin())
    return Worked(made[k], int(asked[k]), where[k], {name: own[k] for name, own in found.items()})


def questions(judged: pd.DataFrame, drawn: OnDrawn, size: tuple[int, int], chance: float) -> pd.DataFrame:
    """Return a row for each check that was made: what it asks, what chance gives, and the best value possible.

    drawn: two trainings on its garments are compared: no map can be expected to be more like the network than that.
    size: rows and columns of a picture. chance: as `examples` has it.
    """
    again = _repeated(drawn) if "redrawing" in set(judged["check"]) else math.nan
    patch = SIDE * SIDE / (size[0] * size[1])
    rows = {
        "redrawing": (
            "does the map rank the parts of a drawn garment as the network needs them (rank correlation)?",
            "0", f"{comparison.figure(again, '.2f')} (two trainings)",
        ),
        "mosaic": ("four pictures in one, two of them of the class: share of the evidence on those two", "0.5", "1"),
        "pointing": ("only one of the four is of the class: how often is the map highest there?", "0.25", "1"),
        "patch": ("a chequered patch alone tells the label: share of the evidence on it", f"{patch:.2f}", "1"),
        "painting": (
            "paint over the fifth of the pixels that the map marks, from those around (Rong et al. 2022, arXiv "
            "2202.00449): how far does the logit fall?", comparison.figure(chance, ".2f"), "unknown",
        ),
        "other class": ("does the map change for the network's second choice?", SAME, UNLIKE),
        "shuffled labels": ("does it change for a network that learnt shuffled labels?", SAME, UNLIKE),
        "weights from top": ("does it change when layers become random, from the output on?", SAME, UNLIKE),
        "weights from bottom": ("does it change when layers become random, from the input on?", SAME, UNLIKE),
    }  # fmt: skip
    made = [[check, *rows[check]] for check in dict.fromkeys(judged["check"])]
    return pd.DataFrame(made, columns=["check", "question", "of a map that shows nothing", "best"])


def _repeated(drawn: OnDrawn) -> float:
    """Return the rank correlation of the parts' worth to two trainings: what a perfect map of one says of another."""
    garments = redrawing.draw(20)
    networks = [network(drawn.settings.changed(seed=seed), drawn.dataset) for seed in range(2)]
    worth = [[redrawing.falls(each, own) for own in garments] for each in networks]
    ranked = [redrawing.ranked(first.T, second.T) for first, second in zip(*worth, strict=True)]
    return float(np.nanmean(np.concatenate(ranked)))
