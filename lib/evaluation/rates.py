"""What a schedule of the learning rate brings at each rate, from a table of runs as `lib.runs.by_rate` returns it."""

import numpy as np
import pandas as pd

from lib.base.text import listed
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
    """Return the rows of `minus` in short: "-0.012 at 0.0001 (clear), +0.006 at 0.001"; of none that there are none."""
    clear = ["" if p >= comparison.RESOLVED or np.isnan(p) else " (clear)" for p in differences["p_holm"]]
    rows = zip(differences["difference"], differences["system"], clear, strict=True)
    said = [f"{comparison.figure(difference, '+.3f')} at {system}{mark}" for difference, system, mark in rows]
    return ", ".join(said) or "there is none to compare with"


def told_best(table: pd.DataFrame, measure: str) -> str:
    """Return which rates of each group are best: "constant 0.0003 to 0.001 and cosine 0.01".

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
    return " and ".join(said)


def told_ends(differences: pd.DataFrame) -> str:
    """Return what `minus` says of the lowest and the highest rate: "cosine loses 1.2 points at 0.001 and gains ..."."""
    said = []
    for group, own in differences.groupby("group", sort=False):
        ends = own.drop_duplicates("rate").sort_values("rate").iloc[[0, -1] if own["rate"].nunique() > 1 else [0]]
        said.append(f"{group} {' and '.join(_change(row) for row in ends.itertuples())}")
    return "; ".join(said) or "no schedule is compared with another"


def _change(row) -> str:
    """Return "loses 1.2 points at 0.0001", with its interval where it is not clear; no figure where all diverged."""
    if np.isnan(row.difference):
        return f"has no figure at {row.rate:g}"
    said = f"{'loses' if row.difference < 0 else 'gains'} {abs(100 * row.difference):.1f} points at {row.rate:g}"
    if row.p_holm < comparison.RESOLVED:
        return said
    interval = f"95% interval {100 * row.low:+.1f} to {100 * row.high:+.1f}, " if np.isfinite(row.low) else ""
    corrected = " after correction" if row.low > 0 or row.high < 0 else ""
    return f"{said} ({interval}not clear{corrected})"


def told_steps(best: pd.DataFrame, most: float) -> str:
    """Return which learning rate is best for one step and which for many, in words.

    best: a row a start, a column a number of steps, each start's best rate. most: the largest rate tried.
    """
    one, many = best.columns.min(), best.columns.max()
    short, long = (best[each].quantile(0.5, interpolation="lower") for each in (one, many))  # rates that were tried
    smaller = int((best[many] < best[one]).sum())
    edge = ", the largest one tried" if short == most else ""
    every = "every start" if smaller == len(best) else f"{smaller} of {len(best)} starts"
    return (
        f"A single step lowers the loss most with a rate of {short:g}{edge}; {many} steps lower it most with {long:g}. "
        f"The rate for {many} steps is the smaller one from {every}."
    )


def trained(table: pd.DataFrame, by: str = "system") -> pd.DataFrame:
    """Return the rows of those settings of which no training collapsed; the whole table where none is left.

    by: "learning_rate" leaves out every setting that has the rate of a collapsed one. A mean with a collapsed training
    describes none. table: with a column collapsed, bool.
    """
    lost = table["collapsed"] | table["val_accuracy"].isna()
    left = table[~lost.groupby(table[by]).transform("any")]
    return table if left.empty else left


def told_limit(table: pd.DataFrame) -> str:
    """Return in a sentence how large a rate can be: the largest one up to which no training collapses.

    table: of `lib.runs.by_rate`, with a column collapsed, bool.
    """
    lost = (table["collapsed"] | table["val_accuracy"].isna()).groupby(table["learning_rate"]).agg(["sum", "size"])
    broken = lost.index[lost["sum"] > 0]
    if broken.empty:
        return f"No training collapses up to a rate of {lost.index.max():g}, the largest one tried."
    first = broken.min()
    number, of = lost.loc[first]
    collapse = f"{number} of {of} trainings collapse{'s' if number == 1 else ''} (every picture gets the same class)"
    fine = lost.index[lost.index < first]
    if fine.empty:
        return f"Even {first:g}, the smallest rate tried, is too large: {collapse}."
    return f"The rate can be at most about {fine.max():g}: at {first:g}, {collapse}."


def told_rivals(differences: pd.DataFrame, winner: str) -> str:
    """Return how far the rivals of a chosen setting lie behind it, in words; rows of `comparison.against` it."""
    told = []
    for row in comparison.each_row(differences.sort_values("difference", ascending=False)):
        points = abs(100 * row.difference)
        way = "higher" if row.difference > 0 else "lower"
        clear = row.verdict in (comparison.HIGHER, comparison.LOWER)
        said = "a clear difference" if clear else "which could be chance"
        told.append(f"{row.system} is {points:.1f} points {way}, {said}" if row.n else f"{row.system} has no figure")
    return f"Compared with {winner}: {'; '.join(told)}." if told else f"{winner} has no rival."


def how_sure(differences: pd.DataFrame, winner: str) -> str:
    """Return in a sentence which rivals could be as good as the chosen setting."""
    close = differences.loc[differences["verdict"] != comparison.LOWER, "system"].tolist()
    if not close:
        return f"All rivals of {winner} are clearly worse."
    seeds = comparison.seeds(int(differences["n"].max()))
    return f"With {seeds}, {listed(close)} may be just as good as {winner}."


def one_better(differences: pd.DataFrame, other: str) -> str:
    """Return whether a setting is clearly better than another: "cosine 0.001 is clearly better than ... (+0.6 points)".

    differences: of `comparison.against` the other; its first row is told.
    """
    if differences.empty or not differences["n"].iloc[0]:
        return f"{other} is the only one"
    row = differences.iloc[0]
    words = {comparison.HIGHER: "clearly better than", comparison.LOWER: "clearly worse than"}
    said = words.get(row["verdict"], "not clearly different from")
    return f"{row['system']} is {said} {other} ({100 * row['difference']:+.1f} points)"
