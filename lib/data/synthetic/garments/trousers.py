"""Trousers, and how they are drawn."""

import numpy as np

from lib.data.synthetic.light import cloth, shading, tone, wave
from lib.data.synthetic.shapes import average, bell, box, chance, cover, placed_grid, profile, smooth, uniform

# What can be left out.
PARTS = ("gap", "lower legs", "waistband", "fly", "pockets", "crease", "hems", "tears")


def draw_trousers(rng: np.random.Generator, n: int, without: str = "") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return n pairs of trousers: brightness, cover of the garment and cover of the gap between the legs.

    Each is float32 (n, 28, 28) with values from 0 to 1. Skinny, straight and flared ones, a few shorts; the legs may
    touch, and then only a line parts them. `without`: one of PARTS, which is left out; the gap is filled with cloth.
    """
    shown = {part: float(part != without) for part in PARTS}  # factors: all is drawn as ever, one part in vain
    x, y = placed_grid(rng, n, tilt=0.02)
    x = x * (1 + np.sign(x) * bell(rng, n, -0.15, 0.15))
    side = np.abs(x)
    top = bell(rng, n, -13.6, -12.4)
    hem = np.where(chance(rng, n, 0.05) > 0, bell(rng, n, 2, 9), bell(rng, n, 12.2, 13.6))
    crotch = bell(rng, n, -6.5, -2)
    knee = crotch + (hem - crotch) * bell(rng, n, 0.2, 0.6)
    waist, hip = bell(rng, n, 3, 5.2), bell(rng, n, 3.8, 6)
    outer_knee = hip * bell(rng, n, 0.75, 1.1)
    outer_hem = outer_knee * bell(rng, n, 0.75, 1.35)
    inner_knee = bell(rng, n, -0.25, 0.75) * (outer_knee - 1.8)
    inner_hem = bell(rng, n, -0.2, 0.95) * (outer_hem - 1.6)
    outer = profile(y, (top, waist), (crotch - 1, hip), (knee, outer_knee), (hem, outer_hem))
    inner = profile(y, (crotch, -0.6), (knee, inner_knee), (hem, inner_hem))
    between = inner - side - 99 * (1 - shown["gap"])
    end = np.maximum(y - hem, y - knee - 99 * shown["lower legs"])
    garment = cover(np.maximum(np.maximum(side - outer, between), np.maximum(top - y, end)))

    base = tone(rng, n)
    middle = (outer + np.maximum(inner, 0)) / 2
    across = (side - middle) / (outer - np.maximum(inner, 0) + 0.5) * 2
    below = cover(crotch - y)
    value = base * (1 - shown["gap"] * uniform(rng, n, 0.3, 0.8) * cover(side - 0.25) * below)  # where the legs touch
    value = value * (1 - shown["fly"] * uniform(rng, n, 0, 0.45) * cover(np.abs(x) - 0.2) * (1 - below))
    value = value * (1 + shown["waistband"] * bell(rng, n, -0.4, 0.3) * cover(y - top - 1.6))
    pocket = np.abs(side - waist * 0.75 - (y - top - 2) * 0.35) - 0.2
    value = value * (1 - shown["pockets"] * uniform(rng, n, 0, 0.5) * cover(pocket) * cover(np.abs(y - top - 3) - 1.5))
    crease = cover(np.abs(side - middle) - uniform(rng, n, 0.1, 1.2)) * smooth(-2, 3, y - crotch)
    value = value * (1 + shown["crease"] * bell(rng, n, -0.4, 0.4) * crease)
    value = value * (1 - shown["hems"] * uniform(rng, n, 0, 0.4) * cover(hem - 1.5 - y))
    torn = cover(box(side - middle, y - knee, 1.5, 0.8)) * chance(rng, n, 0.1)
    value = value * (1 - shown["tears"] * uniform(rng, n, 0, 0.6) * torn * (wave(y) * 0.5 + 0.5))

    gap = cover(np.abs(side - np.maximum(inner, 0)) - 1) * below * cover(y - hem)
    across, x, y = average(np.clip(across, -1.5, 1.5)), average(x), average(y)
    light = shading(rng, n, across, y) * cloth(rng, n, x, y, 0.3)
    return average(value * garment) * light, average(garment), average(gap)
