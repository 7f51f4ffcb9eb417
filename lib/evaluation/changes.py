"""What changes of one network gain, in words: from the rows of `lib.evaluation.comparison.against`."""

import math

import pandas as pd

from lib.base.text import listed
from lib.evaluation.comparison import HIGHER, LOWER, each_row

MANY = 4  # of so many changes each is told with its interval
LATE = 0.85  # share of the epochs: a lowest validation loss that comes later leaves little overfitting to delay
FITS = 0.05  # of training accuracy: so much less with a change says that a training was too short for it


def helpful(found: pd.DataFrame, noun: str = "change", start: str = "") -> str:
    """Return in two sentences which changes clearly help or harm, with their points, and that the others do neither.

    found: a row a change, minus no change, of a share between 0 and 1. noun: what a row is. start: "In accuracy, ".
    """
    helps, harms = _those(found, HIGHER, "help"), _those(found, LOWER, "harm")
    told = helps or f"{_none(found, noun)} clearly {'help' if len(found) == 1 else 'helps'}"
    if harms:
        told += f"; {harms}"
    elif len(found) > 1 and not helps:
        told += " or harms"
    told = f"{start}{told}." if start else f"{told[0].upper()}{told[1:]}."
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
    rows = found[misses & ~found["verdict"].isin([HIGHER, LOWER])]
    if rows.empty:
        return ""
    one = len(rows) == 1
    return (
        f"The interval{'' if one else 's'} of {listed(rows['system'])} miss{'es' if one else ''} zero as well, but not "
        f"far enough: with {len(found)} comparisons Holm's correction asks for more."
    )


def on_loss(found: pd.DataFrame, what: str) -> str:
    """Return which changes clearly lower a loss, and which raise it, with differences and intervals.

    found: rows of `lib.evaluation.comparison.against`, a change minus no change.
    """
    down, up = (
        [_lower_or_higher(row, found) for row in each_row(found[found["verdict"] == verdict])]
        for verdict in (LOWER, HIGHER)
    )
    lower = int((found["difference"] < 0).sum())
    told = f"{listed(down)} clearly lower{'s' if len(down) == 1 else ''} the {what}"
    if not down:
        told = f"{_none(found, 'change')} clearly {'lower' if len(found) == 1 else 'lowers'} the {what}"
    told += f"; {listed(up)} clearly raise{'s' if len(up) == 1 else ''} it" if up else ""
    told += f"; the mean is lower with {lower} of {len(found)}" if lower > len(down) and len(found) > 1 else ""
    return f"{told[0].upper()}{told[1:]}."


def _lower_or_higher(row, found: pd.DataFrame) -> str:
    """Return "erase (-0.05, 95% interval -0.08 to -0.02)"; of many changes without the interval."""
    interval = f", 95% interval {row.low:+.2f} to {row.high:+.2f}" if len(found) <= MANY else ""
    return f"{row.system} (loss {row.difference:+.2f}{interval})"


def reaching(found: pd.DataFrame, few: str) -> str:
    """Return what size of change would be found; few: "3 seeds and 384 training pictures"."""
    sizes = [100 * size for size in found["smallest"] if math.isfinite(size)]
    if not sizes:
        return "Without two seeds no difference can be shown."
    return (
        f"With {few}, a true change has to be {_between(sizes, '.0f')} points to be found four times out of five. "
        "Smaller ones can be missed."
    )


def _between(numbers: list[float], form: str) -> str:
    least, most = format(min(numbers), form), format(max(numbers), form)
    return least if least == most else f"{least} to {most}"


def fits(runs: pd.DataFrame, without: str, start: str) -> str:
    """Return how well a network fits its own training pictures with a change and without, and what that may mean.

    runs: two systems of `lib.runs.tabulate`, `without` one of them. start: "With R4's mix, its network".
    """
    means = runs.groupby("system")["train_accuracy"].mean()
    changed = means.drop(without)
    if changed.empty or changed.isna().any() or math.isnan(means[without]):
        return ""
    so = (
        ", so it does not even fit those. *An explanation, not a result:* more epochs might help"
        if changed.iloc[0] < means[without] - FITS
        else ""
    )
    return (
        f"{start} gets {changed.iloc[0]:.0%} of its own training pictures right, without it {means[without]:.0%}{so}."
    )


def to_delay(turns: pd.DataFrame, rises: pd.DataFrame, of: str) -> str:
    """Return whether changes delay overfitting and whether they lessen it, as rows of `comparison.against` say.

    turns: of the epoch with the lowest validation loss. rises: of the rise from there. of: "in this run".
    """
    later, less = (
        found.loc[found["verdict"] == verdict, "system"].tolist()
        for found, verdict in ((turns, HIGHER), (rises, LOWER))
    )
    turned = (
        f"the lowest point comes clearly later with {_who(later, turns)}"
        if later
        else "no lowest point is clearly later"
    )
    risen = f"the rise is clearly smaller with {_who(less, rises)}" if less else "no rise is clearly smaller"
    return f"{of[0].upper()}{of[1:]}, {turned}, and {risen}."


def overfits(runs: pd.DataFrame, system: str, epochs: int) -> str:
    """Return in a sentence after which epoch a system's validation loss is lowest, and how far it rises from there."""
    own = runs.loc[runs["system"] == system, ["turn", "rise"]].mean()
    if own.isna().any():
        return f"The trainings of {system} diverged."
    late = own["turn"] > LATE * epochs
    end = (
        ". So late, the loss is flat or still falls: chance decides where it is lowest, and there is little to delay"
        if late
        else ""
    )
    return (
        f"With {system}, the validation loss is lowest after epoch {own['turn']:.0f} of {epochs} and ends "
        f"{own['rise']:.2f} higher, means over seeds{end}."
    )


def _who(names: list[str], found: pd.DataFrame) -> str:
    return f"all {len(found)}" if len(names) == len(found) > 2 else listed(names)


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
