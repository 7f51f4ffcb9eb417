"""A search for a setting: what each try was worth, which trainings came to nothing, and what the search gains."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from lib.plots.curves import lines
from lib.plots.style import COLOURS, axes_of, styled

APART = 0.055  # by which share of a rate the groups are moved apart
STRIP = 0.15  # how high the strip of those lost is, as a share of the axis
QUIET, BEFORE, AFTER = "#58636b", "#7a868e", "#111111"


@styled
def searched(
    table: pd.DataFrame, x: str, xlabel: str, measure: str, ylabel: str, low: float = 0,
    to_beat: tuple[str, float] | None = None,
) -> Figure:  # fmt: skip
    """Return `measure` by the setting `x`, a mark a training; those lost are counted by crosses in a strip below.

    table: one row per training, columns `x`, `measure`, group, marked (drawn hollow) and chosen (its mean is large and
    pale). Lost is what has no figure, or one below `low`, where the axis begins. A line joins means of tries that lost
    no training. to_beat: the name and the figure of a dotted line.
    """
    names = list(dict.fromkeys(table["group"]))
    figure, axes = axes_of(1, 1, 9, 2.1)
    axis = axes[0, 0]
    table = table.reset_index(drop=True).assign(lost=lambda rows: rows[measure].isna() | (rows[measure] < low))
    shared = table.groupby(x)["group"].transform("nunique") > 1
    legend, looks = [], dict(zip(names, lines(len(names)), strict=True))
    for place, (name, (colour, dash, mark)) in enumerate(looks.items()):
        rows = table[table["group"] == name]
        steps = (place - (len(names) - 1) / 2) * shared[rows.index]  # a group alone stays at its tick
        rows = rows.assign(at=rows[x] * (1 + APART) ** steps)
        means = rows.groupby("at").agg(mean=(measure, "mean"), lost=("lost", "any"), chosen=("chosen", "any"))
        axis.plot(means["mean"].mask(means["lost"]), color=colour, linestyle=dash)
        best = means[means["chosen"] & ~means["lost"]]["mean"]
        pale = {"markersize": 14, "markerfacecolor": to_rgba(colour, 0.25), "markeredgecolor": colour}
        axis.plot(best.index, best, mark, linestyle="", markeredgewidth=1.4, zorder=2, **pale)
        beside = rows.groupby(x).cumcount() - (rows.groupby(x)[x].transform("size") - 1) / 2
        points = rows.assign(at=rows["at"] * (1 + APART) ** (beside / 4))[~rows["lost"]]
        for own, look in (
            (points[~points["marked"]], {"markersize": 4.5}),
            (points[points["marked"]], {"markersize": 6.5, "markerfacecolor": "white"}),
        ):
            axis.plot(own["at"], own[measure], mark, color=colour, alpha=0.85, zorder=3, **look)
        legend.append(Line2D([], [], color=colour, linestyle=dash, marker=mark, label=name))
    if to_beat:
        axis.axhline(to_beat[1], color=QUIET, linestyle=":", label=to_beat[0])
        legend.append(Line2D([], [], color=QUIET, linestyle=":", label=f"{to_beat[0]} {to_beat[1]:.1%}"))
    axis.set(xscale="log", xlabel=xlabel)
    axis.set_ylabel(ylabel, fontsize=10)
    axis.minorticks_off()
    axis.margins(y=0.1)  # room for the large marks
    if table["lost"].any():
        _strip(axis, table, x, low, {name: colour for name, (colour, _, _) in looks.items()})
    elif low:
        axis.set_ylim(bottom=low)
    axis.set_xticks(values := sorted(table[x].unique()), [f"{value:g}" for value in values])
    axis.minorticks_off()
    figure.legend(handles=legend, loc="outside upper center", ncols=len(legend), fontsize=9.5)
    return figure


@styled
def shifted(
    offsets: np.ndarray, scores: Sequence[float], shares: pd.DataFrame, name: str, marks: Mapping[str, float],
) -> Figure:  # fmt: skip
    """Return macro-F1 by the offset of a class, its best one in a ring; and beside it what is found of the class.

    shares: columns group (the class), and recall and precision at each offset, 0 to 1, NaN where nothing is called so.
    name: of the class. marks: name -> an offset with a dashed line.
    """
    figure, ((left, right),) = axes_of(1, 2, 9, 2.3)
    best = int(np.argmax(scores))
    left.plot(offsets, scores, color=COLOURS[0])
    left.plot(offsets[best], scores[best], "o", color="black", markersize=11, markerfacecolor="none")
    left.annotate(f"best: {offsets[best]:.2f}", (offsets[best], scores[best]), (0, 9), ha="center", fontsize=9.5,
                  textcoords="offset points")  # fmt: skip
    left.margins(y=0.28)
    looks = {"recall": ("-", "recall: found"), "precision": ("--", "precision: rightly called so")}
    for (column, (dash, said)), colour in zip(looks.items(), COLOURS, strict=False):
        right.plot(offsets, shares.loc[shares["group"] == name, column], dash, color=colour, label=said)
    right.yaxis.set_major_formatter(PercentFormatter(1, 0))
    right.set_ylim(-0.04, 1.25)
    right.set_yticks([0, 0.5, 1])
    right.legend(loc="upper center", ncols=2, fontsize=9)
    for axis, ylabel in ((left, "macro-F1"), (right, "")):  # the legend says what is on the right
        axis.set(xlabel=f"offset of {name}", ylabel=ylabel)
        for said, offset in marks.items():
            axis.axvline(offset, color=QUIET, linestyle="--", linewidth=1.2)
            if axis is left:
                axis.annotate(f"{said}: {offset:.2f}", (offset, 0), (5, 6), xycoords=axis.get_xaxis_transform(),
                              textcoords="offset points", fontsize=9.5, color=QUIET)  # fmt: skip
    return figure


def _strip(axis: Axes, table: pd.DataFrame, x: str, low: float, colours: Mapping) -> None:
    """Count the trainings that are lost in a strip below the others, a cross for each group and setting.

    What the strip is stands in it where there is room.
    """
    lost = table[table["lost"]]
    bottom, top = axis.get_ylim()
    bottom = low or bottom
    height = STRIP * (top - bottom)
    middle = bottom - height / 2
    axis.axhspan(bottom - height, bottom, color="#eef1f3", zorder=0)
    for value, rows in lost.groupby(x):
        numbers = rows.groupby("group", sort=False).size()
        for place, (name, number) in enumerate(numbers.items()):
            at = value * (1 + APART) ** (5.5 * (place - (len(numbers) - 1) / 2))
            axis.plot(at, middle, "x", color=colours[name], markersize=8, markeredgewidth=2)
            axis.annotate(
                f"{number}", (at, middle), (7, 0), textcoords="offset points", color=colours[name], va="center",
                fontsize=10,
            )  # fmt: skip
    logs, at = np.log(table[x]), np.log(lost[x])
    left, right = at.min() - logs.min(), logs.max() - at.max()
    if max(left, right) > 0.3 * np.ptp(logs):
        start, side = (0.01, "left") if left >= right else (0.99, "right")
        said = f"collapsed{f', or below {low:.0%}' if low else ''}"
        edge = axis.get_yaxis_transform()
        axis.annotate(said, (start, middle), xycoords=edge, va="center", ha=side, fontsize=9.5, color=QUIET)
    axis.set_ylim(bottom - height, top)
    axis.set_yticks([tick for tick in axis.get_yticks() if max(low, bottom, 0) < tick <= top])


@styled
def before_and_after(
    panels: Mapping[str, tuple[pd.DataFrame, Mapping[str, str]]], xlabel: str, heading: str,
    to_beat: Mapping[str, tuple[str, float]] = MappingProxyType({}),
) -> Figure:  # fmt: skip
    """Return a panel each with a row a system: its mean and interval before (grey, hollow) and after (black).

    panels: title -> a table with columns system, group (two of them: before, after), mean, low and high; and what
    stands right of a system's row. heading: of what stands there. to_beat: title -> a dotted line: name, figure.
    """
    names = list(dict.fromkeys(name for table, _ in panels.values() for name in table["system"]))
    figure, axes = axes_of(1, len(panels), 9, 0.4 * len(names) + 1.3, sharey=True)
    figure.set_layout_engine("constrained", wspace=0.06)
    marks: dict[str, Artist] = {}
    for axis, (title, (table, beside)) in zip(axes.flat, panels.items(), strict=True):
        looks = zip((-0.18, 0.18), (BEFORE, AFTER), ("white", AFTER), table.groupby("group", sort=False), strict=False)
        for aside, colour, face, (group, rows) in looks:
            places = [names.index(name) + aside for name in rows["system"]]
            axis.hlines(places, rows["low"], rows["high"], color=colour, linewidth=2)
            (marks[str(group)],) = axis.plot(
                rows["mean"], places, "o", color=colour, markerfacecolor=face, markersize=6, zorder=3
            )
        if title in to_beat:
            name, value = to_beat[title]
            marks[f"{name} {value:.1%}"] = axis.axvline(value, color=QUIET, linestyle=":")
        right = axis.get_yaxis_transform()
        for name, told in beside.items():
            axis.annotate(told, (1.02, names.index(name)), xycoords=right, va="center", fontsize=10)
        axis.annotate(heading, (1.02, -0.6), xycoords=right, va="bottom", fontsize=9.5, fontweight="bold")
        axis.set(yticks=range(len(names)), yticklabels=names, ylim=(len(names) - 0.5, -0.5), xlabel=xlabel)
        axis.xaxis.get_major_locator().set_params(nbins=5)  # type: ignore[attr-defined]
        axis.set_title(title, fontsize=10.5)
    figure.legend(list(marks.values()), list(marks), loc="outside lower center", ncols=3)
    return figure
