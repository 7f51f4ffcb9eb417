"""A search for a setting: what each try was worth, and which trainings came to nothing."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from lib.plots.curves import lines
from lib.plots.style import COLOURS, axes_of, styled

APART = 0.055  # by which share of a rate the groups are moved apart
QUIET = "#58636b"


@styled
def searched(
    table: pd.DataFrame, x: str, xlabel: str, measure: str, ylabel: str, low: float = 0,
    to_beat: tuple[str, float] | None = None,
) -> Figure:  # fmt: skip
    """Return `measure` by the setting `x`, a mark a training; a cross on the lower edge, and a number, are those lost.

    table: one row per training, columns `x`, `measure`, group, marked (drawn hollow) and chosen (its mean has a ring).
    Lost is what has no figure, or one below `low`, where the axis begins. A line joins means of tries that lost no
    training. to_beat: the name and the figure of a dotted line.
    """
    names = list(dict.fromkeys(table["group"]))
    figure, axes = axes_of(1, 1, 9, 3.2)
    axis = axes[0, 0]
    table = table.reset_index(drop=True).assign(lost=lambda rows: rows[measure].isna() | (rows[measure] < low))
    shared = table.groupby(x)["group"].transform("nunique") > 1
    edge, legend = axis.get_xaxis_transform(), []
    for place, (name, (colour, dash, mark)) in enumerate(zip(names, lines(len(names)), strict=True)):
        rows = table[table["group"] == name]
        steps = (place - (len(names) - 1) / 2) * shared[rows.index]  # a group alone stays at its tick
        rows = rows.assign(at=rows[x] * (1 + APART) ** steps)
        means = rows.groupby("at").agg(mean=(measure, "mean"), lost=("lost", "any"), chosen=("chosen", "any"))
        axis.plot(means["mean"].mask(means["lost"]), color=colour, linestyle=dash)
        ringed = means[means["chosen"] & ~means["lost"]]["mean"]
        axis.plot(ringed.index, ringed, "o", color="black", markersize=15, markerfacecolor="none", zorder=5)
        beside = rows.groupby(x).cumcount() - (rows.groupby(x)[x].transform("size") - 1) / 2
        points = rows.assign(at=rows["at"] * (1 + APART) ** (beside / 4))[~rows["lost"]]
        for own, look in (
            (points[~points["marked"]], {"markersize": 4.5}),
            (points[points["marked"]], {"markersize": 6.5, "markerfacecolor": "white"}),
        ):
            axis.plot(own["at"], own[measure], mark, color=colour, alpha=0.85, zorder=3, **look)
        apart = rows[x] * (1 + APART) ** (4 * steps)  # crosses are wide
        for at, own in rows.assign(at=apart)[rows["lost"]].groupby("at"):
            axis.plot(at, 0, "x", color=colour, markersize=8, markeredgewidth=2, transform=edge, clip_on=False)
            axis.annotate(
                f"{len(own)}", (at, 0), (0, 7), xycoords=edge, textcoords="offset points", color=colour, fontsize=10,
                ha="center",
            )  # fmt: skip
        legend.append(Line2D([], [], color=colour, linestyle=dash, marker=mark, label=name))
    if to_beat:
        axis.axhline(to_beat[1], color=QUIET, linestyle=":", label=to_beat[0])
        legend.append(Line2D([], [], color=QUIET, linestyle=":", label=f"{to_beat[0]} {to_beat[1]:.1%}"))
    axis.set(xscale="log", xlabel=xlabel, ylabel=ylabel)
    axis.minorticks_off()
    if table["lost"].any():
        bottom, top = axis.get_ylim()
        bottom = low or bottom
        axis.set_ylim(bottom - 0.15 * (top - bottom), top)  # room for the crosses
        axis.set_yticks([tick for tick in axis.get_yticks() if max(bottom, 0) <= tick <= top])
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
    for axis, ylabel in ((left, "macro-F1"), (right, name)):
        axis.set(xlabel=f"offset of {name}", ylabel=ylabel)
        for said, offset in marks.items():
            axis.axvline(offset, color=QUIET, linestyle="--", linewidth=1.2)
            if axis is left:
                axis.annotate(f"{said}: {offset:.2f}", (offset, 0), (5, 6), xycoords=axis.get_xaxis_transform(),
                              textcoords="offset points", fontsize=9.5, color=QUIET)  # fmt: skip
    return figure
