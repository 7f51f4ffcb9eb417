"""One figure a function: takes data, returns a matplotlib Figure, leaves no global state behind.

Figures are shown with `lib.notebook.show(figure, alt=..., caption=...)`.
"""

from collections.abc import Callable, Sequence
from functools import wraps

import matplotlib
import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from lib.evaluation.metrics import average_precision

COLOURS = seaborn.color_palette("colorblind")
STYLE = {
    **seaborn.axes_style("whitegrid"),
    "font.family": "sans-serif", "font.size": 10, "axes.titlesize": 11, "axes.titleweight": "bold",
    "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "#8b969d",
    "grid.color": "#e3e7ea", "legend.frameon": False, "image.cmap": "gray", "image.interpolation": "nearest",
}  # fmt: skip


def styled(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Draw with the kit's style, without changing matplotlib's settings for anybody else."""

    @wraps(draw)
    def drawn(*arguments, **named) -> Figure:
        with matplotlib.rc_context(STYLE):
            return draw(*arguments, **named)

    return drawn


def _axes(rows: int, columns: int, width: float, height: float, **options) -> tuple[Figure, np.ndarray]:
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def _picture(axis: Axes, image: np.ndarray, title: str = "") -> None:
    axis.imshow(image[..., 0] if image.shape[-1] == 1 else image, vmin=0, vmax=255)
    axis.set_title(title, fontsize=8, fontweight="normal", loc="center")
    axis.axis("off")


@styled
def pictures(images: np.ndarray, titles: Sequence[str] = (), columns: int = 10) -> Figure:
    """Return a contact sheet of uint8 images (N, H, W, C), row by row, with a small title above each where given."""
    columns = min(columns, max(len(images), 1))
    rows = max(-(-len(images) // columns), 1)
    figure, axes = _axes(rows, columns, 9, 9 / columns * rows * (1.25 if len(titles) else 1))
    for number, axis in enumerate(axes.flat):
        if number < len(images):
            _picture(axis, images[number], titles[number] if len(titles) else "")
        axis.axis("off")
    return figure


@styled
def pairs(first: np.ndarray, second: np.ndarray, titles: Sequence[str]) -> Figure:
    """Return pairs of pictures, one above the other: `first` on top, `second` below; both uint8 (N, H, W, C)."""
    number = max(len(first), 1)
    figure, axes = _axes(2, number, 9, 18 / max(number, 6) + 0.5)
    for axis in axes.flat:
        axis.axis("off")
    for k, title in enumerate(titles):
        _picture(axes[0, k], first[k], title)
        _picture(axes[1, k], second[k])
    return figure


@styled
def learning_curves(histories: dict[str, list[pd.DataFrame]], anchors: dict[str, float]) -> Figure:
    """Return loss and accuracy by epoch, a column a system: mean over seeds as a line, smallest to largest as a band.

    histories: for each system the `history` of each seed. anchors: validation accuracies to beat, as dotted lines.
    Where some seeds have ended, the mean of the others goes on as a thin dotted line.
    """
    figure, axes = _axes(
        2, len(histories), (4.5 if len(histories) < 3 else 3.6) * len(histories), 5.6, sharex="col", sharey="row"
    )
    shown = {"training, as it went": "{}", "training, measured again": "train_{}", "validation": "val_{}"}
    for column, (system, runs) in enumerate(histories.items()):
        joined = pd.concat(runs)
        for row, measure in enumerate(["loss", "accuracy"]):
            for colour, dash, (label, name) in zip(COLOURS, ["--", "-", "-"], shown.items(), strict=False):
                _line_with_band(axes[row, column], runs, "epoch", name.format(measure), colour, label, dash)
            axes[row, column].xaxis.get_major_locator().set_params(integer=True)
        for name, accuracy in anchors.items():
            place = "bottom" if accuracy == max(anchors.values()) else "top"
            axes[1, column].axhline(accuracy, color="#58636b", linestyle=":")
            axes[1, column].annotate(name, (joined["epoch"].max(), accuracy), ha="right", va=place, fontsize=8)
        axes[0, column].set_title(system)
        axes[1, column].set_xlabel("epoch")
    axes[0, 0].set_ylabel("cross-entropy loss")
    axes[1, 0].set_ylabel("accuracy")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def _line_with_band(axis: Axes, runs: list, x: str, measure: str, colour, label: str, dash: str) -> None:
    """Draw the mean of all seeds with its band, and beyond it the mean of those that are left, thin and dotted."""
    by_x = pd.concat(runs).dropna(subset=[measure]).groupby(x)[measure]
    means, counts = by_x.mean(), by_x.count()
    whole = means[counts == len(runs)]
    axis.plot(whole, color=colour, label=label, linestyle=dash, marker="." if len(whole) < 3 else "")
    axis.fill_between(whole.index, by_x.min()[whole.index], by_x.max()[whole.index], color=colour, alpha=0.15)
    if len(whole) < len(means):
        axis.plot(means.iloc[max(len(whole) - 1, 0) :], color=colour, linestyle=":", linewidth=1)


@styled
def curves(histories: dict[str, list[pd.DataFrame]], measures: dict[str, str], x: str = "epoch") -> Figure:
    """Return a panel a measure, in it a line a system: mean over seeds by epoch, smallest to largest as a band.

    histories: for each system the `history` of each seed. measures: column of a history -> what its axis says. x: the
    column to draw over. Where some seeds have ended, the mean of the others goes on as a thin dotted line.
    """
    figure, axes = _axes(1, len(measures), 4.5 * len(measures), 3.6)
    for axis, (measure, label) in zip(axes.flat, measures.items(), strict=True):
        for colour, (system, runs) in zip(_colours(len(histories)), histories.items(), strict=True):
            _line_with_band(axis, runs, x, measure, colour, system, "-")
        axis.set(xlabel=x, ylabel=label)
        axis.xaxis.get_major_locator().set_params(integer=True)
    columns = min(len(histories), 4)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=columns)
    return figure


def _colours(number: int) -> list:
    return COLOURS[:number] if number <= len(COLOURS) else seaborn.color_palette("husl", number)


@styled
def response(table: pd.DataFrame, x: str, xlabel: str, measure: str, ylabel: str) -> Figure:
    """Return how `measure` answers to the setting `x`, on a logarithmic axis: a point a run, a line the means.

    table: a row a run, columns `x`, `measure`, and optionally "group" (a line and a colour each). A run without a
    figure, because it diverged, stands as a cross at the lower edge.
    """
    groups = list(table.groupby("group", sort=False)) if "group" in table else [("", table)]
    figure, axes = _axes(1, 1, 9, 3.8)
    axis = axes[0, 0]
    for colour, (group, rows) in zip(_colours(len(groups)), groups, strict=True):
        means = rows.groupby(x)[measure].mean()
        axis.plot(means.index, means, color=colour, label=group)
        axis.plot(rows[x], rows[measure], "o", color=colour, alpha=0.6, markersize=4)
        lost = rows.loc[rows[measure].isna(), x]
        axis.plot(lost, [0.02] * len(lost), "x", color=colour, markersize=8, transform=axis.get_xaxis_transform())
    values = sorted(table[x].unique())
    axis.set(xscale="log", xlabel=xlabel, ylabel=ylabel)
    axis.set_xticks(values, [f"{value:g}" for value in values])
    axis.minorticks_off()
    if len(groups) > 1:
        axis.legend()
    return figure


@styled
def confusion(matrix: pd.DataFrame) -> Figure:
    """Return a confusion matrix (lib.evaluation.metrics.confusion) as a map whose colours show the mistakes only."""
    figure, axes = _axes(1, 1, 7.5, 6.2)
    mistakes = matrix * (1 - np.eye(len(matrix), dtype=int))
    seaborn.heatmap(mistakes, annot=matrix, fmt=",d", cmap="Blues", cbar=False, annot_kws={"size": 8}, ax=axes[0, 0])
    axes[0, 0].set(xlabel="predicted", ylabel="true")
    axes[0, 0].tick_params(axis="x", rotation=45)
    axes[0, 0].grid(False)
    for label in axes[0, 0].get_xticklabels():
        label.set_horizontalalignment("right")
    return figure


@styled
def intervals(table: pd.DataFrame, label: str, value: str, xlabel: str, mark: float | None = None) -> Figure:
    """Return a row a line: a point at `value`, a bar from `low` to `high`; more groups side by side by colour.

    table: columns `label`, `value`, low, high, and optionally "group". mark: a value with a line of its own, as the
    zero of differences.
    """
    names = list(dict.fromkeys(table[label]))
    groups = list(table.groupby("group", sort=False)) if "group" in table else [("", table)]
    figure, axes = _axes(1, 1, 9, 0.34 * len(names) + 1)
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
def shares(values: np.ndarray, xlabel: str, ylabel: str, bins: int = 20) -> Figure:
    """Return a histogram of numbers between 0 and 1."""
    figure, axes = _axes(1, 1, 9, 2.8)
    axes[0, 0].hist(values, bins=np.linspace(0, 1, bins + 1), color=COLOURS[0], alpha=0.8)
    axes[0, 0].set(xlabel=xlabel, ylabel=ylabel, xlim=(0, 1))
    return figure


@styled
def precision_recall_curves(curves: dict[str, pd.DataFrame]) -> Figure:
    """Return precision over recall, a line a curve, with its average precision in the legend.

    curves: name -> lib.evaluation.metrics.precision_recall. Between two thresholds there is nothing to choose, so the
    lines are steps.
    """
    figure, axes = _axes(1, 1, 9, 4.2)
    for colour, (name, curve) in zip(_colours(len(curves)), curves.items(), strict=True):
        recall, precision = (np.r_[curve[column].iloc[0], curve[column]] for column in ("recall", "precision"))
        recall[0] = 0
        label = f"{name}: {average_precision(curve):.3f}"
        axes[0, 0].step(recall, precision, where="pre", color=colour, label=label)
    axes[0, 0].set(xlabel="recall", ylabel="precision", xlim=(-0.02, 1.02), ylim=(-0.02, 1.05))
    axes[0, 0].legend(loc="upper left", bbox_to_anchor=(1, 1), title="average precision")
    return figure


@styled
def class_dots(table: pd.DataFrame, measures: dict[str, str], label: str = "class") -> Figure:
    """Return a row a class and a panel a measure: a point at its value, more groups side by side by colour and shape.

    table: columns `label`, the measures, and optionally "group"; rows stay in the order given. measures: column -> what
    its axis says. A class without a figure (NaN) has no point.
    """
    names = list(dict.fromkeys(table[label]))
    groups = list(table.groupby("group", sort=False)) if "group" in table else [("", table)]
    figure, axes = _axes(1, len(measures), 9, 0.24 * len(names) + 1.2, sharey=True)
    for axis, (measure, xlabel) in zip(axes.flat, measures.items(), strict=True):
        for number, (colour, (group, rows)) in enumerate(zip(_colours(len(groups)), groups, strict=True)):
            places = [names.index(name) + 0.3 * (number - (len(groups) - 1) / 2) for name in rows[label]]
            axis.plot(rows[measure], places, "os^Dvp"[number % 6], color=colour, label=group, markersize=5)
        axis.set(yticks=range(len(names)), yticklabels=names, xlabel=xlabel, ylim=(len(names) - 0.5, -0.5))
        axis.set_xlim(right=1.02)
        axis.tick_params(axis="y", labelsize=8)
    if len(groups) > 1:
        figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure


@styled
def confusion_shares(matrix: pd.DataFrame) -> Figure:
    """Return a confusion matrix of many classes (`confusion` suits up to a dozen), by the share of each true class.

    The darker, the larger the share of the row's pictures that is given the column's class; the diagonal is what is
    right. Numbers are counts, only where there is a picture. A class's number of pictures stands behind its name.
    matrix: may have further columns behind those of its rows; a row must hold all pictures of its class, or the shares
    are of a part of them.
    """
    counts = matrix.to_numpy()
    totals = counts.sum(axis=1, keepdims=True)
    side = 0.21 * len(matrix) + 2.2
    figure, axes = _axes(1, 1, side, side)
    axis = axes[0, 0]
    axis.imshow(counts / np.maximum(totals, 1), cmap="Blues", norm=PowerNorm(0.5, 0, 1))
    for true, predicted in zip(*np.nonzero(counts), strict=True):
        dark = counts[true, predicted] > 0.4 * totals[true, 0]
        axis.text(
            predicted, true, f"{counts[true, predicted]}", ha="center", va="center", fontsize=5.5,
            color="white" if dark else "black",
        )  # fmt: skip
    names = [f"{name} ({total:,})" for name, total in zip(matrix.index, totals[:, 0], strict=True)]
    axis.set(xlabel="predicted", ylabel="true (number of pictures)")
    axis.set_xticks(range(matrix.shape[1]), list(matrix.columns), rotation=90, fontsize=7)
    axis.set_yticks(range(len(matrix)), names, fontsize=7)
    axis.set_xticks(np.arange(matrix.shape[1]) - 0.5, minor=True)
    axis.set_yticks(np.arange(len(matrix)) - 0.5, minor=True)
    axis.grid(False)
    axis.grid(True, which="minor", color="#e3e7ea", linewidth=0.5)
    axis.tick_params(which="minor", length=0)
    return figure


@styled
def class_sizes(counts: dict[str, list[int]]) -> Figure:
    """Return the pictures of each class by rank, both on logarithmic axes, a line a target; a thin line at ten.

    counts: for each target the pictures of its classes, largest first.
    """
    figure, axes = _axes(1, 1, 9, 3.4)
    axis = axes[0, 0]
    for colour, (target, sizes) in zip(_colours(len(counts)), counts.items(), strict=True):
        axis.plot(range(1, len(sizes) + 1), sizes, ".-", color=colour, label=target)
    axis.axhline(10, color="#58636b", linestyle=":")
    axis.set(xscale="log", yscale="log", xlabel="rank of the class", ylabel="rows of the table")
    for each in (axis.xaxis, axis.yaxis):
        each.set_major_formatter("{x:,.0f}")
    axis.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure
