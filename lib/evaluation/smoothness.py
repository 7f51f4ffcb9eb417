"""Which of two batch sizes has the smoother curves, in words."""

import numpy as np
import pandas as pd

from lib.evaluation import comparison
from lib.evaluation.batches import EPOCHS, SIGNS
from lib.evaluation.words import interval


def told_falls(table: pd.DataFrame, large: str, small: str) -> str:
    """Return how the falls of a large batch differ from those of a small one, with equal epochs, in sentences.

    It is said where the first seed, whose curve a figure shows, differs the other way.
    """
    own = table[(table["group"] == EPOCHS) & table["system"].isin([large, small])]
    row = comparison.against(own, "falls", small).iloc[0]
    if not row["n"]:
        return "No seed of both sizes has falls to compare."
    way = "less" if row["difference"] <= 0 else "more"
    by_seed = own.set_index(["seed", "system"])["falls"].unstack().dropna()
    first, seed = by_seed[large].iloc[0] - by_seed[small].iloc[0], by_seed.index[0]
    told = f"Over all seeds {large} falls by {abs(100 * row['difference']):.1f} points {way} than {small}"
    if first * row["difference"] < 0:
        told = f"In seed {seed} {large} falls {'less' if way == 'more' else 'more'}; one curve is not enough. {told}"
    if not np.isfinite(row["low"]):
        return f"{told}; one seed, or none that differ, cannot show what chance does."
    clear = "which is clear" if row["verdict"] in SIGNS else "so either could be the smoother one"
    return f"{told} (difference {interval(row['low'], row['high'])}), {clear}."
