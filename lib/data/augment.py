"""Random changes to training pictures, a batch at a time, in NumPy.

Flips, shift, rotation, zoom and shear of a picture are one affine map, so that its pixels are interpolated once.
"""

from functools import cache

import numpy as np

from lib.base.errors import LookbookError
from lib.config import AugmentationConfig

AREA = (0.02, 0.4)  # of a picture that erasing covers: least and most, as in the paper
PIXELS = 25_600  # resampled together, 32 pictures of 28 x 28: few enough for the processor's cache


def augment(images: np.ndarray, settings: AugmentationConfig, rng: np.random.Generator) -> np.ndarray:
    """Return randomly changed copies of `images`, uint8 (N, H, W, C), in the same shape; each draws its own values.

    Order: flips, shear, zoom, rotation, shift, all about the centre, then erasing. Pixels are interpolated bilinearly;
    what comes in over the border has the colour of the nearest pixel of the picture. The same state of `rng` gives the
    same pictures. LookbookError if `images` has another shape or type.
    """
    if images.ndim != 4 or images.dtype != np.uint8:
        raise LookbookError(
            f"cannot augment {images.dtype} pictures of shape {images.shape}: give uint8 of shape (N, H, W, C)"
        )
    changed = images.copy()
    if settings != AugmentationConfig(erase=settings.erase):
        maps = _inverse_maps(images.shape, **_drawn(images.shape, settings, rng))
        together = max(1, PIXELS // (images.shape[1] * images.shape[2]))
        for start in range(0, len(images), together):
            part = slice(start, start + together)
            changed[part] = _seen_through(maps[:, part], images[part])
    if settings.erase:
        _erase(changed, settings.erase, rng)
    return changed


def _drawn(shape: tuple[int, ...], settings: AugmentationConfig, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return what each picture draws, N values each, as _inverse_maps takes them."""
    number, height, width, _ = shape
    angle, zoom, slant, down, right = rng.uniform(-1, 1, (5, number))
    rows, columns = rng.random((2, number)) < [[settings.vertical_flip], [settings.horizontal_flip]]
    return {
        "angle": settings.rotation * angle,
        "size": 1 + settings.zoom * zoom,
        "slant": settings.shear * slant,
        "down": _whole(down, settings.shift * height),
        "right": _whole(right, settings.shift * width),
        "mirror_rows": np.where(rows, -1, 1),
        "mirror_columns": np.where(columns, -1, 1),
    }


def _whole(drawn: np.ndarray, furthest: float) -> np.ndarray:
    """Return whole numbers up to `furthest` either way, each equally often, from numbers drawn between -1 and 1."""
    most = np.floor(furthest + 1e-9)  # 0.29 x 100 are 29, although a computer finds 28.999999999999996
    return np.floor(drawn * (most + 0.5) + 0.5)


def _inverse_maps(
    shape: tuple[int, ...], angle: np.ndarray, size: np.ndarray, slant: np.ndarray, down: np.ndarray, right: np.ndarray,
    mirror_rows: np.ndarray, mirror_columns: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Return maps (2, N, 3): times (row, column, 1) of a pixel of the new picture, they give row and column in the old.

    angle: degrees, anticlockwise. size: 2 shows everything twice as large. slant: degrees; the lower half goes right.
    down, right: pixels. mirror_rows, mirror_columns: -1 reverses their order, 1 does not. All of shape (N,).
    """
    row, column = (shape[1] - 1) / 2, (shape[2] - 1) / 2  # the centre
    cosine, sine = np.cos(np.radians(angle)) / size, np.sin(np.radians(angle)) / size
    tangent = np.tan(np.radians(slant))
    maps = np.zeros((2, len(angle), 3))
    maps[0, :, 0], maps[0, :, 1] = mirror_rows * cosine, mirror_rows * sine
    maps[1, :, 0] = -mirror_columns * (sine + tangent * cosine)
    maps[1, :, 1] = mirror_columns * (cosine - tangent * sine)
    maps[..., 2] = np.array([[row], [column]]) - maps[..., 0] * (row + down) - maps[..., 1] * (column + right)
    return maps


@cache
def _places(height: int, width: int) -> np.ndarray:
    """Return (row, column, 1) of every pixel, float32 (3, H * W)."""
    return np.stack([*np.indices((height, width)), np.ones((height, width))]).reshape(3, -1).astype("float32")


def _seen_through(maps: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Return each picture seen through its map, interpolated bilinearly, the border filled with the nearest pixel.

    Places and weights are whole numbers of 1/256, which 16 bits hold: the fewer bits, the more pixels at a time.
    """
    number, height, width, channels = images.shape
    maps = maps * 256 + [0, 0, 0.5]  # so that cutting off what comes after the point rounds to the nearest
    places = maps.astype("float32") @ _places(height, width)
    for axis, side in zip(places, (height, width), strict=True):
        axis.clip(0, (side - 1) * 256, out=axis)
    places = places.astype("uint16" if max(height, width) <= 256 else "uint32")
    rows, columns = places >> 8
    corner = (rows * width + columns).astype("int64")  # the neighbour above and to the left, ...
    corner += np.arange(0, number * height * width, height * width)[:, None]  # ... counted from the first picture on
    down, right = (places & 255).astype("uint16")
    lower_right = down * right >> 8
    lower_left, upper_right = down - lower_right, right - lower_right
    upper_left = 256 - right - lower_left  # the four weights have the sum 256
    changed = np.empty_like(images)
    for channel in range(channels):
        # A pixel and its right neighbour in one number: one look-up, the slowest step, fetches both. In the last
        # column and row the neighbour is a stranger, but its weight is 0 there.
        pixels = np.zeros(number * height * width + width + 1, "uint16")
        pixels[: -width - 1] = images[..., channel].ravel()
        pairs = pixels[:-1] | pixels[1:] << 8
        upper, lower = pairs.take(corner), pairs[width:].take(corner)
        total = (upper & 255) * upper_left
        total += (upper >> 8) * upper_right
        total += (lower & 255) * lower_left
        total += (lower >> 8) * lower_right
        changed[..., channel] = (total + 128 >> 8).reshape(number, height, width)
    return changed


def _erase(images: np.ndarray, probability: float, rng: np.random.Generator) -> None:
    """Cover in each picture, with that probability, a random rectangle with uniform noise; changes `images`.

    Random erasing of Zhong et al. 2017 (arXiv 1708.04896): 2 to 40% of the area, height to width 0.3 to 1 / 0.3. Where
    the paper draws again because the rectangle does not fit, here only ratios that fit are drawn.
    """
    number, height, width, _ = images.shape
    area = rng.uniform(*AREA, number) * (height * width)
    least, most = np.maximum(0.3, area / width**2), np.minimum(1 / 0.3, height**2 / area)
    ratio = least + (most - least) * rng.random(number)
    tall = np.rint(np.sqrt(area * ratio)).clip(1, height)
    wide = np.rint(np.sqrt(area / ratio)).clip(1, width)
    tall[rng.random(number) >= probability] = 0
    inside = []
    for side, extent in ((height, tall), (width, wide)):
        start = np.floor(rng.random(number) * (side - extent + 1))[:, None]
        inside.append((np.arange(side) >= start) & (np.arange(side) < start + extent[:, None]))
    noise = rng.integers(0, 256, images.shape, dtype="uint8")
    np.copyto(images, noise, where=inside[0][:, :, None, None] & inside[1][:, None, :, None])
