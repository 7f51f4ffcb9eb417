"""A large and a small batch, compared in three ways: with equal epochs, equal steps, and a scaled learning rate."""

import numpy as np
import pandas as pd

from lib.base.text import listed
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

    With equal epochs the large batch makes fewer steps; with equal steps it sees more pictures. Who trains more may be
    better for that. The first sentence names the clear differences, the second the others.
    """
    signs = _signs(found)
    epochs, steps, _ = (signs.get(HELD[way], 0) for way in WAYS)
    if not signs.any():
        return f"No difference is clear: whatever is held equal, {large} is not shown to differ from {small}."
    lead = "What counts is how much a network trains, in"
    leads = {(-1, 1): f"{lead} steps and in pictures", (-1, 0): f"{lead} steps", (0, 1): f"{lead} pictures"}
    lead = leads.get((epochs, steps), "The learning rate counts")
    lead = "The batch size itself counts" if epochs > 0 or steps < 0 else lead
    more = {
        (HELD[EPOCHS], -1): f"makes {times:g} times as many steps and ",
        (HELD[STEPS], 1): f"sees {times:g} times as many pictures and ",
    }
    told = []
    for row in comparison.each_row(found[found["verdict"].isin(list(SIGNS))]):
        sign = SIGNS[row.verdict]
        better, other = (large, small) if sign > 0 else (small, large)
        than = more.get((row.system, sign), "")
        told.append(
            f"{row.system} {better} {than}is clearly better than {other} (by {abs(100 * row.difference):.1f} points)"
        )
    equal = found["verdict"].str.startswith("equal")
    unsure = found.loc[~found["verdict"].isin(list(SIGNS)) & ~equal, "system"].tolist()
    rest = [f"{listed(unsure)} no difference is clear"] if unsure else []
    rest += [f"{listed(found.loc[equal, 'system'])} the two are equal for practice"] if equal.any() else []
    second = "; ".join(rest)
    return f"{lead}: {'; '.join(told)}." + (f" {second[0].upper()}{second[1:]}." if second else "")


def why_they_differ(here: pd.DataFrame, full: pd.DataFrame, large: str, steps: tuple[int, int]) -> str:
    """Return why a short run and full length may differ with equal epochs; "" where both say the same.

    here, full: of `way_by_way`. steps: how many the large batch makes with equal epochs, here and there.
    """
    if _signs(here).get(HELD[EPOCHS], 0) == _signs(full).get(HELD[EPOCHS], 0):
        return ""
    return (
        f"With equal epochs the short run differs, probably because {large} there stops after {steps[0]:,} steps. At "
        f"full length the large batch makes {steps[1]:,}, and a nearly finished training gains little from more."
    )


def advice(here: pd.DataFrame, full: pd.DataFrame) -> str:
    """Return which batch size to take; here, full: of `way_by_way`, a short and a long training."""
    short, long = (_signs(found).get(HELD[EPOCHS], 0) for found in (here, full))
    said = "Say what you hold equal if you change the batch size."
    if short < 0:
        said += " For a short training take a small batch, which makes more steps with the same pictures."
    if long == 0:
        when = "for a long one" if short < 0 else "for a long training"
        said += f" {when[0].upper()}{when[1:]} take the size that your computer trains fastest."
    return said


def worth(row: pd.Series, large: str, small: str) -> str:
    """Return what equal steps say of a step's worth; row: validation accuracy of `large` minus that of `small`."""
    if not row["n"]:
        return f"With equal steps {large} and {small} cannot be compared: no seed of both reached an end."
    ends = f" (95% interval {_ends(row)})" if np.isfinite(row["low"]) else ""
    way = "above" if row["difference"] > 0 else "below"
    said = f"With equal steps {large} ends {abs(100 * row['difference']):.1f} points {way} {small}{ends}"
    meant = {
        comparison.HIGHER: "each of its steps is worth more, for it is decided by more pictures",
        comparison.LOWER: "each of its steps is worth less",
    }
    return f"{said}: {meant.get(row['verdict'], 'that could be chance, so its steps may be worth the same')}."


def how_sure(found: pd.DataFrame, large: str, small: str) -> str:
    """Return every difference with its interval, and how many of them are clear."""
    each = [f"{_points(row)} {row['system']}" for row in found.to_dict("records") if row["n"]]
    told = f"{large[0].upper()}{large[1:]} minus {small}, in points (95% interval): {listed(each)}. " if each else ""
    clear, number = int(found["verdict"].isin(list(SIGNS)).sum()), len(found)
    if not clear:
        return f"{told}None of the {number} differences is clear: each could be chance."
    if clear == number:
        return f"{told}All {number} differences are clear."
    rest = "the other one" if number - clear == 1 else f"the other {number - clear}"
    return f"{told}{clear} of the {number} differences {'is' if clear == 1 else 'are'} clear; {rest} could be chance."


def scaled(table: pd.DataFrame, sizes: list[int], base: int) -> str:
    """Return what a scaled rate does to the smallest and the largest batch, and which training of all is best.

    table: a row for each training, with group (the way), system ("batch 16") and test_accuracy.
    """
    told, moved = [], []
    means = table.groupby(["group", "system"], sort=False)["test_accuracy"].mean()
    for size in (each for each in (sizes[0], sizes[-1]) if each != base):
        name = f"batch {size}"
        own = table[(table["system"] == name) & table["group"].isin([EPOCHS, RATE])].assign(system=table["group"])
        row = comparison.against(own, "test_accuracy", EPOCHS).iloc[0]
        if row["n"]:
            moved.append(row["difference"])
            told.append(
                f"{name}, with {size / base:g} times the usual rate, goes from {means[EPOCHS, name]:.1%} to "
                f"{means[RATE, name]:.1%} ({_signed(row['difference'])} points{_within(row)})"
            )
    if not told:
        return "No training with a scaled rate can be compared."
    ends = [means.get((way, f"batch {size}"), np.nan) for way in (EPOCHS, RATE) for size in (sizes[0], sizes[-1])]
    nearer = abs(ends[2] - ends[3]) < abs(ends[0] - ends[1])
    how = "brings the sizes together" if nearer else "does not bring the sizes together"
    how = how if np.isfinite(ends).all() else "cannot be judged for both sizes"
    sides = " from both sides" if nearer and len(moved) == 2 and moved[0] * moved[1] < 0 else ""
    first = table.assign(mean=table.groupby(["group", "system"])["test_accuracy"].transform("mean"))
    best = first.sort_values("mean", ascending=False, kind="stable").iloc[0]
    return (
        f"The scaled rate {how}{sides}: {'; '.join(told)}. The highest mean of all has "
        f"{best['system']} {HELD[best['group']]} ({best['mean']:.1%})."
    )


def told_falls(row: pd.Series, large: str, small: str) -> str:
    """Return in half a sentence whose curve falls more; row: the falls of `large` minus those of `small`."""
    if not row["n"]:
        return f"the falls of {large} and {small} cannot be compared"
    way = "less" if row["difference"] < 0 else "more"
    said = f"{large} falls by {abs(100 * row['difference']):.1f} points {way} than {small}"
    ends = f" ({_ends(row)})" if np.isfinite(row["low"]) else ""
    meant = {comparison.HIGHER: "its curve is clearly more jagged", comparison.LOWER: "its curve is clearly smoother"}
    return f"{said}{ends}, {meant.get(row['verdict'], 'which could be chance')}"


def _signs(found: pd.DataFrame) -> pd.Series:
    return found.set_index("system")["verdict"].map(SIGNS).fillna(0)


def _points(row) -> str:
    ends = f" ({_ends(row)})" if np.isfinite(row["low"]) else ""
    return f"{_signed(row['difference'])}{ends}"


def _within(row) -> str:
    return f", {_ends(row)}" if np.isfinite(row["low"]) else ""


def _ends(row) -> str:
    return f"{_signed(row['low'])} to {_signed(row['high'])}"


def _signed(share: float) -> str:
    return f"{round(100 * share, 1) + 0.0:+.1f}"  # no "-0.0"
