"""A class with few pictures: what is found of it, and whether that is more than luck."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lib.evaluation import comparison, metrics

SHOWN = ("accuracy", "balanced_accuracy", "macro_f1")  # in an overview
Answers = Mapping[str, Sequence[np.ndarray]]  # way -> the chosen classes (N,) of each seed


def found(answers: Answers, labels: np.ndarray, number: int) -> pd.DataFrame:
    """Return how many pictures of class `number` are found, by way and seed (counted from 0); labels: int (N,).

    Columns: way, seed, called (pictures that are called so), found, of, recall, its 95% Wilson interval (low, high),
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


def told_few(table: pd.DataFrame, name: str) -> str:
    """Return in words how wide the interval of the recall is, of the seed in the middle; table: of `found`, one way."""
    row = table.sort_values("recall", kind="stable").iloc[len(table) // 2]
    interval = f"a recall of {row['recall']:.2f} on them may be {row['low']:.2f} to {row['high']:.2f} on others"
    return f"only {row['of']} test pictures of {name}: {interval}"


def told_worth(differences: pd.DataFrame) -> str:
    """Return in words which ways are better than no treatment, and which worse; of `lib.evaluation.comparison`."""
    parts = []
    for verdict, said in ((comparison.HIGHER, "better"), (comparison.LOWER, "worse")):
        names = differences.loc[differences["verdict"] == verdict, "system"].tolist()
        if names:
            parts.append(f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} clearly {said}")
    if not parts:
        return "No way is clearly better or worse than no treatment in test macro-F1."
    sentence = ", ".join(parts)
    rest = (
        ""
        if differences["verdict"].isin([comparison.HIGHER, comparison.LOWER]).all()
        else " The others cannot be told from it."
    )
    return f"{sentence[:1].upper()}{sentence[1:]} than no treatment in test macro-F1.{rest}"


def overview(grid: Mapping[str, Sequence], classes: Sequence[str]) -> pd.DataFrame:
    """Return of always the largest class, and of each system, accuracy, balanced accuracy, macro-F1 and what it finds.

    grid: system -> its runs (`lib.training.run.Run`), on the same test pictures. The last class is looked for; "0 to 2
    of 11" is from the worst seed to the best.
    """
    labels = next(iter(grid.values()))[0].labels("test")
    always = metrics.classification(labels, np.eye(len(classes))[np.zeros(len(labels), int)])
    last = len(classes) - 1
    looked_for = f"{classes[last]} found"
    of = int((labels == last).sum())
    rows = [{"system": f"always {classes[0]}"} | {f"test_{k}": always[k] for k in SHOWN} | {looked_for: f"0 of {of}"}]
    for system, runs in grid.items():
        hits = [int((run.predicted("test")[labels == last] == last).sum()) for run in runs]
        told = f"{min(hits)} to {max(hits)}" if min(hits) < max(hits) else f"{hits[0]}"
        means = {f"test_{k}": float(np.mean([run.metrics[f"test_{k}"] for run in runs])) for k in SHOWN}
        rows.append({"system": system} | means | {looked_for: f"{told} of {of}"})
    return pd.DataFrame(rows)


def told_overview(table: pd.DataFrame) -> str:
    """Return `overview` in words: "Test accuracy and macro-F1: 0.934 and 0.322 (always Casual), ..."."""
    each = [f"{row.test_accuracy:.3f} and {row.test_macro_f1:.3f} ({row.system})" for row in table.itertuples()]
    return f"Test accuracy and macro-F1: {', '.join(each)}."
