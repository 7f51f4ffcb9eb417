"""What every data set looks like to the rest of the kit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Dataset:
    """Pictures with their labels, and where they come from.

    images: uint8 array of shape (N, H, W, C), memory-mapped where it is large. Pixels become floats a batch at a time.
    labels: for each target an int64 array of shape (N,); -1 where the source says nothing.
    classes: for each target the class names; label k means classes[target][k].
    ids: str array of shape (N,), a name for each picture that does not change with the order.
    groups: int64 array of shape (N,); pictures of one group must not be split. None: every picture is its own group.
    test: int64 array, the publisher's fixed test pictures as positions. None: nobody fixed any.
    validation: likewise those fixed for validation; only the report's own way (lib.data.r1) fixes any.
    provenance: one sentence that every report prints.
    truth: what only a drawn set knows (masks, planted defects), by name; empty for real data.
    source: of a set with a table, a row for each row of the table and for each picture without one. Columns: id, row
    (its line, from 1 below the header; -1: a picture without a row), position (of its picture; -1: not used), reason
    (why not; "" where used), extra_commas, width, height, mode (as in the file; 0 and "" without a picture), and every
    column of the table as text, as written there.
    digest: 16 hex digits of the pictures where their reader keeps them; None: `fingerprint` reads the pictures, once.
    """

    name: str
    images: np.ndarray
    labels: dict[str, np.ndarray]
    classes: dict[str, list[str]]
    ids: np.ndarray
    provenance: str
    groups: np.ndarray | None = None
    test: np.ndarray | None = None
    validation: np.ndarray | None = None
    truth: dict = field(default_factory=dict)
    source: pd.DataFrame | None = None
    digest: str | None = None

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self.images)

    @cached_property
    def of_pictures(self) -> str:
        """Return 16 hex digits that change when a picture changes: `digest`, or what the pixels give, read once."""
        return self.digest or picture_digest(self.images)

    @cached_property
    def fingerprint(self) -> str:
        """Return 16 hex digits that change when a picture, a label, a class name, a group or a fixed part changes."""
        digest = hashlib.sha256(repr(sorted(self.classes.items())).encode())
        digest.update(self.of_pictures.encode())
        for target in sorted(self.labels):
            digest.update(np.ascontiguousarray(self.labels[target], dtype="<i8").data)
        for positions in (self.test, self.validation, self.groups):
            digest.update(b"-" if positions is None else np.ascontiguousarray(positions, dtype="<i8").data)
        return digest.hexdigest()[:16]


def picture_digest(images: np.ndarray) -> str:
    """Return 16 hex digits that change when a pixel or the shape of `images` changes."""
    digest = hashlib.sha256(repr(images.shape).encode())
    digest.update(np.ascontiguousarray(images).data)
    return digest.hexdigest()[:16]


def evenly(count: int, at_most: int) -> slice:
    """Return the slice that takes every k-th of `count` pictures, k as small as gives no more than `at_most`.

    Never the first so many: pictures often lie class after class.
    """
    return slice(None, None, max(1, -(-count // at_most)))
