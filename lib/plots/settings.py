"""How a measure answers to a setting: panels side by side, lines with their names at their ends."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lib.plots.curves import lines
from lib.plots.style import axes_of, styled

APART = 1.07  # points of one group stand by this factor beside those of the next
ROOM = 3.2  # times the largest setting: room for the names of lines that end there
LEAST = 0.085  # of an axis' height, between two names


@styled
def settings(panels: Mapping[str, pd.DataFrame], x: str, xlabel: str, measure: str, ylabel: str) -> Figure:
    """Return a panel each of how `measure` answers to the setting `x`, on a logarithmic axis; each has its own scale.

    panels: title -> a table with columns `x`, `measure` and "group": a line each through the means, which are hollow
    marks at the true setting; beside them a dot for each run. A run without a figure is a cross at the lower edge.
    """
    figure, axes = axes_of(1, len(panels), 9, 3.3)
    names = list(dict.fromkeys(group for table in panels.values() for group in table["group"]))
    looks = dict(zip(names, lines(len(names)), strict=True))
    for axis, (title, table) in zip(axes.flat, panels.items(), strict=True):
        ends = {}
        groups = list(table.groupby("group", sort=False))
        for place, (group, rows) in enumerate(groups):
            colour, dash, mark = looks[group]
            means = rows.groupby(x)[measure].mean()
            moved = rows[x] * APART ** (place - (len(groups) - 1) / 2)
            axis.plot(moved, rows[measure], ".", color=colour, alpha=0.7, markersize=6)
            axis.plot(means.index, means, mark, linestyle=dash, color=colour, markersize=8, markerfacecolor="white")
            lost = moved[rows[measure].isna()]
            axis.plot(lost, [0.03] * len(lost), "x", color=colour, transform=axis.get_xaxis_transform())
            whole = means.dropna()
            if len(whole):
                ends[group] = (whole.index[-1], whole.iloc[-1], colour)
        values = sorted(table[x].unique())
        axis.set(xscale="log", xlabel=xlabel, ylabel=ylabel, xlim=(values[0] / 1.35, values[-1] * ROOM))
        axis.set_xticks(values, [f"{value:g}" for value in values])
        axis.minorticks_off()
        axis.margins(y=0.1)
        axis.yaxis.get_major_locator().set_params(nbins=6, steps=[1, 2, 5, 10])  # type: ignore[attr-defined]
        axis.set_title(title, fontsize=10.5)
        _named(axis, ends)
    return figure


def _named(axis: Axes, ends: dict) -> None:
    """Write the names of lines at their ends, from below, each far enough above the one before it."""
    low, high = axis.get_ylim()
    least = LEAST * (high - low)
    taken: dict[float, float] = {}
    for group, (x, y, colour) in sorted(ends.items(), key=lambda each: each[1][1]):
        place = max(y, taken.get(x, -np.inf) + least)
        taken[x] = place
        axis.annotate(
            group, (x * 1.15, place), va="center", fontsize=9.5, color=colour, annotation_clip=False, zorder=5,
        )  # fmt: skip
