"""The settings that come next after a chosen one: how far they are from it, and whether that is clear."""

import numpy as np
import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison
from lib.evaluation.words import in_points, interval

UNCLEAR = "not after correction"
CLEAR = {comparison.HIGHER: "better", comparison.LOWER: "worse"}


def beside(table: pd.DataFrame, measure: str, winner: str) -> pd.DataFrame:
    """Return how far each rival of a chosen setting is from it, for people to read: in points, with its interval.

    Beside its p value stands what Holm's correction asks of it; – where there is no p.
    """
    behind = _behind(table, measure, winner)
    limits = comparison.RESOLVED / (behind["p"].count() + 1 - behind["p"].rank(method="first"))
    rows = []
    for row, limit in zip(comparison.each_row(behind), limits, strict=True):
        by = in_points(row.difference) if row.n else "no figure"
        ends = interval(row.low, row.high) if np.isfinite(row.low) else "–"
        tested = [_percent(row.p), _percent(limit)] if np.isfinite(row.p) else ["–", "–"]
        rows.append([row.system, by, ends, *tested, _clearness(row)])
    names = ["setting", f"points, minus {winner}", "95% interval", "p value", "has to be below", "is it clear?"]
    return pd.DataFrame(rows, columns=names)


def how_sure(table: pd.DataFrame, measure: str, winner: str) -> str:
    """Return in a sentence which rivals of the chosen setting could be as good, and which are clearly worse.

    A rival that is lower with every seed, by an interval without zero, is not called as good, even where it is not
    clear after correction.
    """
    behind = _behind(table, measure, winner)
    if behind.empty:
        return "The best setting has no rival."
    figures = table.pivot(index="seed", columns="system", values=measure)
    always = figures.lt(figures[winner], axis=0).all()
    sure = {verdict: behind.loc[behind["verdict"] == verdict, "system"].tolist() for verdict in CLEAR}
    lower = [row.system for row in comparison.each_row(behind) if row.high < 0 and always[row.system]]
    lower = [name for name in lower if name not in sum(sure.values(), [])]
    close = [name for name in behind["system"] if name not in {*lower, *sum(sure.values(), [])}]
    told = [f"{listed(close)} may be as good"] if close else []
    told += [f"{listed(lower)} {_is(lower)} lower with every seed, but that is not sure"] if lower else []
    told += [f"{listed(names)} {_is(names)} clearly {CLEAR[verdict]}" for verdict, names in sure.items() if names]
    return f"Of its next rivals, {'; '.join(told)}."


def told_cost(table: pd.DataFrame, measure: str, best: str) -> str:
    """Return that the highest rate of a schedule works and is not best, with its points; "" where it is not worse."""
    highest = str(table.sort_values("learning_rate")["system"].iloc[-1])
    if highest == best:
        return ""
    row = next(comparison.each_row(comparison.against(table[table["system"].isin([best, highest])], measure, best)))
    if not row.n or row.difference >= 0:
        return ""
    sure = "clearly " if row.verdict == comparison.LOWER else ""
    return f"But {highest} gets {sure}less than {best} ({in_points(row.difference)} points)."


def one_better(differences: pd.DataFrame, other: str) -> str:
    """Return whether the first row of `comparison.against` another setting is clearly better or worse than it."""
    if differences.empty or not differences["n"].iloc[0]:
        return f"{other} is the only one"
    row = differences.iloc[0]
    words = {comparison.HIGHER: "clearly better than", comparison.LOWER: "clearly worse than"}
    said = words.get(row["verdict"], "not clearly different from")
    return f"{row['system']} is {said} {other} ({in_points(row['difference'])} points)"


def _percent(p: float) -> str:
    return f"{100 * p:.3g}%" if p >= 0.001 else "below 0.1%"


def _is(names: list) -> str:
    return "is" if len(names) == 1 else "are"


def _behind(table: pd.DataFrame, measure: str, winner: str) -> pd.DataFrame:
    return comparison.against(table, measure, winner).sort_values("difference", ascending=False)


def _clearness(row) -> str:
    if row.verdict in CLEAR:
        return "yes"
    return UNCLEAR if row.low > 0 or row.high < 0 else "no, could be chance"
