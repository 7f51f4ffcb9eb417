"""Everything that is neither worn cloth nor shoe: bags, watches, belts, ties, jewellery, perfume, lipstick."""

import numpy as np

from lib.data.synthetic.garments_colour.canvas import clouds, light, outlined, pattern, placed_grid, yes
from lib.data.synthetic.light import wave
from lib.data.synthetic.shapes import (
    band,
    bell,
    box,
    chance,
    cover,
    direction,
    ellipse,
    paint,
    profile,
    smooth,
    uniform,
)

Layers = dict[str, np.ndarray]


def draw_handbag(rng, view, n: int, design: Layers) -> Layers:
    """Return the layers of n handbags: body, handle, flap, clasp. Third colour: metal. Part: the handle."""
    x, y = placed_grid(view, n)
    half_x, half_y = bell(rng, n, 8, 12.5), bell(rng, n, 5.5, 10)
    middle = 15 - half_y - bell(rng, n, 1, 4)
    down = y - middle
    wide = x * (1 + bell(rng, n, -0.03, 0.03) * down)
    body = box(wide, down, half_x, half_y, uniform(rng, n, 0.8, 5))
    rim = middle - half_y
    thick, reach = uniform(rng, n, 0.5, 1.1), half_x * bell(rng, n, 0.4, 0.9)
    high = np.minimum(bell(rng, n, 5, 18), rim + 18)
    ring = np.abs(ellipse(x, y - rim, reach, high)) - thick
    second = np.abs(ellipse(x, y - rim, reach * 0.75, high * 0.8)) - thick * 0.8 + 99 * chance(rng, n, 0.6)
    handle = cover(np.minimum(ring, second)) * cover(y - rim - 3)
    garment = np.maximum(cover(body), handle)
    value = outlined(light(view, n, np.clip(x / half_x, -1.2, 1.2), y, folds=0.6), body, 0.35)
    value = outlined(value, body + 1.1, 0.18)  # stitches
    edge = down - half_y * bell(rng, n, -0.5, 0.4) + bell(rng, n, 0, 4) * x * x / (half_x * half_x)
    flap = chance(rng, n, 0.6)
    value = value * (1 - 0.4 * flap * cover(np.abs(edge) - 0.2)) * (1 + 0.08 * flap * cover(edge))
    quilt = np.maximum(wave((x + y) / 4), wave((x - y) / 4))
    value = value * (1 - chance(rng, n, 0.25) * 0.3 * smooth(0.7, 1, quilt)) * (1 + 0.05 * clouds(rng, n, 40, 30))
    value = value * (1 - 0.3 * handle * (1 - cover(body)))
    trim = pattern(rng, n, x, y, design["pattern"]) * cover(body)
    trim = paint(trim, handle * chance(rng, n, 0.35), 1)
    clasp = cover(box(x, edge, uniform(rng, n, 0.6, 2), uniform(rng, n, 0.6, 1.4))) * chance(rng, n, 0.6)
    rings = cover(ellipse(np.abs(x) - reach, y - rim - 0.8, 0.9, 0.9))
    accent = np.minimum(clasp + rings, 1)
    return _layers(garment, handle, value, trim, accent)


def draw_backpack(rng, view, n: int, design: Layers) -> Layers:
    """Return the layers of n backpacks: body, pocket, zips, loop and straps. Part: pocket and straps."""
    x, y = placed_grid(view, n)
    half_x, half_y = bell(rng, n, 7.5, 10), bell(rng, n, 11, 14)
    body = box(x * (1 - 0.012 * (y - 2)), y - 2, half_x, half_y, uniform(rng, n, 3, 6.5))
    loop = np.abs(ellipse(x, y - 2 + half_y, 2.4, bell(rng, n, 2.5, 4))) - 0.6
    strap = np.abs(ellipse(np.abs(x) - half_x + 1, y - 4, bell(rng, n, 2, 3.5), 9)) - 0.8
    straps = cover(np.minimum(loop, strap)) * (1 - cover(body))
    garment = np.maximum(cover(body), straps)
    pocket = box(x, y - 2 - half_y * 0.45, half_x * bell(rng, n, 0.6, 0.85), half_y * bell(rng, n, 0.35, 0.5), 2)
    value = outlined(outlined(light(view, n, np.clip(x / half_x, -1.2, 1.2), y), body, 0.35), pocket, 0.45)
    value = value * (1 - 0.4 * straps)
    zip_line = np.abs(box(x, y - 3, half_x - 1.5, half_y - 2, 4)) - 0.2
    value = value * (1 - 0.45 * cover(zip_line) * cover(y))
    trim = pattern(rng, n, x, y, design["pattern"])
    trim = paint(trim, cover(pocket) * chance(rng, n, 0.5), 1)
    accent = cover(box(x, y - 2 - half_y * 0.45 + 1.5, 2, 0.7)) * chance(rng, n, 0.7)
    return _layers(garment, np.maximum(cover(np.abs(pocket) - 0.7), straps), value, trim, accent)


def draw_watch(rng, view, n: int, design: Layers) -> Layers:
    """Return the layers of n watches: strap, case (third colour: metal), dial (second) with hands. Part: the dial."""
    x, y = placed_grid(view, n, zoom=0.95 - 0.1 * design["slim"])
    wide = bell(rng, n, 3, 4.6) - 0.8 * design["slim"]
    long = bell(rng, n, 14.5, 17.5)
    half = profile(np.abs(y), (3, wide), (long, wide * bell(rng, n, 0.6, 0.9)))
    strap = np.maximum(np.abs(x) - half, np.abs(y) - long)
    radius = wide + bell(rng, n, 1.4, 3.4)
    square = chance(rng, n, 0.22) > 0
    case = np.where(square, box(x, y, radius * 0.9, radius, 1.2), ellipse(x, y, radius, radius))
    crown = box(np.abs(x - radius), y, 0.9, 0.8)
    metal = np.minimum(case, crown)
    dial = case + bell(rng, n, 0.8, 1.7)
    garment = np.maximum(cover(strap), cover(metal))
    value = outlined(light(view, n, np.clip(x / wide, -1.3, 1.3), y, folds=0.2), strap, 0.3)
    links = 0.25 * yes(wave(y / 1.7) > 0.55) * chance(rng, n, 0.5)
    value = value * (1 - links * (1 - cover(metal)))
    value = paint(value, cover(metal), 1 + 0.25 * wave((x + y) / 18))
    value = paint(value, cover(dial), 1)
    cos, sin = direction(uniform(rng, n, -1, 1))
    minute = band(x, y, (0, 0), (sin * radius * 0.62, -cos * radius * 0.62), 0.25, 0.2)
    hour = band(x, y, (0, 0), (cos * radius * 0.4, sin * radius * 0.4), 0.35, 0.25)
    ticks = np.minimum(np.abs(x), np.abs(y)) - 0.25
    ticks = np.maximum(ticks, np.abs(dial + 1) - 0.5)
    drawn = np.maximum(cover(np.minimum(minute, hour)), cover(ticks)) * cover(dial)
    accent = paint(paint(cover(metal), cover(dial), 0), drawn, 1)
    value = paint(value, drawn * design["light_dial"], 0.25)
    trim = cover(dial)
    return _layers(garment, cover(dial), outlined(value, case, 0.4), trim, accent)


def draw_belt(rng, view, n: int, design: Layers) -> Layers:
    """Return the layers of n coiled belts with a buckle in the third colour. Part: the buckle."""
    x, y = placed_grid(view, n, zoom=0.92)
    high = bell(rng, n, 2.2, 3.6)
    reach, depth = bell(rng, n, 10, 12.5), bell(rng, n, 3.5, 7)
    rear = np.abs(ellipse(x, y + 2, reach, depth)) - high * 0.45
    front = np.maximum(np.abs(y - 2 - depth * (1 - x * x / (reach * reach)) * 0.75) - high, np.abs(x) - reach)
    belt = np.minimum(rear, front)
    centre = 2 + depth * 0.75
    buckle = np.abs(box(x, y - centre, high * bell(rng, n, 0.9, 1.4), high * 1.2, 0.8)) - 0.55
    prong = box(x - 0.6, y - centre, high * 1.1, 0.3)
    metal = np.minimum(buckle, prong)
    garment = np.maximum(cover(belt), cover(metal))
    value = light(view, n, np.clip(x / reach, -1.2, 1.2), y, folds=0.4)
    value = value * (1 - 0.35 * cover(rear) * (1 - cover(front)))
    value = outlined(outlined(value, front, 0.3), front + 0.8, 0.3)
    holes = cover(ellipse(wave(x / 4) - 0.9, y - centre, 0.25, 0.35)) * cover(x) * cover(front)
    value = value * (1 - 0.7 * holes)
    value = paint(value, cover(metal), 1 + 0.2 * wave((x - y) / 7))
    part = cover(box(x, y - centre, high * 1.5, high * 1.4))
    trim = pattern(rng, n, x, y, design["pattern"]) * cover(front)
    return _layers(garment, np.minimum(part, garment), value, trim, cover(metal))


def draw_tie(rng, view, n: int, design: Layers) -> Layers:
    """Return the layers of n ties. Part: the knot."""
    x, y = placed_grid(view, n, zoom=0.92, tilt=0.05)
    top, tip = bell(rng, n, -16.5, -14.5), bell(rng, n, 14, 17)
    knot = band(x, y, (0, top), (0, top + 3.4), bell(rng, n, 2.2, 2.8), 1.5, cut=True)
    wide = profile(y, (top + 3, 1.5), (tip - 4, bell(rng, n, 3, 4.6)))
    blade = np.maximum(np.maximum(np.abs(x) - wide, (y - tip + np.abs(x) * 0.95) * 0.7), top + 3 - y)
    loop = np.abs(ellipse(x, y - top - 1, bell(rng, n, 4, 5.5), 2.2)) - 0.8
    loop = np.maximum(loop, y - top - 1.5) + 99 * chance(rng, n, 0.5)
    cloth = np.minimum(np.minimum(knot, blade), loop)
    value = outlined(light(view, n, np.clip(x / 4, -1.2, 1.2), y), knot, 0.5)
    value = outlined(value, cloth, 0.3) * (1 - 0.3 * cover(loop) * (1 - cover(knot)))
    trim = pattern(rng, n, x, y, design["pattern"])
    return _layers(cover(cloth), cover(knot), value, trim, np.zeros_like(value))


def draw_pendant(rng, view, n: int, design: Layers) -> Layers:
    """Return the layers of n pendants on a chain of the third colour. Part: the pendant."""
    x, y = placed_grid(view, n)
    wide, low = bell(rng, n, 7, 10), bell(rng, n, 4, 8)
    chain = np.abs(ellipse(x, y + 14, wide, low + 14)) - 0.45 - 0.15 * wave((x + y) / 1.2)
    chain = np.maximum(chain, -14 - y)
    size = bell(rng, n, 2.2, 4.2)
    heart = ellipse(np.abs(x) - size * 0.5, y - low - size * 0.6, size * 0.62, size * 0.62)
    heart = np.minimum(heart, np.maximum(np.abs(x) + np.abs(y - low - size * 0.9) - size, low + size * 0.7 - y))
    drop = ellipse(x, y - low - size, size * 0.75, size)
    stone = np.where(chance(rng, n, 0.5) > 0, heart, drop)
    value = outlined(light(view, n, np.clip(x / 10, -1, 1), y, folds=0.3), stone, 0.4)
    glint = cover(ellipse(x + size * 0.3, y - low - size * 0.7, size * 0.25, size * 0.2))
    value = value * 0.95 + 0.5 * glint
    return _layers(
        np.maximum(cover(chain), cover(stone)), cover(stone), value, np.zeros_like(value), 1 - cover(stone - 0.2)
    )


def draw_perfume(rng, view, n: int, design: Layers) -> Layers:
    """Return the layers of n bottles of perfume: glass, cap (third colour), label (second). Part: the cap."""
    x, y = placed_grid(view, n, tilt=0.015)
    half_x, half_y = bell(rng, n, 4, 8.5), bell(rng, n, 7, 11)
    body = np.where(
        chance(rng, n, 0.25) > 0,
        ellipse(x, y - 4, half_x + 1.5, half_y),
        box(x * (1 + bell(rng, n, -0.015, 0.015) * y), y - 4, half_x, half_y, uniform(rng, n, 0.8, 3.5)),
    )
    neck_y = 4 - half_y
    cap = box(x, y - neck_y + 3.4, half_x * bell(rng, n, 0.3, 0.7), bell(rng, n, 2, 4), 0.8)
    neck = box(x, y - neck_y, half_x * 0.25, 1.2)
    garment = np.maximum(np.maximum(cover(body), cover(cap)), cover(neck))
    value = light(view, n, np.clip(x / half_x, -1.2, 1.2), y, folds=0.1)
    value = value + 0.3 * smooth(1, 0, np.abs(x + half_x * 0.55)) - 0.15 * smooth(1, 0, np.abs(x - half_x * 0.7))
    level = cover(y - neck_y - 2.5)
    value = outlined(value * (1 + 0.35 * level), body, 0.4)
    label = cover(box(x, y - 4 - half_y * 0.25, half_x * 0.6, half_y * 0.35)) * chance(rng, n, 0.7)
    letters = cover(np.abs(y - 4 - half_y * 0.25) - 0.5) * yes(wave(x / 1.3) > -0.2) * label
    value = paint(value, letters * cover(np.abs(x) - half_x * 0.45), 0.45)
    top = np.maximum(cover(cap), cover(neck) * (1 - cover(body)))
    value = paint(value, top, 1 + 0.25 * wave(x / half_x))
    return _layers(garment, cover(cap), outlined(value, cap, 0.4), label, top)


def draw_lipstick(rng, view, n: int, design: Layers) -> Layers:
    """Return the layers of n lipsticks: bullet (first colour), ring (third), case (second). Part: the bullet."""
    x, y = placed_grid(view, n, tilt=0.04)
    wide = bell(rng, n, 2.6, 3.8)
    top, middle, bottom = bell(rng, n, -13, -10), bell(rng, n, -1, 3), bell(rng, n, 12.5, 15.5)
    slanted = top + (x + wide) * bell(rng, n, 0.5, 1)
    bullet = np.maximum(np.maximum(np.abs(x) - wide * 0.78, slanted - y), y - middle)
    ring = np.maximum(np.abs(x) - wide * 0.92, np.abs(y - middle - 1.2) - 2)
    case = np.maximum(np.abs(x) - wide * 1.15, np.abs(y - (middle + 3 + bottom) / 2) - (bottom - middle - 3) / 2)
    garment = np.maximum(np.maximum(cover(bullet), cover(ring)), cover(case))
    value = (
        1
        - bell(view, n, 0.1, 0.4) * smooth(0, 1.2, np.abs(x + 0.5) / wide)
        + 0.3 * smooth(0.6, 0, np.abs(x + wide * 0.4))
    )
    value = outlined(outlined(value.astype(np.float32), case, 0.4), ring, 0.3)
    accent = paint(cover(ring), cover(bullet) * (1 - cover(ring)), 0)
    return _layers(garment, cover(bullet), value, cover(case), paint(accent, cover(case), 0))


def draw_odd(rng, view, n: int, design: Layers) -> Layers:
    """Return the layers of n things of which there are few. design["which"]: 0 gift box, 1 voucher, 2 umbrella."""
    x, y = placed_grid(view, n)
    which = design["which"]
    body = np.where(which == 0, box(x, y - 2, 9, 9, 0.5), box(x, y, 11.5, 7, 1))
    ribbon = np.where(which == 0, np.minimum(np.abs(x), np.abs(y - 2)) - 1.2, np.abs(y + 3) - 1.3)
    bow = ellipse(np.abs(x) - 3, y + 9, 3, 2) + 99 * yes(which != 0)
    canopy = np.maximum(ellipse(x, y, 12.5, 13), y + 1.5 * wave(x / 6.25 + 0.5))
    stick = box(x, y - 5, 0.45, 9)
    hook = np.maximum(np.abs(ellipse(x - 1.8, y - 14, 1.8, 2)) - 0.45, 14 - y)
    body = np.where(which == 2, canopy, body)
    rest = np.where(which == 2, np.minimum(stick, hook), bow)
    band_cover = np.where(which == 2, cover(np.abs(wave(x / 6.25)) - 0.1), cover(ribbon)) * cover(body)
    garment = np.maximum(cover(body), cover(rest))
    value = outlined(light(view, n, np.clip(x / 12, -1, 1), y, folds=0.4), body, 0.4)
    trim = paint(band_cover, cover(rest) * (1 - cover(body)), 1)
    part = np.maximum(band_cover, cover(rest) * (1 - cover(body)))
    return _layers(garment, part, value, trim, np.zeros_like(value))


def _layers(garment, part, value, trim, accent) -> Layers:
    return {"garment": garment, "part": np.minimum(part, garment), "value": value, "trim": trim, "accent": accent}
