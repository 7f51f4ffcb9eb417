"""Against unbalanced classes in training: weights, or sampling (after it: lib.evaluation.thresholds)."""

import numpy as np


def class_weights(labels: np.ndarray, classes: int) -> np.ndarray:
    """Return a weight a class, float64 (classes,), so that every class counts alike: n / (K n_k).

    labels: int (n,), of training pictures. K is the number of classes that occur; the others get 0.
    """
    counts = np.bincount(labels, minlength=classes)
    return np.where(counts > 0, len(labels) / np.maximum(counts, 1) / (counts > 0).sum(), 0.0)


def balanced(order: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return as many positions as `order` holds, drawn from it with replacement, every class equally likely.

    order: int (n,), positions of training pictures. labels: int (N,), of all pictures.
    """
    own = labels[order]
    weights = class_weights(own, int(own.max()) + 1)[own]
    return rng.choice(order, len(order), p=weights / weights.sum())
