"""What several nets together gain over the best of them, in words."""

import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison
from lib.evaluation.ensembles import strengths


def found(gains: pd.DataFrame, member: str) -> str:
    """Return in sentences how many ways are clearly better or worse than the best member, and what averaging gains.

    gains: of `lib.evaluation.ensembles.over_pictures`. member: the name of the best member.
    """
    joined, alike = _parted(gains)
    number = len(joined)
    joined = joined[~same(joined)]
    better, worse = (int((joined["clear"] & (joined["difference"] * sign > 0)).sum()) for sign in (1, -1))
    harm = f", {worse} clearly worse" if worse else ""
    other = "other " if len(joined) < number else ""
    told = (
        f"{better or 'None'} of the {len(joined)} {other}combinations {'is' if better < 2 else 'are'} clearly better "
        f"than {member} alone{harm}."
    )
    if joined.empty:
        told = f"No combination differs from {member} alone."
    if alike.empty:
        return f"{told} There is only one training of {member} here, so there is nothing to average."
    (row,) = comparison.each_row(alike)
    number = row.system.partition(" ")[0]
    side = (
        "clearly worse" if row.clear and row.difference < 0 else "clearly better" if row.clear else "not clearly better"
    )
    return (
        f"{told} The average of {number} trainings of {member} is {side} than one of them, for {number} times the work."
    )


def told(gains: pd.DataFrame) -> str:
    """Return gains in words: "stacked +0.18 (-0.06 to +0.42)"; in points."""
    return ", ".join(
        f"{row.system} {row.difference * 100:+.2f} ({row.low * 100:+.2f} to {row.high * 100:+.2f})"
        for row in comparison.each_row(gains)
    )


def _parted(gains: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of the combinations of several systems, and that of one system's trainings (or none)."""
    alike = gains["system"].str.contains(" trainings of ")
    return gains[~alike], gains[alike]


def told_same(gains: pd.DataFrame, grid: dict[str, list], member: str) -> str:
    """Return in sentences which ways are right as often as the best member, as `same` finds them, and why.

    grid: system -> its runs. "" where there is none.
    """
    ways = gains[same(gains)]["system"].tolist()
    if not ways:
        return ""
    if ways == ["strongest at each class"] and _no_other_is_stronger(grid, member):
        same_as = f"so *{ways[0]}* is {member} itself, and not drawn"
        return f"At no class is another member stronger than {member}: {same_as}."
    return f"Not drawn, because as often right as {member}: {listed(ways)}."


def _no_other_is_stronger(grid: dict[str, list], member: str) -> bool:
    """Return whether a member has the highest F1 at every class on validation pictures, or shares it, with any seed."""
    place = list(grid).index(member)
    for runs in zip(*grid.values(), strict=True):
        known = [run.predictions("val") for run in runs]
        strong = strengths(known[0][1], [each[2] for each in known])
        if (strong[place] < strong.max(axis=0)).any():
            return False
    return True


def advice(gains: pd.DataFrame, member: str) -> str:
    """Return in a sentence what to do for more than the best member; gains: as in `found`."""
    several, alike = (bool((own["clear"] & (own["difference"] > 0)).any()) for own in _parted(gains))
    if alike:
        other = (
            ", or combine it with others: both help" if several else "; to combine it with others does not clearly help"
        )
        return f"For more, average several trainings of {member}{other}."
    if several:
        return f"For more, combine {member} with other systems."
    return f"No average of trainings and no combination of systems is clearly better than {member}."


def same(gains: pd.DataFrame) -> pd.Series:
    """Return for each row whether it is as often right as the best member: nothing to draw, as bool."""
    return gains["difference"].abs() < 1e-9
