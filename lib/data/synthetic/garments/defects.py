"""The planted defects, so that an audit can be held against known truth."""

import numpy as np

from lib.data.synthetic.garments.drawing import neighbourhood, shuffled

# Classes that are taken for one another: half of the wrong labels are of this kind, the other half of any kind.
LOOK_ALIKE = {0: 6, 1: 3, 2: 4, 3: 0, 4: 2, 5: 7, 6: 0, 7: 9, 8: 5, 9: 7}

# How many of each. "train": both pictures in the training part. "test": a test picture repeats a training picture.
COUNTS = {
    ("exact duplicate", "train"): 30,
    ("exact duplicate", "test"): 30,
    ("near duplicate", "train"): 30,
    ("near duplicate", "test"): 30,
    ("wrong label", "train"): 70,
    ("blank", "train"): 10,
    ("blank", "test"): 4,
}
ROW = np.dtype([("kind", "U16"), ("position", "<i8"), ("partner", "<i8"), ("true_label", "<i8")])


def plant(drawn: dict[str, np.ndarray], tests: int, rng: np.random.Generator) -> np.ndarray:
    """Plant the defects of COUNTS into the drawn set, in place, and return the list of them.

    drawn: images, labels, garment_mask, part_mask, the last `tests` pictures being the test part.
    Returns a structured array (kind, position, partner, true_label), sorted by position. partner: whose copy the
    picture is, always a training picture of the same class, which has no defect itself; true_label: the right class
    of a wrong label; both -1 where they say nothing. No picture is used twice.
    """
    labels = drawn["labels"]
    trains = len(labels) - tests
    free = {"train": list(shuffled(rng, trains)), "test": list(shuffled(rng, tests) + trains)}
    rows = []
    blanks = 0
    for (kind, where), count in COUNTS.items():
        for number in range(count):
            position = free[where].pop()
            partner = true_label = -1
            if kind.endswith("duplicate"):
                partner = next(p for p in reversed(free["train"]) if labels[p] == labels[position])
                free["train"].remove(partner)
                _copy(drawn, partner, position, None if kind.startswith("exact") else rng)
            elif kind == "wrong label":
                true_label = labels[position]
                step = 1 + int(rng.random() * 9)
                labels[position] = LOOK_ALIKE[int(true_label)] if number % 2 else (true_label + step) % 10
            else:
                _blank(drawn, position, blanks, rng)
                blanks += 1
            rows.append((kind, position, partner, true_label))
    return np.array(sorted(rows, key=lambda row: row[1]), dtype=ROW)


def _copy(drawn: dict[str, np.ndarray], source: int, target: int, rng: np.random.Generator | None) -> None:
    """Overwrite the target with the source; with `rng`, as seen once more: shifted, lit otherwise, some mirrored."""
    for name in ("images", "garment_mask", "part_mask"):
        drawn[name][target] = drawn[name][source]
    if rng is None:
        return
    mirrored = rng.random() < 0.2
    down, right = int(rng.random() * 3) - 1, int(rng.random() * 3) - 1
    for name in ("images", "garment_mask", "part_mask"):
        picture = drawn[name][source]
        drawn[name][target] = _shifted(picture[:, ::-1] if mirrored else picture, down, right)
    drawn["part_mask"][target] &= neighbourhood(drawn["garment_mask"][target : target + 1])[0]
    image = drawn["images"][target, :, :, 0].astype(np.float64)
    slope = (rng.random() - 0.5) * 0.02
    light = 0.85 + 0.25 * rng.random() + slope * (np.arange(28) - 13.5)
    noise = (rng.random(image.shape) + rng.random(image.shape) - 1) * 8 * (image > 0)
    drawn["images"][target, :, :, 0] = np.clip(np.rint(image * light + noise), 0, 255).astype(np.uint8)


def _shifted(picture: np.ndarray, down: int, right: int) -> np.ndarray:
    """Return the picture moved by up to one pixel, with zeros where nothing was."""
    padded = np.pad(picture, [(1, 1), (1, 1)] + [(0, 0)] * (picture.ndim - 2))
    height, width = picture.shape[:2]
    return padded[1 - down : 1 - down + height, 1 - right : 1 - right + width]


def _blank(drawn: dict[str, np.ndarray], position: int, number: int, rng: np.random.Generator) -> None:
    """Make a picture blank: a grey of its own, so that no two are equal; every second one with a faint noise."""
    image = drawn["images"][position]
    image[:] = 18 * number
    if number % 2:
        image += np.floor(rng.random(image.shape) * 3).astype(np.uint8)
    drawn["garment_mask"][position] = drawn["part_mask"][position] = False
