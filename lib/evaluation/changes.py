"""What changes of one network gain, in words: from the rows of `lib.evaluation.comparison.against`."""

import math

import pandas as pd

from lib.base.text import capital, listed
from lib.evaluation.comparison import HIGHER, LOWER, each_row
from lib.evaluation.words import in_points

LATE = 0.85  # share of the epochs: a lowest validation loss that comes later leaves little overfitting to delay
NAMED = 4  # changes: of more only the first and the last are named
FITS = 0.05  # of training accuracy: so much less with a change says that a training was too short for it


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
    return f"{capital(told)}."


def alone(found: pd.DataFrame, first: bool = False) -> str:
    """Return which intervals miss zero although their difference is not clear after correction; "" for none.

    first: whether the correction has not been explained yet.
    """
    misses = (found["low"] > 0) | (found["high"] < 0)
    rows = found[misses & ~found["verdict"].isin([HIGHER, LOWER])]
    if rows.empty:
        return ""
    one, many = len(rows) == 1, int(found["p"].notna().sum())
    why = f"with {many} comparisons Holm's correction asks for more"
    if first:
        why = f"{many} comparisons are {many} chances of a false alarm; Holm's correction (notebook 05) asks for more"
    return (
        f"The interval{'' if one else 's'} of {listed(rows['system'])} miss{'es' if one else ''} zero, but not far "
        f"enough: {why}."
    )


def reaching(found: pd.DataFrame, few: str) -> str:
    """Return what size of change is easily missed; few: "3 seeds and 384 training pictures"."""
    sizes = found.set_index("system")["smallest"]
    sizes = 100 * sizes[sizes.map(math.isfinite)]
    if sizes.empty:
        return "Without two seeds no difference can be shown."
    told = {name: f"{size:.0f}" for name, size in sizes.sort_values().items()}
    least, *_, most = [*told.values()] * 2
    unit = "point" if least == "1" else "points"
    each = [f"{size} with {name}" for name, size in told.items()]
    each[0] = f"{least} {unit} with {next(iter(told))}"
    spread = ", ".join(each) if len(each) <= NAMED else f"{each[0]} (the least) to {each[-1]} (the most)"
    size = f"{least} {unit}" if least == most else spread
    return f"With {few} a true difference can easily be missed: below {size}."


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
    if not later and not less:
        return f"{capital(of)}, no change clearly delays the lowest point or lessens the rise."
    turned = [f"the lowest point comes clearly later with {_who(later, turns)}"] if later else []
    risen = [f"the rise is clearly smaller with {_who(less, rises)}"] if less else []
    return f"{capital(of)}, {', and '.join(turned + risen)}."


def overfits(runs: pd.DataFrame, system: str, epochs: int) -> str:
    """Return in a sentence after which epochs a system's validation loss is lowest, and how far it rises from there."""
    own = runs.loc[runs["system"] == system, ["turn", "rise"]].dropna()
    if own.empty:
        return f"The trainings of {system} diverged."
    turns = sorted(own["turn"].astype(int))
    when = f"epoch{'s' * (turns[0] != turns[-1])} {turns[0]}"
    when += f" to {turns[-1]}" * (turns[0] != turns[-1]) if len(turns) > 3 else ""
    if len(turns) in (2, 3) and turns[0] != turns[-1]:
        when = f"epochs {listed(map(str, turns))}"
    end = (
        ". So late, the loss is flat or still falls: chance decides where it is lowest, and there is little to delay"
        if own["turn"].mean() > LATE * epochs
        else ""
    )
    who = "the one seed has its" if len(turns) == 1 else "the seeds have their"
    return (
        f"With {system}, {who} lowest validation loss after {when} of {epochs}, and end"
        f"{'s' * (len(turns) == 1)} {own['rise'].mean():.2f} above it{' on average' * (len(turns) > 1)}{end}."
    )


def _who(names: list[str], found: pd.DataFrame) -> str:
    return f"all {len(found)}" if len(names) == len(found) > 2 else listed(names)


def narrower(gaps: pd.DataFrame, noun: str = "change") -> str:
    """Return which changes clearly narrow the gap between validation and training loss."""
    rows = gaps[gaps["verdict"] == LOWER]
    if rows.empty:
        return f"No {noun} clearly narrows the gap."
    everyone = f"Both {noun}s" if len(gaps) == 2 else f"All {len(gaps)} {noun}s"
    who = everyone if len(rows) == len(gaps) > 1 else capital(listed(rows["system"].tolist()))
    return f"{who} clearly narrow{'s' if len(rows) == 1 else ''} the gap."


def _none(found: pd.DataFrame, noun: str) -> str:
    """Return "neither change", "none of the 3 changes" or "the change does not"."""
    return {1: f"the {noun} does not", 2: f"neither {noun}"}.get(len(found), f"none of the {len(found)} {noun}s")


def _points(row) -> str:
    return f"{row.system} ({in_points(row.difference)} points)"
