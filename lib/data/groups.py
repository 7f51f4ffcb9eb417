"""Pictures that must stay in one part: one product, one picture, or nearly one picture."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from lib.data import alike
from lib.data.dataset import evenly

# Raise it when other groups are found: they are kept on disk under its number. A sum of the code would have the 44,441
# real pictures compared again (11 s) for a comment, and miss a change in a module that this one uses.
VERSION = 1
GRID = (20, 15)  # cells along height and width in which pictures are compared: JPEG noise hardly counts there
COMPONENTS = 24  # principal components in which neighbours are searched
NEAR = 0.05  # of the lighter picture's ink: so much two pictures of one product may differ
BLOCK = 500  # pictures at a time: bounds the memory


def groups(images: np.ndarray, names: list[str] | None = None) -> np.ndarray:
    """Return for each picture the number of its group, int64 (N,), from 0 in order of appearance.

    images: uint8 (N, H, W, C). names: of the products; an empty name says nothing; case and outer blanks do not count.
    Two pictures are in one group when they have the same name, or are twins (`twins`), or a chain of such pairs links
    them.
    """
    pairs = twins(images)
    return connected(pairs if names is None else pd.concat([pairs, same_name(names)]), len(images))


def connected(pairs: pd.DataFrame, count: int) -> np.ndarray:
    """Return the groups, int64 (count,), from 0 in order of appearance, that chains of pairs make of so many pictures.

    pairs: columns position and partner.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = pairs["position"].to_numpy(np.int64), pairs["partner"].to_numpy(np.int64)
    links = coo_array((np.ones(len(pairs), dtype=bool), ends), shape=(count, count))
    return pd.factorize(connected_components(links, directed=False)[1])[0].astype(np.int64)


def same_name(names: list[str]) -> pd.DataFrame:
    """Return pairs of the same name, columns position and partner; each further one is paired with the first."""
    first: dict[str, int] = {}
    folded = [name.strip().casefold() for name in names]
    pairs = [(first.setdefault(name, position), position) for position, name in enumerate(folded) if name]
    table = pd.DataFrame(pairs, columns=["position", "partner"], dtype=np.int64)
    return table[table["position"] != table["partner"]]


def twins(images: np.ndarray) -> pd.DataFrame:
    """Return pairs of equal or nearly equal pictures: position, partner (a later one), kind ("exact" or "near").

    images: uint8 (N, H, W, C). exact: equal in every pixel; each further copy is paired with the first.
    near: averaged to 20x15 cells that lie around the centre of what is shown, the two differ by at most 5% of the
    lighter one's ink, its difference from its background (the median of its corners). So a faint necklace must fit as
    well as a black wallet, for its ink, and a shift by a pixel hardly counts. A blank picture has no near twin.

    Measured on the 44,441 real product pictures: 780 exact pairs and 597 near ones; 11 s of processor time, 0.6 GB. Of
    24 random near pairs each, all 24 that differ by less than 1.5%, all from 1.5 to 3%, 22 from 3 to 4% and 20 from
    4 to 5% show, to the eye, one product or one in another shade; the others are plain wallets, which prevail above
    5% and chain to a group of 84 at 6%. Without names the largest group is 19 lipsticks. Of 1,500 pictures 99% are
    twins of themselves shifted a pixel to the side, 78% shifted down (many touch the lower border), 99% made darker
    by 3%, 88% saved again as JPEG of quality 80. Of 45 near duplicates planted in `garments-colour`, 45 were found.
    """
    from scipy.spatial import cKDTree
    from threadpoolctl import threadpool_limits

    first = alike.first_equal(images)
    itself = first == np.arange(len(images))
    keep, copies = np.flatnonzero(itself), np.flatnonzero(~itself)
    exact = pd.DataFrame({"position": first[copies], "partner": copies, "kind": "exact"})
    blocks = [keep[start : start + BLOCK] for start in range(0, len(keep), BLOCK)]
    ink = np.empty((len(keep), _ink(images[:1]).shape[1]), dtype=np.float32)
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:  # small products: more threads get in the way
        for number, rows in enumerate(pool.map(lambda block: _ink(images[block]), blocks)):
            ink[number * BLOCK : number * BLOCK + len(rows)] = rows
            alike.forget(images)
    strength = np.linalg.norm(ink, axis=1)
    if not strength.all():  # a blank picture is no product
        ink, strength, keep = (array[strength > 0] for array in (ink, strength, keep))
    if len(keep) < 2:
        return exact
    ink /= strength[:, None]
    with threadpool_limits(1):
        features = alike.principal_components(ink[evenly(len(ink), 6_000)], COMPONENTS).transform(ink)
    close = cKDTree(features).query_pairs(2 * NEAR, output_type="ndarray")  # enough: see `_near`
    near = [pairs[_near(ink, strength, pairs)] for pairs in np.array_split(close, 1 + len(close) // 20_000)]
    position, partner = np.sort(keep[np.concatenate(near)], axis=1).T
    found = pd.DataFrame({"position": position, "partner": partner, "kind": "near"})
    return pd.concat([exact, found]).sort_values(["position", "partner"], ignore_index=True)


def _near(ink: np.ndarray, strength: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Return which pairs differ by at most NEAR of the lighter one's ink. Their unit vectors differ by 2 NEAR at most.

    For |a - b| <= e |b| with |b| <= |a|: |a/|a| - b/|b|| <= |a - b|/|b| + (|a| - |b|)/|b| <= 2 e.
    """
    first, second = (ink[side] * strength[side, None] for side in pairs.T)
    lighter = np.minimum(*strength[pairs.T])
    return np.linalg.norm(first - second, axis=1) <= NEAR * lighter


def _ink(images: np.ndarray) -> np.ndarray:
    """Return the pictures' difference from their background, averaged over cells: float32 (N, features), 0 to 1."""
    number, height, width, channels = images.shape
    background = np.median(images[:, [0, 0, -1, -1], [0, -1, 0, -1]], axis=1).astype(np.float32)
    ink = (background[:, None, None] - images).reshape(number, height, width * channels)
    weight = ink * ink
    rows = _cells(weight.sum(axis=2), GRID[0])
    columns = _cells(weight.sum(axis=1).reshape(number, width, channels).sum(axis=2), GRID[1])
    small = (rows @ ink).reshape(number, -1, width, channels)
    return (columns[:, None] @ small).reshape(number, -1) / 255


def _cells(weight: np.ndarray, cells: int) -> np.ndarray:
    """Return for each picture the matrix that averages pixels to cells along one axis: float32 (N, cells, size).

    weight: float (N, size). The cells cover as much as the picture does, with the weight's centre in their middle, so
    they begin within a pixel and hold shares of it. Never more cells than pixels.
    """
    size = weight.shape[1]
    cells = min(size, cells)
    centre = weight @ (np.arange(size) + 0.5) / np.maximum(weight.sum(axis=1), 1e-6)
    edges = centre[:, None] - size / 2 + np.arange(cells + 1) * (size / cells)
    first = np.maximum(edges[:, :-1, None], np.arange(size))
    last = np.minimum(edges[:, 1:, None], np.arange(1, size + 1))
    return (np.clip(last - first, 0, None) * (cells / size)).astype(np.float32)
