"""Which pictures train, which choose, which test."""

from dataclasses import dataclass

import numpy as np

from lib.config import DataConfig
from lib.data.dataset import Dataset
from lib.errors import LookbookError


@dataclass(frozen=True)
class Split:
    """Positions in the data set, int64, sorted, no picture in two of them."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def split(dataset: Dataset, config: DataConfig) -> Split:
    """Return the split that `config` asks for: stratified by the target, the publisher's test pictures untouched.

    A class of two pictures has none for validation. LookbookError when the target is unknown, when a class has fewer
    than two pictures, or when the data set has groups, which this split would tear apart.
    """
    from sklearn.model_selection import train_test_split

    if config.target not in dataset.labels:
        raise LookbookError(f"{dataset.name} has no target '{config.target}'; it has: {', '.join(dataset.labels)}")
    if dataset.test is None:
        raise LookbookError(f"{dataset.name} has no fixed test pictures, and the kit cannot draw a test set yet")
    if dataset.groups is not None:
        raise LookbookError(
            f"{dataset.name} has pictures that must stay together, and the kit cannot split by groups yet"
        )
    labels = dataset.labels[config.target]
    pool = np.setdiff1d(np.arange(len(dataset)), dataset.test)
    counts = np.bincount(labels[pool], minlength=len(dataset.classes[config.target]))
    for name, count in zip(dataset.classes[config.target], counts, strict=True):
        if count < 2:
            raise LookbookError(
                f"{dataset.name}: outside the test set class '{name}' of '{config.target}' has {count} pictures, "
                "and needs two at least: add pictures, or leave the class out"
            )
    try:
        if config.limit is not None and config.limit < len(pool):
            pool, _ = train_test_split(
                pool, train_size=config.limit, stratify=labels[pool], random_state=config.split_seed
            )
        train, validation = train_test_split(
            pool, test_size=config.validation, stratify=labels[pool], random_state=config.split_seed
        )
    except ValueError as error:
        raise LookbookError(f"{dataset.name} cannot be split by '{config.target}': {error}") from error
    return Split(np.sort(train), np.sort(validation), np.sort(dataset.test))
