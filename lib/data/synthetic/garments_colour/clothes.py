"""What is worn above the legs, from T-shirt to dress: one garment, many cuts; and what is worn on them."""

import numpy as np

from lib.data.synthetic.garments_colour.canvas import clouds, light, outlined, pattern, placed_grid, yes
from lib.data.synthetic.light import wave
from lib.data.synthetic.shapes import band, bell, box, chance, cover, ellipse, paint, profile, smooth, uniform

Layers = dict[str, np.ndarray]


def draw_top(rng, view, n: int, design: dict[str, np.ndarray]) -> Layers:
    """Return the layers of n tops.

    design, each (n, 1, 1): sleeves (0 none, 1 short, 2 to the elbow, 3 long), collar, buttons, zip, lapels, tie, print,
    stripe (down the sides), knit, embroidery (each 0 or 1), pattern, length (0 hip, 1 knee), flare (of the skirt),
    slim (in the waist), kid.
    """
    x, y = placed_grid(view, n, zoom=1 - 0.12 * design["kid"])
    x = x * (1 + np.sign(x) * bell(view, n, -0.06, 0.06))  # no garment lies quite symmetrically
    fit = _measures(rng, n, design)
    side = np.abs(x)
    half = profile(
        y,
        (fit["top"], fit["shoulder"]),
        (fit["top"] + 8, fit["chest"]),
        (fit["waist_y"], fit["waist"]),
        (fit["hem"], fit["skirt"]),
    )
    slope = fit["top"] + fit["slope"] * np.maximum(side - fit["neck"], 0) / (fit["shoulder"] - fit["neck"])
    torso = np.maximum(np.maximum(side - half, slope - y), y - fit["hem"] + 0.02 * side * side)
    body = cover(torso)
    sleeve, cuff = _sleeve(fit, side, y)
    arms = cover(sleeve) * (design["sleeves"] > 0)
    garment = np.maximum(body, arms)

    value = light(view, n, np.clip(x / half, -1.6, 1.6), y)
    value = outlined(outlined(value, torso), sleeve + 9 * yes(design["sleeves"] == 0))
    ribs = np.maximum(smooth(-2.2, -1.6, y - fit["hem"]) * body, smooth(-2, -1.4, cuff) * arms * (1 - body))
    value = value * (1 - 0.22 * ribs * design["knit"] * (1 + wave(x * 1.2)))
    value = value * (1 + 0.1 * design["knit"] * wave(y * 0.9) * wave(x * 0.9))
    trim = pattern(rng, n, x, y, design["pattern"])
    chest = cover(box(x, y + bell(rng, n, 2, 7), bell(rng, n, 2.5, 5), bell(rng, n, 1.5, 5)))
    trim = paint(trim, design["print"] * chest * smooth(-0.2, 0.1, clouds(rng, n, 22, 18) + 0.2), 1)
    down_sides = np.maximum(cover(np.abs(side - half + 1.4) - 0.5), cover(np.abs(sleeve + 1.4) - 0.4) * (1 - body))
    trim = paint(trim, design["stripe"] * down_sides, 1)
    hem_line = cover(np.abs(y - fit["hem"] + 1.6) - 0.7) + cover(np.abs(side - 1.4) - 0.35) * cover(y - fit["top"] - 13)
    trim = paint(trim, design["embroidery"] * np.minimum(hem_line, 1) * (0.6 + 0.4 * wave((x + y) * 0.8)), 1)
    accent = np.zeros_like(value)

    hole, back = _hole(fit, side, y), y - fit["top"] - fit["back"]
    inside = cover(hole)
    value = paint(value, inside * (1 - design["collar"]), 0.55)
    value = outlined(value, hole - 0.5, 0.25)
    garment = garment * (1 - inside * cover(back) * (1 - design["collar"]))

    down = y - fit["top"] - fit["depth"]
    length = cover(-down) * cover(y - np.where(design["embroidery"] > 0, fit["top"] + 13, fit["hem"]))
    off = x - bell(rng, n, -0.3, 0.3)
    placket = cover(np.abs(np.abs(off) - 1) - 0.1) * design["buttons"] * length
    value = value * (1 - 0.3 * placket)
    dots = cover(ellipse(off, wave(y / 3.4) * 0.85 - 0.85, 0.55, 0.42)) * design["buttons"] * length
    accent = paint(accent, dots, 0.85)
    zip_line = cover(np.abs(off) - 0.25) * design["zip"] * length
    accent = paint(accent, zip_line, 0.8)

    value, trim, accent, opening = _lapels(fit, design, value, trim, accent, x, y)
    value, accent, flap = _collar(fit, design, value, accent, side, y)
    garment = np.maximum(garment, flap * design["collar"] * (1 - design["lapels"]))
    value, trim, accent, tie = _tie(rng, n, fit, design, value, trim, accent, x, y)

    neck = cover(np.abs(hole - 0.6) - 0.9)
    skirt = cover(fit["waist_y"] - y) * body * (design["flare"] > 0)
    part = np.maximum(flap * design["collar"], neck * (1 - design["collar"]) * body)
    part = np.maximum(np.maximum(part, opening), np.maximum(tie, np.maximum(skirt, design["stripe"] * down_sides)))
    part = np.maximum(part, (placket + zip_line) * (1 - design["tie"]))
    part = np.minimum(part, garment)
    return {"garment": garment, "part": part, "value": value, "trim": trim, "accent": accent}


def _measures(rng, n: int, design: Layers) -> Layers:
    """Draw the measures of n tops, each (n, 1, 1)."""
    long, slim, flare = design["length"], design["slim"], design["flare"]
    fit = {"shoulder": bell(rng, n, 6, 8.2) - 0.8 * slim - 1.2 * yes(design["sleeves"] == 0)}
    fit["chest"] = bell(rng, n, 6.2, 8.6) - 0.8 * slim + 0.6 * design["lapels"]
    fit["waist"] = fit["chest"] - bell(rng, n, -0.3, 0.8) - slim * bell(rng, n, 0.4, 1.8)
    fit["skirt"] = fit["chest"] + bell(rng, n, -0.4, 0.9) + flare * bell(rng, n, 1, 6)
    fit["top"] = bell(rng, n, -16.5, -13.5) - 1.5 * long
    fit["hem"] = bell(rng, n, 9, 14.5) + (18 - bell(rng, n, 9, 14)) * long * uniform(rng, n, 0.6, 1)
    fit["waist_y"] = bell(rng, n, -4, 3)
    fit["slope"] = bell(rng, n, 1, 2.8)
    fit["neck"] = np.minimum(bell(rng, n, 2.2, 4.2), fit["shoulder"] - 1.2)
    fit["depth"] = bell(rng, n, 1.4, 4.8)
    fit["vee"] = chance(rng, n, 0.35)
    fit["back"] = bell(rng, n, 0.2, 1.2)
    sleeves = design["sleeves"]
    fit["arm"] = np.where(sleeves == 3, bell(rng, n, 20, 25), np.where(sleeves == 2, bell(rng, n, 11, 15), sleeves * 0))
    fit["arm"] = np.where(fit["arm"] > 0, fit["arm"], bell(rng, n, 4.5, 9))
    fit["arm_turn"] = np.where(sleeves == 3, bell(rng, n, 0.02, 0.13), bell(rng, n, 0.12, 0.36))
    fit["arm_width"] = bell(rng, n, 2.1, 3.2)
    fit["cuff_width"] = fit["arm_width"] * np.where(sleeves == 3, bell(rng, n, 0.55, 0.85), bell(rng, n, 0.8, 1.2))
    fit["arm_bow"] = np.where(sleeves == 3, bell(rng, n, 0, 2.2), sleeves * 0)
    fit["tip"] = bell(rng, n, 3, 5)
    fit["opening"] = bell(rng, n, 11, 18)
    return fit


def _sleeve(fit: Layers, side: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distance to the sleeve, and how far beyond the cuff a point lies (negative: before it)."""
    turn = fit["arm_turn"]
    cos, sin = (1 - turn * turn) / (1 + turn * turn), 2 * turn / (1 + turn * turn)
    start = fit["shoulder"] - fit["arm_width"] * 0.7, fit["top"] + fit["slope"] * 0.8 + fit["arm_width"] * 0.85
    end = start[0] + sin * fit["arm"], start[1] + cos * fit["arm"]
    distance = band(side, y, start, end, fit["arm_width"], fit["cuff_width"], fit["arm_bow"], cut=True)
    return distance, (side - end[0]) * sin + (y - end[1]) * cos


def _hole(fit: Layers, side: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the distance to the neck hole, round or pointed."""
    down = y - fit["top"]
    pointed = (side / fit["neck"] + down / (fit["depth"] * 1.5) - 1) * np.minimum(fit["neck"], fit["depth"]) * 0.7
    return np.where(fit["vee"] > 0, pointed, ellipse(side, down, fit["neck"], fit["depth"]))


def _lapels(fit: Layers, design: Layers, value, trim, accent, x, y) -> tuple[np.ndarray, ...]:
    """Open the front of a jacket down to one button: the shirt below it (third colour), the lapels beside."""
    side, down = np.abs(x), y - fit["top"]
    edge = (side - fit["neck"] * 0.95 * (1 - down / fit["opening"])) * 0.9
    shirt = np.maximum(edge, down - fit["opening"])
    lapel = np.maximum(np.abs(edge - 1.3 - 0.9 * wave(down / fit["opening"] * 0.5)) - 1.3, down - fit["opening"])
    shown = cover(shirt) * cover(-down) * design["lapels"]
    flap = cover(lapel) * cover(-down) * design["lapels"]
    value = paint(value, flap, value * 1.12)
    value = value * (1 - 0.4 * cover(np.abs(lapel) - 0.15) * cover(-down) * design["lapels"])
    below = cover(np.abs(x - 0.2) - 0.2) * cover(fit["opening"] - down) * design["lapels"]
    value = paint(value, below, 0.55 * value)
    button = cover(ellipse(x - 0.9, down - fit["opening"] - 1.6, 0.6, 0.6)) * design["lapels"]
    value = paint(value, button, 0.4)
    trim, accent = paint(trim, shown, 0), paint(accent, shown, 1)
    return paint(value, shown, 0.97), trim, accent, np.maximum(shown, flap)


def _collar(fit: Layers, design: Layers, value, accent, side, y) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw the two flaps of a shirt's collar over the edge of the neck; in a jacket they are the shirt's."""
    start = fit["neck"] * 0.85, fit["top"] - 0.2
    end = fit["neck"] * 0.3 + 0.8, fit["top"] + fit["tip"]
    flap = band(side, y, start, end, 1.1, 1.5, cut=True)
    stand = np.maximum(side - fit["neck"] * 0.9, np.abs(y - fit["top"] - 0.1) - 1)
    shown = np.maximum(cover(flap), cover(stand)) * design["collar"]
    value = paint(value, shown, 1.04)
    value = value * (1 - 0.45 * cover(np.abs(flap) - 0.15) * design["collar"])
    return value, paint(accent, shown, design["lapels"]), np.maximum(cover(flap), cover(stand))


def _tie(rng, n: int, fit: Layers, design: Layers, value, trim, accent, x, y) -> tuple[np.ndarray, ...]:
    """Hang a tie into the collar, in the second colour; in a jacket it ends at the button."""
    down = y - fit["top"] - 1.2
    long = np.where(design["lapels"] > 0, fit["opening"] - 1, bell(rng, n, 14, 19))
    knot = band(x, down, (0, 0), (0, np.float32(1.8)), 1.3, 0.8, cut=True)
    wide = profile(down, (1.5, 0.8), (long - 2, bell(rng, n, 1.5, 2.2)))
    blade = np.maximum(np.maximum(np.abs(x) - wide, down - long + np.abs(x) * 0.9), 1 - down)
    tie = np.minimum(knot, blade)
    shown = cover(tie) * design["tie"]
    stripes = chance(rng, n, 0.5) * 0.35 * yes(wave((x + down) / 2.6) > 0.2)
    value = paint(value, shown, 1 - stripes)
    value = value * (1 - 0.4 * cover(np.abs(tie) - 0.1) * design["tie"])
    return value, paint(trim, shown, 1), paint(accent, shown, 0), shown


def draw_trousers(rng, view, n: int, design: dict[str, np.ndarray]) -> Layers:
    """Return the layers of n pairs of trousers.

    design, each (n, 1, 1): short, crease, denim, stripe (down the sides), slim (legs), cord (at the waist), each 0 or
    1; pattern; kid.
    """
    x, y = placed_grid(view, n, zoom=(1 - 0.12 * design["kid"]) * (0.96 + 0.3 * design["short"]), tilt=0.02)
    x = x * (1 + np.sign(x) * bell(view, n, -0.1, 0.1))
    side = np.abs(x)
    short = design["short"]
    top = bell(rng, n, -17.5, -15.5) + 5 * short
    hem = np.where(short > 0, bell(rng, n, 2, 9), bell(rng, n, 15.5, 18))
    crotch = top + bell(rng, n, 9, 12)
    knee = crotch + (hem - crotch) * bell(rng, n, 0.35, 0.6)
    waist, hip = bell(rng, n, 4.6, 6.2), bell(rng, n, 5.8, 7.6)
    outer_knee = hip * bell(rng, n, 0.82, 1.1) - 0.9 * design["slim"] + 0.5 * short
    outer_hem = outer_knee * bell(rng, n, 0.82, 1.15) - 0.5 * design["slim"]
    outer = profile(y, (top, waist), (crotch - 1, hip), (knee, outer_knee), (hem, outer_hem))
    leg = bell(rng, n, 3.6, 5.2) - 0.8 * design["slim"] + 0.8 * short
    inner = profile(y, (crotch, -0.4), (knee, np.maximum(outer_knee - leg, 0.2)), (hem, outer_hem - leg * 0.85))
    legs = np.maximum(np.maximum(side - outer, (inner - side) * cover(crotch - y)), np.maximum(top - y, y - hem))
    legs = np.where(y < crotch, np.maximum(side - outer, top - y), legs)
    garment = cover(legs)

    middle = (outer + np.maximum(inner, 0)) / 2
    across = (side - middle) / (outer - np.maximum(inner, 0) + 0.5) * 2
    below = smooth(-1, 1, y - crotch)
    value = outlined(light(view, n, np.clip(across, -1.5, 1.5), y), legs)
    value = value * (1 - 0.35 * cover(np.abs(x) - 0.15) * (1 - below))  # fly
    waistband = cover(np.abs(y - top - 1.4) - 0.15)
    value = value * (1 - 0.35 * waistband)
    pocket = np.abs(side - waist * 0.7 - (y - top - 2) * 0.35) - 0.15
    value = value * (1 - 0.4 * cover(pocket) * cover(np.abs(y - top - 4) - 2))
    faded = smooth(3, 0.5, np.abs(side - middle)) * smooth(0, 6, y - crotch + 3) * smooth(0, 8, hem - 2 - y)
    value = value * (1 + design["denim"] * bell(rng, n, 0.05, 0.5) * faded)
    value = value * (1 + design["denim"] * 0.12 * clouds(rng, n, 40, 30))
    crease = cover(np.abs(side - middle) - 0.2) * smooth(-2, 3, y - top - 5)
    value = value * (1 + design["crease"] * 0.3 * crease * (2 * chance(view, n, 0.5) - 1))
    trim = pattern(rng, n, x, y, design["pattern"])
    piping = cover(np.abs(side - outer + 1.1) - 0.55) * design["stripe"]
    trim = paint(trim, piping, 1)
    stitches = np.minimum(cover(np.abs(y - hem + 1) - 0.2) + cover(np.abs(y - top - 2.2) - 0.15), 1)
    accent = 0.6 * design["denim"] * stitches
    cord = cover(np.abs(side - 0.8 - 0.1 * (y - top)) - 0.3) * cover(np.abs(y - top - 3) - 2.4) * design["cord"]
    accent = paint(accent, cord, 1)

    ends = cover(np.abs(y - hem + 1.2) - 1.2)
    part = np.maximum(np.maximum(crease * design["crease"], piping), np.maximum(cord, ends * short))
    seat = (smooth(0, 2, 6 - (y - top)) * design["denim"]) + ends * (1 - short)
    part = np.minimum(np.maximum(part, seat), garment)
    return {"garment": garment, "part": part, "value": value, "trim": trim, "accent": accent}
