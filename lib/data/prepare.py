"""The data set as the settings see it: which pictures take part, and with which classes."""

from dataclasses import replace

import numpy as np

from lib.base.errors import LookbookError, nearest
from lib.config import DataConfig
from lib.data.dataset import Dataset


def prepare(dataset: Dataset, config: DataConfig) -> Dataset:
    """Return the data set with the labels and classes that `config` asks for; pictures that take no part have label -1.

    No part takes a picture without a label in one of the targets, or with a value that `keep` does not name. Classes
    that no remaining picture has are dropped; those of a column in `keep` stand in the order given there. Pictures and
    positions stay as they are, but for the protocols of report R1 (lib.data.r1), which make a small set of their own.
    LookbookError for an unknown target, column or value.
    """
    targets = dict.fromkeys([config.target, *config.more_targets, config.stratify or config.target, *config.keep])
    for target in targets:
        if target not in dataset.labels:
            hint = nearest(target, list(dataset.labels))
            raise LookbookError(f"{dataset.name} has no target '{target}': {hint}")
    takes_part = np.logical_and.reduce([dataset.labels[target] >= 0 for target in targets])
    for target, names in config.keep.items():
        takes_part &= np.isin(dataset.labels[target], [_number(dataset, target, name) for name in names])
    labels, classes = dict(dataset.labels), dict(dataset.classes)
    for target in targets:
        there = set(np.unique(dataset.labels[target][takes_part]).tolist())
        each_once = dict.fromkeys(config.keep.get(target, dataset.classes[target]))
        order = [_number(dataset, target, name) for name in each_once]
        used = [number for number in order if number in there]
        new = np.full(len(dataset.classes[target]) + 1, -1, dtype=np.int64)  # the last one: for label -1
        new[used] = np.arange(len(used))
        labels[target] = np.where(takes_part, new[dataset.labels[target]], -1)
        classes[target] = [dataset.classes[target][number] for number in used]
    prepared = replace(dataset, labels=labels, classes=classes)
    if config.protocol == "kit":
        return prepared
    if config.target != "usage" or config.more_targets or config.stratify not in (None, "usage"):
        raise LookbookError(f"protocol={config.protocol} is for target=usage alone: leave more_targets, stratify out")
    from lib.data import r1

    few = r1.few(prepared, config.split_seed)
    return r1.balanced(few, config.split_seed) if config.protocol == "R1.augmented" else few


def _number(dataset: Dataset, target: str, name: str) -> int:
    if name not in dataset.classes[target]:
        hint = nearest(name, dataset.classes[target])
        raise LookbookError(f"{dataset.name}: no '{name}' in column '{target}': {hint}")
    return dataset.classes[target].index(name)
