"""Against unbalanced classes after training: logits adjusted, thresholds moved."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from lib.evaluation import metrics

ROUNDS = 5  # of the search for offsets; it ends earlier when a round changes nothing
# Nats that a class's logit is raised or lowered by, nearest to zero first. The furthest is beyond R1's rarest class: 67
# of 36,840 pictures have a log share of -6.3.
STEPS = np.array(sorted(np.linspace(-8, 8, 65), key=abs))


def adjust(logits: np.ndarray, training_labels: np.ndarray, strength: float = 1.0) -> np.ndarray:
    """Return the logits minus `strength` times the log share of each class in training, float (N, classes).

    With strength 1 the largest of them is the choice that a network with right probabilities makes for the best
    balanced accuracy (Menon et al. 2021, arXiv 2007.07314, section 4.1: logit adjustment after training). A class
    without a training picture counts as one with half a picture.
    """
    counts = np.maximum(np.bincount(training_labels, minlength=logits.shape[1]), 0.5)
    return logits - strength * np.log(counts / counts.sum())


def offsets(
    labels: np.ndarray, logits: np.ndarray, measure: Literal["macro_f1", "balanced_accuracy"] = "macro_f1"
) -> np.ndarray:
    """Return what to add to each class's logit so that `measure` is highest on these pictures, float64 (classes,).

    labels: int (N,), logits: float (N, classes), of VALIDATION pictures: thresholds that are chosen on test pictures
    make the figure on them worthless. To move a logit is to move the threshold on the probability. One class after the
    other is tried at 65 offsets from -8 to 8 while the others stay, up to five times round; of equally good ones the
    first found is kept, and those nearest to zero are tried first. Always the same for the same figures, and no better
    than the best of a coarse grid: few pictures of a class would make a finer one a matter of luck.
    """
    chosen = np.zeros(logits.shape[1])
    best = _score(measure, labels, logits.argmax(axis=1), len(chosen))
    for _ in range(ROUNDS):
        before = chosen.copy()
        for number in range(len(chosen)):
            moved = logits + chosen
            moved[:, number] = -np.inf
            rival, highest = moved.argmax(axis=1), moved.max(axis=1)
            for step in STEPS:
                own = logits[:, number] + step
                wins = (own > highest) | ((own == highest) & (number < rival))  # of equal ones argmax takes the first
                predicted = np.where(wins, number, rival)
                found = _score(measure, labels, predicted, len(chosen))
                if found > best:
                    best, chosen[number] = found, step
        if np.array_equal(before, chosen):
            break
    return chosen


def halves(labels: np.ndarray) -> np.ndarray:
    """Return which of two halves each picture belongs to, bool (N,): every other one of each class, in their order.

    labels: int (N,). Of a class with an odd number the first half (True) has one more.
    """
    first = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        first[np.flatnonzero(labels == label)[::2]] = True
    return first


def cross_fitted(
    labels: np.ndarray, logits: np.ndarray, measure: Literal["macro_f1", "balanced_accuracy"] = "macro_f1"
) -> np.ndarray:
    """Return the logits, each half of the pictures moved by the `offsets` that the OTHER half chose, float64.

    So the figure on these pictures is not that of offsets which were chosen to make it high. Each half has half of the
    pictures to choose by, which is a handicap where a class has few. Arguments as of `offsets`.
    """
    moved, first = logits.astype("float64"), halves(labels)
    for half in (first, ~first):
        moved[half] += offsets(labels[~half], logits[~half], measure)
    return moved


def moved(run, training_labels: np.ndarray) -> dict[str, dict[str, np.ndarray]]:
    """Return a run's logits of "val" and "test" pictures after `adjust` and after `offsets`, by the name of the way.

    run: a finished run (`lib.training.run.Run`) with logits. The offsets are chosen on its validation pictures, whose
    own logits are moved by halves (`cross_fitted`).
    """
    (_, labels, val), (_, _, test) = (run.predictions(part) for part in ("val", "test"))
    parts = {"val": val, "test": test}
    return {
        "logit adjustment": {part: adjust(logits, training_labels) for part, logits in parts.items()},
        "offsets": {"val": cross_fitted(labels, val), "test": test + offsets(labels, val)},
    }


def tabulate(runs: Sequence, training_labels: np.ndarray) -> tuple[pd.DataFrame, dict[str, list[np.ndarray]]]:
    """Return what `moved` makes of runs: a table of measures, and the classes chosen of the test pictures.

    The table is as `lib.runs.tabulate` has it: system (the way), seed, val_ and test_ measures. The classes: way -> int
    (N,) of each run.
    """
    rows: list[dict] = []
    answers: dict[str, list[np.ndarray]] = {}
    for run in runs:
        for way, parts in moved(run, training_labels).items():
            row = {"system": way, "seed": run.config.seed}
            for part, logits in parts.items():
                measured = metrics.classification(run.labels(part), logits)
                row |= {f"{part}_{name}": value for name, value in measured.items()}
            rows.append(row)
            answers.setdefault(way, []).append(parts["test"].argmax(axis=1))
    return pd.DataFrame(rows), answers


def _score(measure: str, labels: np.ndarray, predicted: np.ndarray, classes: int) -> float:
    """Return the measure of `lib.evaluation.metrics`, by counts: `offsets` takes 0.05 s with it, 2 s with f1_score."""
    right = np.bincount(labels[labels == predicted], minlength=classes)
    true, taken = (np.bincount(numbers, minlength=classes) for numbers in (labels, predicted))
    of_class = 2 * right / np.maximum(true + taken, 1) if measure == "macro_f1" else right / np.maximum(true, 1)
    return float(of_class[true > 0].mean())
