"""Cloth and light: what fills the outlines of the drawn garments. Same rules for the arithmetic as in shapes.py."""

import numpy as np

from lib.data.synthetic.shapes import SIDE, bell, chance, smooth, uniform


def wave(s: np.ndarray) -> np.ndarray:
    """Return a triangle wave of period 1 between -1 and 1: in place of a sine, which machines round differently."""
    return np.abs((s - np.floor(s)) * 4 - 2) - 1


def clouds(rng: np.random.Generator, n: int, rows: int, columns: int) -> np.ndarray:
    """Return smooth random values between -1 and 1, float32 (n, 28, 28): `rows` x `columns` random values, blended."""
    lattice = (rng.random((n, rows + 1, columns + 1)) * 2 - 1).astype(np.float32)
    row, below = _blend(rows)
    column, right = _blend(columns)
    lines = lattice[:, row] + (lattice[:, row + 1] - lattice[:, row]) * below[:, None]
    return lines[:, :, column] + (lines[:, :, column + 1] - lines[:, :, column]) * right


def _blend(cells: int) -> tuple[np.ndarray, np.ndarray]:
    """Return for each of the 28 pixels its cell and how far it lies into it, as a smooth weight."""
    at = (np.arange(SIDE, dtype=np.float32) + np.float32(0.5)) * cells / SIDE
    cell = np.floor(at)
    return cell.astype(int), smooth(0, 1, at - cell)


def tone(rng: np.random.Generator, n: int) -> np.ndarray:
    """Return each garment's brightness (n, 1, 1): most are bright, as in Fashion-MNIST, some nearly black."""
    u = uniform(rng, n, 0, 1)
    return np.float32(0.22) + np.float32(0.76) * u * (2 - u)


def cloth(rng: np.random.Generator, n: int, x: np.ndarray, y: np.ndarray, patterned: float) -> np.ndarray:
    """Return the cloth as factors around 1, float32 (n, 28, 28).

    A share `patterned` of the pictures has stripes across or along, checks, spots or blots; the rest is plain.
    Some show their weave.
    """
    kind = uniform(rng, n, 0, 1) / patterned  # below 1: patterned, and the value says how
    strength = bell(rng, n, 0.1, 0.75)
    period = uniform(rng, n, 2.2, 6)
    sharp = uniform(rng, n, 1, 4)
    stripes_y = np.clip(wave(y / period) * sharp, -1, 1)
    stripes_x = np.clip(wave(x / period + np.float32(0.25)) * sharp, -1, 1)
    spots = np.clip(clouds(rng, n, 14, 14) * 3, -1, 1)
    blots = np.clip((clouds(rng, n, 7, 4) + clouds(rng, n, 5, 9)) * sharp, -1, 1)
    across = (kind < 0.4) * strength  # from 0.3 to 0.4 both: checks
    along = ((kind >= 0.3) & (kind < 0.55)) * strength
    spotted = ((kind >= 0.55) & (kind < 0.8)) * strength
    printed = ((kind >= 0.8) & (kind < 1)) * strength
    pattern = (stripes_y * across + stripes_x * along + spots * spotted + blots * printed) * np.float32(0.5)
    knit = wave(x * np.float32(0.5)) * wave(y * np.float32(0.5)) * chance(rng, n, 0.3) * uniform(rng, n, 0, 0.12)
    return 1 + pattern - strength * (kind < 1) * np.float32(0.25) + knit


def shading(rng: np.random.Generator, n: int, across: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the light as factors around 1, float32 (n, 28, 28).

    `across` runs from -1 to 1 over the body, which is round: it grows darker (or lighter) to the sides; light comes
    from the left or right and from above or below; folds run down the cloth.
    """
    round_body = bell(rng, n, -0.2, 0.4) * across * across
    slope = bell(rng, n, -0.2, 0.2) * across + bell(rng, n, -0.012, 0.012) * y
    folds = clouds(rng, n, 3, 8) * uniform(rng, n, 0, 0.14) + clouds(rng, n, 6, 6) * uniform(rng, n, 0, 0.1)
    return 1 - round_body + slope + folds


def grain(rng: np.random.Generator, images: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Return uint8 pictures (n, 28, 28) with camera noise on the garment; the background stays black.

    strength: (n, 1, 1), the largest change in grey levels.
    """
    noise = rng.random(images.shape) + rng.random(images.shape) - 1
    return np.clip(np.rint(images + noise * strength * (images > 0)), 0, 255).astype(np.uint8)
