"""Numbers of a table as a figure: matrices, intervals, shares, sizes."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd
import seaborn
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from lib.plots.style import COLOURS, axes_of, nothing, styled


@styled
def confusion(matrix: pd.DataFrame, flat: bool = False) -> Figure:
    """Return a confusion matrix (lib.evaluation.metrics.confusion) as a map whose colours show the mistakes only.

    flat: as wide as a page, and low; up to 12 classes.
    """
    flat = flat and len(matrix) <= 12
    figure, axes = axes_of(1, 1, *((9, 2.7) if flat else (7.2, 5.4)))
    mistakes = matrix * (1 - np.eye(len(matrix), dtype=int))
    counts = matrix.map(lambda count: f"{count:,}" if count else "")  # nothing where nobody was mistaken
    letters = {"annot_kws": {"size": 10 if flat else 8}, "linewidths": 0.5 * flat}
    seaborn.heatmap(mistakes, annot=counts, fmt="", cmap="Blues", cbar=False, ax=axes[0, 0], **letters)
    axes[0, 0].set(xlabel="predicted", ylabel="true")
    short = flat and max(len(str(name)) for name in matrix) <= 12
    axes[0, 0].tick_params(axis="x", rotation=0 if short else 25 if flat else 45)
    axes[0, 0].grid(False)
    for label in axes[0, 0].get_xticklabels():
        label.set_horizontalalignment("center" if short else "right")
    return figure


@styled
def intervals(
    table: pd.DataFrame, label: str, value: str, xlabel: str, mark: float | None = None,
    palette: Sequence | Mapping = COLOURS, beside: Mapping[str, str] = MappingProxyType({}),
    row: float = 0.34, told: str = "", heading: str = "",
) -> Figure:  # fmt: skip
    """Return one line per row: a point at `value`, a bar from `low` to `high`; more groups side by side by colour.

    table: columns `label`, `value`, low, high, and optionally "group". mark: a value with a line of its own, as the
    zero of differences. palette: the groups' colours, in their order or by name. beside: label -> what stands right of
    its row, such as a number; a name without a row of its own gets none. The legend then stands below.
    row: how high a row is, in inches. told: the format of the number at the end of each
    bar; "": none.
    """
    if table.empty:
        return nothing("there is nothing to compare")
    names = list(dict.fromkeys(table[label]))
    groups = list(table.groupby("group", sort=False)) if "group" in table else [("", table)]
    apart = 0.14 if told and len(groups) > 1 else 0.0  # more room, for the numbers
    figure, axes = axes_of(1, 1, 9, (row + apart) * len(names) + 1)
    many = table[label].duplicated().any()  # a name that is alone lies on its own line
    step = (0.4 if told or len(groups) == 2 else 0.22) if many else 0
    for number, (group, rows) in enumerate(groups):
        places = [names.index(name) + step * (number - (len(groups) - 1) / 2) for name in rows[label]]
        colour = palette[group] if isinstance(palette, Mapping) else palette[number]
        axes[0, 0].hlines(places, rows["low"], rows["high"], color=colour, linewidth=2)
        axes[0, 0].plot(rows[value], places, "o", color=colour, label=group, markersize=5)
        for place, own in zip(places, rows.to_dict("records") if told else [], strict=False):
            ends, shift = (np.nanmax([own[value], own["high"]]), place), {"textcoords": "offset points", "va": "center"}
            axes[0, 0].annotate(f"{own[value]:{told}}", ends, (5, 0), color=colour, fontsize=10, **shift)
    axes[0, 0].margins(x=0.09 if told else 0.05)
    axes[0, 0].set(yticks=range(len(names)), yticklabels=names, xlabel=xlabel, ylim=(len(names) - 0.5, -0.5))
    if mark is not None:
        axes[0, 0].axvline(mark, color="#58636b", linestyle=":")
    right = axes[0, 0].get_yaxis_transform()
    for place, name in enumerate(names):
        axes[0, 0].annotate(beside.get(name, ""), (1.01, place), xycoords=right, va="center", fontsize=10)
    if heading:
        axes[0, 0].annotate(heading, (1.01, -0.6), xycoords=right, va="bottom", fontsize=10, fontweight="bold")
    if beside and len(groups) > 1:
        figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    elif len(groups) > 1:
        axes[0, 0].legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


@styled
def beside(
    means: pd.DataFrame, coloured: Sequence[str], runs: pd.DataFrame, measure: str, xlabel: str,
) -> Figure:  # fmt: skip
    """Return a row a system: its mean, its interval, a ring each seed, and the numbers on the right.

    means: columns system, mean, low, high. coloured: systems with a colour of their own; the others are grey. runs: as
    `lib.runs.tabulate` has them, a ring each seed of the coloured ones by `measure`.
    """
    figure, axes = axes_of(1, 1, 9, 0.33 * len(means) + 0.7)
    axis = axes[0, 0]
    for place, own in enumerate(means.to_dict("records")):
        known = own["system"] in coloured
        colour = COLOURS[list(coloured).index(own["system"])] if known else "#7a868e"
        axis.hlines(place, own["low"], own["high"], color=colour, linewidth=2.5)
        seeds = list(runs.loc[runs["system"] == own["system"], measure].dropna())
        rings = {"markerfacecolor": "white", "markersize": 6, "zorder": 3}
        axis.plot(seeds, [place + 0.27] * len(seeds), "o", color=colour, **rings)
        axis.plot(
            own["mean"], place, "os"[known and own["system"] != coloured[0]], color=colour, markersize=7, zorder=4
        )
        told = f"{own['mean']:.3f}" if np.isfinite(own["mean"]) else "no figure"
        told += f" ({own['low']:.3f} to {own['high']:.3f})" if np.isfinite(own["low"]) else ""
        axis.annotate(told, (1.02, place), xycoords=axis.get_yaxis_transform(), va="center", fontsize=10, color=colour)
    axis.set(yticks=range(len(means)), yticklabels=means["system"], ylim=(len(means) - 0.4, -0.6))
    axis.set_xlabel(xlabel)
    axis.xaxis.get_major_locator().set_params(nbins=7)
    axis.margins(x=0.04)
    return figure


@styled
def stacked(table: pd.DataFrame, label: str, colours: Sequence[str], xlabel: str) -> Figure:
    """Return a bar a row, made of one part for each further column, with its number in it where there is room.

    table: columns `label` and counts. colours: of the parts.
    """
    parts = [column for column in table if column != label]
    figure, axes = axes_of(1, 1, 9, 0.32 * len(table) + 1.2)
    axis, least = axes[0, 0], 0.02 * table[parts].sum(axis=1).max()
    begin = np.zeros(len(table))
    for part, colour in zip(parts, colours, strict=True):
        axis.barh(table[label], table[part], left=begin, color=colour, label=part, height=0.72, edgecolor="white")
        ink = "white" if sum(to_rgb(colour)) < 1.9 else "black"
        for place, number in enumerate(table[part]):
            if number >= least:
                middle = begin[place] + number / 2
                axis.text(middle, place, f"{number}", ha="center", va="center", color=ink, fontsize=10)
        begin += table[part].to_numpy()
    axis.set(xlabel=xlabel, ylim=(len(table) - 0.4, -0.6), xlim=(0, begin.max() * 1.01))
    axis.grid(False, axis="y")
    figure.legend(*axis.get_legend_handles_labels(), loc="outside upper left", ncols=3, fontsize=10)
    return figure


@styled
def bars(table: pd.DataFrame, label: str, value: str, xlabel: str, mark: float) -> Figure:
    """Return a bar of a share for each row, in the order given, with its percentage; a dotted line at `mark`.

    table: columns `label` and `value`, from 0 to 1, and optionally "note", words behind the percentage.
    """
    figure, axes = axes_of(1, 1, 9, max(0.2 * len(table), 0.6) + 0.6)
    axis = axes[0, 0]
    places = range(len(table))
    axis.barh(places, table[value], color=COLOURS[0], height=0.72)
    for place, share in zip(places, table[value], strict=True):
        axis.text(share + 0.008, place, f"{share:.0%}", va="center", fontsize=10)
        if note := table["note"].iloc[place] if "note" in table else "":
            axis.text(share + 0.065, place, note, va="center", fontsize=10, color="#58636b")
    axis.axvline(mark, color="#58636b", linestyle=":")
    axis.set(yticks=places, yticklabels=table[label], xlabel=xlabel, xlim=(0, 1.08), ylim=(len(table) - 0.5, -0.5))
    axis.xaxis.set_major_formatter(PercentFormatter(1, 0))
    axis.grid(False, axis="y")
    return figure
