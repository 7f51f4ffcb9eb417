"""Guards of the pictures that a run was given, and of those that it was measured on."""

import numpy as np

from lib.data import alike
from lib.data.dataset import Dataset, evenly
from lib.data.parts import parts
from lib.data.splits import Split
from lib.models import needs

SAMPLE = 256  # pictures that are preprocessed to look at what a backbone is given


def input_statistics(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when training pictures are not of the type and range that the network takes.

    The usual fault: pixels were divided by 255 before. The network divides again, and what it sees is nearly black.
    Fire, too, when a backbone's channels have another mean or spread than with the preprocessing it was trained with.
    """
    sample = parts(dataset, run.config.data)[0].images[run.positions("train")]
    largest = sample.max()
    if sample.dtype != "uint8" or not 1 < largest <= 255:
        return True, f"pictures are {sample.dtype} up to {largest:g}, the network takes uint8 up to 255"
    return _preprocessing_differs(run, sample[evenly(len(sample), SAMPLE)])


def _preprocessing_differs(run, sample: np.ndarray) -> tuple[bool, str]:
    from lib.models import backbones

    name, chosen = needs.backbone_of(run.config)
    if name not in backbones.BACKBONES:
        return False, "pictures are uint8 up to 255, as the network takes them"
    own = backbones.BACKBONES[name].preprocessing
    given, right = (backbones.preprocessed(sample, kind) for kind in (chosen or own, own))
    channels = (0, 1, 2)
    mean, spread, right_mean, right_spread = (
        statistic(axis=channels) for values in (given, right) for statistic in (values.mean, values.std)
    )
    limit = np.maximum(right_spread, 1e-3) / 10
    differs = (abs(mean - right_mean) > limit) | (abs(spread - right_spread) > limit)
    return bool(differs.any()), (
        f"{name} is given channels of mean {_row(mean)} and spread {_row(spread)}; "
        f"with its own preprocessing they have {_row(right_mean)} and {_row(right_spread)} ({own})"
    )


def _row(values: np.ndarray) -> str:
    return ", ".join(f"{value:.2f}" for value in values)


def evaluation_data_changed(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when validation and test were not measured once on each of their pictures in the split, and on no other.

    A resampled or augmented copy has the id of the picture that it came from; pixels are not looked at.
    """
    dataset, divided = parts(dataset, run.config.data)
    expected = {"val": divided.validation, "test": divided.test}
    for part, positions in expected.items():
        measured = np.sort(run.positions(part))
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
    dataset, divided = parts(dataset, run.config.data)
    positions = _positions(divided)
    first = alike.first_equal(dataset.images, np.concatenate(positions))
    part = np.repeat(np.arange(len(positions)), [len(each) for each in positions])
    copies, examined = int((part[first] < part).sum()), int((part > 0).sum())
    return copies > 0, f"{copies:,} of the {examined:,} validation and test pictures also occur in an earlier part"


def groups_across_parts(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when pictures that must stay together (`dataset.groups`) are in different parts."""
    dataset, divided = parts(dataset, run.config.data)
    if dataset.groups is None:
        return False, "no picture has to stay with another"
    groups = np.concatenate([np.unique(dataset.groups[part]) for part in _positions(divided)])
    torn = int((np.unique_counts(groups).counts > 1).sum())
    return torn > 0, f"groups with pictures in more than one part: {torn:,}"


def more_pictures_than_exist(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when a class occurs more often in all parts together than there are different ids of it."""
    dataset, divided = parts(dataset, run.config.data)
    labels, used = dataset.labels[run.config.data.target], np.concatenate(_positions(divided))
    for k, name in enumerate(dataset.classes[run.config.data.target]):
        occurs, exist = int((labels[used] == k).sum()), len(set(dataset.ids[labels == k].tolist()))
        if occurs > exist:
            return True, f"{name}: {occurs:,} pictures, of which {exist:,} exist"
    return False, "no class has more pictures than exist"


def _positions(divided: Split) -> list[np.ndarray]:
    return [divided.train, divided.validation, divided.test]
