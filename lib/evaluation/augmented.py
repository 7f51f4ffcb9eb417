"""What changes of the training pictures bring, in short: for a report's box, a table, and the numbers of a figure."""

import pandas as pd

from lib.base.text import listed
from lib.evaluation.changes import helpful
from lib.evaluation.comparison import HIGHER, LOWER, each_row
from lib.evaluation.words import gained

MIXES = ("R3's mix", "R3's mix with dropout and stopping", "R4's mix with RMSprop", "R4's mix with Adam")
NAMES = dict(zip(("R3's augmentation", "R3.final", "R4.rmsprop_aug", "R4.adam_aug"), MIXES, strict=True))
FEW = 2  # validation pictures: a lead of so few is as good as none
COLOURS = {"clearly better": "#2a8a4a", "clearly worse": "#b02a1b", "not clear": "#8b969d"}
CAPTION = "At full length: each change minus no change. A star: clear after correction for the rows of its column"


def named(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose column system says a change in words; where they have a verdict also group, for `COLOURS`."""
    system = rows["system"].str.removeprefix("R3.initial, ").replace(NAMES)
    if "verdict" not in rows:
        return rows.assign(system=system)
    clearly = {HIGHER: "clearly better", LOWER: "clearly worse"}
    return rows.assign(system=system, group=rows["verdict"].map(clearly).fillna("not clear"))


def close(means: pd.DataFrame, chosen: str, pictures: int) -> str:
    """Return by how much the chosen network leads on validation, beside what one picture is; "" where it is alone.

    means: of `lib.evaluation.comparison.summarise`.
    """
    by = means.set_index("system")["mean"].dropna()
    if len(by) < 2 or chosen not in by:
        return ""
    lead = by[chosen] - by.drop(chosen).max()
    return (
        f"On validation, {_named(chosen)} is ahead by {100 * lead:.1f} points, or {lead * pictures:.1f} of the "
        f"{pictures:,} pictures."
    )


def toss(means: pd.DataFrame, chosen: str, pictures: int) -> str:
    """Return what one validation picture is, and whether the choice hangs on so few; arguments as for `close`."""
    by = means.set_index("system")["mean"].dropna()
    told = f"One of the {pictures:,} validation pictures is {100 / pictures:.2f} points"
    if len(by) < 2 or chosen not in by or (by[chosen] - by.drop(chosen).max()) * pictures > FEW:
        return f"{told}."
    return f"{told}, and the next best is less than {FEW} of them away: this choice is close to a toss."


def _named(system: str) -> str:
    return "the network without changes" if system == "no augmentation" else f"that with {system}"


def in_short(found: pd.DataFrame) -> str:
    """Return in a sentence whether any change clearly raises or lowers the accuracy, with the points."""
    if not found["verdict"].isin([HIGHER, LOWER]).any():
        return "So few pictures cannot tell: no change clearly raises or lowers the test accuracy."
    return helpful(found, start="In test accuracy, ").partition(". ")[0].removesuffix(".") + "."


def at_length(found: pd.DataFrame, shares: pd.DataFrame) -> str:
    """Return in two sentences which single changes clearly help at full length, and how many networks a mix harms.

    found: rows as for `helpful`, `named`. shares: change, and the share of its copies that misled a network.
    """
    mix = found["system"].isin(MIXES)
    single, mixes = found[~mix], found[mix]
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


def beside_one_another(
    accuracy: pd.DataFrame, losses: pd.DataFrame, turns: pd.DataFrame, rises: pd.DataFrame
) -> pd.DataFrame:
    """Return a row a change and a column a measure, for people to read, a star at what is clear after correction.

    Each is rows of `lib.evaluation.comparison.against`; the changes stand in the order of the first.
    """
    columns = {
        "accuracy, points": (accuracy, 100, "+.1f"), "loss": (losses, 1, "+.2f"),
        "epoch of the lowest loss": (turns, 1, "+.0f"), "rise from there": (rises, 1, "+.2f"),
    }  # fmt: skip
    shown = pd.DataFrame({"change": accuracy["system"]})
    for heading, (found, times, form) in columns.items():
        told = {}
        for row in each_row(found):
            star = " *" if row.verdict in (HIGHER, LOWER) else ""
            told[row.system] = f"{_signed(times * row.difference, form)}{star}" if row.n else "–"
        shown[heading] = [told.get(name, "–") for name in accuracy["system"]]
    return shown


def _signed(value: float, form: str) -> str:
    """Return a number with its sign, but no "-0.0"."""
    told = format(value, form)
    return told if float(told) else told.replace("-", "+")


def less_and_right(rises: pd.DataFrame, gained: pd.DataFrame) -> str:
    """Return with how many changes a network overfits clearly less, with how many it is clearly more often right."""
    less, more = int((rises["verdict"] == LOWER).sum()), int((gained["verdict"] == HIGHER).sum())
    return (
        f"With {less} of {len(rises)} changes the network overfits clearly less; with {more} it is clearly right more "
        "often."
    )


def points(found: pd.DataFrame) -> dict[str, str]:
    """Return each change's points with their interval: {"erase": "+1.0 (+0.7 to +1.3)"}."""
    return {row.system: gained(row) for row in each_row(found)}


def outside(found: pd.DataFrame) -> str:
    """Return what a figure does not show: "R4's mix with Adam -8.0"; rows as for `points`."""
    return listed([f"{row.system} {100 * row.difference:+.1f}" for row in each_row(found) if row.n]) or "nothing"
