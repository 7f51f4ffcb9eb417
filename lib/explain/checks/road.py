"""ROAD: what happens to the answer when the most, or the least, relevant pixels are painted over."""

from functools import cache

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve

from lib.explain.probing import answers
from lib.explain.targets import Target, probability

SHARES = (0.2, 0.5)  # of the pixels that are painted over
NOISE = 0.01  # of 255: keeps what is painted from being too smooth
NEIGHBOURS = {  # (down, right): weight. Source: the paper, section 4
    **dict.fromkeys([(0, 1), (0, -1), (1, 0), (-1, 0)], 1 / 6),
    **dict.fromkeys([(1, 1), (1, -1), (-1, 1), (-1, -1)], 1 / 12),
}


def road(
    model, pictures: np.ndarray, classes: np.ndarray, maps: np.ndarray, target: Target = probability
) -> np.ndarray:
    """Return how much better the class does without the least relevant pixels than without the most relevant, (N,).

    It is the probability after painting over a share of the lowest pixels of the map (most of the evidence stays, as in
    insertion) minus that after painting over the same share of the highest (deletion), mean over SHARES. 0: the map's
    order says nothing. Below 0: it has it the wrong way round.

    maps: float (N, H, W). Source: Rong et al. 2022, ROAD, arXiv 2202.00449.
    """
    order = maps.reshape(len(maps), -1).argsort(axis=1, kind="stable")
    differences = []
    for share in SHARES:
        number = round(share * order.shape[1])
        kept = [
            answers(model, painted(pictures, chosen), classes, target)
            for chosen in (order[:, :number], order[:, -number:])
        ]
        differences.append(kept[0] - kept[1])
    return np.mean(differences, axis=0)


def painted(pictures: np.ndarray, chosen: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return uint8 pictures (N, H, W, C) in which the pixels at the flat positions `chosen` (N, n) are painted over.

    A painted pixel is the weighted mean of its eight neighbours, painted ones too, and a little noise: noisy linear
    imputation. So the shape of the hole tells the network less than a flat colour would.
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
