"""Anchors: what no network is needed for. A network's figure says little until it stands beside these.

anchor.majority   always the most frequent class of the training pictures
anchor.linear     logistic regression on the pixels
anchor.nearest    the label of the nearest training picture (Euclidean distance of the pixels)
anchor.column     the most frequent class among training pictures with the same value in another column: no picture
"""

import numpy as np

from lib.base.errors import LookbookError, nearest
from lib.data.dataset import Dataset

SIDE = 32  # pixels; larger pictures are averaged over blocks first: as many numbers as training pictures learn nothing


def inputs(system: str, dataset: Dataset, target: str, column: str | None = None) -> np.ndarray:
    """Return what the anchor is given of each picture: the picture, or its label in `column` (int64 (N, 1))."""
    if system != "anchor.column":
        return dataset.images
    if column not in dataset.labels:
        hint = nearest(str(column), list(dataset.labels))
        raise LookbookError(f"anchor.column: {dataset.name} has no column '{column}', as arguments say: {hint}")
    if column == target:
        raise LookbookError(f"anchor.column: column={column} is the target itself; give another column")
    return dataset.labels[column][:, None]


def scores(system: str, images: np.ndarray, labels: np.ndarray, classes: int, *others: np.ndarray) -> list[np.ndarray]:
    """Fit the anchor on `images` (uint8) and `labels`; return log-probabilities, float32 (N, classes), for `others`.

    The nearest neighbour and the majority are never unsure; their probabilities are smoothed to stay above zero.
    """
    predict = {
        "anchor.majority": _majority,
        "anchor.linear": _linear,
        "anchor.nearest": _nearest,
        "anchor.column": _column,
    }[system]
    return [logits.astype("float32") for logits in predict(images, labels, classes, others)]


def _pixels(images: np.ndarray) -> np.ndarray:
    """Return the pixels from 0 to 1, float32 (N, features), of large pictures means over blocks."""
    _, height, width, channels = images.shape
    down, across = (-(-side // SIDE) for side in (height, width))
    cut = images[:, : height // down * down, : width // across * across]
    blocks = cut.reshape(len(images), height // down, down, width // across, across, channels)
    return blocks.mean(axis=(2, 4), dtype="float32").reshape(len(images), -1) / 255


def _majority(images, labels, classes, others) -> list[np.ndarray]:
    share = np.bincount(labels, minlength=classes) + 1  # one picture more a class: no class is impossible
    return [np.tile(np.log(share / share.sum()), (len(other), 1)) for other in others]


def _linear(images, labels, classes, others) -> list[np.ndarray]:
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    model = LogisticRegression(max_iter=100)  # stopped there, as most courses do; scikit-learn would warn of it
    logits = []
    with threadpool_limits(1), warnings.catch_warnings():  # with more threads their number reaches the last bits
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(_pixels(images), labels)
        for other in others:
            full = np.full((len(other), classes), -50.0)  # a class without a training picture
            full[:, model.classes_] = model.predict_log_proba(_pixels(other))
            logits.append(full)
    return logits


def _nearest(images, labels, classes, others) -> list[np.ndarray]:
    from sklearn.neighbors import KNeighborsClassifier

    model = KNeighborsClassifier(n_neighbors=1, algorithm="brute").fit(_pixels(images), labels)
    sure, other_class = np.log(0.99), np.log(0.01 / max(classes - 1, 1))
    logits = []
    for other in others:
        rows = np.full((len(other), classes), other_class)
        rows[np.arange(len(other)), model.predict(_pixels(other))] = sure
        logits.append(rows)
    return logits


def _column(values, labels, classes, others) -> list[np.ndarray]:
    """One picture of each class is added to every value: none is impossible; an unseen value gives the majority."""
    shift = 1 + max(int(values.max()), *(int(other.max()) for other in others))
    counts = np.zeros((shift + 1, classes))  # the last row: pictures without a value, -1
    np.add.at(counts, (values[:, 0], labels), 1)
    unseen = counts.sum(axis=1) == 0
    counts[unseen] = np.bincount(labels, minlength=classes)
    shares = (counts + 1) / (counts + 1).sum(axis=1, keepdims=True)
    return [np.log(shares[other[:, 0]]) for other in others]
