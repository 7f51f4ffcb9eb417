"""How far a lead among optimisers is one of their default rates (`lib.runs.search`), in sentences for any outcome."""

import math

import pandas as pd

from lib.evaluation import comparison
from lib.evaluation.words import in_points
from lib.runs import search


def verdict(table: pd.DataFrame) -> str:
    """Return how far a lead is one of default rates: "Mostly the rate"; "" where that stays open.

    table: of `lib.runs.search.tries`.
    """
    fall, gaps = search.narrowed(table), search.gaps(table).mean()
    if fall["low"] > 0:
        return f"{'Mostly' if abs(gaps.iloc[1]) <= gaps.iloc[0] / 2 else 'In part'} the rate"
    return "Not only the rate" if fall["high"] < 0 else ""


def answer(table: pd.DataFrame, full: pd.DataFrame | None = None) -> str:
    """Return whether optimisers differ, or only their default rates; full: the same search at full length."""
    gaps, ends = search.gaps(table).mean(), search.ends(table)
    before, after = (_ahead(*ends[when], float(gaps[when])) for when in search.WHEN)
    same = len(set(ends.values())) == 1 and bool((gaps > 0).all())
    left = points(float(gaps.iloc[1]), " points") if same else after
    told = f"with default rates {before} on the test pictures; after the same search for each, {left}."
    if own := verdict(table):
        return f"{own}: {told}"
    there = verdict(full) if full is not None else ""
    known = f" Those at full length answer: {there[0].lower()}{there[1:]}." if there else ""
    return f"These trainings leave it open: {told}{known}"


def at_length(table: pd.DataFrame) -> str:
    """Return what a search at full length answers, and how sure that is."""
    return f"{answer(table)} {narrowing(table)}{_left(table)}"


def _left(table: pd.DataFrame) -> str:
    """Return whether what the search leaves of a lead is clear; "" where others are first and last after it."""
    ends = search.ends(table)
    first, last = ends[search.WHEN[1]]
    if len(set(ends.values())) > 1 or first == last or not (search.gaps(table).mean() > 0).all():
        return ""
    own = search.apart(table)[lambda rows: (rows["rates"] == search.WHEN[1]) & (rows["optimiser"] == last)]
    clear = own["clearly"].iloc[0] == "worse"
    return f" What is left of it {'is clear, too' if clear else 'could be chance'}."


def _ahead(first: str, last: str, gap: float) -> str:
    """Return "Adam is 1.6 points ahead of SGD"; first and last: on the validation pictures."""
    if first == last:
        return "no optimiser leads"
    if not math.isfinite(gap):
        return f"{first} and {last} cannot be compared"
    return f"{first} is {points(abs(gap), ' points')} {'behind' if gap < 0 else 'ahead of'} {last}"


def narrowing(table: pd.DataFrame) -> str:
    """Return by how much the search changes the lead of the best optimiser over the worst, and how sure that is."""
    fall = search.narrowed(table)
    mean, low, high = fall["mean"], fall["low"], fall["high"]
    seeds = comparison.seeds(int(fall["n"]))
    if not math.isfinite(low):
        return f"With {seeds} nobody can tell whether the search changes this lead."
    if max(abs(low), abs(high)) < 1e-9:
        return "The search leaves this lead as it is."
    if low > 0 or high < 0:
        ends = sorted([abs(low), abs(high)])
        way = "takes {} off" if mean >= 0 else "adds {} to"
        return (
            f"The search clearly {way.format(points(abs(mean), ' points'))} this lead "
            f"(95% interval {points(ends[0], '')} to {points(ends[1], '')})."
        )
    return (
        f"With the search the lead changes by {in_points(-mean)} points (95% interval {in_points(-high)} to "
        f"{in_points(-low)}): this could be chance."
    )


def points(share: float, unit: str = " percentage points") -> str:
    """Return a share in points, from 10 on without decimals."""
    return f"{100 * share:.{0 if abs(share) >= 0.1 else 1}f}{unit}"
