"""Heat maps over pictures."""

import textwrap
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure

from lib.plots.pictures import bare, picture
from lib.plots.style import styled

SIGNED = colormaps["RdBu_r"]  # red: evidence for, blue: against; none: no colour
COLUMNS, HIGHEST = 10, 3.7  # pictures and maps side by side; inches of a figure that print does not shrink
LETTERS, BESIDE = 10, 12  # points; letters of a title above a picture
GUTTER = 0.35  # of a picture's width


@styled
def heat_maps(
    images: np.ndarray,
    maps: dict[str, np.ndarray],
    titles: Sequence[str],
    words: dict[str, Sequence[str]] | None = None,
    below: dict[str, Sequence[str]] | None = None,
    apart: str = "",
    large: bool = False,
    scale: bool = True,
) -> Figure:
    """Return each picture, its title above it, and its map of each name of `maps`, laid over it.

    Several pictures stand side by side with a gutter between, as many as fit. images: uint8 (N, H, W, C). maps: signed,
    (N, h, w) each, of any size. All have ONE scale, that of the largest value among them, and zero has no colour (see
    `relative`). words: by name, what is written into each map that shows nothing. below: by name, what is written below
    each map. apart: the map that has a gutter before it. large: a row for each picture. scale: draw what colours mean.
    """
    largest = max(float(np.abs(each).max()) for each in maps.values()) or 1.0
    number, own = len(images), len(maps) + 1
    beside = 1 if large else max(1, min(number, COLUMNS // own))
    rows = -(-number // beside)
    tall = images.shape[1] / images.shape[2] if number else 1.0
    widths = (_with_gutters(list(maps), apart) * beside)[1:]
    beneath = rows > 1 and beside == 1 and not large  # there a title would stand between two pictures
    margin = (1 if beneath else rows) * (0.45 if below else 0.24) + (0.45 if scale else 0.02)
    side = min(1.0 if large else 1.15, (8.75 if beneath else 9) / sum(widths), (HIGHEST - margin) / max(rows, 1) / tall)
    figure = Figure(figsize=(9, rows * side * tall + margin))
    figure.set_layout_engine("constrained", w_pad=0.02, h_pad=0.02, wspace=0, hspace=0)
    grid = figure.add_gridspec(max(rows, 1), len(widths), width_ratios=widths)
    places = [k for k, width in enumerate(widths) if width == 1]
    axes = np.array([[figure.add_subplot(grid[row, k]) for k in places] for row in range(max(rows, 1))])
    for axis in axes.flat:
        bare(axis)
    for k in range(number):
        line = axes[k // beside, own * (k % beside) : own * (k % beside + 1)]
        picture(line[0], images[k], "" if beneath else _shortened(titles[k]), size=LETTERS)
        if beneath:
            look = {"rotation": 90, "ha": "right", "va": "center", "multialignment": "center"}
            _write(line[0], -0.04, 0.5, _shortened(titles[k]), **look)
        for axis, (name, all_maps) in zip(line[1:], maps.items(), strict=True):
            picture(axis, _faint(images[k]), name if k < beside else "", size=LETTERS + (len(name) == 1))
            extent = (-0.5, images.shape[2] - 0.5, images.shape[1] - 0.5, -0.5)
            axis.imshow(_shade(all_maps[k], largest), extent=extent)
            if below and name in below:
                _write(axis, 0.5, -0.04, below[name][k], ha="center", va="top")
            if words and words[name][k]:
                box = {"facecolor": "white", "alpha": 0.85, "linewidth": 0}
                _write(axis, 0.5, 0.5, _wrapped(words[name][k]), ha="center", va="center", bbox=box)
    if not scale:
        return figure
    bar = figure.colorbar(
        ScalarMappable(Normalize(-largest, largest), _on_black()), ax=axes, location="bottom", shrink=0.22, aspect=22,
        pad=0.02,
    )  # fmt: skip
    bar.set_ticks([-largest, 0, largest], labels=["against", "0", "for"])
    bar.ax.tick_params(labelsize=LETTERS, length=0)
    return figure


def _on_black() -> ListedColormap:
    """Return the colours as they look over a black picture: zero is its grey."""
    shade = _shade(np.linspace(-1, 1, 256)[None], 1)
    return ListedColormap(_blended(_faint(np.zeros((1, 256, 1), "uint8"))[..., 0], shade)[0] / 255)


def _with_gutters(names: Sequence[str], apart: str) -> list[float]:
    """Return the widths of one picture's columns: a gutter, the picture, its maps, and a gutter before one of them."""
    widths: list[float] = [GUTTER, 1]
    for name in names:
        widths += [GUTTER, 1] if name == apart else [1]
    return widths


def _write(axis: Axes, across: float, up: float, text: str, **look) -> None:
    axis.text(across, up, text, transform=axis.transAxes, fontsize=LETTERS, **look)


def _shortened(title: str) -> str:
    """Return a title whose lines fit above a picture."""
    return "\n".join(line if len(line) <= BESIDE else f"{line[: BESIDE - 1]}…" for line in title.split("\n"))


def over(image: np.ndarray, own: np.ndarray, side: int) -> np.ndarray:
    """Return a heat map over its picture, both enlarged, uint8 (side, side, 3): the colours of `heat_maps`, no figure.

    image: uint8 (H, W, C). own: signed, (h, w), shown on a scale of its own.
    """
    from PIL import Image

    grey = np.asarray(Image.fromarray(_faint(image)[..., 0]).resize((side, side), Image.Resampling.NEAREST))
    large = Image.fromarray(own.astype("float32")).resize((side, side), Image.Resampling.BILINEAR)
    return _blended(grey, _shade(np.asarray(large), float(np.abs(own).max()) or 1.0))


def tinted(image: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Return a heat map over its picture, uint8 (H, W, 3), in the colours of `heat_maps` and on a scale of its own.

    image: uint8 (H, W, C). own: signed, (H, W).
    """
    return _blended(_faint(image)[..., 0], _shade(own, float(np.abs(own).max()) or 1.0))


def _blended(grey: np.ndarray, shade: np.ndarray) -> np.ndarray:
    return np.rint(shade[..., :3] * 255 * shade[..., 3:] + grey[..., None] * (1 - shade[..., 3:])).astype("uint8")


def _shade(own: np.ndarray, largest: float) -> np.ndarray:
    """Return a map's colours, float (h, w, 4), the more opaque the further a value is from zero."""
    shade = SIGNED(0.5 + own / largest / 2)
    shade[..., 3] = np.clip(np.abs(own) / largest * 1.2, 0, 0.85)
    return shade


def relative(
    maps: dict[str, np.ndarray], like: Mapping[str, str] = MappingProxyType({}), each: bool = False
) -> dict[str, np.ndarray]:
    """Return each name's maps in a unit of its own, from -1 to 1; zero stays zero.

    The unit is what the middle one of its pictures has as its largest value; stronger ones are cut off at 1.
    like: name -> another one, whose unit it takes. each: every map has a unit of its own, its largest value.
    """
    if each:
        highest = {name: np.abs(own).max(axis=(1, 2), keepdims=True) for name, own in maps.items()}
        return {name: own / np.where(highest[name] > 0, highest[name], 1) for name, own in maps.items()}
    units = {
        name: float(np.median(np.abs(own).max(axis=(1, 2)))) or float(np.abs(own).max()) or 1.0
        for name, own in maps.items()
    }
    return {name: np.clip(own / units[like.get(name, name)], -1, 1) for name, own in maps.items()}


def _faint(image: np.ndarray) -> np.ndarray:
    """Return a picture in grey, drawn towards the middle, so that colours over it can be seen."""
    grey = image.mean(axis=-1, keepdims=True)
    return (96 + grey * 0.5).astype("uint8")


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text.partition(":")[0], 12))
