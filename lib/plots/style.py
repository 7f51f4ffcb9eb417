"""How every figure looks."""

import base64
import io
import warnings
from collections.abc import Callable
from functools import wraps

import matplotlib
import numpy as np
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lib.plots import lettering

COLOURS = seaborn.color_palette("colorblind")
STYLE = {
    **seaborn.axes_style("whitegrid"),
    "font.family": "sans-serif", "font.size": 10, "axes.titlesize": 11, "axes.titleweight": "bold",
    "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "#8b969d",
    "grid.color": "#e3e7ea", "legend.frameon": False, "image.cmap": "gray", "image.interpolation": "nearest",
    "text.parse_math": False,
}  # fmt: skip


def styled(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Draw with the kit's style, without changing matplotlib's settings for anybody else."""

    @wraps(draw)
    def drawn(*arguments, **named) -> Figure:
        with matplotlib.rc_context(STYLE), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing")  # seaborn measures words before they are settled
            return lettering.literal(draw(*arguments, **named))

    return drawn


def axes_of(rows: int, columns: int, width: float, height: float, **options) -> tuple[Figure, np.ndarray]:
    """Return a figure of so many inches, and its axes (rows, columns)."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def png(figure: Figure) -> tuple[str, str]:
    """Return a figure as base64 PNG, and what its caption has to add (`lib.plots.lettering`), mostly nothing."""
    told = lettering.settled(figure)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=120)
    return base64.b64encode(file.getvalue()).decode(), told


def without_frame(axis: Axes) -> None:
    """Leave the names of columns, on top, and of rows: no ticks, no grid, no frame."""
    axis.xaxis.tick_top()
    axis.tick_params(length=0)
    axis.grid(False)
    for spine in axis.spines.values():
        spine.set_visible(False)


def colours(number: int) -> list:
    """Return so many colours that can be told apart."""
    return COLOURS[:number] if number <= len(COLOURS) else seaborn.color_palette("husl", number)
