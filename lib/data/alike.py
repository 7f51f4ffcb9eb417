"""What all who look for pictures that are alike share: equal ones, and few numbers that stand for many pixels."""

import hashlib
import mmap

import numpy as np

BLOCK = 500  # pictures at a time: bounds the memory
WIDE = 4_000  # features from which on the covariance takes too long


def first_equal(images: np.ndarray, positions: np.ndarray | None = None) -> np.ndarray:
    """Return for each picture the place of the first one that equals it byte for byte, int64 (n,): often its own.

    images: uint8 (N, H, W, C). positions: int (n,), which pictures, in which order; None: all. Places count in it.
    """
    positions = np.arange(len(images)) if positions is None else positions
    first: dict[bytes, int] = {}
    found = np.empty(len(positions), dtype=np.int64)
    for start in range(0, len(positions), BLOCK):
        for place, image in enumerate(images[positions[start : start + BLOCK]], start):
            found[place] = first.setdefault(hashlib.sha256(image.tobytes()).digest(), place)
        forget(images)
    return found


def principal_components(sample: np.ndarray, number: int):
    """Return scikit-learn's PCA fitted to `sample`, float (n, features), with `number` components or as many as it has.

    sample: some of the pictures, `lib.data.dataset.evenly` spaced; the PCA then transforms them all.
    The covariance of thousands of features, as colour pictures have, would take minutes and gigabytes: then the
    randomised solver, with a fixed seed (Halko et al. 2011, arXiv 0909.4061), is taken. One thread: several
    wait for one another on a busy computer, and cost more processor time than they save.
    """
    from sklearn.decomposition import PCA
    from threadpoolctl import threadpool_limits

    solver = "covariance_eigh" if sample.shape[1] < WIDE else "randomized"
    with threadpool_limits(1):
        return PCA(min(number, *sample.shape), svd_solver=solver, random_state=0).fit(sample)


def forget(images: np.ndarray) -> None:
    """Give back the memory of what was read of a mapped file: the pages would stay until somebody else needs them."""
    mapped = getattr(images, "_mmap", None)
    if mapped is not None and hasattr(mapped, "madvise"):  # Windows has none
        mapped.madvise(mmap.MADV_DONTNEED)
