"""A large and a small batch, compared in three ways: with equal epochs, equal steps, and a scaled learning rate."""

import numpy as np
import pandas as pd

from lib.base.text import capital, listed
from lib.evaluation import comparison
from lib.evaluation.words import in_points, interval

EPOCHS, STEPS, RATE = WAYS = ("equal epochs", "equal steps", "scaled rate")
HELD = {EPOCHS: "with equal epochs", STEPS: "with equal steps", RATE: "with a scaled rate"}  # in a sentence
HARDLY = 0.01  # a share: where the interval of a difference stays within, the batch size hardly matters
NARROW = 0.02  # a p above this, though clear, is told
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
    """Return in sentences what `way_by_way` says of a large batch minus a small one, `times` smaller: the answer first.

    With equal epochs the large batch makes fewer steps; with equal steps it sees more pictures. Who trains more may be
    better for that. A way whose difference is not clear is told with its interval.
    """
    signs = _signs(found)
    epochs, steps, rate = (signs.get(HELD[way], 0) for way in WAYS)
    leads = {
        (-1, 1): "The number of steps matters, but it is not all.",
        (-1, 0): "The number of steps; with equal steps no size is clearly better.",
        (0, 1): "With equal steps the larger batch is better; with equal epochs no size clearly is.",
        (0, 0): "Only with a scaled learning rate is a difference clear." if rate else "We cannot tell.",
    }
    lead = leads.get((epochs, steps), "The batch size, and more than the number of steps explains.")
    more = {
        (HELD[EPOCHS], -1): f"makes {times:g} times as many steps as {large} and ",
        (HELD[STEPS], 1): f"sees {times:g} times as many pictures as {small} and ",
    }
    told = [lead]
    for row in comparison.each_row(found[found["verdict"].isin(list(SIGNS))]):
        sign = SIGNS[row.verdict]
        better, other = (large, small) if sign > 0 else (small, large)
        ends = sorted(abs(100 * end) + 0.0 for end in (row.low, row.high))
        within = f" ({ends[0]:.1f} to {ends[1]:.1f})" if np.isfinite(ends).all() else ""
        did = more.get((row.system, sign), "")
        than = "" if did else f" than {other}"
        told.append(
            f"{capital(row.system)} {better} {did}is {abs(100 * row.difference):.1f} points better{than}{within}."
        )
    if steps > 0:
        told.append("There its gradients are less noisy, too: which of the two helps cannot be told here.")
    return " ".join(told)


def at_length(found: pd.DataFrame, large: str, small: str, passes: int) -> str:
    """Return the answer of long trainings: with equal epochs first, then with equal steps; found: of `way_by_way`.

    passes: how many epochs the small batch makes with equal steps.
    """
    rows = {row["system"]: row for row in found.to_dict("records") if row["n"]}
    told = []
    if epochs := rows.get(HELD[EPOCHS]):
        near = np.isfinite(epochs["low"]) and max(-epochs["low"], epochs["high"]) <= HARDLY
        matters = {comparison.HIGHER: "the larger batch is better", comparison.LOWER: "the smaller batch is better"}
        small_or_open = "the size makes less than one point of difference" if near else "no difference is clear"
        said = matters.get(epochs["verdict"], small_or_open)
        told.append(f"With equal epochs {said}: {large} minus {small} is {_points(epochs, ' points')}.")
    if (steps := rows.get(HELD[STEPS])) and steps["verdict"] == comparison.HIGHER:
        ends = f" ({100 * steps['low']:.1f} to {100 * steps['high']:.1f})" if np.isfinite(steps["low"]) else ""
        lost = f"{100 * steps['difference']:.1f} points worse{ends}"
        told.append(f"With equal steps {small} stops after {passes} epochs and is {lost}.")
    return " ".join(told)


def why_they_differ(here: pd.DataFrame, full: pd.DataFrame, changes: list[str]) -> str:
    """Return that nobody knows why a short run and full length differ with equal epochs; "" where both say the same.

    here, full: of `way_by_way`. changes: what else differs between them, besides the length of training.
    """
    if _signs(here).get(HELD[EPOCHS], 0) == _signs(full).get(HELD[EPOCHS], 0):
        return ""
    if not changes:
        return "With equal epochs the short run differs, probably because it is short."
    return f"We did not test why the short run differs: {listed([*changes, 'the length of training'])} change."


def steps_made(here: pd.DataFrame, full: pd.DataFrame, steps: tuple[int, int]) -> str:
    """Return our guess why a short run and long trainings differ with equal epochs; "" where they do not so.

    steps: of the large batch, here and there.
    """
    if not _signs(here).get(HELD[EPOCHS], 0) or _signs(full).get(HELD[EPOCHS], 0):
        return ""
    return (
        f"With equal epochs the large batch makes {steps[0]:,} steps here and {steps[1]:,} at full length. That may be "
        "why the answers differ: a nearly finished training gains little from more steps."
    )


def one_more(table: pd.DataFrame, size: str, other: str) -> str:
    """Return how a size that was trained with equal epochs alone differs from another one; table: at full length."""
    row = comparison.against(table[table["system"].isin([size, other])], "test_accuracy", other).iloc[0]
    clear = "" if row["verdict"] in SIGNS else ", not clear"
    differs = f"{size} minus {other} is {_points(row, ' points')}{clear}" if row["n"] else "it has no figure"
    return f"{capital(size)} has equal epochs alone: {differs}."


def advice(here: pd.DataFrame, full: pd.DataFrame, tried: str) -> str:
    """Return which batch size to take, "" for any; here, full: of `way_by_way`, a short and a long training.

    tried: which sizes the long trainings compare: "between 16 and 128".
    """
    short, long = (_signs(found).get(HELD[EPOCHS], 0) for found in (here, full))
    said = []
    if short < 0:
        said.append("For a short training take a small batch, which makes more steps with the same pictures.")
    if long == 0:
        when = "For a long one" if short < 0 else "For a long training"
        said.append(f"{when} take, {tried}, the size that your computer trains fastest.")
    return " ".join(said)


def worth(table: pd.DataFrame) -> str:
    """Return what equal steps say of a step's worth: where the curves end, and whether the largest batch ends above.

    table: the trainings with equal steps, sizes up: system, seed, val_accuracy.
    """
    means = comparison.summarise(table, "val_accuracy").set_index("system")["mean"]
    small, large = str(means.index[0]), str(means.index[-1])
    own = table[table["system"].isin([small, large])]
    row = comparison.against(own, "val_accuracy", small).iloc[0]
    if not row["n"]:
        return f"With equal steps {large} and {small} cannot be compared: no seed of both reached an end."
    ends = [f"{comparison.figure(mean, '.1%')} ({size})" for size, mean in means.items()]
    way = "above" if row["difference"] > 0 else "below"
    told = f"{capital(large)} ends {abs(100 * row['difference']):.1f} points {way} {small}{_bracketed(row)}"
    meant = {
        comparison.HIGHER: "each of its steps is worth more",
        comparison.LOWER: "each of its steps is worth less",
    }
    told += f": {meant.get(row['verdict'], 'that could be chance, so its steps may be worth the same')}."
    return f"With equal steps the curves end at {listed(ends)} of the validation pictures. {told}"


def how_sure(found: pd.DataFrame, large: str, small: str, seeds: str) -> str:
    """Return how many differences are clear, and each of the others with its interval; seeds: "3 seeds"."""
    clear, number = int(found["verdict"].isin(list(SIGNS)).sum()), len(found)
    count = {0: f"None of the {number} differences is clear", number: f"All {number} differences are clear"}
    told = count.get(clear, f"{clear} of {number} differences {'is' if clear == 1 else 'are'} clear")
    rest = [held(row, large, small) for row in found[~found["verdict"].isin(list(SIGNS))].to_dict("records")]
    return " ".join([f"{told} with {seeds}{narrowly(found)}.", *rest])


def held(row, large: str, small: str) -> str:
    """Return in a sentence what a row of `way_by_way` says, with its interval."""
    start, points = capital(row["system"]), _points(row, " points") if row["n"] else ""
    if not row["n"]:
        return f"{start} nothing can be compared."
    if row["verdict"] in SIGNS:
        better, other = (large, small) if row["difference"] > 0 else (small, large)
        return f"{start} {better} is better than {other}: {large} minus {small} is {points}."
    if str(row["verdict"]).startswith("equal"):
        return f"{start} the two sizes are equal for practice: {points}."
    if not np.isfinite(row["low"]):
        return f"{start} the difference is {points}; one seed does not show what chance does."
    if max(-row["low"], row["high"]) <= HARDLY:
        return f"{start} the size makes less than one point of difference: {points}."
    return f"{start} we cannot tell: {points}."


def narrowly(found: pd.DataFrame) -> str:
    """Return that clear differences are only just so, with the largest p of them; "" where none is near."""
    clear = found[found["verdict"].isin(list(SIGNS))]
    near = clear[clear["p_holm"] >= NARROW]
    if near.empty:
        return ""
    who = "but" if len(near) == len(clear) else listed(near["system"])
    number = int(found["p_holm"].notna().sum())
    corrected = f" after correction for {number} comparisons" if number > 1 else ""
    p = f"p (how often chance alone gives so large a difference) is {near['p_holm'].max():.3f}{corrected}"
    return f", {who} only just: {p}; our limit is {comparison.RESOLVED:g}"


def scaled(table: pd.DataFrame, sizes: list[int], base: int) -> str:
    """Return what a scaled rate does to the smallest and the largest batch, beside the usual rate with equal epochs.

    table: a row for each training, with group (the way), system ("batch 16") and test_accuracy.
    """
    told = []
    for size in (each for each in (sizes[0], sizes[-1]) if each != base):
        name = f"batch {size}"
        own = table[(table["system"] == name) & table["group"].isin([EPOCHS, RATE])].assign(system=table["group"])
        row = comparison.against(own, "test_accuracy", EPOCHS).iloc[0]
        if row["n"]:
            did = "gains" if row["difference"] >= 0 else "loses"
            chance = "" if row["verdict"] in SIGNS else ", which could be chance"
            points = f"{abs(100 * row['difference']):.1f} points"
            told.append(f"{name} {did} {points} with {size / base:g} times the rate{_bracketed(row)}{chance}")
    if not told:
        return "No training with a scaled rate can be compared."
    return f"With equal epochs, {'; '.join(told)}."


def by_size(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return the mean of each way and batch size, and its 95% interval: group, batch_size, n, mean, low, high.

    table: a row for each training, with group (the way), system ("batch 16"), batch_size, seed and the measure.
    """
    rows = []
    for (way, size), own in table.groupby(["group", "batch_size"], sort=False):
        rows.append(comparison.summarise(own, measure).assign(group=str(way), batch_size=int(str(size))))
    return pd.concat(rows, ignore_index=True)


def _signs(found: pd.DataFrame) -> pd.Series:
    return found.set_index("system")["verdict"].map(SIGNS).fillna(0)


def _points(row, unit: str = "") -> str:
    return f"{in_points(row['difference'])}{unit}{_bracketed(row)}"


def _bracketed(row) -> str:
    return f" ({interval(row['low'], row['high'])})" if np.isfinite(row["low"]) else ""
