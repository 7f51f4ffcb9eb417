"""Curves of which each fall is marked: how jagged they are."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from lib.plots.style import axes_of, nothing, styled

FELL, ROSE = "#b02a1b", "#58636b"
PALE = "#c3c9cd"


@styled
def falls(histories: Mapping[str, list[pd.DataFrame]]) -> Figure:
    """Return validation accuracy by epoch, a panel a system: where the first seed falls it is red, with the points.

    histories: title -> the history of each seed; all but the first are pale. The title also has the first one's falls
    added up, and the mean over seeds.
    """
    curves = {
        name: [each.set_index("epoch")["val_accuracy"].dropna() for each in own] for name, own in histories.items()
    }
    if not any(len(own[0]) > 1 for own in curves.values()):
        return nothing("no training has two epochs with a figure")
    figure, axes = axes_of(1, len(curves), 9, 1.9, sharey=True)
    for axis, (name, (curve, *others)) in zip(axes.flat, curves.items(), strict=True):
        for other in others:
            axis.plot(other, color=PALE, linewidth=1.2)
        axis.plot(curve, ".-", color=ROSE)
        fell = curve.diff()[curve.diff() < 0]
        for epoch, size in fell.items():
            two = curve.loc[:epoch].iloc[-2:]
            axis.plot(two, color=FELL, linewidth=3)
            axis.annotate(
                f"{-100 * size:.1f}", (two.index[1], two.iloc[1]), (0, -7), textcoords="offset points", ha="center",
                va="top", fontsize=9.5, color=FELL,
            )  # fmt: skip
        every = [-100 * own.diff().clip(upper=0).sum() + 0.0 for own in (curve, *others) if len(own) > 1]
        mean = f", mean of all {np.mean(every):.1f}" if others and every else ""
        axis.set_title(f"{name}: falls of {-100 * fell.sum() + 0.0:.1f} points{mean}", fontsize=10.5)
        axis.set_xlabel("epoch")
        axis.margins(x=0.06, y=0.22)
        axis.xaxis.get_major_locator().set_params(integer=True)
    axes[0, 0].set_ylabel("accuracy")
    return figure
