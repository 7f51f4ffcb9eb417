"""What a network sees in pictures from outside, and what it says of them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lib.plots.heat_maps import over
from lib.plots.pictures import bare, picture
from lib.plots.style import COLOURS, axes_of, styled

ENLARGED = 112  # pixels of a heat map's side
SHOWN = 3  # classes with a bar
ABREAST = 2  # pictures side by side, where there are several
GREY = "#8b969d"


@styled
def answers(
    originals: Sequence[np.ndarray],
    seen: np.ndarray,
    maps: np.ndarray | None,
    probabilities: np.ndarray,
    classes: Sequence[str],
    titles: Sequence[str],
    doubtful: Sequence[bool] = (),
) -> Figure:
    """Return for each picture: itself, what the network saw, its heat map, bars of the likeliest classes.

    originals: uint8 (h, w, 3), of any sizes. seen: uint8 (N, H, W, 1). maps: signed, (N, h, w); None: no heat maps.
    probabilities: (N, classes). doubtful: whose bars are grey, because the picture is unlike the training pictures.
    """
    number = len(titles)
    abreast = 1 if maps is not None or number == 1 else ABREAST
    each = 3 if maps is None else 4
    rows = -(-number // abreast)
    wide = [1, 1, 2.1] if maps is None else [1, 1, 1, 2.4]
    figure, axes = axes_of(
        rows, each * abreast, 9, (1.7 if abreast == 1 else 1.45) * rows + 0.2, width_ratios=wide * abreast
    )
    for k, cells in enumerate(axes.reshape(rows * abreast, each)):
        if k >= number:
            for axis in cells:
                bare(axis)
            continue
        picture(cells[0], originals[k])
        picture(cells[1], seen[k])
        if maps is not None:
            picture(cells[2], over(seen[k], maps[k], ENLARGED))
            if k == 0:
                heads = ("what the network\ngets", "red: for it\nblue: against it", "the likeliest answers")
                for axis, head in zip(cells[1:], heads, strict=True):
                    axis.set_title(head, fontsize=9.5, fontweight="normal", loc="left")
        cells[0].set_title(titles[k], fontsize=10, fontweight="normal", loc="left")
        _bars(cells[-1], probabilities[k], classes, GREY if len(doubtful) and doubtful[k] else COLOURS[0])
    return figure


def _bars(axis: Axes, probabilities: np.ndarray, classes: Sequence[str], colour: object) -> None:
    """Draw the likeliest classes, each with its percentage behind its bar."""
    best = np.argsort(-probabilities, kind="stable")[:SHOWN][::-1]
    axis.barh([classes[c] for c in best], probabilities[best], color=colour, height=0.7)
    for place, share in enumerate(probabilities[best]):
        axis.text(share + 0.03, place, _percent(share), va="center", fontsize=10)
    axis.set(xlim=(0, 1.5), xticks=[])
    axis.tick_params(labelsize=10, length=0)
    axis.grid(False)
    axis.spines["bottom"].set_visible(False)


def _percent(share: float) -> str:
    return "<1%" if share < 0.005 else f"{share:.0%}"
