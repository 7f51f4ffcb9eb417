"""What is drawn: for every product its article, gender, colours, cut and usage, and what its row in the table says.

Usage and cut are chosen together, so that a picture tells the usage, but not clearly: a share NOISE of the products
looks like another usage than its row says.
"""

from typing import Any

import numpy as np

from lib.data.synthetic.garments_colour.articles import ARTICLES, BRIGHT, FEMALE, PALETTES, SEASONS

NOISE = 0.06  # share of products whose look is drawn for a usage chosen anew
SHARED = ((0.848, 1), (0.122, 2), (0.03, 3))  # share of products with so many pictures: about 30% of the pictures

COLUMNS = ["gender", "masterCategory", "subCategory", "articleType", "baseColour", "season", "year", "usage"]
FLAGS = [
    "sleeves", "collar", "buttons", "zip", "lapels", "tie", "print", "stripe", "knit", "embroidery", "pattern",
    "length", "flare", "slim", "kid", "short", "crease", "denim", "cord", "heel", "sole", "low", "laces", "formal",
    "sport", "straps", "thong", "light_dial", "which",
]  # fmt: skip
# Words that the products' names are made of; no brand is a real one.
BRANDS = [
    "Alderway", "Birchlow", "Calder", "Corvane", "Dunmoor", "Elmstead", "Fenwicke", "Garrow", "Halden", "Inverby",
    "Jasperline", "Kestrow", "Larkhill", "Merrow", "Northby", "Ostrell", "Pinecroft", "Quillon", "Ravensby",
    "Selkirke", "Tamsin", "Ulverton", "Vantry", "Westrow", "Yarrowby",
]  # fmt: skip
MODELS = [
    "Solid", "Classic", "Swift", "Meadow", "Harbour", "Breeze", "Urban", "Noble", "Drift", "Ember", "Willow",
    "Pebble", "Summit", "Ripple", "Velvet", "Comet", "Cedar", "Linen", "Marble", "Orbit", "Canyon", "Bloom",
    "Frost", "Tempo", "Quartz", "Raven", "Sierra", "Tidal", "Vista", "Zephyr", "Essential", "Heritage",
]  # fmt: skip


def pick(rng: np.random.Generator, shares: dict):
    """Return a key of `shares`, each as often as its share says."""
    total = 0.0
    for share in shares.values():
        total += share  # not `sum`: its rounding differs between versions of Python
    left = rng.random() * total
    for key, share in shares.items():
        left -= share
        if left < 0:
            return key
    return next(reversed(shares))  # where rounding left a trace


def products(rng: np.random.Generator, article: str, named: set[str]) -> list[dict]:
    """Return the products of an article: the columns of the table, `views` (pictures), `colours` and the FLAGS.

    named: the names given so far, to which the new ones are added: no two products share one.
    """
    sub, master, drawing, count, genders, usages = ARTICLES[article]
    found = []
    while count:
        views = 1 if drawing == "odd" else min(count, pick(rng, {n: share for share, n in SHARED}))
        count -= views
        gender, usage = pick(rng, genders), pick(rng, usages)
        look = pick(rng, usages) if rng.random() < NOISE else usage
        female = gender in ("Women", "Girls")
        palette = PALETTES.get(article) or PALETTES.get(look) or (FEMALE if female else BRIGHT)
        colour = pick(rng, palette)
        product: dict[str, Any] = dict.fromkeys(FLAGS, 0)
        product |= {"slim": int(female), "kid": int(gender in ("Boys", "Girls"))}
        second = pick(rng, {name: share for name, share in BRIGHT.items() if name != colour})
        product |= CUTS[drawing](rng, article, look)
        sleeves = str(product["sleeves"]) if drawing == "top" else ""
        product["season"] = "Spring" if master == "Personal Care" else pick(rng, SEASONS[sleeves])
        product["year"] = pick(rng, {"2012": 4, "2011": 3, "2016": 1.5, "2013": 1, "2017": 1, "2010": 0.5})
        product |= dict(gender=gender, usage=usage, baseColour=colour, articleType=article, subCategory=sub)
        product |= dict(masterCategory=master, drawing=drawing, views=views)
        product["colours"] = (colour, *_others(rng, drawing, product, second, look))
        product["productDisplayName"] = _name(rng, product, named)
        found.append(product)
    return found


def _name(rng: np.random.Generator, product: dict, named: set[str]) -> str:
    """Return a name like a shop's, not given before: "Merrow Women Swift Red Handbag"."""
    singular = product["articleType"].removesuffix("s") if product["articleType"] != "Dresses" else "Dress"
    while True:
        model = MODELS[int(rng.random() * len(MODELS))] + (
            "" if rng.random() < 0.6 else f" {int(rng.random() * 90) + 10}"
        )
        name = (
            f"{BRANDS[int(rng.random() * len(BRANDS))]} {product['gender']} {model} {product['baseColour']} {singular}"
        )
        if name not in named:
            named.add(name)
            return name


def _others(rng: np.random.Generator, drawing: str, product: dict, second: str, look: str) -> tuple[str, str]:
    """Return the second colour (pattern, tie, dial) and the third (buttons, metal, sole, the shirt in a jacket)."""
    metal = pick(rng, {"Silver": 2, "Gold": 1})
    if drawing == "shoe":
        light = {"White": 5, "Black": 2, "Grey": 1, "Brown": 1}
        return second, pick(rng, {"Black": 4, "Brown": 2} if product["formal"] or product["heel"] > 3 else light)
    if drawing == "watch":
        return ("White" if product["light_dial"] else pick(rng, {"Black": 3, "Navy Blue": 1, "Grey": 1})), metal
    if drawing in ("lipstick", "perfume"):
        return pick(rng, {"Black": 3, "White": 2, "Gold": 1}), pick(rng, {"Gold": 2, "Silver": 2, "Black": 1})
    if product["lapels"]:
        shirt = {"White": 4, "Blue": 1} if product["tie"] else {"White": 2, "Blue": 1, "Pink": 1, "Grey": 1, "Black": 1}
        return pick(rng, {"Red": 2, "Navy Blue": 2, "Maroon": 2, "Black": 2}), pick(rng, shirt)
    if product["tie"]:
        return pick(rng, {"Red": 2, "Navy Blue": 2, "Maroon": 2, "Black": 2, "Purple": 1}), "White"
    if product["denim"]:
        return second, "Gold"
    if look in ("Formal", "Smart Casual"):
        return pick(rng, {"White": 2, "Grey": 2, "Navy Blue": 1}), "Grey"
    return second, metal if drawing in ("handbag", "belt", "pendant") else "White"


def _top(rng: np.random.Generator, article: str, look: str) -> dict:
    plain_or = {0: 5, 1: 2, 2: 0.5, 3: 0.6, 4: 1, 5: 1.5}
    if article == "Shirts":
        cut = {"collar": 1, "buttons": 1}
        if look == "Formal":
            return cut | {"sleeves": 3, "tie": int(rng.random() < 0.45), "pattern": pick(rng, {0: 6, 2: 3, 3: 0.5})}
        if look == "Smart Casual":
            return cut | {"sleeves": pick(rng, {2: 7, 3: 3}), "pattern": pick(rng, {0: 6, 2: 1, 4: 2})}
        return cut | {"sleeves": pick(rng, {1: 4, 2: 2, 3: 4}), "pattern": pick(rng, {0: 3, 1: 1, 2: 2, 3: 4, 5: 1})}
    if article == "Jackets":
        if look in ("Formal", "Smart Casual"):
            tie = int(rng.random() < (0.75 if look == "Formal" else 0.04))
            patterned = pick(rng, {0: 5, 2: 1} if look == "Formal" else {0: 5, 3: 1})
            return {
                "sleeves": 3,
                "lapels": 1,
                "collar": int(tie or rng.random() < 0.5),
                "tie": tie,
                "pattern": patterned,
            }
        sport = int(look == "Sports" or rng.random() < 0.15)
        return {
            "sleeves": 3,
            "zip": 1,
            "collar": int(rng.random() < 0.6),
            "knit": int(rng.random() < 0.4),
            "stripe": sport,
        }
    if article == "Sweaters":
        return {"sleeves": 3, "knit": 1, "zip": int(rng.random() < 0.15), "pattern": pick(rng, {0: 5, 1: 4, 3: 0.5})}
    if article == "Kurtas":
        drawn = pick(rng, {0: 4, 4: 2, 5: 3, 1: 0.7})
        return {"sleeves": pick(rng, {2: 4, 3: 5, 0: 1}), "length": 1, "embroidery": 1, "pattern": drawn, "collar": 0}
    if article == "Dresses":
        patterned = 0 if look == "Formal" else pick(rng, plain_or | {5: 4})
        return {"sleeves": pick(rng, {0: 6, 1: 3, 3: 1}), "length": 1, "flare": 1, "pattern": patterned}
    if article == "Tops":
        return {"sleeves": pick(rng, {0: 4, 1: 4, 2: 1, 3: 1}), "pattern": pick(rng, plain_or)}
    if look == "Sports":
        return {"sleeves": 1, "stripe": 1, "print": int(rng.random() < 0.3)}
    cut = {"sleeves": pick(rng, {1: 86, 3: 9, 0: 5}), "pattern": pick(rng, plain_or), "collar": int(rng.random() < 0.2)}
    return cut | {"print": int(cut["pattern"] == 0 and rng.random() < 0.6)}


def _trousers(rng: np.random.Generator, article: str, look: str) -> dict:
    if article == "Jeans":
        return {"denim": 1}
    if article == "Trousers":
        return {"crease": int(rng.random() < (0.9 if look == "Formal" else 0.15)), "slim": int(look == "Smart Casual")}
    sport = int(look == "Sports")
    stripe = int(rng.random() < (0.8 if sport else 0.2))
    if article == "Track Pants":
        return {"cord": int(rng.random() < 0.8), "stripe": stripe}
    return {"short": 1, "stripe": stripe, "cord": sport, "pattern": 0 if sport else pick(rng, {0: 6, 3: 2, 5: 1})}


def _shoe(rng: np.random.Generator, article: str, look: str) -> dict:
    if article == "Formal Shoes":
        casual = look != "Formal"
        return {"formal": int(not casual), "sole": 1.1, "heel": 1.4, "laces": int(rng.random() < 0.6), "low": 0.25}
    if article == "Sports Shoes":
        return {"sport": int(look == "Sports" or rng.random() < 0.3), "sole": 3, "laces": 1}
    if article == "Heels":
        return {"low": 1, "heel": 5 + 4 * rng.random(), "sole": 0.7}
    if article == "Sandals":
        return {"straps": 1, "low": 0.4, "heel": pick(rng, {0: 5, 3: 2, 6: 3}), "sole": 1.2 + rng.random()}
    if article == "Flip Flops":
        return {"thong": 1, "sole": 2.4, "low": 1}
    if look == "Smart Casual":
        return {"sole": 1.2, "heel": 1, "laces": int(rng.random() < 0.4), "low": 0.35}
    return {"sole": 1.8, "laces": int(rng.random() < 0.8), "low": 0.1, "pattern": pick(rng, {0: 6, 3: 1, 5: 1})}


def _thing(rng: np.random.Generator, article: str, look: str) -> dict:
    if article == "Ties":
        return {"pattern": pick(rng, {6: 5, 0: 2, 4: 2} if look == "Formal" else {5: 4, 1: 3, 3: 3})}
    if article == "Watches":
        return {"light_dial": int(rng.random() < 0.5)}
    if article in ("Handbags", "Backpacks"):
        return {"pattern": pick(rng, {0: 8, 1: 0.6, 3: 0.5, 5: 1})}
    return {"which": {"Vouchers": 1, "Umbrellas": 2}.get(article, 0)}


CUTS = {"top": _top, "trousers": _trousers, "shoe": _shoe} | dict.fromkeys(
    ["handbag", "backpack", "watch", "belt", "tie", "pendant", "perfume", "lipstick", "odd"], _thing
)
