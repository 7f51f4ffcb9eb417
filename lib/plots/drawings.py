"""Drawings of how networks are put together."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from lib.plots.style import COLOURS, axes_of, styled

GREY = "#58636b"
UP = {"head": 16.0, "scratch": 2.0}  # where the two rows stand


@styled
def reused(image: np.ndarray, backbone, whole, scratch, before: str, learns: str) -> Figure:
    """Return two ways from a picture to an answer: a frozen backbone with a head, and a network from scratch.

    image: uint8 (H, W, C). backbone, whole (backbone and head), scratch: Keras networks. before: what the backbone
    learned, in two lines. learns: from what the others learn.
    """
    base, every, own = (network.count_params() for network in (backbone, whole, scratch))
    texts = {
        "backbone": f"backbone, frozen: {base:,} weights\n{before}",
        "head": f"head: {every - base:,} weights\nlearns from\n{learns}",
        "scratch": f"network from scratch: {own:,} weights\nlearns all of them from the same {learns}",
    }
    figure, axes = axes_of(1, 1, 9, 2.3)
    axis = axes[0, 0]
    for name, up in UP.items():
        height = 11.0
        width = height * image.shape[1] / image.shape[0]
        axis.imshow(image[..., 0] if image.shape[-1] == 1 else image, extent=(4, 4 + width, up, up + height), vmax=255)
        if name == "head":
            _box(axis, 21, 30, up, texts["backbone"], GREY, dashed=True)
            axis.text(58, up + 5.5, f"{backbone.output_shape[-1]:,}\nfeatures", ha="center", va="center", fontsize=9.5)
            _box(axis, 65, 17, up, texts["head"], COLOURS[1])
            ways = [(15, 20), (52, 54), (62, 64), (83, 87)]
        else:
            _box(axis, 21, 61, up, texts["scratch"], COLOURS[0])
            ways = [(15, 20), (83, 87)]
        for begin, end in ways:
            axis.annotate("", (end, up + 5.5), (begin, up + 5.5), arrowprops={"arrowstyle": "->", "color": GREY})
        axis.text(88, up + 5.5, "answer", va="center", fontsize=9.5)
    axis.set(xlim=(0, 100), ylim=(1, 28), aspect="auto")
    axis.axis("off")
    return figure


def _box(axis: Axes, left: float, width: float, up: float, text: str, colour, dashed: bool = False) -> None:
    style = {"edgecolor": colour, "linewidth": 2, "linestyle": "--" if dashed else "-"}
    box = FancyBboxPatch((left, up), width, 11, "round,pad=0,rounding_size=1", facecolor=(*_rgb(colour), 0.1), **style)
    axis.add_patch(box)
    axis.text(left + width / 2, up + 5.5, text, ha="center", va="center", fontsize=9.5)


def _rgb(colour) -> tuple[float, float, float]:
    from matplotlib.colors import to_rgb

    return to_rgb(colour)


@styled
def chain(stations: Sequence[tuple[str, tuple[int, ...], int]]) -> Figure:
    """Return what a network makes of a picture as a chain of boxes: as high as the maps are, and their weights below.

    stations: what a layer is called, the shape that it gives, and the number of its weights. The layer with most of
    them stands out.
    """
    figure, axes = axes_of(1, 1, 9, 1.7)
    axis, most = axes[0, 0], max(weights for _, _, weights in stations)
    highest = max(shape[0] for _, shape, _ in stations if len(shape) > 1)
    for place, (name, shape, weights) in enumerate(stations):
        high = shape[0] / highest if len(shape) > 1 else 0.16
        colour = COLOURS[1] if weights == most > 0 else COLOURS[0] if weights else "#b8c1c7"
        axis.bar(place, high, 0.5, bottom=-high / 2, color=colour)
        if place:
            arrow = {"arrowstyle": "->", "color": GREY}
            axis.annotate("", (place - 0.27, 0), (place - 0.73, 0), arrowprops=arrow)
        sides = "×".join(f"{side:,}" for side in shape)
        axis.text(place, 0.58, f"{name}\n{sides}", ha="center", va="bottom", fontsize=10)
        told = f"{weights:,}\nweights" if weights else "no\nweights"
        weight = "bold" if weights == most else "normal"
        axis.text(place, -0.58, told, ha="center", va="top", fontsize=10, fontweight=weight)
    axis.set(xlim=(-0.5, len(stations) - 0.5), ylim=(-1.05, 1.05))
    axis.axis("off")
    return figure
