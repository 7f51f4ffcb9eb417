"""What a schedule of the learning rate brings at each rate, from a table of runs as `lib.runs.by_rate` returns it."""

import math
import re

import numpy as np
import pandas as pd

from lib.base.text import capital, listed
from lib.evaluation import comparison, words
from lib.evaluation.words import in_points

COMPARED = {  # what a claim about rates compares, by the end of its id
    "slower": "loss of epoch 1", "jumps": "sum of falls", "settles": "late change",
    "better": "test accuracy",
}  # fmt: skip


def minus(table: pd.DataFrame, measure: str, reference: str) -> pd.DataFrame:
    """Return how each other group differs from the group `reference`, rate by rate, in rows of `comparison.against`.

    system says the rate, and the group where there is more than one other; group and rate stand in columns as well,
    and by: the differences of the seeds.
    p_holm is corrected over all rates together.
    """
    several = table["group"].nunique() > 2
    rows = []
    for rate, own in table.groupby("learning_rate"):
        differences = comparison.against(own.assign(system=own["group"]), measure, reference)
        others = differences["system"] if several else pd.Series("", index=differences.index)
        names = [f"{rate:g} {other}".strip() for other in others]
        seeds = own.pivot(index="seed", columns="group", values=measure)
        by = [seeds[group].sub(seeds[reference]).dropna().tolist() for group in differences["system"]]
        rows.append(differences.assign(group=differences["system"], rate=rate, system=names, by=by))
    return comparison.with_holm(pd.concat(rows, ignore_index=True)).drop(columns="verdict")


def told_best(table: pd.DataFrame, measure: str) -> str:
    """Return which rates of each group are best: "constant 0.0003 to 0.001 and cosine 0.01".

    Their means are within `comparison.EQUAL` of the best. A rate at which a seed diverged is no candidate.
    """
    said = []
    for group, own in table.groupby("group", sort=False):
        means = comparison.summarise(own.assign(system=own["learning_rate"]), measure)
        whole = means[means["diverged"] == 0]
        rates = sorted(
            float(rate) for rate in whole.loc[whole["mean"] >= whole["mean"].max() - comparison.EQUAL, "system"]
        )
        between = f"{rates[0]:g} to {rates[-1]:g}" if len(rates) > 1 else f"{rates[0]:g}" if rates else "none"
        said.append(f"{group} {between}")
    return " and ".join(said)


def told_ends(differences: pd.DataFrame) -> str:
    """Return what `minus` says of the lowest and the highest rate: "cosine loses 1.2 points at 0.001 and gains ..."."""
    said = []
    for group, own in differences.groupby("group", sort=False):
        ends = own.drop_duplicates("rate").sort_values("rate").iloc[[0, -1] if own["rate"].nunique() > 1 else [0]]
        said.append(f"{group} {' and '.join(_change(row) for row in ends.itertuples())}")
    return "; ".join(said) or "no schedule is compared with another"


def _change(row) -> str:
    """Return "loses 1.2 points at 0.0001", and whether it is not clear; no figure where all diverged."""
    if np.isnan(row.difference):
        return f"has no figure at {row.rate:g}"
    said = f"{'loses' if row.difference < 0 else 'gains'} {abs(100 * row.difference):.1f} points at {row.rate:g}"
    return said if row.p_holm < comparison.RESOLVED else f"{said} (not clear)"


def tops(table: pd.DataFrame, measure: str) -> list[str]:
    """Return of each group the setting that is best in `measure`."""
    return [comparison.best(own, measure) for _, own in table.groupby("group", sort=False)]


def trained(table: pd.DataFrame, by: str = "system") -> pd.DataFrame:
    """Return the rows of those settings of which no training collapsed; the whole table where none is left.

    by: "learning_rate" leaves out every setting that has the rate of a collapsed one. A mean with a collapsed training
    describes none. table: with a column collapsed, bool.
    """
    lost = table["collapsed"] | table["val_accuracy"].isna()
    left = table[~lost.groupby(table[by]).transform("any")]
    return table if left.empty else left


def told_limit(table: pd.DataFrame, of: str) -> str:
    """Return how large a rate can be: "Up to 0.01 with a constant rate", the largest up to which no training collapses.

    That is of the first schedule. Of each other one it is said how many trainings collapse at the rate at which one of
    the two does so first, and whether that difference can be chance (Fisher's exact test).
    table: of `lib.runs.by_rate`, with a column collapsed, bool. of: the network's name.
    """
    table = table.assign(lost=table["collapsed"] | table["val_accuracy"].isna())
    most = table["learning_rate"].max()
    if not table["lost"].any():
        return f"No limit found up to {most:g}, the largest rate tried, with {of}: every training works."
    main, *others = table["group"].unique()
    first = table[table["lost"]].groupby("group")["learning_rate"].min()
    how = f"{'a constant rate' if main == 'constant' else f'the schedule {main}'} and {of}"
    told = [f"No limit found up to {most:g} with {how}: every training works."]
    if main in first:
        collapse = _collapse(*_lost(table, main, first[main]))
        fine = table.loc[(table["group"] == main) & (table["learning_rate"] < first[main]), "learning_rate"]
        told = [f"Up to {fine.max():g} with {how}: at {first[main]:g}, the next rate tried, {collapse}."]
        if fine.empty:
            told = [f"Even {first[main]:g}, the smallest rate tried, is too large with {how}: {collapse}."]
    for other in others:
        at = first.reindex([main, other]).min()
        own, beside = (_lost(table, name, at) for name in (other, main))
        if own[1] and beside[1]:
            start = f"a rate that falls from {at:g} (cosine)" if other == "cosine" else f"{other} {at:g}"
            do = f"{own[0] or 'none'} of {own[1]} do{'es' * (own[0] < 2)}" if main in first else _collapse(*own)
            told.append(f"With {start} {do}{_by_chance(own, beside)}.")
    what = "every picture gets the same class"
    what += ", or the loss is no number" if table["val_accuracy"].isna().any() else ""
    return re.sub("collapses?", rf"\g<0> ({what})", " ".join(told), count=1)


def _lost(table: pd.DataFrame, group: str, rate: float) -> tuple[int, int]:
    """Return how many trainings of a schedule collapsed at a rate, and how many there are."""
    lost = table.loc[(table["group"] == group) & (table["learning_rate"] == rate), "lost"]
    return int(lost.sum()), len(lost)


def _collapse(number: int, among: int) -> str:
    trainings = f"training{'s' * (among > 1)}"
    return f"{number or 'none'} of {among} {trainings} collapse{'s' * (number < 2)}"


def _by_chance(own: tuple[int, int], other: tuple[int, int]) -> str:
    """Return that two counts, each of so many, may differ by chance; "" where they are alike, or clearly differ."""
    from scipy.stats import fisher_exact

    p = fisher_exact([[number, among - number] for number, among in (own, other)])[1]
    return ", which can be chance" if own != other and p >= comparison.RESOLVED else ""


def spared(table: pd.DataFrame, full: pd.DataFrame, here: str, same: pd.DataFrame | None = None) -> str:
    """Return which settings collapse here and never at full length, and what may be the reason; "" for none.

    table, full: as for `told_limit`. here: the network of `table`. same: runs of that network at full length; without
    any, the reasons are not parted. Only settings of `same` are told of it.
    """
    lost, there = (own[own["collapsed"] | own["val_accuracy"].isna()]["system"].unique() for own in (table, full))
    names = [name for name in lost if name in set(full["system"]) - set(there)]
    if not names:
        return ""
    told = f"{capital(listed(names))} can collapse with {here}, and never did at full length"
    own = pd.DataFrame({"system": []}) if same is None else same[same["system"].isin(names)]
    if own.empty:
        why = "several things differ, such as the number of steps: which of them matters we did not test"
        return f"{told}. But there {why}."
    if also := told_lost(own):
        return f"{told} with a larger one. But there this network, too, collapsed ({also})."
    tried = listed([f"{len(rows)} trainings with {name}" for name, rows in own.groupby("system", sort=False)])
    return (
        f"{told}: not with a larger network, and not with this one ({tried}). So a larger network is not needed for "
        "that. What may matter is the number of steps, the pictures, and chance."
    )


def told_highest(table: pd.DataFrame, of: str) -> str:
    """Return how the highest rate of a network fares beside its best one; table: as for `told_limit`, one schedule."""
    most, whole = table["learning_rate"].max(), trained(table)
    lost = table.assign(lost=table["collapsed"] | table["val_accuracy"].isna())
    told = f"{of} at full length: at {most:g} {_collapse(*_lost(lost, table['group'].iloc[0], most))}"
    best = whole.loc[whole["system"] == comparison.best(whole, "val_accuracy")]
    rate, right = best["learning_rate"].iloc[0], f"{best['test_accuracy'].mean():.1%}"
    there = whole.loc[whole["learning_rate"] == most, "test_accuracy"].mean()
    beside = "" if rate == most or math.isnan(there) else f" (at {most:g}, {there:.1%})"
    return f"{told}; at {rate:g}, its best rate on validation, {right} of the test pictures are right{beside}."


def told_winner(table: pd.DataFrame, winner: str) -> str:
    """Return how many test pictures the chosen setting gets right, in words for who has met no schedule yet."""
    schedule, _, rate = winner.rpartition(" ")
    how = {"constant": "that stays the same", "cosine": "that falls to almost nothing (cosine)"}
    said = f"a rate of {rate} {how.get(schedule, f'with the schedule {schedule}')}"
    right = comparison.figure(table.loc[table["system"] == winner, "test_accuracy"].mean(), ".1%")
    return f"The best setting here, {said}, gets {right} of the test pictures right."


def told_lost(table: pd.DataFrame) -> str:
    """Return how many trainings collapsed in which settings: "2 of 3 with constant 0.03"; "" for none."""
    lost = table.assign(lost=table["collapsed"] | table["val_accuracy"].isna())
    counts = lost.groupby("system", sort=False)["lost"].agg(["sum", "size"])
    return listed([f"{row['sum']} of {row['size']} with {name}" for name, row in counts.iterrows() if row["sum"]])


def told_falls(table: pd.DataFrame, high: str, low: str) -> str:
    """Return whether accuracy falls clearly more with the setting `high` than with `low`, and the sums of the falls."""
    means = comparison.summarise(table, "falls").set_index("system")["mean"].dropna()
    rows = [row for row in comparison.each_row(comparison.against(table, "falls", low)) if row.system == high and row.n]
    if not rows:
        return "Does it jump? These trainings cannot say."
    answer = {comparison.HIGHER: "Yes", comparison.LOWER: "No, less"}.get(rows[0].verdict, "We cannot say")
    sums = [f"{100 * mean:.1f} points with {name}" for name, mean in means.sort_values(ascending=False).items()]
    told = f"Does it jump? {answer}. The mean sum of a training's falls is {listed(sums)}"
    if answer != "We cannot say":
        return f"{told}. The difference between {high} and {low} is clear."
    order = ": the order that one would expect" if rows[0].difference > 0 else ""
    return f"{told}{order}; but with {comparison.seeds(rows[0].n)} this could be chance."


def told_help(differences: pd.DataFrame) -> str:
    """Return whether a schedule helps at the lowest and the highest rate; differences: of `minus`."""
    said = []
    for group, own in differences.groupby("group", sort=False):
        ends = own.drop_duplicates("rate").sort_values("rate").iloc[[0, -1] if own["rate"].nunique() > 1 else [0]]
        told = "; ".join(_helps(row) for row in comparison.each_row(ends.dropna(subset="difference")))
        said.append(f"Does {group} help? {told[:1].upper()}{told[1:] or 'There is no figure'}.")
    return " ".join(said) or "No schedule is compared with another."


def _helps(row) -> str:
    """Return whether one schedule is better at one rate, and of a difference that is not clear how its seeds differ."""
    points = in_points(row.difference)
    if row.p_holm < comparison.RESOLVED:
        return f"at {row.rate:g} it clearly {'does' if row.difference > 0 else 'harms'} ({points} points)"
    same = len(row.by) > 1 and (min(row.by) > 0 or max(row.by) < 0)
    if not same:
        return f"at {row.rate:g} what we see could be chance ({points} points, {comparison.seeds(row.n)})"
    how = "better" if row.difference > 0 else "worse"
    sizes = sorted(100 * abs(each) for each in row.by)
    wide = f"these differ so much that the 95% interval, {words.interval(row.low, row.high)}, includes zero"
    why = wide if row.low < 0 < row.high else "after correction for all rates that is not clear"
    return (
        f"at {row.rate:g} it looks {how}, by {sizes[0]:.1f} to {sizes[-1]:.1f} points in {len(row.by)} seeds, but {why}"
    )


def in_words(judged: pd.DataFrame) -> pd.DataFrame:
    """Return claims of a high rate against a low one as they are read: high minus low, shares in points.

    judged: rows of `lib.claims.by_reference`.
    """
    rows, space = [], "\N{NO-BREAK SPACE}"  # an interval stays in one line
    for row in sorted(judged.to_dict("records"), key=lambda row: row["verdict"].startswith("not")):
        loss = "loss" in row["claim"]
        low, middle, high = ((1 if loss else 100) * row[each] for each in ("low", "measured", "high"))
        form, unit = ("+.2f", "") if loss else ("+.1f", " points")
        measured = f"{middle:{form}}{unit}" + (
            f" ({low:{form}} to {high:{form}})".replace(" to ", f"{space}to{space}") if np.isfinite(low) else ""
        )
        what = COMPARED.get(row["id"].rpartition(".")[2], "high rate")
        verdict = re.sub("not resolvable with (.*) (.*)", rf"open (\1{space}\2)", row["verdict"])
        rows.append([row["claim"].partition(" (")[0], f"{row['claimed']} {what}", measured, verdict])
    return pd.DataFrame(rows, columns=["claim of R2", "expected of high", "high minus low", "verdict"])
