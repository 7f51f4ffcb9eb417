"""What networks are worth beside methods without a network, in sentences that hold however it comes out."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from lib.base.text import capital, listed
from lib.evaluation import comparison, next_best, statistics, words

CLEAR = {comparison.HIGHER: "more", comparison.LOWER: "less"}
OVERFITS = 0.05  # a rise of the validation loss (cross-entropy) from which on a training overfits: our own limit


def answer(table: pd.DataFrame, best: str, rival: float, name: str, start: str = "The", interval: bool = False) -> str:
    """Return what a network gets right of the test pictures, and whether that is clearly more than the best baseline.

    Where the runner-up on validation would give another verdict, none is told here: `sure` tells both.

    table: rows of networks, as `lib.runs.tabulate` has them. rival: the test accuracy of the baseline called `name`.
    start: how the sentence begins, such as "On all real pictures, the". interval: whether to add that of the mean.
    """
    mean = comparison.row_of(best, comparison.summarise(table, "test_accuracy"))
    beside = comparison.against_figure(table, "test_accuracy", rival)
    row, second = comparison.row_of(best, beside), next_best.name(table, best)
    if not mean.n:
        return f"{start} network {best} has no accuracy to compare: no training of it reached an end."
    ends = f" (95% interval: {words.ends(mean)})" if interval and math.isfinite(mean.low) else ""
    named = f"{start} network {best} names {comparison.figure(mean.mean, '.1%')} of the test pictures correctly{ends}"
    baseline = f"the best baseline, {_label(name)} ({rival:.1%})"
    if second and comparison.row_of(second, beside).verdict != row.verdict:
        also = f"{second} {comparison.row_of(second, comparison.summarise(table, 'test_accuracy')).mean:.1%}"
        return f"{named}, {also}; the best baseline, {_label(name)}, {rival:.1%}."
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
    """Return the interval of a network's test accuracy, what its runner-up gets, and which of the two is better.

    Of a network alone: how many of its trainings beat the baseline. others: rows of `comparison.against`, of the other
    networks minus one; one row is told, of more it would be a list.
    """
    mean = comparison.row_of(best, comparison.summarise(table, "test_accuracy"))
    interval = f"{'One' if mean.n else 'No finished'} training of {best} gives no interval"
    if math.isfinite(mean.low):
        where = ", wholly above the best baseline" if mean.low > rival else ""
        where = ", wholly below the best baseline" if mean.high < rival else where
        between = f"the true mean of {best} lies between {words.ends(mean, ' and ')} (95% interval){where}"
        interval = f"Judged by {mean.n} trainings, {between}"
    rows = others[others["n"] > 1].to_dict("records")
    which = _which(rows[0]) if len(rows) == len(others) == 1 else ""
    second = next_best.name(table, best)
    if not second:
        return f"{interval}. {_beating(table, rival)}{f' {capital(which)}.' * bool(which)}"
    return f"{interval}. {next_best.told(table, best, second, rival, which)}"


def _beating(table: pd.DataFrame, rival: float) -> str:
    """Return how many trainings beat the best baseline."""
    higher, number = int((table["test_accuracy"] > rival).sum()), len(table)
    told = f"{higher} of the {number} trainings beat"
    told = {0: f"None of the {number} trainings beats", number: f"All {number} trainings beat"}.get(higher, told)
    if number == 1:
        told = "It beats" if higher else "It does not beat"
    return f"{told} the best baseline."


def _which(row: dict) -> str:
    """Return in a clause whether one of two networks is better than the other."""
    clear = {comparison.HIGHER: "is clearly the better one", comparison.LOWER: "is clearly the worse one"}
    if row["verdict"] in clear:
        return f"of the two networks, {row['system']} {clear[row['verdict']]}"
    return "which of the two networks is better stays open"


def worked(name: str, each: pd.Series) -> str:
    """Return how the 95% interval of a network's mean comes about, step by step, in numbers.

    each: accuracies of the trainings that ended.
    """
    from scipy.stats import t

    number = len(each)
    told = ", ".join(f"{accuracy:.1%}" for accuracy in each) or "no training reached an end"
    if number < 2:
        return f"{name}: {told}. Fewer than two trainings have no spread, so there is no interval."
    spread, factor = 100 * each.std(), float(t.ppf(0.975, number - 1))
    return (
        f"{name}: {told}; the mean is {each.mean():.1%}. The spread is {spread:.2f} points. Divided by the root of "
        f"{number}: {spread / number**0.5:.2f}. Times {factor:.2f}, the factor for {number} trainings (for "
        f"{number + 2} it is {t.ppf(0.975, number + 1):.2f}): {factor * spread / number**0.5:.1f} points, either way."
    )


def two_doubts(each: pd.Series, margin: float, number: int) -> str:
    """Return what is uncertain of an accuracy: which network one got, and which pictures were tested.

    each: accuracies of the trainings that ended. margin: half their 95% interval, NaN with one. number: of pictures.
    """
    if each.empty:
        return ""
    low, high = statistics.wilson(round(each.mean() * number), number)
    first = f"{100 * margin:.1f} points" if math.isfinite(margin) else f"unknown, from {comparison.seeds(len(each))}"
    return (
        f"Two things are uncertain: which network we got ({first}) and which pictures we tested "
        f"({50 * (high - low):.1f} points, from {number:,} pictures). More seeds shrink only the first, more pictures "
        "only the second."
    )


def on_the_same(network: str, right: np.ndarray, baseline: str, also: np.ndarray) -> str:
    """Return on how many test pictures only one of the two is right, and whether other pictures could reverse it.

    right, also: bool (N,), whether a training of the network and the baseline are right.
    """
    from scipy.stats import binomtest

    only, other = int((right & ~also).sum()), int((also & ~right).sum())
    told = (
        f"On the same {len(right):,} test pictures the first training of {network} is right on {only:,} where "
        f"{_label(baseline)} is wrong; the other way round on {other:,}."
    )
    if not only + other:
        return told
    low, high = binomtest(only, only + other).proportion_ci()
    so = "this could be half, so other pictures could turn it round"
    if not low <= 0.5 <= high:
        so = f"clearly {'more' if low > 0.5 else 'less'} than half, so it is hardly the luck of these pictures"
    share = f"{only / (only + other):.0%} (95% interval {low:.0%} to {high:.0%})"
    return f"{told} Of these {only + other:,} pictures the network wins {share}: {so}."


def more_pictures(here: float, there: float, few: bool) -> str:
    """Return by how much the most similar picture is right more often at full length, where it is; else "".

    here, there: its test accuracies. few: whether it is sought among fewer pictures here.
    """
    if not few or there <= here + comparison.EQUAL:
        return ""
    return (
        f"The label of the most similar picture is right in {here:.1%} here and in {there:.1%} at full length, where "
        "it is sought among many more."
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
        interval = f" (95% interval: {words.interval(row['low'], row['high'])})" if row["n"] > 1 else ""
        equal = "They are equal for practice." if row["verdict"].startswith("equal") else "This could be chance."
        told = verdicts.get(
            row["verdict"], equal if row["n"] > 1 else "With one seed, nobody can tell whether that is chance."
        )
        points = f"{100 * abs(row['difference']):.2f} points {way} than that of {reference}{interval}"
        said.append(f"The accuracy of {row['system']} is {points}. {told}")
    return " ".join(said) or "There is only one network, so there is nothing to compare."


def to_read(shown: pd.DataFrame) -> pd.DataFrame:
    """Return claims (`lib.claims.reports.read`) with those that do not hold on top, and why one run resolves none."""
    order = shown["verdict"].str.startswith("holds").sort_values(kind="stable").index
    single = shown["measured"].str.contains("one more run") & shown["verdict"].str.startswith("not resolvable")
    found = shown["verdict"].mask(single, "not resolvable: single trainings differ too much")
    claim = shown["claim"].str.replace(r" \(section [\d.]+\)$", "", regex=True)
    return shown.assign(verdict=found, claim=claim).loc[order]


def left_open(means: pd.Series, rival: float) -> str:
    """Return how many of the points that the best baseline leaves open some networks win; means: by name in words."""
    over = [(name, 100 * (mean - rival)) for name, mean in means.items() if mean > rival]
    told = listed([f"{name}{'' if place else ' wins'} {points:.1f}" for place, (name, points) in enumerate(over)])
    lost = f"Of the {100 * (1 - rival):.1f} points that the best baseline leaves open on all real pictures"
    return f"{lost}, {told or 'no network wins any'}."


def other_sign(trainings: Sequence[Any], limits: tuple[float, float] = (8, 12)) -> str:
    """Return what R3 leaves open of overfitting, and after which epoch validation accuracy is highest, another sign.

    trainings: `lib.training.run.Run`. limits: what "about epoch 10" is read as. The mean has a 95% interval.
    """
    turns = [
        float(own["epoch"].iloc[int(own["val_accuracy"].argmax())])
        for own in (run.history for run in trainings)
        if not own["val_accuracy"].isna().all()
    ]
    found = statistics.over_seeds(turns)
    about = f"{limits[0]} to {limits[1]}"
    where = "partly inside: not resolvable"
    where = "outside: contradicted" if found["high"] < limits[0] or found["low"] > limits[1] else where
    where = "inside: holds" if limits[0] <= found["low"] and found["high"] <= limits[1] else where
    return (
        "R3 does not say from which gap on a network overfits; our limit is the middle of two that it prints, of a "
        f"network that it says overfits and of one that does not. *From about epoch {sum(limits) // 2}* we read as "
        f"{about}, by the epoch of the lowest validation loss. By that of the highest validation accuracy it would be: "
        f"{found['mean']:.1f} ({found['low']:.1f} to {found['high']:.1f}), {where}."
    )


def overfitting(table: pd.DataFrame, epochs: int) -> str:
    """Return in how many trainings of each network the validation loss has risen by our limit, and who overfits.

    table: as `lib.runs.tabulate` has it, with rise (`lib.evaluation.comparison.course`).
    """
    told, overfit, finite = [], [], 0
    for name, group in table.groupby("system", sort=False):
        own = group["rise"].dropna()
        risen = int((own >= OVERFITS).sum())
        finite += len(own)
        told.append(f"{risen} of {len(own)} trainings of {name}")
        overfit += [str(name)] if 2 * risen > len(own) else []
    if not finite:
        return "No training has a finite validation loss."
    who = f"{listed(overfit)} overfit{'s' if len(overfit) == 1 else ''}" if overfit else "no network overfits yet"
    return (
        f"After {epochs} epochs the validation loss has risen by {OVERFITS:g} or more in {listed(told)}. We say that a "
        f"network overfits where most trainings do so (the limit is our own): {who}."
    )


def _label(name: str) -> str:
    """Return a baseline's name as a sentence needs it: what a picture answers is its label."""
    return name.replace("the most similar picture", "the label of the most similar picture")
