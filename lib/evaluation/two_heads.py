"""What two heads are worth beside two networks, and what a table is worth beside a head: in words.

answers, truth and exist are those of `lib.evaluation.hierarchy`; measured: as its functions `measured` and `with_table`
return it.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lib.base.text import capital, listed
from lib.evaluation import comparison, hierarchy
from lib.evaluation.hierarchy import Answers
from lib.evaluation.words import gained, in_points, interval

QUESTIONS = {"main": "main category", "sub": "sub category"}
FEWEST = 20  # test pictures: of fewer, a share says little


def differences(measured: pd.DataFrame, pairs: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Return how two columns differ, seed by seed, as rows of `lib.evaluation.comparison.against`.

    pairs: what a row is called -> the column, and the one to take off.
    """
    rows = [
        measured[["seed"]].assign(system=name, test_accuracy=measured[one] - measured[other])
        for name, (one, other) in pairs.items()
    ]
    return comparison.against_figure(pd.concat(rows), "test_accuracy", 0.0)


def two_or_one(measured: pd.DataFrame) -> pd.DataFrame:
    """Return the differences of two heads and of a network for each question alone."""
    return differences(measured, {said: (name, f"{name}_alone") for name, said in QUESTIONS.items()})


def dots(measured: pd.DataFrame) -> dict[str, dict[str, list[float]]]:
    """Return the accuracy of every training: question -> kind of network -> a value for each seed."""
    kinds = {"one network, two heads": "{}", "a network for each question": "{}_alone"}
    return {
        capital(said): {kind: measured[form.format(name)].tolist() for kind, form in kinds.items()}
        for name, said in QUESTIONS.items()
    }


def told_dots(measured: pd.DataFrame, worth: pd.DataFrame) -> str:
    """Return for each question in how many trainings two heads were better, and the mean difference; worth: of both."""
    said, names = [], list(QUESTIONS)
    for (name, question), row in zip(QUESTIONS.items(), comparison.each_row(worth), strict=True):
        change = measured[name] - measured[f"{name}_alone"]
        more, less = int((change > 0).sum()), int((change < 0).sum())
        rest = {"equal": len(change) - more - less, "worse": less}
        counts = "".join(f", {word} in {number}" for word, number in rest.items() if number)
        said.append(
            f"For the {question} two heads are better in {more or 'none'} of {_trainings(len(measured))}{counts}; the "
            f"mean difference is {gained(row)} points, {_clear(row.verdict)}."
        )
    if len(measured) > 1:
        apart = [float(np.ptp(measured[f"{name}_alone"])) for name in names]
        widest = QUESTIONS[names[int(np.argmax(apart))]]
        said.append(f"But even the trainings for the {widest} alone lie {max(apart) * 100:.1f} points apart.")
    return " ".join(said)


def _clear(verdict: str) -> str:
    return {"higher": "clear", "lower": "clear", "equal": "equal for practice", "": "not clear"}[_kind(verdict)]


def _kind(verdict: str) -> str:
    names = {comparison.HIGHER: "higher", comparison.LOWER: "lower", "equal within": "equal"}
    return next((name for begins, name in names.items() if verdict.startswith(begins)), "")


def told_answer(
    measured: pd.DataFrame, worth: pd.DataFrame, weights: Mapping[str, int], guessing: Mapping[str, float]
) -> str:
    """Return the answer of the notebook: what two heads reach, beside two networks, and what a table adds.

    worth: of `two_or_one`. weights: "both" and "sub". guessing: question -> what always the same answer gets.
    """
    means = measured.mean(numeric_only=True)
    names = f"names {means['main']:.1%} of the main and {means['sub']:.1%} of the sub categories"
    lost = [said for name, said in QUESTIONS.items() if means[name] <= guessing[name]]
    begins = f"Yes. One network with two heads {names}."
    if lost:
        begins = (
            f"It answers both, but has not learnt the {' and the '.join(lost)}: one network with two heads {names}, "
            "no more than always the same answer."
        )
    share = (measured["impossible"] / measured["of"]).mean()
    ends = (
        f"In {share:.1%} of the pictures its two answers contradict each other. A table that tells the main category "
        f"of each sub category ends that: both answers are then right for {_instead(means, 'both')}, the main one for "
        f"{_instead(means, 'main')}."
    )
    none = "The two answers never contradict each other. A table can tell the main category of each sub category."
    ends = ends if share else none
    return f"{begins} {_told_worth(worth)} {ends} {told_alone(measured, weights)}"


def _instead(means: pd.Series, name: str) -> str:
    """Return what is right with the table, and without it if that differs."""
    with_it, without = (f"{means[each]:.1%}" for each in (f"table_{name}", name))
    return f"{with_it}, as before" if with_it == without else f"{with_it} instead of {without}"


def _told_worth(worth: pd.DataFrame) -> str:
    """Return whether two heads are better than two networks, by the sub category, which is the harder question."""
    (row,) = comparison.each_row(worth.tail(1))
    ends = f"{in_points(row.difference)} points for the sub category"
    ends += f", {interval(row.low, row.high)}" if row.n > 1 else ""
    words = {
        "higher": "It is clearly better than two networks",
        "lower": "It is clearly worse than two networks",
        "equal": "For practice it is as good as two networks",
    }
    if kind := _kind(row.verdict):
        return f"{words[kind]} ({ends})."
    if row.n < 2:
        return f"Whether it is better than two networks, one training of each cannot tell ({ends})."
    return f"Whether it is better than two networks, {row.n} trainings of each cannot tell ({ends})."


def told_sure(measured: pd.DataFrame, sure: bool) -> str:
    """Return what is certain, and what is not; sure: of `hierarchy.cannot_lose`."""
    logic = (
        "That the table never makes fewer pictures right in both answers is logic: if the sub category is right, so is "
        "its main category. "
        if sure
        else ""
    )
    one = "One training has no interval." if len(measured) == 1 else f"Intervals (95%) are over {len(measured)} "
    same = "" if len(measured) == 1 else "trainings, always on the same test pictures."
    return f"{logic}The main category alone can get better or worse by the table. {one}{same}"


def table_rows(measured: pd.DataFrame, weights: Mapping[str, int]) -> pd.DataFrame:
    """Return three ways to answer both questions as rows for a page: what is right, impossible pairs, weights.

    weights: "both" and "sub".
    """
    ways = {
        "two heads": ("main", "sub", "both", hierarchy.between(measured["impossible"], ",d"), "both"),
        "two heads and the table": ("table_main", "sub", "table_both", "none", "both"),
        "sub head alone and the table": ("alone_main", "sub_alone", "both_alone", "none", "sub"),
    }
    rows = []
    for way, (main, sub, both, impossible, own) in ways.items():
        shares = {name: f"{measured[one].mean():.1%}" for name, one in (("main", main), ("sub", sub), ("both", both))}
        rows.append({"network": way} | shares | {"impossible pairs": impossible, "weights": f"{weights[own]:,}"})
    return pd.DataFrame(rows)


def told_won(measured: pd.DataFrame, sure: bool) -> str:
    """Return in words what the table changes in each training, in pictures; sure: of `hierarchy.cannot_lose`."""
    both, main = (
        ((measured[f"table_{name}"] - measured[name]) * measured["of"]).round().astype(int) for name in ("both", "main")
    )
    reason = "if the sub category is right, so is its main category, and both answers are"
    begin = f"With the table, {reason}." if sure else "Here some test pictures do not keep to the table."
    return (
        f"{begin} Pictures with both answers right change by {hierarchy.between(both, '+,d')} of "
        f"{measured['of'].iloc[0]:,} in a training, those with the main one right by {hierarchy.between(main, '+,d')}."
    )


def told_first(said: Answers, truth: Answers, impossible: Sequence[bool], looked_up: Sequence[int]) -> str:
    """Return in words what becomes of the main answers in the contradictions of the first network."""
    where = np.array(impossible)
    if not where.any():
        return "The first network has no contradiction."
    before, after = ((np.array(own) == truth["main"])[where] for own in (said["main"], looked_up))
    number, right, wrong = int(where.sum()), int((~before & after).sum()), int((~before & ~after).sum())
    rest = f"; {wrong} {'stays' if wrong == 1 else 'stay'} wrong" if wrong else ""
    return (
        f"The first network contradicts itself in {number} picture{'s' * (number > 1)}. There the table rights "
        f"{right} main answer{'s' * (right != 1)} and spoils {(before & ~after).sum()}{rest}."
    )


def told_lesson(worth: pd.DataFrame) -> str:
    """Return the answer to the title in one line, by the sub category."""
    ends = {"higher": "and it is better than two", "lower": "but two are better", "equal": "and it is as good as two"}
    (row,) = comparison.each_row(worth.tail(1))
    rest = ends.get(_kind(row.verdict), "but that it is better than two is not shown")
    return f"One network is enough for both questions, {rest}."


def told_alone(measured: pd.DataFrame, weights: Mapping[str, int]) -> str:
    """Return what the sub head alone reaches with the table, beside two heads with it; weights: "both" and "sub"."""
    means = measured.mean(numeric_only=True)
    (row,) = comparison.each_row(differences(measured, {"sub alone": ("both_alone", "table_both")}))
    side = "less" if means["both_alone"] < means["table_both"] else "more"
    words = {"higher": "clearly more than", "lower": "clearly less than", "equal": "for practice as many as"}
    told = words.get(_kind(row.verdict), f"not clearly {side} than")
    return (
        f"With the table a network with the sub head alone, {1 - weights['sub'] / weights['both']:.0%} fewer weights, "
        f"answers both questions, too: both are right for {means['both_alone']:.1%} "
        f"({told} with two heads and the table)."
    )


def told_full(rows: dict[str, dict[str, str]], tally: str) -> str:
    """Return what both answers reach at full length, in words; rows: cells of `hierarchy.shown` by the network's name.

    tally: what became of R5's claims, a sentence.
    """
    for number in ("are", "is"):
        tally = tally.replace(f"{number} not resolvable", "cannot be told")
    both = listed(
        f"{name} {'names ' if k == 0 else ''}{cells['main']} of the main and {cells['sub']} of the sub categories"
        for k, (name, cells) in enumerate(rows.items())
    )
    return (
        f"R5's networks are larger and learned from all real pictures: {both}. Networks with one head were not trained "
        f"at full length, so whether two heads are better stays open there. {tally}"
    ).strip()


def told_hardest(answers: Sequence[Answers], truth: Answers, classes: Sequence[str]) -> str:
    """Return which sub category with enough test pictures is hardest, and what it is mistaken for, over all seeds."""
    labels = np.concatenate([truth["sub"]] * len(answers))
    said = np.concatenate([each["sub"] for each in answers])
    enough = np.flatnonzero(np.bincount(truth["sub"], minlength=len(classes)) >= FEWEST)
    right = [float((said[labels == k] == k).mean()) for k in enough]
    if not len(enough) or min(right) == 1:
        return f"Of the sub categories with at least {FEWEST} test pictures none is ever mistaken."
    hardest = int(enough[int(np.argmin(right))])
    number = (labels == hardest).sum()
    wrong = np.bincount(said[(labels == hardest) & (said != hardest)], minlength=len(classes))
    return (
        f"Of the sub categories with at least {FEWEST} test pictures **{classes[hardest]}** is hardest: "
        f"{min(right):.0%} of the answers are right, {wrong.max()} of {number} are {classes[int(wrong.argmax())]}."
    )


def _trainings(number: int) -> str:
    return "one training" if number == 1 else f"{number} trainings"
