"""What a network sees in pictures from outside, and what it says of them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from lib.plots.heat_maps import over
from lib.plots.pictures import picture
from lib.plots.style import COLOURS, axes_of, styled

ENLARGED = 112  # pixels of a heat map's side
SHOWN = 5  # classes with a bar


@styled
def answers(
    originals: Sequence[np.ndarray],
    seen: np.ndarray,
    maps: np.ndarray,
    probabilities: np.ndarray,
    classes: Sequence[str],
    titles: Sequence[str],
    doubtful: Sequence[bool] = (),
) -> Figure:
    """Return a row for each picture: itself, what the network saw, its heat map, bars of the likeliest classes.

    originals: uint8 (h, w, 3), of any sizes. seen: uint8 (N, H, W, 1). maps: signed, (N, h, w). probabilities: (N,
    classes). doubtful: whose bars are grey, because the picture is unlike the training pictures.
    """
    number = len(titles)
    figure, axes = axes_of(number, 4, 9, 1.55 * number + 0.3, width_ratios=[1, 1, 1, 2.2])
    for k, row in enumerate(axes):
        picture(row[0], originals[k], titles[k])
        picture(row[1], seen[k], "what the network saw" if k == 0 else "")
        picture(row[2], over(seen[k], maps[k], ENLARGED), "what spoke for it" if k == 0 else "")
        best = np.argsort(-probabilities[k], kind="stable")[:SHOWN][::-1]
        colour = "#8b969d" if len(doubtful) and doubtful[k] else COLOURS[0]
        row[3].barh([classes[c] for c in best], probabilities[k][best], color=colour)
        row[3].set(xlim=(0, 1), xticks=[0, 0.5, 1])
        row[3].tick_params(labelsize=8, length=0)
        row[3].grid(False)
        row[3].tick_params(axis="x", labelbottom=k == number - 1)
    axes[-1, 3].set_xlabel("probability", fontsize=8)
    return figure
