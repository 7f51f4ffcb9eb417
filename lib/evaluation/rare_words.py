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
    share = f"{counts.sum():,} / {len(classes)} = {counts[0] * weights[0]:,.0f}"
    whole = f"In total every class then counts as much as {share} pictures."
    return f"Weights: {each(classes, weights, '.2f')}. {whole}"


def told_drawn(classes: Sequence[str], often: np.ndarray, counts: np.ndarray) -> str:
    """Return in sentences how often balanced sampling draws each class, of which there are `counts` pictures."""
    drawn = listed([f"{times:,} {name}" for name, times in zip(classes, often, strict=True)])
    return (
        f"One epoch draws, for example, {drawn} pictures. Each of the {counts[-1]:,} of {classes[-1]} then comes up "
        f"about {often[-1] / counts[-1]:.0f} times."
    )


def told_f1(truth: np.ndarray, never: np.ndarray, said: np.ndarray, classes: Sequence[str]) -> str:
    """Return in sentences why always the first class has a low macro-F1, and what a way finds of the second.

    truth: int (N,). never, said: the classes that always the first and that way choose, int (N,).
    """
    right, name = (never == truth).mean(), classes[1]
    hits, called = int(((truth == 1) & (said == 1)).sum()), int((said == 1).sum())
    own, f1 = int((truth == 1).sum()), 2 * right / (1 + right)
    of = len(np.unique(truth))
    first = (
        f"Always {classes[0]} is right for {right:.1%}. But it finds nothing else, so its macro-F1 is only {f1:.3f} / "
        f"{of} = {f1 / of:.3f}."
    )
    if not hits:
        return f"{first} Looking up the article finds none of the {own} {name} pictures."
    return (
        f"{first} Looking up the article finds {hits} of the {own} {name} pictures, **{hits / own:.0%}**; of the "
        f"{called} that it calls {name}, {hits / called:.0%} are {name}."
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
        f"{classes[0]} rises only by {shifts[0]:.2f}. In the first training {int(first.sum())} validation pictures are "
        f"called {name}, after the shift {int(own.sum())}: {right} of the {of} and {int(own.sum()) - right} wrong ones."
    )


def told_search(
    offsets: np.ndarray, scores: Sequence[float], classes: Sequence[str], counts: np.ndarray
) -> tuple[str, dict[str, float]]:
    """Return in sentences which offset of the last class gives the highest macro-F1, and what logit adjustment adds.

    offsets: the first is 0. counts: of training pictures. The second answer is where logit adjustment stands, by name.
    """
    best, (common, name) = float(offsets[int(np.argmax(scores))]), (classes[0], classes[-1])
    added = float(np.log(max(counts[0], 0.5) / max(counts[-1], 0.5)))
    told = f"The best offset for {name} is {best:.2f}: macro-F1 goes from {scores[0]:.3f} to {max(scores):.3f}."
    told += f" Logit adjustment raises {name} by {added:.2f} against {common} (dashed)"
    told += ", and shifts other classes, too." if len(classes) > 2 else "."
    many = "more" if added > best else "fewer"
    if added != best:
        told += f" {added:.2f} is {'more' if added > best else 'less'}"
        told += f", so {many} answers are {name}, right and wrong ones."
    return told, {"as in logit adjustment": added}


def told_matrices(before: pd.DataFrame, after: pd.DataFrame, way: str, hits: Sequence[int]) -> str:
    """Return in sentences what a method changes, by the confusion matrices without and with it.

    hits: how many of the last class each training finds.
    """
    last, common = str(before.columns[-1]), str(before.columns[0])
    was, now = before.to_numpy().astype(int), after.to_numpy().astype(int)
    wrong = int(now[:-1, -1].sum())
    price = f"{wrong:,} other pictures are now called {last}" if now[:, -1].sum() else f"it now never says {last}"
    each = f" (each seed: {listed([str(n) for n in hits])})" if len(hits) > 1 else ""
    return (
        f"With {way} {now[-1, -1]} of the {was[-1].sum()} {last} pictures are found{each}, instead of {was[-1, -1]}. "
        f"The price: {price}, and {now[0, 0]:,} {common} ones are right instead of {was[0, 0]:,}."
    )


def told_luck(table: pd.DataFrame, name: str) -> str:
    """Return in sentences in how many trainings more is found than by luck; table: of `rare.found`, one way."""
    sure, way = int(table["sure"].sum()), table["way"].iloc[0]
    row = table[table["seed"] == rare.middle(table)].iloc[0]
    if not row["called"] or not row["of"]:
        why = f"{way} never name{with_s(way)} {name}" if row["of"] else f"no test picture is {name}"
        return f"In seed {row['seed']} there is nothing to compare: {why}."
    number = f"all {sure}" if sure == len(table) > 1 else f"{sure} of {len(table)}"
    trainings = "training" if len(table) == 1 else "trainings"
    low, high = (f"{row[end]:.0%}" for end in ("low", "high"))
    return (
        f"Could it be luck? Somebody who names {name} **at random**, as often as the network, is right now and then, "
        f"too. In seed {row['seed']} the network calls {row['blind']:.0%} of all test pictures {name}. So at random it "
        f"would find about {row['blind'] * row['of']:.0f} of the {row['of']}; it finds {row['found']} (95% interval: "
        f"{low} to {high}). In {number} {trainings} the whole interval lies above what chance would find."
    )


def told_few(table: pd.DataFrame, name: str, beside) -> str:
    """Return in sentences that accuracy's blindness is certain, and how uncertain the worth of a method is.

    table: of `rare.found`, one way. beside: it minus the best baseline, a row of `rare.beside`.
    """
    way, of = table["way"].iloc[0], int(table["of"].iloc[0])
    first = "That accuracy hides this is arithmetic, so it is certain. How much is gained is not:"
    better = {comparison.HIGHER: "clearly better", comparison.LOWER: "clearly worse"}
    stands = f"{way} {'are' if plural([way]) else 'is'} {better.get(beside.verdict, 'not clearly better')}"
    marked = "in macro-F1 (all classes alike),"
    rival = f"{marked} {stands} than {beside.system}, which needs no network"
    if not of:
        return f"{first} there are no test pictures of {name}; {rival}."
    row = table[table["seed"] == rare.middle(table)].iloc[0]
    return (
        f"{first} {int(row['found'])} of {of} found may in truth be anything from {row['low']:.0%} to {row['high']:.0%}"
        f" (95% interval), and {rival}."
    )


def told_never(classes: Sequence[str], common: float, right: Mapping[str, float], hits: pd.DataFrame) -> str:
    """Return in sentences what accuracy hides, by test pictures: what is right, and what is found of the last class.

    common: the accuracy of always the first class. right: of the untreated network and of a method. hits: of
    `rare.found`, of both.
    """
    untreated, way = right
    found = {name: rare.span(hits.loc[hits["way"] == name, "found"]) for name in right}
    accuracy = {name: comparison.figure(value, ".1%") for name, value in right.items()}
    none, of = found[untreated], int(hits["of"].iloc[0])
    both = f"both find none of the {of} {classes[-1]} ones"
    own = f"the first finds none of the {of} {classes[-1]} ones, the network {none}"
    mine = hits.loc[hits["way"] == way, ["found", "called"]].sum()
    price = f"It never says {classes[-1]}"
    if mine["called"]:
        share = mine["found"] / mine["called"]
        price = (
            f"{'Only ' if share < 0.5 else ''}{share:.0%} of the pictures that it then calls {classes[-1]} are right"
        )
    return (
        f"Accuracy hides that rare classes are not found. Always answering {classes[0]} is right for {common:.1%} of "
        f"the test pictures, our {untreated} network for {accuracy[untreated]}; {both if none == '0' else own}. With "
        f"{way} ({WHAT[way]}) it finds {found[way]}. {price}, and accuracy is {accuracy[way]}."
    )


def told_tasks(name: str, scores: str, won: int, lost: int, of: int) -> str:
    """Return the solutions of notebook 09: F1 of a class, and what the network and the article find alone."""
    return (
        f"Task 1: F1 of {name} is {scores}. Task 2: {won} of {of} (first training); the other way round {lost}. Task "
        "3: change the parameters cell and run again. In a step of five pictures, one with a large weight decides the "
        "direction."
    )


def capital(words: str) -> str:
    """Return words with a capital at their beginning."""
    return f"{words[:1].upper()}{words[1:]}"


def with_s(name: str) -> str:
    """Return the ending of a verb after this name."""
    return "" if plural([name]) else "s"


def with_es(name: str) -> str:
    """Return the ending of a verb such as *reach* after this name."""
    return "" if plural([name]) else "es"
