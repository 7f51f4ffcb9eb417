"""Flat figures, as wide as a page: curves in a row of panels, intervals with their numbers."""

import textwrap
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lib.plots.curves import lines, with_band
from lib.plots.style import COLOURS, axes_of, nothing, styled

WIDTH = 9  # inches: 1,080 pixels, the width of a printed text
QUIET = "#58636b"


class Panel(NamedTuple):
    """A panel of curves: a line for each name, the mean of its histories, over the column `x`."""

    title: str
    lines: dict[str, tuple[list[pd.DataFrame], str]]  # name -> the history of each seed, and the column to draw
    label: str  # of the vertical axis; panels with the same one share its scale
    x: str = "epoch"
    marks: Mapping[str, float] = {}  # name -> where a dotted line stands


def learning(
    histories: dict[str, list[pd.DataFrame]], measures: Sequence[str] = ("loss",), to_beat: Mapping[str, float] = {}
) -> list[Panel]:
    """Return a panel for each measure and system: the training pictures as it went and measured again, validation.

    to_beat: validation accuracies, as dotted lines of the panels of accuracy.
    """
    shown = {"training, as it went": "{}", "training, measured again": "train_{}", "validation": "val_{}"}
    labels = {"loss": "cross-entropy loss", "accuracy": "accuracy"}
    return [
        Panel(
            system,
            {name: (own, form.format(measure)) for name, form in shown.items()},
            labels[measure],
            marks=to_beat if measure == "accuracy" else {},
        )
        for measure in measures
        for system, own in histories.items()
    ]


@styled
def in_a_row(
    panels: Sequence[Panel], height: float = 2.8, columns: int | None = None,
    own_scales: bool = False, turns: str = "", outside: bool = False,
) -> Figure:  # fmt: skip
    """Return panels of curves side by side: means over seeds as lines, from the smallest to the largest as bands.

    More than four panels stand in two rows, or in rows of five: a reader's settings can ask for that many. columns: how
    many panels a row has, in place of that.

    The scale leaves out what lies far off in the first epoch alone. The first line is dashed. own_scales: panels
    of one label do not share their scale. turns: a column; a triangle stands where it is lowest in each training.
    outside: the names of dotted lines stand right of the last panel, not in the first that has them.
    """
    frames = [(own, column) for panel in panels for own, column in panel.lines.values()]
    if all(run[column].isna().all() for own, column in frames for run in own):
        return nothing("all trainings diverged")
    many = len(panels)
    columns = columns or (many if many < 5 else many // 2 if many % 2 == 0 and many < 11 else 5)
    rows = -(-many // columns)
    figure, axes = axes_of(rows, columns, WIDTH, height + 2.2 * (rows - 1))
    for axis in axes.flat[many:]:
        axis.axis("off")
    first: dict[str, Axes] = {}
    marked: set[str] = set()
    for place, (axis, panel) in enumerate(zip(axes.flat, panels, strict=False)):
        number = len(panel.lines)
        looks = [(colour, "-" if k else "--") for k, (colour, _, _) in enumerate(lines(number))]
        for (colour, dash), (name, (own, column)) in zip(looks, panel.lines.items(), strict=True):
            with_band(axis, own, panel.x, column, colour, name, dash)
            if column == turns:
                _turns(axis, own, panel.x, column, colour)
        for mark in panel.marks.values():
            axis.axhline(mark, color=QUIET, linestyle=":")
        above, below = place - columns, place + columns
        axis.set_title("" if above >= 0 and panels[above].title == panel.title else panel.title, fontsize=10.5)
        axis.set_xlabel("" if below < many and panels[below].x == panel.x else panel.x)
        axis.xaxis.get_major_locator().set_params(integer=True, nbins=6)
        if own_scales:
            axis.set_ylabel("" if place % columns else panel.label)
            _scale(axis, [panel])
        elif panel.label in first:
            axis.sharey(first[panel.label])
        else:
            first[panel.label] = axis
            axis.set_ylabel(panel.label)
            _scale(axis, [each for each in panels if each.label == panel.label])
        if place % columns and panels[place - 1].label == panel.label and not own_scales:
            axis.tick_params(axis="y", labelleft=False)
        if panel.marks and panel.label not in marked and not outside:
            marked.add(panel.label)
            _named(axis, panel.marks)
    if outside:
        _beside(axes.flat[many - 1], panels[-1].marks)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure


def _turns(axis: Axes, runs: Sequence[pd.DataFrame], x: str, column: str, colour) -> None:
    """Mark where each training is lowest."""
    for run in runs:
        if not run[column].isna().all():
            lowest = run.iloc[int(run[column].argmin())]
            axis.plot(lowest[x], lowest[column], "v", color=colour, markersize=8, markeredgecolor="white", zorder=4)


def _named(axis: Axes, marks: Mapping[str, float]) -> None:
    """Write the names of dotted lines at their right ends, just above them."""
    for name, mark in marks.items():
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.4}
        axis.annotate(
            f"{name} {mark:.1%}", (0.99, mark), (0, 2), xycoords=axis.get_yaxis_transform(), ha="right", va="bottom",
            textcoords="offset points", fontsize=9, color=QUIET, bbox=box, zorder=4,
        )  # fmt: skip


def _beside(axis: Axes, marks: Mapping[str, float]) -> None:
    """Write the names of dotted lines right of a panel; the highest above its line, because two may be near."""
    for name, mark in marks.items():
        va = "bottom" if mark == max(marks.values()) else "top"
        axis.annotate(
            textwrap.fill(f"{name} {mark:.1%}", 15), (1.02, mark), xycoords=axis.get_yaxis_transform(), va=va,
            fontsize=10, color="#333333",
        )  # fmt: skip


def _scale(axis: Axes, panels: Sequence[Panel]) -> None:
    """Let an axis end where the curves do that begin after the first epoch."""
    values = [mark for panel in panels for mark in panel.marks.values()]
    for panel in panels:
        for own, column in panel.lines.values():
            for run in own:
                values += list(run[column].iloc[1 if len(run) > 2 else 0 :].dropna())
    finite = np.array(values)[np.isfinite(values)]
    if len(finite) and np.ptp(finite) > 0:
        edge = 0.06 * np.ptp(finite)
        axis.set_ylim(max(finite.min() - edge, -0.02), finite.max() + edge)


@styled
def numbered(
    panels: Mapping[str, tuple[pd.DataFrame, str]], value: str = "mean", zero: bool = False,
    palette: Mapping[str, str] = MappingProxyType({}), absent: str = "",
) -> Figure:  # fmt: skip
    """Return a panel each of points with bars from `low` to `high`, and their numbers beside them.

    panels: what the axis says -> a table with columns system, `value`, low and high, and the format of its numbers:
    "+.2f", ".1%", or "points" for differences of shares; a system that a table lacks has no point in its panel. zero:
    whether a line marks 0. palette: colours of a row's "group", which a legend then names. absent: what stands in the
    row of a system that a panel lacks.
    """
    tables = [table for table, _ in panels.values()]
    if not len(tables[0]):
        return nothing("there is nothing to compare")
    names = list(dict.fromkeys(str(name) for table in tables for name in table["system"]))
    height = 0.34 * len(names) + (1.15 if palette else 0.85)
    figure, axes = axes_of(1, len(panels), WIDTH, height, sharey=True)
    if len(panels) > 1:
        figure.set_layout_engine("constrained", wspace=0.07)  # so that numbers do not touch the next axis
    for axis, (label, (table, form)) in zip(axes.flat, panels.items(), strict=True):
        known = table.assign(place=[names.index(str(name)) for name in table["system"]]).sort_values("place")
        for place, row in zip(known["place"], known.to_dict("records"), strict=True):
            colour = palette.get(row.get("group", ""), COLOURS[0] if np.isfinite(row["low"]) else QUIET)
            axis.hlines(place, row["low"], row["high"], color=colour, linewidth=2.5)
            axis.plot(row[value], place, "o", color=colour, markersize=4 if absent else 6)
            told = _told(row[value], form)
            if np.isfinite(row["low"]):
                told += f" ({_told(row['low'], form).removesuffix('%')} to {_told(row['high'], form)})"
            axis.annotate(told, (1.02, place), xycoords=axis.get_yaxis_transform(), va="center", fontsize=10)
        for place in set(range(len(names))) - set(known["place"]):
            beside = axis.get_yaxis_transform()
            axis.annotate(absent, (1.02, place), xycoords=beside, va="center", fontsize=10, color=QUIET)
        axis.set(yticks=range(len(names)), yticklabels=names, ylim=(len(names) - 0.5, -0.5))
        axis.set_xlabel(label, fontsize=10.5)
        axis.xaxis.get_major_locator().set_params(nbins=3 if absent else 5)
        axis.margins(x=0.08)
        if zero and form != "points":
            axis.xaxis.set_major_formatter(lambda number, _: f"{number:+.3g}" if abs(number) > 1e-9 else "0")
        if zero:
            axis.axvline(0, color=QUIET, linestyle=":")
    if palette:
        marks = [Line2D([], [], color=colour, marker="o", label=name) for name, colour in palette.items()]
        figure.legend(handles=marks, loc="outside lower center", ncols=len(marks))
    return figure


def _told(value: float, form: str) -> str:
    if not np.isfinite(value):
        return "no figure"
    if form != "points":
        return f"{value:{form}}"
    return next((told for told in (f"{100 * value:+.1f}", f"{100 * value:+.2f}") if float(told)), "0.0")
