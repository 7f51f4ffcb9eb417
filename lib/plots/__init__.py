"""Figures for reports: one a function, each returns a matplotlib Figure and takes data, not models.

style     how every figure looks;  lettering: people's words in it
pictures  pictures side by side
curves    lines: over epochs, over a setting
panels    flat figures: curves in a row, intervals with numbers, a network as boxes
tables    matrices, intervals, shares, sizes
heat_maps  where a network looks, and which checks a map passes
trade_offs  systems beside one another: cost, classes, confidence
answers    pictures from outside: what a network saw of them, and what it said
"""

from lib.plots.answers import answers
from lib.plots.curves import curves, fitting, learning_curves, response, time_to_accuracy
from lib.plots.heat_maps import heat_maps, passes, relative
from lib.plots.panels import chain, in_a_row, learning, numbered
from lib.plots.pictures import pairs, pictures
from lib.plots.style import png
from lib.plots.tables import class_dots, confusion, intervals, shares
from lib.plots.trade_offs import trade_off

__all__ = [
    "answers", "chain", "class_dots", "confusion", "curves", "fitting", "heat_maps", "in_a_row", "intervals",
    "learning", "learning_curves", "numbered", "pairs", "passes", "pictures", "png", "relative", "response", "shares",
    "time_to_accuracy", "trade_off",
]  # fmt: skip
