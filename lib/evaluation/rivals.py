"""The settings that come next after a chosen one: how far they are from it, and whether that is clear."""

import numpy as np
import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison
from lib.evaluation.words import in_points, interval

UNCLEAR = "not after correction"


def beside(table: pd.DataFrame, measure: str, winner: str) -> pd.DataFrame:
    """Return how far each rival of a chosen setting is from it, for people to read: in points, with its interval."""
    rows = []
    for row in comparison.each_row(_behind(table, measure, winner)):
        by = in_points(row.difference) if row.n else "no figure"
        ends = interval(row.low, row.high) if np.isfinite(row.low) else "–"
        rows.append([row.system, by, ends, _clearness(row)])
    return pd.DataFrame(rows, columns=["setting", f"points, minus {winner}", "95% interval", "is it clear?"])


def told_misses(told: pd.DataFrame) -> str:
    """Return which rival's interval misses zero without being clear, or that none does; told: of `beside`."""
    rows = told[told["is it clear?"] == UNCLEAR]
    if rows.empty:
        return "Here the correction changes no verdict."
    whose = f"that of {rows['setting'].iloc[0]} does" if len(rows) == 1 else f"those of {listed(rows['setting'])} do"
    return f"So an interval can miss zero, as {whose}, and the difference is still not clear."


def how_sure(table: pd.DataFrame, measure: str, winner: str) -> str:
    """Return in a sentence which rivals of the chosen setting are clearly worse, and which could be as good.

    A rival that is lower with every seed, by an interval without zero, is not called as good, even where it is not
    clear after correction.
    """
    behind = _behind(table, measure, winner)
    if behind.empty:
        return "The chosen setting has no rival."
    figures = table.pivot(index="seed", columns="system", values=measure)
    always = figures.lt(figures[winner], axis=0).all()
    clear = behind.loc[behind["verdict"] == comparison.LOWER, "system"].tolist()
    lower = [
        row.system
        for row in comparison.each_row(behind)
        if row.high < 0 and always[row.system] and row.system not in clear
    ]
    close = [name for name in behind["system"] if name not in {*clear, *lower}]
    told = [f"Of its rivals {listed(clear) or 'none'} {'are' if len(clear) > 1 else 'is'} clearly worse"]
    told += [f"{listed(lower)} {_is(lower)} lower with every seed, but not clearly after correction"] if lower else []
    told += [f"{listed(close)} may be as good"] if close else []
    return f"{'; '.join(told)}."


def _is(names: list) -> str:
    return "is" if len(names) == 1 else "are"


def _behind(table: pd.DataFrame, measure: str, winner: str) -> pd.DataFrame:
    return comparison.against(table, measure, winner).sort_values("difference", ascending=False)


def _clearness(row) -> str:
    if row.verdict in (comparison.HIGHER, comparison.LOWER):
        return "yes"
    return UNCLEAR if row.low > 0 or row.high < 0 else "no, could be chance"
