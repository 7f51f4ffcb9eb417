"""The names of measures as people read them, and the units in which a sentence gives their differences."""

import math
from typing import Any

import pandas as pd

from lib.evaluation import comparison

MEASURES = {
    "val_accuracy": "validation accuracy",
    "val_loss": "validation loss",
    "test_accuracy": "test accuracy",
    "test_loss": "test loss",
    "test_subCategory_accuracy": "test accuracy of the sub category",
    "val_subCategory_accuracy": "validation accuracy of the sub category",
    "val_masterCategory_accuracy": "validation accuracy of the main category",
    "test_both_accuracy": "share of test pictures with both answers right",
    "val_macro_f1": "validation macro-F1",
    "test_macro_f1": "test macro-F1",
    "gap": "gap",
    "turn": "epoch of the lowest validation loss",
    "accuracy_gap": "training minus validation accuracy",
    "falls": "falls of validation accuracy, summed",
}
WORDS = {
    "val_": "validation ", "train_": "training ", "test_": "test ", "macro_f1": "macro-F1", "auroc": "AUROC",
    "balanced_accuracy": "balanced accuracy",
}  # fmt: skip


def worded(column: object) -> object:
    """Return a measure's name as people read it: "val_macro_f1" is "validation macro-F1"."""
    for name, words in WORDS.items():
        column = column.replace(name, words) if isinstance(column, str) else column
    return column


def in_points(share: float) -> str:
    """Return a difference of two shares in percentage points, without its unit: "+1.3".

    What rounds to zero has two digits, so that its sign can be told: "-0.03"; never "-0.0" or "+0.0".
    """
    return next((told for told in (f"{100 * share:+.1f}", f"{100 * share:+.2f}") if float(told)), "0.0")


def interval(low: float, high: float) -> str:
    """Return the interval of a difference of two shares in percentage points, without their unit: "-7.4 to +0.8"."""
    return f"{in_points(low)} to {in_points(high)}"


def ends(row: Any, word: str = " to ") -> str:
    """Return the interval of a row of `comparison.summarise` of a share: "84.6% to 89.6%"; it ends at 100%."""
    return f"{row.low:.1%}{word}{min(row.high, 1):.1%}"


def gained(row: Any) -> str:
    """Return a row of `comparison.against` in points, with its interval: "+1.0 (+0.7 to +1.3)", or "no figure"."""
    if not row.n:
        return "no figure"
    return f"{in_points(row.difference)}{f' ({interval(row.low, row.high)})' if math.isfinite(row.low) else ''}"


def told_all(differences: pd.DataFrame, measure: str) -> tuple[str, str]:
    """Return `comparison.told_all` and its unit, for a heading: " in percentage points" of an accuracy, else ""."""
    if not measure.endswith("accuracy"):
        return comparison.told_all(differences), ""
    ends = ["difference", "low", "high"]
    return comparison.told_all(differences.assign(**differences[ends] * 100), 1), ", in percentage points"
