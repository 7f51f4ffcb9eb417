"""Where the thing in a picture is, and pictures that say less: an answer that stays did not need what is gone."""

import numpy as np
from scipy import ndimage

from lib.explain.probing import background

FAR = 24  # grey levels from the background


def foreground(pictures: np.ndarray) -> np.ndarray:
    """Return where each picture (N, H, W, C) differs from its background in some channel, bool (N, H, W), filled."""
    far = np.abs(pictures.astype("int16") - background(pictures)[:, None, None]).max(axis=-1) > FAR
    return np.array([ndimage.binary_fill_holes(each) for each in far])


def outline(where: np.ndarray) -> np.ndarray:
    """Return the edge of each place, bool (N, H, W): the pixels within one, at 80 rows within three, of its border."""
    width = max(1, where.shape[1] // 26)
    each_alone = np.zeros((3, 3, 3), bool)
    each_alone[1] = True
    grown = ndimage.binary_dilation(where, each_alone, iterations=width)
    return grown & ~ndimage.binary_erosion(where, each_alone, iterations=width)


def silhouettes(pictures: np.ndarray) -> np.ndarray:
    """Return the pictures with their thing in one colour, its mean: shape and colour stay, all that is inside goes."""
    result = pictures.copy()
    for picture, where in zip(result, foreground(pictures), strict=True):
        if where.any():
            picture[where] = np.rint(picture[where].mean(axis=0))
    return result


def narrowed(pictures: np.ndarray, middle: bool) -> np.ndarray:
    """Return the pictures with half of their width hidden by background: the two outer quarters, or the middle half."""
    result = pictures.copy()
    quarter = pictures.shape[2] // 4
    columns = np.arange(pictures.shape[2])
    inner = (columns >= quarter) & (columns < pictures.shape[2] - quarter)
    hidden = inner if middle else ~inner
    result[:, :, hidden] = background(pictures)[:, None, None]
    return result
