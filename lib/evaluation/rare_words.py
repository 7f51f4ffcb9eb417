"""What notebook 09 says of rare classes: every sentence is made of the figures of `lib.evaluation.rare`."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison, rare
from lib.evaluation.sentences import plural

WHAT = {  # each method in half a sentence
    "class weights": "a mistake on a rare picture counts more",
    "balanced sampling": "rare pictures are shown more often",
    "logit adjustment": "each answer is shifted towards rare classes",
    "offsets": "each class gets a bonus that a search found",
}


def each(classes: Iterable[str], figures: Iterable[float], form: str = ".3f") -> str:
    """Return a figure of each class in words: "0.926 (Casual), 0.000 (Formal)"."""
    return ", ".join(f"{value:{form}} ({name})" for name, value in zip(classes, figures, strict=True))


def told_weights(classes: Sequence[str], weights: np.ndarray, counts: np.ndarray) -> str:
    """Return in sentences the weight of each class, of which there are `counts` pictures."""
    whole = f"Every class then counts as much as {counts[0] * weights[0]:.0f} pictures."
    return f"Weights: {each(classes, weights, '.2f')}. {whole}"


def told_drawn(classes: Sequence[str], often: np.ndarray, counts: np.ndarray) -> str:
    """Return in sentences how often balanced sampling draws each class, of which there are `counts` pictures."""
    drawn = listed([f"{times:,} {name}" for name, times in zip(classes, often, strict=True)])
    return (
        f"One epoch draws, for example, {drawn} pictures. Each of the {counts[-1]:,} of {classes[-1]} then comes up "
        f"about {often[-1] / counts[-1]:.0f} times."
    )


def told_f1(truth: np.ndarray, said: np.ndarray, number: int, who: str, name: str) -> str:
    """Return in sentences how the F1 of one class is worked out; truth, said: int (N,) of who."""
    hits, called = int(((truth == number) & (said == number)).sum()), int((said == number).sum())
    own = int((truth == number).sum())
    if not hits:
        return f"{_upper(who)} finds none of the {own} {name} pictures: its F1 is 0."
    precision, recall = hits / called, hits / own
    return (
        f"An example: {who} says {name} {called} times, and is right {hits} times: a precision of {precision:.2f}. "
        f"There are {own} such pictures: a recall of {recall:.2f}. So F1 = 2 x {precision:.2f} x {recall:.2f} / "
        f"({precision:.2f} + {recall:.2f}) = {2 * hits / (called + own):.2f}."
    )


def told_shift(
    before: np.ndarray, after: np.ndarray, truth: np.ndarray, classes: Sequence[str], counts: np.ndarray
) -> str:
    """Return in sentences why minus a logarithm (`counts`: of training) raises the logit of the last class, and what a
    shift of the logits (N, classes) changes for it."""
    shifts, last, name = -np.log(np.maximum(counts, 0.5) / counts.sum()), len(classes) - 1, classes[-1]
    first, own = before.argmax(axis=1) == last, after.argmax(axis=1) == last
    right, of = int((own & (truth == last)).sum()), int((truth == last).sum())
    return (
        f"Why minus? The logarithm of a share is negative, and the rarer the class, the further below zero. {name} has "
        f"{counts[-1]:,} of {counts.sum():,} training pictures, so its logit rises by {shifts[-1]:.2f}; that of "
        f"{classes[0]} rises only by {shifts[0]:.2f}.\n\nIn the first training, the network calls {int(first.sum())} "
        f"validation pictures {name}. After the shift it says so {int(own.sum())} times: it finds {right} of the {of}, "
        f"and {int(own.sum()) - right} of the answers are wrong."
    )


def told_search(name: str, offsets: np.ndarray, scores: Sequence[float]) -> str:
    """Return in a sentence which of these offsets, of which the first is 0, gives the highest macro-F1."""
    best = offsets[int(np.argmax(scores))]
    return f"The best offset for {name} is {best:.2f}: the macro-F1 changes from {scores[0]:.3f} to {max(scores):.3f}."


def told_choice(by: Mapping[str, str], chosen: str) -> str:
    """Return in sentences which way each measure picks; by: measure in words -> the way, the last measure is ours.

    chosen: the best of the methods by our measure.
    """
    picks: dict[str, list[str]] = {}
    for measure, way in by.items():
        picks.setdefault(way, []).append(measure)
    told = [f"by {' or '.join(measures)}{{}} **{way}**" for way, measures in picks.items()]
    rest = "".join(f", {each.format('')}" for each in told[1:])
    first = f"Of these networks, {told[0].format(' we would pick')}"
    could = f" Had we chosen the measure only now, we could have had {listed(list(picks), 'or')} as the winner."
    also = could if len(picks) > 1 else ""
    none = "" if chosen == list(by.values())[-1] else f" So no method helps; below we look at the best, **{chosen}**."
    return f"{first}{rest}.{also}{none}"


def told_matrices(before: pd.DataFrame, after: pd.DataFrame, way: str) -> str:
    """Return in sentences what a method changes, by the confusion matrices without and with it."""
    last, common = str(before.columns[-1]), str(before.columns[0])
    was, now = before.to_numpy().astype(int), after.to_numpy().astype(int)
    wrong = int(now[:-1, -1].sum())
    price = f"{wrong:,} other pictures are now called {last}" if now[:, -1].sum() else f"it now never says {last}"
    return (
        f"With {way} {now[-1, -1]} of the {was[-1].sum()} {last} pictures are found, instead of {was[-1, -1]}. The "
        f"price: {price}, and {now[0, 0]:,} {common} ones are right instead of {was[0, 0]:,}."
    )


def told_beside(found: pd.DataFrame, name: str, mean: float, baselines: Mapping[str, float]) -> str:
    """Return in sentences how a system, with this mean, stands beside two baselines; found: of `rare.beside`."""
    rows = list(comparison.each_row(found))
    told = [f"{rare.gain(row)} against {row.system} ({baselines[row.system]:.3f})" for row in rows]
    sure = [row.system for row in rows if rare.clear(row) == "yes"]
    corrected = " after correction for two comparisons" if any("after" in rare.clear(row) for row in rows) else ""
    verdict = {0: f"Neither difference is clear{corrected}.", len(rows): "Both differences are clear."}
    end = verdict.get(len(sure), f"Only the one against {listed(sure)} is clear.")
    reached = f"{_upper(name)} reach{_es(name)} a test macro-F1 of {comparison.figure(mean, '.3f')}"
    intervals = ", with 95% intervals" if (found["n"] > 1).all() else ""
    return f"{reached}: {listed(told)}{intervals}. {end}"


def told_luck(table: pd.DataFrame, name: str) -> str:
    """Return in a sentence in how many trainings more is found than by luck; table: of `rare.found`, one way."""
    sure, way = int(table["sure"].sum()), table["way"].iloc[0]
    number = f"all {sure}" if sure == len(table) > 1 else f"{sure} of {len(table)}"
    trainings = "training" if len(table) == 1 else "trainings"
    return f"In {number} {trainings} {way} find{_s(way)} clearly more {name} pictures than random guessing would."


def told_few(table: pd.DataFrame, name: str) -> str:
    """Return in sentences that accuracy's blindness is certain, and how uncertain the worth of a method is.

    table: of `rare.found`, one way.
    """
    way, of = table["way"].iloc[0], int(table["of"].iloc[0])
    first = "What accuracy hides is certain: it is arithmetic."
    if not of:
        return f"{first} But there are no test pictures of {name}."
    row = table[table["seed"] == rare.middle(table)].iloc[0]
    which = f"{int(row['found'])} of {of} found"
    return (
        f"{first} What {way} {'are' if plural([way]) else 'is'} worth ({WHAT[way]}) is not: {which} may in truth be "
        f"anything from {row['low']:.0%} to {row['high']:.0%} (95% interval)."
    )


def told_never(classes: Sequence[str], common: float, right: Mapping[str, float], hits: pd.DataFrame, beside) -> str:
    """Return in sentences what accuracy hides, by test pictures: what is right, and what is found of the last class.

    common: the accuracy of always the first class. right: of the untreated network and of a method. hits: of
    `rare.found`, of both. beside: the method minus the best baseline, a row of `rare.beside`.
    """
    untreated, way = right
    found = {name: rare.span(hits.loc[hits["way"] == name, "found"]) for name in right}
    accuracy = {name: comparison.figure(value, ".1%") for name, value in right.items()}
    none, of = found[untreated], int(hits["of"].iloc[0])
    both = f"Both find none of the {of} {classes[-1]} ones"
    own = f"The first finds none of the {of} {classes[-1]} ones, the network {none}"
    better = {comparison.HIGHER: "clearly better", comparison.LOWER: "clearly worse"}
    stands = better.get(beside.verdict, "not clearly better")
    return (
        f"Accuracy hides that rare classes are not found. Always answering {classes[0]} is right for {common:.1%} of "
        f"the test pictures, our {untreated} network for {accuracy[untreated]}. {both if none == '0' else own}. With "
        f"{way} it finds {found[way]}, and is right for {accuracy[way]}. By macro-F1 that is {stands} than "
        f"{beside.system}."
    )


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
    did = {comparison.HIGHER: "clearly rises", comparison.LOWER: "clearly falls"}
    told = (
        f"On real pictures it hides the same: a head on ResNet50 is right for {right:.1%}, and finds "
        f"{'none' if none == '0' else none} of the {of} {classes[-1]} ones. With {way} it finds {found}, and is right "
        f"for {now:.1%}; macro-F1 {did.get(row.verdict, 'does not clearly change')}."
    )
    if not (here["verdict"] == comparison.HIGHER and row.verdict != comparison.HIGHER):
        return told, ""
    there = rare.shares({"": answers[rare.UNTREATED]}, labels, classes)["recall"].iloc[1]
    less = (
        f" Perhaps there is less to win: the untreated network already finds {there:.0%} of {classes[1]} there, here "
        f"{other:.0%}. We did not test this."
    )
    raises = f"Here {way} clearly raise{_s(way)} macro-F1, on the real pictures not"
    return told, f"{raises}.{less if there > other else ''}"


def told_advice(table: pd.DataFrame, hits: pd.DataFrame, name: str, chosen: str, beside) -> str:
    """Return in sentences which method to take, as the validation pictures chose it; the test pictures only report.

    table: runs (`lib.runs.tabulate`) of all methods and untreated. hits: of `rare.found`, of all methods. chosen: the
    best method on the validation pictures. beside: it minus the best baseline, a row of `rare.beside`.
    """
    val, right = (table.groupby("system")[key].mean() for key in ("val_macro_f1", "test_accuracy"))
    most = comparison.figure(val[chosen], ".3f")
    found, of = hits.groupby("way")["found"], int(hits["of"].iloc[0])
    if val[rare.UNTREATED] >= val[chosen]:
        first = "Advice: on the validation pictures no method had a higher macro-F1 than the untreated network. Print"
        return f"{first} macro-F1 beside its accuracy, and collect more pictures of {name}."
    told = f"Advice: of these networks {chosen} had the best macro-F1 on the validation pictures ({most}), so we would "
    told += "use that one."
    cheap = [way for way in rare.NEW if way in set(table["system"]) and way != chosen]
    if cheap and chosen not in rare.NEW:
        way = max(cheap, key=lambda each: val[each])
        two = comparison.against(table[table["system"].isin([chosen, way])], rare.MEASURE, chosen)
        row = next(comparison.each_row(two))
        need, differ = ("need", "differ") if plural([way]) else ("needs", "differs")
        equal = "" if rare.clear(row) == "yes" else ", which could be chance"
        they = "They find" if plural([way]) else "It finds"
        told += (
            f" {_upper(way)} {need} no new training, and {differ} from it by {rare.gain(row)} in test macro-F1{equal}. "
            f"{they} {rare.span(found.get_group(way))} of {of}, at an accuracy of {right[way]:.1%}."
        )
    if beside.verdict != comparison.HIGHER:
        told += f" But {chosen} {'are' if plural([chosen]) else 'is'} not clearly better than {beside.system}, which "
        told += "needs no network."
    return told


def told_tasks(name: str, scores: str, won: int, lost: int, of: int) -> str:
    """Return the solutions of notebook 09: F1 of a class, and what the network and the article find alone."""
    return (
        f"Task 1: F1 of {name} is {scores}. Task 2: {won} of {of} (first training); the other way round {lost}. Task "
        "3: change the parameters cell and run again. In a step of five pictures, one with a large weight decides the "
        "direction."
    )


def _upper(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _s(name: str) -> str:
    """Return the ending of a verb after this name."""
    return "" if plural([name]) else "s"


def _es(name: str) -> str:
    return "" if plural([name]) else "es"
