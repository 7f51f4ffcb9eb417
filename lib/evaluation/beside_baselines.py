"""What networks are worth beside methods without a network, in sentences that hold however it comes out."""

import math
from typing import Any

import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison, statistics

CLEAR = {comparison.HIGHER: "more", comparison.LOWER: "less"}
OVERFITS = 0.05  # a rise of the validation loss (cross-entropy) from which on a training overfits: our own limit


def answer(table: pd.DataFrame, best: str, rival: float, name: str, start: str = "The", interval: bool = False) -> str:
    """Return what a network gets right of the test pictures, and whether that is clearly more than the best baseline.

    table: rows of networks, as `lib.runs.tabulate` has them. rival: the test accuracy of the baseline called `name`.
    start: how the sentence begins, such as "On all real pictures, the". interval: whether to add that of the mean.
    """
    mean = _of(best, comparison.summarise(table, "test_accuracy"))
    row = _of(best, comparison.against_figure(table, "test_accuracy", rival))
    if not mean.n:
        return f"{start} network {best} has no accuracy to compare: no training of it reached an end."
    ends = f" (95% interval: {_ends(mean)})" if interval and math.isfinite(mean.low) else ""
    named = f"{start} network {best} names {comparison.figure(mean.mean, '.1%')} of the test pictures correctly{ends}"
    baseline = f"the best baseline, {name} ({rival:.1%})"
    if row.verdict in CLEAR:
        return f"{named}, clearly {CLEAR[row.verdict]} than {baseline}."
    if str(row.verdict).startswith("equal"):
        return f"{named}, which is equal for practice to {baseline}."
    why = "could be chance" if row.n > 1 else "could be chance, because one training is no proof"
    return f"{named}. The difference from {baseline} {why}."


def rival(means: pd.DataFrame, called: dict[str, str]) -> dict[str, Any]:
    """Return the row of the baseline with the highest test accuracy, which helps the baselines and no network.

    means: of `comparison.summarise`, in which baselines have their names in words, the values of `called`.
    """
    own = means[means["system"].isin(called.values())]
    (best,) = own.nlargest(1, "mean").to_dict("records")
    return {str(name): value for name, value in best.items()}


def sure(table: pd.DataFrame, best: str, rival: float, others: pd.DataFrame) -> str:
    """Return the interval of a network's test accuracy, how many trainings beat the baseline, and which network leads.

    others: rows of `comparison.against`, of the other networks minus one; one row is told, of more it would be a list.
    """
    mean = _of(best, comparison.summarise(table, "test_accuracy"))
    higher, number = int((table["test_accuracy"] > rival).sum()), len(table)
    networks = table["system"].nunique()
    of = f" of the {networks} networks" if networks > 1 else ""
    beat = {0: f"none of the {number} trainings{of} beats", number: f"all {number} trainings{of} beat"}
    told = beat.get(higher, f"{higher} of the {number} trainings{of} beat")
    if number == 1:
        told = "it beats" if higher else "it does not beat"
    interval = f"{'One' if mean.n else 'No finished'} training of {best} gives no interval"
    if math.isfinite(mean.low):
        where = ", wholly above the best baseline" if mean.low > rival else ""
        where = ", wholly below the best baseline" if mean.high < rival else where
        between = f"the mean of {best} lies between {_ends(mean, ' and ')} (95% interval)"
        interval = f"With {comparison.seeds(mean.n)}, {between}{where}"
    rows = others[others["n"] > 1].to_dict("records")
    return f"{interval}; {told} the best baseline.{_which(rows[0]) if len(rows) == len(others) == 1 else ''}"


def _which(row: dict) -> str:
    """Return in a sentence whether one network is better than the other, with its interval in points."""
    points = f"{100 * row['difference'] + 0.0:+.2f} points, {_signed(row['low'])} to {_signed(row['high'])}"
    clear = {comparison.HIGHER: "is clearly the better one", comparison.LOWER: "is clearly the worse one"}
    if row["verdict"] in clear:
        return f" Of the two networks, {row['system']} {clear[row['verdict']]} ({points})."
    return f" Which of the two networks is better stays open ({row['system']}: {points})."


def few_pictures(accuracy: float, number: int) -> str:
    """Return how much an accuracy is uncertain because it was measured on `number` pictures; "" without an accuracy."""
    if not math.isfinite(accuracy):
        return ""
    low, high = statistics.wilson(round(accuracy * number), number)
    return (
        f"The test pictures are a sample, too: an accuracy of {accuracy:.1%}, measured on {number:,} pictures, is "
        f"uncertain by about {50 * (high - low):.1f} points either way, whatever the seeds."
    )


def told_points(differences: pd.DataFrame, reference: str) -> str:
    """Return how networks differ from `reference` in percentage points, a sentence each.

    differences: rows of `lib.evaluation.comparison.against`, of a share.
    """
    verdicts = {comparison.HIGHER: "This is clearly better.", comparison.LOWER: "This is clearly worse."}
    said = []
    for row in differences.to_dict("records"):
        if not row["n"]:
            said.append(f"{row['system']} and {reference} cannot be compared: no seed of both reached an end.")
            continue
        way = "higher" if row["difference"] >= 0 else "lower"
        interval = f" (95% interval: {_signed(row['low'])} to {_signed(row['high'])})" if row["n"] > 1 else ""
        equal = "They are equal for practice." if row["verdict"].startswith("equal") else "This could be chance."
        told = verdicts.get(
            row["verdict"], equal if row["n"] > 1 else "With one seed, nobody can tell whether that is chance."
        )
        points = f"{100 * abs(row['difference']):.2f} points {way} than that of {reference}{interval}"
        said.append(f"The accuracy of {row['system']} is {points}. {told}")
    return " ".join(said) or "There is only one network, so there is nothing to compare."


def overfitting(table: pd.DataFrame, epochs: int) -> str:
    """Return for each network, training by training, after which epoch its validation loss turned, and by how much.

    table: as `lib.runs.tabulate` has it, with turn and rise (`lib.evaluation.comparison.course`). A last sentence says
    which networks overfit, by our limit.
    """
    told, overfit, finite = [], [], 0
    for name, group in table.groupby("system", sort=False):
        own = group.dropna(subset=["turn"])
        finite += len(own) > 0
        told.append(_turned(str(name), own, epochs))
        overfit += [str(name)] if 2 * (own["rise"] >= OVERFITS).sum() > len(own) else []
    limit = f"We say that a network overfits where this loss rises by {OVERFITS:g} or more in most trainings"
    if finite:
        told.append(f"{limit}: {f'so does {listed(overfit)}' if overfit else 'that is not yet so here'}.")
    return " ".join(told)


def _turned(name: str, own: pd.DataFrame, epochs: int) -> str:
    if own.empty:
        return f"{name} has no finite validation loss."
    early = own[own["turn"] < epochs].sort_values("turn")
    number = len(own)
    if early.empty:
        which = "the only training" if number == 1 else f"all {number} trainings"
        return f"{name}: in {which} the validation loss is lowest after the last epoch."
    turns = [f"{turn:.0f}" for turn in early["turn"]]
    rises = [f"{rise:.2f}" for rise in early["rise"]]
    of = "in the only training" if number == 1 else f"in {len(early)} of {number} trainings"
    at = f"after epoch{'s' if len(turns) > 1 else ''} {_listed(turns)}, and then rises by {_listed(rises)}"
    rest = number - len(early)
    last = f"; in the other{'s' if rest > 1 else ''} it is lowest after the last epoch, {epochs}" if rest else ""
    return f"{name}: {of} the validation loss is lowest {at}{last}."


def _listed(names: list[str]) -> str:
    """Return up to four numbers in a row, of more the smallest and the largest."""
    if len(names) == 1:
        return names[0]
    if len(names) > 4:
        low, *_, high = sorted(names, key=float)
        return f"{low} to {high}"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _of(system: str, table: pd.DataFrame) -> Any:
    """Return the row of a system, as a named tuple."""
    return next(row for row in comparison.each_row(table) if row.system == system)


def _ends(row: Any, word: str = " to ") -> str:
    return f"{row.low:.1%}{word}{min(row.high, 1):.1%}"


def _signed(share: float) -> str:
    return f"{round(100 * share, 1) + 0.0:+.1f}"  # no "-0.0"
