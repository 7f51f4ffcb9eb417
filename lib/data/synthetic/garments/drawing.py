"""All ten classes: from a seed to pictures and masks."""

import numpy as np

from lib.base.errors import LookbookError, nearest
from lib.data.synthetic.garments import bags, shoes, tops, trousers
from lib.data.synthetic.light import grain
from lib.data.synthetic.shapes import uniform

CLASSES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
TRAIN, TEST = 600, 100  # pictures of each class
CHUNK = 10  # drawn at once: few enough for the processor's cache, a fifth faster than 50
SEEN = 0.3  # a pixel belongs to a mask when so much of it is covered: straps are thin


def generator(*numbers: int) -> np.random.Generator:
    """Return the generator of one stream. PCG64's integers are fixed by NumPy for good; ask it for `random` only."""
    return np.random.Generator(np.random.PCG64(list(numbers)))


def parts_of(label: int) -> list[str]:
    """Return the names of the parts that a picture of class `label` may show, and that can be left out."""
    name = CLASSES[label]
    if name == "Trouser":
        return list(trousers.PARTS)
    if name == "Bag":
        return list(bags.PARTS)
    return list(shoes.PARTS if name in shoes.NAMES else tops.PARTS)


def draw_some(
    label: int, rng: np.random.Generator, n: int, without: str = ""
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return n pictures of class `label` (uint8), their garment masks and part masks (bool), each (n, 28, 28).

    The part mask marks what decides the class; it lies in the garment or on the pixels next to it, and is never empty.
    `without`: one of the class's parts that is left out of every picture; from the same stream all else is drawn to
    the byte as with it (a part mask may then be empty). Raises LookbookError on a part that the class has not.
    """
    name = CLASSES[label]
    if without and without not in parts_of(label):
        raise LookbookError(f"the class {name} has no part '{without}': {nearest(without, parts_of(label))}")
    if name == "Trouser":
        bright, garment, part = trousers.draw_trousers(rng, n, without)
    elif name == "Bag":
        bright, garment, part = bags.draw_bag(rng, n, without)
    elif name in shoes.NAMES:
        bright, garment, part = shoes.draw_shoe(rng, n, name, without)
    else:
        bright, garment, part = tops.draw_top(rng, n, name, without)
    images = grain(rng, bright * 255, uniform(rng, n, 0, 14))
    mask = garment >= SEEN
    return images, mask, (part >= SEEN) & neighbourhood(mask)


def neighbourhood(mask: np.ndarray) -> np.ndarray:
    """Return the masks (n, h, w) grown by one pixel in all eight directions."""
    grown = mask.copy()
    grown[:, 1:] |= mask[:, :-1]
    grown[:, :-1] |= mask[:, 1:]
    tall = grown.copy()
    grown[:, :, 1:] |= tall[:, :, :-1]
    grown[:, :, :-1] |= tall[:, :, 1:]
    return grown


def shuffled(rng: np.random.Generator, n: int) -> np.ndarray:
    """Return 0 to n - 1 in random order, int64. Not `rng.permutation`, whose stream NumPy may change."""
    return np.argsort(rng.random(n), kind="stable")


def draw_all(seed: int) -> dict[str, np.ndarray]:
    """Return the whole set without defects: images, labels, garment_mask and part_mask, the test part last.

    Each part is shuffled by itself; every chunk of every class has a stream of its own.
    """
    found: dict[str, list] = {"images": [], "labels": [], "garment_mask": [], "part_mask": []}
    for label in range(len(CLASSES)):
        for chunk in range((TRAIN + TEST) // CHUNK):
            images, garment, part = draw_some(label, generator(seed, label, chunk), CHUNK)
            found["images"].append(images[..., None])
            found["labels"].append(np.full(CHUNK, label))
            found["garment_mask"].append(garment)
            found["part_mask"].append(part)
    number = np.arange(len(CLASSES) * (TRAIN + TEST))
    in_train = number % (TRAIN + TEST) < TRAIN
    rng = generator(seed, len(CLASSES))
    order = np.concatenate([part[shuffled(rng, len(part))] for part in (number[in_train], number[~in_train])])
    return {name: np.concatenate(arrays)[order] for name, arrays in found.items()}
