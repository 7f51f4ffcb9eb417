"""Figures for reports: one a function, each returns a matplotlib Figure and takes data, not models.

style     how every figure looks;  lettering: people's words in it
pictures  pictures side by side
curves    lines: over epochs, over a setting
tables    matrices, intervals, shares, sizes
heat_maps  where a network looks, and which checks a map passes
trade_offs  systems beside one another: cost, classes, confidence
answers    pictures from outside: what a network saw of them, and what it said
"""

from lib.plots.answers import answers
from lib.plots.curves import curves, fitting, learning_curves, over_labels, response, time_to_accuracy
from lib.plots.drawings import reused
from lib.plots.heat_maps import heat_maps, passes, relative
from lib.plots.pictures import nearest, pairs, pictures
from lib.plots.style import png
from lib.plots.tables import class_dots, confusion, differences, intervals, shares, with_difference
from lib.plots.trade_offs import trade_off

__all__ = [
    "answers", "class_dots", "confusion", "curves", "differences", "fitting", "heat_maps",
    "intervals", "learning_curves", "nearest", "over_labels", "pairs", "passes", "pictures", "png", "relative",
    "response", "reused", "shares", "time_to_accuracy", "trade_off", "with_difference",
]  # fmt: skip
