"""Sandal, sneaker and ankle boot: one shoe seen from the side, toe to the left, three styles.

A curve gives the foot bed, raised towards the heel; a second one, over it, the closed upper; a shaft stands on that.
A sandal shows the upper only where its straps run. High sneakers and low boots, sandals with many straps and sneakers
overlap, as on real photographs.
"""

import numpy as np

from lib.data.synthetic.light import cloth, clouds, shading, tone, wave
from lib.data.synthetic.shapes import average, band, bell, chance, cover, paint, placed_grid, profile, smooth, uniform

# A row for each measure, a column for each class; lengths in pixels.
# fmt: off
NAMES = ["Sandal", "Sneaker", "Ankle boot"]
STYLES: dict[str, list] = {
    # thickness of the sole, rise of the heel
    "sole":      [(0.7, 3.4), (1.0, 3.2), (0.7, 2.6)],
    "heel":      [(1, 12),    (0, 2),     (1, 8)],
    # heights over the foot bed: toe, instep, back; how far the shaft stands above the back
    "toe":       [(2, 4),   (2.8, 5), (3.4, 6)],
    "instep":    [(3.5, 8), (5.5, 9), (6.5, 9.5)],
    "back":      [(3, 8),   (5, 8.5), (6.5, 10)],
    "shaft":     [(3, 9),   (2, 8),   (4, 13)],
    # shares of the pictures: with a heel (else flat), filled below the foot, with a shaft, open, with laces
    "heeled":    [0.5,  0.25, 0.75],
    "wedge":     [0.4,  1.0,  0.12],
    "shafted":   [0.18, 0.16, 0.95],
    "strapped":  [0.94, 0.02, 0.0],
    "laced":     [0.05, 0.8,  0.4],
    # the part that decides the class
    "part":      ["straps", "lacing", "shaft"],
}
# What can be left out, and the measure that is 0 where it is missing. The heel, or a wedge, is part of the sole.
PARTS = {
    "sole": "soled", "heel": "raised", "welt": "welt", "shaft": "shafted", "opening": "inside", "laces": "laced",
    "toe straps": "banded", "heel strap": "sling", "toe cap": "capped", "heel patch": "patched", "stripe": "striped",
    "elastic": "elastic",
}
# fmt: on


def draw_shoe(
    rng: np.random.Generator, n: int, name: str, without: str = ""
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return n shoes of the style `name`: brightness, cover of the shoe and cover of its deciding part.

    Each is float32 (n, 28, 28) with values from 0 to 1. `without`: one of PARTS, which is left out; the others stay
    where they are, so that a shoe without its heel floats.
    """
    style = {measure: row[NAMES.index(name)] for measure, row in STYLES.items()}
    fit = _measures(rng, n, style)
    if without:
        fit[PARTS[without]] = 0  # only now: all is drawn as ever, so nothing else of the picture changes
    x, y = placed_grid(rng, n, tilt=0.02)
    above = fit["ground"] - fit["sole"] - fit["heel"] * smooth(-6, 9, x) - y  # height over the foot bed
    outline = profile(
        x,
        (-13.8, 0.3),
        (fit["toe_x"], fit["toe"]),
        (fit["instep_x"], fit["instep"]),
        (fit["instep_x"] + 5, fit["dip"]),
        (11.5, fit["back"]),
    )
    ends = np.maximum(-12.8 - x, x - 12.2 + 0.04 * above * above * (above < 0))
    front = fit["instep_x"] - 2.5 + fit["lean"] * above
    upper = np.maximum(np.maximum(-above, (above - outline) * 0.8), ends)
    shaft = np.maximum(
        np.maximum(-above, above - fit["shaft"] - fit["slope"] * (x - 6)),
        np.maximum(front - x, x - 12 + fit["narrow"] * above),
    )
    shaft_cover = cover(shaft) * fit["shafted"]
    closed = np.maximum(cover(upper), shaft_cover)
    straps = _straps(fit, x, above, outline)
    leather = closed * (1 - fit["strapped"] * (1 - straps))
    sole = _sole(fit, x, y, above, ends)

    value = fit["tone"] * _seams(rng, n, fit, x, above, outline, front)
    value, lacing = _lacing(fit, value, x, above, outline, front)
    inside = cover(np.abs(x - fit["instep_x"] - 5) - 3.5) * cover(outline - above - 1.2) * (1 - fit["shafted"])
    value = value * (1 - inside * fit["inside"])
    value = paint(value, sole * cover(above), fit["tone"] * fit["sole_light"])
    value = value * (1 - fit["welt"] * cover(np.abs(above) - 0.25))
    garment = np.maximum(leather, sole)

    parts = {
        "straps": leather,
        "lacing": np.maximum(lacing, cover(np.abs(above + fit["sole"] / 2) - fit["sole"] / 2 - 0.3)) * garment,
        "shaft": np.maximum(shaft_cover, cover(upper) * cover(np.abs(x - 7) - 5) * (1 - fit["shafted"])) * leather,
    }
    x, y = average(x), average(y)
    light = shading(rng, n, x / 13, y) * cloth(rng, n, x, y, 0.2) * (1 + fit["relief"] * clouds(rng, n, 9, 9))
    return average(value * garment) * light, average(garment), average(parts[style["part"]])


def _measures(rng: np.random.Generator, n: int, style: dict) -> dict:
    """Draw the measures of n shoes, each of shape (n, 1, 1) or a number for them all."""
    fit: dict = dict.fromkeys(("soled", "raised", "banded", "capped", "patched", "striped", "elastic"), 1)
    fit |= {key: bell(rng, n, *style[key]) for key in ("sole", "toe", "instep", "back")}
    fit |= {key: chance(rng, n, style[key]) for key in ("wedge", "shafted", "strapped", "laced")}
    fit["heel"] = np.where(chance(rng, n, style["heeled"]) > 0, uniform(rng, n, *style["heel"]), uniform(rng, n, 0, 1))
    fit["heel_width"] = uniform(rng, n, 0.5, 3.2)
    fit["instep_x"] = bell(rng, n, -2, 2.5)
    fit["toe_x"] = bell(rng, n, -12, -8)
    fit["dip"] = np.minimum(fit["instep"], fit["back"]) * bell(rng, n, 0.6, 1)
    fit["shaft"] = np.minimum(fit["back"] + uniform(rng, n, *style["shaft"]), 25.5 - fit["sole"] - fit["heel"])
    height = (
        fit["sole"] + fit["heel"] + np.where(fit["shafted"] > 0, fit["shaft"], np.maximum(fit["instep"], fit["back"]))
    )
    fit["ground"] = np.minimum(height / 2 + bell(rng, n, -1, 1.5), 13.2)
    fit["lean"], fit["narrow"] = bell(rng, n, 0, 0.25), bell(rng, n, -0.05, 0.18)
    fit["slope"] = bell(rng, n, -0.25, 0.15)

    fit["strap_period"], fit["strap_phase"] = uniform(rng, n, 3.2, 8), uniform(rng, n, 0, 1)
    fit["strap_width"], fit["strap_lean"] = uniform(rng, n, -0.5, 0.3), bell(rng, n, -1.4, 0.8)
    fit["strap_end"] = bell(rng, n, -7, 4)
    fit["sling"] = chance(rng, n, 0.75)
    fit["sling_width"] = uniform(rng, n, 0.4, 1.2)
    fit["tone"] = tone(rng, n)
    fit["sole_light"] = uniform(rng, n, 0.25, 1.35)
    fit["welt"] = uniform(rng, n, 0, 0.6)
    fit["inside"] = uniform(rng, n, 0, 0.8)
    fit["relief"] = uniform(rng, n, 0, 0.25)
    fit["lace_light"] = uniform(rng, n, -0.8, 0.5)
    fit["lace_step"] = uniform(rng, n, 1.5, 2.4)
    return fit


def _sole(fit: dict, x: np.ndarray, y: np.ndarray, above: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return the cover of the sole: a strip under the foot, a heel, or a wedge that fills what is between."""
    strip = np.maximum(np.maximum(above, -fit["sole"] - above), ends)
    heel_top = fit["ground"] - fit["heel"] - fit["sole"]
    heel = band(
        x,
        y,
        (12 - fit["heel_width"] * 1.2, heel_top),
        (11.6 - fit["heel_width"] * 0.9, fit["ground"]),
        fit["heel_width"] * 1.2,
        fit["heel_width"] * 0.8,
        cut=True,
    )
    heel = np.maximum(heel, above)
    wedge = np.maximum(np.maximum(above, y - fit["ground"]), ends) + 99 * (1 - fit["wedge"])
    return cover(np.minimum(strip, np.minimum(heel, wedge) + 99 * (1 - fit["raised"]))) * fit["soled"]


def _straps(fit: dict, x: np.ndarray, above: np.ndarray, outline: np.ndarray) -> np.ndarray:
    """Return where a sandal is covered: bands over the toes, one around the heel, ties around the ankle."""
    bands = wave((x + fit["strap_lean"] * above) / fit["strap_period"] + fit["strap_phase"]) - fit["strap_width"]
    over_toes = cover(-bands * fit["strap_period"] * 0.25) * cover(x - fit["strap_end"]) * fit["banded"]
    around = np.abs(above - outline + 0.6) - fit["sling_width"]
    counter = np.abs(x - 10.8) - fit["sling_width"]
    ties = np.abs(wave(above / fit["strap_period"])) - 0.3
    ankle = np.minimum(np.minimum(around, counter), np.where(above > outline + 1, ties, 9))
    return np.maximum(over_toes, cover(ankle) * cover(fit["strap_end"] - x) * fit["sling"])


def _lacing(
    fit: dict, value: np.ndarray, x: np.ndarray, above: np.ndarray, outline: np.ndarray, front: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the laces: down the instep, and up the front of a shaft. Return value and the strip they lie in."""
    low = np.maximum(np.abs(above - outline + 1) - 1, np.abs(x - fit["instep_x"] + 3.5) - 3.5)
    high = np.maximum(np.abs(x - front - 1.4) - 1, outline - above) + 99 * (1 - fit["shafted"])
    strip = cover(np.minimum(low, high))
    ticks = smooth(-0.3, 0.3, wave((x - above) / fit["lace_step"]))
    return value * (1 + fit["lace_light"] * fit["laced"] * ticks * strip), strip


def _seams(
    rng: np.random.Generator,
    n: int,
    fit: dict,
    x: np.ndarray,
    above: np.ndarray,
    outline: np.ndarray,
    front: np.ndarray,
) -> np.ndarray:
    """Return as factors the toe cap, the heel patch, a stripe on the side and the elastic or zip of a shaft."""
    cap = uniform(rng, n, -9, -4) - 0.12 * above * above
    value = 1 + fit["capped"] * chance(rng, n, 0.4) * bell(rng, n, -0.6, 0.5) * cover(x - cap)
    value = value * (1 - fit["capped"] * uniform(rng, n, 0, 0.5) * cover(np.abs(x - cap) - 0.25))
    patch = 9 + 0.15 * (above - 3)
    value = value * (1 + fit["patched"] * chance(rng, n, 0.4) * bell(rng, n, -0.6, 0.5) * cover(patch - x))
    stripe = np.abs(x - uniform(rng, n, -2, 5) - bell(rng, n, -1, 1) * (above - 3)) - uniform(rng, n, 0.3, 1.2)
    light = fit["striped"] * chance(rng, n, 0.45) * uniform(rng, n, -0.7, 0.4)
    value = value * (1 + light * cover(stripe) * cover(above - outline + 1))
    gore = np.abs(x - front - uniform(rng, n, 4, 6)) - uniform(rng, n, 0.1, 1.3)
    dark = fit["elastic"] * chance(rng, n, 0.45) * uniform(rng, n, 0.1, 0.6)
    return value * (1 - dark * cover(gore) * cover(3 - above))
