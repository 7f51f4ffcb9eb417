"""What a schedule of the learning rate brings at each rate, from a table of runs as `lib.runs.by_rate` returns it."""

import re

import numpy as np
import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison, words
from lib.evaluation.words import in_points

COMPARED = {  # what a claim about rates compares, by the end of its id
    "slower": "loss of epoch 1", "jumps": "accuracy lost in falls", "settles": "largest late change",
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
    """Return in a sentence how large a rate can be: "Up to 0.01", the largest one up to which no training collapses.

    Seeds are counted, not trainings: those of one seed begin with the same weights. table: of `lib.runs.by_rate`, with
    a column collapsed, bool. of: the network's name.
    """
    lost = table[table["collapsed"] | table["val_accuracy"].isna()]
    if lost.empty:
        most = table["learning_rate"].max()
        return f"No limit found up to {most:g}, the largest rate tried, with {of}: every training works."
    first = lost["learning_rate"].min()
    number = lost.loc[lost["learning_rate"] == first, "seed"].nunique()
    among = table.loc[table["learning_rate"] == first, "seed"].nunique()
    what = "every picture gets the same class" + (
        ", or the loss is no number" if lost["val_accuracy"].isna().any() else ""
    )
    collapse = f"{number} of {comparison.seeds(among)} collapse{'s' if number == 1 else ''} ({what})"
    fine = table.loc[table["learning_rate"] < first, "learning_rate"]
    if fine.empty:
        return f"With {of}, even {first:g}, the smallest rate tried, is too large: {collapse}."
    return f"Up to {fine.max():g} with {of}; at {first:g}, the next rate tried, {collapse}."


def told_winner(table: pd.DataFrame, winner: str) -> str:
    """Return how many test pictures the chosen setting gets right, in words for who has met no schedule yet."""
    schedule, _, rate = winner.rpartition(" ")
    how = {"constant": "that stays the same", "cosine": "that falls to almost nothing (cosine)"}
    said = f"a rate of {rate} {how.get(schedule, f'with the schedule {schedule}')}"
    right = comparison.figure(table.loc[table["system"] == winner, "test_accuracy"].mean(), ".1%")
    return f"The best setting here, {said}, gets {right} of the test pictures right."


def told_lost(table: pd.DataFrame) -> str:
    """Return how many trainings collapsed at which rates: "2 of 6 at 0.03 and 6 of 6 at 0.1"; "none"."""
    by_rate = table.assign(lost=table["collapsed"] | table["val_accuracy"].isna()).groupby("learning_rate")["lost"]
    counts = by_rate.agg(["sum", "size"])
    return (
        listed([f"{row['sum']} of {row['size']} at {rate:g}" for rate, row in counts.iterrows() if row["sum"]])
        or "none"
    )


def told_falls(table: pd.DataFrame, high: str, low: str) -> str:
    """Return whether accuracy falls clearly more with the setting `high` than with `low`, and the sums of the falls."""
    means = comparison.summarise(table, "falls").set_index("system")["mean"].dropna()
    rows = [row for row in comparison.each_row(comparison.against(table, "falls", low)) if row.system == high and row.n]
    if not rows:
        return "Does it jump? These trainings cannot say."
    answer = {comparison.HIGHER: "Yes", comparison.LOWER: "No, less"}.get(rows[0].verdict, "We cannot say")
    sums = [f"{100 * mean:.1f} with {name}" for name, mean in means.sort_values(ascending=False).items()]
    told = f"Does it jump? {answer}. In one training accuracy falls, in points, by {listed(sums)}, means over seeds"
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
    interval = f"the 95% interval, {words.interval(row.low, row.high)},"
    wide = f"these differ so much that {interval} includes zero"
    why = wide if row.low < 0 < row.high else "after correction for all rates it is not clear"
    return (
        f"at {row.rate:g} it is {how} with each of {len(row.by)} seeds, by {sizes[0]:.1f} to {sizes[-1]:.1f} points, "
        f"but that is not sure: {why}"
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
        rows.append([row["claim"].partition(" (")[0], f"{what}: {row['claimed']}", measured, verdict])
    return pd.DataFrame(rows, columns=["claim of R2", "expected of high", "high minus low", "verdict"])


def tally(verdicts: pd.Series) -> str:
    """Return how many claims hold, how many are contradicted, and for how many there are too few seeds."""
    kinds = {"confirmed": "holds", "contradicted": "contradicted", "open, because the seeds are too few": "not res"}
    counts = {said: verdicts.str.startswith(start).sum() for said, start in kinds.items()}
    told = [f"{number} {said}" for said, number in counts.items() if number]
    return f"Of {len(verdicts)} statements: {listed(told) or 'none is judged'}."


def told_cost(table: pd.DataFrame, measure: str, best: str) -> str:
    """Return that the highest rate of a schedule works and is not best, with its points; "" where it is not worse."""
    highest = str(table.sort_values("learning_rate")["system"].iloc[-1])
    if highest == best:
        return ""
    row = next(comparison.each_row(comparison.against(table[table["system"].isin([best, highest])], measure, best)))
    if not row.n or row.difference >= 0:
        return ""
    sure = "clearly " if row.verdict == comparison.LOWER else ""
    return (
        f"But the highest is not the best: {highest} gets {sure}less than {best} ({in_points(row.difference)} points)."
    )


def one_better(differences: pd.DataFrame, other: str) -> str:
    """Return whether the first row of `comparison.against` another setting is clearly better or worse than it."""
    if differences.empty or not differences["n"].iloc[0]:
        return f"{other} is the only one"
    row = differences.iloc[0]
    words = {comparison.HIGHER: "clearly better than", comparison.LOWER: "clearly worse than"}
    said = words.get(row["verdict"], "not clearly different from")
    return f"{row['system']} is {said} {other} ({in_points(row['difference'])} points)"
