"""A class with few pictures: what is found of it, and whether that is more than luck."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lib.evaluation import comparison

Answers = Mapping[str, Sequence[np.ndarray]]  # way -> the chosen classes (N,) of each seed


def found(answers: Answers, labels: np.ndarray, number: int) -> pd.DataFrame:
    """Return how many pictures of class `number` are found, by way and seed (counted from 0); labels: int (N,).

    Columns: way, seed, called (pictures that are called so), found, of, recall, its 95 % Wilson interval (low, high),
    blind (the recall of somebody who calls as many pictures so without a look), sure (whether low is above that).
    """
    own, rows = labels == number, []
    for way, of_seeds in answers.items():
        for seed, chosen in enumerate(of_seeds):
            called = chosen == number
            hits = int((called & own).sum())
            row = {"way": way, "seed": seed, "called": int(called.sum()), "found": hits, "of": int(own.sum())}
            rows.append(row | {"recall": hits / max(int(own.sum()), 1), "blind": float(called.mean())})
    table = comparison.with_wilson(pd.DataFrame(rows), "recall", "of")
    return table.assign(sure=table["low"] > table["blind"])


def told(table: pd.DataFrame) -> str:
    """Return in words what each way finds, from its worst to its best seed: "0 to 3 (untreated) of 10"."""
    parts = []
    for way, own in table.groupby("way", sort=False)["found"]:
        least, most = int(own.min()), int(own.max())
        parts.append(f"{least} to {most} ({way})" if least < most else f"{least} ({way})")
    return f"{', '.join(parts)} of {table['of'].iloc[0]}"


def recalls(answers: Answers, labels: np.ndarray, classes: Sequence[str]) -> pd.DataFrame:
    """Return the mean recall over seeds of each way and class: way, group (the class), recall."""
    rows = [
        {"way": way, "group": name, "recall": float(np.mean([(each[labels == k] == k).mean() for each in of_seeds]))}
        for way, of_seeds in answers.items()
        for k, name in enumerate(classes)
    ]
    return pd.DataFrame(rows)
