"""Learning rates: what a schedule brings at each, and from which one on training breaks.

A table of runs is one that `lib.runs.by_rate` returns.
"""

import numpy as np
import pandas as pd

from lib.evaluation import comparison, statistics


def minus(table: pd.DataFrame, measure: str, reference: str) -> pd.DataFrame:
    """Return how each other group differs from the group `reference`, rate by rate, in rows of `comparison.against`.

    Every rate is judged for itself; system says the rate, and the group where there is more than one other.
    """
    several = table["group"].nunique() > 2
    rows = []
    for rate, own in table.groupby("learning_rate"):
        differences = comparison.against(own.assign(system=own["group"]), measure, reference)
        others = differences["system"] if several else pd.Series("", index=differences.index)
        rows.append(differences.assign(system=[f"{rate:g} {other}".strip() for other in others]))
    return pd.concat(rows, ignore_index=True)


def told(differences: pd.DataFrame) -> str:
    """Return the rows of `minus` in short: "-0.012 at 0.0001 (sure), +0.006 at 0.001"."""
    sure = ["" if p >= comparison.RESOLVED or np.isnan(p) else " (sure)" for p in differences["p_holm"]]
    rows = zip(differences["difference"], differences["system"], sure, strict=True)
    return ", ".join(f"{difference:+.3f} at {system}{mark}" for difference, system, mark in rows)


def broken(table: pd.DataFrame, labels: np.ndarray) -> pd.Series:
    """Return for each run, bool, whether it diverged or its validation accuracy is not surely above one class.

    labels: of the validation pictures. Surely: by the Wilson interval, against the share of the largest class.
    """
    least = np.bincount(labels).max() / len(labels)
    low = [statistics.wilson(round(share * len(labels)), len(labels))[0] for share in table["val_accuracy"].fillna(0)]
    return table["diverged"].eq(True) | (np.array(low) <= least)


def breaking(table: pd.DataFrame) -> dict[str, float]:
    """Return for each group the lowest rate at which every seed is `broken` (a column); infinity where none is."""
    lost = table.groupby(["group", "learning_rate"], sort=False)["broken"].all()
    lowest = lost.index.to_frame(index=False)[lost.to_numpy()].groupby("group")["learning_rate"].min()
    return {str(group): float(lowest.get(group, np.inf)) for group in table["group"].unique()}


def told_breaking(lowest: dict[str, float]) -> str:
    """Return `breaking` in words: "R2.simple breaks at a rate of 1, R2.optimised breaks at none of these rates"."""
    where = [f"a rate of {rate:g}" if np.isfinite(rate) else "none of these rates" for rate in lowest.values()]
    return ", ".join(f"{group} breaks at {rate}" for group, rate in zip(lowest, where, strict=True))
