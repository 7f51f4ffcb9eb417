"""A search for a setting: what each try was worth, and below it which trainings came to nothing."""

import pandas as pd
from matplotlib.figure import Figure

from lib.plots.curves import lines
from lib.plots.style import axes_of, styled

APART = 0.055  # by which share of a rate the groups are moved apart
ROW = 0.2  # inches of a row of the strip


@styled
def searched(table: pd.DataFrame, x: str, xlabel: str, measure: str, ylabel: str, lost: str, low: float = 0) -> Figure:
    """Return `measure` by the setting `x`, a mark a training, and in a strip below how many are lost, a row a group.

    table: one row per training, columns `x`, `measure`, group, and marked (drawn hollow). Lost is what has no figure,
    or one below `low`, where the axis begins; `lost` says so. A line joins means of tries that lost no training. The
    groups' names stand at the strip, which is their legend.
    """
    names = list(dict.fromkeys(table["group"]))
    strip_height = ROW * len(names)
    figure, axes = axes_of(2, 1, 9, 2.7 + strip_height, sharex=True, height_ratios=[2.1, strip_height])
    figure.set_layout_engine("constrained", hspace=0, h_pad=0.03)
    upper, strip = axes[:, 0]
    table = table.reset_index(drop=True).assign(lost=lambda rows: rows[measure].isna() | (rows[measure] < low))
    shared = table.groupby(x)["group"].transform("nunique") > 1
    for place, (name, (colour, dash, mark)) in enumerate(zip(names, lines(len(names)), strict=True)):
        rows = table[table["group"] == name]
        steps = (place - (len(names) - 1) / 2) * shared[rows.index]  # a group alone stays at its tick
        rows = rows.assign(at=rows[x] * (1 + APART) ** steps)
        means = rows.groupby("at").agg(mean=(measure, "mean"), lost=("lost", "any"))
        upper.plot(means["mean"].mask(means["lost"]), color=colour, linestyle=dash)
        beside = rows.groupby(x).cumcount() - (rows.groupby(x)[x].transform("size") - 1) / 2
        points = rows.assign(at=rows["at"] * (1 + APART) ** (beside / 4))[~rows["lost"]]
        for own, look in (
            (points[~points["marked"]], {"markersize": 4.5}),
            (points[points["marked"]], {"markersize": 6.5, "markerfacecolor": "white"}),
        ):
            upper.plot(own["at"], own[measure], mark, color=colour, alpha=0.85, zorder=3, **look)
        for value, own in rows[rows["lost"]].groupby(x):
            told = f"{len(own)} of {(rows[x] == value).sum()}"
            strip.text(value, place, told, color=colour, fontsize=9.5, ha="center", va="center")
        strip.plot(-0.012, place, mark, color=colour, clip_on=False, transform=strip.get_yaxis_transform())
    upper.set(xscale="log", ylabel=ylabel)
    upper.minorticks_off()
    upper.margins(y=0.06)
    if low:
        upper.set_ylim(bottom=low)
    strip.set(xlabel=xlabel, yticks=range(len(names)), yticklabels=names, ylim=(len(names) - 0.4, -0.6))
    strip.set_xticks(values := sorted(table[x].unique()), [f"{value:g}" for value in values])
    strip.minorticks_off()
    strip.tick_params(axis="y", length=0, pad=12, labelsize=9.5)
    strip.set_facecolor("#f3f5f6")
    strip.grid(False)
    strip.set_title(lost if table["lost"].any() else f"{lost}: none", fontsize=9.5, fontweight="normal")
    return figure
