"""Guards of what a training did, and of what its figures look like."""

import math

import numpy as np

from lib.data.dataset import Dataset
from lib.data.parts import parts

DIVERGED = "diverged: no predictions to look at"  # `finite_loss` fires


def majority_share(run, dataset: Dataset | None) -> tuple[bool, str]:
    """Fire when the validation accuracy is the share of the most frequent class: the network may see nothing."""
    accuracy = run.metrics["val_accuracy"]
    if math.isnan(accuracy):
        return False, DIVERGED
    labels = run.labels("val")
    share = float(np.bincount(labels).max() / len(labels))
    return abs(accuracy - share) < 0.5 / len(labels), f"validation accuracy {accuracy:.3f}, largest class {share:.3f}"


def one_bar_predictions(run, dataset: Dataset | None) -> tuple[bool, str]:
    """Fire when every validation picture gets the same class."""
    if math.isnan(run.metrics["val_accuracy"]):
        return False, DIVERGED
    used, present = len(np.unique(run.predicted("val"))), len(np.unique(run.labels("val")))
    return used == 1, f"{used} of {present} classes predicted"


def finite_loss(run, dataset: Dataset | None) -> tuple[bool, str]:
    """Fire when a loss of the history is not a number, or far above that of guessing: the training diverged."""
    finite = np.isfinite(run.history[["loss", "val_loss"]].to_numpy()).all(axis=1)
    lost = run.history.loc[~finite, "epoch"].tolist()
    if lost:
        return True, f"not a number in epochs {lost}"
    if run.metrics["diverged"]:
        return True, f"{run.history['loss'].iloc[-1]:.3g} in the last epoch, worse than guessing"
    return False, "finite in every epoch"


def layer_never_learns(run, dataset: Dataset | None) -> tuple[bool, str]:
    """Fire when training left weights exactly as they began."""
    unmoved = run.metrics["unmoved"]
    return bool(unmoved), f"as they began: {', '.join(unmoved)}" if unmoved else "every weight moved"


def steps_times_batch(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when the steps of an epoch times the batch size are not the training pictures, each once.

    The last batch may be smaller than the others. An epoch in which the training diverged ended early and does
    not count.
    """
    size, pictures = run.config.batch_size, len(parts(dataset, run.config.data)[1].train)
    whole = run.history[np.isfinite(run.history["loss"])]
    over = whole["steps"] * size - pictures
    wrong = whole[(over < 0) | (over >= size)].to_dict(orient="records")
    if not wrong:
        return False, f"each epoch takes the {pictures:,} training pictures once"
    return True, f"epoch {wrong[0]['epoch']}: {wrong[0]['steps']} steps of {size} for {pictures:,} training pictures"
