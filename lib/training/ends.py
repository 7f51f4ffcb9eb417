"""When a training ends, which of its epochs is kept, and whether it has diverged. history: one row per epoch."""

import math

from lib.config import EarlyStoppingConfig


def has_diverged(row: dict, guessing: float) -> bool:
    """Return whether an epoch's loss is no number, or worse than twice that of guessing, as it went and after it.

    A step too large can also kill every ReLU, and leave a loss that is huge but finite.
    """
    finite = math.isfinite(row["loss"]) and math.isfinite(row["train_loss"])
    return not finite or min(row["loss"], row["train_loss"]) > 2 * guessing


def best_epoch(history: list[dict], stopping: EarlyStoppingConfig | None) -> int:
    """Return the epoch (from 1) whose weights are kept: the last, or with early stopping the first of the best ones."""
    if stopping is None or not history:
        return len(history)
    sign = 1 if stopping.monitor == "val_loss" else -1
    figures = [sign * row[stopping.monitor] for row in history]
    finite = [figure for figure in figures if math.isfinite(figure)]
    return figures.index(min(finite)) + 1 if finite else len(history)


def is_over(history: list[dict], stopping: EarlyStoppingConfig | None) -> bool:
    """Return whether the training ends here: its loss is no number, or its patience is at an end."""
    waited = len(history) - best_epoch(history, stopping)
    not_a_number = bool(history) and not math.isfinite(history[-1]["loss"])
    return not_a_number or (stopping is not None and waited >= stopping.patience)
