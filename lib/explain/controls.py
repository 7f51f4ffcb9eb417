"""Maps that do not look at the network. A method that is no better than these has shown nothing of the network."""

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from lib.explain.probing import resized


def noise(pictures: np.ndarray, cells: tuple[int, int]) -> np.ndarray:
    """Return a map of random cells for each picture, float32 (N, H, W): for the same places always the same."""
    drawn = np.random.default_rng(0).standard_normal((len(pictures), *cells, 1))
    return resized(drawn, pictures.shape[1:3])[..., 0]


def sobel(pictures: np.ndarray, cells: tuple[int, int]) -> np.ndarray:
    """Return how strong the edges of each picture are, float32 (N, H, W)."""
    grey = pictures.mean(axis=-1)
    each_alone = [np.hypot(ndimage.sobel(one, axis=0), ndimage.sobel(one, axis=1)) for one in grey]
    return np.array(each_alone, "float32")


def centre(pictures: np.ndarray, cells: tuple[int, int]) -> np.ndarray:
    """Return a blob in the middle, the same for each picture, float32 (N, H, W): where photographers put things."""
    down, right = (np.linspace(-2, 2, side) for side in pictures.shape[1:3])
    blob = np.exp(-(down[:, None] ** 2 + right**2) / 2)
    return np.broadcast_to(blob.astype("float32"), pictures.shape[:3])


# cells: rows and columns of the map that the methods of the same table have
CONTROLS: dict[str, Callable[[np.ndarray, tuple[int, int]], np.ndarray]] = {
    "random": noise,
    "Sobel": sobel,
    "centre": centre,
}
SHORT = {"random": "noise", "Sobel": "edges", "centre": "blob"}  # what figures call them
