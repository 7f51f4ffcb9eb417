"""What a schedule of the learning rate brings at each rate, from a table of runs as `lib.runs.by_rate` returns it."""

import numpy as np
import pandas as pd

from lib.evaluation import comparison


def minus(table: pd.DataFrame, measure: str, reference: str) -> pd.DataFrame:
    """Return how each other group differs from the group `reference`, rate by rate, in rows of `comparison.against`.

    system says the rate, and the group where there is more than one other. p_holm is corrected over all rates together.
    """
    several = table["group"].nunique() > 2
    rows = []
    for rate, own in table.groupby("learning_rate"):
        differences = comparison.against(own.assign(system=own["group"]), measure, reference)
        others = differences["system"] if several else pd.Series("", index=differences.index)
        rows.append(differences.assign(system=[f"{rate:g} {other}".strip() for other in others]))
    return comparison.with_holm(pd.concat(rows, ignore_index=True)).drop(columns="verdict")


def told(differences: pd.DataFrame) -> str:
    """Return the rows of `minus` in short: "-0.012 at 0.0001 (sure), +0.006 at 0.001"."""
    sure = ["" if p >= comparison.RESOLVED or np.isnan(p) else " (sure)" for p in differences["p_holm"]]
    rows = zip(differences["difference"], differences["system"], sure, strict=True)
    return ", ".join(f"{difference:+.3f} at {system}{mark}" for difference, system, mark in rows)
