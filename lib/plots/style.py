"""How every figure looks, and what becomes of one that cannot be drawn."""

import base64
import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

import matplotlib
import numpy as np
import seaborn
from matplotlib import ticker
from matplotlib.figure import Figure

from lib.base import paths
from lib.plots import lettering

COLOURS = seaborn.color_palette("colorblind")
STYLE = {
    **seaborn.axes_style("whitegrid"),
    "font.family": "sans-serif", "font.size": 11, "axes.titlesize": 11.5, "axes.titleweight": "bold",
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
        lettering.known()
        yield


def png(figure: Figure, dpi: int = 120) -> str:
    """Return a figure as PNG, in base64."""
    stream = io.BytesIO()
    with own_style():
        figure.savefig(stream, format="png", dpi=dpi)
    return base64.b64encode(stream.getvalue()).decode()


def styled(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Draw with the kit's style (`own_style`).

    In a report a figure that fails is an empty one that knows why: it must not cost the cells below it.
    """

    @wraps(draw)
    def drawn(*arguments, **named) -> Figure:
        try:
            with own_style(), matplotlib.rc_context({"text.parse_math": False}), warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Glyph .* missing")  # seaborn measures words before they are settled
                return as_text_tells(lettering.literal(draw(*arguments, **named)))
        except Exception as error:
            if not paths.for_a_report():
                raise
            return nothing(_why(error))

    return drawn


def as_text_tells(figure: Figure) -> Figure:
    """Write accuracies at a figure's axes in percent, their differences in points, as sentences do.

    Which axis this is, its label says; one whose ticks have words of their own stays as it is.
    """
    for axis in [axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)]:
        label = axis.get_label_text()
        if not re.search("accuracy|^share of", label) or not isinstance(
            axis.get_major_formatter(), ticker.ScalarFormatter
        ):
            continue
        if "minus" in label or "difference" in label:
            axis.set_label_text(f"{label}, in points")
            axis.set_major_formatter(lambda value, _: f"{value * 100:+.4g}" if value else "0")
        else:
            axis.set_major_formatter(lambda value, _: f"{value * 100:.4g}%")
    return figure


def nothing(why: str) -> Figure:
    """Return a figure that shows nothing, which a page answers with why (`tried`)."""
    empty = Figure()
    empty.subplots()
    empty.not_drawn = why  # type: ignore[attr-defined]
    return empty


def tried(figure: Figure) -> tuple[str, str]:
    """Return a figure as `png` and "", or "" and why there is none; outside of reports one that fails raises."""
    if why := getattr(figure, "not_drawn", ""):
        return "", why
    try:
        with own_style():
            figure.told = lettering.settled(figure)  # type: ignore[attr-defined]
        return png(figure), ""
    except Exception as error:
        if not paths.for_a_report():
            raise
        return "", _why(error)


def about(figure: Figure, alt: str, caption: str, thumbnail: bool) -> dict:
    """Return what a page says of a figure that was `tried`: also which letters could not be drawn, and what for."""
    told = getattr(figure, "told", "")
    return {"alt": f"{alt} {told}".strip(), "caption": f"{caption} {told}".strip(), "thumbnail": thumbnail}


def _why(error: Exception) -> str:
    return f"it cannot be drawn (`{' '.join(f'{type(error).__name__}: {error}'.split())[:300]}`)"


def axes_of(rows: int, columns: int, width: float, height: float, **options) -> tuple[Figure, np.ndarray]:
    """Return a figure of so many inches, and its axes (rows, columns)."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def colours(number: int) -> list:
    """Return so many colours that can be told apart."""
    return COLOURS[:number] if number <= len(COLOURS) else seaborn.color_palette("husl", number)
