"""Guards of the pictures that a run was given, and of those that it was measured on."""

import hashlib
from dataclasses import replace

import numpy as np

from lib import models
from lib.config import DataConfig
from lib.data import policies
from lib.data.dataset import Dataset
from lib.data.splits import Split, split

# What a network takes, by its module: the pictures' type and highest value. Not named here: uint8 up to 255.
INPUTS: dict[str, tuple[str, int]] = {}

_last: list[tuple[Dataset, DataConfig, Split]] = []  # the split looked at last: runs of a notebook share it


def parts(run, dataset: Dataset) -> Split:
    """Return the split that the run was trained with."""
    if not _last or _last[0][0] is not dataset or _last[0][1] != run.config.data:
        # `split` refuses groups so far, so no run knew of any. Added afterwards, they show what its split tore apart.
        _last[:] = [(dataset, run.config.data, split(replace(dataset, groups=None), run.config.data))]
    return _last[0][2]


def input_statistics(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when training pictures are not of the type and range that the network takes.

    The usual fault: pixels were divided by 255 before. The network divides again, and what it sees is nearly black.
    """
    dtype, highest = INPUTS.get(models.SYSTEMS[run.config.system][0], ("uint8", 255))
    sample = dataset.images[run.predictions("train")[0]]
    largest = sample.max()
    wrong = sample.dtype != dtype or not highest / 255 < largest <= highest
    return wrong, f"pictures are {sample.dtype} up to {largest:g}, the network takes {dtype} up to {highest}"


def label_unsafe_augmentation(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when an augmentation may change what a label means (`lib.data.policies.unsafe`)."""
    sentences = policies.unsafe(run.config.augmentation, dataset.name)
    return bool(sentences), " ".join(sentences) or "none is known to change what a label means"


def evaluation_data_changed(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when validation and test were not measured once on each of their pictures in the split, and on no other.

    A resampled or augmented copy has the id of the picture that it came from; pixels are not looked at.
    """
    expected = {"val": parts(run, dataset).validation, "test": parts(run, dataset).test}
    for part, positions in expected.items():
        measured = np.sort(run.predictions(part)[0])
        if not np.array_equal(measured, positions):
            return True, f"{part}: measured on {len(measured):,} pictures, not once on each of the {len(positions):,}"
    ids = dataset.ids[np.concatenate(list(expected.values()))].tolist()
    copies = len(ids) - len(set(ids))
    return copies > 0, f"{copies:,} of the {len(ids):,} validation and test pictures have the id of another"


def test_read_once(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when the test pictures were read after every epoch: an epoch chosen by them is chosen on them."""
    if run.config.test_every_epoch:
        return True, f"test pictures were read after each of {run.metrics['epochs']} epochs"
    return False, "test pictures were read after the last epoch alone"


def copies_across_parts(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when a validation or test picture has an equal one, byte for byte, in an earlier part."""
    seen: set[bytes] = set()
    copies = 0
    for part in _positions(run, dataset):
        prints = [hashlib.sha256(picture.tobytes()).digest() for picture in dataset.images[part]]
        copies += sum(fingerprint in seen for fingerprint in prints)
        seen.update(prints)
    return copies > 0, f"{copies} pictures of validation or test have an equal one in a part before"


def groups_across_parts(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when pictures that must stay together (`dataset.groups`) are in different parts."""
    if dataset.groups is None:
        return False, "no picture has to stay with another"
    groups = np.concatenate([np.unique(dataset.groups[part]) for part in _positions(run, dataset)])
    torn = int((np.unique_counts(groups).counts > 1).sum())
    return torn > 0, f"groups with pictures in more than one part: {torn:,}"


def more_pictures_than_exist(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when a class occurs more often in all parts together than there are different ids of it."""
    labels, used = dataset.labels[run.config.data.target], np.concatenate(_positions(run, dataset))
    for k, name in enumerate(dataset.classes[run.config.data.target]):
        occurs, exist = int((labels[used] == k).sum()), len(set(dataset.ids[labels == k].tolist()))
        if occurs > exist:
            return True, f"{name}: {occurs:,} pictures, of which {exist:,} exist"
    return False, "no class has more pictures than exist"


def _positions(run, dataset: Dataset) -> list[np.ndarray]:
    divided = parts(run, dataset)
    return [divided.train, divided.validation, divided.test]
