"""Steps in a valley of the loss, as a textbook draws them."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from lib.plots.curves import lines
from lib.plots.style import COLOURS, axes_of, styled

QUIET = "#8b969d"
WIDTH = 9
STEEP = 50


@styled
def parabolas(walks: Mapping[str, Sequence[float]]) -> Figure:
    """Return a panel for each walk in the valley loss = w², with a point for each place; the first one is hollow.

    walks: title -> where the weight stands before the first step, and after each.
    """
    figure, axes = axes_of(1, len(walks), WIDTH, 2.3, sharey=True)
    far = 1.08 * max(float(np.abs(places).max()) for places in walks.values())
    valley = np.linspace(-far, far, 200)
    for axis, (title, walk) in zip(axes.flat, walks.items(), strict=True):
        places = np.asarray(walk, float)
        axis.plot(valley, valley**2, color=QUIET, linewidth=1.2)
        axis.plot(places, places**2, "-", color=COLOURS[1], linewidth=1.2)
        axis.plot(places[1:], places[1:] ** 2, "o", color=COLOURS[1], markersize=4)
        axis.plot(places[0], places[0] ** 2, "o", color=COLOURS[1], markerfacecolor="white", markersize=7, zorder=3)
        axis.set(title=title, xlabel="weight")
        axis.set_xticks([0])
        axis.set_yticks([0])
    axes[0, 0].set_ylabel("loss")
    return figure


@styled
def walks(walks: Mapping[str, np.ndarray]) -> Figure:
    """Return a panel for each walk in a narrow valley, a point a place, and below it how far along it came.

    walks: title, such as "SGD, rate 0.8" -> places of two weights, (steps + 1, 2); the valley is lowest at 0 and
    `STEEP` times as steep across.
    """
    figure, axes = axes_of(1, len(walks), WIDTH, 2.3, sharex=True, sharey=True)
    everywhere = np.concatenate([*walks.values(), np.zeros((1, 2))])
    low, high = everywhere.min(axis=0), everywhere.max(axis=0)
    edge = 0.08 * (high - low)
    along, across = np.meshgrid(*np.linspace(low - edge, high + edge, 120).T)
    height = along**2 + STEEP * across**2
    levels = height.max() * np.linspace(0.01, 1, 9) ** 2
    looks = lines(len(walks))
    for axis, (title, places), (colour, _, _) in zip(axes.flat, walks.items(), looks, strict=True):
        axis.contour(along, across, height, levels=levels, colors="#d5dbdf", linewidths=0.8)
        axis.plot(*places.T, "-o", color=colour, linewidth=0.9, markersize=3)
        axis.plot(*places[0], "o", color=colour, markerfacecolor="white", markersize=7, zorder=3)
        axis.plot(0, 0, "*", color="#333333", markersize=12, markeredgecolor="white", zorder=6)
        axis.plot(*places[-1], "o", color=colour, markeredgecolor="black", markersize=8, zorder=5)
        way = 1 - abs(places[-1, 0] / places[0, 0])
        axis.set_title(title.replace(", ", "\n"), fontsize=10.5)
        axis.set(xlabel=f"along the valley\n{len(places) - 1} steps: {way:.0%} of the way", xticks=[], yticks=[])
        axis.grid(False)
    axes[0, 0].set_ylabel("across the valley")
    return figure
