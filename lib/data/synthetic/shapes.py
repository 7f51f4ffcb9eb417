"""Shapes on a grid: the drawing tools of the drawn garments, the same bytes on every machine.

A chunk of n pictures is drawn at once: a parameter has shape (n, 1, 1), an image (n, 56, 56), and the 2x2 averages of
the 56x56 samples give the 28x28 pixels. Lengths are in pixels, the origin is the middle of the picture, y points down.
A shape is a signed distance: negative inside, in pixels (roughly, for ellipses), as in Inigo Quilez' articles
"2D distance functions".

Only + - * / sqrt, abs, floor, rint, comparisons, minima and maxima of whole arrays are used, one at a time:
IEEE 754 fixes their results to the last bit. Sine, exponential, sums over an axis, matrix products and filters of
libraries differ between processors (vector width, fused multiply-add, order of summation).
"""

import numpy as np

SIDE = 28
FINE = 2  # samples per pixel and direction


def uniform(rng: np.random.Generator, n: int, low: float, high: float) -> np.ndarray:
    """Return n evenly spread float32 values in [low, high), shape (n, 1, 1).

    Not `rng.uniform`: compiled for some processors its multiplication and addition become one, with another last bit.
    """
    return (low + (high - low) * rng.random(n)).astype(np.float32).reshape(n, 1, 1)


def bell(rng: np.random.Generator, n: int, low: float, high: float) -> np.ndarray:
    """Return n float32 values in [low, high) crowded around the middle (mean of three even ones), shape (n, 1, 1)."""
    return (uniform(rng, n, low, high) + uniform(rng, n, low, high) + uniform(rng, n, low, high)) / np.float32(3)


def chance(rng: np.random.Generator, n: int, share: float) -> np.ndarray:
    """Return n float32 values, 1 with probability `share`, else 0, shape (n, 1, 1)."""
    return (uniform(rng, n, 0, 1) < share).astype(np.float32)


def direction(t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the cosine and sine of the angle whose half has the tangent t: exact without a trigonometric function."""
    return (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)


def placed_grid(
    rng: np.random.Generator, n: int, shift: float = 2.2, tilt: float = 0.03
) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y of the samples in the garment's own coordinates, float32 (n, 56, 56).

    Every garment is shifted by up to `shift` pixels, turned by about 2 * `tilt` radians at most, slanted and scaled.
    """
    axis = (np.arange(SIDE * FINE, dtype=np.float32) + np.float32(0.5)) / FINE - SIDE / 2
    x = axis[None, None, :] - bell(rng, n, -shift, shift)
    y = axis[None, :, None] - bell(rng, n, -shift, shift)
    cos, sin = direction(bell(rng, n, -tilt, tilt))
    size = bell(rng, n, 0.86, 1.12)
    slant = bell(rng, n, -0.06, 0.06)
    x, y = (cos * x + sin * y) * size, (cos * y - sin * x) * size
    return x + slant * y, y


def cover(distance: np.ndarray) -> np.ndarray:
    """Return how much of a sample the shape covers, from 0 to 1, with an edge one sample wide."""
    return np.clip(np.float32(0.5) - distance * FINE, 0, 1)


def smooth(low: np.ndarray | float, high: np.ndarray | float, s: np.ndarray) -> np.ndarray:
    """Return 0 below `low`, 1 above `high` and a smooth S between."""
    t = np.clip((s - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def profile(s: np.ndarray, *knots: tuple) -> np.ndarray:
    """Return a smooth curve through the (position, value) knots, evaluated at s; constant beyond the ends."""
    value = knots[0][1]
    for (low, before), (high, after) in zip(knots, knots[1:], strict=False):
        value = value + (after - before) * smooth(low, high, s)
    return value


def ellipse(x: np.ndarray, y: np.ndarray, radius_x: np.ndarray | float, radius_y: np.ndarray | float) -> np.ndarray:
    """Return the approximate distance to an ellipse around the origin."""
    u, v = x / radius_x, y / radius_y
    return (np.sqrt(u * u + v * v) - 1) * np.minimum(radius_x, radius_y).astype(np.float32)


def box(
    x: np.ndarray,
    y: np.ndarray,
    half_x: np.ndarray | float,
    half_y: np.ndarray | float,
    corner: np.ndarray | float = 0.5,
) -> np.ndarray:
    """Return the distance to a rectangle around the origin with rounded corners."""
    u, v = np.abs(x) - half_x + corner, np.abs(y) - half_y + corner
    outside_x, outside_y = np.maximum(u, 0), np.maximum(v, 0)
    return np.sqrt(outside_x * outside_x + outside_y * outside_y) + np.minimum(np.maximum(u, v), 0) - corner


def band(
    x: np.ndarray,
    y: np.ndarray,
    start: tuple,
    end: tuple,
    radius_start: np.ndarray | float,
    radius_end: np.ndarray | float,
    bow: np.ndarray | float = 0.0,
    cut: bool = False,
) -> np.ndarray:
    """Return the distance to a tapering band from `start` to `end`: a sleeve, a leg, a strap.

    It bows sideways by `bow`, to the left for one who walks along it. Its ends are round; `cut` makes the far end
    straight, as a cuff is.
    """
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    length = np.sqrt(along_x * along_x + along_y * along_y)
    along_x, along_y = along_x / length, along_y / length
    u, v = x - start[0], y - start[1]
    along = u * along_x + v * along_y
    part = np.clip(along / length, 0, 1)
    off, across = along - part * length, u * along_y - v * along_x - 4 * bow * part * (1 - part)
    distance = np.sqrt(off * off + across * across) - (radius_start + (radius_end - radius_start) * part)
    return np.maximum(distance, along - length) if cut else distance


def paint(image: np.ndarray, amount: np.ndarray, value: np.ndarray | float) -> np.ndarray:
    """Return the image with `value` laid over it, `amount` (0 to 1) strong."""
    return image + (value - image) * amount


def average(fine: np.ndarray) -> np.ndarray:
    """Return the means of the 2x2 samples of each pixel, (n, 56, 56) -> (n, 28, 28), added in a fixed order."""
    return ((fine[:, ::2, ::2] + fine[:, 1::2, ::2]) + (fine[:, ::2, 1::2] + fine[:, 1::2, 1::2])) * np.float32(0.25)
