"""What a schedule of the learning rate brings at each rate, from a table of runs as `lib.runs.by_rate` returns it."""

import numpy as np
import pandas as pd

from lib.evaluation import comparison


def minus(table: pd.DataFrame, measure: str, reference: str) -> pd.DataFrame:
    """Return how each other group differs from the group `reference`, rate by rate, in rows of `comparison.against`.

    system says the rate, and the group where there is more than one other; group and rate stand in columns as well.
    p_holm is corrected over all rates together.
    """
    several = table["group"].nunique() > 2
    rows = []
    for rate, own in table.groupby("learning_rate"):
        differences = comparison.against(own.assign(system=own["group"]), measure, reference)
        others = differences["system"] if several else pd.Series("", index=differences.index)
        names = [f"{rate:g} {other}".strip() for other in others]
        rows.append(differences.assign(group=differences["system"], rate=rate, system=names))
    return comparison.with_holm(pd.concat(rows, ignore_index=True)).drop(columns="verdict")


def told(differences: pd.DataFrame) -> str:
    """Return the rows of `minus` in short: "-0.012 at 0.0001 (sure), +0.006 at 0.001"; of none that there are none."""
    sure = ["" if p >= comparison.RESOLVED or np.isnan(p) else " (sure)" for p in differences["p_holm"]]
    rows = zip(differences["difference"], differences["system"], sure, strict=True)
    said = [f"{comparison.figure(difference, '+.3f')} at {system}{mark}" for difference, system, mark in rows]
    return ", ".join(said) or "there is none to compare with"


def told_best(table: pd.DataFrame, measure: str) -> str:
    """Return which rates of each group are best: "constant 0.0003 to 0.001, cosine 0.01".

    Their means are within `comparison.EQUAL` of the best. A rate at which a seed diverged is no candidate.
    """
    said = []
    for group, own in table.groupby("group", sort=False):
        means = comparison.summarise(own.assign(system=own["learning_rate"]), measure)
        whole = means[means["diverged"] == 0]
        rates = sorted(
            float(rate) for rate in whole.loc[whole["mean"] >= whole["mean"].max() - comparison.EQUAL, "system"]
        )
        between = f"{rates[0]:g} to {rates[-1]:g}" if len(rates) > 1 else f"{rates[0]:g}" if rates else "none"
        said.append(f"{group} {between}")
    return ", ".join(said)


def told_ends(differences: pd.DataFrame) -> str:
    """Return what `minus` says of the lowest and the highest rate: "cosine loses 1.2 points at 0.001 and gains ..."."""
    said = []
    for group, own in differences.groupby("group", sort=False):
        ends = own.drop_duplicates("rate").sort_values("rate").iloc[[0, -1] if own["rate"].nunique() > 1 else [0]]
        said.append(f"{group} {' and '.join(_change(row) for row in ends.itertuples())}")
    return "; ".join(said) or "no schedule is compared with another"


def _change(row) -> str:
    """Return "loses 1.2 points at 0.0001", with a mark where that is not resolved; no figure where all diverged."""
    if np.isnan(row.difference):
        return f"has no figure at {row.rate:g}"
    sure = "" if row.p_holm < comparison.RESOLVED else " (not sure)"
    return f"{'loses' if row.difference < 0 else 'gains'} {abs(100 * row.difference):.1f} points at {row.rate:g}{sure}"
