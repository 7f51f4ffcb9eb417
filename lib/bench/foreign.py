"""Pictures from outside Fashion-MNIST whose class is known, and pictures of nothing that it knows.

Shop photographs (fashion-product) by the class that their article would have in Fashion-MNIST. It is a judgement:
CLASS_OF leaves out articles that could be two classes (tops, flats, heels, track pants); jackets are called Coat, and
sweatshirts Pullover, as most look in Fashion-MNIST. No article is an ankle boot. Many clothes are worn by people,
whose heads, arms and other clothes are in the picture, which Fashion-MNIST does not have.
"""

import numpy as np

from lib.data import catalogue
from lib.data.dataset import Dataset
from lib.data.fashion_mnist.reader import CLASSES

CLASS_OF = {
    "Tshirts": "T-shirt/top", "Jeans": "Trouser", "Trousers": "Trouser", "Sweaters": "Pullover",
    "Sweatshirts": "Pullover", "Dresses": "Dress", "Jackets": "Coat", "Sandals": "Sandal", "Shirts": "Shirt",
    "Casual Shoes": "Sneaker", "Sports Shoes": "Sneaker", "Handbags": "Bag",
}  # fmt: skip
OF_NO_CLASS = (  # no garment of Fashion-MNIST's, or one of a kind that it left out
    "Watches", "Sunglasses", "Belts", "Perfume and Body Mist", "Earrings", "Nail Polish", "Lipstick", "Caps", "Ties",
    "Socks", "Briefs", "Bra", "Necklace and Chains", "Scarves",
)  # fmt: skip
HALVES = ("choosing", "reporting")
A_CLASS = 150  # pictures, at most
MARGIN = 10  # pixels put around a shop's picture, which fills its frame as no photograph does


def products(half: str) -> tuple[np.ndarray, np.ndarray]:
    """Return shop pictures, uint8 (N, 80, 60, 3), and their classes in Fashion-MNIST, int64 (N,).

    half: of HALVES; pictures that are alike, or of one product name, lie in the same one.
    """
    dataset = catalogue.load("fashion-product")
    articles, there = _articles(dataset), _in_half(dataset, half)
    labels = np.array([CLASSES.index(CLASS_OF[name]) if name in CLASS_OF else -1 for name in articles])
    rng = np.random.default_rng(HALVES.index(half))
    chosen = [rng.permutation(np.flatnonzero(there & (labels == k)))[:A_CLASS] for k in np.unique(labels[labels >= 0])]
    positions = np.sort(np.concatenate(chosen))
    return np.asarray(dataset.images[positions]), labels[positions]


def of_no_class(half: str, number: int = 1500) -> np.ndarray:
    """Return shop pictures of things that Fashion-MNIST has no class for, uint8 (number, 80, 60, 3)."""
    dataset = catalogue.load("fashion-product")
    there = np.flatnonzero(_in_half(dataset, half) & np.isin(_articles(dataset), OF_NO_CLASS))
    return np.asarray(dataset.images[np.sort(np.random.default_rng(2).permutation(there)[:number])])


def _articles(dataset: Dataset) -> np.ndarray:
    return np.array([*dataset.classes["articleType"], ""])[dataset.labels["articleType"]]  # -1: no article


def _in_half(dataset: Dataset, half: str) -> np.ndarray:
    groups = np.arange(len(dataset)) if dataset.groups is None else dataset.groups
    names, number = np.unique(groups, return_inverse=True)
    return np.random.default_rng(7).integers(0, 2, len(names))[number] == HALVES.index(half)


def on_a_table(images: np.ndarray) -> np.ndarray:
    """Return pictures on white as they might be on a coloured, grained table, lit from one side, (N, h, w, 3)."""
    rng = np.random.default_rng(3)
    wide = np.pad(images, ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0)), constant_values=255)
    lit = [image * _surface(rng, image.shape[:2], rng.uniform(0.55, 0.9, 3)) for image in wide]
    return np.clip(np.rint(lit), 0, 255).astype(np.uint8)


def on_dark(images: np.ndarray) -> np.ndarray:
    """Return pictures on white with a dark, grained surface in place of the white, (N, h, w, 3)."""
    from scipy.ndimage import gaussian_filter

    rng = np.random.default_rng(4)
    wide = np.pad(images, ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0)), constant_values=255)
    made = []
    for image in wide:
        there = gaussian_filter((image.min(axis=2) < 242).astype("float32"), 0.7)[..., None]
        made.append(image * there + _surface(rng, image.shape[:2], rng.uniform(15, 70, 3)) * (1 - there))
    return np.clip(np.rint(made), 0, 255).astype(np.uint8)


def _surface(rng: np.random.Generator, shape: tuple[int, ...], colour: np.ndarray) -> np.ndarray:
    """Return a surface of that colour, (h, w, 3): streaks like those of wood, lighter to one side."""
    from scipy.ndimage import gaussian_filter

    grain = gaussian_filter(rng.normal(size=shape), (0.5, 6))
    rows, columns = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    slope = rows * rng.uniform(-1, 1) + columns * rng.uniform(-1, 1)
    return (1 + 0.12 * slope + 0.05 * grain / grain.std())[..., None] * colour


def drawn(half: str) -> dict[str, np.ndarray]:
    """Return pictures that can be drawn anywhere, uint8 (N, 28, 28, 1), as the network would see them, by name."""
    rng = np.random.default_rng(10 + HALVES.index(half))
    grey = np.broadcast_to(rng.integers(1, 256, (256, 1, 1, 1), dtype=np.uint8), (256, 28, 28, 1))
    return {
        "synthetic garments": np.asarray(catalogue.load("garments").images[HALVES.index(half) :: 7]),
        "noise": rng.integers(0, 256, (500, 28, 28, 1), dtype=np.uint8),
        "flat grey": np.ascontiguousarray(grey),
    }
