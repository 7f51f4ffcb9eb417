"""Systems beside one another: how good each is, and what it costs."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from lib.plots.style import COLOURS, axes_of, styled

QUIET = "#58636b"
WIDE = 30  # times the smallest cost: from there on only powers of ten are written below an axis
AWAY = (4, -11, 15, -22, 26)  # points above or below a point, where its name may stand


@styled
def trade_off(table: pd.DataFrame, costs: dict[str, str], value: str, ylabel: str, label: str = "system") -> Figure:
    """Return a figure over its cost, a panel for each cost, on a logarithmic axis, with the front as a line of steps.

    table: columns `label`, `value`, low, high (its interval), the costs, and for each cost front_COST, bool: whether no
    other row beats it (`lib.evaluation.front.front`). costs: column -> what its axis says. A row without a cost has no
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
    """Write each row's name beside its point: above, or where another name stands already, further off.

    Names that are near to one another stand in the order of their points.
    """
    taken: list[tuple[float, float, float]] = []  # of each name: where its point is, and how high it stands itself
    for row in table.sort_values(y, ascending=False, kind="stable").to_dict("records"):
        across, up = axis.transData.transform((row[x], row[y]))
        near = [(point, name) for a, point, name in taken if abs(across - a) < 90]
        free = [away for away in AWAY if all(abs(up + away - name) >= 11 for _, name in near)]
        free = [away for away in free if all(up + away < name for point, name in near if point > up)] or free
        away = free[0] if free else AWAY[0]
        taken.append((across, up, up + away))
        axis.annotate(row[label], (row[x], row[y]), (6, away), textcoords="offset points", fontsize=8)
