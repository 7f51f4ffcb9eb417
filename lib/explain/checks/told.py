"""What the verdicts on heat maps say, in sentences that are true of any outcome. judged: rows of `verdicts.judge`."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison
from lib.explain.checks import verdicts
from lib.explain.checks.table import OF_CHANGE
from lib.explain.maps import between

WORDS = {  # what a method does well that passes a check of the place
    "redrawing": "ranking the parts by how much the network needs them",
    "mosaic": "finding the two pictures of its class among four",
    "pointing": "pointing at the one picture of its class among four",
    "patch": "finding the patch that tells the label",
    "painting": "finding the pixels that the answer needs",
}
CHANGE_WORDS = {
    "other class": "for another class (the second choice)",
    "shuffled labels": "for a network that learnt shuffled labels",
    "weights from top": "for random weights, layer by layer from the last",
    "weights from bottom": "for random weights, layer by layer from the first",
    "mean": "mean of these",
}
CONTROL_WORDS = {"random": "noise", "Sobel": "an edge filter", "centre": "a blob in the middle"}
RULE = (
    "A heat map is a claim about a network: it can look right and show only the picture. So draw the map of the logit, "
    "do not stretch it, and write below it how far the logit falls without the fifth that it marks, and without that "
    "of an edge filter."
)
ENOUGH = 0.8  # of the pictures right: below it the network itself is weak
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven")


def answer(judged: pd.DataFrame) -> str:
    """Return which map can be believed: what passes the checks of the place, whose maps hardly change, what is open.

    If no map does: that, and which of the methods is best, is never said, for they are not compared with one another.
    """
    place = judged[~judged["check"].isin(OF_CHANGE)]
    counts, hardly, number = verdicts.passed(judged), verdicts.hardly(judged), place["check"].nunique()
    blind = _blind(place)
    every = [str(name) for name in counts.index[counts == number]]
    if good := [name for name in every if name not in hardly]:
        return (
            f"Here {listed(good)} can be believed: {'it is' if len(good) == 1 else 'they are'} clearly better than "
            f"{blind} in all {number} checks."
        )
    said = ["None without a test."]
    if every:
        said.append(f"{listed(every)} {_do(every)} clearly better than {blind} in all {number} checks.")
    elif counts.max():
        said.append(f"Even the best one is clearly better than {blind} in only {counts.max()} of {number} checks.")
    else:
        said.append(f"No method is clearly better than {blind} in any of {number} checks.")
    if hardly:
        one = len(hardly) == 1
        said.append(
            f"The {'map' if one else 'maps'} of {listed(hardly)} hardly {'changes' if one else 'change'} for another "
            f"class or for random weights: do not use {'it' if one else 'them'}."
        )
    left = [str(name) for name in counts.index if name not in hardly]
    if len(left) > 1:
        others = f"the {'other ' if hardly else ''}{NUMBERS[len(left)]}"
        said.append(f"Which of {others} is best stays open{_today(counts[left], verdicts.chosen(judged))}.")
    return " ".join(said)


def _today(counts: pd.Series, chosen: str) -> str:
    """Return which method to take all the same; counts: of the checks that each one passes whose map changes."""
    most = int(counts.max())
    if not most:
        return ""
    said = "none passes more checks" if (counts == most).sum() > 1 else "it passes most checks"
    return f". If you must choose today, take {chosen}: of these {said} ({most})"


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
    alone = (place["least"] > 0) | (place["most"] < 0)
    hollow = int((alone & ~place["passed"] & ~place["lost"]).sum())
    if not hollow:
        return ""
    dots = "one hollow dot has" if hollow == 1 else f"{hollow} hollow dots have"
    return f" That is why {dots} a bar that misses the line: a bar looks at one comparison alone."


def control(place: pd.DataFrame) -> str:
    """Return what a figure calls the best control: by its name if it is the same in each check."""
    best = set(place["best"])
    return {"random": "noise", "Sobel": "edges", "centre": "centre"}[best.pop()] if len(best) == 1 else "best control"


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
    """Return how good the networks of the checks are; accuracies: on each kind of picture, a figure a seed."""
    words = {"placed": "small ones (*mosaic*, *pointing*)", "patch": "patches (*patch*)"}
    shares = [f"{between(own)} of the {words[kind]}" for kind, own in accuracies.items()]
    told = f"Of new ones it then names {listed(shares)} right."
    weak = [kind for kind, own in accuracies.items() if not min(own, default=0) >= ENOUGH]
    return f"{told} So a low score there can be the fault of the network, too." if weak else told


def across(changed: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `changes` as a reader sees them: a row for each check, in words, and a column a method."""
    table = changed.set_index("method").rename(columns=CHANGE_WORDS).T
    return table.rename_axis("how much it changes", axis=0).rename_axis(None, axis=1).reset_index()


def changes(judged: pd.DataFrame) -> str:
    """Return how the table of changes is read, and whose maps hardly change."""
    least = verdicts.hardly(judged)
    if not least:
        return "No method's map is much the same for another class or for random weights."
    verb, they = ("change", "they say") if len(least) > 1 else ("changes", "it says")
    maps = "maps" if len(least) > 1 else "map"
    return (
        f"On average the {maps} of {listed(least)} hardly {verb} (below {verdicts.HARDLY}): {they} little of what "
        "the network makes of the picture."
    )


def unbeaten(judged: pd.DataFrame) -> str:
    """Return in which checks no method beats a map that never saw the network, and who is clearly worse than one."""
    place = judged[~judged["check"].isin(OF_CHANGE)]
    checks = list(dict.fromkeys(place["check"]))
    beaten = set(place.loc[place["passed"], "check"])
    left = [check for check in checks if check not in beaten]
    said = (
        f"In {len(left)} of the {len(checks)} checks ({listed(left)}) no method is clearly better than a map that "
        "never saw the network."
        if left
        else f"In each of the {len(checks)} checks some method is clearly better than the maps that never saw the "
        "network."
    )
    highest = place.groupby("check", sort=False)["value"].max()
    control = place.groupby("check", sort=False)[["control", "best"]].first()
    for check, row in control[control["control"] > highest].iterrows():
        told = f"{CONTROL_WORDS[row['best']]} even has a higher mean than every method at {WORDS[str(check)]}."
        said += f" {_capital(told)}"
        if check == "redrawing" and row["best"] == "Sobel":
            said = f"{said[:-1]}, perhaps because a large part has more edges, and matters more."
    lost = place[place["lost"]].groupby("check", sort=False)["method"].agg(list)
    said += "".join(
        f" {listed(names)} {_do(names)} clearly worse at {WORDS[str(check)]}." for check, names in lost.items()
    )
    undone = [check for check in ("mosaic", "pointing") if check not in checks]
    return said + (f" Not made, because no class has test pictures enough: {listed(undone)}." if undone else "")


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


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _do(names: list[str]) -> str:
    return "are" if len(names) > 1 else "is"
