"""The canvas of the drawn colour garments: grid, cloth and light, and from layers to pictures.

The shapes are those of `lib.data.synthetic.shapes`, whose lengths fit as they are when a sample is half a unit wide: a
picture of 60x80 pixels is 30 units wide and 40 high, one sample a pixel, and `cover` gives its soft edges. Same rules
for the arithmetic as there: nothing that processors round differently.

A garment is drawn as *layers*, each float32 (n, 80, 60): garment and part (how much of a pixel the garment and its
deciding part cover), value (light, a factor around 1), trim and accent (how much of the second and third colour shows).
"""

import numpy as np

from lib.data.synthetic.light import wave
from lib.data.synthetic.shapes import bell, chance, cover, direction, smooth, uniform

HEIGHT, WIDTH = 80, 60
SEEN = 0.3  # a pixel belongs to a mask when so much of it is covered: straps are thin


class Repeated:
    """A generator that gives the views of one product the same numbers: the garment stays, the photograph changes."""

    def __init__(self, rng: np.random.Generator, owner: np.ndarray):
        """owner: for each picture of the chunk the number of its product, from 0."""
        self.rng, self.owner = rng, owner

    def random(self, shape: int | tuple[int, ...]) -> np.ndarray:
        """Return numbers in [0, 1), the first axis being the pictures."""
        rest = () if isinstance(shape, int) else tuple(shape[1:])
        return self.rng.random((int(self.owner[-1]) + 1, *rest))[self.owner]


def placed_grid(view, n: int, zoom: float | np.ndarray = 1.0, tilt: float = 0.03) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y of the pixels in the garment's own coordinates, float32 (n, 80, 60), the origin in the middle."""
    across = (np.arange(WIDTH, dtype=np.float32) + np.float32(0.5)) / 2 - WIDTH / 4
    down = (np.arange(HEIGHT, dtype=np.float32) + np.float32(0.5)) / 2 - HEIGHT / 4
    x = across[None, None, :] - bell(view, n, -1.6, 1.6)
    y = down[None, :, None] - bell(view, n, -1.6, 1.6)
    cos, sin = direction(bell(view, n, -tilt, tilt))
    size = bell(view, n, 0.8, 1.06) / zoom
    mirror = 1 - 2 * chance(view, n, 0.15)
    x, y = (cos * x + sin * y) * size * mirror, (cos * y - sin * x) * size
    return x + bell(view, n, -0.05, 0.05) * y, y


def clouds(rng, n: int, rows: int, columns: int) -> np.ndarray:
    """Return smooth random values between -1 and 1, float32 (n, 80, 60): `rows` x `columns` random values, blended."""
    lattice = (rng.random((n, rows + 1, columns + 1)) * 2 - 1).astype(np.float32)
    row, below = _blend(rows, HEIGHT)
    column, right = _blend(columns, WIDTH)
    lines = lattice[:, row] + (lattice[:, row + 1] - lattice[:, row]) * below[:, None]
    return lines[:, :, column] + (lines[:, :, column + 1] - lines[:, :, column]) * right


def _blend(cells: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    at = (np.arange(side, dtype=np.float32) + np.float32(0.5)) * cells / side
    cell = np.floor(at)
    return cell.astype(int), smooth(0, 1, at - cell)


def pattern(rng, n: int, x: np.ndarray, y: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Return how much of the second colour the cloth shows, float32 (n, 80, 60).

    kind, (n, 1, 1): 0 plain, 1 stripes across, 2 fine stripes along, 3 checks, 4 spots, 5 flowers, 6 slanting stripes.
    """
    period = uniform(rng, n, 3, 7)
    sharp = uniform(rng, n, 1, 4)
    strength = uniform(rng, n, 0.35, 0.95)
    broad = np.where(kind == 2, period * np.float32(0.45), period)
    across = np.clip(wave(y / period) * sharp, 0, 1)
    along = np.clip(wave(x / broad + np.float32(0.25)) * sharp, 0, 1)
    slanting = np.clip(wave((x * np.float32(0.8) + y) / period) * sharp, 0, 1)
    even = smooth(0.25, 0.75, wave(x / period) + wave(y / period) - np.float32(0.6))
    flowers = np.clip((clouds(rng, n, 18, 14) + clouds(rng, n, 9, 12)) * sharp, 0, 1)
    drawn = (
        across * (kind == 1) + along * (kind == 2) * np.float32(0.6) + (across + along) * np.float32(0.5) * (kind == 3)
    )
    return (drawn + even * (kind == 4) + flowers * (kind == 5) + slanting * (kind == 6)) * strength


def light(view, n: int, across: np.ndarray, y: np.ndarray, folds: float = 1.0) -> np.ndarray:
    """Return the light as factors around 1, float32 (n, 80, 60).

    `across` runs from -1 to 1 over the body, which is round: it grows darker to the sides. Light comes from the left
    or right, from above or below, and `folds` (0: none) run down the cloth.
    """
    round_body = bell(view, n, 0, 0.3) * across * across
    slope = bell(view, n, -0.18, 0.18) * across + bell(view, n, -0.008, 0.008) * y
    cloth = clouds(view, n, 4, 9) * uniform(view, n, 0.02, 0.16) + clouds(view, n, 9, 7) * uniform(view, n, 0, 0.1)
    return 1 - round_body + slope + folds * cloth


def yes(condition: np.ndarray) -> np.ndarray:
    """Return 1 where the condition holds, else 0, as float32: a number times a bool would be float64."""
    return condition.astype(np.float32)


def outlined(value: np.ndarray, distance: np.ndarray, strength: float = 0.22) -> np.ndarray:
    """Return the light with a darker line along a seam or an edge: white cloth stands out from white paper by it."""
    return value * (1 - strength * cover(np.abs(distance) - 0.15))


def compose(view, layers: dict[str, np.ndarray], colours: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pictures, uint8 (n, 80, 60, 3), their garment masks and part masks, bool (n, 80, 60).

    colours: float32 (n, 3, 3), for each picture the first, second and third colour, 0 to 1. The ground is white paper,
    a tinge warm or cold, with a faint shadow beside the garment.
    """
    garment, value = np.clip(layers["garment"], 0, 1), layers["value"]
    n = len(garment)
    fallen = np.zeros_like(garment)
    for down, right in ((1, 1), (2, 1), (3, 2), (4, 3)):  # ever farther: a shadow without an edge
        fallen = fallen + np.pad(garment, [(0, 0), (down, 0), (right, 0)])[:, :HEIGHT, :WIDTH]
    paper = np.float32(0.985) - uniform(view, n, 0, 0.05) - fallen * uniform(view, n, 0, 0.03)
    exposure = bell(view, n, 0.88, 1.1)
    noise = (view.random((n, HEIGHT, WIDTH)) + view.random((n, HEIGHT, WIDTH)) - 1).astype(np.float32)
    noise = noise * uniform(view, n, 0, 0.03)
    images = np.zeros((n, HEIGHT, WIDTH, 3), np.uint8)
    for channel in range(3):
        first, second, third = (colours[:, k, channel].reshape(n, 1, 1) for k in range(3))
        cloth = first + (second - first) * layers["trim"]
        cloth = cloth + (third - cloth) * layers["accent"]
        cloth = (cloth * value + (value - 1) * np.float32(0.12)) * exposure + noise
        ground = paper + bell(view, n, -0.02, 0.02)
        mixed = ground + (np.clip(cloth, 0, 1) - ground) * garment
        images[:, :, :, channel] = np.clip(np.rint(mixed * 255), 0, 255).astype(np.uint8)
    mask = garment >= SEEN
    return images, mask, (layers["part"] >= SEEN) & mask
