"""Heat maps over pictures, and tables of what they are worth."""

import textwrap
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lib.plots.pictures import bare, picture
from lib.plots.style import axes_of, styled, without_frame

SIGNED = colormaps["RdBu_r"]  # red: evidence for, blue: against; white: none
COLUMNS, HIGHEST = 10, 3.5  # pictures and maps side by side; inches of a figure that print does not shrink
LETTERS, BESIDE = 10, 12  # points; letters of a title beside a picture
GREEN, GREY, RED = "#cfe8d5", "#f3f4f5", "#f6d5cf"  # clearly better, not sure, clearly worse


@styled
def heat_maps(
    images: np.ndarray,
    maps: dict[str, np.ndarray],
    titles: Sequence[str],
    words: dict[str, Sequence[str]] | None = None,
    below: dict[str, Sequence[str]] | None = None,
) -> Figure:
    """Return a row for each picture, its title beside it: itself, and its map of each name of `maps`, laid over it.

    As many pictures stand side by side as fit into the width. images: uint8 (N, H, W, C). maps: signed, (N, h, w) each,
    of any size. All have ONE scale, that of the largest value among them, and zero has no colour. To compare methods,
    whose units differ, divide each by its own largest value first (`relative`). words: by name, what is written into
    each map that shows nothing. below: by name, what is written below each map.
    """
    largest = max(float(np.abs(each).max()) for each in maps.values()) or 1.0
    number, own = len(images), len(maps) + 1
    beside = max(1, min(number, COLUMNS // own))
    rows = -(-number // beside)
    tall = images.shape[1] / images.shape[2] if number else 1.0
    margin = 0.7 + (0.2 * rows if below else 0)
    side = min(1.4, (9 - 0.3 * beside) / (own * beside), (HIGHEST - margin) / rows / tall)
    figure, axes = axes_of(rows, own * beside, 9, rows * (side * tall + 0.03) + margin)
    figure.set_layout_engine("constrained", w_pad=0.02, h_pad=0.02, wspace=0, hspace=0)
    for axis in axes.flat:
        bare(axis)
    for k in range(number):
        line = axes[k // beside, own * (k % beside) : own * (k % beside + 1)]
        picture(line[0], images[k])
        _write(line[0], -0.06, 0.5, _shortened(titles[k]), rotation=90, ha="right", va="center")
        for axis, (name, all_maps) in zip(line[1:], maps.items(), strict=True):
            picture(axis, _faint(images[k]), name if k < beside else "")
            axis.title.set_fontsize(LETTERS + 1 if len(name) == 1 else LETTERS)
            extent = (-0.5, images.shape[2] - 0.5, images.shape[1] - 0.5, -0.5)
            axis.imshow(_shade(all_maps[k], largest), extent=extent)
            if below and name in below:
                _write(axis, 0.5, -0.04, below[name][k], ha="center", va="top")
            if words and words[name][k]:
                box = {"facecolor": "white", "alpha": 0.85, "linewidth": 0}
                _write(axis, 0.5, 0.5, _wrapped(words[name][k]), ha="center", va="center", bbox=box)
    bar = figure.colorbar(
        ScalarMappable(Normalize(-largest, largest), SIGNED), ax=axes, location="bottom", shrink=0.22, aspect=22,
        pad=0.02,
    )  # fmt: skip
    bar.set_ticks([-largest, 0, largest], labels=["against", "0", "for"])
    bar.ax.tick_params(labelsize=LETTERS, length=0)
    return figure


def _write(axis: Axes, across: float, up: float, text: str, **look) -> None:
    axis.text(across, up, text, transform=axis.transAxes, fontsize=LETTERS, **look)


def _shortened(title: str) -> str:
    """Return a title whose lines fit beside a picture."""
    return "\n".join(line if len(line) <= BESIDE else f"{line[: BESIDE - 1]}…" for line in title.split("\n"))


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


def relative(maps: dict[str, np.ndarray], like: Mapping[str, str] = MappingProxyType({})) -> dict[str, np.ndarray]:
    """Return each name's maps in a unit of its own, from -1 to 1; zero stays zero.

    The unit is what the middle one of its pictures has as its largest value; stronger ones are cut off at 1.
    like: name -> another one, whose unit it takes.
    """
    units = {
        name: float(np.median(np.abs(own).max(axis=(1, 2)))) or float(np.abs(own).max()) or 1.0
        for name, own in maps.items()
    }
    return {name: np.clip(own / units[like.get(name, name)], -1, 1) for name, own in maps.items()}


@styled
def passes(judged: pd.DataFrame) -> Figure:
    """Return the table of methods against checks: green where the best control is clearly beaten, red where it wins.

    judged: rows of method, check, value, control, best, least, most, passed, lost (of
    `lib.explain.checks.verdicts.judge`), of checks with a control. A cell has the value and, small, the interval of its
    difference from the best control, which the last column names.
    """
    methods, checks = list(dict.fromkeys(judged["method"])), list(dict.fromkeys(judged["check"]))
    figure, axes = axes_of(1, 1, 9, 0.52 * len(checks) + 0.45)
    axis = axes[0, 0]

    def cell(x: int, y: int, colour: str, large: str, small: str) -> None:
        axis.add_patch(Rectangle((x - 0.48, y - 0.47), 0.96, 0.94, facecolor=colour, linewidth=0))
        weight = "bold" if colour == GREEN else "normal"
        axis.text(x, y - 0.14, large, fontsize=12, fontweight=weight, ha="center", va="center")
        axis.text(x, y + 0.25, small, fontsize=9.5, color="#3c464d", ha="center", va="center")

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
    return "\n".join(textwrap.wrap(text.partition(":")[0], 12))
