"""Systems beside one another: how good each is, what it costs, and how far its confidence can be trusted."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, PercentFormatter

from lib.plots.curves import MARKS, TOLD_APART
from lib.plots.style import COLOURS, axes_of, colours, styled

QUIET = "#58636b"
TIMES = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18_000)  # seconds, as people count them
WIDE = 30  # times the smallest cost: from there on only powers of ten are written below an axis
PLACES = [  # where a name may stand: right of its point or left of it, and so many points above or below; best first
    *((right, away) for near in ((4, -12), (17, -25), (30, -38)) for right in (True, False) for away in near)
]
SHOWN = 4.0  # times the distance of the best from the middle one is shown below the best
LEAST = 0.05  # of that
APART = 0.025  # of the axis: how far points of one cost are drawn apart
BEHIND = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.6}  # a name, so that no line crosses it


@styled
def trade_off(table: pd.DataFrame, costs: dict[str, str], value: str, ylabel: str, label: str = "system") -> Figure:
    """Return a figure over its cost, a panel for each cost, on a logarithmic axis, with the front as a line of steps.

    table: columns `label`, `value`, low, high (its interval), the costs, and for each cost front_COST, bool: whether no
    other row beats it (`lib.evaluation.front.front`). costs: column -> what its axis says. A row without a cost has no
    point; one far below the others is a triangle at the lower edge, with its value. Points of one cost stand side by
    side, or their intervals would lie on one another.
    """
    table = table.reset_index(drop=True)
    figure, axes = axes_of(1, len(costs), 9, 2.5, sharey=True, width_ratios=[1.75, *[1] * (len(costs) - 1)])
    floor = _floor(table[value])
    for axis, (cost, xlabel) in zip(axes.flat, costs.items(), strict=True):
        known = table[table[cost].notna()].sort_values(value, ascending=False, kind="stable")
        cheapest, dearest = (known[cost].min(), known[cost].max()) if len(known) else (1.0, 1.0)
        span = max(dearest / cheapest, 10)
        alike = known.groupby(cost)[cost]
        shift = (alike.transform("size") - 1) / 2 - alike.cumcount()  # the best one at the right
        known[cost] *= span ** (APART * shift)
        best = known[known[f"front_{cost}"]].sort_values(cost)
        axis.step(best[cost], best[value], where="post", color=QUIET, linewidth=1, linestyle=":", zorder=1)
        axis.set(xscale="log", xlabel=xlabel)
        inside = known[known[value] >= floor]
        for row in inside.to_dict("records"):
            colour = COLOURS[0] if row[f"front_{cost}"] else QUIET
            axis.vlines(row[cost], row["low"], row["high"], color=colour, linewidth=2)
            axis.plot(row[cost], row[value], "o", color=colour, markersize=5)
        top = min(inside["high"].fillna(inside[value]).max(), 1.0)  # no share is larger
        low = inside["low"].fillna(inside[value]).min() - 0.02 * (top - floor)
        bottom = max(min(floor, low), floor - 0.4 * (top - floor))
        below = known[known[value] < floor].sort_values(value, ascending=False)
        for place in below[cost]:
            axis.plot(place, bottom, "v", color=QUIET, markersize=6, clip_on=False, zorder=4)
        axis.set_xlim(cheapest / span**0.16, dearest * span**0.3)  # room for a name at the right
        wide = dearest > WIDE * cheapest
        axis.xaxis.set_major_locator(LogLocator(subs=(1,) if wide else (1, 2, 5)))
        axis.xaxis.set_major_formatter(lambda number, _: _plain(number))
        axis.yaxis.set_major_locator(MaxNLocator(10, steps=[1, 2, 5, 10]))  # no 92.5%, which would read 92%
        axis.yaxis.set_major_formatter(PercentFormatter(1, 0))
        axis.minorticks_off()
        axis.set_ylim(bottom, top + 0.14 * (top - bottom))
        figure.draw_without_rendering()  # the layout decides where the points lie, and so where names have room
        taken = _steps(axis, best[[cost, value]].to_numpy())
        if len(below):
            words = ",\n".join(f"{row[label]} {row[value]:.1%}" for row in below.to_dict("records"))
            beside = below[cost].min()
            told = axis.annotate(f"below: {words}", (beside, bottom), (-8, 5), fontsize=10, ha="right",
                                 textcoords="offset points", bbox=BEHIND, in_layout=False)  # fmt: skip
            taken.append(_place(told))
        _name(axis, inside, cost, value, label, taken)
    axes[0, 0].set_ylabel(ylabel)
    return figure


@styled
def reliability(panels: dict[str, pd.DataFrame]) -> Figure:
    """Return a panel a table of `lib.evaluation.calibration.reliability`: the share right over the confidence.

    A point's size is the number of its pictures; on the dotted line confidence and share are equal.
    """
    figure, axes = axes_of(1, len(panels), 9, 2.15, sharey=True)
    for axis, (title, table) in zip(axes.flat, panels.items(), strict=True):
        table = table.sort_values("pictures", ascending=False)  # so that no large point hides a small one
        sizes = 15 + 105 * table["pictures"] / table["pictures"].max()
        axis.plot([0, 1], [0, 1], color=QUIET, linestyle=":")
        line = table.set_index("confidence")["accuracy"].sort_index()
        axis.plot(line, color=COLOURS[0], linewidth=1)
        look = {"color": COLOURS[0], "edgecolor": "white", "linewidth": 0.8, "zorder": 3, "clip_on": False}
        axis.scatter(table["confidence"], table["accuracy"], s=sizes, **look)
        axis.set(title=title, xlabel="confidence", xlim=(0, 1.06), ylim=(0, 1.06))
        axis.set(xticks=[0.2, 0.4, 0.6, 0.8, 1], yticks=[0, 0.25, 0.5, 0.75, 1])
        axis.xaxis.set_major_formatter(PercentFormatter(1, 0))
        axis.yaxis.set_major_formatter(PercentFormatter(1, 0))
    axes[0, 0].set_ylabel("share right")
    return figure


def _floor(values: pd.Series) -> float:
    """Return where the axis ends below: rows that are far worse than the middle one would flatten all others."""
    best, middle = values.max(), values.median()
    low = max(values.min(), best - max(SHOWN * (best - middle), LEAST))
    return float(low - 0.1 * max(best - low, 0.01))


def _plain(number: float) -> str:
    """Return a number as people say it: "20 M", "500 k", "0.5"."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if number >= size:
            return f"{number / size:g} {unit}"
    return f"{number:g}"


def _steps(axis: Axes, points: np.ndarray) -> list[tuple]:
    """Return what the line of steps through these points covers, so that no name lies on it."""
    places = axis.transData.transform(points)
    taken = []
    for (left, low), (right, high) in zip(places[:-1], places[1:], strict=True):
        taken += [(left, low - 2, right, low + 2), (right - 2, low, right + 2, high)]
    return taken


def _place(text) -> tuple:
    (left, low), (right, high) = text.get_window_extent().get_points()
    return left, low, right, high


def _name(axis: Axes, table: pd.DataFrame, x: str, y: str, label: str, taken: list[tuple]) -> None:
    """Write each row's name beside its point, from top to bottom: in the frame, on no name, point or interval.

    taken: further places that are not free.
    """
    frame = axis.get_window_extent()
    scale = axis.figure.dpi / 72  # pixels of a point
    ends = [
        axis.transData.transform((row[x], row[edge])) for row in table.to_dict("records") for edge in ("low", "high")
    ]
    bars = [(a - 4, low - 4, a + 4, high + 4) for (a, low), (_, high) in zip(ends[::2], ends[1::2], strict=True)]
    taken = [*taken, *bars]
    for row in table.sort_values(y, ascending=False, kind="stable").to_dict("records"):
        across, up = axis.transData.transform((row[x], row[y]))
        width = 6.2 * len(row[label]) * scale
        boxes = {place: _box(across, up, *place, width, scale) for place in PLACES}
        free = [place for place, box in boxes.items() if not any(_meet(box, other) for other in taken)]
        whole = [place for place in free if frame.x0 <= boxes[place][0] and boxes[place][2] <= frame.x1]
        right, away = (whole or free or PLACES)[0]
        taken.append(boxes[right, away])
        axis.annotate(
            row[label], (row[x], row[y]), (7 if right else -7, away), textcoords="offset points", fontsize=10,
            ha="left" if right else "right", bbox=BEHIND, zorder=2, in_layout=False,
        )  # fmt: skip


def _box(across: float, up: float, right: bool, away: float, width: float, scale: float) -> tuple:
    begin = across + 7 * scale if right else across - 7 * scale - width
    return begin, up + (away - 2) * scale, begin + width, up + (away + 9) * scale


def _meet(one: tuple, other: tuple) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


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

    means: labels, system, mean, low, high. lines: systems with a colour and bars; the others are grey and dashed. A
    system with one number of labels is left out. gains: labels, difference, low, high. ylabels: of the two panels.
    """
    figure, ((left, right),) = axes_of(1, 2, 9, 3.1, width_ratios=[1.45, 1])
    whole = means.groupby("system", sort=False).filter(lambda own: len(own) > 1 or own.name in lines)
    others = [system for system in dict.fromkeys(whole["system"]) if system not in lines]
    greys = dict(zip(others, ["--", ":", "-."] * len(others), strict=False))
    ends: dict[str, tuple[float, str, str]] = {}
    for system in dict.fromkeys(whole["system"].tolist()):
        own = whole[whole["system"] == system]
        place = lines.index(system) if system in lines else -1
        colour = TOLD_APART[place] if place >= 0 else "#58636b"
        if system in greys:
            left.plot(own["labels"], own["mean"], color=colour, linestyle=greys[system], linewidth=1.3)
        else:
            x = own["labels"] * 1.2 ** (place - (len(lines) - 1) / 2)  # so that bars do not lie on one another
            left.vlines(x, own["low"], own["high"], color=colour, linewidth=2, alpha=0.7)
            left.plot(x, own["mean"], MARKS[place], linestyle="-", color=colour, markersize=5)
        ends[system] = own["mean"].iloc[-1], colour, greys.get(system, "-")
    right.axhline(0, color="#58636b", linestyle=":")
    right.vlines(gains["labels"], gains["low"], gains["high"], color="#333333", linewidth=2)
    right.plot(gains["labels"], gains["difference"], "o", color="#333333")
    sizes = sorted(means["labels"].unique())
    for axis, ylabel, title in ((left, ylabels[0], ""), (right, "", ylabels[1])):
        axis.set(xscale="log", xlabel="labelled pictures", ylabel=ylabel)
        axis.set_title(title, fontsize=10.5)
        axis.set_xticks(sizes, [f"{size:,.0f}" if size < 10_000 else f"{round(size, -2):,.0f}" for size in sizes])
        axis.tick_params(labelsize=9)
        axis.minorticks_off()
        axis.margins(x=0.08, y=0.08)
    _ends(left, ends)
    return figure


def _ends(axis: Axes, ends: dict[str, tuple[float, str, str]]) -> None:
    """Write each line's name right of the axis, above the one before it; ends: name -> last value, colour, style."""
    low, high = axis.set_ylim(axis.get_ylim())  # what is written changes them no more
    least, taken = 0.15 * (high - low), -np.inf
    known = {name: own for name, own in ends.items() if np.isfinite(own[0])}
    for name, (value, colour, style) in sorted(known.items(), key=lambda each: each[1][0]):
        taken = max(value, taken + least)
        words, beside = f"{value:.2f} {textwrap.fill(name, 20)}", axis.get_yaxis_transform()
        axis.plot([1.02, 1.09], [taken] * 2, style, color=colour, transform=beside, clip_on=False, linewidth=1.5)
        axis.annotate(words, (1.11, taken), xycoords=beside, va="center", fontsize=9.5, color=colour)
