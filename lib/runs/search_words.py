"""What a search for the learning rate (`lib.runs.search`) says, in sentences that hold however it comes out."""

import math

import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison
from lib.runs import search


def answer(table: pd.DataFrame, start: str = "with") -> str:
    """Return whether optimisers differ, or only their default rates, in sentences; table: `lib.runs.search.tries`.

    start: how what was measured begins, such as "on all real pictures, with".
    """
    gaps, ends = search.gaps(table).mean(), search.ends(table)
    before, after = (f"{first} over {last}" for first, last in (ends[when] for when in search.WHEN))
    fall = search.narrowed(table)
    lead = "These trainings cannot tell"
    if fall["low"] > 0:
        lead = f"{'Mostly' if abs(gaps.iloc[1]) <= gaps.iloc[0] / 2 else 'In part'} only its default rate"
    elif fall["high"] < 0:
        lead = "Not only its default rate"
    return (
        f"{lead}: {start} default rates, the lead of the first optimiser on validation over the last ({before}) is "
        f"{_points(gaps.iloc[0])} on the test pictures; after the same search for each ({after}), "
        f"{_points(gaps.iloc[1], '')}."
    )


def narrowing(table: pd.DataFrame) -> str:
    """Return by how much the search changes the lead of the best optimiser over the worst, and how sure that is."""
    fall = search.narrowed(table)
    mean, low, high = fall["mean"], fall["low"], fall["high"]
    seeds = comparison.seeds(int(fall["n"]))
    if not math.isfinite(low):
        return f"With {seeds} nobody can tell whether the search changes this lead."
    verb = "shrinks" if mean >= 0 else "widens"
    if low > 0 or high < 0:
        ends = sorted([abs(low), abs(high)])
        return (
            f"The search clearly {verb} this lead, by {_points(abs(mean))} "
            f"(95% interval: {_points(ends[0], '')} to {_points(ends[1], '')})."
        )
    return (
        f"That the search {verb} this lead could be chance: the 95% interval of the change goes from "
        f"{_points(-low, '')} points more to {_points(high, '')} points less."
    )


def beside_linear(table: pd.DataFrame, linear: float) -> str:
    """Return how many trainings beat a linear model on the test pictures; linear: its test accuracy."""
    by_default, by_choice = (_beating(own, linear) for own in search.beside_default(table).values())
    return (
        f"A linear model on the same pictures gets {linear:.1%}: {by_default} with default rates beat it, "
        f"{by_choice} after the search."
    )


def gained(table: pd.DataFrame) -> str:
    """Return what the search brings each optimiser on the test pictures, with intervals, and what is clear of it."""
    rows = list(comparison.each_row(search.gains(table)))
    if not rows:
        return "Each optimiser keeps its default rate, so the search brings none of them anything."
    told = [_gain(row) for row in rows]
    clear = [row.system for row in rows if row.p_holm < comparison.RESOLVED]
    sure = f"Clear after correction: {listed(clear)}." if clear else "None of this is clear after correction."
    kept = [name for name in table["group"].unique() if name not in {row.system for row in rows}]
    rest = f" {listed(kept)} keep{'s' if len(kept) == 1 else ''} the default rate." if kept else ""
    return f"On the test pictures the search brings, in points: {'; '.join(told)}. {sure}{rest}"


def _gain(row) -> str:
    if not row.n:
        return f"{row.system} no figure"
    interval = f" ({100 * row.low:+.1f} to {100 * row.high:+.1f})" if math.isfinite(row.low) else ""
    return f"{row.system} {100 * row.difference:+.1f}{interval}"


def who_gains(table: pd.DataFrame, start: str = "There,") -> str:
    """Return who clearly gains by the search, and how the first does before and after it; start: "Here,"."""
    found = search.gains(table)
    clear = [row for row in comparison.each_row(found) if row.p_holm < comparison.RESOLVED and row.difference > 0]
    told = [
        f"{row.system} ({100 * row.difference:+.1f} points, at {row.times:g} times its default rate)" for row in clear
    ]
    only = "only " if len(clear) == 1 else ""
    who = f"{only}{listed(told)} clearly gain{'s' if len(told) == 1 else ''}" if told else "no optimiser clearly gains"
    means = {when: own.groupby("system")["test_accuracy"].mean() for when, own in search.beside_default(table).items()}
    (first, before), (later, after) = (
        (names[0], comparison.figure(means[when][names[0]], ".1%")) for when, names in search.ends(table).items()
    )
    return (
        f"{start} {who} by the search. The first on validation gets {before} of the test pictures right before the "
        f"search ({first}) and {after} after it ({later})."
    )


def without_search(best: pd.DataFrame, where: str) -> str:
    """Return whose default rate is nearest to its best, and whose is farthest from it, on validation, in a sentence."""
    lost = (best["val_accuracy"] - best["default_val_accuracy"]).set_axis(best["optimiser"]).dropna().sort_values()
    if len(lost) < 2:
        return ""
    return (
        f"If you cannot search: {where} {lost.index[0]}'s default rate is nearest to its best one "
        f"({_points(lost.iloc[0], ' points')} of validation accuracy below), {lost.index[-1]}'s is farthest from it "
        f"({_points(lost.iloc[-1], '')} below)."
    )


def too_short(table: pd.DataFrame, linear: float) -> str:
    """Return that a linear model beats most trainings, where it does: they are too short; else ""."""
    beaten = int((table["test_accuracy"] < linear).sum())
    if beaten <= len(table) / 2:
        return ""
    return f"A linear model ({linear:.1%}) beats {beaten} of these {len(table)} trainings: they are short."


def luck(table: pd.DataFrame) -> str:
    """Return which optimisers are worse on test pictures with the rate that won on validation than with the default.

    "" where there is none.
    """
    best, found = search.chosen(table), table.groupby("system")["test_accuracy"].mean()
    lost = [row for row in comparison.each_row(best) if found[row.system] < found[row.default]]
    told = [
        f"{row.optimiser}'s chosen rate won on the validation pictures by "
        f"{_points(row.val_accuracy - row.default_val_accuracy, ' points')}, but names {found[row.system]:.1%} of the "
        f"test pictures correctly, its default rate {found[row.default]:.1%}"
        for row in lost
    ]
    return f"To win a search is partly luck: {'; '.join(told)}." if told else ""


def ahead(table: pd.DataFrame, when: str) -> str:
    """Return who leads on validation, and whom it clearly beats on the test pictures; when: of `lib.runs.search.WHEN`.

    An optimiser that is further behind than a clear one, and yet not clearly, is named with its trainings' accuracies.
    """
    own = search.apart(table)[lambda rows: rows["rates"] == when]
    leader = own["leader on validation"].iloc[0]
    by = {kind: own.loc[own["clearly"] == kind, "optimiser"].tolist() for kind in ("worse", "better", "no")}
    parts = [f"clearly better than {listed(by['worse'])}"] if by["worse"] else []
    parts += [f"clearly worse than {listed(by['better'])}"] if by["better"] else []
    parts += [f"not clearly different from {listed(by['no'], 'or')}"] if by["no"] else []
    start = "With default rates" if when == search.WHEN[0] else "After the search"
    told = f"{start}, {leader} leads on validation; on the test pictures it is {listed(parts, 'but')}."
    clear = own.loc[own["clearly"] == "worse", "difference"]
    wide = own[(own["clearly"] == "no") & (own["difference"] < clear.min())]
    runs = search.beside_default(table)[when]
    for name in wide["optimiser"]:
        each = runs.loc[runs["system"] == name, "test_accuracy"]
        told += (
            f" {name} is further behind, but its {len(each)} trainings differ too much to be sure: "
            f"{listed([f'{accuracy:.0%}' for accuracy in sorted(each)])}."
        )
    return told


def alone(best: pd.DataFrame) -> str:
    """Return which other optimisers would lead were they alone searched, while the rest keep their defaults.

    best: as `lib.runs.search.chosen` returns it. The leader with default rates for all is no news.
    """
    tuned, usual = (best.set_index("optimiser")[each] for each in ("val_accuracy", "default_val_accuracy"))
    leader = usual.idxmax()
    ahead_by = {name: tuned[name] - usual.drop(name).max() for name in best["optimiser"] if name != leader}
    wins = [name for name, by in ahead_by.items() if by > 0]
    rest = [name for name, by in ahead_by.items() if by <= 0]
    if not wins:
        return f"Tuning only {listed(rest, 'or')} is not enough: {leader}, with its default rate, still leads."
    small = [name for name in wins if ahead_by[name] < comparison.EQUAL]
    little = f"by less than {100 * comparison.EQUAL:g} points, too little to matter"
    margin = f" ({listed(small)} {little})" if small else ""
    others = f" For {listed(rest, 'or')} this is not enough." if rest else ""
    return (
        f"Tuning one optimiser alone can make it the winner: {leader} leads on validation if all keep their defaults, "
        f"but {listed(wins, 'or')} would lead if only its own rate were searched{margin}.{others}"
    )


def edges(best: pd.DataFrame) -> str:
    """Return whether the search was wide enough: who chose the smallest or the largest rate that was tried."""
    told = [
        f"{listed(names)} chose the {end} rate that was tried, so a still {end[:-2]}r one may be better"
        for end in ("smallest", "largest")
        if (names := best.loc[best["edge"] == end, "optimiser"].tolist())
    ]
    inside = "No optimiser chose the smallest or the largest of its rates; a better one may lie between those tried."
    return f"{'; '.join(told)}." if told else inside


def other_rates(here: pd.DataFrame, full: pd.DataFrame) -> str:
    """Return for which optimisers a smaller or a larger rate is chosen at full length; tables of `search.chosen`."""
    both = here.merge(full, on="optimiser", suffixes=("", "_full"))
    ratio = both["learning_rate_full"] / both["learning_rate"]
    told = [
        f"a {kind} rate for {listed(both.loc[rows, 'optimiser'].tolist())}"
        for kind, rows in (("smaller", ratio < 1 - 1e-9), ("larger", ratio > 1 + 1e-9))
        if rows.any()
    ]
    return (
        f"The search at full length chooses {listed(told)} than this run does."
        if told
        else "This run chooses the same rates."
    )


def caption(table: pd.DataFrame, low: float = 0.0) -> str:
    """Return what the marks of `lib.plots.response` are in a figure that begins at `low`; nothing of what is absent."""
    lost = table["val_accuracy"].isna() | (table["val_accuracy"] < low)
    crosses = " Crosses: below the range, or diverged." if lost.any() else ""
    return f"Each mark is one training, lines are means, rings are default rates.{crosses}"


def _points(share: float, unit: str = " percentage points") -> str:
    """Return a share in points, from 10 on without decimals."""
    return f"{100 * share:.{0 if abs(share) >= 0.1 else 1}f}{unit}"


def _beating(runs: pd.DataFrame, linear: float) -> str:
    """Return how many of the trainings beat it, and of which optimisers: "2 of 12 trainings (RMSprop 2)"."""
    better = runs[runs["test_accuracy"] > linear]
    counts = better.groupby("system", sort=False).size()
    whose = f" ({', '.join(f'{name} {number}' for name, number in counts.items())})" if len(counts) else ""
    return f"{len(better) or 'none'} of the {len(runs)} trainings{whose}"
