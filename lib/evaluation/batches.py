"""A large and a small batch, compared in three ways: with equal epochs, equal steps, and a scaled learning rate."""

import numpy as np
import pandas as pd

from lib.evaluation import comparison

EPOCHS, STEPS, RATE = WAYS = ("equal epochs", "equal steps", "scaled rate")
HELD = {EPOCHS: "with equal epochs", STEPS: "with equal steps", RATE: "with a scaled rate"}  # in a sentence
SIGNS = {comparison.HIGHER: 1, comparison.LOWER: -1}


def way_by_way(table: pd.DataFrame, measure: str, one: str, other: str) -> pd.DataFrame:
    """Return how system `one` differs from `other`, a row of `comparison.against` for each group: a way to compare.

    system: the group in a sentence ("with equal steps"). The verdicts are corrected over the ways together, and for
    these comparisons alone: systems that nobody compares here do not count.
    """
    rows = []
    for way, own in table[table["system"].isin([one, other])].groupby("group", sort=False):
        rows.append(comparison.against(own, measure, other).assign(system=HELD.get(str(way), str(way))))
    found = comparison.with_holm(pd.concat(rows, ignore_index=True)).drop(columns="smallest")
    resolved = np.where(found["difference"] > 0, comparison.HIGHER, comparison.LOWER)
    lost = "not resolvable with " + found["n"].map(comparison.seeds)
    left = found["verdict"].where(~found["verdict"].isin(list(SIGNS)), lost)
    return found.assign(verdict=np.where(found["p_holm"] < comparison.RESOLVED, resolved, left))


def what_matters(found: pd.DataFrame, large: str, small: str, times: float) -> str:
    """Return in two or three sentences what `way_by_way` says of a large batch minus a small one, `times` smaller.

    With equal epochs the large batch makes fewer steps; with equal steps it sees more pictures. If it is worse with
    equal epochs, but not with equal steps, its few steps explain that.
    """
    signs = found.set_index("system")["verdict"].map(SIGNS).fillna(0)
    epochs, steps, _ = (signs.get(HELD[way], 0) for way in WAYS)
    if not signs.any():
        return f"Neither is shown to matter: whatever is held equal, {large} and {small} show no clear difference."
    lead = "The number of pictures that the network sees matters" if steps > 0 else "The learning rate matters"
    lead = "The number of steps matters" if epochs < 0 else lead
    lead = "The batch size itself matters" if epochs > 0 or steps < 0 else lead
    much = f"{times:g} times"
    remarks = {
        HELD[EPOCHS]: f"{small} makes {much} as many steps",
        HELD[STEPS]: f"{large} sees {much} as many pictures",
    }
    told = [_told(row, large, small, remarks.get(row.system, "")) for row in comparison.each_row(found)]
    return f"{lead}: {'. '.join([told[0], *(f'{each[0].upper()}{each[1:]}' for each in told[1:])])}."


def _told(row, large: str, small: str, remark: str) -> str:
    """Return a row in words: "with equal epochs batch 128 is clearly worse than batch 16 (8.4 points; ...)"."""
    if row.verdict in SIGNS:
        word = "better" if SIGNS[row.verdict] > 0 else "worse"
        points = f"{abs(100 * row.difference):.1f} points"
        inside = f"{points}; {remark}" if remark else points
        return f"{row.system} {large} is clearly {word} than {small} ({inside})"
    equal = row.verdict.startswith("equal")
    end = f", although {remark}" if remark else ""
    return f"{row.system} {'the two are equal for practice' if equal else 'we see no clear difference'}{end}"


def how_sure(found: pd.DataFrame) -> str:
    """Return how many of the differences are clear, in whole sentences."""
    clear, number = int(found["verdict"].isin(list(SIGNS)).sum()), len(found)
    if not clear:
        return f"None of the {number} differences is clear: each could be chance."
    if clear == number:
        return f"All {number} differences are clear."
    rest = "The other one" if number - clear == 1 else f"The other {number - clear}"
    return f"{clear} of the {number} differences {'is' if clear == 1 else 'are'} clear. {rest} could be chance."


def told_falls(row: pd.Series, large: str, small: str) -> str:
    """Return in a sentence whose curve falls more; row: the falls of `large` minus those of `small`."""
    if row["verdict"] in SIGNS:
        word = "more jagged" if SIGNS[row["verdict"]] > 0 else "smoother"
        return f"The curve of {large} is clearly {word} than that of {small} ({row['difference']:+.3f} of falls)."
    if not row["n"]:
        return f"The falls of {large} and {small} cannot be compared."
    return f"The falls of {large} minus those of {small} are {row['difference']:+.3f}, which could be chance."


def which_holds(judged: pd.DataFrame) -> str:
    """Return which of R2's two statements about smooth curves holds, in words; judged: claims with their verdicts."""
    verdicts = judged.set_index("id")["verdict"]
    names = {"R2.batch.smoother": "the first", "R2.batch.jumpier": "the second"}
    held = [name for claim, name in names.items() if str(verdicts.get(claim, "")).startswith("holds")]
    return f"{' and '.join(held)} hold{'s' if len(held) == 1 else ''}" if held else "neither can be shown"
