"""What a search for the learning rate (`lib.runs.search`) says, in sentences that hold however it comes out."""

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
    said = f"{lost} of the {len(table)} trainings collapsed: {'it gives' if lost == 1 else 'they give'} one answer for "
    if 2 * lost >= len(table):
        return f"{said}every picture. These are so many that the search says little."
    return f"{said}every picture, as is expected of rates that do not suit."


def gained(table: pd.DataFrame) -> dict[str, str]:
    """Return what the search brings each optimiser on the test pictures, in points, with a star where clearly."""
    gains = search.gains(table)
    clear = set(_clearly(gains)["system"]) if len(gains) else set()
    found = {row.system: words.gained(row) + " *" * (row.system in clear) for row in comparison.each_row(gains)}
    return {name: found.get(name, "keeps its default") for name in table["group"].unique()}


def who_gains(table: pd.DataFrame, where: str) -> str:
    """Return who clearly gains by the search, in a sentence that begins with `where`."""
    found = search.gains(table)
    told = _clearly(found)["system"].tolist() if len(found) else []
    if not told:
        return f"{where} no optimiser clearly gains by the search."
    most = found.loc[found["system"].isin(told), "difference"].max()
    more = found.loc[~found["system"].isin(told) & (found["difference"] > most), "system"].tolist()
    open_ = f"; {listed(more)} gain{'s' if len(more) == 1 else ''} more, but not clearly" if more else ""
    who = f"{listed(told)} clearly gain{'s' if len(told) == 1 else ''} by the search{open_}."
    return f"{where} {'only ' if len(told) == 1 else ''}{who}"


def _clearly(gains: pd.DataFrame) -> pd.DataFrame:
    return gains[(gains["p_holm"] < comparison.RESOLVED) & (gains["difference"] > 0)]


def best_result(table: pd.DataFrame) -> str:
    """Return how many test pictures the first on validation gets right before a search at full length and after it."""
    means = {when: own.groupby("system")["test_accuracy"].mean() for when, own in search.beside_default(table).items()}
    (first, before), (later, after) = (
        (names[0], comparison.figure(means[when][names[0]], ".2%")) for when, names in search.ends(table).items()
    )
    whose = first if first == later else f"{first} before, {later} after"
    return (
        f"At full length the best optimiser on validation ({whose}) gets {before} of the test pictures right with its "
        f"default rate, and {after} with its chosen one."
    )


def without_search(table: pd.DataFrame, where: str) -> str:
    """Return what default rates clearly cost on the test pictures, in a sentence; "" for nothing."""
    found = search.gains(table)
    clear = comparison.each_row(_clearly(found)) if len(found) else []
    told = [f"{row.system} {points(row.difference, ' points')}" for row in clear]
    return (
        f"If you cannot search: {where} the default rate clearly costs {listed(told)} of test accuracy." if told else ""
    )


def too_short(table: pd.DataFrame, linear: float) -> str:
    """Return that a linear model beats most trainings, where it does: they are too short; else ""."""
    beaten = int((table["test_accuracy"] < linear).sum())
    if beaten <= len(table) / 2:
        return ""
    return f"The trainings are short: a linear model ({linear:.1%}) beats {beaten} of the {len(table)}."


def ahead(table: pd.DataFrame) -> str:
    """Return who leads on validation after the search, and whom it clearly beats on the test pictures."""
    own = search.apart(table)[lambda rows: rows["rates"] == search.WHEN[1]]
    by = {kind: own.loc[own["clearly"] == kind, "optimiser"].tolist() for kind in ("worse", "better", "no")}
    parts = [f"clearly better than {listed(by['worse'])}"] if by["worse"] else []
    parts += [f"clearly worse than {listed(by['better'])}"] if by["better"] else []
    parts += [f"not clearly different from {listed(by['no'], 'or')}"] if by["no"] else []
    leader = own["leader on validation"].iloc[0]
    return f"after the search {leader} leads on validation; on the test pictures it is {listed(parts, 'but')}."


def alone(best: pd.DataFrame) -> str:
    """Return which other optimisers would lead were they alone searched, while the rest keep their defaults.

    best: as `lib.runs.search.chosen` returns it. The leader with default rates for all is no news.
    """
    tuned, usual = (best.set_index("optimiser")[each] for each in ("val_accuracy", "default_val_accuracy"))
    leader = str(usual.idxmax())
    ahead_by = {name: tuned[name] - usual.drop(name).max() for name in best["optimiser"] if name != leader}
    wins = [name for name, by in ahead_by.items() if by > 0]
    rest = [name for name, by in ahead_by.items() if not by > 0]
    all_usual = f"{leader} leads on the validation pictures with all at their defaults ({usual[leader]:.1%})"
    if not wins:
        return f"{all_usual}; tuning only {listed(rest, 'or')} does not change that."
    told = [f"{name} ({tuned[name]:.1%})" for name in wins]
    others = f" Tuning only {listed(rest, 'or')} is not enough." if rest else ""
    return f"{all_usual}; tune only {listed(told, 'or')}, and it leads.{others}"


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
        f"{said} *A possible explanation:* with {steps[0]:,} steps a training needs long ones; with {steps[1]:,} "
        "it can afford short ones, which settle better in the end."
    )


def caption(table: pd.DataFrame, low: float = 0.0) -> str:
    """Return what the marks of `lib.plots.searched` are in a figure that begins at `low`.

    table: of `lib.runs.search.drawn`.
    """
    lost = (table["val_accuracy"].isna() | (table["val_accuracy"] < low)).any()
    if low:
        crosses = f"; crosses also count who ends below {low:.0%}" if lost else ""
        return f"Marks as in the figure before{crosses}."
    cross = " Crosses count trainings that collapsed (one answer for every picture); there no line is drawn."
    return (
        "A mark is one training (hollow: default rate), a line joins means. Large and pale: the rate that is chosen."
        f"{cross if lost else ''}"
    )
