"""What a search for the learning rate (`lib.runs.search`) says, in sentences that hold however it comes out."""

import math
from collections.abc import Sequence

import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison, words
from lib.runs import search
from lib.runs.search_answer import points


def tried(here: pd.DataFrame, full: pd.DataFrame | None) -> str:
    """Return which rates each optimiser tries here and at full length, in times of its default."""
    own, there = (
        "" if table is None else listed([f"{factor:g}" for factor in search.factors(table)]) for table in (here, full)
    )
    also = f"; at full length, {there} times" if there else ""
    return f"Here each optimiser tries {own} times its default rate{also}."


def pictures(training: int, validation: int, test: int) -> str:
    """Return how many pictures there are of each part, and what one validation picture is worth."""
    worth = f"{100 / validation:.2g} point{'' if validation == 100 else 's'}"
    return (
        f"{training:,} training, {validation:,} validation and {test:,} test pictures: one validation picture is "
        f"{worth} of accuracy."
    )


def collapsed(table: pd.DataFrame, lost: int) -> str:
    """Return how many trainings of a search give one answer for every picture, and that this is no alarm; "" of none.

    table: of `lib.runs.search.tries`. lost: their number.
    """
    if not lost:
        return ""
    why = "In a search this is expected, because it also tries rates that do not suit."
    why = why if 2 * lost < len(table) else "These are so many that the search says little."
    return (
        f"{lost} of the {len(table)} trainings collapsed: {'it gives' if lost == 1 else 'they give'} one answer for "
        f"every picture. {why} The search keeps them, with the accuracy that they have."
    )


def beside_linear(table: pd.DataFrame, linear: float) -> str:
    """Return how many trainings beat a linear model on the test pictures; linear: its test accuracy."""
    by_default, by_choice = (_beating(own, linear) for own in search.beside_default(table).values())
    return (
        f"A linear model on the same pictures gets {linear:.1%}: {by_default} with default rates beat it, "
        f"{by_choice} after the search."
    )


def gained(table: pd.DataFrame) -> dict[str, str]:
    """Return what the search brings each optimiser on the test pictures, in points, with its interval."""
    found = {row.system: words.gained(row) for row in comparison.each_row(search.gains(table))}
    return {name: found.get(name, "keeps its default") for name in table["group"].unique()}


def who_gains(table: pd.DataFrame) -> str:
    """Return who clearly gains by the search, in a sentence."""
    found = search.gains(table)
    clear = [row for row in comparison.each_row(found) if row.p_holm < comparison.RESOLVED and row.difference > 0]
    told = [f"{row.system} ({words.in_points(row.difference)} points)" for row in clear]
    if not told:
        return "No optimiser clearly gains by the search."
    most = max((row for row in comparison.each_row(found) if row.n), key=lambda row: row.difference)
    more = most.system not in {row.system for row in clear}
    open_ = f" {most.system} gains more, {words.gained(most)}, but not clearly." if more else ""
    who = f"{listed(told)} clearly gain{'s' if len(told) == 1 else ''} by the search.{open_}"
    return f"Only {who}" if len(told) == 1 else who


def best_result(table: pd.DataFrame) -> str:
    """Return how many test pictures the first on validation gets right before a search at full length and after it."""
    means = {when: own.groupby("system")["test_accuracy"].mean() for when, own in search.beside_default(table).items()}
    (first, before), (later, after) = (
        (names[0], comparison.figure(means[when][names[0]], ".1%")) for when, names in search.ends(table).items()
    )
    whose = first if first == later else f"{first} before, {later} after"
    return (
        f"At full length the best optimiser on validation ({whose}) gets {before} of the test pictures right with its "
        f"default rate, and {after} with its chosen one."
    )


def without_search(best: pd.DataFrame, where: str) -> str:
    """Return whose default rate is nearest to its best, and whose is farthest from it, on validation, in a sentence."""
    lost = (best["val_accuracy"] - best["default_val_accuracy"]).set_axis(best["optimiser"]).dropna().sort_values()
    if len(lost) < 2:
        return ""
    return (
        f"If you cannot search: {where} {lost.index[0]} loses least with its default rate "
        f"({points(lost.iloc[0], ' points')} of validation accuracy), {lost.index[-1]} most "
        f"({points(lost.iloc[-1], '')})."
    )


def too_short(table: pd.DataFrame, linear: float) -> str:
    """Return that a linear model beats most trainings, where it does: they are too short; else ""."""
    beaten = int((table["test_accuracy"] < linear).sum())
    if beaten <= len(table) / 2:
        return ""
    return f"The trainings are short: a linear model ({linear:.1%}) beats {beaten} of the {len(table)}."


def luck(table: pd.DataFrame) -> str:
    """Return which optimisers are worse on test pictures with the rate that won on validation than with the default.

    "" where there is none.
    """
    best, found = search.chosen(table), table.groupby("system")["test_accuracy"].mean()
    lost = [row for row in comparison.each_row(best) if found[row.system] < found[row.default]]
    told = [
        f"{row.optimiser}'s chosen rate won on the validation pictures, but gets {found[row.system]:.1%} of the test "
        f"pictures right, its default rate {found[row.default]:.1%}"
        for row in lost
    ]
    return f"To win a search is partly luck: {'; '.join(told)}." if told else ""


def ahead(table: pd.DataFrame) -> str:
    """Return who leads on validation after the search, and whom it clearly beats on the test pictures."""
    own = search.apart(table)[lambda rows: rows["rates"] == search.WHEN[1]]
    by = {kind: own.loc[own["clearly"] == kind, "optimiser"].tolist() for kind in ("worse", "better", "no")}
    each = own.set_index("optimiser")
    named = {kind: [f"{name}{_by(each.loc[name])}" for name in names] for kind, names in by.items()}
    parts = [f"clearly better than {listed(named['worse'])}"] if by["worse"] else []
    parts += [f"clearly worse than {listed(named['better'])}"] if by["better"] else []
    parts += [f"not clearly different from {listed(named['no'], 'or')}"] if by["no"] else []
    leader = own["leader on validation"].iloc[0]
    return (
        f"After the search {leader} leads on validation; on the test pictures it is {listed(parts, 'but')}. "
        f"{_less_sure(table, each)}(Each comparison has to pass Holm's correction, notebook 05, so an interval without "
        "zero is not enough.)"
    )


def _by(row: pd.Series) -> str:
    """Return by how many points the leader is ahead, with the interval: " (+12.0 points, +7.2 to +16.9)"."""
    if not math.isfinite(row["low"]):
        return ""
    told, low, high = (words.in_points(-row[name]) for name in ("difference", "high", "low"))
    return f" ({told} points, {low} to {high})"


def _less_sure(table: pd.DataFrame, each: pd.DataFrame) -> str:
    """Return that a larger difference is not clear where a smaller one is, as it varies more; else ""."""
    clear, open_ = each[each["clearly"] != "no"], each[each["clearly"] == "no"]
    if clear.empty or open_.empty:
        return ""
    row = max(comparison.each_row(open_), key=lambda own: abs(own.difference))
    least = min(comparison.each_row(clear), key=lambda own: abs(own.difference))
    if not (abs(row.difference) > abs(least.difference) and row.high - row.low > least.high - least.low):
        return ""
    name = row.Index
    runs = search.beside_default(table)[search.WHEN[1]]
    found = sorted(runs.loc[runs["system"] == name, "test_accuracy"].dropna())
    told = listed([f"{accuracy:.0%}" for accuracy in found])
    return f"The difference from {name} is larger, but varies more from seed to seed: its trainings get {told}. "


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
    told = [f"{name} (by {points(ahead_by[name], ' points')})" for name in wins]
    others = f" A search for {listed(rest, 'or')} alone is not enough to lead." if rest else ""
    return (
        f"Tuning one optimiser alone can make it the winner: {leader} leads on validation if all keep their defaults, "
        f"but {listed(told, 'or')} would lead if only its own rate were searched.{others}"
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


def other_rates(here: pd.DataFrame, full: pd.DataFrame, steps: Sequence[int], tried: Sequence[float]) -> str:
    """Return for which optimisers a smaller or a larger rate is chosen at full length, and what may explain it.

    here, full: tables of `search.chosen`. steps: of a training here, and at full length. tried: `search.factors` here.
    """
    both = here.merge(full, on="optimiser", suffixes=("", "_full"))
    ratio = both["learning_rate_full"] / both["learning_rate"]
    kinds = {"smaller": ratio < 1 - 1e-9, "larger": ratio > 1 + 1e-9}
    told = [
        f"a {kind} rate for {f'all {len(both)}' if rows.all() else listed(both.loc[rows, 'optimiser'].tolist())}"
        for kind, rows in kinds.items()
        if rows.any()
    ]
    if not told:
        return "This run chooses the same rates."
    said = f"The search at full length chooses {listed(told)} than this run does."
    if untried := [f"{times:g}" for times in sorted(set(full["times"]) - set(tried))]:
        said += f" This run did not try {listed(untried, 'or')} times the default, so it could not choose that."
    if kinds["larger"].any() or steps[0] >= steps[1]:
        return said
    return (
        f"{said} *An explanation, not a result:* with {steps[0]:,} steps a training needs long ones; with {steps[1]:,} "
        "it can afford short ones, which settle better in the end."
    )


def caption(table: pd.DataFrame, low: float = 0.0) -> str:
    """Return what the marks of `lib.plots.searched` are in a figure that begins at `low`.

    table: of `lib.runs.search.drawn`.
    """
    lost = (table["val_accuracy"].isna() | (table["val_accuracy"] < low)).any()
    below = f", or ends below {low:.0%}" if low else ""
    cross = f" A cross counts who collapsed (one answer for every picture){below}; there no line is drawn."
    return (
        "A mark is one training (hollow: default rate), a line joins means. Ring: the rate that is chosen."
        f"{cross if lost else ''}"
    )


def _beating(runs: pd.DataFrame, linear: float) -> str:
    """Return how many of the trainings beat it, and of which optimisers: "2 of 12 trainings (RMSprop 2)"."""
    better = runs[runs["test_accuracy"] > linear]
    counts = better.groupby("system", sort=False).size()
    whose = f" ({', '.join(f'{name} {number}' for name, number in counts.items())})" if len(counts) else ""
    return f"{len(better) or 'none'} of the {len(runs)} trainings{whose}"
