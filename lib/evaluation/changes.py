"""What changes of one network gain, in words: from the rows of `lib.evaluation.comparison.against`."""

import math

import pandas as pd

from lib.evaluation.comparison import HIGHER, LOWER, each_row


def helpful(found: pd.DataFrame, noun: str = "change") -> str:
    """Return which changes clearly help, which harm, and that the others could be chance; with their points.

    found: a row a change, minus no change, of a share between 0 and 1. noun: what a row is.
    """
    none = f"None of the {len(found)} {noun}s clearly helps"
    none = {1: f"The {noun} does not clearly help", 2: f"Neither {noun} clearly helps"}.get(len(found), none)
    told = [_those(found, HIGHER, "help") or none]
    if harmful := _those(found, LOWER, "harm"):
        told.append(harmful)
    elif len(found) > 1 and not (found["verdict"] == HIGHER).any():
        told[0] += " or harms"
    others = int((~found["verdict"].isin([HIGHER, LOWER])).sum())
    if 0 < others < len(found):
        rest = f"other {noun} makes" if others == 1 else f"other {others} {noun}s make"
        told.append(f"The {rest} no clear difference")
    return f"{'. '.join(told)}."


def alone(found: pd.DataFrame) -> str:
    """Return which intervals miss zero although their difference is not clear after correction; "" for none."""
    misses = (found["low"] > 0) | (found["high"] < 0)
    names = found.loc[misses & ~found["verdict"].isin([HIGHER, LOWER]), "system"].tolist()
    if not names:
        return ""
    subject, verb = ("The interval", "misses") if len(names) == 1 else ("The intervals", "miss")
    said = (
        f"{subject} of {listed(names)} {verb} zero, too. But of {len(found)} such intervals one can miss it by chance"
    )
    return (
        f"{said}: after correction for {len(found)} comparisons {'it is' if len(names) == 1 else 'they are'} not clear."
    )


def would_be_missed(found: pd.DataFrame) -> str:
    """Return how small a difference these seeds would probably miss, as a sentence."""
    sizes = [100 * size for size in found["smallest"] if math.isfinite(size)]
    if not sizes:
        return "Without two seeds no difference can be shown."
    few, most = f"{min(sizes):.0f}", f"{max(sizes):.0f}"
    between = few if few == most else f"{few} to {most}"
    return f"A gain or loss of less than about {between} points would probably be missed."


def how_many_clear(found: pd.DataFrame, what: str = "test accuracy") -> str:
    """Return how many of the differences in a measure are clear, in whole sentences."""
    clear, number = int(found["verdict"].isin([HIGHER, LOWER]).sum()), len(found)
    if clear == number:
        return (
            f"The difference in {what} is clear." if number == 1 else f"All {number} differences in {what} are clear."
        )
    if not clear:
        only = number == 1
        return f"{'The difference' if only else f'Each of the {number} differences'} in {what} could be chance."
    rest = "The other one" if number - clear == 1 else f"The other {number - clear}"
    return (
        f"{clear} of the {number} differences in {what} {'is' if clear == 1 else 'are'} clear. {rest} could be chance."
    )


def narrower(gaps: pd.DataFrame, noun: str = "change") -> str:
    """Return which changes clearly narrow the gap between validation and training loss, and by how much."""
    rows = gaps[gaps["verdict"] == LOWER]
    if rows.empty:
        return f"No {noun} clearly narrows the gap between validation and training loss."
    sizes = sorted(f"{-size:.2f}" for size in rows["difference"])
    by = sizes[0] if len(rows) == 1 else f"{sizes[0]} to {sizes[-1]}"
    everyone = f"Both {noun}s" if len(gaps) == 2 else f"All {len(gaps)} {noun}s"
    who = everyone if len(rows) == len(gaps) > 1 else listed(rows["system"].tolist())
    who = f"{who[0].upper()}{who[1:]}"
    return f"{who} clearly narrow{'s' if len(rows) == 1 else ''} the gap between validation and training loss, by {by}."


def listed(names: list[str]) -> str:
    """Return names as a list in a sentence: "a, b and c"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _those(found: pd.DataFrame, verdict: str, verb: str) -> str:
    rows = found[found["verdict"] == verdict]
    points = [f"{row.system} ({100 * row.difference:+.1f} points)" for row in each_row(rows)]
    told = f"{listed(points)} clearly {verb}{'s' if len(points) == 1 else ''}"
    return f"{told[0].upper()}{told[1:]}" if points else ""
