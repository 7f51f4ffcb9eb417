"""Numbers of a table as a figure: matrices, intervals, shares, sizes."""

import numpy as np
import pandas as pd
import seaborn
from matplotlib.figure import Figure

from lib.plots.style import COLOURS, axes_of, colours, nothing, styled


@styled
def confusion(matrix: pd.DataFrame, sums: bool = False) -> Figure:
    """Return a confusion matrix (lib.evaluation.metrics.confusion) as a map whose colours show the mistakes only.

    sums: with the sums of rows and columns, which have no colour.
    """
    figure, axes = axes_of(1, 1, 7.2, 5.4)
    mistakes = matrix * (1 - np.eye(len(matrix), dtype=int))
    if sums:
        mistakes = mistakes.assign(sum=0)
        mistakes.loc["sum"] = 0
        matrix = matrix.assign(sum=matrix.sum(axis="columns"))
        matrix.loc["sum"] = matrix.sum(axis="index")
    counts = matrix.map(lambda count: f"{count:,}" if count else "")  # nothing where nobody was mistaken
    seaborn.heatmap(mistakes, annot=counts, fmt="", cmap="Blues", cbar=False, annot_kws={"size": 8}, ax=axes[0, 0])
    axes[0, 0].set(xlabel="predicted", ylabel="true")
    axes[0, 0].tick_params(axis="x", rotation=45)
    axes[0, 0].grid(False)
    for label in axes[0, 0].get_xticklabels():
        label.set_horizontalalignment("right")
    return figure


@styled
def intervals(table: pd.DataFrame, label: str, value: str, xlabel: str, mark: float | None = None) -> Figure:
    """Return one line per row: a point at `value`, a bar from `low` to `high`; more groups side by side by colour.

    table: columns `label`, `value`, low, high, and optionally "group". mark: a value with a line of its own, as the
    zero of differences.
    """
    if table.empty:
        return nothing("there is nothing to compare")
    names = list(dict.fromkeys(table[label]))
    groups = list(table.groupby("group", sort=False)) if "group" in table else [("", table)]
    figure, axes = axes_of(1, 1, 9, 0.34 * len(names) + 1)
    for number, (group, rows) in enumerate(groups):
        places = [names.index(name) + 0.22 * (number - (len(groups) - 1) / 2) for name in rows[label]]
        axes[0, 0].hlines(places, rows["low"], rows["high"], color=COLOURS[number], linewidth=2)
        axes[0, 0].plot(rows[value], places, "o", color=COLOURS[number], label=group, markersize=5)
    axes[0, 0].set(yticks=range(len(names)), yticklabels=names, xlabel=xlabel, ylim=(len(names) - 0.5, -0.5))
    if mark is not None:
        axes[0, 0].axvline(mark, color="#58636b", linestyle=":")
    if len(groups) > 1:
        axes[0, 0].legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


@styled
def differences(panels: dict[str, pd.DataFrame], label: str = "system", value: str = "difference") -> Figure:
    """Return differences from one reference in several measures, a panel each: a point, a bar from `low` to `high`.

    panels: what the axis says -> a table with columns `label`, `value`, low and high; the same rows in each, in one
    order. A line marks 0.
    """
    tables = list(panels.values())
    if tables[0].empty:
        return nothing("there is nothing to compare")
    names = list(tables[0][label])
    figure, axes = axes_of(1, len(panels), 9, 0.34 * len(names) + 1.2, sharey=True)
    for axis, (xlabel, rows) in zip(axes.flat, panels.items(), strict=True):
        axis.hlines(range(len(names)), rows["low"], rows["high"], color=COLOURS[0], linewidth=2)
        axis.plot(rows[value], range(len(names)), "o", color=COLOURS[0], markersize=5)
        axis.set(yticks=range(len(names)), yticklabels=names, xlabel=xlabel, ylim=(len(names) - 0.5, -0.5))
        axis.axvline(0, color="#58636b", linestyle=":")
        axis.xaxis.get_major_locator().set_params(nbins=4)
    return figure


@styled
def shares(values: np.ndarray, xlabel: str, ylabel: str, bins: int = 20) -> Figure:
    """Return a histogram of numbers between 0 and 1."""
    figure, axes = axes_of(1, 1, 9, 2.8)
    axes[0, 0].hist(values, bins=np.linspace(0, 1, bins + 1), color=COLOURS[0], alpha=0.8)
    axes[0, 0].set(xlabel=xlabel, ylabel=ylabel, xlim=(0, 1))
    return figure


@styled
def class_dots(table: pd.DataFrame, measures: dict[str, str], label: str = "class") -> Figure:
    """Return one row per class and one panel per measure: a point at its value, groups by colour and shape.

    table: columns `label`, the measures, and optionally "group" and "seeds" (a list of values, one for each seed, which
    are pale dots); rows stay in the order given. measures: column -> what its axis says. A class without a figure (NaN)
    has no point.
    """
    if table.empty:
        return nothing("there is nothing to compare")
    names = list(dict.fromkeys(table[label]))
    groups = list(table.groupby("group", sort=False)) if "group" in table else [("", table)]
    step = 0.4 / max(len(groups) - 1, 1)  # the groups of a row stay nearer to it than to the next
    figure, axes = axes_of(1, len(measures), 9, 0.21 * len(names) + 0.8, sharey=True)
    for axis, (measure, xlabel) in zip(axes.flat, measures.items(), strict=True):
        for number, (colour, (group, rows)) in enumerate(zip(colours(len(groups)), groups, strict=True)):
            for place, values in zip(rows[label], rows["seeds"] if "seeds" in rows else [[]] * len(rows), strict=True):
                axis.plot(values, [names.index(place)] * len(values), "o", color=colour, alpha=0.35, markersize=4)
            places = [names.index(name) + step * (number - (len(groups) - 1) / 2) for name in rows[label]]
            axis.plot(rows[measure], places, "os^Dvp"[number % 6], color=colour, label=group, markersize=5)
        axis.set(yticks=range(len(names)), yticklabels=names, xlabel=xlabel, ylim=(len(names) - 0.5, -0.5))
        axis.set_xlim(right=1.02)
        axis.tick_params(axis="y", labelsize=10)
    if len(groups) > 1:
        figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure
