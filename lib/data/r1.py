"""Report R1's own way to its pictures, faults included: a wrong way, which notebook 12 counts.

Two hundred pictures of tens of thousands, drawn whoever else shares the product; then validation and test are enlarged
with changed copies like training, so that their figures are those of other pictures than the report means.
"""

from dataclasses import replace

import numpy as np

from lib.base.errors import LookbookError
from lib.data.augment import augment
from lib.data.dataset import Dataset
from lib.data.policies import policy

TARGET = "usage"
CLASSES = ("Casual", "Formal", "Smart Casual")
PARTS = ("train", "validation", "test")
# Pictures of each class, in the order of CLASSES. Source: report R1, figures 3 and 4.
FEW: dict[str, tuple[int, ...]] = {"train": (123, 8, 9), "validation": (25, 3, 2), "test": (25, 3, 2)}
ENLARGED: dict[str, tuple[int, ...]] = {
    "train": (845, 812, 850),
    "validation": (200, 220, 250),
    "test": (278, 208, 250),
}


def few(dataset: Dataset, seed: int) -> Dataset:
    """Return the pictures that report R1 really used: as many of each class and part, drawn at random by `seed`.

    A small data set in memory: 140 pictures for training, then 30 for validation and 30 for test, both fixed; one
    target, usage, with three classes. Pictures of one group may be torn apart, as in the report.
    LookbookError when the data set has no such target or class, or too few pictures of one.
    """
    wanted = np.array([FEW[part] for part in PARTS])
    drawn = []
    for number, name in enumerate(CLASSES):
        label = _label(dataset, name)
        own = np.flatnonzero(dataset.labels[TARGET] == label)
        needed = int(wanted[:, number].sum())
        if len(own) < needed:
            raise LookbookError(
                f"{dataset.name}: {len(own)} pictures of {TARGET} '{name}', and report R1's way needs {needed}: take "
                "another data set, or protocol=kit"
            )
        chosen = np.random.default_rng([seed, number]).permutation(own)[:needed]
        drawn.append(np.split(chosen, np.cumsum(wanted[:-1, number])))
    order = np.concatenate([own[part] for part in range(len(PARTS)) for own in drawn])
    note = f"of these {len(order)}, as many of each class and part as report R1 used"
    return _small(dataset, order, dataset.images[order], FEW, note)


def balanced(dataset: Dataset, seed: int) -> Dataset:
    """Return what `few` returned with each part enlarged to the report's numbers by changed copies: a wrong way.

    The pictures of a class and part are taken in turn, first as they are, then changed by policy "R1" until there are
    as many as the report says. A copy has the id, the group and the label of its original. 3,913 pictures in memory.
    """
    blocks = np.split(np.arange(len(dataset)), np.cumsum(_flat(FEW))[:-1])  # as `few` laid them out
    order = [np.resize(own, wanted) for own, wanted in zip(blocks, _flat(ENLARGED), strict=True)]
    changed = [np.arange(len(block)) >= len(own) for own, block in zip(blocks, order, strict=True)]
    where, copies = np.concatenate(order), np.concatenate(changed)
    images = dataset.images[where]
    images[copies] = augment(images[copies], policy("R1"), np.random.default_rng([seed, len(CLASSES)]))
    note = f"with {int(copies.sum()):,} changed copies in all three parts, a wrong way, up to the numbers of report R1"
    return _small(dataset, where, images, ENLARGED, note)


def _flat(counts: dict[str, tuple[int, ...]]) -> list[int]:
    return [number for part in PARTS for number in counts[part]]


def _label(dataset: Dataset, name: str) -> int:
    if name not in dataset.classes.get(TARGET, []):
        raise LookbookError(
            f"{dataset.name} has no {TARGET} '{name}': report R1's way needs {', '.join(CLASSES)} in column '{TARGET}'"
        )
    return dataset.classes[TARGET].index(name)


def _small(
    dataset: Dataset, where: np.ndarray, images: np.ndarray, counts: dict[str, tuple[int, ...]], note: str
) -> Dataset:
    """Return a data set of these pictures, which lie part after part and class after class, `counts` of each."""
    ends = np.cumsum([sum(counts[part]) for part in PARTS])
    return replace(
        dataset,
        images=images,
        labels={TARGET: np.concatenate([np.repeat(np.arange(len(CLASSES)), counts[part]) for part in PARTS])},
        classes={TARGET: list(CLASSES)},
        ids=dataset.ids[where],
        groups=None if dataset.groups is None else dataset.groups[where],
        validation=np.arange(ends[0], ends[1]),
        test=np.arange(ends[1], ends[2]),
        provenance=f"{dataset.provenance.rstrip('.')}; {note}.",
        truth={},
        source=None,
        digest=None,
    )
