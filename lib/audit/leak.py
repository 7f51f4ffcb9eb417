"""What it does to a test that pictures of one product, or one picture twice, lie on both sides of the split."""

import numpy as np
import pandas as pd

from lib.config import DataConfig
from lib.data import alike
from lib.data.dataset import Dataset, evenly
from lib.data.fashion_product.table import NAME
from lib.data.groups import connected, same_name
from lib.data.prepare import prepare
from lib.data.source import MISSING
from lib.data.splits import Split, split

TARGET = "masterCategory"  # of product sets; no picture lacks one, so that all are divided
GRID = (20, 15)  # a picture's height and width for the nearest neighbour
COMPONENTS = 64
BLOCK = 1_000  # pictures at a time: bounds the memory
KINDS = ("with a picture twin", "with a name twin alone", "without a twin")  # of test pictures
LEFT, TAKEN = "twins left in training", "twins taken out of training"


def twin_groups(dataset: Dataset, pairs: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return two ways to group the pictures, each int64 (N,): by "name" of the product, and by "picture".

    pairs: of lib.data.groups.twins. Where the table has no product names every picture is its own group by name.
    """
    named = same_name(_names(dataset))
    return {"name": connected(named, len(dataset)), "picture": connected(pairs, len(dataset))}


def name_twins(dataset: Dataset, by: dict[str, np.ndarray], number: int) -> pd.DataFrame:
    """Return at most `number` pairs of products of one name whose pictures are no twins: position, partner, name.

    by: of `twin_groups`. The pairs are taken evenly from all of them.
    """
    pairs = same_name(names := _names(dataset))
    pairs = pairs[by["picture"][pairs["position"]] != by["picture"][pairs["partner"]]]
    pairs = pairs.iloc[evenly(len(pairs), number)]
    return pairs.assign(name=[names[position] for position in pairs["position"]])


def _names(dataset: Dataset) -> list[str]:
    """Return the name of each picture's product; an empty one where the table says none."""
    if dataset.source is None or NAME not in dataset.source:
        return [""] * len(dataset)
    used = dataset.source[dataset.source["position"] >= 0].sort_values("position")
    return ["" if name.strip() in MISSING else name for name in used[NAME]]


def conflicts(dataset: Dataset, groups: np.ndarray) -> pd.DataFrame:
    """Return for each target how many groups disagree: columns target, groups, conflicting, share, pictures.

    groups: int (N,). Column groups: those with two labelled pictures at least. conflicting: those of them with more
    than one label; share: of groups, 0 to 1; pictures: in the conflicting ones.
    """
    rows = []
    for target, labels in dataset.labels.items():
        table = pd.DataFrame({"group": groups, "label": labels})[labels >= 0]
        found = table.groupby("group")["label"].agg(["size", "nunique"]).query("size > 1")
        odd = found[found["nunique"] > 1]
        share = len(odd) / len(found) if len(found) else np.nan
        rows.append((target, len(found), len(odd), share, int(odd["size"].sum())))
    return pd.DataFrame(rows, columns=["target", "groups", "conflicting", "share", "pictures"])


def conflicts_by(dataset: Dataset, by: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return `conflicts` of two ways to group side by side: target, "conflicting, by name", "share, by name", ..."""
    columns = {"target": list(dataset.labels)}
    for kind, groups in by.items():
        found = conflicts(dataset, groups)
        columns |= {f"{what}, by {kind}": found[what].tolist() for what in ("conflicting", "share")}
    return pd.DataFrame(columns)


def disagreeing(dataset: Dataset, pairs: pd.DataFrame, target: str) -> pd.DataFrame:
    """Return the pairs of pictures whose labels differ, with these as names: label and partner_label.

    pairs: columns position and partner. A picture without a label disagrees with none.
    """
    first, second = (dataset.labels[target][pairs[side]] for side in ("position", "partner"))
    odd = (first != second) & (first >= 0) & (second >= 0)
    names = np.array(dataset.classes[target])
    return pairs[odd].assign(label=names[first[odd]], partner_label=names[second[odd]])


def has_twin(groups: np.ndarray, parts: Split) -> np.ndarray:
    """Return which test pictures, bool (n,), share a group, int (N,), with a training picture."""
    return np.isin(groups[parts.test], groups[parts.train])


def random_split_leak(dataset: Dataset, by: dict[str, np.ndarray], seed: int = 0) -> dict[str, float]:
    """Return the share of test pictures, 0 to 1, with a twin in training: "name_twin" and "picture_twin".

    by: of `twin_groups`. The split is the plain one, 70/15/15, drawn at random, stratified by TARGET.
    """
    parts = _split(dataset, grouped=False, seed=seed)
    return {f"{kind}_twin": float(has_twin(groups, parts).mean()) for kind, groups in by.items()}


def asked_twice(dataset: Dataset, by: dict[str, np.ndarray], target: str, seed: int = 0) -> pd.DataFrame:
    """Return whether the nearest training picture has each test picture's label, with and without twins in training.

    A row for each test picture of a random split: "test pictures", their KINDS, and two columns of bool, LEFT and
    TAKEN. A picture twin has one in training by by["picture"]; where twins are taken out of training, no picture of a
    group that a test picture is of is left there. Pictures without a label take no part.
    Nearest: Euclidean, among 64 principal components of the pictures averaged to 20x15 cells.
    """
    features, labels = _features(dataset.images), dataset.labels[target]
    parts = _split(dataset, grouped=False, seed=seed, targets=(target,))
    clean = parts.train[~_shares(parts.train, parts.test, by)]
    named, seen = (has_twin(by[kind], parts) for kind in ("name", "picture"))
    right = {}
    for column, train in {LEFT: parts.train, TAKEN: clean}.items():
        nearest = train[_nearest(features[train], features[parts.test])]
        right[column] = labels[nearest] == labels[parts.test]
    return pd.DataFrame({"test pictures": np.select([seen, named], KINDS[:2], KINDS[2])} | right)


def _split(dataset: Dataset, grouped: bool, seed: int, targets: tuple[str, ...] = ()) -> Split:
    several = [target for target, names in dataset.classes.items() if len(names) > 1]
    first = TARGET if TARGET in several else (several or list(dataset.labels))[0]
    more = tuple(target for target in targets if target != first)
    config = DataConfig(
        name=dataset.name, target=first, more_targets=more, validation=0.15, test=0.15, grouped=grouped, split_seed=seed
    )
    return split(prepare(dataset, config), config)


def _shares(positions: np.ndarray, others: np.ndarray, by: dict[str, np.ndarray]) -> np.ndarray:
    return np.logical_or.reduce([np.isin(groups[positions], groups[others]) for groups in by.values()])


def _features(images: np.ndarray) -> np.ndarray:
    """Return principal components of the pictures averaged to cells, float32 (N, components)."""
    edges = [
        np.arange(min(cells, size)) * size // min(cells, size)
        for cells, size in zip(GRID, images.shape[1:3], strict=True)
    ]
    blocks = []
    for start in range(0, len(images), BLOCK):
        block = images[start : start + BLOCK].astype(np.float32) / 255
        cells = np.add.reduceat(np.add.reduceat(block, edges[0], axis=1), edges[1], axis=2)
        blocks.append(cells.reshape(len(block), -1))
    small = np.concatenate(blocks)
    return alike.principal_components(small[evenly(len(small), 10_000)], COMPONENTS).transform(small)


def _nearest(train: np.ndarray, test: np.ndarray) -> np.ndarray:
    from sklearn.neighbors import NearestNeighbors

    return NearestNeighbors(n_neighbors=1, algorithm="brute").fit(train).kneighbors(test, return_distance=False)[:, 0]
