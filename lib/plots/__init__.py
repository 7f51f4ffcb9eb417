"""Figures for reports: one a function, each returns a matplotlib Figure and takes data, not models.

style     how every figure looks;  lettering: people's words in it
pictures  pictures side by side
curves    lines over epochs;  responses: over a setting
tables    matrices, intervals, sizes;  matrices: confusion matrices to add up, or to set side by side
rows      a row for each method or training, with several numbers on it
panels    flat figures: curves in a row, intervals with numbers
drawings  how networks are put together
heat_maps  where a network looks;  checks: what is asked of its maps, and which pass
heads      a network with several heads, drawn as boxes
falls     where a curve falls
searches   what the tries of a search were worth, and what it gains
valleys   steps in a valley of the loss
trade_offs  systems beside one another: cost, classes, confidence
answers    pictures from outside: what a network saw of them, and what it said
"""

from lib.plots.answers import answers
from lib.plots.checks import framed, inside, passes
from lib.plots.curves import fitting, loss_curves, one_training, rates_and_falls, setting_colours
from lib.plots.drawings import chain, reused
from lib.plots.falls import falls
from lib.plots.heads import heads
from lib.plots.heat_maps import heat_maps, relative
from lib.plots.matrices import added_up, confusions
from lib.plots.panels import in_a_row, learning, numbered
from lib.plots.pictures import answered, changed, halves, pairs, pictures, strips
from lib.plots.responses import response, responses
from lib.plots.rows import gains, once_more, seed_by_seed, twice, ways
from lib.plots.searches import before_and_after, searched, shifted
from lib.plots.style import png
from lib.plots.tables import bars, beside, confusion, intervals, stacked
from lib.plots.trade_offs import over_labels, reliability, time_to_accuracy, trade_off
from lib.plots.valleys import parabolas, walks

__all__ = [
    "added_up", "answered", "answers", "bars", "before_and_after", "beside", "chain",
    "changed", "confusion", "confusions", "falls", "fitting", "framed", "gains", "halves",
    "heads", "heat_maps", "in_a_row", "inside", "intervals", "learning", "loss_curves",
    "numbered", "once_more", "one_training", "over_labels", "pairs", "parabolas", "passes",
    "pictures", "png", "rates_and_falls", "relative", "reliability", "response",
    "responses", "reused", "searched", "seed_by_seed", "setting_colours",
    "shifted", "stacked", "strips", "time_to_accuracy", "trade_off", "twice", "walks",
    "ways",
]  # fmt: skip
