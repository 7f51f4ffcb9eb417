"""From labels and logits to figures. Logits are float arrays (N, classes), labels int arrays (N,)."""

import numpy as np
import pandas as pd

from lib.evaluation.statistics import wilson


def cross_entropy(labels: np.ndarray, logits: np.ndarray) -> float:
    """Return the mean cross-entropy in nats."""
    from scipy.special import log_softmax

    return float(-log_softmax(logits.astype("float64"), axis=1)[np.arange(len(labels)), labels].mean())


def classification(labels: np.ndarray, logits: np.ndarray) -> dict[str, float]:
    """Return accuracy, loss (cross-entropy), macro_f1 and balanced_accuracy, each but the loss between 0 and 1.

    A class that is never predicted counts as F1 = 0; a class that never occurs is left out of both means. Logits that
    are not all numbers, as a diverged training leaves them, decide nothing: every measure is NaN.
    """
    from sklearn.metrics import f1_score

    if not np.isfinite(logits).all():
        return dict.fromkeys(["accuracy", "loss", "macro_f1", "balanced_accuracy"], float("nan"))
    predicted = logits.argmax(axis=1)
    present = np.unique(labels)
    recalls = [(predicted[labels == k] == k).mean() for k in present]
    return {
        "accuracy": float((predicted == labels).mean()),
        "loss": cross_entropy(labels, logits),
        "macro_f1": float(f1_score(labels, predicted, labels=present, average="macro", zero_division=0)),
        "balanced_accuracy": float(np.mean(recalls)),
    }


def confusion(labels: np.ndarray, predicted: np.ndarray, classes: list[str]) -> pd.DataFrame:
    """Return counts, one row a true class, one column a predicted class."""
    counts = np.zeros((len(classes), len(classes)), dtype=int)
    np.add.at(counts, (labels, predicted), 1)
    return pd.DataFrame(counts, index=pd.Index(classes, name="true"), columns=pd.Index(classes, name="predicted"))


def confused_pairs(confusion: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of classes by how often one is taken for the other, in either direction, most frequent first."""
    counts, names = confusion.to_numpy(), list(confusion.index)
    pairs = [
        {"class": names[a], "and": names[b], "mistakes": int(counts[a, b] + counts[b, a])}
        for a in range(len(names))
        for b in range(a)
    ]
    return pd.DataFrame(pairs).sort_values("mistakes", ascending=False, kind="stable", ignore_index=True)


def class_recall(confusion: pd.DataFrame) -> pd.DataFrame:
    """Return for each class: pictures, recall, and its 95 % Wilson interval (low, high)."""
    counts = confusion.to_numpy()
    rows = []
    for k, name in enumerate(confusion.index):
        right, total = int(counts[k, k]), int(counts[k].sum())
        low, high = wilson(right, total)
        rows.append({"class": name, "pictures": total, "recall": right / max(total, 1), "low": low, "high": high})
    return pd.DataFrame(rows)
