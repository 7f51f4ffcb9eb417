"""What happens to the answer when the pixels that a map marks are painted over."""

from functools import cache

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve

from lib.explain.probing import answers

SHARE = 0.2  # of the pixels that are painted over
NOISE = 0.01  # of 255: keeps what is painted from being too smooth
NEIGHBOURS = {  # (down, right): weight. Source: Rong et al. 2022, section 4
    **dict.fromkeys([(0, 1), (0, -1), (1, 0), (-1, 0)], 1 / 6),
    **dict.fromkeys([(1, 1), (1, -1), (-1, 1), (-1, -1)], 1 / 12),
}


def fall(model, pictures: np.ndarray, classes: np.ndarray, maps: np.ndarray) -> np.ndarray:
    """Return by how much the logit of the class falls without the pixels that each map marks, float (N,).

    maps: float (N, H, W). NaN for a constant map, which marks nothing.
    """
    left = answers(model, pictures, classes) - answers(model, painted(pictures, marked(maps)), classes)
    return np.where(np.ptp(maps.reshape(len(maps), -1), axis=1) > 0, left, np.nan)


def marked(maps: np.ndarray) -> np.ndarray:
    """Return the flat positions of the fifth of the pixels that are highest in each map, int (N, n)."""
    order = maps.reshape(len(maps), -1).argsort(axis=1, kind="stable")
    return order[:, order.shape[1] - round(SHARE * order.shape[1]) :]


def painted(pictures: np.ndarray, chosen: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return uint8 pictures (N, H, W, C) in which the pixels at the flat positions `chosen` (N, n) are painted over.

    A painted pixel is the weighted mean of its eight neighbours, painted ones too, and a little noise: noisy linear
    imputation. So the shape of the hole tells the network less than a flat colour would.

    Source: Rong et al. 2022, ROAD, arXiv 2202.00449.
    """
    rng = np.random.default_rng(seed)
    result = pictures.reshape(len(pictures), -1, pictures.shape[3]).astype("float32")
    neighbours = _neighbours(pictures.shape[1], pictures.shape[2])
    for picture, hole in zip(result, chosen, strict=True):
        hidden = np.zeros(len(picture), bool)
        hidden[hole] = True
        around = neighbours[hole]
        left = sparse.identity(len(hole), format="csc") - around[:, hole].tocsc()
        solved = spsolve(left, around[:, ~hidden] @ picture[~hidden]).reshape(len(hole), -1)
        picture[hole] = solved + rng.normal(0, NOISE * 255, solved.shape)
    return np.clip(np.rint(result), 0, 255).astype("uint8").reshape(pictures.shape)


@cache
def _neighbours(height: int, width: int) -> sparse.csr_array:
    """Return the weights of each pixel's neighbours, (pixels, pixels); each row's sum is 1, at the edge too."""
    rows, columns = np.divmod(np.arange(height * width), width)
    matrix = sparse.csr_array((height * width, height * width))
    for (down, right), weight in NEIGHBOURS.items():
        there = (rows + down >= 0) & (rows + down < height) & (columns + right >= 0) & (columns + right < width)
        own = np.flatnonzero(there)
        entries = (np.full(len(own), weight), (own, own + down * width + right))
        matrix = matrix + sparse.csr_array(entries, shape=matrix.shape)
    return sparse.csr_array(sparse.diags_array(1 / matrix.sum(axis=1)) @ matrix)
