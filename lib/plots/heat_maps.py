"""Heat maps over pictures, and tables of what they are worth."""

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lib.plots.pictures import picture
from lib.plots.style import axes_of, styled, without_frame

SIGNED = colormaps["RdBu_r"]  # red: evidence for, blue: against; white: none
GREEN, GREY, RED = "#cfe8d5", "#f3f4f5", "#f6d5cf"  # clearly better, not sure, clearly worse


@styled
def heat_maps(
    images: np.ndarray,
    maps: dict[str, np.ndarray],
    titles: Sequence[str],
    words: dict[str, Sequence[str]] | None = None,
) -> Figure:
    """Return the pictures in a row, and below them a row for each name of `maps`, laid over the same pictures.

    images: uint8 (N, H, W, C). maps: signed, (N, h, w) each, of any size. All have ONE scale, that of the largest
    value among them, and zero has no colour. To compare methods, whose units differ, divide each by its own largest
    value first (`relative`). words: by name, what is written below each picture where its map shows nothing.
    """
    largest = max(float(np.abs(each).max()) for each in maps.values()) or 1.0
    number = len(images)
    tall = images.shape[1] / images.shape[2]
    side = min(1.3, 8 / max(number, 1))
    figure, axes = axes_of(len(maps) + 1, number, side * number + 1.6, (side * tall + 0.1) * (len(maps) + 1) + 0.5)
    for k in range(number):
        picture(axes[0, k], images[k], titles[k])
    for row, (name, own) in enumerate(maps.items(), 1):
        for k in range(number):
            picture(axes[row, k], _faint(images[k]))
            axes[row, k].imshow(
                _shade(own[k], largest), extent=(-0.5, images.shape[2] - 0.5, images.shape[1] - 0.5, -0.5)
            )
            if words and words[name][k]:
                axes[row, k].text(
                    0.5, 0.5, _wrapped(words[name][k]), transform=axes[row, k].transAxes, fontsize=6, ha="center",
                    va="center", bbox={"facecolor": "white", "alpha": 0.85, "linewidth": 0},
                )  # fmt: skip
        beside = {"ha": "right", "va": "center", "fontsize": 12 if len(name) == 1 else 9}
        axes[row, 0].text(-0.1, 0.5, name, transform=axes[row, 0].transAxes, **beside)
    bar = figure.colorbar(ScalarMappable(Normalize(-largest, largest), SIGNED), ax=axes, shrink=0.7, pad=0.01)
    bar.ax.tick_params(labelsize=7)
    return figure


def over(image: np.ndarray, own: np.ndarray, side: int) -> np.ndarray:
    """Return a heat map over its picture, both enlarged, uint8 (side, side, 3): the colours of `heat_maps`, no figure.

    image: uint8 (H, W, C). own: signed, (h, w), shown on a scale of its own.
    """
    from PIL import Image

    grey = np.asarray(Image.fromarray(_faint(image)[..., 0]).resize((side, side), Image.Resampling.NEAREST))
    large = Image.fromarray(own.astype("float32")).resize((side, side), Image.Resampling.BILINEAR)
    shade = _shade(np.asarray(large), float(np.abs(own).max()) or 1.0)
    return np.rint(shade[..., :3] * 255 * shade[..., 3:] + grey[..., None] * (1 - shade[..., 3:])).astype("uint8")


def _shade(own: np.ndarray, largest: float) -> np.ndarray:
    """Return a map's colours, float (h, w, 4), the more opaque the further a value is from zero."""
    shade = SIGNED(0.5 + own / largest / 2)
    shade[..., 3] = np.clip(np.abs(own) / largest * 1.2, 0, 0.85)
    return shade


def relative(maps: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return each name's maps in a unit of its own, from -1 to 1; zero stays zero.

    The unit is what the middle one of its pictures has as its largest value; stronger ones are cut off at 1.
    """
    units = {
        name: float(np.median(np.abs(own).max(axis=(1, 2)))) or float(np.abs(own).max()) or 1.0
        for name, own in maps.items()
    }
    return {name: np.clip(own / units[name], -1, 1) for name, own in maps.items()}


@styled
def passes(judged: pd.DataFrame) -> Figure:
    """Return the table of methods against checks: green where the best control is clearly beaten, red where it wins.

    judged: rows of method, check, value, control, best, least, most, passed, lost (of
    `lib.explain.checks.verdicts.judge`), of checks with a control. A cell has the value and, small, the interval of its
    difference from the best control, which the last column names.
    """
    methods, checks = list(dict.fromkeys(judged["method"])), list(dict.fromkeys(judged["check"]))
    figure, axes = axes_of(1, 1, 8, 0.6 * len(checks) + 0.6)
    axis = axes[0, 0]

    def cell(x: int, y: int, colour: str, large: str, small: str) -> None:
        axis.add_patch(Rectangle((x - 0.48, y - 0.47), 0.96, 0.94, facecolor=colour, linewidth=0))
        weight = "bold" if colour == GREEN else "normal"
        axis.text(x, y - 0.14, large, fontsize=12, fontweight=weight, ha="center", va="center")
        axis.text(x, y + 0.24, small, fontsize=8, color="#3c464d", ha="center", va="center")

    for row in judged.to_dict("records"):
        colour = GREEN if row["passed"] else RED if row["lost"] else GREY
        interval = "no interval" if np.isnan(row["least"]) else f"{row['least']:+.2f} to {row['most']:+.2f}"
        cell(methods.index(row["method"]), checks.index(row["check"]), colour, f"{row['value']:.2f}", interval)
    for row in judged.drop_duplicates("check").to_dict("records"):
        cell(len(methods), checks.index(row["check"]), "white", f"{row['control']:.2f}", row["best"])
    axis.set(xlim=(-0.5, len(methods) + 0.5), ylim=(len(checks) - 0.5, -0.5))
    axis.set_xticks(range(len(methods) + 1), [*methods, "best control"], fontsize=10)
    axis.set_yticks(range(len(checks)), checks, fontsize=10)
    without_frame(axis)
    return figure


def _faint(image: np.ndarray) -> np.ndarray:
    """Return a picture in grey, drawn towards the middle, so that colours over it can be seen."""
    grey = image.mean(axis=-1, keepdims=True)
    return (96 + grey * 0.5).astype("uint8")


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text.partition(":")[0], 14))
