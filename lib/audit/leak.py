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
LEFT, TAKEN = "twins left in training", "twins taken out of training"


def twin_groups(dataset: Dataset, pairs: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return two ways to group the pictures, each int64 (N,): by "name" of the product, and by "picture".

    pairs: of lib.data.groups.twins. Where the table has no product names every picture is its own group by name.
    """
    named = same_name(_names(dataset))
    return {"name": connected(named, len(dataset)), "picture": connected(pairs, len(dataset))}


def together(dataset: Dataset, pairs: pd.DataFrame) -> np.ndarray:
    """Return the groups, int64 (N,), that twins by name and by picture make together; pairs: as `twin_groups`."""
    return connected(pd.concat([pairs, same_name(_names(dataset))]), len(dataset))


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


def asked_twice(dataset: Dataset, by: dict[str, np.ndarray], target: str, seed: int = 0) -> tuple:
    """Return what the nearest neighbour is asked twice about, with and without twins in training, on a random split.

    features: float32 (N, 64), principal components of the pictures averaged to 20x15 cells. parts: the split; pictures
    without a label take no part. clean: the training pictures of which no test picture is a twin, by either of
    `twin_groups`. has: bool, for each test picture whether it has a twin in training, by either.
    """
    parts = _split(dataset, grouped=False, seed=seed, targets=(target,))
    clean = parts.train[~_shares(parts.train, parts.test, by)]
    return _features(dataset.images), parts, clean, _shares(parts.test, parts.train, by)


def shares(twice: pd.DataFrame) -> pd.DataFrame:
    """Return how often the nearest neighbour is right: who, group (the way), mean, size.

    twice: a row a test picture, bool: "twin" (has it one in training?), LEFT and TAKEN (is the answer right with the
    twins in training, and without them?). who: pictures with a twin, without one, and all, and how many.
    """
    rows = [
        {"who": who, "group": way, "mean": own[way].mean(), "size": len(own)}
        for who, own in _who(twice).items()
        for way in (LEFT, TAKEN)
    ]
    return pd.DataFrame(rows)


def _who(twice: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the rows of each kind of test picture, "all (934)" for instance; no kind without a picture."""
    parts = {"with a twin": twice[twice["twin"]], "without a twin": twice[~twice["twin"]], "all": twice}
    return {f"{who} ({len(own)})": own for who, own in parts.items() if len(own)}


def in_short(twice: pd.DataFrame) -> str:
    """Return in a few words how many test pictures have a twin, and what that is worth to all; twice: as `shares`."""
    own = twice[twice["twin"]]
    if own.empty:
        return "Split: no test picture has a twin in training."
    gain, (low, high) = _lost(twice) * 100, _ends(twice)
    ends = f"95% interval {low:+.1f} to {high:+.1f}; one split"
    begin = f"Split: {len(own) / len(twice):.0%} of the test pictures have a twin in training"
    if low <= 0 <= high:
        return f"{begin}. What that is worth to a nearest neighbour is not clear ({gain:+.1f} points; {ends})."
    side = "better" if gain > 0 else "worse"
    return f"{begin}, so a nearest neighbour looks {abs(gain):.1f} points {side} than without these twins ({ends})."


def gains(twice: pd.DataFrame) -> dict[str, str]:
    """Return by how many points the twins lift each row of `shares`: who -> "+3.7 (+2.4 to +5.1)", 95% interval."""
    found = {}
    for who, own in _who(twice).items():
        low, high = _ends(own)
        gain = round(_lost(own) * 100, 1) + 0.0  # no "-0.0"
        found[who] = f"  {gain:+.1f}" + (f" ({low:+.1f} to {high:+.1f})" if high - low >= 0.1 else "")
    return found


def told(twice: pd.DataFrame) -> str:
    """Return what twins are worth to all pictures, and whether the smaller training set is the reason."""
    own, other = twice[twice["twin"]], twice[~twice["twin"]]
    if own.empty:
        return "No test picture has a twin in training, so there is nothing to take out."
    gain, (low, high) = _lost(twice) * 100, _ends(twice)
    said = (
        f"With the twins in training the nearest neighbour is right more often by {gain:.1f} points over all test "
        f"pictures (95% interval {low:+.1f} to {high:+.1f}): so much twins flatter it."
        if low > 0
        else f"Over all test pictures twins are worth {gain:+.1f} points (95% interval {low:+.1f} to {high:+.1f}), not "
        "clearly more than nothing."
    )
    if other.empty or abs(_lost(other)) >= 0.005:
        return said
    return f"{said} Pictures without a twin hardly change, so the smaller training set is not the reason."


def _ends(twice: pd.DataFrame) -> tuple[float, float]:
    """Return the 95% interval, in points, of what twins are worth to all test pictures."""
    worth = twice[LEFT].astype(float) - twice[TAKEN].astype(float)
    half = 1.96 * worth.std(ddof=0) / np.sqrt(len(worth))
    return (worth.mean() - half) * 100, (worth.mean() + half) * 100


def _lost(twice: pd.DataFrame) -> float:
    return float(twice[LEFT].mean() - twice[TAKEN].mean())


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
