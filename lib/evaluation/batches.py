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
    """Return in two sentences what `way_by_way` says of a large batch minus a small one, `times` smaller.

    With equal epochs the large batch makes fewer steps; with equal steps it sees more pictures. If it is worse in the
    one and better in the other, both matter. The first sentence names the clear differences, the second the others.
    """
    signs = found.set_index("system")["verdict"].map(SIGNS).fillna(0)
    epochs, steps, _ = (signs.get(HELD[way], 0) for way in WAYS)
    if not signs.any():
        return f"Neither is shown to matter: whatever is held equal, {large} and {small} show no clear difference."
    lead = "The number of pictures seen matters" if steps > 0 else "The learning rate matters"
    lead = "The number of steps matters" if epochs < 0 else lead
    lead = "Both matter" if epochs < 0 < steps else lead
    lead = "The batch size itself matters" if epochs > 0 or steps < 0 else lead
    remarks = {
        (HELD[EPOCHS], -1): f"{times:g} times as many steps",
        (HELD[STEPS], 1): f"{times:g} times as many pictures",
    }
    told = []
    for row in comparison.each_row(found[found["verdict"].isin(list(SIGNS))]):
        remark = remarks.get((row.system, SIGNS[row.verdict]), "")
        better, other = (large, small) if SIGNS[row.verdict] > 0 else (small, large)
        said = f"{row.system} {better} is clearly better than {other} ({abs(100 * row.difference):.1f} points)"
        told.append(f"{said}, with {remark}" if remark else said)
    equal = found["verdict"].str.startswith("equal")
    unsure = found.loc[~found["verdict"].isin(list(SIGNS)) & ~equal, "system"].tolist()
    rest = [f"{' and '.join(unsure)} no difference is clear"] if unsure else []
    rest += [f"{' and '.join(found.loc[equal, 'system'])} the two are equal for practice"] if equal.any() else []
    second = "; ".join(rest)
    return f"{lead}: {'; '.join(told)}." + (f" {second[0].upper()}{second[1:]}." if second else "")


def why_they_differ(here: pd.DataFrame, full: pd.DataFrame, large: str, steps: tuple[int, int]) -> str:
    """Return why a short run and full length may differ with equal epochs; "" where both say the same.

    here, full: of `way_by_way`. steps: how many the large batch makes with equal epochs, here and there.
    """
    epochs = [found.set_index("system")["verdict"].map(SIGNS).fillna(0).get(HELD[EPOCHS], 0) for found in (here, full)]
    if epochs[0] == epochs[1]:
        return ""
    return (
        f"Why do this run and full length differ with equal epochs? Here {large} stops after {steps[0]:,} steps, there "
        f"after {steps[1]:,}. A training that has hardly begun gains from every further step; one that is nearly "
        "finished does not. (The network and the pictures differ, too, so this is a likely reason, not a proof.)"
    )


def advice(found: pd.DataFrame) -> str:
    """Return what to do if the batch size changes; found: of `way_by_way`."""
    signs = found.set_index("system")["verdict"].map(SIGNS).fillna(0)
    says = "If you change the batch size, say what you hold equal: epochs or steps."
    if signs.any() and HELD[RATE] in signs and not signs[HELD[RATE]]:
        return f"{says} If you scale the learning rate, too, no difference is clear."
    return says


def ahead(row: pd.Series, large: str, small: str) -> str:
    """Return how far the large batch is ahead at its last step, and what that says of its steps."""
    if not row["n"]:
        return f"{large.capitalize()} and {small} cannot be compared there."
    points = 100 * row[["difference", "low", "high"]].astype(float)
    interval = f" (95% interval {points['low']:+.1f} to {points['high']:+.1f})" if np.isfinite(points["low"]) else ""
    said = f"{large} is {abs(points['difference']):.1f} points {'ahead' if points['difference'] > 0 else 'behind'}"
    if row["verdict"] == comparison.HIGHER:
        meant = "so each of its steps is worth more: it has seen more pictures"
    elif row["verdict"] == comparison.LOWER:
        meant = "so each of its steps is worth less"
    else:
        meant = "which could be chance, so we cannot say that its steps are worth more"
    return f"{said}{interval}, {meant}."


def how_sure(found: pd.DataFrame) -> str:
    """Return how many of the differences are clear, in whole sentences."""
    clear, number = int(found["verdict"].isin(list(SIGNS)).sum()), len(found)
    if not clear:
        return f"None of the {number} differences is clear: each could be chance."
    if clear == number:
        return f"All {number} differences are clear."
    rest = "the other one" if number - clear == 1 else f"the other {number - clear}"
    return f"{clear} of the {number} differences {'is' if clear == 1 else 'are'} clear; {rest} could be chance."


def told_falls(row: pd.Series, large: str, small: str) -> str:
    """Return in a sentence whose curve falls more; row: the falls of `large` minus those of `small`."""
    if row["verdict"] in SIGNS:
        word = "more jagged" if SIGNS[row["verdict"]] > 0 else "smoother"
        return f"The curve of {large} is clearly {word} than that of {small} ({row['difference']:+.3f} of falls)."
    if not row["n"]:
        return f"The falls of {large} and {small} cannot be compared."
    way = "less" if row["difference"] < 0 else "more"
    return f"In total, {large} falls by {abs(row['difference']):.3f} {way} than {small}, which could be chance."
