"""Pictures that occur twice: byte for byte, or altered by a little light, noise or a shift."""

import numpy as np
import pandas as pd

from lib.data import alike

BLOCK = 5_000  # pictures at a time: bounds the memory


def exact_duplicates(images: np.ndarray) -> pd.DataFrame:
    """Return the groups of byte-equal pictures, columns `group` (from 0) and `position`; empty if there are none.

    images: uint8 (N, H, W, C).
    """
    first = alike.first_equal(images)
    position = np.flatnonzero(np.bincount(first)[first] > 1)
    table = pd.DataFrame({"group": pd.factorize(first[position])[0].astype(np.int64), "position": position})
    return table.sort_values(["group", "position"], ignore_index=True)


def as_pairs(groups: pd.DataFrame) -> pd.DataFrame:
    """Return the groups of `exact_duplicates` as pairs: each further picture (`partner`) with its group's first."""
    first = groups.groupby("group")["position"].transform("min")
    pairs = pd.DataFrame({"position": first, "partner": groups["position"]})
    return pairs[pairs["position"] != pairs["partner"]].reset_index(drop=True)


def centred(images: np.ndarray) -> np.ndarray:
    """Return the pictures as rows of numbers that light and a shift by a pixel hardly change, float32 (n, pixels).

    images: uint8 (n, H, W, C). What is shown is moved into the middle, blurred by a pixel, and its light evened out.
    """
    blocks = [_aligned(images[start : start + BLOCK]) for start in range(0, len(images), BLOCK)]
    return np.concatenate(blocks).reshape(len(images), -1)


def all_pairs(images: np.ndarray, near: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of duplicates: position, partner, kind ("exact" or "near") and ratio, the most alike first.

    Exact ones are of all pictures. near: position, partner and ratio; a pair that stands there twice counts once.
    """
    near = near.sort_values("ratio", kind="stable")
    near[["position", "partner"]] = np.sort(near[["position", "partner"]], axis=1)
    near = near.drop_duplicates(["position", "partner"]).assign(kind="near")
    exact = as_pairs(exact_duplicates(images)).assign(kind="exact", ratio=0.0)
    return pd.concat([exact, near], ignore_index=True)


def shown(pairs: pd.DataFrame, images: np.ndarray, near: int = 7) -> pd.DataFrame:
    """Return an exact pair, the brightest, and near ones: the most alike of all, then the least alike of all."""
    exact, others = (pairs[pairs["kind"] == kind] for kind in ("exact", "near"))
    light = images[exact["position"]].reshape(len(exact), -1).mean(axis=1) if len(exact) else np.empty(0)
    first = exact.iloc[np.argsort(-light)[:1]]
    last = min(3, max(len(others) - 1, 0))
    return pd.concat([first, others.head(min(near, len(others)) - last), others.tail(last)])


def across_splits(pairs: pd.DataFrame, is_test: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """Return the pairs with two more columns, `where` they lie and whether they have the `same_label`.

    pairs: columns position and partner. is_test: bool (N,). labels: int (N,).
    where: "within training", "within test" or "across the split": the last are test pictures seen in training.
    """
    tests = is_test[pairs["position"]].astype(int) + is_test[pairs["partner"]]
    where = np.array(["within training", "across the split", "within test"])[tests]
    return pairs.assign(where=where, same_label=labels[pairs["position"]] == labels[pairs["partner"]])


def seen(pairs: pd.DataFrame, is_test: np.ndarray) -> dict[str, int]:
    """Return how many test pictures have a copy in training, by its kind; pairs: of `across_splits`."""
    across = pairs[pairs["where"] == "across the split"]
    tests = np.where(is_test[across["position"]], across["position"], across["partner"])
    return {kind: len(np.unique(tests[across["kind"] == kind])) for kind in ("exact", "near")}


def told(pairs: pd.DataFrame, seen: dict[str, int], compared: int, pictures: int) -> str:
    """Return in sentences how many copies and near copies there are.

    pairs: of `across_splits`. seen: of `seen`. compared: among how many of the pictures near copies were sought.
    """
    equal, differ = (pairs["kind"] == "exact").sum(), (~pairs["same_label"].astype(bool)).sum()
    some = {kind: f"**{n or 'no'}** test picture{'' if n == 1 else 's'}" for kind, n in seen.items()}
    two = "1 pair of pictures is" if equal == 1 else f"{equal or 'No'} pairs of pictures are"
    said = f"{two} equal: {some['exact']} {'has' if seen['exact'] == 1 else 'have'} a copy in training."
    said += f" Among the {compared:,} pictures compared, the search finds a near copy in training for {some['near']}."
    share = compared / pictures
    if seen["near"] and share < 0.9:
        said += (
            f" These {share:.0%} of the pictures make only one in {1 / share**2:.0f} of all pairs, so among all there "
            "may be far more."
        )
    return said + (f" In {differ} of the pairs the labels differ." if differ else "")


def _aligned(images: np.ndarray) -> np.ndarray:
    """Return float32 (n, height, width): grey, centre of mass in the middle, blurred by a pixel, mean 0, length 1.

    Moved and blurred in the frequency domain, where a shift by part of a pixel is exact. Without the move only one in
    ten planted copies (shifted by up to a pixel) was found among 20,000 pictures of Fashion-MNIST, with it nine in ten.
    """
    grey = images.mean(axis=3, dtype=np.float32)
    background = np.median(grey[:, [0, 0, -1, -1], [0, -1, 0, -1]], axis=1)  # the four corners
    margin = max(grey.shape[1:]) // 7  # room to move without coming back in on the other side
    grey = np.pad(np.abs(grey - background[:, None, None]), ((0, 0), (margin, margin), (margin, margin)))
    height, width = grey.shape[1:]
    mass = grey.sum(axis=(1, 2)) + 1e-6
    down = grey.sum(axis=2) @ np.arange(height) / mass - (height - 1) / 2
    right = grey.sum(axis=1) @ np.arange(width) / mass - (width - 1) / 2
    rows, columns = np.fft.fftfreq(height), np.fft.rfftfreq(width)
    move_rows = np.exp(2j * np.pi * np.outer(down, rows) - 2 * (np.pi * rows) ** 2).astype(np.complex64)
    move_columns = np.exp(2j * np.pi * np.outer(right, columns) - 2 * (np.pi * columns) ** 2).astype(np.complex64)
    waves = np.fft.rfft2(grey) * move_rows[:, :, None] * move_columns[:, None]
    moved = np.fft.irfft2(waves, s=(height, width))
    moved -= moved.mean(axis=(1, 2), keepdims=True)
    return moved / (np.linalg.norm(moved, axis=(1, 2), keepdims=True) + 1e-6)
