"""Systems beside one another: what they cost, where each is good, how far each may be trusted."""

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from lib.plots.style import COLOURS, axes_of, colours, styled, without_frame

QUIET = "#58636b"
WIDE = 30  # times the smallest cost: from there on only powers of ten are written below an axis
FEWEST = 50  # pictures in a bin of confidence that is drawn: the share of fewer jumps about
AWAY = (4, -11, 15, -22, 26)  # points above or below a point, where its name may stand


@styled
def trade_off(table: pd.DataFrame, costs: dict[str, str], value: str, ylabel: str, label: str = "system") -> Figure:
    """Return a figure over its cost, a panel for each cost, on a logarithmic axis, with the front as a line of steps.

    table: columns `label`, `value`, low, high (its interval), the costs, and for each cost front_COST, bool: whether no
    other row beats it (`lib.evaluation.ranks.front`). costs: column -> what its axis says. A row without a cost has no
    point.
    """
    figure, axes = axes_of(1, len(costs), 9, 3.3, sharey=True)
    for axis, (cost, xlabel) in zip(axes.flat, costs.items(), strict=True):
        known = table[table[cost].notna()]
        best = known[known[f"front_{cost}"]].sort_values(cost)
        axis.step(best[cost], best[value], where="post", color=QUIET, linewidth=1, linestyle=":")
        for row in known.to_dict("records"):
            colour = COLOURS[0] if row[f"front_{cost}"] else QUIET
            axis.vlines(row[cost], row["low"], row["high"], color=colour, linewidth=2)
            axis.plot(row[cost], row[value], "o", color=colour, markersize=5)
        axis.set(xscale="log", xlabel=xlabel)
        axis.margins(x=0.4)
        wide = known[cost].max() > WIDE * known[cost].min()
        axis.xaxis.set_major_locator(LogLocator(subs=(1,) if wide else (1, 2, 5)))
        axis.xaxis.set_major_formatter(lambda number, _: _plain(number))
        axis.minorticks_off()
        _name(axis, known, cost, value, label)
    axes[0, 0].set_ylabel(ylabel)
    return figure


def _plain(number: float) -> str:
    """Return a number as people say it: "20 M", "500 k", "0.5"."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if number >= size:
            return f"{number / size:g} {unit}"
    return f"{number:g}"


def _name(axis: Axes, table: pd.DataFrame, x: str, y: str, label: str) -> None:
    """Write each row's name beside its point: above, or where another name stands already, further off."""
    taken: list[tuple[float, float]] = []
    for row in table.sort_values(x).to_dict("records"):
        across, up = axis.transData.transform((row[x], row[y]))
        free = [away for away in AWAY if not any(abs(across - a) < 90 and abs(up + away - b) < 11 for a, b in taken)]
        away = free[0] if free else AWAY[0]
        taken.append((across, up + away))
        axis.annotate(row[label], (row[x], row[y]), (6, away), textcoords="offset points", fontsize=8)


@styled
def strengths(table: pd.DataFrame, reference: str) -> Figure:
    """Return a row for each system and a column for each class: by how much it differs from `reference`, in points.

    table: rows of class, system, recall, low, high, of `reference` too; of the others difference, least and most (its
    interval, as shares), and sure (whether it is resolved after correction). `reference` stands on top with its own
    recall, in per cent. Bold with a frame is what is sure. Blue: better than `reference`; orange: worse.
    """
    classes, systems = list(dict.fromkeys(table["class"])), list(dict.fromkeys(table["system"]))
    systems = [reference, *(system for system in systems if system != reference)]
    figure, axes = axes_of(1, 1, 9, 0.52 * len(systems) + 0.9)
    axis = axes[0, 0]
    most = float(np.nanmax(np.abs(table["difference"]), initial=0.01))
    norm = TwoSlopeNorm(0, -most, most)
    middle = {"ha": "center", "va": "center"}
    for row in table.to_dict("records"):
        x, y, own = classes.index(row["class"]), systems.index(row["system"]), row["system"] == reference
        shade = (
            "#ffffff" if own else colormaps["PuOr"](float(norm(row["difference"] / 2)))
        )  # pale, so that figures are read
        edge = "#1b2125" if row["sure"] else "none"
        place = (x - 0.48, y - 0.46, 0.96, 0.92)
        axis.bar(x, place[3], place[2], place[1], color=shade, edgecolor=edge, linewidth=1)
        value = f"{row['recall'] * 100:.1f}" if own else f"{row['difference'] * 100:+.1f}"
        ends = (row["low"], row["high"]) if own else (row["least"], row["most"])
        half = "" if np.isnan(ends[0]) else f"± {(ends[1] - ends[0]) * 50:.1f}"
        axis.text(x, y - 0.12, value, fontweight="bold" if row["sure"] else "normal", fontsize=9, **middle)
        axis.text(x, y + 0.24, half, fontsize=7, color="#3c464d", **middle)
    axis.set(xlim=(-0.5, len(classes) - 0.5), ylim=(len(systems) - 0.5, -0.5))
    axis.set_aspect("auto")
    axis.set_xticks(range(len(classes)), [name.replace("/", "/\n").replace(" ", "\n") for name in classes], fontsize=8)
    axis.set_yticks(range(len(systems)), systems, fontsize=8)
    without_frame(axis)
    return figure


@styled
def reliability(panels: dict[str, dict[str, pd.DataFrame]]) -> Figure:
    """Return how often answers are right over how sure they are, a panel each; on the dotted line both are the same.

    panels: title -> system -> bins as `lib.evaluation.calibration.reliability` returns them. The larger a point, the
    more pictures it stands for; a bin of fewer than FEWEST has none. Below the line a network is too sure, above it not
    sure enough.
    """
    figure, axes = axes_of(1, len(panels), 9, 3.7, sharex=True, sharey=True)
    for axis, (title, systems) in zip(axes.flat, panels.items(), strict=True):
        axis.plot([0, 1], [0, 1], color=QUIET, linestyle=":")
        for colour, (system, bins) in zip(colours(len(systems)), systems.items(), strict=True):
            bins = bins[bins["pictures"] >= FEWEST]
            axis.plot(bins["confidence"], bins["accuracy"], color=colour, label=system, linewidth=1.2)
            sizes = 4 + 120 * bins["pictures"] / bins["pictures"].sum()
            axis.scatter(bins["confidence"], bins["accuracy"], sizes, color=colour)
        axis.set(title=title, xlabel="confidence: the probability of the answer", xlim=(0.2, 1.02), ylim=(0.2, 1.02))
    axes[0, 0].set_ylabel("accuracy")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure
