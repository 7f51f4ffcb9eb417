"""A row for each method or training, with several numbers on it: what is lost is seen beside what is won."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator, PercentFormatter

from lib.plots.style import COLOURS, axes_of, nothing, styled

QUIET = "#7a868e"  # of baselines, and of chance
MARKS = "os^D"


@styled
def ways(
    means: pd.DataFrame, shares: pd.DataFrame, classes: Sequence[str],
    quiet: Collection[str] = (), mark: float | None = None,
) -> Figure:  # fmt: skip
    """Return a row for each way: its mean with a bar from `low` to `high`, then recall and precision, a panel a class.

    means: columns system, mean, low, high. shares: columns way, group (the class), recall and precision, between 0 and
    1; NaN where nothing is called so. quiet: ways in grey, as baselines are. mark: a mean with a dotted line.
    """
    names = list(means["system"])
    if not names:
        return nothing("there is nothing to compare")
    widths = [1.25, *[1] * len(classes)]
    figure, axes = axes_of(1, 1 + len(classes), 9, min(0.27 * len(names) + 1.05, 3.6), sharey=True, width_ratios=widths)
    figure.set_layout_engine("constrained", w_pad=0.09)
    first, *others = axes.flat
    shades = [QUIET if name in quiet else "#333333" for name in names]
    first.hlines(range(len(names)), means["low"], means["high"], color=shades, linewidth=2)
    first.scatter(means["mean"], range(len(names)), color=shades, s=30, zorder=3)
    first.set(yticks=range(len(names)), yticklabels=names, xlabel="macro-F1")
    first.margins(x=0.08)
    first.xaxis.set_major_locator(MultipleLocator(0.1))
    for place, (mean, shade, label) in enumerate(zip(means["mean"], shades, first.get_yticklabels(), strict=True)):
        label.set_color(shade)
        _written(first, place, f"{mean:.3f}" if np.isfinite(mean) else "none", shade)
    if mark is not None:
        first.axvline(mark, color=QUIET, linestyle=":", zorder=0)
    for axis, group in zip(others, classes, strict=True):
        own = shares[shares["group"] == group].set_index("way").reindex(names)
        axis.hlines(range(len(names)), own["precision"], own["recall"], color="#b8c1c7", linewidth=1.5)
        looks = {"recall": {"marker": "o"}, "precision": {"marker": "D", "markerfacecolor": "white"}}
        for place, (recall, precision) in enumerate(zip(own["recall"], own["precision"], strict=True)):
            shade = QUIET if names[place] in quiet else COLOURS[0]
            for said, value in (("precision", precision), ("recall", recall)):
                label = said if place == 0 else None
                axis.plot(value, place, linestyle="", color=shade, markersize=6, zorder=3, label=label, **looks[said])
            told = [f"{value:.0%}" if np.isfinite(value) else "–" for value in (recall, precision)]
            _written(axis, place, " / ".join(told), shade)
        axis.set_title(group, fontsize=10.5)
        _percent(axis, "recall / precision")
        axis.set_xticks([0, 0.5, 1])
    handles = dict(zip(*reversed(others[0].get_legend_handles_labels()), strict=True))
    figure.legend(
        [handles["recall"], handles["precision"]],
        ["recall: found (first number)", "precision: rightly called so (second)"],
        loc="outside lower center", ncols=2, fontsize=9.5,
    )  # fmt: skip
    first.set_ylim(len(names) - 0.5, -0.5)
    return figure


def _written(axis: Axes, place: float, words: str, shade) -> None:
    """Write a row's number right of its panel."""
    axis.annotate(
        words, (1.02, place), xycoords=axis.get_yaxis_transform(), va="center", fontsize=9.5, color=shade,
    )  # fmt: skip


@styled
def twice(table: pd.DataFrame, label: str, columns: Mapping[str, str], xlabel: str) -> Figure:
    """Return a row for each training with two points, counted in two ways, and a line between them.

    columns: of the table, shares -> what the legend says.
    """
    figure, axes = axes_of(1, 1, 9, min(0.2 * len(table) + 0.85, 3.6))
    axis, heights = axes[0, 0], range(len(table))
    first, second = columns
    axis.hlines(heights, table[first], table[second], color="#c3cbd0", linewidth=2.5)
    for shade, mark, (column, said) in zip(COLOURS, MARKS, columns.items(), strict=False):
        axis.plot(table[column], heights, mark, color=shade, markersize=8, label=said, zorder=3)
    axis.set(yticks=heights, yticklabels=list(table[label]), ylim=(len(table) - 0.5, -0.5), xlabel=xlabel)
    axis.margins(x=0.08)
    axis.xaxis.set_major_locator(MultipleLocator(0.1))
    axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    figure.legend(*axis.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return figure


@styled
def once_more(
    groups: Mapping[str, list[float]],
    ranges: Mapping[str, tuple[float, float]],
    marks: Mapping[str, float],
    xlabel: str,
) -> Figure:
    """Return a row for each group of trainings: a point a training, a pale band where one more would land.

    ranges: group -> the ends of its band. marks: name -> a value that a dashed line of its own shows over all rows.
    """
    figure, axes = axes_of(1, 1, 9, 0.5 * len(groups) + 1.2)
    axis = axes[0, 0]
    for place, (shade, (group, values)) in enumerate(zip(COLOURS, groups.items(), strict=False)):
        low, high = ranges[group]
        axis.barh(place, min(high, 1) - low, left=low, height=0.62, color=shade, alpha=0.22)
        apart = [place + 0.16 * (k % 3 - 1) for k in range(len(values))]  # so that equal ones can be counted
        axis.plot(values, apart, "o", color=shade, markersize=6, mec="white")
    for name, value in marks.items():
        axis.axvline(value, color="#333333", linestyle="--", linewidth=1.8)
        axis.annotate(
            f"{name}\n{value:.1%}", (value, 1.02), xycoords=axis.get_xaxis_transform(), ha="center", va="bottom",
            fontsize=10, color="#333333",
        )  # fmt: skip
    axis.set(yticks=range(len(groups)), yticklabels=list(groups), ylim=(len(groups) - 0.5, -0.5), xlabel=xlabel)
    axis.use_sticky_edges = False
    axis.margins(x=0.03)
    axis.xaxis.set_major_locator(MultipleLocator(0.05))
    axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    return figure


def _percent(axis: Axes, xlabel: str) -> None:
    """Let an axis reach from 0 to 100%, with room for the marks at its ends."""
    axis.set(xlim=(-0.04, 1.04), xlabel=xlabel)
    axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axis.set_xticks([0, 0.25, 0.5, 0.75, 1])


@styled
def seed_by_seed(panels: Mapping[str, Mapping[str, Sequence[float]]], xlabel: str) -> Figure:
    """Return a panel each with a row for each kind of training: a dot a seed, a bar and a number at the mean.

    panels: title -> row -> a share for each seed, the same rows and seeds in each. Lines join the dots of a seed. All
    panels span as many points, so that a difference is as long in each.
    """
    rows = list(next(iter(panels.values())))
    half = 0.6 * max(float(np.ptp([*own.values()])) for own in panels.values()) or 0.01
    figure, axes = axes_of(1, len(panels), 9, 0.6 * len(rows) + 1, sharey=True)
    figure.set_layout_engine("constrained", wspace=0.06)
    for axis, (title, own) in zip(axes.flat, panels.items(), strict=True):
        axis.plot([own[row] for row in rows], range(len(rows)), color="#c3cbd0", linewidth=1.2, zorder=1)
        for place, (shade, row) in enumerate(zip([COLOURS[0], *[QUIET] * len(rows)], rows, strict=False)):
            axis.plot(own[row], [place] * len(own[row]), "o", color=shade, markersize=7, mec="white", zorder=3)
            mean = float(np.mean(own[row]))
            axis.plot(mean, place, "|", color=shade, markersize=22, markeredgewidth=4, zorder=2)
            told = {"xycoords": axis.get_yaxis_transform(), "va": "center", "fontsize": 10}
            axis.annotate(f"{mean:.1%}", (1.02, place), color=shade if place == 0 else "#333333", **told)
            if place == 0:
                axis.annotate("mean", (mean, place), (0, 14), textcoords="offset points", ha="center", fontsize=9)
        axis.set(yticks=range(len(rows)), yticklabels=rows, ylim=(len(rows) - 0.5, -0.5), xlabel=xlabel)
        axis.set_title(title, fontsize=10.5)
        shares = np.array([*own.values()])
        end = min((shares.min() + shares.max()) / 2 + half, 1 + half / 8)
        axis.set_xlim(end - 2 * half, end)
        axis.xaxis.get_major_locator().set_params(nbins=6)
    return figure


@styled
def gains(table: pd.DataFrame, xlabel: str, apart: int = 0) -> Figure:
    """Return differences of shares with their intervals, and beside them in points; a dotted line marks zero.

    table: columns system, difference, low, high, clear (bool; a difference that is not is grey). apart: so many of the
    last rows stand below a line, with square marks, because they are of another kind.
    """
    if table.empty:
        return nothing("there is nothing to compare")
    figure, axes = axes_of(1, 1, 9, 0.32 * len(table) + 0.8)
    axis, number = axes[0, 0], len(table) - apart
    for place, row in enumerate(table.to_dict("records")):
        colour = COLOURS[0] if row["clear"] else QUIET
        known = np.isfinite(row["low"])
        middle, low, high = (f"{100 * row[each]:+.2f}" for each in ("difference", "low", "high"))
        told = f"{middle} ({low} to {high})" if known else middle
        axis.hlines(place, row["low"], row["high"], color=colour, linewidth=2.5)
        axis.plot(row["difference"], place, "o" if place < number else "s", color=colour, markersize=6)
        axis.annotate(told, (1.02, place), xycoords=axis.get_yaxis_transform(), va="center", fontsize=10)
    if 0 < apart < len(table):
        axis.axhline(number - 0.5, color=QUIET, linewidth=1)
    axis.axvline(0, color=QUIET, linestyle=":")
    axis.set(yticks=range(len(table)), yticklabels=table["system"], xlabel=xlabel, ylim=(len(table) - 0.5, -0.5))
    return figure
