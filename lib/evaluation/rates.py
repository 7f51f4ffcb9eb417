"""What a schedule of the learning rate brings at each rate, from a table of runs as `lib.runs.by_rate` returns it."""

import numpy as np
import pandas as pd

from lib.evaluation import comparison


def minus(table: pd.DataFrame, measure: str, reference: str) -> pd.DataFrame:
    """Return how each other group differs from the group `reference`, rate by rate, in rows of `comparison.against`.

    system says the rate, and the group where there is more than one other; group and rate stand in columns as well.
    p_holm is corrected over all rates together.
    """
    several = table["group"].nunique() > 2
    rows = []
    for rate, own in table.groupby("learning_rate"):
        differences = comparison.against(own.assign(system=own["group"]), measure, reference)
        others = differences["system"] if several else pd.Series("", index=differences.index)
        names = [f"{rate:g} {other}".strip() for other in others]
        rows.append(differences.assign(group=differences["system"], rate=rate, system=names))
    return comparison.with_holm(pd.concat(rows, ignore_index=True)).drop(columns="verdict")


def told(differences: pd.DataFrame) -> str:
    """Return the rows of `minus` in short: "-0.012 at 0.0001 (clear), +0.006 at 0.001"; of none that there are none."""
    clear = ["" if p >= comparison.RESOLVED or np.isnan(p) else " (clear)" for p in differences["p_holm"]]
    rows = zip(differences["difference"], differences["system"], clear, strict=True)
    said = [f"{comparison.figure(difference, '+.3f')} at {system}{mark}" for difference, system, mark in rows]
    return ", ".join(said) or "there is none to compare with"


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
    """Return "loses 1.2 points at 0.0001", with a mark where that is not resolved; no figure where all diverged."""
    if np.isnan(row.difference):
        return f"has no figure at {row.rate:g}"
    sure = "" if row.p_holm < comparison.RESOLVED else " (could be chance)"
    return f"{'loses' if row.difference < 0 else 'gains'} {abs(100 * row.difference):.1f} points at {row.rate:g}{sure}"


def told_steps(best: pd.DataFrame, most: float) -> str:
    """Return which learning rate is best for one step and which for many, in words.

    best: a row a start, a column a number of steps, each start's best rate. most: the largest rate tried.
    """
    one, many = best.columns.min(), best.columns.max()
    short, long = (best[each].quantile(0.5, interpolation="lower") for each in (one, many))  # rates that were tried
    smaller = int((best[many] < best[one]).sum())
    edge = " (the largest one tried)" if short == most else ""
    some = f"A rate that is best for one step is too large for {many} from {smaller} of {len(best)} starts"
    lead = "The more steps are made, the smaller they must be" if smaller == len(best) else some
    return f"{lead}: a rate of {short:g} is best for one step{edge}, and {long:g} for {many}."


def told_stuck(answers: dict[str, list[np.ndarray]], classes: int) -> str:
    """Return which trainings give every picture the same class, in words; "" where none does.

    answers: setting -> the classes (N,) that each of its trainings chose.
    """
    counts = {name: sum(len(np.unique(each)) == 1 for each in own) for name, own in answers.items()}
    told = [f"{count} of {len(answers[name])} trainings with {name}" for name, count in counts.items() if count]
    if not told:
        return ""
    listed = " and ".join(filter(None, [", ".join(told[:-1]), told[-1]]))
    return (
        f"{listed} give{'s' if sum(counts.values()) == 1 else ''} every picture the same class. Their loss is that of "
        f"guessing, about {np.log(classes):.2f}, and a mean with them describes no training."
    )


def told_rivals(differences: pd.DataFrame, winner: str) -> str:
    """Return how far the rivals of a chosen setting lie behind it, in words; rows of `comparison.against` it."""
    told = []
    for row in comparison.each_row(differences):
        points = abs(100 * row.difference)
        way = "higher" if row.difference > 0 else "lower"
        clear = row.verdict in (comparison.HIGHER, comparison.LOWER)
        said = "which is clear" if clear else "which could be chance"
        told.append(f"{row.system} is {points:.1f} points {way}, {said}" if row.n else f"{row.system} has no figure")
    return f"Compared with {winner}: {'; '.join(told)}." if told else f"{winner} has no rival."


def how_sure(differences: pd.DataFrame, winner: str) -> str:
    """Return in a sentence which rivals could be as good as the chosen setting."""
    close = differences.loc[differences["verdict"] != comparison.LOWER, "system"].tolist()
    if not close:
        return f"All rivals of {winner} are clearly worse."
    listed = " and ".join(filter(None, [", ".join(close[:-1]), close[-1]]))
    seeds = comparison.seeds(int(differences["n"].max()))
    return (
        f"{seeds.capitalize()} do not exclude that {listed} {'is' if len(close) == 1 else 'are'} as good as {winner}."
    )


def one_better(differences: pd.DataFrame, other: str) -> str:
    """Return whether a setting is clearly better than another: "cosine 0.001 is clearly better than ... (+0.6 points)".

    differences: of `comparison.against` the other; its first row is told.
    """
    if differences.empty or not differences["n"].iloc[0]:
        return f"{other} is the only one"
    row = differences.iloc[0]
    words = {comparison.HIGHER: "clearly better than", comparison.LOWER: "clearly worse than"}
    said = words.get(row["verdict"], "not clearly different from")
    return f"{row['system']} is {said} {other} ({100 * row['difference']:+.1f} points)"
