"""How every figure looks, and what becomes of one that cannot be drawn."""

import io
import os
from collections.abc import Callable
from functools import wraps

import matplotlib
import numpy as np
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

COLOURS = seaborn.color_palette("colorblind")
STYLE = {
    **seaborn.axes_style("whitegrid"),
    "font.family": "sans-serif", "font.size": 10, "axes.titlesize": 11, "axes.titleweight": "bold",
    "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "#8b969d",
    "grid.color": "#e3e7ea", "legend.frameon": False, "image.cmap": "gray", "image.interpolation": "nearest",
}  # fmt: skip


def styled(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Draw with the kit's style, without changing matplotlib's settings for anybody else.

    In a report a figure that fails is an empty one that knows why: it must not cost the cells below it.
    """

    @wraps(draw)
    def drawn(*arguments, **named) -> Figure:
        try:
            with matplotlib.rc_context(STYLE):
                return draw(*arguments, **named)
        except Exception as error:
            if not _in_a_report():
                raise
            return nothing(_why(error))

    return drawn


def nothing(why: str) -> Figure:
    """Return a figure that shows nothing, which a page answers with why (`png`)."""
    empty = Figure()
    empty.subplots()
    empty.not_drawn = why  # type: ignore[attr-defined]
    return empty


def png(figure: Figure) -> tuple[bytes, str]:
    """Return a figure as PNG and "", or b"" and why there is none; outside of reports one that fails raises."""
    if why := getattr(figure, "not_drawn", ""):
        return b"", why
    content = io.BytesIO()
    try:
        figure.savefig(content, format="png", dpi=120)
    except Exception as error:
        if not _in_a_report():
            raise
        return b"", _why(error)
    return content.getvalue(), ""


def _in_a_report() -> bool:
    return bool(os.environ.get("LOOKBOOK_OUTPUT"))


def _why(error: Exception) -> str:
    return f"it cannot be drawn (`{' '.join(f'{type(error).__name__}: {error}'.split())[:300]}`)"


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
