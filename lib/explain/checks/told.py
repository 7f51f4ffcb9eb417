"""What the verdicts on heat maps say, in sentences that are true of any outcome. judged: rows of `verdicts.judge`."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison
from lib.explain.checks import verdicts
from lib.explain.checks.table import OF_CHANGE
from lib.explain.controls import SHORT
from lib.explain.maps import between

WORDS = {  # what a method finds that passes a check of the place
    "redrawing": "the parts of a garment that matter most",
    "mosaic": "the class in a mosaic",
    "pointing": "the one picture of the class in a mosaic",
    "patch": "the patch that tells the label",
    "painting": "the pixels that the answer needs",
}
CONTROL_WORDS = {"random": "noise", "Sobel": "an edge filter", "centre": "a blob in the middle"}
RULE = (
    "A heat map is a claim about a network: it can look right and show only the picture. So draw the map of the logit, "
    "do not stretch it, and write below it how far the logit falls without the fifth that it marks, and without that "
    "of an edge filter."
)
ANOTHER = "Ask for another class, too: a map that stays the same does not say why it is this class."
ENOUGH = 0.8  # of the pictures right: below it the network itself is weak
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven")


def answer(judged: pd.DataFrame) -> str:
    """Return which map can be believed: what passes the checks of the place, whose maps hardly change, what to take."""
    place = judged[~judged["check"].isin(OF_CHANGE)]
    counts, hardly, checks = verdicts.passed(judged), verdicts.hardly(judged), list(place["check"].unique())
    every = [str(name) for name in counts.index[counts == len(checks)]]
    left = [check for check in checks if not place.loc[place["check"] == check, "passed"].any()]
    won, lost = ([WORDS[check] for check in checks if (check in left) == which] for which in (False, True))
    if good := [name for name in every if name not in hardly]:
        they = "it is" if len(good) == 1 else "they are"
        return (
            f"Here {listed(good)} can be believed: {they} clearly better than {_blind(place)} at finding {listed(won)}."
        )
    if not won:
        told = f"No method is clearly better than {_blind(place)} at finding {listed(lost, 'or')}."
    elif lost:
        told = f"Some methods beat {_blind(place)} at finding {listed(won)}, none clearly at finding {listed(lost)}."
    else:
        who = f"Only {listed(every)} {_do(every)}" if every else "No method is"
        told = f"{who} clearly better than {_blind(place)} at finding {listed(won)}{' all alike' * (len(won) > 1)}."
    said = [f"None without a test. {told}"]
    if hardly:
        one = len(hardly) == 1
        said.append(
            f"The {'map' if one else 'maps'} of {listed(hardly)} hardly {'changes' if one else 'change'} for another "
            f"class or for random weights: do not use {'it' if one else 'them'}."
        )
    return " ".join(filter(None, [*said, _today(judged)]))


def _today(judged: pd.DataFrame) -> str:
    """Return which method to take all the same: the one that has the highest mean in most checks."""
    wins, hardly = verdicts.highest(judged), verdicts.hardly(judged)
    if len(wins) < 2 or not wins.max() or wins.index.isin(hardly).any():
        return ""
    chosen, checks = verdicts.chosen(judged), wins.sum()
    where = (
        f"{'all' if wins[chosen] == checks else wins[chosen]} of these {checks} checks" if checks > 1 else "this check"
    )
    where += " (painting works much like it)" * (chosen == "occlusion" and "painting" in set(judged["check"]))
    return (
        f"If you must choose today, take {chosen}. Of the {NUMBERS[len(wins)]}{' whose maps do change' * bool(hardly)} "
        f"it has the highest mean score in {where}; that it is better than the others is not shown."
    )


def passing(judged: pd.DataFrame) -> str:
    """Return which methods pass how many checks of the place, in a sentence."""
    counts = verdicts.passed(judged).sort_values(ascending=False, kind="stable")
    if not counts.max():
        return "No method passes a check."
    (most, first), *others = [(times, list(own.index)) for times, own in counts.groupby(counts, sort=False)]
    said = f"{listed(first)} {'passes' if len(first) == 1 else 'pass'} {NUMBERS[most]} check{'' if most == 1 else 's'}"
    return (
        "; ".join([said, *(f"{listed(names)} {NUMBERS[times] if times else 'none'}" for times, names in others)]) + "."
    )


def corrected(place: pd.DataFrame) -> str:
    """Return why a bar beside the line is not enough; place: rows of `judge`."""
    number = len(place)
    if not number:
        return ""
    some = "one or two" if number >= 20 else "one"
    return (
        f"Of {number} comparisons {some} may look clear by chance. So a dot is filled only if it passes a stricter "
        f"test, made for all of them together (Holm's).{_off_the_line(place)}"
    )


def _off_the_line(place: pd.DataFrame) -> str:
    """Return how many dots are hollow although their bar misses the line."""
    hollow = ~place["passed"] & ~place["lost"]
    right, left = int((hollow & (place["least"] > 0)).sum()), int((hollow & (place["most"] < 0)).sum())
    if not right + left:
        return ""
    dots = "one hollow dot has" if right + left == 1 else f"{right + left} hollow dots have"
    sides = f" ({right} on the right of it, {left} on the left)" if right and left else ""
    return f" That is why {dots} a bar that misses the line{sides}: a bar looks at one comparison alone."


def yet(place: pd.DataFrame, chosen: str) -> str:
    """Return where a method does not pass although its mean is above that of one that does; "" where that is nowhere.

    Then it is less sure: the corrected p value of a larger difference is larger only if the difference varies more.
    """
    for check, rows in place.groupby("check", sort=False):
        own = rows[rows["method"] == chosen]
        if len(own) and not own["passed"].iloc[0]:
            others = rows.loc[rows["passed"] & (rows["value"] < own["value"].iloc[0]), "method"].tolist()
            if others:
                passes = "passes" if len(others) == 1 else "pass"
                return (
                    f"In *{check}* {chosen} has a higher mean than {listed(others)}, and yet only {listed(others)} "
                    f"{passes}: from training to training the lead of {chosen} varies more."
                )
    return ""


def control(place: pd.DataFrame) -> str:
    """Return what a figure calls the best control: by its name if it is the same in each check."""
    best = set(place["best"])
    return SHORT[best.pop()] if len(best) == 1 else "best control"


def controls(place: pd.DataFrame) -> str:
    """Return which control is the best one in which check; "" where nothing is judged; place: rows of `judge`."""
    if place.empty:
        return ""
    best = place.groupby("check", sort=False)["best"].first()
    if best.nunique() == 1:
        return f"The best control is {CONTROL_WORDS[best.iloc[0]]} in every check."
    own = [f"{CONTROL_WORDS[str(name)]} ({listed(rows.index)})" for name, rows in best.groupby(best, sort=False)]
    return f"The best controls are {listed(own)}."


def painting(judged: pd.DataFrame, method: str, number: int) -> str:
    """Return what painting over the fifth that a method marks does, beside the best control; number: of pictures."""
    own = judged[(judged["check"] == "painting") & (judged["method"] == method)]
    if own.empty or not math.isfinite(own["value"].iloc[0]) or not own["best"].iloc[0]:
        return "It says nothing here."
    row = own.iloc[0]
    falls = [f"{'falls' if fall >= 0 else 'rises'} by {abs(fall):.2f}" for fall in (row["value"], row["control"])]
    apart, interval = f"{row['value'] - row['control']:+.2f}", ""
    if math.isfinite(row["least"]):
        interval = f", 95% interval {row['least']:+.2f} to {row['most']:+.2f}"
    verdict = "clearly better" if row["passed"] else "clearly worse" if row["lost"] else "not clearly different"
    if verdict.startswith("not") and (row["least"] > 0 or row["most"] < 0):
        verdict = f"{'better' if row['least'] > 0 else 'worse'} alone, but not clearly among all comparisons"
    return (
        f"In {number} pictures of each network the logit {falls[0]} on average without the fifth that {method} marks, "
        f"and {falls[1]} without that of the best control, {CONTROL_WORDS[row['best']]} ({apart}{interval}): {verdict}."
    )


def pictures(names: Sequence[str], left: dict[str, np.ndarray]) -> str:
    """Return at which of a few pictures the logit falls more without what a method marks than without the edges.

    names: of the pictures. left: the logits whole, without what the method and without what the edge filter marks.
    """
    _, method, edges = left
    better = [name for name, one, other in zip(names, left[method], left[edges], strict=False) if one < other]
    worse = [name for name in names if name not in better]
    if better and worse:
        return (
            f"At {listed(better)} the part that {method} marks matters more, at {listed(worse)} the edges: one picture "
            "shows nothing. The check *painting* takes more."
        )
    more = f"the part that {method} marks matters more" if better else "the edges matter as much, or more"
    return f"Here {more}, but so few pictures show nothing. The check *painting* takes more."


def known(accuracies: dict[str, list[float]]) -> str:
    """Return what networks the checks train, and how good these are; accuracies: of each kind, a figure a seed."""
    words = {"placed": ("mosaic", "small pictures"), "patch": ("patch", "pictures with a patch")}
    if not accuracies:
        return ""
    more, seeds = sum(map(len, accuracies.values())), max(map(len, accuracies.values()))
    shares = [f"{between(own)} of the {words[kind][1]}" for kind, own in accuracies.items()]
    weak = [f"*{words[kind][0]}*" for kind, own in accuracies.items() if not min(own, default=0) >= ENOUGH]
    said = (
        f"For {listed(f'*{words[kind][0]}*' for kind in accuracies)} the network is trained anew: with the {seeds} "
        f"above {seeds + more} trainings (*This run* counts the first {seeds}). It then names {listed(shares)} right."
    )
    return f"{said} So a low score in {listed(weak)} can be the network's fault." if weak else said


def changes(judged: pd.DataFrame) -> str:
    """Return whose maps hardly change, and what those may show all the same."""
    least, counts = verdicts.hardly(judged), verdicts.passed(judged)
    if not least:
        return "No method's map is much the same for another class and for random weights."
    one = len(least) == 1
    said = (
        f"The {'map' if one else 'maps'} of {listed(least)} {'stays' if one else 'stay'} below {verdicts.HARDLY}, a "
        f"limit of ours, in every column: {'it ranks' if one else 'they rank'} the pixels much the same."
    )
    able = [name for name in least if counts.get(name, 0)]
    if able:
        said += (
            f" {listed(able)} {'passes' if len(able) == 1 else 'pass'} checks all the same: such a map may mark what "
            "matters, but it does not tell for which class."
        )
    return said


def worse(judged: pd.DataFrame) -> str:
    """Return who is clearly worse than a map that never saw the network, and which check was not made; "" if none."""
    lost = judged[judged["lost"]].groupby("check", sort=False)["method"].agg(list)
    said = [
        f"In *{check}* {listed(names)} {_do(names)} clearly worse than the best control."
        for check, names in lost.items()
    ]
    left = "" if "mosaic" in set(judged["check"]) else "*Mosaic* was not made: no class has test pictures enough."
    return " ".join([*said, *filter(None, [left])])


def sure(place: pd.DataFrame, number: int, seeds: int) -> str:
    """Return how sure the checks of the place are, in words; place: those rows of `judge`; number: of pictures."""
    if place.empty:
        return "Without several trainings nothing can be said to be clear."
    undecided = int((~place["passed"] & ~place["lost"]).sum())
    return (
        f"With {number} pictures per check and {comparison.seeds(seeds)}, {undecided} of {len(place)} comparisons stay "
        "undecided. So a method that did not pass is not shown to be bad."
    )


def _blind(place: pd.DataFrame) -> str:
    """Return what the methods must beat, in words."""
    best = [CONTROL_WORDS[name] for name in dict.fromkeys(place["best"]) if name]
    if len(best) == 1:
        return f"{best[0]}, which never saw the network,"
    return f"maps that never saw the network ({listed(best, 'or')})" if best else "a map that never saw the network"


def _do(names: list[str]) -> str:
    return "are" if len(names) > 1 else "is"
