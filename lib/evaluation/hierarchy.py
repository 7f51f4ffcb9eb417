"""Two answers of which the second lies inside the first, as a sub category lies in a main category: do they agree?

Runs are those of `lib.training.run.Run` that answer both targets. targets: the names of both, the main one first.
known: labels of both (N,), of pictures that show which pairs there are.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

EACH, DECIDES, LIKELIEST = "each head for itself", "the sub category decides", "the likeliest possible pair"
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
    run, targets: Sequence[str], known: Known, classes: Sequence[np.ndarray], most: int
) -> tuple[np.ndarray, list[str]]:
    """Return positions of the first test pictures with an impossible pair of answers, and both answers as titles."""
    first, second = (run.predicted("test", target) for target in targets)
    where = np.flatnonzero(impossible(first, second, known))[:most]
    titles = [f"{classes[0][first[k]]},\n{classes[1][second[k]]}" for k in where]
    return run.positions("test")[where], titles


def told(table: pd.DataFrame) -> str:
    """Return a table of `contradictions` in words, from the smallest to the largest of its runs."""
    found = table["impossible"] / table["wrong"].clip(lower=1)
    return (
        f"{between(table['impossible'], ',d')} of {table['of'].iloc[0]:,} test pictures get an impossible pair. "
        f"In each, at least one answer must be wrong. That finds {between(found, '.0%')} of the pictures with a mistake"
    )


def between(values: pd.Series, form: str) -> str:
    """Return the smallest and the largest value in words: "22 to 34", or "22" where they are the same."""
    least, most = (format(value, form) for value in (values.min(), values.max()))
    return least if least == most else f"{least} to {most}"


def readings(runs: Sequence, targets: Sequence[str], known: Known) -> pd.DataFrame:
    """Return a row for each way of reading the heads and run: system (the way), seed, test_both_accuracy.

    Each head for itself; the sub category decides, and the main one is where it is found; or, of the pairs that there
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


def _of(run, target: str) -> tuple[np.ndarray, np.ndarray]:
    """Return labels (N,) and logarithms of probabilities (N, classes) of a run's test pictures."""
    from scipy.special import log_softmax

    _, labels, logits = run.predictions("test", target)
    return labels, log_softmax(logits.astype("float64"), axis=1)
