"""What a search for the learning rate (`lib.runs.search`) says, in sentences that hold however it comes out."""

import math

import pandas as pd

from lib.evaluation import comparison
from lib.runs import search

NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def answer(table: pd.DataFrame, start: str = "With") -> str:
    """Return whether optimisers differ, or only their default rates; table: `lib.runs.search.tries`.

    start: how the sentence begins, such as "On all real pictures, with".
    """
    before, after = search.gaps(table).mean()
    fall = search.narrowed(table)
    lead, told = "These trainings cannot tell for sure.", "no clear difference"
    if fall["low"] > 0:
        told = "clearly less"
        lead = "Mostly only its default rate." if after <= before / 2 else "In part only its default rate."
    elif fall["high"] < 0:
        lead, told = "Not only its default rate.", "clearly more"
    number = table["group"].nunique()
    return (
        f"{lead} {start} default rates, the best of {NUMBERS.get(number, number)} optimisers gets {100 * before:.1f} "
        f"percentage points of test accuracy more than the worst; after the same search for each, "
        f"{100 * after:.1f} points more ({told})."
    )


def beside_linear(table: pd.DataFrame, linear: float) -> str:
    """Return how many optimisers beat a linear model on the test pictures; linear: its test accuracy."""
    by_default, by_choice = (
        int((own.groupby("system")["test_accuracy"].mean() > linear).sum())
        for own in search.beside_default(table).values()
    )
    number = table["group"].nunique()
    return (
        f"A linear model on the same pictures gets {linear:.1%}. With default rates, {_of(by_default, number)} better; "
        f"after the search, {_of(by_choice, number)}."
    )


def sure(table: pd.DataFrame) -> str:
    """Return how sure the answer is: the interval of what the search changes, and who is clearly better after it."""
    fall = search.narrowed(table)
    seeds = comparison.seeds(int(fall["n"]))
    if not math.isfinite(fall["low"]):
        return f"With {seeds} nothing is sure. {ahead(table, search.WHEN[1])}"
    chance = "" if fall["low"] > 0 or fall["high"] < 0 else ", so the change could be chance"
    verb, low, high = "narrows", fall["low"], fall["high"]
    if fall["mean"] < 0:
        verb, low, high = "widens", -fall["high"], -fall["low"]
    return (
        f"The search {verb} the gap by {_points(abs(fall['mean']))} (95% interval: {100 * low:.1f} to "
        f"{100 * high:.1f}){chance}. {ahead(table, search.WHEN[1])}"
    )


def ahead(table: pd.DataFrame, when: str) -> str:
    """Return who leads on validation, and whom it clearly beats on the test pictures; when: of `lib.runs.search.WHEN`.

    An optimiser that is further behind than a clear one, and yet not clearly, is named with its trainings' accuracies.
    """
    own = search.apart(table)[lambda rows: rows["rates"] == when]
    leader = own["leader on validation"].iloc[0]
    by = {kind: own.loc[own["clearly"] == kind, "optimiser"].tolist() for kind in ("worse", "better", "no")}
    parts = [f"clearly better than {_listed(by['worse'])}"] if by["worse"] else []
    parts += [f"clearly worse than {_listed(by['better'])}"] if by["better"] else []
    parts += [f"not clearly different from {_listed(by['no'])}"] if by["no"] else []
    start = "With default rates" if when == search.WHEN[0] else "After the search"
    told = f"{start}, {leader} leads on the validation pictures; on the test pictures it is {_listed(parts)}."
    clear = own.loc[own["clearly"] == "worse", "difference"]
    wide = own[(own["clearly"] == "no") & (own["difference"] < clear.min())]
    runs = search.beside_default(table)[when]
    for name in wide["optimiser"]:
        each = runs.loc[runs["system"] == name, "test_accuracy"]
        told += (
            f" {name} is further behind, but its {len(each)} trainings differ too much to be sure: "
            f"{_listed([f'{accuracy:.0%}' for accuracy in sorted(each)])}."
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
    if not wins:
        return f"With default rates, {leader} leads on validation. Tuning only one of the others would not change that."
    small = [name for name in wins if ahead_by[name] < comparison.EQUAL]
    little = f"by less than {100 * comparison.EQUAL:g} points, too little to matter"
    margin = f" ({_listed(small)} {little})" if small else ""
    return (
        f"With default rates, {leader} leads on validation. If somebody tuned only {_listed(wins, 'or only')} and left "
        f"the others at their defaults, that one would lead instead{margin}."
    )


def edges(best: pd.DataFrame) -> str:
    """Return whether the search was wide enough: who chose the smallest or the largest rate that was tried."""
    told = [
        f"{_listed(names)} chose the {end} rate that was tried, so a still {end[:-2]}r one may be better"
        for end in ("smallest", "largest")
        if (names := best.loc[best["edge"] == end, "optimiser"].tolist())
    ]
    return f"{'; '.join(told)}." if told else "Every chosen rate lies inside the range that was tried, not at its edge."


def other_rates(here: pd.DataFrame, full: pd.DataFrame) -> str:
    """Return for which optimisers a smaller or a larger rate is chosen at full length; tables of `search.chosen`."""
    both = here.merge(full, on="optimiser", suffixes=("", "_full"))
    ratio = both["learning_rate_full"] / both["learning_rate"]
    told = [
        f"a {kind} rate for {_listed(both.loc[rows, 'optimiser'].tolist())}"
        for kind, rows in (("smaller", ratio < 1 - 1e-9), ("larger", ratio > 1 + 1e-9))
        if rows.any()
    ]
    return f"Full length chooses {_listed(told)} than this run does." if told else "This run chooses the same rates."


def caption(table: pd.DataFrame, low: float = 0.0) -> str:
    """Return what the marks of `lib.plots.response` are in a figure that begins at `low`; nothing of what is absent."""
    lost = table["val_accuracy"].isna() | (table["val_accuracy"] < low)
    crosses = " Crosses at the lower edge: trainings below the figure's range, or diverged." if lost.any() else ""
    return f"Each mark is one training, lines are means, rings show the default rates.{crosses}"


def _listed(names: list[str], word: str = "and") -> str:
    """Return names in a row: "a, b and c"."""
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _points(share: float) -> str:
    return f"{100 * share:.1f} percentage points"


def _of(number: int, all_of_them: int) -> str:
    if number in (0, all_of_them):
        return f"{'all' if number else 'none'} of the {all_of_them} optimisers {'are' if number else 'is'}"
    return f"{number} of the {all_of_them} optimisers {'is' if number == 1 else 'are'}"
