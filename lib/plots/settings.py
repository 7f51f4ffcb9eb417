"""How a measure answers to a setting: panels side by side, a line for each way to compare; and falls of curves."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from lib.plots.curves import DASHES, MARKS
from lib.plots.style import COLOURS, axes_of, colours, nothing, styled

WAYS = ["#6a3d9a", "#333333", COLOURS[4]]  # not those of `lib.plots.curves.lines`, which are settings elsewhere
APART = 0.13  # of the distance of two settings: between the lines
FELL, ROSE = "#b02a1b", "#58636b"
BASE, PALE = "#7a858d", "#c3c9cd"


@styled
def settings(panels: Mapping[str, pd.DataFrame], x: str, xlabel: str, ylabel: str) -> Figure:
    """Return a panel each, with its own scale, of how a mean answers to the setting `x`: settings stand in their order.

    panels: title -> a table with columns `x`, "group" (a line each), mean, low and high (its interval, a bar). Lines
    stand a little aside of one another; where all have one mean and interval, it is drawn once, in grey, as the base. A
    mean that is no number is a cross at the lower edge.
    """
    figure, axes = axes_of(1, len(panels), 9, 2.9)
    names = list(dict.fromkeys(group for table in panels.values() for group in table["group"]))
    palette = WAYS if len(names) <= len(WAYS) else colours(len(names))
    for axis, (title, table) in zip(axes.flat, panels.items(), strict=True):
        values = sorted(table[x].unique())
        shared = [value for value in values if _alike(table[table[x] == value], len(names))]
        for place, group in enumerate(names):
            rows = table[table["group"] == group].sort_values(x)
            aside = (place - (len(names) - 1) / 2) * APART
            at = np.array([values.index(value) + aside * (value not in shared) for value in rows[x]])
            colour, own = palette[place], np.flatnonzero(~rows[x].isin(shared))
            axis.vlines(at[own], rows["low"].iloc[own], rows["high"].iloc[own], color=colour, linewidth=2)
            axis.plot(
                at, rows["mean"], MARKS[place % len(MARKS)], linestyle=DASHES[place % len(DASHES)], color=colour,
                markersize=7, markeredgecolor="white", linewidth=1.2, label=group, markevery=own.tolist(),
            )  # fmt: skip
            lost = at[rows["mean"].isna()]
            axis.plot(lost, [0.03] * len(lost), "x", color=colour, transform=axis.get_xaxis_transform())
        for value in shared:
            row = table[table[x] == value].iloc[0]
            axis.vlines(values.index(value), row["low"], row["high"], color=BASE, linewidth=2, zorder=3)
            axis.plot(
                values.index(value), row["mean"], "D", color=BASE, markersize=8, markeredgecolor="white",
                label="base, one training for all",
            )  # fmt: skip
        axis.set(xlabel=xlabel, ylabel=ylabel, xlim=(-0.5, len(values) - 0.5))
        axis.set_xticks(range(len(values)), [f"{value:g}" for value in values])
        axis.margins(y=0.1)
        axis.yaxis.get_major_locator().set_params(nbins=6, steps=[1, 2, 5, 10])  # type: ignore[attr-defined]
        axis.set_title(title, fontsize=10.5)
    marks = {label: mark for axis in axes.flat for mark, label in zip(*axis.get_legend_handles_labels(), strict=True)}
    figure.legend(marks.values(), marks.keys(), loc="outside lower center", ncols=len(marks))
    return figure


def _alike(rows: pd.DataFrame, groups: int) -> bool:
    """Return whether all groups have the same mean and interval here, as of one and the same training."""
    return 1 < len(rows) == groups and len(rows[["mean", "low", "high"]].drop_duplicates()) == 1


@styled
def falls(histories: Mapping[str, list[pd.DataFrame]]) -> Figure:
    """Return validation accuracy by epoch, a panel a system: where the first seed falls it is red, with the points.

    histories: title -> the history of each seed; all but the first are pale. The title also has the first one's falls
    added up, and the mean over seeds.
    """
    curves = {
        name: [each.set_index("epoch")["val_accuracy"].dropna() for each in own] for name, own in histories.items()
    }
    if not any(len(own[0]) > 1 for own in curves.values()):
        return nothing("no training has two epochs with a figure")
    figure, axes = axes_of(1, len(curves), 9, 2.1, sharey=True)
    for axis, (name, (curve, *others)) in zip(axes.flat, curves.items(), strict=True):
        for other in others:
            axis.plot(other, color=PALE, linewidth=1.2)
        axis.plot(curve, ".-", color=ROSE)
        fell = curve.diff()[curve.diff() < 0]
        for epoch, size in fell.items():
            two = curve.loc[:epoch].iloc[-2:]
            axis.plot(two, color=FELL, linewidth=3)
            axis.annotate(
                f"{-100 * size:.1f}", (two.index[1], two.iloc[1]), (0, -7), textcoords="offset points", ha="center",
                va="top", fontsize=9.5, color=FELL,
            )  # fmt: skip
        every = [-100 * own.diff().clip(upper=0).sum() + 0.0 for own in (curve, *others) if len(own) > 1]
        mean = f", mean of all {np.mean(every):.1f}" if others and every else ""
        axis.set_title(f"{name}: falls of {-100 * fell.sum() + 0.0:.1f} points{mean}", fontsize=10.5)
        axis.set_xlabel("epoch")
        axis.margins(x=0.06, y=0.22)
        axis.xaxis.get_major_locator().set_params(integer=True)
    axes[0, 0].set_ylabel("validation accuracy")
    return figure
