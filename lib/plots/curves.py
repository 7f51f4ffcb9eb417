"""Lines: what happens over epochs, over a setting."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lib.plots.style import COLOURS, axes_of, colours, nothing, styled

# Lines that cross or lie on each other differ in colour, dash and mark: neither orange and red, nor colour alone.
TOLD_APART = [COLOURS[0], COLOURS[1], COLOURS[2], COLOURS[4], "#333333", COLOURS[3]]
DASHES, MARKS = ["-", (0, (5, 2)), "-", (0, (5, 2))], "os^D"
TIMES = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18_000)  # seconds, as people count them


@styled
def learning_curves(histories: dict[str, list[pd.DataFrame]], anchors: dict[str, float]) -> Figure:
    """Return loss and accuracy by epoch, one column per system: mean over seeds as a line, range as a band.

    histories: for each system the `history` of each seed. anchors: validation accuracies to beat, as dotted lines.
    Where some seeds have ended, the mean of the others goes on as a thin dotted line.
    """
    figure, axes = axes_of(
        2, len(histories), (4.5 if len(histories) < 3 else 3.6) * len(histories), 5.6, sharex="col", sharey="row"
    )
    shown = {"training, as it went": "{}", "training, measured again": "train_{}", "validation": "val_{}"}
    for column, (system, runs) in enumerate(histories.items()):
        for row, measure in enumerate(["loss", "accuracy"]):
            for colour, dash, (label, name) in zip(COLOURS, ["--", "-", "-"], shown.items(), strict=False):
                _line_with_band(axes[row, column], runs, "epoch", name.format(measure), colour, label, dash)
            axes[row, column].xaxis.get_major_locator().set_params(integer=True)
        for name, accuracy in anchors.items():
            place = "bottom" if accuracy == max(anchors.values()) else "top"
            axes[1, column].axhline(accuracy, color="#58636b", linestyle=":")
            if column == len(histories) - 1:  # beside the last panel: on a panel it would lie on the curves
                beside = axes[1, column].get_yaxis_transform()
                name = textwrap.fill(name, 16)
                axes[1, column].annotate(name, (1.01, accuracy), xycoords=beside, va=place, fontsize=8)
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
    """Return one panel per measure, in it one line per system: mean over seeds by epoch, smallest to largest as a band.

    histories: for each system the `history` of each seed. measures: column of a history -> what its axis says. x: the
    column to draw over. Where some seeds have ended, the mean of the others goes on as a thin dotted line.
    """
    last = list(measures)[-1]
    if all(run[last].isna().all() for runs in histories.values() for run in runs):
        return nothing("all trainings diverged")
    figure, axes = axes_of(1, len(measures), max(4.5 * len(measures), 9), 3.6 if len(measures) > 1 else 3)
    for axis, (measure, label) in zip(axes.flat, measures.items(), strict=True):
        for (colour, dash, _), (system, runs) in zip(_lines(len(histories)), histories.items(), strict=True):
            _line_with_band(axis, runs, x, measure, colour, system, dash)
        axis.set(xlabel=x, ylabel=label)
        axis.xaxis.get_major_locator().set_params(integer=True)
    columns = min(len(histories), 4)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=columns)
    return figure


def _lines(number: int) -> list[tuple]:
    """Return (colour, dash, mark) for so many lines, which can be told apart where they cross."""
    found = TOLD_APART if number <= len(TOLD_APART) else colours(number)
    return [(found[k], DASHES[k % len(DASHES)], MARKS[k % len(MARKS)]) for k in range(number)]


@styled
def response(
    table: pd.DataFrame, x: str, xlabel: str, measure: str, ylabel: str, low: float | None = None, apart: float = 0.0,
    middle: str = "mean",
) -> Figure:  # fmt: skip
    """Return how `measure` answers to the setting `x`, on a logarithmic axis: a point a run, a line their `middle`.

    table: one row per run, columns `x`, `measure`, and optionally "group" (a line and a colour each). A run without a
    figure, because it diverged, stands as a cross at the lower edge; so does one below `low`, where the axis begins.
    Where there is a column "marked", the means of rows in which it is true have a ring. apart: by which share of x the
    groups are moved to the right, one after another, so that points which lie on one another can be told apart.
    """
    groups = list(table.groupby("group", sort=False)) if "group" in table else [("", table)]
    figure, axes = axes_of(1, 1, 9, 3.8)
    axis = axes[0, 0]
    for place, ((colour, dash, mark), (group, rows)) in enumerate(zip(_lines(len(groups)), groups, strict=True)):
        rows = rows.assign(**{x: rows[x] * (1 + apart) ** (place - (len(groups) - 1) / 2)})
        means = rows.groupby(x)[measure].agg(middle)
        axis.plot(means.index, means, color=colour, linestyle=dash, label=group)
        ringed = rows[rows["marked"]].groupby(x)[measure].agg(middle) if "marked" in rows else means.iloc[:0]
        axis.plot(ringed.index, ringed, "o", color=colour, markerfacecolor="none", markersize=17, markeredgewidth=0.8)
        axis.plot(rows[x], rows[measure], mark, color=colour, alpha=0.8, markersize=4.5, zorder=3)  # above lines, rings
        lost = rows.loc[rows[measure].isna() | (rows[measure] < (-np.inf if low is None else low)), x]
        axis.plot(lost, [0.02] * len(lost), "x", color=colour, markersize=8, transform=axis.get_xaxis_transform())
    values = sorted(table[x].unique())
    axis.set(xscale="log", xlabel=xlabel, ylabel=ylabel)
    if low is not None:
        top = table[measure].max()
        axis.set_ylim(low, top + 0.05 * (top - low))
    axis.set_xticks(values, [f"{value:g}" for value in values])
    axis.minorticks_off()
    if len(groups) > 1:
        axis.legend()
    return figure


@styled
def fitting(sizes: list[int], fits: list[int], marks: dict[int, str], xlabel: str, ylabel: str) -> Figure:
    """Return a thin bar for each number in `sizes`, as high as its number in `fits`; those in `marks` have a name.

    marks: size -> what is written at its bar. It shows which numbers of pictures can give a report's printed figures.
    """
    figure, axes = axes_of(1, 1, 9, 3.4)
    axis = axes[0, 0]
    axis.vlines(sizes, 0, fits, color="#8b969d", linewidth=0.8)
    heights = dict(zip(sizes, fits, strict=True))
    for size, name in marks.items():
        axis.plot(size, heights[size], "o", color=COLOURS[3])
        axis.annotate(name, (size, heights[size]), (4, 5), textcoords="offset points", fontsize=8, color=COLOURS[3])
    axis.set(xlabel=xlabel, ylabel=ylabel, xlim=(0, max(sizes) * 1.02), ylim=(0, max(fits) * 1.15))
    axis.yaxis.get_major_locator().set_params(integer=True)
    return figure


@styled
def time_to_accuracy(
    reached: dict[str, dict[float, list[float | None]]], final: dict[str, tuple[list[float], list[float]]]
) -> Figure:
    """Return accuracy over seconds of training, a line a system through the mean times at which all its seeds arrived.

    reached: system -> accuracy -> seconds, one for each seed, None where it did not arrive; small dots. final: system
    -> seconds and accuracies at the end, one for each seed: a diamond at their mean, small dots as well.
    """
    figure, axes = axes_of(1, 1, 9, 4.4)
    axis = axes[0, 0]
    for colour, (system, times) in zip(colours(len(reached)), reached.items(), strict=True):
        seeds = [(second, accuracy) for accuracy, own in times.items() for second in own if second is not None]
        seeds += zip(*final[system], strict=True)
        axis.plot(*zip(*seeds, strict=True), ".", color=colour, alpha=0.5, markersize=4)
        whole = {accuracy: np.mean(np.array(own, "float64")) for accuracy, own in times.items() if None not in own}
        axis.plot(list(whole.values()), list(whole), "o-", color=colour, label=system)
        axis.plot(*(np.mean(own) for own in final[system]), "D", color=colour, markersize=8, markeredgecolor="white")
    axis.set(xscale="log", xlabel="seconds of training, measuring after each epoch included", ylabel="accuracy")
    low, high = axis.get_xlim()
    ticks = [tick for tick in TIMES if low <= tick <= high]
    axis.set_xticks(ticks, [_time(tick) for tick in ticks])
    axis.minorticks_off()
    axis.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def _time(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 3600 else f"{seconds // 3600} h"


@styled
def over_labels(means: pd.DataFrame, lines: list[str], gains: pd.DataFrame, ylabels: tuple[str, str]) -> Figure:
    """Return systems over the number of labelled pictures, on a logarithmic axis, and beside it what one gains.

    means: labels, system, mean, low, high. lines: systems with a colour and bars; the others are grey and dashed, or a
    grey mark where they have one number of labels. gains: labels, difference, low, high. ylabels: of the two panels.
    """
    figure, (left, right) = (each := axes_of(1, 2, 9, 3.2, width_ratios=[1.75, 1]))[0], each[1][0]
    others = [system for system in dict.fromkeys(means["system"]) if system not in lines]
    greys = dict(zip(others, ["--", ":", "-."] * len(others), strict=False))
    for system in dict.fromkeys(means["system"].tolist()):
        own = means[means["system"] == system]
        place = lines.index(system) if system in lines else -1
        if place < 0:
            style = {"marker": "D", "linestyle": ""} if len(own) == 1 else {"linestyle": greys[system]}
            beside = 1.25 if len(own) == 1 else 1  # a lone mark stands to the right of the others
            left.plot(own["labels"] * beside, own["mean"], color="#58636b", label=system, **style)
            continue
        x = own["labels"] * 1.08 ** (place - (len(lines) - 1) / 2)  # so that bars do not lie on one another
        left.vlines(x, own["low"], own["high"], color=TOLD_APART[place], linewidth=2, alpha=0.7)
        left.plot(x, own["mean"], MARKS[place], linestyle="-", color=TOLD_APART[place], label=system)
        for row, where in zip(own.to_dict("records"), x, strict=True):
            highest = means[(means["labels"] == row["labels"]) & means["system"].isin(lines)]["mean"].max()
            up = (row["high"], 3, "bottom") if row["mean"] == highest else (row["low"], -3, "top")
            left.annotate(
                f"{row['mean']:.2f}", (where, up[0] if np.isfinite(up[0]) else row["mean"]), (0, up[1]), va=up[2],
                textcoords="offset points", ha="center", fontsize=9.5, color=TOLD_APART[place],
            )  # fmt: skip
    right.axhline(0, color="#58636b", linestyle=":")
    right.vlines(gains["labels"], gains["low"], gains["high"], color="#333333", linewidth=2)
    right.plot(gains["labels"], gains["difference"], "o", color="#333333")
    sizes = sorted(means["labels"].unique())
    for axis, ylabel in zip((left, right), ylabels, strict=True):
        axis.set(xscale="log", ylabel=ylabel, xlabel="labelled pictures")
        axis.set_xticks(sizes, [f"{size:,.0f}" if size < 10_000 else f"{round(size, -2):,.0f}" for size in sizes])
        axis.tick_params(labelsize=9)
        axis.minorticks_off()
        axis.margins(x=0.12, y=0.1)
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=10)
    return figure
