"""What changes of the training pictures bring, in short: for a report's box, a table, and the numbers of a figure."""

import math

import pandas as pd

from lib.base.text import listed
from lib.evaluation.changes import helpful
from lib.evaluation.comparison import HIGHER, LOWER, each_row

CAPTION = "At full length: each change minus no change. A star: clear after correction for the rows of its column"


def close(means: pd.DataFrame, chosen: str, pictures: int) -> str:
    """Return by how much the chosen network leads on validation, beside what one picture is; "" where it is alone.

    means: of `lib.evaluation.comparison.summarise`.
    """
    by = means.set_index("system")["mean"].dropna()
    if len(by) < 2 or chosen not in by:
        return ""
    second = by.drop(chosen).idxmax()
    return (
        f"On validation, {_named(chosen)} is ahead by {100 * (by[chosen] - by[second]):.1f} points, and one of the "
        f"{pictures:,} pictures is {100 / pictures:.1f}."
    )


def _named(system: str) -> str:
    return "the network without changes" if system == "no augmentation" else f"that with {system}"


def in_short(found: pd.DataFrame) -> str:
    """Return in a sentence whether any change clearly raises or lowers the accuracy, with the points."""
    if not found["verdict"].isin([HIGHER, LOWER]).any():
        return "So few pictures cannot tell: no change clearly raises or lowers the test accuracy."
    return helpful(found, start="In test accuracy, ").partition(". ")[0].removesuffix(".") + "."


def at_length(single: pd.DataFrame, mixes: pd.DataFrame, shares: pd.DataFrame) -> str:
    """Return in two sentences which single changes clearly help at full length, and how many networks a mix harms.

    single, mixes: rows as for `helpful`. shares: change, and the share of its copies that misled a network.
    """
    own = shares.set_index("change")["share"]
    up = single[single["verdict"] == HIGHER]
    helps = [f"{_said(row.system)} ({100 * row.difference:+.1f} points)" for row in each_row(up)]
    told = f"{'Only ' if len(helps) == 1 else ''}{listed(helps) or 'no single change'} clearly help"
    told += "s" if len(helps) < 2 else ""
    if len(helps) == 1 and up["system"].iloc[0] in own:
        told += f", {'although' if own[up['system'].iloc[0]] > own.median() else 'and'} it misled our network with "
        told += f"{own[up['system'].iloc[0]]:.0%} of its copies"
    told = f"{told[0].upper()}{told[1:]}."
    down = sorted(-100 * mixes.loc[mixes["verdict"] == LOWER, "difference"])
    if down:
        by = f", by {down[0]:.1f} to {down[-1]:.1f} points" if len(down) > 1 else f", by {down[0]:.1f} points"
        told += f" Of {len(mixes)} networks trained with a mix of changes, {len(down)} clearly get worse{by}."
    return told


def _said(change: str) -> str:
    return {"erase": "erasing a random rectangle"}.get(change, change)


def beside_one_another(columns: dict[str, tuple[pd.DataFrame, str]]) -> pd.DataFrame:
    """Return a row a change and a column a measure, for people to read, a star at what is clear after correction.

    columns: heading -> rows of `lib.evaluation.comparison.against`, and how a number is written: "points" or "+.2f".
    """
    first = next(iter(columns.values()))[0]
    shown = pd.DataFrame({"change": first["system"]})
    for heading, (found, form) in columns.items():
        told = {}
        for row in each_row(found):
            star = " *" if row.verdict in (HIGHER, LOWER) else ""
            number = f"{100 * row.difference:+.1f}" if form == "points" else f"{row.difference:{form}}"
            told[row.system] = f"{number}{star}" if row.n else "–"
        shown[heading] = [told.get(name, "–") for name in first["system"]]
    return shown


def less_and_right(rises: pd.DataFrame, gained: pd.DataFrame) -> str:
    """Return with how many changes a network overfits clearly less, with how many it is clearly more often right."""
    less, more = int((rises["verdict"] == LOWER).sum()), int((gained["verdict"] == HIGHER).sum())
    return (
        f"With {less} of {len(rises)} changes the network overfits clearly less; with {more} it is clearly right more "
        "often."
    )


def points(found: pd.DataFrame) -> dict[str, str]:
    """Return each change's points with their interval: {"erase": "+1.0 (+0.7 to +1.3)"}."""
    return {row.system: _points(row) for row in each_row(found)}


def _points(row) -> str:
    if not row.n:
        return "no figure"
    interval = f" ({100 * row.low:+.1f} to {100 * row.high:+.1f})" if math.isfinite(row.low) else ""
    return f"{100 * row.mean:+.1f}{interval}"


def outside(found: pd.DataFrame) -> str:
    """Return what a figure does not show: "R4's mix with Adam -8.0"; rows as for `points`."""
    return listed([f"{row.system} {100 * row.mean:+.1f}" for row in each_row(found) if row.n]) or "nothing"
