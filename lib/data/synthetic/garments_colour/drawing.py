"""From a seed to all products, their pictures and their masks."""

import numpy as np

from lib.base.progress import progress
from lib.data.synthetic.garments.drawing import generator, shuffled
from lib.data.synthetic.garments_colour import things
from lib.data.synthetic.garments_colour.articles import ARTICLES, COLOURS
from lib.data.synthetic.garments_colour.canvas import Repeated, compose
from lib.data.synthetic.garments_colour.clothes import draw_top, draw_trousers
from lib.data.synthetic.garments_colour.footwear import draw_shoe
from lib.data.synthetic.garments_colour.plan import FLAGS, products

CHUNK = 8  # products drawn at once: few enough for the processor's cache
DRAWINGS = {
    "top": draw_top,
    "trousers": draw_trousers,
    "shoe": draw_shoe,
    "handbag": things.draw_handbag,
    "backpack": things.draw_backpack,
    "watch": things.draw_watch,
    "belt": things.draw_belt,
    "tie": things.draw_tie,
    "pendant": things.draw_pendant,
    "perfume": things.draw_perfume,
    "lipstick": things.draw_lipstick,
    "odd": things.draw_odd,
}


def draw_some(chosen: list[dict], seed: int, *stream: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pictures of some products of one article, each with all its views, and garment and part masks.

    uint8 (n, 80, 60, 3), bool (n, 80, 60) twice. The part mask marks what decides article and usage; it lies in the
    garment. The views of one product share their design, not their light and place.
    """
    owner = np.repeat(np.arange(len(chosen)), [product["views"] for product in chosen])
    n = len(owner)
    rng, view = Repeated(generator(seed, *stream, 0), owner), generator(seed, *stream, 1)
    design = {
        flag: np.array([product[flag] for product in chosen], np.float32)[owner].reshape(n, 1, 1) for flag in FLAGS
    }
    layers = DRAWINGS[chosen[0]["drawing"]](rng, view, n, design)
    table = np.array([[COLOURS[name] for name in product["colours"]] for product in chosen], np.float32)[owner]
    dyed = table / 255 * (0.94 + 0.12 * rng.random((n, 3, 3))) + (rng.random((n, 3, 3)) - 0.5) * 0.03
    dyed = dyed * (0.88 + 0.22 * rng.random((n, 3, 1)))
    return compose(view, layers, np.clip(dyed, 0.02, 0.98).astype(np.float32))


def draw_all(seed: int) -> dict:
    """Return the whole set without defects: images, garment_mask, part_mask and rows, one dictionary a picture.

    The rows are shuffled, with an id and the columns of the table as text.
    """
    found: dict[str, list] = {"images": [], "garment_mask": [], "part_mask": []}
    rows: list[dict] = []
    named: set[str] = set()
    with progress("drawing garments-colour") as report:
        for number, article in enumerate(ARTICLES):
            if number % 7 == 0:
                report(number, len(ARTICLES), "articles")
            chosen = products(generator(seed, number), article, named)
            for start in range(0, len(chosen), CHUNK):
                some = chosen[start : start + CHUNK]
                for name, array in zip(found, draw_some(some, seed, number, start), strict=True):
                    found[name].append(array)
                rows += [product for product in some for _ in range(product["views"])]
        report(len(ARTICLES), len(ARTICLES), "articles")
    rng = generator(seed, len(ARTICLES))
    order = shuffled(rng, len(rows))
    ids = 1000 + np.sort(np.argsort(rng.random(59000), kind="stable")[: len(rows)])[shuffled(rng, len(rows))]
    drawn: dict = {name: np.concatenate(arrays)[order] for name, arrays in found.items()}
    drawn["rows"] = [{"id": str(number)} | rows[k] for number, k in zip(ids, order, strict=True)]
    return drawn
