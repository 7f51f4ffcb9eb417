"""What the checks of the place ask: a picture of each, where a good map would be red, and the question in few words."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError
from lib.config import DataConfig, RunConfig
from lib.data.dataset import Dataset
from lib.evaluation import comparison
from lib.explain.checks.agreement import share_inside
from lib.explain.checks.mosaics import mosaics
from lib.explain.checks.painting import marked, painted
from lib.explain.checks.planted import SIDE, taking_part, with_patch
from lib.explain.checks.table import on_mosaics
from lib.explain.controls import SHORT

WORKED = ("Grad-CAM", "HiResCAM", "occlusion", "Sobel")  # whose score is worked out


class Asked(NamedTuple):
    """Checks side by side, as `lib.plots.framed` draws them."""

    images: list[np.ndarray]  # uint8 (H, W, C)
    titles: list[str]
    frames: list[np.ndarray | None]  # bool (H, W): where a good map would be red
    texts: list[str]


def examples(dataset: Dataset, config: DataConfig, picture: np.ndarray, own: np.ndarray) -> Asked:
    """Return the checks of the place that can be made with these pictures; of painting the picture before and after.

    picture: uint8 (H, W, C), and own: its map (H, W), by which a fifth of its pixels are painted over. A mosaic for
    which there are too few pictures is left out.
    """
    part = taking_part(dataset, config)
    (labels,), (classes,) = part.labels.values(), part.classes.values()
    found: list[tuple] = []
    try:
        (made,), (asked,), (where,) = mosaics(part.images[part.test], labels[part.test], 1, of_class=2)
        name = classes[asked]
        found.append((made, "mosaic", where, f"frame: {name if len(name) <= 14 else f'{name[:13]}…'}"))
    except LookbookError:
        pass
    patched = with_patch(part)
    (told,) = patched.labels.values()
    first = np.flatnonzero(told == 1)[:1]
    found += [(patched.images[k], "patch", patched.truth["patch"][k], "frame: the patch") for k in first]
    after = painted(picture[None], marked(own[None]))[0]
    found += [(picture, "painting", None, "before"), (after, "", None, "after")]
    return Asked(*(list(each) for each in zip(*found, strict=True)))


def questions(checks: Sequence[str], size: tuple[int, int], chance: float) -> str:
    """Return a list in Markdown of the checks of the place among `checks`: what each asks, and what chance gives.

    size: rows and columns of a picture. chance: what painting over a fifth that noise marks does to the logit.
    """
    patch = SIDE * SIDE / (size[0] * size[1])
    asks = {
        "mosaic": "Four pictures in one, two of them of the class: which share of the red lies on these two? By "
        "chance: 0.50.",
        "patch": "A network has learnt from pictures in which only a chequered patch tells the label: which share of "
        f"the red lies on the patch? By chance: {patch:.2f}.",
        "painting": "The reddest fifth of a picture is painted over: how far does the logit fall? For noise: "
        f"{comparison.figure(chance, '.2f')}. (Occlusion works much like this check.)",
    }
    return "\n".join(f"- **{check}** {words}" for check, words in asks.items() if check in checks)


class Worked(NamedTuple):
    """One mosaic with the maps of some methods and of the edge filter."""

    picture: np.ndarray | None  # uint8 (H, W, C): the mosaic; None where none can be made
    label: int  # the class that is asked for
    where: np.ndarray  # bool (H, W): the two pictures of that class
    maps: dict[str, np.ndarray]  # (H, W) each
    means: dict[str, str]  # of all mosaics, the score of each, in percent


def worked(by_seed: pd.DataFrame, config: RunConfig, dataset: Dataset, number: int) -> Worked:
    """Return of so many mosaics the one whose scores are nearest to the means of all.

    by_seed: rows of `verdicts.measure`. config: of the network.
    """
    means = by_seed[by_seed["check"] == "mosaic"].groupby("method")["value"].mean()
    if means.empty:
        return Worked(None, 0, np.zeros((0, 0), bool), {}, {})
    made, where, asked, found = on_mosaics(config, dataset, WORKED, number)
    apart = sum(np.abs(share_inside(own, where) - means[name]) for name, own in found.items())
    k = int(np.nan_to_num(np.asarray(apart), nan=math.inf).argmin())
    names = {name: SHORT.get(name, name) for name in found}
    shown = {names[name]: own[k] for name, own in found.items()}
    return Worked(
        made[k],
        int(asked[k]),
        where[k],
        shown,
        {names[name]: comparison.figure(float(means[name]), ".0%") for name in found},
    )
