"""A network with several heads, drawn as boxes and arrows."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from lib.plots.style import COLOURS, axes_of, styled
from lib.plots.trade_offs import QUIET

LONGEST = 18  # letters of a question's name in a box


@styled
def heads(picture: Sequence[int], filters: Sequence[int], numbers: int, answers: Mapping[str, int]) -> Figure:
    """Return a drawing of a trunk (convolutions, then a list of numbers) and its heads, each with a loss, and the sum.

    picture: rows, columns, channels. filters: of each convolution. numbers: how long the list is. answers: what each
    head names -> its number of classes.
    """
    figure, axes = axes_of(1, 1, 9, 0.62 * len(answers) + 0.45)
    axis, middle = axes[0, 0], (len(answers) - 1) / 2
    axis.axis("off")
    axis.set(xlim=(0, 9), ylim=(len(answers) - 0.45, -0.95))
    seen = _box(axis, 0.7, middle, f"picture\n{' x '.join(map(str, picture))}", QUIET)
    found = _box(
        axis, 2.65, middle, f"{len(filters)} convolutions\n{', '.join(map(str, filters))} channels", COLOURS[0]
    )
    numbered = _box(axis, 4.5, middle, f"list of\n{numbers:,} numbers", COLOURS[0])
    added = _box(axis, 8.7, middle, "sum", QUIET)
    _arrow(axis, seen, found)
    _arrow(axis, found, numbered)
    for place, (name, classes) in enumerate(answers.items()):
        short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
        head = _box(axis, 6.3, place, f"head {short}\n{classes} logits", COLOURS[1])
        loss = _box(axis, 7.7, place, "loss", QUIET)
        _arrow(axis, numbered, head)
        _arrow(axis, head, loss)
        _arrow(axis, loss, added)
    for across, word, colour in ((3.5, "trunk", COLOURS[0]), (6.3, "heads", COLOURS[1])):
        axis.text(across, -0.8, word, fontsize=11, fontweight="bold", color=colour, ha="center", va="center")
    return figure


def _box(axis: Axes, across: float, down: float, text: str, colour) -> Text:
    box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": colour, "linewidth": 1.5}
    return axis.text(across, down, text, fontsize=10, ha="center", va="center", bbox=box)


def _arrow(axis: Axes, begin: Text, end: Text) -> None:
    """Draw an arrow from one box to another one."""
    look = {"arrowstyle": "->", "color": QUIET, "shrinkA": 3, "shrinkB": 3}
    look |= {"patchA": begin.get_bbox_patch(), "patchB": end.get_bbox_patch()}
    axis.annotate("", end.get_position(), begin.get_position(), arrowprops=look)
