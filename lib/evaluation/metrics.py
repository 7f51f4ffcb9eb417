"""From labels and logits to figures. Logits are float arrays (N, classes), labels int arrays (N,)."""

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError
from lib.evaluation.statistics import wilson


def cross_entropy(labels: np.ndarray, logits: np.ndarray) -> float:
    """Return the mean cross-entropy in nats."""
    # Not scikit-learn's log_loss: it cuts each picture's loss at 36 nats, which hides that a training diverged.
    from scipy.special import log_softmax

    return float(-log_softmax(logits.astype("float64"), axis=1)[np.arange(len(labels)), labels].mean())


def classification(labels: np.ndarray, logits: np.ndarray) -> dict[str, float]:
    """Return accuracy, loss (cross-entropy), macro_f1, balanced_accuracy and auroc, each but the loss between 0 and 1.

    A class that is never predicted counts as F1 = 0; a class that never occurs is left out of all means. auroc is the
    mean of `auroc` over its classes, NaN where only one class occurs. Logits that are not all numbers, as a diverged
    training leaves them, decide nothing: every measure is NaN.
    """
    if not np.isfinite(logits).all():
        return dict.fromkeys(["accuracy", "loss", "macro_f1", "balanced_accuracy", "auroc"], float("nan"))
    from sklearn.metrics import precision_recall_fscore_support

    predicted, of_classes = logits.argmax(axis=1), auroc(labels, logits)
    # f1_score and balanced_accuracy_score in one pass, without the latter's warning of a class that never occurs.
    _, recall, f1, _ = precision_recall_fscore_support(
        labels, predicted, labels=np.unique(labels), average="macro", zero_division=0
    )
    return {
        "accuracy": float((labels == predicted).mean()),
        "loss": cross_entropy(labels, logits),
        "macro_f1": float(f1),
        "balanced_accuracy": float(recall),
        "auroc": float(np.nanmean(of_classes)) if np.isfinite(of_classes).any() else float("nan"),
    }


def of_targets(labels: dict[str, np.ndarray], logits: dict[str, np.ndarray]) -> dict[str, float]:
    """Return the measures of the first target (`classification`), with the loss of all targets together.

    labels, logits: by target. With several targets also the measures of each, "season_accuracy".
    """
    of_target = {target: classification(labels[target], logits[target]) for target in logits}
    measures = next(iter(of_target.values())) | {"loss": sum(scores["loss"] for scores in of_target.values())}
    if len(of_target) > 1:
        for target, scores in of_target.items():
            measures |= {f"{target}_{measure}": value for measure, value in scores.items()}
    return measures


def auroc(labels: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Return for each class the area under its receiver operating characteristic against the rest, float64 (classes,).

    That is the share of pairs of a picture of the class and one of another in which the first is given the higher
    probability of it; equal ones count half. NaN for a class that no picture or every picture has.
    Source: Hanley & McNeil 1982, doi:10.1148/radiology.143.1.7063747.
    """
    from scipy.special import softmax
    from sklearn.metrics import roc_auc_score

    probability = softmax(logits.astype("float64"), axis=1)
    own = labels[:, None] == np.arange(logits.shape[1])
    known = own.any(axis=0) & ~own.all(axis=0)
    areas = np.full(len(known), np.nan)
    if known.any():
        areas[known] = roc_auc_score(own[:, known], probability[:, known], average=None)
    return areas


def confusion(labels: np.ndarray, predicted: np.ndarray, classes: list[str]) -> pd.DataFrame:
    """Return counts, one row a true class, one column a predicted class."""
    from sklearn.metrics import confusion_matrix

    counts = confusion_matrix(labels, predicted, labels=np.arange(len(classes)))
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


def hardest_pair(confusion: pd.DataFrame) -> str:
    """Return the two classes that are most often taken for one another, in words: "Coat and Shirt"."""
    pair = confused_pairs(confusion).iloc[0]
    return " and ".join(sorted([pair["class"], pair["and"]]))


def class_recall(confusion: pd.DataFrame) -> pd.DataFrame:
    """Return for each class: pictures, recall, and its 95 % Wilson interval (low, high)."""
    counts = confusion.to_numpy()
    rows = []
    for k, name in enumerate(confusion.index):
        right, total = int(counts[k, k]), int(counts[k].sum())
        low, high = wilson(right, total)
        rows.append({"class": name, "pictures": total, "recall": right / max(total, 1), "low": low, "high": high})
    return pd.DataFrame(rows)


def class_scores(labels: np.ndarray, logits: np.ndarray, classes: list[str]) -> pd.DataFrame:
    """Return a row a class: class, pictures, predicted, precision, recall, low, high, f1, auroc.

    low and high: the 95 % Wilson interval of the recall. Of a class without pictures recall and F1 are NaN, of one that
    is never predicted the precision is.
    """
    from sklearn.metrics import precision_recall_fscore_support

    predicted, numbers = logits.argmax(axis=1), np.arange(len(classes))
    precision, recall, f1, pictures = precision_recall_fscore_support(
        labels, predicted, labels=numbers, zero_division=np.nan
    )
    interval = class_recall(confusion(labels, predicted, classes))
    return pd.DataFrame(
        {
            "class": classes,
            "pictures": pictures,
            "predicted": np.bincount(predicted, minlength=len(classes)),
            "precision": precision,
            "recall": recall,
            "low": interval["low"],
            "high": interval["high"],
            "f1": np.where(pictures > 0, f1, np.nan),
            "auroc": auroc(labels, logits),
        }
    )


def precision_recall(labels: np.ndarray, logits: np.ndarray, number: int) -> pd.DataFrame:
    """Return threshold, precision and recall of class `number`, for every threshold on its probability.

    A row a probability that occurs, the highest first: what follows when all pictures with at least that much are taken
    for the class. LookbookError when no picture has the class: then nothing can be found.
    """
    from scipy.special import softmax
    from sklearn.metrics import precision_recall_curve

    own = labels == number
    if not own.any():
        raise LookbookError(f"no picture of class {number}: a precision-recall curve needs one at least")
    probability = softmax(logits.astype("float64"), axis=1)[:, number]
    precision, recall, threshold = precision_recall_curve(own, probability)
    # scikit-learn begins with the lowest threshold and ends with a point that has none.
    return pd.DataFrame({"threshold": threshold[::-1], "precision": precision[-2::-1], "recall": recall[-2::-1]})


def average_precision(curve: pd.DataFrame) -> float:
    """Return the mean precision of a curve of `precision_recall`, each threshold weighted by the recall it adds."""
    return float((curve["precision"] * np.diff(curve["recall"], prepend=0)).sum())


def prior_entropy(labels: np.ndarray) -> float:
    """Return the entropy of the classes' shares in nats: the loss of a guesser that knows these shares and no picture.

    Losses of tasks with other classes, or of several targets summed, can only be compared as parts of it.
    """
    counts = np.unique_counts(labels).counts
    shares = counts / counts.sum()
    return float(-(shares * np.log(shares)).sum())
