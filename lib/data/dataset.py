"""What every data set looks like to the rest of the kit."""

import hashlib
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Dataset:
    """Pictures with their labels, and where they come from.

    images: uint8 array of shape (N, H, W, C), memory-mapped where it is large. Pixels become floats a batch at a time.
    labels: for each target an int64 array of shape (N,).
    classes: for each target the class names; label k means classes[target][k].
    ids: str array of shape (N,), a name for each picture that does not change with the order.
    groups: int64 array of shape (N,); pictures of one group must not be split. None: every picture is its own group.
    test: int64 array, the publisher's fixed test pictures as positions. None: nobody fixed any.
    provenance: one sentence that every report prints.
    truth: what only a drawn set knows (masks, planted defects), by name; empty for real data.
    """

    name: str
    images: np.ndarray
    labels: dict[str, np.ndarray]
    classes: dict[str, list[str]]
    ids: np.ndarray
    provenance: str
    groups: np.ndarray | None = None
    test: np.ndarray | None = None
    truth: dict = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self.images)


def fingerprint(dataset: Dataset) -> str:
    """Return 16 hex digits that change when a picture, a label, a class name or the fixed test set changes."""
    digest = hashlib.sha256(repr((dataset.images.shape, sorted(dataset.classes.items()))).encode())
    digest.update(np.ascontiguousarray(dataset.images).data)
    for target in sorted(dataset.labels):
        digest.update(np.ascontiguousarray(dataset.labels[target], dtype="<i8").data)
    if dataset.test is not None:
        digest.update(np.ascontiguousarray(dataset.test, dtype="<i8").data)
    return digest.hexdigest()[:16]
