"""Which pictures train, which choose, which test."""

from dataclasses import dataclass

import numpy as np

from lib.base.errors import LookbookError
from lib.config import SEEDS, DataConfig
from lib.data.dataset import Dataset

FEWEST = 10  # pictures; below that no part is worth the name


@dataclass(frozen=True)
class Split:
    """Positions in the data set, int64, sorted, no picture in two of them."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def split(dataset: Dataset, config: DataConfig) -> Split:
    """Return the split that `config` asks for of a data set that `lib.data.prepare.prepare` made ready for it.

    Where the publisher fixed test pictures, they stay untouched and the others are divided, stratified by the target.
    Where nobody did, all are divided: stratified, and the pictures of a group (the same product, the same picture)
    stay in one part, unless `grouped` is False. Then a class of one group is in training alone.
    LookbookError when there are too few pictures or classes, or groups beside fixed test pictures.
    """
    labels = dataset.labels[config.stratify or config.target]
    if dataset.validation is not None and dataset.test is not None:
        used = np.concatenate([dataset.validation, dataset.test])
        train = np.setdiff1d(np.flatnonzero(labels >= 0), used)
        return Split(train, np.sort(dataset.validation), np.sort(dataset.test))
    if len(dataset.classes[config.target]) < 2:
        raise LookbookError(
            f"{dataset.name}: '{config.target}' has one class here, and needs two at least: choose another target, "
            "or add pictures of another class"
        )
    if dataset.test is not None:
        return _beside_fixed_test(dataset, config, labels, dataset.test)
    pool = np.flatnonzero(labels >= 0)
    if len(pool) < FEWEST:
        raise LookbookError(f"{dataset.name}: {len(pool)} pictures cannot be divided; {FEWEST} are needed at least")
    keeps_groups = config.grouped and dataset.groups is not None
    groups = dataset.groups[pool] if dataset.groups is not None and keeps_groups else np.arange(len(pool))
    shares = np.array([1 - config.validation - config.test, config.test, config.validation])
    if shares.min() <= 0:
        raise LookbookError(f"validation={config.validation} and test={config.test} leave nothing to train on")
    part = _divide(labels[pool], groups, shares, config.split_seed)
    train, test, validation = (pool[part == number] for number in range(3))
    for name, positions in {"validation": validation, "test": test}.items():
        if not len(positions):
            raise LookbookError(
                f"{dataset.name}: no picture is left for {name}, because {_why_none(labels[pool], groups)}"
            )
    if config.limit is not None and config.limit < len(train) + len(validation):
        share = config.limit / (len(train) + len(validation))
        rng = np.random.default_rng([config.split_seed, 1, config.limit_seed])  # NumPy: a zero at the end is as none
        train, validation = (_sample(positions, labels, share, rng) for positions in (train, validation))
    return Split(train, validation, test)


def _why_none(labels: np.ndarray, groups: np.ndarray) -> str:
    """Return why a part has no picture: no class has a group for each part."""
    if np.bincount(labels).max() < 3:
        return "no class has three pictures, one for each part: add pictures to each class"
    return f"{len(np.unique(groups)):,} groups of pictures must stay together: add pictures of other products"


def _divide(labels: np.ndarray, groups: np.ndarray, shares: np.ndarray, seed: int) -> np.ndarray:
    """Return for each picture the number of its part, int64 (N,): groups whole, every class divided by `shares`.

    Class by class, the rarest first, and group by group in random order, a group goes to the part that is furthest
    behind in that class; where two are equally far, to the earlier. So the first group of a class is in part 0, and one
    of three groups has one in each part.
    """
    _, group = np.unique(groups, return_inverse=True)
    totals = np.bincount(labels)
    members = np.argsort(group, kind="stable")
    members_of = np.split(members, np.cumsum(np.bincount(group))[:-1])
    rarest = np.array([labels[where][np.argmin(totals[labels[where]])] for where in members_of])
    filled = np.zeros((len(shares), len(totals)))
    part = np.zeros(len(labels), dtype=np.int64)
    order = np.random.default_rng(seed).permutation(len(members_of))
    order = order[np.lexsort([rarest[order], totals[rarest[order]]])]  # stable: random within a class
    for number in order.tolist():
        where = members_of[number]
        chosen = int(np.argmin(filled[:, rarest[number]] / shares))
        part[where] = chosen
        np.add.at(filled[chosen], labels[where], 1)
    return part


def _sample(positions: np.ndarray, labels: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Return that share of the positions, of each class alike, and of each class one at least."""
    chosen = []
    for number in np.unique(labels[positions]):
        own = positions[labels[positions] == number]
        chosen.append(rng.permutation(own)[: max(1, round(share * len(own)))])
    return np.sort(np.concatenate(chosen))


def _beside_fixed_test(dataset: Dataset, config: DataConfig, labels: np.ndarray, test: np.ndarray) -> Split:
    from sklearn.model_selection import train_test_split

    if dataset.groups is not None and config.grouped:
        raise LookbookError(f"{dataset.name} has fixed test pictures: groups cannot be kept; set grouped to false")
    pool = np.setdiff1d(np.flatnonzero(labels >= 0), test)
    column = config.stratify or config.target
    counts = np.bincount(labels[pool], minlength=len(dataset.classes[column]))
    for name, count in zip(dataset.classes[column], counts, strict=True):
        if count < 2:
            raise LookbookError(
                f"{dataset.name}: outside the test set class '{name}' of '{column}' has {count} pictures, "
                "and needs two at least: add pictures, or leave the class out"
            )
    try:
        if config.limit is not None and config.limit < len(pool):
            pool, _ = train_test_split(
                pool,
                train_size=config.limit,
                stratify=labels[pool],
                random_state=(config.split_seed + config.limit_seed) % (SEEDS + 1),
            )
        train, validation = train_test_split(
            pool, test_size=config.validation, stratify=labels[pool], random_state=config.split_seed
        )
    except ValueError as error:
        raise LookbookError(f"{dataset.name} cannot be split by '{config.target}': {error}") from error
    return Split(np.sort(train), np.sort(validation), np.sort(test[labels[test] >= 0]))
