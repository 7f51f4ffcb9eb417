"""How every figure looks."""

import base64
import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
}  # fmt: skip


@contextmanager
def own_style() -> Iterator[None]:
    """Draw and save with the kit's style and matplotlib's defaults: a matplotlibrc of the user changes no figure.

    Nobody else's settings are changed.
    """
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        yield


def png(figure: Figure, dpi: int = 120) -> str:
    """Return a figure as PNG, in base64."""
    stream = io.BytesIO()
    with own_style():
        figure.savefig(stream, format="png", dpi=dpi)
    return base64.b64encode(stream.getvalue()).decode()


def shown(figure: Figure, alt: str, caption: str, thumbnail: bool = False) -> tuple[dict, dict]:
    """Return a figure as data and metadata for IPython; alt and caption also tell what letters could not be drawn."""
    with own_style():
        told = lettering.settled(figure)
    about = {"alt": f"{alt} {told}".strip(), "caption": f"{caption} {told}".strip(), "thumbnail": thumbnail}
    return {"image/png": png(figure)}, {"image/png": about}


def styled(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Draw with the kit's style (`own_style`)."""

    @wraps(draw)
    def drawn(*arguments, **named) -> Figure:
        with own_style(), matplotlib.rc_context({"text.parse_math": False}), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing")  # seaborn measures words before they are settled
            return lettering.literal(draw(*arguments, **named))

    return drawn


def axes_of(rows: int, columns: int, width: float, height: float, **options) -> tuple[Figure, np.ndarray]:
    """Return a figure of so many inches, and its axes (rows, columns)."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


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
