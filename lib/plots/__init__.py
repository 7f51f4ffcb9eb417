"""Figures for reports: one a function, each returns a matplotlib Figure and takes data, not models.

style     how every figure looks;  lettering: people's words in it
pictures  pictures side by side
curves    lines: over epochs, over a setting
tables    matrices, intervals, shares, sizes
heat_maps  where a network looks, and which checks a map passes
heads      a network with several heads, drawn as boxes
trade_offs  systems beside one another: cost, classes, confidence
answers    pictures from outside: what a network saw of them, and what it said
"""

from lib.plots.answers import answers
from lib.plots.curves import curves, fitting, learning_curves, response, time_to_accuracy
from lib.plots.heads import heads
from lib.plots.heat_maps import heat_maps, passes, relative
from lib.plots.pictures import answered, pairs, pictures
from lib.plots.style import png
from lib.plots.tables import class_dots, confusion, differences, intervals, shares
from lib.plots.trade_offs import trade_off

__all__ = [
    "answered", "answers", "class_dots", "confusion", "curves", "differences", "fitting", "heads", "heat_maps",
    "intervals", "learning_curves", "pairs", "passes", "pictures", "png", "relative",
    "response", "shares", "time_to_accuracy", "trade_off",
]  # fmt: skip
