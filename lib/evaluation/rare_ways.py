"""Which of several methods for rare classes to take, in words: every sentence is made of the figures of `rare`."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison, rare
from lib.evaluation.rare_words import capital, with_es, with_s
from lib.evaluation.sentences import plural

MUCH = 0.02  # of macro-F1: a smaller difference needs no explanation
FORMS = {"val_accuracy": ".1%", "val_balanced_accuracy": ".1%"}


def told_choice(runs: pd.DataFrame, measures: Sequence[str], simple: Iterable[str], chosen: str) -> str:
    """Return in sentences which way each measure picks, and the best of our methods by our measure, the last one.

    runs: of all ways, as `lib.runs.tabulate` has them. simple: those of them that need no network. chosen: the best of
    the methods.
    """
    picks: dict[str, list[tuple[str, str]]] = {}
    for measure in measures:
        way = comparison.best(runs, measure)
        highest = comparison.figure(runs.loc[runs["system"] == way, measure].mean(), FORMS.get(measure, ".3f"))
        said = measure.removeprefix("val_").replace("_", " ").replace("macro f1", "macro-F1")
        picks.setdefault(way, []).append((said, highest))
    told = [(listed([each for each, _ in own]), way, listed([best for _, best in own])) for way, own in picks.items()]
    first = ", ".join(
        f"{'by' if k else 'By'} {by}{'' if k else ' we would pick'} **{way}** ({best})"
        for k, (by, way, best) in enumerate(told)
    )
    own, none = runs[~runs["system"].isin(list(simple))], ""
    if comparison.best(own, measures[-1]) != chosen:
        none = ", but the untreated network is better"
    figure = comparison.figure(own.loc[own["system"] == chosen, measures[-1]].mean(), ".3f")
    late = " So whoever chooses the measure now also chooses the winner." if len(picks) > 1 else ""
    return (
        f"{first}.{late} Of our four methods {chosen} {'have' if plural([chosen]) else 'has'} the best "
        f"macro-F1 ({figure}){none}; so this is the method that we test."
    )


def told_apart(runs: pd.DataFrame, weights: np.ndarray, counts: np.ndarray, step: int, classes: Sequence[str]) -> str:
    """Return in sentences why class weights may end worse than balanced sampling, "" where they did not.

    runs: as `lib.runs.tabulate` has them. weights, counts: of each class in training. step: pictures of one.
    """
    means = runs.groupby("system")["val_macro_f1"].mean()
    light, drawn = means["class weights"], means["balanced sampling"]
    few = 1 - (1 - counts[-1] / counts.sum()) ** step
    if not drawn - light > MUCH or few > 0.5:  # in most steps there is one: then it is no explanation
        return ""
    return (
        f"Why do class weights ({light:.3f}) end below balanced sampling ({drawn:.3f})? On average both ask for the "
        f"same. But with {step} pictures in a step, only {few:.0%} of the steps hold a {classes[-1]} picture, and its "
        f"loss then counts {weights[-1] / weights[0]:.0f} times that of a {classes[0]} one: rare, large jumps. With "
        f"balanced sampling {1 - (1 - 1 / len(classes)) ** step:.0%} of the steps hold one. This is an explanation, "
        "not a test; task 3 is one."
    )


def told_beside(found: pd.DataFrame, name: str, mean: float, baselines: Mapping[str, float]) -> str:
    """Return in sentences how a system, with this mean, stands beside two baselines; found: of `rare.beside`."""
    rows = list(comparison.each_row(found))
    told = [f"{rare.gain(row)} against {row.system} ({baselines[row.system]:.3f})" for row in rows]
    sure = [row.system for row in rows if rare.clear(row) == "yes"]
    corrected = " after correction for two comparisons" if any("after" in rare.clear(row) for row in rows) else ""
    verdict = {0: f"Neither difference is clear{corrected}.", len(rows): "Both differences are clear."}
    end = verdict.get(len(sure), f"Only the one against {listed(sure)} is clear.")
    reached = f"{capital(name)} reach{with_es(name)} a test macro-F1 of {comparison.figure(mean, '.3f')}"
    intervals = ", with 95% intervals" if (found["n"] > 1).all() else ""
    return f"{reached}: {listed(told)}{intervals}. {end}"


def told_full(
    runs: pd.DataFrame, answers: rare.Answers, labels: np.ndarray, classes: Sequence[str], here: pd.Series, other: float
) -> tuple[str, str]:
    """Return what accuracy hides on real pictures; and why a method helps here and not there, "" where it is not so.

    runs, answers, labels: of the real pictures, as of `rare.methods`. here: the row of `comparison.against` of a method
    on this run's pictures. other: the share of the second class that the untreated network finds here.
    """
    way, last, of = here["system"], len(classes) - 1, int((labels == len(classes) - 1).sum())
    hits = rare.found(answers, labels, last).groupby("way")["found"]
    none, found = (rare.span(hits.get_group(each)) for each in (rare.UNTREATED, way))
    means = runs.groupby("system")[["test_accuracy", rare.MEASURE]].mean()
    (right, _), (now, _) = means.loc[rare.UNTREATED], means.loc[way]
    gains = comparison.against(runs, rare.MEASURE, rare.UNTREATED)
    row = next(row for row in comparison.each_row(gains) if row.system == way)
    did = {comparison.HIGHER: "clearly better", comparison.LOWER: "clearly worse"}
    told = (
        f"On real pictures it hides the same: a head on ResNet50 is right for {right:.1%}, and finds "
        f"{'none' if none == '0' else none} of the {of} {classes[-1]} ones. With {way} it finds {found}, is right "
        f"for {now:.1%}, and in macro-F1 (all classes alike) is "
        f"{did.get(row.verdict, 'not clearly better or worse')}."
    )
    if not (here["verdict"] == comparison.HIGHER and row.verdict != comparison.HIGHER):
        return told, ""
    there = rare.shares({"": answers[rare.UNTREATED]}, labels, classes)["recall"].iloc[1]
    less = (
        f" Perhaps there is less to win in {classes[1]}: there the untreated network already finds {there:.0%} of it, "
        f"in this run {other:.0%}. We did not test this."
    )
    raises = f"In this run {way} clearly raise{with_s(way)} macro-F1, on those pictures not"
    return told, f"{raises}.{less if there > other else ''}"


def told_advice(table: pd.DataFrame, name: str, chosen: str, rival: tuple[str, float]) -> str:
    """Return in sentences which method to take, as the validation pictures chose it; the test pictures only report.

    table: runs (`lib.runs.tabulate`) of all ways. chosen: the best method on the validation pictures. rival: the best
    way without a network there, and its macro-F1.
    """
    val = table.groupby("system")["val_macro_f1"].mean()
    most = comparison.figure(val[chosen], ".3f")
    if val[rare.UNTREATED] >= val[chosen]:
        first = "On the validation pictures no method had a higher macro-F1 than the untreated network. Print"
        return f"{first} macro-F1 beside its accuracy, and collect more pictures of {name}."
    best = f"their best macro-F1 on the validation pictures ({most}; {rival[0]}: {rival[1]:.3f})"
    told = f"If all classes count alike, take {chosen} of these networks: {best}."
    cheap = [way for way in rare.AFTER if way in set(table["system"]) and way != chosen]
    if cheap and chosen not in rare.AFTER:
        way = max(cheap, key=lambda each: val[each])
        two = comparison.against(table[table["system"].isin([chosen, way])], rare.MEASURE, chosen)
        row = next(comparison.each_row(two))
        how = {comparison.HIGHER: "clearly higher", comparison.LOWER: "clearly lower"}
        apart = f"the test macro-F1 is {how.get(row.verdict, 'not clearly different')}: {rare.gain(row)}"
        told += f" Without new training, take {way}; {apart}."
    right = table.groupby("system")["val_accuracy"].mean()
    if right[most := comparison.best(table, "val_accuracy")] > right[chosen]:
        own = ", ".join(f"{way} {right[way]:.1%}" for way in (rare.UNTREATED, chosen) if way != most)
        pick = "the untreated network" if most == rare.UNTREATED else most
        told += f" If all pictures count alike, we would pick {pick} (validation accuracy {right[most]:.1%}; {own})."
    return told


def told_price(real: pd.DataFrame, way: str, hits: pd.DataFrame, name: str, chosen: str) -> str:
    """Return in sentences what a method was worth on real pictures, and how many false alarms one cost in this run.

    real: runs on the real pictures, of this way and untreated. hits: of `rare.found`, of the chosen method here.
    """
    two = real[real["system"].isin([way, rare.UNTREATED])]
    row = next(comparison.each_row(comparison.against(two, rare.MEASURE, rare.UNTREATED)))
    clear = row.verdict in (comparison.HIGHER, comparison.LOWER)
    nothing = "gained nothing sure in" if row.difference > 0 else "gained nothing in"
    did = ("raised" if row.difference > 0 else "lowered") if clear else nothing
    right = two.groupby("system")["test_accuracy"].mean()
    before, after = f"{right[rare.UNTREATED]:.1%}", f"{right[way]:.1%}"
    cost = f"accuracy went from {before} to {after}" if before != after else f"accuracy stayed at {before}"
    told = f"On the real pictures {way} {did} macro-F1 ({row.difference:+.3f}); {cost}."
    found, wrong = int(hits["found"].sum()), int((hits["called"] - hits["found"]).sum())
    if not found:
        return f"{told} Here {chosen} found no {name} picture."
    each = "found" if way == chosen else f"that {chosen} found"
    others = f"{wrong / found:.1f} others were wrongly called {name}"
    return f"{told} Here, for each one {each}, {others}."
