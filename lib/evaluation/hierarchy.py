"""Two answers of which the second lies inside the first, as a sub category lies in a main category: do they agree?

Runs are those of `lib.training.run.Run` that answer both targets. targets: the names of both, the main one first.
known: labels of both (N,), of pictures that show which pairs there are.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError

EACH, DECIDES, LIKELIEST = "each head on its own", "the sub category decides", "the most likely possible pair"
TABLE = "the sub head alone, with a table"
FULL = {"R5.resnet34_mtl": "ResNet-34 (R5)", "R5.vgg16": "VGG-16 (R5)"}  # what a page calls R5's networks
Known = tuple[np.ndarray, np.ndarray]


def known_to(run, targets: Sequence[str], parts: Sequence[str] = ("val", "test")) -> Known:
    """Return the labels of both targets of a run's validation and test pictures."""
    main, sub = (np.concatenate([run.labels(part, target) for part in parts]) for target in targets)
    return main, sub


def impossible(main: np.ndarray, sub: np.ndarray, known: Known) -> np.ndarray:
    """Return for each pair of answers whether no picture has it, bool (N,)."""
    largest = max(int(sub.max()), int(known[1].max())) + 1
    return ~np.isin(main * largest + sub, known[0] * largest + known[1])


def homes(known: Known) -> np.ndarray:
    """Return the main category in which each sub category is found most often, int64 (sub categories,)."""
    counts = np.zeros((known[0].max() + 1, known[1].max() + 1), int)
    np.add.at(counts, known, 1)
    return counts.argmax(axis=0)


def contradictions(runs: Sequence, targets: Sequence[str], known: Known) -> pd.DataFrame:
    """Return a row for each run, of its test pictures: seed, main, sub and both (shares right), impossible, wrong, of.

    impossible: the pictures with an impossible pair of answers; wrong: those with a mistake in either answer; of: all.
    """
    rows = []
    for run in runs:
        first, second = (run.predicted("test", target) for target in targets)
        main, sub = (first == run.labels("test", targets[0])), (second == run.labels("test", targets[1]))
        row = {"seed": run.config.seed, "main": main.mean(), "sub": sub.mean(), "both": (main & sub).mean()}
        counts = {"impossible": impossible(first, second, known).sum(), "wrong": (~(main & sub)).sum(), "of": len(main)}
        rows.append(row | {name: int(number) for name, number in counts.items()})
    return pd.DataFrame(rows)


def examples(
    run, targets: Sequence[str], known: Known, classes: Sequence[np.ndarray], images: np.ndarray, most: int
) -> tuple[np.ndarray, list[list[tuple[str, bool]]], list[str]]:
    """Return positions of test pictures with an impossible pair of answers, the answers, and the truth in words.

    Of each picture the answers are both, and whether they are right. The first `most` different ones; those with other
    answers and labels than any before come first. images: those of the data set (a picture may occur twice in it).
    """
    first, second = (run.predicted("test", target) for target in targets)
    main, sub = (run.labels("test", target) for target in targets)
    where = np.flatnonzero(impossible(first, second, known))
    positions = run.positions("test")
    different = {images[position].tobytes(): k for k, position in zip(where[::-1], positions[where[::-1]], strict=True)}
    where = np.sort(np.array([*different.values()], int))
    kinds = np.stack([first[where], second[where], main[where], sub[where]], axis=1)
    new = np.unique(kinds, axis=0, return_index=True)[1]
    where = np.concatenate([where[np.sort(new)], np.delete(where, new)])[:most]
    said = [
        [
            (str(classes[0][first[k]]), bool(first[k] == main[k])),
            (str(classes[1][second[k]]), bool(second[k] == sub[k])),
        ]
        for k in where
    ]
    return positions[where], said, [f"is {classes[0][main[k]]},\n{classes[1][sub[k]]}" for k in where]


def told(table: pd.DataFrame) -> str:
    """Return a table of `contradictions` in words, from the smallest to the largest of its runs."""
    return (
        f"{between(table['impossible'], ',d')} of {table['of'].iloc[0]:,} test pictures get an impossible pair. "
        "At least one of the two answers must be wrong"
    )


def told_share(table: pd.DataFrame) -> str:
    """Return in words which share of the mistakes a table of `contradictions` finds."""
    found = table["impossible"] / table["wrong"].clip(lower=1)
    return f"Of all pictures with a mistake, impossible pairs find {between(found, '.0%')}."


def shown(table: pd.DataFrame) -> dict[str, str]:
    """Return a table of `contradictions` as cells of one row: means over seeds, of counts the range."""
    cells = {name: f"{table[name].mean():.1%}" for name in ("main", "sub", "both")}
    found = (table["impossible"] / table["wrong"].clip(lower=1)).rename("found")
    pairs = f"{between(table['impossible'], ',d')} of {table['of'].iloc[0]:,}"
    return cells | {"impossible pairs": pairs, "mistakes that they find": between(found, ".0%")}


def between(values: pd.Series, form: str) -> str:
    """Return the smallest and the largest value in words: "22 to 34", or "22" where they are the same."""
    least, most = (format(value, form) for value in (values.min(), values.max()))
    return least if least == most else f"{least} to {most}"


def readings(runs: Sequence, targets: Sequence[str], known: Known) -> pd.DataFrame:
    """Return a row for each way of reading the heads and run: system (the way), seed, test_both_accuracy.

    Each head on its own; the sub category decides, and the main one is where it is found; or, of the pairs that there
    are, the one whose probabilities, multiplied, are highest.
    """
    rows, home = [], homes(known)
    for run in runs:
        labels, (p, q) = zip(*(_of(run, target) for target in targets), strict=True)
        first, second = np.divmod(np.arange(p.shape[1] * q.shape[1]), q.shape[1])  # every pair of classes
        possible = ~impossible(first, second, known)
        pairs = np.where(possible, (p[:, :, None] + q[:, None, :]).reshape(len(p), -1), -np.inf)
        chosen = q.argmax(axis=1)
        ways = {
            EACH: (p.argmax(axis=1), chosen),
            DECIDES: (home[np.minimum(chosen, len(home) - 1)], chosen),
            LIKELIEST: np.divmod(pairs.argmax(axis=1), q.shape[1]),
        }
        for way, (main, sub) in ways.items():
            right = float(((main == labels[0]) & (sub == labels[1])).mean())
            rows.append({"system": way, "seed": run.config.seed, "test_both_accuracy": right})
    return pd.DataFrame(rows)


def with_table(runs: Sequence, run, targets: Sequence[str], known: Known) -> pd.DataFrame:
    """Return the rows of `readings` of networks that answer the sub category alone: a table tells the main one.

    run: one that answers both, with the same test pictures. LookbookError where a network has others.
    """
    main, sub = (run.labels("test", target) for target in targets)
    rows, home = [], homes(known)
    for own in runs:
        if not np.array_equal(own.labels("test"), sub):
            raise LookbookError(f"{own.label} has other test pictures than {run.label}: compare runs on the same")
        chosen = own.predicted("test")
        right = (chosen == sub) & (home[np.minimum(chosen, len(home) - 1)] == main)
        rows.append({"system": TABLE, "seed": own.config.seed, "test_both_accuracy": float(right.mean())})
    return pd.DataFrame(rows)


def _of(run, target: str) -> tuple[np.ndarray, np.ndarray]:
    """Return labels (N,) and logarithms of probabilities (N, classes) of a run's test pictures."""
    from scipy.special import log_softmax

    _, labels, logits = run.predictions("test", target)
    return labels, log_softmax(logits.astype("float64"), axis=1)
