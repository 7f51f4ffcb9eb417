"""Pictures side by side."""

import textwrap
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from lib.plots.style import axes_of, nothing, styled

RED, ORANGE, GREY = "#b02a1b", "#c66a00", "#58636b"
NARROW = 12  # columns: from there on a long title is broken into lines


def picture(axis: Axes, image: np.ndarray, title: str = "", colour: str = "black", size: float = 9) -> None:
    """Draw one uint8 image (H, W, C) into `axis`, without a frame; colour and size: those of the title."""
    axis.imshow(image[..., 0] if image.shape[-1] == 1 else image, vmin=0, vmax=255)
    axis.set_title(title, fontsize=size, fontweight="normal", loc="center", color=colour)
    bare(axis)


def bare(axis: Axes) -> None:
    """Leave nothing of an axis but what is drawn into it; no ticks are made, which cost more than the picture does."""
    axis.axis("off")
    for line in (axis.xaxis, axis.yaxis):
        line.set_major_locator(NullLocator())


@styled
def pictures(
    images: np.ndarray,
    titles: Sequence[str] = (),
    columns: int = 10,
    red: Collection[int] = frozenset(),
    size: float = 9,
    orange: Collection[int] = frozenset(),
) -> Figure:
    """Return a contact sheet of uint8 images (N, H, W, C), row by row, with a small title above each where given.

    red, orange: places of the pictures whose title has that colour. size: of the letters.
    """
    if not len(images):
        return nothing("there is no such picture")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    side = min(9 / columns, 1.5)  # a few pictures stay small
    if not len(titles):
        figure, axes = axes_of(1, 1, side * columns, side * rows)
        picture(axes[0, 0], _sheet(images, columns))
        return figure
    figure, axes = axes_of(rows, columns, side * columns, rows * (side * 1.25 + (size - 9) * 0.05))
    if columns > 10:
        figure.set_layout_engine("constrained", w_pad=0.02)
    for number, axis in enumerate(axes.flat):
        if number < len(images):
            title = titles[number]
            if columns >= NARROW and "\n" not in title:
                title = textwrap.fill(title, 130 // columns, break_long_words=False)
            colour = ORANGE if number in orange else RED if number in red else "black"
            picture(axis, images[number], title, colour, size)
        bare(axis)
    return figure


@styled
def answered(
    images: np.ndarray, said: Sequence[Sequence[tuple[str, bool]]], true: Sequence[str], who: Sequence[str]
) -> Figure:
    """Return pictures in a row, above each what was said of it, a line an answer, below it the truth in two lines.

    images: uint8 (N, H, W, C). said: of each picture its answers, and whether they are right: the others are red. who:
    the name of each line, left of the first picture.
    """
    number, lines = max(len(images), 5), len(who)
    tall = min(1.15, 8 / number * images.shape[1] / images.shape[2])
    above, below = 0.2 * lines + 0.08, 0.44  # inches for words
    whole = tall + above + below
    figure = Figure(figsize=(9, whole))
    edges = {"left": 0.11, "right": 1, "top": 1 - above / whole, "bottom": below / whole, "wspace": 0.02}
    axes = figure.subplots(1, number, squeeze=False, gridspec_kw=edges)
    for axis in axes.flat:
        bare(axis)
    for axis, image, own, truth in zip(axes.flat, images, said, true, strict=False):
        picture(axis, image)
        for place, (answer, right) in enumerate(reversed(own)):
            _beside(axis, 1, 3 + 14 * place, _short(answer), "black" if right else RED)
        _beside(axis, 0, -3, "\n".join(map(_short, truth.split("\n"))), "black")
    for place, name in enumerate(reversed(who)):
        _beside(axes[0, 0], 1, 3 + 14 * place, name, GREY, "figure fraction")
    _beside(axes[0, 0], 0, -3, "true main\ntrue sub", GREY, "figure fraction")
    return figure


def _beside(axis: Axes, edge: int, points: int, text: str, colour: str, across: str = "axes fraction") -> None:
    """Write so many points above the upper edge (1) of a picture, or below the lower one (0), or at the left of all."""
    middle = across == "axes fraction"
    look: dict[str, Any] = {"color": colour, "ha": "center" if middle else "left", "va": "bottom" if edge else "top"}
    place, fraction = (0.5 if middle else 0, edge), (across, "axes fraction")
    axis.annotate(text, place, (0, points), xycoords=fraction, textcoords="offset points", fontsize=10.5, **look)


def _short(name: str, most: int = 19) -> str:
    """Return a name that fits above a picture."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


@styled
def strips(images: Sequence[np.ndarray], names: Sequence[str]) -> Figure:
    """Return a strip of pictures for each name, which stands left of it; few strips in a row where there are many.

    images: of each name uint8 (n, H, W, C), as many of each.
    """
    if not len(images):
        return nothing("there is no such picture")
    abreast = 1 if len(names) < 4 else 2 if len(names) <= 12 else 3
    shown = (9, 6, 4)[abreast - 1]
    rows = -(-len(names) // abreast)
    height, width = images[0].shape[1:3]
    side = (9 / abreast - 1.3) / shown * height / width
    figure, axes = axes_of(rows, abreast, 9, (side + 0.06) * rows)
    for number, axis in enumerate(axes.T.flat):
        axis.grid(False)
        if number >= len(names):
            bare(axis)
            continue
        strip = _sheet(images[number][:shown], shown)
        axis.imshow(strip[..., 0] if strip.shape[-1] == 1 else strip, vmin=0, vmax=255, aspect="auto")
        axis.set(xticks=[], yticks=[strip.shape[0] / 2], yticklabels=[names[number]])
        axis.tick_params(length=0, labelsize=10)
        for spine in axis.spines.values():
            spine.set_visible(False)
    return figure


def _sheet(images: np.ndarray, columns: int) -> np.ndarray:
    """Return uint8 images (N, H, W, C) row by row in one picture, with white lines between them: (height, width, C)."""
    line = max(1, images.shape[1] // 14)
    framed = np.pad(images, ((0, -len(images) % columns), (0, line), (0, line), (0, 0)), constant_values=255)
    framed[len(images) :] = 255
    rows, (height, width, channels) = len(framed) // columns, framed.shape[1:]
    sheet = framed.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    return sheet.reshape(rows * height, columns * width, channels)[:-line, :-line]


@styled
def pairs(first: np.ndarray, second: np.ndarray, titles: Sequence[str]) -> Figure:
    """Return pairs of pictures, one above the other: `first` on top, `second` below; both uint8 (N, H, W, C).

    A long title without lines of its own is broken where its column ends.
    """
    if not len(first):
        return nothing("there is no such pair")
    number = max(len(first), 6)
    lines = max((len(_title(title, number).splitlines()) for title in titles), default=0)
    figure, axes = axes_of(2, number, 9, 18 / number + 0.2 + 0.15 * lines)
    for axis in axes.flat:
        bare(axis)
    for k, title in enumerate(titles):
        picture(axes[0, k], first[k], _title(title, number))
        picture(axes[1, k], second[k])
    return figure


@styled
def changed(first: np.ndarray, second: np.ndarray, words: Sequence[tuple[str, str, str]]) -> Figure:
    """Return pictures with their copies below them: what was changed in bold, the true label, a wrong answer in red.

    first, second: both uint8 (N, H, W, C). words: of each pair these three; the answer stands above the copy.
    """
    if not len(first):
        return nothing("there is no such pair")
    number = max(len(first), 6)
    fit = 120 // number  # letters
    figure, axes = axes_of(2, number, 9, 18 / number + 0.75)
    for axis in axes.flat:
        bare(axis)
    for k, (change, true, answer) in enumerate(words):
        true, answer = (each if len(each) <= fit else f"{each[: fit - 1]}…" for each in (true, answer))
        picture(axes[0, k], first[k], true, size=10)
        picture(axes[1, k], second[k], answer, RED, size=10)
        told = textwrap.fill(change, 80 // number, break_long_words=False)
        place = {"xycoords": "axes fraction", "textcoords": "offset points"}
        axes[0, k].annotate(told, (0.5, 1), (0, 18), ha="center", va="bottom", fontsize=10, weight="bold", **place)
    return figure


@styled
def halves(parts: Mapping[str, tuple[np.ndarray, np.ndarray, Sequence[str]]]) -> Figure:
    """Return pairs of pictures as `pairs` does, in titled parts side by side; a part without a pair is left out.

    parts: title -> the upper pictures, the lower ones, and what stands above each pair.
    """
    parts = {title: part for title, part in parts.items() if len(part[0])}
    if not parts:
        return nothing("there is no such pair")
    number = max(sum(len(first) for first, _, _ in parts.values()), 6)
    lines = max(len(_title(each, number).splitlines()) for _, _, titles in parts.values() for each in titles)
    figure = Figure(figsize=(9, 18 / number + 0.3 + 0.17 * lines), layout="constrained")
    own = [len(first) for first, _, _ in parts.values()]
    rest = [number - sum(own)] * (number > sum(own))
    areas = figure.subfigures(1, len(own) + len(rest), squeeze=False, width_ratios=own + rest)
    for area, (heading, (first, second, titles)) in zip(areas[0], parts.items(), strict=False):
        area.suptitle(heading, fontsize=11, fontweight="bold")
        axes = area.subplots(2, len(first), squeeze=False)
        for k, title in enumerate(titles):
            told = _title(title, number)  # all as high, so that all pictures are as large
            picture(axes[0, k], first[k], "\n" * (lines - len(told.splitlines())) + told)
            picture(axes[1, k], second[k])
    return figure


def _title(title: str, number: int) -> str:
    """Return a title broken where its column ends, if it has no lines of its own; number: of columns."""
    return title if "\n" in title else textwrap.fill(title, 115 // number)
