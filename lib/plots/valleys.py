"""Steps in a valley of the loss, as a textbook draws them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from lib.plots.curves import lines, with_band
from lib.plots.style import COLOURS, axes_of, styled

QUIET = "#8b969d"
WIDTH = 9
STEEP = 50


@styled
def parabolas(walks: Mapping[str, Sequence[float]]) -> Figure:
    """Return a panel for each walk in the valley loss = w², with a point for each place; the first one is hollow.

    walks: title -> where the weight stands before the first step, and after each.
    """
    figure, axes = axes_of(1, len(walks), WIDTH, 1.8, sharey=True)
    far = 1.08 * max(float(np.abs(places).max()) for places in walks.values())
    valley = np.linspace(-far, far, 200)
    for axis, (title, walk) in zip(axes.flat, walks.items(), strict=True):
        places = np.asarray(walk, float)
        axis.plot(valley, valley**2, color=QUIET, linewidth=1.2)
        axis.plot(places, places**2, "-", color=COLOURS[1], linewidth=1.2)
        axis.plot(places[1:], places[1:] ** 2, "o", color=COLOURS[1], markersize=5)
        axis.plot(places[0], places[0] ** 2, "o", color=COLOURS[1], markerfacecolor="white", markersize=7, zorder=3)
        axis.set(title=title, xlabel="weight")
        axis.set_xticks([0])
        axis.set_yticks([0])
    axes[0, 0].set_ylabel("loss")
    return figure


@styled
def walks_and_curves(
    walks: Mapping[str, np.ndarray], histories: Mapping[str, list[pd.DataFrame]], measure: str, ylabel: str
) -> Figure:
    """Return on the left the walks of optimisers in a narrow valley, on the right what each trains to by epoch.

    walks: name -> places of two weights, (steps + 1, 2); the valley is lowest at 0 and `STEEP` times as steep across.
    histories: of the same names, the `history` of each seed. A name has one colour in both panels.
    """
    figure, axes = axes_of(1, 2, WIDTH, 3.0, width_ratios=[1.1, 1])
    left, right = axes[0]
    everywhere = np.concatenate(list(walks.values()))
    ends = [(low - 0.08 * (high - low), high + 0.08 * (high - low)) for low, high in zip(
        np.minimum(everywhere.min(axis=0), 0), np.maximum(everywhere.max(axis=0), 0), strict=True
    )]  # fmt: skip
    along, across = np.meshgrid(*(np.linspace(*each, 120) for each in ends))
    height = along**2 + STEEP * across**2
    left.contour(along, across, height, levels=height.max() * np.linspace(0.01, 1, 9) ** 2, colors="#c3cbd0",
                 linewidths=0.8)  # fmt: skip
    for (colour, _, mark), (name, places) in zip(lines(len(walks)), walks.items(), strict=True):
        left.plot(places[:, 0], places[:, 1], "-", marker=mark, color=colour, linewidth=1, markersize=3.5, label=name)
    left.plot(0, 0, "*", color="#333333", markersize=12, zorder=4)
    left.set(xlabel="along the valley", ylabel="across it", xticks=[], yticks=[])
    left.grid(False)
    for (colour, dash, _), (name, runs) in zip(lines(len(histories)), histories.items(), strict=True):
        with_band(right, runs, "epoch", measure, colour, name, dash)
    right.set(xlabel="epoch", ylabel=ylabel)
    right.xaxis.get_major_locator().set_params(integer=True)
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure
