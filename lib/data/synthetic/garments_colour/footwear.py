"""Shoes seen from the side, toe to the left: one last, six kinds."""

import numpy as np

from lib.data.synthetic.garments_colour.canvas import clouds, light, outlined, pattern, placed_grid, yes
from lib.data.synthetic.light import wave
from lib.data.synthetic.shapes import band, bell, chance, cover, paint, profile, smooth, uniform

Layers = dict[str, np.ndarray]


def draw_shoe(rng, view, n: int, design: dict[str, np.ndarray]) -> Layers:
    """Return the layers of n shoes; the third colour is the sole's.

    design, each (n, 1, 1): heel (its height, 0 to 10), sole (its thickness), low (of the upper: 0 high, 1 a pump's),
    laces, formal, sport, straps, thong (each 0 or 1), pattern, kid.
    """
    x, y = placed_grid(view, n, zoom=(1 - 0.15 * design["kid"]) * np.float32(0.9), tilt=0.02)
    heel, sole = design["heel"] * bell(rng, n, 0.8, 1.2), design["sole"] * bell(rng, n, 0.8, 1.2)
    ground = bell(rng, n, 4, 7) + heel * 0.4
    above = ground - sole - heel * smooth(-6, 9, x) - y  # height over the foot bed
    toe_x, instep_x = bell(rng, n, -11.5, -9), bell(rng, n, -1.5, 2.5)
    low = design["low"]
    toe = bell(rng, n, 3, 4.6) - 0.8 * design["formal"] - 0.6 * low
    instep = bell(rng, n, 6, 9) * (1 - 0.62 * low)
    back = bell(rng, n, 6, 9) * (1 - 0.2 * low)
    dip = np.minimum(instep, back) * bell(rng, n, 0.7, 0.98)
    point = 1 + 0.6 * design["formal"] + 0.8 * yes(low > 0)
    outline = profile(x, (-14, 0.2), (toe_x + point, toe), (instep_x, instep), (instep_x + 5, dip), (11.5, back))
    ends = np.maximum(-13 - x, x - 12.2 + 0.03 * above * above)
    upper = np.maximum(np.maximum(-above, (above - outline) * 0.8), ends)
    straps = _straps(rng, n, x, above, outline)
    thong = _thong(rng, n, x, above)
    leather = cover(upper) * (1 - design["straps"] * (1 - straps)) * (1 - design["thong"]) + thong * design["thong"]

    strip = np.maximum(np.maximum(above, -sole - above), ends)
    width = np.where(heel > 3, uniform(rng, n, 0.6, 2.6), np.float32(3.4))
    post = band(
        x,
        y,
        (12.2 - width * 1.25, ground - heel - sole),
        (11.8 - width * 0.9, ground),
        width * 1.2,
        width * 0.85,
        cut=True,
    )
    post = np.maximum(post, above) + 99 * yes(heel < 0.6)
    bottom = cover(np.minimum(strip, post))
    garment = np.maximum(leather, bottom)

    value = light(view, n, np.clip(x / 13, -1.2, 1.2), y, folds=0.7)
    value = value * (1 + 0.1 * smooth(0, 6, above) - 0.12 * smooth(3, 0, above))
    value = outlined(outlined(value, upper, 0.3), above, 0.35)
    shine = smooth(1.6, 0, np.abs(above - outline * 0.72 + 0.5)) * smooth(6, 2, np.abs(x - toe_x - 3.5))
    value = value + design["formal"] * uniform(rng, n, 0.2, 0.8) * shine
    cap = toe_x + bell(rng, n, 3, 5.5) - 0.1 * above * above
    value = value * (1 - 0.35 * cover(np.abs(x - cap) - 0.2) * (1 - low) * chance(rng, n, 0.7))
    trim = pattern(rng, n, x, y, design["pattern"]) * cover(above - outline + 1)
    patch = cover(9 + 0.15 * (above - 3) - x)
    trim = paint(trim, patch * chance(rng, n, 0.5) * (1 - design["formal"]) * (1 - low), 1)
    swoosh = np.abs(x - 3.5 - bell(rng, n, -1, 1.4) * (above - 3)) - 0.9
    swoosh = np.minimum(swoosh, swoosh + 2.4 - 4.8 * yes(wave((x - above) / 9) > 0)) + 1.2 * (1 - design["sport"])
    stripes = cover(swoosh) * cover(above - outline + 1.4) * design["sport"]
    trim = paint(trim, stripes, 1)
    mesh = wave(x * 0.9) * wave(above * 0.9)
    value = value * (1 + 0.12 * design["sport"] * mesh * cover(above - outline + 1))
    lacing = np.maximum(np.abs(above - outline + 1) - 1.1, np.abs(x - instep_x + 3.2) - 3.4)
    strip_of_laces = cover(lacing) * design["laces"]
    ticks = smooth(-0.2, 0.3, wave((x - above) / 2.1))
    accent = 0.9 * strip_of_laces * ticks * (1 - design["formal"])
    value = value * (1 - 0.4 * strip_of_laces * ticks * design["formal"])
    inside = cover(np.abs(x - instep_x - 5.2) - 3.6) * cover(outline - above - 1) * cover(upper)
    value = value * (1 - 0.5 * inside * (1 - design["straps"]))
    under = bottom * cover(above)
    accent, trim = paint(accent, under, 1), paint(trim, under, 0)
    grooves = 0.25 * design["sport"] * yes(wave(x / 1.6) > 0.4) * smooth(0.5, 0.8, -above / sole)
    value = paint(value, under, 1 - grooves + 0.06 * clouds(rng, n, 20, 20))

    closed = np.maximum(strip_of_laces, cover(np.abs(x - cap) - 1.2) * cover(upper)) * (1 - low)
    part = np.maximum(np.maximum(closed * (1 - design["thong"]), stripes), under * (1 - low))
    part = np.maximum(part, np.maximum(cover(post), cover(strip) * yes(heel < 0.6)) * low)
    part = np.where((design["straps"] + design["thong"]) > 0, leather, part)
    return {"garment": garment, "part": np.minimum(part, garment), "value": value, "trim": trim, "accent": accent}


def _straps(rng, n: int, x: np.ndarray, above: np.ndarray, outline: np.ndarray) -> np.ndarray:
    """Return where a sandal is covered: bands over the toes, one around the heel."""
    period = uniform(rng, n, 4, 8)
    bands = wave((x + bell(rng, n, -1.4, 0.8) * above) / period + uniform(rng, n, 0, 1)) - uniform(rng, n, -0.4, 0.2)
    end = bell(rng, n, -5, 3)
    over_toes = cover(-bands * period * 0.25) * cover(x - end)
    width = uniform(rng, n, 0.6, 1.3)
    around = np.minimum(np.abs(above - outline + 0.6) - width, np.abs(x - 10.6) - width)
    return np.maximum(over_toes, cover(around) * cover(end - x))


def _thong(rng, n: int, x: np.ndarray, above: np.ndarray) -> np.ndarray:
    """Return the strap of a flip flop: from between the toes up over the foot, and back down to the sole."""
    peak, high, wide = bell(rng, n, -3, 1), bell(rng, n, 4, 6.5), uniform(rng, n, 0.6, 1.2)
    front = band(x, above, (bell(rng, n, -9, -7), 0), (peak, high), 0.5, wide)
    rear = band(x, above, (peak, high), (bell(rng, n, 3, 6), 0), wide, wide, bell(rng, n, 0, 0.8))
    return cover(np.minimum(front, rear)) * cover(-above)
