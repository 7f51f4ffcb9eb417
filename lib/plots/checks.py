"""What a check asks, and which methods pass it."""

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from lib.plots.heat_maps import tinted
from lib.plots.pictures import RED, bare, picture
from lib.plots.style import axes_of, nothing, styled

GREEN, GREY, BLIND = "#2a8a4a", "#8b969d", "#4a545b"  # clearly better, not shown to differ, the control
LETTERS, LETTER = 10, 0.077  # points; inches that a letter of a sentence takes
ENLARGED = 8  # a frame follows the pixels' own edges


@styled
def framed(
    images: Sequence[np.ndarray | None], titles: Sequence[str], frames: Sequence[np.ndarray | None],
    texts: Sequence[str] = (), thin: bool = False,
) -> Figure:  # fmt: skip
    """Return pictures in a row, each with a red line around a place in it, a title above and a text below.

    images: uint8 (H, W, C) of any size; None leaves a gap. frames: bool (H, W), or None for no line. thin: the line is
    thin and orange, for places of any form.
    """
    if not any(image is not None for image in images):
        return nothing("there is no such picture")
    widths = [0.2 if image is None else 1 for image in images]
    column = min(9 / sum(widths), 1.8)
    side = min(column - 0.08, 1.4)
    fits = int(column / LETTER)
    below = [[line for part in text.split("\n") for line in textwrap.wrap(part, fits)] for text in texts]
    above = 0.18 * max(title.count("\n") + 1 for title in titles) + 0.06
    under = 0.17 * max((len(lines) for lines in below), default=0) + 0.06
    whole = above + side + under
    figure = Figure(figsize=(column * sum(widths), whole))
    edges = {"left": 0, "right": 1, "top": 1 - above / whole, "bottom": under / whole, "wspace": 0}
    axes = figure.subplots(1, len(images), squeeze=False, gridspec_kw=edges | {"width_ratios": widths})[0]
    for k, (axis, image) in enumerate(zip(axes, images, strict=True)):
        bare(axis)
        if image is None:
            continue
        picture(axis, image, titles[k], size=LETTERS)
        where = frames[k]
        if where is not None and where.any():
            _frame(axis, where, thin)
        if below and below[k]:
            look = {"ha": "center", "va": "top", "fontsize": LETTERS, "linespacing": 1.15}
            axis.annotate("\n".join(below[k]), (0.5, 0), (0, -4), "axes fraction", textcoords="offset points", **look)
    return figure


@styled
def inside(picture: np.ndarray | None, maps: dict[str, np.ndarray], where: np.ndarray, texts: Sequence[str]) -> Figure:
    """Return a picture and its maps, laid over it and named above, each with a red line around a place in it.

    picture: uint8 (H, W, C); None for none. maps: signed (H, W), each shown on a scale of its own. where: bool (H, W).
    texts: below the picture, and below each map.
    """
    if picture is None:
        return nothing("there is no such picture")
    images = [picture, *(tinted(picture, own) for own in maps.values())]
    return framed(images, ["", *maps], [where] * len(images), texts)


def _frame(axis, where: np.ndarray, thin: bool) -> None:
    """Draw a line around a place, bool (H, W), of a picture in `axis`."""
    large = np.pad(np.kron(where, np.ones((ENLARGED, ENLARGED))), 1)
    rows, columns = ((np.arange(side) - 0.5) / ENLARGED - 0.5 for side in large.shape)
    limits = axis.get_xlim(), axis.get_ylim()
    look = {"colors": "#ff8c1a", "linewidths": 1.5} if thin else {"colors": "#e0301e", "linewidths": 2}
    line = axis.contour(columns, rows, large, levels=[0.5], zorder=4, **look)
    if not thin:  # red may stand on red heat
        line.set_path_effects([withStroke(linewidth=4.5, foreground="white")])
    axis.set(xlim=limits[0], ylim=limits[1])


@styled
def passes(judged: pd.DataFrame, than: str) -> Figure:
    """Return a panel a check: how much each method's mean is above that of the best control, with its interval.

    judged: rows of method, check, value, control, least, most, passed, lost (of `lib.explain.checks.verdicts.judge`),
    of checks with a control. Filled green: clearly above it, filled red: clearly below, hollow: neither. At the right
    the means themselves, in the last row that of the control. than: what the control is called.
    """
    methods, checks = list(dict.fromkeys(judged["method"])), list(dict.fromkeys(judged["check"]))
    if not checks:
        return nothing("no check has a figure of two trainings or more")
    figure, axes = axes_of(1, len(checks), 9, 0.27 * (len(methods) + 1) + 0.95, sharey=True)
    figure.set_layout_engine("constrained", w_pad=0.06)
    for axis, check in zip(axes[0], checks, strict=True):
        rows = judged[judged["check"] == check]
        axis.axvline(0, color=BLIND, linewidth=1)
        axis.set_xlim(*_reach(rows))
        for row in rows.to_dict("records"):
            y, clear = methods.index(row["method"]), row["passed"] or row["lost"]
            colour = GREEN if row["passed"] else RED if row["lost"] else GREY
            if np.isfinite(row["least"]):
                axis.plot([row["least"], row["most"]], [y, y], color=colour, linewidth=2.5, solid_capstyle="butt")
            look = {"markerfacecolor": colour if clear else "white", "markeredgewidth": 1.6, "markersize": 6.5}
            axis.plot(row["value"] - row["control"], y, "o", color=colour, **look)
            _number(axis, y, row["value"], colour if clear else "black", "bold" if clear else "normal")
        axis.plot(0, len(methods), "D", color=BLIND, markersize=5)
        _number(axis, len(methods), rows["control"].iloc[0], BLIND, "normal")
        _number(axis, -1, "score", BLIND, "normal")
        axis.set_title(check, fontsize=11)
        axis.grid(axis="y", visible=False)
        axis.tick_params(labelsize=9.5, length=0)
        axis.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
        axis.xaxis.set_major_formatter(lambda value, _: f"{value:.3g}")
    axes[0, 0].set(ylim=(len(methods) + 0.6, -1.3))
    axes[0, 0].set_yticks(range(len(methods) + 1), [*methods, than], fontsize=10)
    axes[0, 0].get_yticklabels()[-1].set_color(BLIND)
    figure.supxlabel(f"right of the line: better than {than} →", fontsize=10, color=BLIND)
    return figure


def _reach(rows: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of a panel's axis: all dots and zero are in it; a bar much longer than that is cut off."""
    apart = (rows["value"] - rows["control"]).dropna()
    furthest = 3 * max(apart.abs().max() if len(apart) else 0, 0.01)
    ends = rows[["least", "most"]].stack().dropna().clip(-furthest, furthest)
    low, high = min([0, *apart, *ends]), max([0, *apart, *ends])
    return low - 0.12 * (high - low) - 0.005, high + 0.12 * (high - low) + 0.005


def _number(axis, y: float, value: float | str, colour: str, weight: str) -> None:
    text = value if isinstance(value, str) else f"{value:.2f}" if np.isfinite(value) else "–"
    look = {"xycoords": ("axes fraction", "data"), "ha": "left", "va": "center", "fontsize": 10}
    axis.annotate(text, (1.03, y), color=colour, fontweight=weight, **look)
