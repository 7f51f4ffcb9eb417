"""Figures for reports: one a function, each returns a matplotlib Figure and takes data, not models.

style     how every figure looks
pictures  pictures side by side
curves    lines: over epochs, over a setting, over a threshold
tables    matrices, intervals, shares, sizes
"""

from lib.plots.curves import curves, learning_curves, precision_recall_curves, response, time_to_accuracy
from lib.plots.pictures import pairs, pictures
from lib.plots.tables import class_dots, class_sizes, confusion, confusion_shares, intervals, shares

__all__ = [
    "class_dots", "class_sizes", "confusion", "confusion_shares", "curves", "intervals", "learning_curves", "pairs",
    "pictures", "precision_recall_curves", "response", "shares", "time_to_accuracy",
]  # fmt: skip
