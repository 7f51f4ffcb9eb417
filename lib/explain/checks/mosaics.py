"""Four pictures in one, two (or one) of the class that is asked for: a map of that class belongs onto those."""

import numpy as np

from lib.base.errors import LookbookError


def mosaics(
    images: np.ndarray, labels: np.ndarray, number: int, of_class: int = 2, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mosaics uint8 (number, H, W, C), the class asked for (number,), and where it is, bool (number, H, W).

    images: uint8 (N, H, W, C). labels: int (N,). Each mosaic has `of_class` pictures of one class, in quarters drawn by
    lot, and in the others pictures of other classes; all are halved in height and width, so that the mosaic is as
    large as a picture. By chance a quarter of a map lies on each. LookbookError for too few pictures.

    Source: Focus, Arias-Duart et al. 2022, arXiv 2109.15035.
    """
    known, counts = np.unique(labels, return_counts=True)
    classes = known[(counts >= of_class) & (len(labels) - counts >= 4 - of_class)]
    if not len(classes):
        raise LookbookError(f"a mosaic needs {of_class} pictures of one class and {4 - of_class} of others")
    rng = np.random.default_rng(seed)
    made = np.zeros((number, *images.shape[1:]), "uint8")
    where = np.zeros((number, *images.shape[1:3]), bool)
    asked = np.zeros(number, "int64")
    for k in range(number):
        asked[k] = rng.choice(classes)
        own = rng.choice(np.flatnonzero(labels == asked[k]), of_class, replace=False)
        others = rng.choice(np.flatnonzero(labels != asked[k]), 4 - of_class, replace=False)
        for place, position in zip(rng.permutation(4), [*own, *others], strict=True):
            made[k][quarter(place, images)] = halved(images[position])
            where[k][quarter(place, images)] = position in own
    return made, asked, where


def halved(images: np.ndarray) -> np.ndarray:
    """Return pictures uint8 (..., H, W, C) at half their height and width: means of 2x2 pixels; odd edges go."""
    even = images[..., : images.shape[-3] // 2 * 2, : images.shape[-2] // 2 * 2, :]
    corners = [even[..., down::2, right::2, :].astype("uint16") for down in (0, 1) for right in (0, 1)]
    return ((np.sum(corners, axis=0) + 2) // 4).astype("uint8")


def quarter(place: int, images: np.ndarray) -> tuple[slice, slice]:
    """Return rows and columns of one quarter of pictures (N, H, W, C), as large as a halved picture. place: 0 to 3."""
    down, right = images.shape[1] // 2, images.shape[2] // 2
    top, left = place // 2 * down, place % 2 * right
    return slice(top, top + down), slice(left, left + right)
