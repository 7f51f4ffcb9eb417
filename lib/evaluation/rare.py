"""A class with few pictures: what is found of it, and whether that is more than luck."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lib.evaluation import comparison, metrics

MEASURE, UNTREATED = "test_macro_f1", "untreated"
AFTER = ("logit adjustment", "offsets")  # methods that need no new training
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


def beside(table: pd.DataFrame, measure: str, baselines: Mapping[str, float]) -> pd.DataFrame:
    """Return a row for each baseline: how a system's seeds differ from it (`lib.evaluation.comparison.against`).

    table: the runs of one system. p_holm is corrected for the number of baselines; `system` names the baseline.
    """
    rows = [comparison.against_figure(table, measure, value).assign(system=name) for name, value in baselines.items()]
    found = comparison.with_holm(pd.concat(rows, ignore_index=True))
    lost = found["verdict"].isin([comparison.HIGHER, comparison.LOWER]) & (found["p_holm"] >= comparison.RESOLVED)
    unsure = "not resolvable with " + found["n"].map(comparison.seeds)
    return found.assign(verdict=found["verdict"].mask(lost, unsure))


def shares(answers: Answers, labels: np.ndarray, classes: Sequence[str]) -> pd.DataFrame:
    """Return recall and precision of each way and class over all its trainings: way, group (the class), both shares.

    NaN where no picture has the class, or none is called so.
    """
    rows = []
    for way, of_seeds in answers.items():
        for k, name in enumerate(classes):
            hits = sum(int(((each == k) & (labels == k)).sum()) for each in of_seeds)
            own, called = len(of_seeds) * int((labels == k).sum()), sum(int((each == k).sum()) for each in of_seeds)
            both = {"recall": hits / own if own else np.nan, "precision": hits / called if called else np.nan}
            rows.append({"way": way, "group": name} | both)
    return pd.DataFrame(rows)


def by_class(said: np.ndarray, labels: np.ndarray, classes: Sequence[str]) -> pd.DataFrame:
    """Return a row a class, and one of their means: how many pictures, and recall, precision and F1 of these answers.

    said, labels: int (N,). Cells are strings; a dash where there is no such share.
    """
    counts = np.bincount(labels, minlength=len(classes))
    own = shares({"": [said]}, labels, classes)
    hits = np.bincount(labels[said == labels], minlength=len(classes))
    f1 = 2 * hits / np.maximum(counts + np.bincount(said, minlength=len(classes)), 1)
    columns = {"class": [*classes, "mean"], "pictures": [*(f"{n:,}" for n in counts), f"{counts.sum():,}"]}
    for name in ("recall", "precision"):
        told = ["–" if np.isnan(value) else f"{value:.0%}" for value in own[name]]
        columns[name] = [*told, f"{own[name].mean():.0%}" if name == "recall" else "–"]
    return pd.DataFrame(columns | {"F1": [f"{value:.3f}" for value in [*f1, f1[counts > 0].mean()]]})


def of_runs(grid: Mapping[str, Sequence]) -> tuple[dict[str, list[np.ndarray]], np.ndarray]:
    """Return what each system's runs (`lib.training.run.Run`) answer to the test pictures, and their labels."""
    answers = {way: [run.predicted("test") for run in own] for way, own in grid.items()}
    return answers, next(iter(grid.values()))[0].labels("test")


def middle(table: pd.DataFrame) -> int:
    """Return the seed that finds neither most nor least; table: of `found`, one way."""
    return int(table.sort_values("found", kind="stable")["seed"].iloc[len(table) // 2])


def methods(runs: pd.DataFrame, answers: Answers, labels: np.ndarray, classes: Sequence[str]) -> pd.DataFrame:
    """Return a row for each method, in words, after always the largest class: what it wins, costs and finds.

    runs: as `lib.runs.tabulate` has them, "untreated" among them; answers: of each system of them on the test pictures,
    whose labels are int (N,). The last class is looked for.
    """
    gains = comparison.against(runs, MEASURE, UNTREATED)
    gained = {row.system: row for row in comparison.each_row(gains)}
    hits, last = found({way: answers[way] for way in runs["system"].unique()}, labels, len(classes) - 1), classes[-1]
    of, always = int(hits["of"].iloc[0]), (labels == 0).mean()
    f1 = metrics.classification(labels, np.eye(len(classes))[np.zeros(len(labels), int)])["macro_f1"]
    rows = [[f"always {classes[0]}", f"{f1:.3f}", "–", "–", f"{always:.1%}", f"0 of {of}"]]
    for way in dict.fromkeys(runs["system"].astype(str)):
        own = runs[runs["system"] == way]
        told = [gain(gained[way]), clear(gained[way])] if way in gained else ["–", "–"]
        right, macro = (
            comparison.figure(own[key].mean(), form) for key, form in (("test_accuracy", ".1%"), (MEASURE, ".3f"))
        )
        finds = f"{span(hits.loc[hits['way'] == way, 'found'])} of {of}"
        rows.append([way, macro, *told, right, finds])
    heads = ["method", "macro-F1", f"minus {UNTREATED} (95% interval)", "clear?", "accuracy"]
    return pd.DataFrame(rows, columns=[*heads, f"{last} found"])


def gain(row, digits: int = 3) -> str:
    """Return a row of `comparison.against` in words, with its interval: "+0.099 (+0.079 to +0.119)"."""
    interval = f" ({row.low:+.{digits}f} to {row.high:+.{digits}f})" if row.n > 1 else ""
    return f"{row.difference:+.{digits}f}{interval}" if row.n else "no figure"


def clear(row) -> str:
    """Return whether the difference in a row of `comparison.against` is clear: "yes", or why not."""
    if row.verdict in (comparison.HIGHER, comparison.LOWER):
        return "yes"
    if row.n < 2:
        return "unknown" if row.n else "no figure"
    if row.verdict.startswith("not judged"):
        return "not judged"
    if row.low > 0 or row.high < 0:
        return "no, after correction"
    return "no"


def span(numbers: pd.Series) -> str:
    """Return whole numbers in words, from the smallest to the largest: "8 to 13", or "8"."""
    least, most = int(numbers.min()), int(numbers.max())
    return f"{least:,} to {most:,}" if least < most else f"{most:,}"
