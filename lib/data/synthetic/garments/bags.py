"""Bags: a body, a handle or strap, a flap or a clasp."""

import numpy as np

from lib.data.synthetic.light import cloth, shading, tone, wave
from lib.data.synthetic.shapes import (
    average,
    band,
    bell,
    box,
    chance,
    cover,
    ellipse,
    paint,
    placed_grid,
    smooth,
    uniform,
)

# What can be left out.
PARTS = ("handle", "flap", "clasp", "zip", "pocket", "stitches", "lower half")


def draw_bag(rng: np.random.Generator, n: int, without: str = "") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return n bags: brightness, cover of the bag and cover of its handle (its upper rim where it has none).

    Each is float32 (n, 28, 28) with values from 0 to 1. `without`: one of PARTS, which is left out.
    """
    shown = {part: float(part != without) for part in PARTS}  # factors: all is drawn as ever, one part in vain
    x, y = placed_grid(rng, n, tilt=0.03)
    kind = uniform(rng, n, 0, 1)
    arch, strap, loops, clutch = kind < 0.4, (kind >= 0.4) & (kind < 0.62), (kind >= 0.62) & (kind < 0.85), kind >= 0.85
    half_x = np.where(strap, bell(rng, n, 6, 11), bell(rng, n, 8.5, 13.5))
    half_y = np.where(clutch, bell(rng, n, 5, 10), np.where(strap, bell(rng, n, 4.5, 8), bell(rng, n, 5, 9.5)))
    middle = np.where(clutch, bell(rng, n, -2, 2), 12.8 - half_y)
    taper = bell(rng, n, -0.035, 0.03)
    down = y - middle
    wide = x * (1 + taper * down)
    body = box(wide, down, half_x, half_y, uniform(rng, n, 0.5, 4.5)) + 0.12 * np.abs(down) * chance(rng, n, 0.3)
    rim = middle - half_y

    thick = uniform(rng, n, 0.45, 1.1)
    reach = half_x * bell(rng, n, 0.35, 0.95)
    high = np.minimum(rim + 13.3, bell(rng, n, 4, 16))
    ring = np.abs(ellipse(x, y - rim, reach, high)) - thick
    apex = bell(rng, n, -2, 2)
    lines = np.minimum(
        band(x, y, (-reach, rim), (apex, rim - high), thick, thick),
        band(x, y, (reach, rim), (apex, rim - high), thick, thick),
    )
    inner = np.abs(ellipse(x, y - rim, reach * 0.6, high * 0.85)) - thick
    hanging = np.abs(ellipse(np.abs(x) - half_x, y - rim - 3, 2.2, 5.5)) - thick * 0.8
    handle = np.where(arch, ring, np.where(strap, lines, np.where(loops, np.minimum(ring, inner), 99)))
    handle = np.where(chance(rng, n, 0.12) > 0, np.minimum(handle, hanging), handle)
    handle_cover = shown["handle"] * cover(handle) * cover(y - rim - 5)
    body_cover = cover(np.maximum(body, down - 99 * shown["lower half"]))

    base = tone(rng, n)
    part = down / half_y
    quilt = np.maximum(wave((x + y) / 5), wave((x - y) / 5))
    value = base * (1 - chance(rng, n, 0.12) * 0.4 * smooth(0.7, 1, quilt))
    flap_edge = uniform(rng, n, -0.6, 0.6) - uniform(rng, n, 0, 0.5) * x * x / (half_x * half_x)
    flap = shown["flap"] * chance(rng, n, 0.5) * uniform(rng, n, 0.1, 0.6)
    value = value * (1 - flap * cover(np.abs(part - flap_edge) * half_y - 0.3))
    value = value * (1 + flap * bell(rng, n, -0.4, 0.4) * cover((part - flap_edge) * half_y))
    value = value * (1 - shown["stitches"] * uniform(rng, n, 0, 0.4) * cover(np.abs(body + 1.2) - 0.2))
    value = value * (1 - shown["zip"] * chance(rng, n, 0.4) * 0.5 * cover(np.abs(down + half_y - 1.8) - 0.25))
    pocket = box(x, down - half_y * 0.35, half_x * 0.6, half_y * 0.4)
    dark = shown["pocket"] * chance(rng, n, 0.25) * uniform(rng, n, 0.1, 0.5)
    value = value * (1 - dark * cover(np.abs(pocket) - 0.2))
    clasp = cover(box(x, down - flap_edge * half_y, uniform(rng, n, 0.5, 2), uniform(rng, n, 0.5, 1.5)))
    value = paint(value, clasp * shown["clasp"] * chance(rng, n, 0.45), uniform(rng, n, 0, 1))
    value = paint(
        value * body_cover, handle_cover * (1 - body_cover * chance(rng, n, 0.5)), base * bell(rng, n, 0.5, 1.2)
    )
    garment = np.maximum(body_cover, handle_cover)
    upper = np.where(clutch, cover(down + half_y - 2) * body_cover, handle_cover)
    x, y = average(x), average(y)
    light = shading(rng, n, x / half_x, y) * cloth(rng, n, x, y, 0.28)
    return average(value) * light, average(garment), average(upper)
