"""From any picture to what a network trained on Fashion-MNIST takes: one garment, light on black, 28 by 28.

How that set was made: Xiao, Rasul & Vollgraf 2017, arXiv 1708.07747, section 2. Edges within 5% of the corners' colour
were trimmed, the longest side shrunk to 28 by leaving pixels out, the result sharpened, put into the middle of a
square, negated and made grey. PREPARATIONS are that way and others; `lookbook bench predict` chooses among them.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image, ImageFilter

from lib.data.pictures import shrunk

SIDE = 28  # pixels of the network's picture
WORKING = 112  # pixels of the longer side while the garment is looked for: four to one of the result
NEAR = 13  # levels of 255: what is no farther from the ground is ground (5%, as above)
SPECK = 0.1  # a piece smaller than this share of the largest one is no part of the garment
BRIGHT = 240  # where the brightest parts of a garment lie after stretching

Picture = np.ndarray  # uint8 (h, w, 3)


def prepared(image: Picture, how: str = "") -> np.ndarray:
    """Return what the network sees of a picture, uint8 (28, 28, 1).

    image: uint8 (h, w, 3), of any size. how: a name in PREPARATIONS; without one the chosen one.
    """
    return PREPARATIONS[how or CHOSEN](shrunk(image, WORKING, WORKING))


def shows_something(image: Picture) -> bool:
    """Return whether anything in a picture, uint8 (h, w, 3), stands out from its background."""
    small = shrunk(image, WORKING, WORKING)
    return bool(garment(small, ground(small)).any())


def ground(image: Picture) -> np.ndarray:
    """Return the colour that the background has, or would have, at each pixel, float32 (h, w, 3).

    It is a plane through the border's pixels, because light falls off to one side. What touches the border and is
    no ground (a sleeve, say) counts less and less in three rounds of fitting.
    """
    rows, columns = np.mgrid[-1 : 1 : image.shape[0] * 1j, -1 : 1 : image.shape[1] * 1j]
    plane = np.stack([np.ones_like(rows), rows, columns], axis=-1).astype("float32")
    edge = _border(image)
    where, colours = plane[edge], image[edge].astype("float32")
    found = np.zeros((3, 3), "float32")
    found[0] = np.median(colours, axis=0)
    for _ in range(3):
        away = np.abs(colours - where @ found).max(axis=1)
        weight = 1 / (1 + (away / max(np.median(away), NEAR / 2)) ** 2)
        found = np.linalg.lstsq(where * weight[:, None], colours * weight[:, None], rcond=None)[0]
    return np.clip(plane @ found, 0, 255)


def garment(image: Picture, behind: np.ndarray) -> np.ndarray:
    """Return where the garment is, bool (h, w): what differs from the ground by more than the ground itself varies.

    behind: `ground`. Specks go, holes are filled.
    """
    from scipy import ndimage

    away = np.abs(image - behind).max(axis=2)
    varies = min(4 * float(np.median(away[_border(away)])), 96)
    far = ndimage.median_filter(away, 3) > max(NEAR, varies)
    pieces, number = ndimage.label(ndimage.binary_dilation(far))
    if number:
        sizes = ndimage.sum(far, pieces, range(1, number + 1))
        far &= np.isin(pieces, 1 + np.flatnonzero(sizes >= SPECK * sizes.max()))
    return ndimage.binary_fill_holes(far)


def _negated(image: Picture, trim: bool, as_it_was: bool = False) -> np.ndarray:
    """Return the picture in grey, negated, whatever it shows: right for products on white.

    trim: without edges that have the colour of a corner. as_it_was: shrunk by leaving pixels out, then sharpened.
    """
    values = 255 - _grey(image)
    corners = image[[0, 0, -1, -1], [0, -1, 0, -1]].astype("int16")
    inside = (np.abs(image[:, :, None] - corners).max(axis=3) > NEAR).all(axis=2)
    border = float(np.median(values[_border(values)]))
    return _placed(values[_around(inside)] if trim else values, border, as_it_was)


def _cut_out(image: Picture, stretch: bool) -> np.ndarray:
    """Return the garment alone on black, negated where it is darker than its ground."""
    behind = ground(image)
    where = garment(image, behind)
    grey = _grey(image)
    darker = np.median((_grey(behind) - grey)[where]) >= 0 if where.any() else True
    values = np.where(where, 255 - grey if darker else grey, 0)
    return _placed(_stretched(values, where, stretch)[_around(where)])


def _distance(image: Picture, stretch: bool, cut: bool = False) -> np.ndarray:
    """Return how far each pixel's colour is from the ground's: any ground is black then, and any garment light.

    cut: what is no garment is black altogether.
    """
    behind = ground(image)
    where = garment(image, behind)
    values = np.abs(image - behind).max(axis=2)
    values = np.where(where, values, 0) if cut else values
    return _placed(_stretched(values, where, stretch)[_around(where)])


def _grey(image: np.ndarray) -> np.ndarray:
    return image @ np.array([0.299, 0.587, 0.114], dtype="float32")  # ITU-R BT.601, as Pillow has it


def _border(image: np.ndarray) -> np.ndarray:
    """Return where the outermost pixels are, bool (h, w)."""
    edge = np.ones(image.shape[:2], bool)
    edge[1:-1, 1:-1] = False
    return edge


def _around(where: np.ndarray) -> tuple[slice, slice]:
    """Return rows and columns of the smallest box around a place, of everything if it is empty."""
    rows, columns = np.flatnonzero(where.any(axis=1)), np.flatnonzero(where.any(axis=0))
    if not len(rows):
        return slice(None), slice(None)
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _stretched(values: np.ndarray, where: np.ndarray, stretch: bool) -> np.ndarray:
    """Return the values so that the garment's bright parts are as bright as in Fashion-MNIST."""
    if not (stretch and where.any()):
        return values
    return np.clip(values * (BRIGHT / max(float(np.percentile(values[where], 95)), NEAR)), 0, 255)


def _placed(values: np.ndarray, empty: float = 0, as_it_was: bool = False) -> np.ndarray:
    """Return values (h, w) from 0 to 255, the longer side 28, in the middle of the network's picture, (28, 28, 1)."""
    scale = SIDE / max(values.shape)
    size = (max(round(values.shape[1] * scale), 1), max(round(values.shape[0] * scale), 1))
    way = Image.Resampling.NEAREST if as_it_was else Image.Resampling.BOX  # the mean over each pixel's area
    small = Image.fromarray(np.rint(values).astype(np.uint8)).resize(size, way)
    if as_it_was:
        small = small.filter(ImageFilter.UnsharpMask(radius=1, percent=100, threshold=0))
    canvas = np.full((SIDE, SIDE, 1), round(empty), dtype=np.uint8)
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    canvas[top : top + size[1], left : left + size[0], 0] = np.asarray(small)
    return canvas


PREPARATIONS: dict[str, Callable[[Picture], np.ndarray]] = {
    "whole picture, negated": partial(_negated, trim=False),
    "as Fashion-MNIST was made": partial(_negated, trim=True, as_it_was=True),
    "trimmed, negated": partial(_negated, trim=True),
    "cut out": partial(_cut_out, stretch=False),
    "cut out, stretched": partial(_cut_out, stretch=True),
    "distance": partial(_distance, stretch=False),
    "distance, stretched": partial(_distance, stretch=True),
    "distance, stretched, cut out": partial(_distance, stretch=True, cut=True),
}
CHOSEN = "distance, stretched"  # by `lookbook bench predict`; its table stands in docs/PREDICT.md
