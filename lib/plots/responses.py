"""How a measure answers to a setting: a point a training, a line for their mean."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lib.plots.curves import lines
from lib.plots.style import axes_of, styled


@styled
def response(
    table: pd.DataFrame, x: str, xlabel: str, measure: str, ylabel: str, low: float | None = None, apart: float = 0.0,
    middle: str | Callable = "mean", high: float | None = None, hollow: bool = False,
    height: float = 3.3,
) -> Figure:  # fmt: skip
    """Return how `measure` answers to the setting `x`, on a logarithmic axis: a point a run, a line their `middle`.

    table: one row per run, columns `x`, `measure`, and optionally "group" (a line and a colour each). A run without a
    figure, because it diverged, stands as a cross at the lower edge; so does one below `low`, where the axis begins;
    one above `high`, where it ends, stands at the upper edge.
    Where there is a column "marked", the means of rows in which it is true have a ring, or their points are `hollow`.
    apart: by which share of x the groups are moved to the right, one after another, and the runs of a group by a fifth
    of it, so that points which lie on one another can be told apart. height: of the figure, in inches.
    """
    names = list(dict.fromkeys(table["group"])) if "group" in table else [""]
    looks = dict(zip(names, lines(len(names)), strict=True))
    figure, axes = axes_of(1, 1, 9, height)
    _respond(axes[0, 0], table, looks, x, measure, low, apart, middle, high, hollow)
    axes[0, 0].set(xlabel=xlabel, ylabel=ylabel)
    if len(names) > 1:
        axes[0, 0].legend(handles=_handles(looks))
    return figure


@styled
def responses(panels: dict[str, pd.DataFrame], high: float, guessing: float) -> Figure:
    """Return panels of `response`, each with a scale of its own: the loss of a batch by learning rate.

    panels: title -> table with columns rate, loss, group, and shut: starts that give one answer for every picture are
    crosses at their loss, and no line goes on to their rates. high: where the axes end; arrows stand for what is above.
    guessing: the loss of it, as a dotted line. The starts of a rate stand side by side.
    """
    names = list(dict.fromkeys(name for table in panels.values() for name in table["group"]))
    looks = dict(zip(names, lines(len(names)), strict=True))
    figure, axes = axes_of(1, len(panels), 9, 2.5)
    for axis, (title, table) in zip(axes.flat, panels.items(), strict=True):
        own = {name: look for name, look in looks.items() if name in set(table["group"])}
        drawn = table.assign(at=table["loss"].fillna(high).clip(upper=high), loss=table["loss"].mask(table["shut"]))
        apart = 5 * ((table["rate"].max() / table["rate"].min()) ** 0.0175 - 1)  # as far in each panel
        _respond(axis, drawn, own, "rate", "loss", None, apart, _of_all, high, False)
        axis.set_ylim(top=high)
        axis.axhline(guessing, color="#58636b", linestyle=":")
        axis.set(title=title, xlabel="learning rate")
    axes[0, 0].set_ylabel("loss of the batch")
    dotted = Line2D([], [], color="#58636b", linestyle=":", label="guessing")
    figure.legend(handles=[*_handles(looks), dotted], loc="outside lower center", ncols=len(looks) + 1)
    return figure


def _of_all(values: pd.Series) -> float:
    """Return the mean, NaN where a value is missing."""
    return values.mean(skipna=False)


def _handles(looks: dict[str, tuple]) -> list[Line2D]:
    named = [(name, dict(zip(("color", "linestyle", "marker"), look, strict=True))) for name, look in looks.items()]
    return [Line2D([], [], label=name, **look) for name, look in named]


def _respond(
    axis: Axes, table: pd.DataFrame, looks: dict[str, tuple], x: str, measure: str, low: float | None, apart: float,
    middle: str | Callable, high: float | None, hollow: bool,
) -> None:  # fmt: skip
    own = table.assign(group=table.get("group", ""))
    shared = own.groupby(x)["group"].transform("nunique") > 1
    own["beside"] = own.groupby(["group", x]).cumcount() - (own.groupby(["group", x])[x].transform("size") - 1) / 2
    for place, (group, (colour, dash, mark)) in enumerate(looks.items()):
        rows = own[own["group"] == group]
        moved = (1 + apart) ** ((place - (len(looks) - 1) / 2) * shared[rows.index])  # a point alone stays at its tick
        rows = rows.assign(**{x: rows[x] * moved})
        means = rows.groupby(x)[measure].agg(middle)
        axis.plot(means.index, means, color=colour, linestyle=dash, label=group)
        marked = rows["marked"].astype(bool) if "marked" in rows else pd.Series(False, index=rows.index)
        ringed = rows[marked & (not hollow)].groupby(x)[measure].agg(middle)
        axis.plot(ringed.index, ringed, "o", color=colour, markerfacecolor="none", markersize=17, markeredgewidth=0.8)
        points = rows.assign(**{x: rows[x] * (1 + apart / 5) ** rows["beside"]})
        look = {"color": colour, "alpha": 0.8, "zorder": 3}  # above lines, rings
        solid, empty = points[~(marked & hollow)], points[marked & hollow]
        axis.plot(solid[x], solid[measure], mark, markersize=4.5, **look)
        if hollow:
            axis.plot(empty[x], empty[measure], mark, markersize=6.5, markerfacecolor="white", **look)
        lost = rows.loc[rows[measure].isna() | (rows[measure] < (-np.inf if low is None else low)), x]
        edge = axis.get_xaxis_transform()
        at = rows.loc[lost.index, "at"] if "at" in rows else pd.Series(0.03, index=lost.index)
        system = axis.transData if "at" in rows else edge
        axis.plot(lost, at, "x", color=colour, markersize=8, transform=system)
        for where, number in lost.value_counts().items():
            if number > 1:
                shift, ha, va = ((7, 0), "left", "center") if "at" in rows else ((0, 6), "center", "baseline")
                axis.annotate(f"{number}×", (where, at[lost == where].mean()), shift, textcoords="offset points",
                              xycoords=system, color=colour, ha=ha, va=va, fontsize=9.5)  # fmt: skip
        if high is not None:
            over = points.loc[points[measure] > high, x]
            for where in over:
                arrow = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.6}
                axis.annotate("", (where, 1), (where, 0.82), xycoords=edge, textcoords=edge, arrowprops=arrow)
    values = sorted(table[x].unique())
    axis.set(xscale="log")
    if low is not None:
        top = table[measure].max()
        axis.set_ylim(low, top + 0.05 * (top - low))
    if high is not None and table[measure].max() > high:
        axis.set_ylim(top=high)
    axis.set_xticks(values, [f"{value:g}" for value in values])
    axis.minorticks_off()
