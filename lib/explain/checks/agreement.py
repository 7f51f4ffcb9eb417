"""How alike two maps are, and how much of a map lies in a place. NaN where there is nothing to say: never a zero."""

import numpy as np
from scipy.stats import rankdata


def rank_correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return Spearman's correlation of each pair, float (N,), of two arrays (N, ...); NaN where one is constant.

    Two constant maps are no perfect match: they are counted apart, as NaN.
    """
    ranks = [rankdata(each.reshape(len(each), -1), axis=1) for each in (first, second)]
    ranks = [each - each.mean(axis=1, keepdims=True) for each in ranks]
    below = np.sqrt((ranks[0] ** 2).sum(axis=1) * (ranks[1] ** 2).sum(axis=1))
    return np.divide((ranks[0] * ranks[1]).sum(axis=1), below, out=np.full(len(below), np.nan), where=below > 0)


def share_inside(maps: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return the share of each map's positive evidence that lies in `where`, bool (N, H, W); NaN without any."""
    positive = np.maximum(maps, 0)
    whole = positive.sum(axis=(1, 2))
    return np.divide((positive * where).sum(axis=(1, 2)), whole, out=np.full(len(maps), np.nan), where=whole > 0)


def hits(maps: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return 1 where a map's highest pixel lies in `where`, bool (N, H, W), else 0; NaN for a constant map.

    Source: the pointing game, Zhang et al. 2016, arXiv 1608.00507.
    """
    flat = maps.reshape(len(maps), -1)
    hit = np.take_along_axis(where.reshape(len(maps), -1), flat.argmax(axis=1)[:, None], axis=1)[:, 0]
    return np.where(np.ptp(flat, axis=1) > 0, hit, np.nan)
