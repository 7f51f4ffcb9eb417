"""A network with several heads, drawn as boxes and arrows."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lib.plots.style import COLOURS, axes_of, styled
from lib.plots.trade_offs import QUIET

LONGEST = 18  # letters of a question's name in a box


@styled
def heads(picture: Sequence[int], filters: Sequence[int], numbers: int, answers: Mapping[str, int]) -> Figure:
    """Return a drawing of a trunk (convolutions, then a list of numbers) and its heads, each with a loss, and the sum.

    picture: rows, columns, channels. filters: of each convolution. numbers: how long the list is. answers: what each
    head names -> its number of classes.
    """
    figure, axes = axes_of(1, 1, 9, 0.75 * len(answers) + 0.6)
    axis, middle = axes[0, 0], (len(answers) - 1) / 2
    axis.axis("off")
    axis.set(xlim=(0, 9), ylim=(len(answers) - 0.45, -0.95))
    size = " x ".join(str(side) for side in picture)
    _box(axis, 0.8, middle, f"picture\n{size}", QUIET)
    _box(axis, 2.6, middle, f"{len(filters)} convolutions\n{', '.join(map(str, filters))} channels", COLOURS[0])
    _box(axis, 4.3, middle, f"list of\n{numbers:,} numbers", COLOURS[0])
    for begin, end in ((1.45, 1.75), (3.45, 3.6)):
        _arrow(axis, begin, middle, end, middle)
    for place, (name, classes) in enumerate(answers.items()):
        short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
        _box(axis, 6.25, place, f"head {short}\n{classes} logits", COLOURS[1])
        _box(axis, 7.85, place, "loss", QUIET)
        _arrow(axis, 5.0, middle, 5.35, place)
        _arrow(axis, 7.15, place, 7.5, place)
        _arrow(axis, 8.2, place, 8.5, middle)
    _box(axis, 8.75, middle, "sum", QUIET)
    for across, word, colour in ((3.45, "trunk", COLOURS[0]), (6.25, "heads", COLOURS[1])):
        axis.text(across, -0.8, word, fontsize=11, fontweight="bold", color=colour, ha="center", va="center")
    return figure


def _box(axis: Axes, across: float, down: float, text: str, colour) -> None:
    box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": colour, "linewidth": 1.5}
    axis.text(across, down, text, fontsize=10, ha="center", va="center", bbox=box)


def _arrow(axis: Axes, begin: float, above: float, end: float, below: float) -> None:
    axis.annotate("", (end, below), (begin, above), arrowprops={"arrowstyle": "->", "color": QUIET})
