"""What changes of one network gain, in words: from the rows of `lib.evaluation.comparison.against`."""

import math

import pandas as pd

from lib.base.text import listed
from lib.evaluation.comparison import HIGHER, LOWER, each_row


def helpful(found: pd.DataFrame, noun: str = "change") -> str:
    """Return in two sentences which changes clearly help or harm, with their points, and that the others do neither.

    found: a row a change, minus no change, of a share between 0 and 1. noun: what a row is.
    """
    helps, harms = _those(found, HIGHER, "help"), _those(found, LOWER, "harm")
    told = helps or f"{_none(found, noun)} clearly {'help' if len(found) == 1 else 'helps'}"
    if harms:
        told += f"; {harms}"
    elif len(found) > 1 and not helps:
        told += " or harms"
    told = f"{told[0].upper()}{told[1:]}."
    others = int((~found["verdict"].isin([HIGHER, LOWER])).sum())
    if 0 < others < len(found):
        told += f" The other {noun} makes" if others == 1 else f" The other {others} {noun}s make"
        told += " no clear difference."
    return told


def raised(found: pd.DataFrame, noun: str = "change", what: str = "test accuracy") -> str:
    """Return in one sentence which changes clearly raise a measure, which lower it, and what the others could be.

    found: as for `helpful`.
    """
    rows = [row for row in each_row(found) if row.n]
    equal = [_points(row) for row in rows if row.verdict.startswith("equal")]
    unsure = [
        _points(row) for row in rows if not row.verdict.startswith("equal") and row.verdict not in (HIGHER, LOWER)
    ]
    up, down = ([_points(row) for row in rows if row.verdict == verdict] for verdict in (HIGHER, LOWER))
    lead = f"{listed(up)} clearly raise{'s' if len(up) == 1 else ''} the {what}"
    lead = lead if up else f"{_none(found, noun)} clearly {'raise' if len(found) == 1 else 'raises'} the {what}"
    rest = [f"{listed(down)} clearly lower{'s' if len(down) == 1 else ''} it"] if down else []
    rest += [f"what we see with {listed(unsure)} could be chance"] if unsure else []
    rest += (
        [f"{listed(equal)} makes no difference" if len(equal) == 1 else f"{listed(equal)} make none"] if equal else []
    )
    told = ("; " if up else ": ").join(filter(None, [lead, ", and ".join(rest)]))
    return f"{told[0].upper()}{told[1:]}."


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


def would_be_missed(found: pd.DataFrame, few: str) -> str:
    """Return how small a difference would probably be missed, as a sentence; few: "3 seeds and 384 pictures"."""
    sizes = [100 * size for size in found["smallest"] if math.isfinite(size)]
    if not sizes:
        return "Without two seeds no difference can be shown."
    least, most = f"{min(sizes):.0f}", f"{max(sizes):.0f}"
    between = least if least == most else f"{least} to {most}"
    return f"With {few}, a gain or loss of less than about {between} points would probably be missed."


def misled(shares: pd.DataFrame, full: pd.DataFrame) -> str:
    """Return what the changes that mislead a network are worth: a copy that fools it need not be a bad one.

    shares: change, and the share of its copies that misled. full: as for `helpful`, the best first.
    """
    lesson = "A copy that fools the network is not yet a bad copy: ask whether its label is still true."
    own = shares.set_index("change")["share"]
    name = full["system"].iloc[0] if len(full) else ""
    if name not in own or full["verdict"].iloc[0] != HIGHER:
        return lesson
    though = "although" if own[name] > own.median() else "and"
    return (
        f"At full length {name} helps most, {though} it misled our network with {own[name]:.0%} of its copies. {lesson}"
    )


def to_delay(turns: pd.DataFrame, later: list[str], without: str, epochs: int) -> str:
    """Return whether changes delay overfitting; turns: of `comparison.summarise`; later: changes that clearly do."""
    means = turns.set_index("system")["mean"]
    told = ", ".join(f"{mean:.0f} ({name})" for name, mean in means.items())
    lead = f"Of {epochs} epochs, the validation loss is lowest after {told}, means over seeds."
    if later:
        return f"{lead} It turns clearly later with {listed(later)}."
    late = means[without] > 0.9 * epochs
    why = f" With {without} it falls until the end, so there is nothing to delay." if late else ""
    return f"{lead}{why or ' We see no clear delay.'}"


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


def _none(found: pd.DataFrame, noun: str) -> str:
    """Return "neither change", "none of the 3 changes" or "the change does not"."""
    return {1: f"the {noun} does not", 2: f"neither {noun}"}.get(len(found), f"none of the {len(found)} {noun}s")


def _points(row) -> str:
    return f"{row.system} ({100 * row.difference:+.1f} points)"


def _those(found: pd.DataFrame, verdict: str, verb: str) -> str:
    points = [_points(row) for row in each_row(found[found["verdict"] == verdict])]
    return f"{listed(points)} clearly {verb}{'s' if len(points) == 1 else ''}" if points else ""
