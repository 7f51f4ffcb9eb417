"""A large and a small batch, compared in three ways: with equal epochs, equal steps, and a scaled learning rate."""

from collections.abc import Sequence

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


def what_matters(found: pd.DataFrame, large: str, small: str) -> str:
    """Return in sentences what `way_by_way` says of a large batch minus a small one: the answer first.

    Who makes more steps or sees more pictures may be better for that. What is not clear is left to `how_sure`.
    """
    epochs, steps, rate = (_signs(found).get(HELD[way], 0) for way in WAYS)
    told = [_lead(epochs, steps, rate)]
    why = {
        (HELD[EPOCHS], -1): " (more steps, noisier gradients)",
        (HELD[STEPS], 1): " (more pictures, less noisy gradients)",
    }
    for row in found[found["verdict"].isin(list(SIGNS))].to_dict("records"):
        sign = SIGNS[row["verdict"]]
        better, other = (large, small) if sign > 0 else (small, large)
        also = why.get((row["system"], sign), "")
        than = "better" if also else f"better than {other}"
        told.append(f"{capital(row['system'])} {better}{also} is {_unsigned(row, than)}.")
    if epochs < 0 < steps:
        told.append("So neither shows what the size alone does.")
    return " ".join(told)


def _lead(epochs: int, steps: int, rate: int) -> str:
    """Return the answer in a sentence, of the signs of the three clear differences; 0: not clear."""
    size = {1: "larger", -1: "smaller"}
    if epochs and steps:
        same = f"The batch size matters: the {size[epochs]} one is better with equal epochs and with equal steps."
        return same if epochs == steps else "Not the size alone: the better one depends on what is held equal."
    if epochs:
        return f"With equal epochs the {size[epochs]} batch is better; with equal steps no size clearly is."
    if steps:
        return f"With equal steps the {size[steps]} batch is better; with equal epochs no size clearly is."
    return "Only with a scaled learning rate is a difference clear." if rate else "We cannot tell."


def at_length(found: pd.DataFrame, large: str, small: str, more: pd.DataFrame, length: str) -> str:
    """Return the answer of long trainings: with equal epochs first, then with equal steps; found: of `way_by_way`.

    more: a row, too, of a still larger batch that was trained with equal epochs alone. length: of these trainings.
    """
    rows = {row["system"]: row for row in found.to_dict("records") if row["n"]}
    told = []
    if epochs := rows.get(HELD[EPOCHS]):
        said = f"{large} and {small} {'differ by less than one point' if _near(epochs) else 'do not clearly differ'}"
        if epochs["verdict"] in SIGNS:
            said = f"{large} is clearly {'better' if SIGNS[epochs['verdict']] > 0 else 'worse'} than {small}"
        left = [row for row in more.to_dict("records") if row["n"] and row["verdict"] not in SIGNS and not _near(row)]
        also = "".join(f"; whether {row['system']} differs stays open" for row in left)
        told.append(f"With equal epochs ({length}) {said}: {_points(epochs)}{also}.")
    if (steps := rows.get(HELD[STEPS])) and steps["verdict"] == comparison.HIGHER:
        told.append(f"With equal steps {small} sees fewer pictures and is {_unsigned(steps, 'worse')}.")
    return " ".join(told)


def why_they_differ(here: pd.DataFrame, full: pd.DataFrame) -> str:
    """Return that nobody knows why these (of `way_by_way`) differ with equal epochs; "" where both say the same."""
    same = _signs(here).get(HELD[EPOCHS], 0) == _signs(full).get(HELD[EPOCHS], 0)
    return "" if same else "Why the short run differs with equal epochs was not tested."


def steps_made(here: pd.DataFrame, full: pd.DataFrame, steps: Sequence[int]) -> str:
    """Return our guess why a short run and long trainings differ with equal epochs; "" where they do not so.

    steps: of the large batch, here and there.
    """
    if not _signs(here).get(HELD[EPOCHS], 0) or _signs(full).get(HELD[EPOCHS], 0):
        return ""
    return (
        f"With equal epochs the large batch makes {steps[0]:,} steps here and {steps[1]:,} at full length. That may be "
        "why the answers differ: late steps gain little."
    )


def advice(here: pd.DataFrame, full: pd.DataFrame, tried: str, faster: str) -> str:
    """Return which batch size to take, "" for any; here, full: of `way_by_way`, a short and a long training.

    tried: which sizes the long trainings compare: "between 16 and 128". faster: of `larger_rate`.
    """
    short, long = (_signs(found).get(HELD[EPOCHS], 0) for found in (here, full))
    said = []
    if short < 0:
        said.append(f"For a short training take a small batch, which makes more steps with the same pictures{faster}.")
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
    by = f" ({interval(row['low'], row['high'])} points)" if np.isfinite(row["low"]) else ""
    told = f"{capital(large)} ends {way} {small}{by}"
    meant = {
        comparison.HIGHER: "its steps are worth more",
        comparison.LOWER: "its steps are worth less",
    }
    told += f": {meant.get(row['verdict'], 'that could be chance, so its steps may be worth the same')}."
    return f"With equal steps the curves end at {listed(ends)} of the validation pictures. {told}"


def levels(table: pd.DataFrame, one: str, other: str) -> str:
    """Return what two sizes get of the test pictures in each comparison; table: as in `scaled`."""
    means = table.groupby(["group", "system"])["test_accuracy"].mean()
    pairs = {way: [comparison.figure(means[way, size], ".1%") for size in (one, other)] for way in WAYS}
    return f"{capital(one)} and {other} get {', '.join(f'{a} and {b} {HELD[way]}' for way, (a, b) in pairs.items())}."


def how_sure(found: pd.DataFrame, large: str, small: str) -> str:
    """Return how many differences are clear, and each of the others with its interval."""
    clear, number = int(found["verdict"].isin(list(SIGNS)).sum()), len(found)
    count = {0: f"None of the {number} differences is clear", number: f"All {number} differences are clear"}
    told = count.get(clear, f"{clear} of {number} differences {'is' if clear == 1 else 'are'} clear")
    rest = [held(row, large, small) for row in found[~found["verdict"].isin(list(SIGNS))].to_dict("records")]
    return " ".join([f"{told}{narrowly(found)}.", *rest])


def held(row, large: str, small: str) -> str:
    """Return in a sentence what a row of `way_by_way` says, with its interval."""
    start, points = capital(row["system"]), _points(row) if row["n"] else ""
    if not row["n"]:
        return f"{start} nothing can be compared."
    if row["verdict"] in SIGNS:
        better, other = (large, small) if row["difference"] > 0 else (small, large)
        return f"{start} {better} is better than {other}: {large} minus {small} is {points}."
    if str(row["verdict"]).startswith("equal"):
        return f"{start} the two sizes are equal for practice: {points}."
    if not np.isfinite(row["low"]):
        return f"{start} the difference is {points}; one seed does not show what chance does."
    if _near(row):
        return f"{start} {large} and {small} differ by less than one point: {points}."
    return f"{start} we cannot tell: {points}."


def narrowly(found: pd.DataFrame) -> str:
    """Return that clear differences are only just so, with the p value of the least clear; "" where none is near."""
    clear = found[found["verdict"].isin(list(SIGNS))]
    near = clear[clear["p_holm"] >= NARROW]
    if near.empty:
        return ""
    who = "but" if len(near) == len(clear) else listed(near["system"])
    values = sorted({f"{100 * p:.1f}%" for p in near["p_holm"]}, key=lambda told: float(told[:-1]))
    most = f"{'up to ' * (len(values) > 1)}{values[-1]}; our limit is {100 * comparison.RESOLVED:g}%"
    corrected = " after correction" if found["p_holm"].notna().sum() > 1 else ""
    return f", {who} only just: p value{corrected} {most}"


def scaled(table: pd.DataFrame, sizes: list[int], base: int) -> str:
    """Return what a scaled rate does to the smallest and the largest batch, beside the usual rate with equal epochs.

    table: a row for each training, with group (the way), system ("batch 16") and test_accuracy.
    """
    told = []
    for size in (each for each in (sizes[0], sizes[-1]) if each != base):
        row = _by_rate(table, size)
        if row["n"]:
            did = "gains" if row["difference"] >= 0 else "loses"
            chance = "" if row["verdict"] in SIGNS else ", which could be chance"
            told.append(f"batch {size} {did} {_unsigned(row, f'by {size / base:g} times the rate')}{chance}")
    what = "No training with a scaled rate can be compared."
    return f"Beside the same batch with the usual rate, {'; '.join(told)}, not corrected." if told else what


def larger_rate(table: pd.DataFrame, size: int, base: int) -> str:
    """Return that the large batch of this size may have a larger rate instead, as a clause; "" where it gains none."""
    row = _by_rate(table, size)
    if size <= base or row["verdict"] != comparison.HIGHER:
        return ""
    points = f"{_unsigned(row, f'by {size / base:g} times the rate')}, not corrected"
    return f"; or try a larger rate with a large one (a hint: here batch {size} gained {points})"


def _by_rate(table: pd.DataFrame, size: int) -> pd.Series:
    """Return how a batch size differs with the scaled rate from itself with the usual one, with equal epochs."""
    own = table[(table["system"] == f"batch {size}") & table["group"].isin([EPOCHS, RATE])]
    return comparison.against(own.assign(system=own["group"]), "test_accuracy", EPOCHS).iloc[0]


def _near(row) -> bool:
    """Return whether the interval of a difference stays within HARDLY."""
    return bool(np.isfinite(row["low"]) and max(-row["low"], row["high"]) <= HARDLY)


def _signs(found: pd.DataFrame) -> pd.Series:
    return found.set_index("system")["verdict"].map(SIGNS).fillna(0)


def _points(row) -> str:
    return f"{in_points(row['difference'])} points{_bracketed(row)}"


def _unsigned(row, direction: str) -> str:
    """Return a difference whose direction words tell: "9.9 points better (4.9 to 14.9)"."""
    low, high = sorted((abs(100 * row["low"]), abs(100 * row["high"])))
    clear = row["low"] * row["high"] > 0  # else signs are needed
    ends = f" ({low:.1f} to {high:.1f})" if clear else _bracketed(row)
    return f"{abs(100 * row['difference']):.1f} points {direction}{ends}"


def _bracketed(row) -> str:
    return f" ({interval(row['low'], row['high'])})" if np.isfinite(row["low"]) else ""
