"""T-shirt, pullover, dress, coat and shirt: one drawing of the upper body, five styles.

All five come from the same code with ranges that overlap, and faint collars or hidden buttons are drawn too: what tells
a shirt from a T-shirt, or a coat from a pullover, is sometimes hardly there, as on real photographs.
"""

import numpy as np

from lib.data.synthetic.light import cloth, clouds, shading, tone, wave
from lib.data.synthetic.shapes import (
    average,
    band,
    bell,
    box,
    chance,
    cover,
    direction,
    ellipse,
    paint,
    placed_grid,
    profile,
    smooth,
    uniform,
)

# A row for each measure, a column for each class: lengths in pixels, from the middle of the picture.
# fmt: off
NAMES = ["T-shirt/top", "Pullover", "Dress", "Coat", "Shirt"]
STYLES: dict[str, list] = {
    # half widths: shoulder, under the arms, waist, hem
    "shoulder":   [(5.0, 8.4), (6.4, 9.0), (3.8, 6.8), (6.2, 8.6), (6.0, 8.6)],
    "chest":      [(5.0, 8.2), (5.6, 8.0), (3.8, 6.6), (5.6, 8.2), (5.4, 7.8)],
    "waist":      [(4.6, 8.2), (5.2, 7.8), (3.2, 6.0), (5.2, 8.0), (5.0, 7.6)],
    "skirt":      [(5.0, 8.8), (5.2, 7.8), (4.2, 9),   (5.4, 9.0), (5.2, 8.0)],
    # how far down the hem lies; half width and depth of the neck; half width of the arm; end of the collar's tips
    "hem":        [(10.5, 13.3), (9.5, 13.2), (11.8, 13.6), (11, 13.8), (10.5, 13.4)],
    "neck":       [(2.2, 4.6),   (2.4, 4.6),  (2.0, 3.8),   (2.0, 3.8), (1.8, 4.0)],
    "depth":      [(1.4, 5.0),   (1.0, 3.8),  (1.4, 5.0),   (0.8, 4.5), (1.0, 4.5)],
    "arm":        [(2.0, 3.6),   (2.1, 3.6),  (1.7, 2.9),   (2.5, 4.2), (2.0, 3.4)],
    "tip":        [(2.5, 4.5),   (2.5, 5.0),  (2.5, 5.0),   (2.5, 8.5), (2.5, 5.0)],
    # shares of the pictures: no sleeves, short, to the elbow or below; the rest has long ones
    "sleeveless": [0.12, 0.0,  0.42, 0.0,  0.04],
    "short":      [0.77, 0.02, 0.26, 0.0,  0.24],
    "medium":     [0.07, 0.1,  0.12, 0.06, 0.14],
    # shares: collar, hood; front closed by a line of its own, with buttons (else a zip), down to the hem, open
    "collar":     [0.04, 0.06, 0.07, 0.75, 0.92],
    "hood":       [0.0,  0.15, 0.0,  0.22, 0.0],
    "front":      [0.05, 0.06, 0.1,  1.0,  0.96],
    "buttons":    [0.8,  0.3,  0.8,  0.25, 0.97],
    "full":       [0.1,  0.3,  0.6,  0.97, 0.9],
    "open":       [0.0,  0.0,  0.0,  0.72, 0.05],
    # how well collar and front can be seen
    "seen":       [(0.0, 0.6), (0.0, 0.7), (0.0, 0.6), (0.6, 1.0), (0.6, 1.0)],
    # shares: pockets, print on the chest, belt, ribs at hem and cuffs, patterned cloth
    "pockets":    [0.03, 0.06, 0.1,  0.6,  0.05],
    "print":      [0.35, 0.22, 0.08, 0.03, 0.05],
    "belt":       [0.0,  0.0,  0.3,  0.15, 0.0],
    "ribs":       [0.15, 0.65, 0.05, 0.3,  0.05],
    "patterned":  [0.35, 0.32, 0.45, 0.25, 0.45],
    # the part that decides the class
    "part":       [("sleeves", "neck"), ("sleeves", "neck"), ("skirt",), ("front",), ("collar", "front")],
}
# What can be left out, and the measure that is 0 where it is missing; the skirt is all that hangs below the waist.
PARTS = {
    "sleeves": "sleeved", "neck": "opening", "collar": "collar", "hood": "hood", "front": "front", "print": "print",
    "pockets": "pocket", "belt": "belt", "ribs": "ribs", "seams": "seam", "skirt": "skirted",
}
# fmt: on


def draw_top(
    rng: np.random.Generator, n: int, name: str, without: str = ""
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return n garments of the style `name`: brightness, cover of the garment and cover of its deciding part.

    Each is float32 (n, 28, 28) with values from 0 to 1. `without`: one of PARTS, which is left out.
    """
    style = {measure: row[NAMES.index(name)] for measure, row in STYLES.items()}
    fit = _measures(rng, n, style)
    if without:
        fit[PARTS[without]] = 0  # only now: all is drawn as ever, so nothing else of the picture changes
    x, y = placed_grid(rng, n)
    x = x * (1 + np.sign(x) * bell(rng, n, -0.08, 0.08))  # no garment lies quite symmetrically
    side = np.abs(x)
    half, torso = _torso(fit, side, y)
    sleeve, cuff = _sleeve(fit, side, y)
    hole = _hole(fit, side, y)
    body, arms = cover(torso), cover(sleeve)
    hood = cover(ellipse(side, y - fit["top"] - 1.8, fit["neck"] + 2.2, 4.4)) * fit["hood"]
    garment = np.maximum(np.maximum(body, arms), hood)

    value = fit["tone"] * (1 + fit["sleeve_light"] * (1 - body))
    value = value * (1 - fit["seam"] * cover(np.abs(torso) - 0.2) * arms)
    value = value * (
        1 + fit["ribs"] * np.maximum(smooth(-2, -1.4, y - fit["hem"]) * body, smooth(-2, -1.4, cuff) * (1 - body))
    )
    value = value * (1 - fit["belt"] * cover(np.abs(y - fit["waist_y"]) - fit["belt_width"]) * body)
    pocket = np.abs(side - fit["waist"] * 0.62 + 0.3 * (y - 4.5)) - 0.2
    value = value * (1 - fit["pocket"] * cover(pocket) * cover(np.abs(y - 4.5) - 1.8))
    value, front = _front(fit, value, x, y)
    value, garment = _neckline(fit, value, garment, hole, side, y)
    value, collar = _collar(fit, value, hole, side, y)
    garment = np.maximum(garment, collar * fit["collar"])

    parts = {
        "sleeves": arms * (1 - body) * garment,
        "neck": cover(np.abs(hole - 0.6) - 0.9) * body,
        "skirt": smooth(-1, 1, y - fit["waist_y"]) * body,
        "front": front * body,
        "collar": collar,
    }
    part = parts[style["part"][0]]
    for other in style["part"][1:]:
        part = np.maximum(part, parts[other])
    across, x, y = average(np.clip(x / half, -1.6, 1.6)), average(x), average(y)
    light = shading(rng, n, across, y) * cloth(rng, n, x, y, style["patterned"]) * _print(rng, n, fit, x, y)
    return average(value * garment) * light, average(garment), average(np.minimum(part, garment))


def _measures(rng: np.random.Generator, n: int, style: dict) -> dict:
    """Draw the measures of n garments, each of shape (n, 1, 1) or a number for them all."""
    fit: dict = {"opening": 1, "skirted": 1}
    fit |= {key: bell(rng, n, *style[key]) for key in ("shoulder", "chest", "waist", "neck")}
    fit |= {key: uniform(rng, n, *style[key]) for key in ("skirt", "hem", "depth", "seen")}
    fit["hood"] = chance(rng, n, style["hood"])
    fit["top"] = bell(rng, n, -13.6, -12.2) + 1.6 * fit["hood"]
    fit["slope"] = bell(rng, n, 0.6, 2.2)
    fit["shoulder"] = np.maximum(fit["shoulder"], fit["neck"] + 1)
    fit["waist_y"] = bell(rng, n, -4, 5)
    fit["hem_curve"] = bell(rng, n, -0.8, 2.2)
    fit["vee"] = uniform(rng, n, -0.6, 1.2)
    fit["back"] = np.minimum(bell(rng, n, -0.5, 2), fit["depth"] * 0.6)
    fit["back_band"] = uniform(rng, n, -0.1, 0.6)
    fit["tone"] = tone(rng, n)

    kind = uniform(rng, n, 0, 1)
    to_short = style["sleeveless"] + style["short"]
    to_medium = to_short + style["medium"]
    medium, long = (kind >= to_short) & (kind < to_medium), kind >= to_medium
    fit["sleeved"] = (kind >= style["sleeveless"]).astype(np.float32)
    fit["arm"] = np.where(long, bell(rng, n, 17.5, 23), np.where(medium, uniform(rng, n, 8, 17), bell(rng, n, 3.5, 8)))
    fit["arm_turn"] = np.where(
        long, bell(rng, n, -0.01, 0.15), np.where(medium, bell(rng, n, 0.1, 0.3), bell(rng, n, 0.2, 0.5))
    )
    fit["arm_bow"] = np.where(long, bell(rng, n, 0, 2), 0).astype(np.float32)
    fit["arm_width"] = bell(rng, n, *style["arm"])
    fit["cuff_width"] = fit["arm_width"] * np.where(long, bell(rng, n, 0.5, 0.9), bell(rng, n, 0.7, 1.2))
    fit["sleeve_light"] = bell(rng, n, -0.35, 0.35)
    fit["seam"] = uniform(rng, n, 0.1, 0.8)
    fit["ribs"] = chance(rng, n, style["ribs"]) * uniform(rng, n, -0.4, 0.3)

    fit["collar"] = chance(rng, n, style["collar"]) * (1 - fit["hood"])
    fit["tip"] = bell(rng, n, *style["tip"])
    fit["collar_light"] = uniform(rng, n, -0.45, 0.35)
    fit["pocket"] = chance(rng, n, style["pockets"]) * uniform(rng, n, 0.1, 0.7)
    fit["front"] = chance(rng, n, style["front"])
    fit["front_end"] = np.where(chance(rng, n, style["full"]) > 0, 20, fit["top"] + fit["depth"] + bell(rng, n, 2, 8))
    fit["front_x"] = bell(rng, n, -0.8, 0.8)
    fit["buttons"] = chance(rng, n, style["buttons"])
    fit["button_step"] = bell(rng, n, 2.2, 4)
    fit["open"] = chance(rng, n, style["open"])
    fit["open_width"] = uniform(rng, n, 0.2, 1.6)
    fit["print"] = chance(rng, n, style["print"]) * uniform(rng, n, -0.9, 0.6)
    fit["belt"] = chance(rng, n, style["belt"]) * uniform(rng, n, 0.1, 0.7)
    fit["belt_width"] = uniform(rng, n, 0, 1)
    return fit


def _torso(fit: dict, side: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the body's half width at every height and the distance to it."""
    half = profile(
        y,
        (fit["top"], fit["shoulder"]),
        (fit["top"] + 7, fit["chest"]),
        (fit["waist_y"] + 1, fit["waist"]),
        (fit["hem"], fit["skirt"]),
    )
    line = fit["top"] + fit["slope"] * np.maximum(side - fit["neck"], 0) / (fit["shoulder"] - fit["neck"])
    part = side / half
    hem = fit["hem"] - fit["hem_curve"] * part * part
    end = np.maximum(y - hem, y - fit["waist_y"] - 99 * fit["skirted"])
    return half, np.maximum(np.maximum(side - half, line - y), end)


def _sleeve(fit: dict, side: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distance to the sleeve and, along it, how far beyond the cuff a point lies (negative: before it)."""
    cos, sin = direction(fit["arm_turn"])
    start = fit["shoulder"] - fit["arm_width"] * 0.75, fit["top"] + fit["slope"] * 0.8 + fit["arm_width"] * 0.85
    end = start[0] + sin * fit["arm"], start[1] + cos * fit["arm"]
    distance = band(side, y, start, end, fit["arm_width"], fit["cuff_width"], fit["arm_bow"], cut=True)
    cuff = (side - end[0]) * sin + (y - end[1]) * cos
    return distance + 99 * (1 - fit["sleeved"]), cuff


def _hole(fit: dict, side: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the distance to the neck hole: round, pointed or between."""
    down = y - fit["top"]
    vee = np.clip(fit["vee"], 0, 1)
    pointed = (side / fit["neck"] + down / fit["depth"] - 1) * np.minimum(fit["neck"], fit["depth"]) * 0.7
    return ellipse(side, down, fit["neck"], fit["depth"]) * (1 - vee) + pointed * vee


def _print(rng: np.random.Generator, n: int, fit: dict, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return a print on the chest as factors: a patch broken up by clouds, so that it reads as letters or a figure."""
    patch = cover(box(x, y + bell(rng, n, 0, 6), bell(rng, n, 1, 6), bell(rng, n, 0.5, 4.5)))
    broken = smooth(-0.2, 0.2, clouds(rng, n, 18, 18) + bell(rng, n, -0.3, 0.9))
    return 1 + fit["print"] * patch * broken


def _front(fit: dict, value: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draw the front: a line with buttons or a zip, or an opening that widens downwards. Return value and the strip."""
    down = y - fit["top"] - fit["depth"]
    off = x - fit["front_x"]
    length = cover(-down) * cover(y - fit["front_end"])
    seen = fit["seen"] * fit["front"] * length
    edge = cover(np.abs(np.abs(off) - 1.2) - 0.1) * fit["buttons"] * 0.35
    dots = cover(np.abs(off) - 0.5) * smooth(0, 0.6, wave(y / fit["button_step"])) * fit["buttons"]
    zip_line = cover(np.abs(off) - 0.35) * (1 - fit["buttons"])
    value = value * (1 - seen * np.maximum(edge, np.maximum(dots, zip_line) * 0.9))
    gap = cover(np.abs(off) - fit["open_width"] * (1 + down * 0.06)) * fit["open"]
    value = paint(value, gap * seen, 0.15 * fit["tone"])
    return value, cover(np.abs(off) - 1.6) * length


def _neckline(
    fit: dict, value: np.ndarray, garment: np.ndarray, hole: np.ndarray, side: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Cut the neck hole: black above the back of the neck, then its band, then the inside of the back."""
    part = side / fit["neck"]
    back = y - fit["top"] - fit["back"] * (1 - part * part)
    inside = cover(hole) * (1 - fit["hood"]) * fit["opening"]
    value = value * (1 - 0.35 * fit["seam"] * cover(np.abs(hole - 0.7) - 0.3))
    value = paint(value, inside, fit["tone"] * (0.45 + fit["back_band"] * cover(back - 1.2)))
    garment = garment * (1 - inside * cover(back))
    hollow = cover(ellipse(side, y - fit["top"] - 0.6, fit["neck"] * 0.9, 1.9)) * fit["hood"]
    return paint(value, hollow, fit["tone"] * 0.35), garment


def _collar(
    fit: dict, value: np.ndarray, hole: np.ndarray, side: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the two flaps of a collar over the edge of the neck. Return value and where the flaps are (or would be)."""
    start = fit["neck"] * 0.9, fit["top"] + 0.3
    end = fit["neck"] * 0.35 + 0.9, fit["top"] + fit["tip"]
    flap = band(side, y, start, end, 0.9, 1.5, cut=True)
    shown = cover(flap) * fit["collar"]
    value = paint(value, shown, fit["tone"] * (1 + fit["collar_light"] * fit["seen"]))
    line = cover(np.abs(flap) - 0.1) * fit["collar"] * fit["seen"]
    return value * (1 - 0.8 * line), cover(flap)
