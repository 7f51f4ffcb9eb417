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
        f"There are {own} such pictures: a recall of {recall:.2f}. F1 = 2 x {precision:.2f} x {recall:.2f} / "
        f"({precision:.2f} + {recall:.2f}) = {2 * hits / (called + own):.2f}."
    )


def told_shift(before: np.ndarray, after: np.ndarray, truth: np.ndarray, classes: Sequence[str]) -> str:
    """Return in sentences how many pictures a shift of the logits (N, classes) calls the last class."""
    last, name = len(classes) - 1, classes[-1]
    first, own = before.argmax(axis=1) == last, after.argmax(axis=1) == last
    right, of = int((own & (truth == last)).sum()), int((truth == last).sum())
    return (
        f"In the first training, the network calls {int(first.sum())} validation pictures {name}. After the shift "
        f"it says so {int(own.sum())} times: it finds {right} of the {of}, and {int(own.sum()) - right} of the "
        "answers are wrong."
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
    first = _upper(told[0].format(" we would pick"))
    also = " Had we chosen the measure only now, we could have had any of them." if len(picks) > 1 else ""
    none = "" if chosen == list(by.values())[-1] else f" So no method helps; below we look at the best, **{chosen}**."
    return f"{first}{rest}.{also}{none}"


def told_matrices(before: pd.DataFrame, after: pd.DataFrame, way: str) -> str:
    """Return in sentences what a method changes, by the confusion matrices without and with it."""
    last, common = str(before.columns[-1]), str(before.columns[0])
    was, now = before.to_numpy().astype(int), after.to_numpy().astype(int)
    called, found, of = now[:, -1].sum(), now[-1, -1], was[-1].sum()
    wrong = f"says {last} {called:,} times, and is wrong {called - found:,} times" if called else f"never says {last}"
    return (
        f"Without treatment {was[-1, -1]} of the {of} {last} pictures are found, with {way} {found}. But the network "
        f"now {wrong}, and of the {was[0].sum():,} {common} pictures it gets {now[0, 0]:,} right, untreated "
        f"{was[0, 0]:,}."
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
    first = "That accuracy hides this is certain: it is arithmetic."
    if not of:
        return f"{first} But there are no test pictures of {name}."
    row = table[table["seed"] == rare.middle(table)].iloc[0]
    hits = listed([str(each) for each in table["found"]]) if len(table) <= 5 else rare.span(table["found"])
    trainings = f" in {len(table)} trainings" if len(table) > 1 else ""
    middle = "better" if len(table) == 2 else "middle"
    which = f"For the {middle} training, {int(row['found'])} of {of}," if len(table) > 1 else "For this training"
    return (
        f"{first} What a remedy is worth is not certain: {way} ({WHAT[way]}) find{_s(way)} {hits} of only {of} {name} "
        f"test pictures{trainings}. {which} the true share may be anything from {row['low']:.0%} to {row['high']:.0%} "
        "(95% interval)."
    )


def told_never(classes: Sequence[str], accuracy: float, macro_f1: float, network: float, hits: pd.DataFrame) -> str:
    """Return in sentences what accuracy hides: always the first class, and a network's accuracy beside what it finds.

    hits: of `rare.found`, of the network.
    """
    found, of = rare.span(hits["found"]), int(hits["of"].iloc[0])
    return (
        f"Accuracy hides that rare classes are not found. Always answering {classes[0]} is right for {accuracy:.1%} of "
        f"the validation pictures, but finds not a single {' or '.join(classes[1:])} picture: its macro-F1 is only "
        f"{macro_f1:.3f}. Our untreated network is right for {comparison.figure(network, '.1%')} of the test pictures, "
        f"and finds {found} of the {of} of {classes[-1]}."
    )


def told_full(
    runs: pd.DataFrame, answers: rare.Answers, labels: np.ndarray, classes: Sequence[str], here: pd.Series, other: float
) -> str:
    """Return in sentences what accuracy hides on real pictures, and whether a method helps there as it does here.

    runs, answers, labels: of the real pictures, as of `rare.methods`. here: the row of `comparison.against` of a method
    on this run's pictures. other: the share of the second class that the untreated network finds here.
    """
    way, last, of = here["system"], len(classes) - 1, int((labels == len(classes) - 1).sum())
    hits = rare.found(answers, labels, last).groupby("way")["found"]
    none, found = (rare.span(hits.get_group(each)) for each in (rare.UNTREATED, way))
    means = runs.groupby("system")[["test_accuracy", rare.MEASURE]].mean()
    (right, was), (now, f1) = means.loc[rare.UNTREATED], means.loc[way]
    gains = comparison.against(runs, rare.MEASURE, rare.UNTREATED)
    row = next(row for row in comparison.each_row(gains) if row.system == way)
    told = (
        f"On real pictures always {classes[0]} is right for {(labels == 0).mean():.1%}. A head on ResNet50 is right "
        f"for {right:.1%}, and finds {'none' if none == '0' else none} of the {of} test pictures of {classes[-1]}. "
        f"With {way} it finds {found}; its macro-F1 changes from {was:.3f} to {f1:.3f}, by {rare.gain(row)}, and its "
        f"accuracy to {now:.1%}."
    )
    helped = here["verdict"] == comparison.HIGHER and row.verdict != comparison.HIGHER
    there = rare.shares({"": answers[rare.UNTREATED]}, labels, classes)["recall"].iloc[1]
    if not helped:
        return told
    why = f": there the untreated network already finds {there:.0%} of {classes[1]}, here {other:.0%}"
    less = f", perhaps because there is less to win{why}" if there > other else ""
    return f"{told} Here {way} clearly raise{_s(way)} macro-F1, there not{less}."


def told_advice(table: pd.DataFrame, hits: pd.DataFrame, name: str) -> str:
    """Return in sentences which method to take, by test figures: of those that clearly raise macro-F1, if there is one.

    table: runs (`lib.runs.tabulate`) of all methods and untreated. hits: of `rare.found`, of all methods.
    """
    gains = comparison.against(table, rare.MEASURE, rare.UNTREATED)
    good = gains.loc[gains["verdict"] == comparison.HIGHER, "system"].tolist()
    if not good:
        return (
            "Advice: no method clearly raises macro-F1 here. Print macro-F1 beside the accuracy of the untreated "
            f"network, and collect more pictures of {name}."
        )
    right, found = table.groupby("system")["test_accuracy"].mean(), hits.groupby("way")["found"]
    cheap = [way for way in good if way in rare.NEW]
    first = max(cheap or good, key=lambda way: gains.set_index("system")["difference"][way])
    need = "which need no new training" if plural([first]) else "which needs no new training"
    told = (
        f"Advice, by these test pictures: begin with {first}{f', {need}' if cheap else ''}. Test accuracy: "
        f"{right[first]:.1%} instead of {right[rare.UNTREATED]:.1%}."
    )
    most = max(good, key=lambda way: found.get_group(way).mean())
    if found.get_group(most).mean() <= found.get_group(first).mean():
        return told
    of = int(hits["of"].iloc[0])
    two = comparison.against(table[table["system"].isin([first, most])], rare.MEASURE, first)
    row = next(comparison.each_row(two))
    equal = "" if rare.clear(row) == "yes" else ", which could be chance"
    return (
        f"{told} If {name} must be found, take {most}: {rare.span(found.get_group(most))} of {of} instead of "
        f"{rare.span(found.get_group(first))}, at an accuracy of {right[most]:.1%}; the macro-F1 differs by "
        f"{rare.gain(row)}{equal}."
    )


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
