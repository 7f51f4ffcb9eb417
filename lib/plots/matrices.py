"""Confusion matrices whose numbers can be read, and added up, in print."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lib.plots.style import axes_of, styled


@styled
def confusions(matrices: Mapping[str, pd.DataFrame]) -> Figure:
    """Return confusion matrices of one test side by side: right answers framed, mistakes blue by their share of a row.

    matrices: title -> counts, true classes in rows (lib.evaluation.metrics.confusion). One scale of colours for all.
    Beside a row stands its sum, below a column how many of these answers are right.
    """
    size = len(next(iter(matrices.values())))
    figure, axes = axes_of(1, len(matrices), 9, min(0.32 * size + 1, 3.6), sharey=True)
    for axis, (title, matrix) in zip(axes.flat, matrices.items(), strict=True):
        sums, called = matrix.sum(axis="columns"), matrix.sum(axis="index")
        shares = matrix.div(sums.where(sums > 0, 1), axis="index")
        told = matrix.map(lambda count: f"{count:,}")
        if size < 5:
            told += shares.map(lambda share: f" ({share:.0%})")
        _drawn(axis, told, shares * (1 - np.eye(size)), 12 if size < 5 else 9, 1, size)
        axis.set(title=title, xlabel="predicted", ylabel="true" if axis is axes[0, 0] else "")
        axis.set_yticklabels([f"{name}\n{sums.iloc[k]:,} pictures" for k, name in enumerate(matrix.index)])
        if size < 5:
            right = [f"{int(np.diag(matrix)[k]):,} of {called.iloc[k]:,} right" for k in range(size)]
            right = [own if called.iloc[k] else "never answered" for k, own in enumerate(right)]
            axis.set_xticklabels([f"{name}\n{own}" for name, own in zip(matrix, right, strict=True)], fontsize=10)
    return figure


@styled
def added_up(matrix: pd.DataFrame) -> Figure:
    """Return one confusion matrix over the whole width: right answers framed, mistakes blue, sums bold and apart."""
    figure, axes = axes_of(1, 1, 9, 3.6)
    size = len(matrix)
    mistakes = (matrix * (1 - np.eye(size, dtype=int))).assign(sum=0)
    mistakes.loc["sum"] = 0
    counts = matrix.assign(sum=matrix.sum(axis="columns"))
    counts.loc["sum"] = counts.sum(axis="index")
    axis = axes[0, 0]
    told = counts.map(lambda count: f"{count:,}" if count else "")  # nothing where nobody was mistaken
    _drawn(axis, told, mistakes, 10.5, int(mistakes.to_numpy().max()) or 1, size)
    for text in axis.texts:
        if max(text.get_position()) > size:
            text.set(fontweight="bold", fontsize=11.5)
    axis.axhline(size, color="black", linewidth=1.2)
    axis.axvline(size, color="black", linewidth=1.2)
    axis.set(xlabel="predicted", ylabel="true")
    return figure


def _drawn(axis: Axes, told: pd.DataFrame, mistakes: pd.DataFrame, letters: float, most: float, right: int) -> None:
    """Draw what is told of each cell, coloured by mistakes up to `most`; frame `right` cells of the diagonal."""
    seaborn.heatmap(
        mistakes, annot=told, fmt="", cmap="Blues", vmin=0, vmax=most * 1.15, cbar=False,
        linewidths=0.5, linecolor="#e3e7ea", annot_kws={"size": letters}, ax=axis,
    )  # fmt: skip
    for place in range(right):
        frame = Rectangle((place, place), 1, 1, fill=False, edgecolor="black", linewidth=1.6, zorder=3, clip_on=False)
        axis.add_patch(frame)
    axis.set_xticklabels([_broken(str(name)) for name in told], rotation=0)
    axis.set_yticklabels([str(name) for name in told.index], rotation=0)
    axis.tick_params(length=0, labelsize=10)
    axis.grid(False)


def _broken(name: str) -> str:
    """Return a name in two lines where it has two words."""
    return name.replace("/", "/\n", 1) if "/" in name else name.replace(" ", "\n", 1)
