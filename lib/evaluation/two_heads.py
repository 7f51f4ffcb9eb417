"""What two heads are worth beside two networks, and what a table is worth beside a head: in words.

answers, truth and exist are those of `lib.evaluation.hierarchy`; measured: as its functions `measured` and `with_table`
return it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lib.base.text import capital, listed
from lib.evaluation import comparison, hierarchy
from lib.evaluation.hierarchy import Answers
from lib.evaluation.words import gained, in_points, interval

QUESTIONS = {"main": "main category", "sub": "sub category"}
EXCEPTIONS = "Some test pictures do not keep to the table"
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
    said = []
    for (name, question), row in zip(QUESTIONS.items(), comparison.each_row(worth), strict=True):
        change = measured[name] - measured[f"{name}_alone"]
        more, less = int((change > 0).sum()), int((change < 0).sum())
        rest = {"equal": len(change) - more - less, "worse": less}
        counts = "".join(f", {word} in {number}" for word, number in rest.items() if number)
        said.append(
            f"For the {question} two heads are better in {more or 'none'} of {_trainings(len(measured))}{counts}; the "
            f"mean difference is {gained(row)} points, {_clear(row.verdict)}."
        )
    return " ".join(said)


def _clear(verdict: str) -> str:
    return {"higher": "clear", "lower": "clear", "equal": "equal for practice", "": "not clear"}[_kind(verdict)]


def _kind(verdict: str) -> str:
    names = {comparison.HIGHER: "higher", comparison.LOWER: "lower", "equal within": "equal"}
    return next((name for begins, name in names.items() if verdict.startswith(begins)), "")


def told_answer(
    measured: pd.DataFrame, worth: pd.DataFrame, weights: Mapping[str, int], guessing: Mapping[str, float]
) -> str:
    """Return the answer of the notebook: what two heads reach, beside two networks, and how often they contradict.

    worth: of `two_or_one`. weights: "both", "main" and "sub". guessing: question -> what always the same answer gets.
    """
    means = measured.mean(numeric_only=True)
    names = f"one network with two heads names {means['main']:.1%} of the main and {means['sub']:.1%} of the sub"
    lost = [said for name, said in QUESTIONS.items() if means[name] <= guessing[name]]
    begins = f"Yes. {capital(names)}"
    if lost:
        begins = f"It can, but the {' and the '.join(lost)} no better than always the same answer would: {names}"
    share = ((measured["impossible"] - measured["spared"]) / measured["of"]).mean()
    ends = (
        f"In {share:.1%} of the pictures its two answers contradict each other; a table that tells the main category "
        "of each sub category ends that."
        if share
        else "Its two answers never contradict each other here."
    )
    fewer = f"with {1 - weights['both'] / (weights['main'] + weights['sub']):.0%} fewer weights than two networks"
    return f"{begins} categories, {fewer}. {_told_worth(worth)} {ends}"


def _told_worth(worth: pd.DataFrame) -> str:
    """Return whether two heads are better than two networks."""
    rows = list(comparison.each_row(worth))
    kinds = [_kind(row.verdict) for row in rows]
    if not any(kinds):
        return f"Whether it is better than two networks, {_trainings(rows[0].n)} of each cannot tell."
    words = {"higher": "clearly better than", "lower": "clearly worse than", "equal": "for practice as good as"}
    if len({*kinds}) == 1:
        return f"It is {words[kinds[0]]} two networks."
    told = [
        f"{words.get(kind, 'not clearly apart from')} two for the {row.system}"
        for kind, row in zip(kinds, rows, strict=True)
    ]
    return f"It is {' and '.join(told)}."


def told_sure(measured: pd.DataFrame, worth: pd.DataFrame, sure: bool) -> str:
    """Return what is certain, and what is not; worth: of `two_or_one`; sure: of `hierarchy.cannot_lose`."""
    logic = "makes fewer pictures right in both answers: if the sub category is right, so is its main category."
    begins = f"{EXCEPTIONS}, so it can cost right answers. All"
    begins = f"It is certain that the table never {logic} All else" if sure else begins
    row, table = worth.iloc[-1], _by_table(measured)
    ends = f" (95% interval: {interval(row['low'], row['high'])})" if row["n"] > 1 else ""
    words = {"higher": "the table clearly rights more main answers than it spoils",
             "lower": "the table clearly spoils more main answers than it rights",
             "equal": "for practice the table leaves the number of right main answers as it is"}  # fmt: skip
    kind = _kind(table.verdict) if measured["table_main"].ne(measured["main"]).any() else "equal"
    told = words.get(kind, "whether the table costs right main answers stays open")
    return (
        f"{begins} rests on {_trainings(len(measured))}: two heads instead of two networks change the "
        f"{row['system']} by {in_points(row['difference'])} points{ends}, and {told}."
    )


def _by_table(measured: pd.DataFrame) -> Any:
    """Return how the table changes the share of right main answers of two heads, as a row of differences."""
    (row,) = comparison.each_row(differences(measured, {"main": ("table_main", "main")}))
    return row


def table_rows(measured: pd.DataFrame, weights: Mapping[str, int]) -> pd.DataFrame:
    """Return four ways to answer both questions as rows for a page: what is right, impossible pairs, weights.

    weights: "both", "main" and "sub".
    """
    apart, together = (hierarchy.between(measured[f"impossible{end}"], ",d") for end in ("_alone", ""))
    ways = {
        "two networks": ("main_alone", "sub_alone", "both_alone", apart, weights["main"] + weights["sub"]),
        "two heads": ("main", "sub", "both", together, weights["both"]),
        "two heads and the table": ("table_main", "sub", "table_both", "none", weights["both"]),
        "sub head alone and the table": ("alone_main", "sub_alone", "alone_both", "none", weights["sub"]),
    }
    rows = []
    for way, (main, sub, both, impossible, number) in ways.items():
        shares = {name: f"{measured[one].mean():.1%}" for name, one in (("main", main), ("sub", sub), ("both", both))}
        rows.append({"network": way} | shares | {"impossible pairs": impossible, "weights": f"{number:,}"})
    return pd.DataFrame(rows)


def told_won(measured: pd.DataFrame, sure: bool) -> str:
    """Return what the table changes in each training, in pictures, and what the sub head alone gets with it."""
    both, main = (
        ((measured[f"table_{name}"] - measured[name]) * measured["of"]).round().astype(int) for name in ("both", "main")
    )
    begin = "With the table both answers are right wherever the sub category is."
    begin = begin if sure else f"{EXCEPTIONS}."
    (row,) = comparison.each_row(differences(measured, {"sub alone": ("alone_both", "table_both")}))
    words = {"higher": "so the main head can go", "lower": "so the main head helps", "equal": "the main head can go"}
    told = words.get(_kind(row.verdict), f"whether the main head can go, {_trainings(len(measured))} cannot tell")
    return (
        f"{begin} Training by training, it changes the number of pictures with both answers right by "
        f"{hierarchy.each(both)} (of {measured['of'].iloc[0]:,}), that with the main one right by "
        f"{hierarchy.each(main)}. With the sub head alone and the table both answers are right for "
        f"{measured['alone_both'].mean():.1%}, against two heads and the table {gained(row)} points: {told}."
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
    """Return the answer to the title in one line."""
    kinds = {row.system: _kind(row.verdict) for row in comparison.each_row(worth)}
    worse, better = ([name for name, kind in kinds.items() if kind == side] for side in ("lower", "higher"))
    rest = (
        "and it is as good as two" if {*kinds.values()} == {"equal"} else "but that it is better than two is not shown"
    )
    rest = f"and for the {' and the '.join(better)} it is better than two" if better else rest
    rest = f"but for the {' and the '.join(worse)} two are better" if worse else rest
    return f"One network can answer both questions, {rest}."


def told_advice(measured: pd.DataFrame) -> str:
    """Return when to look the main category up in a table, and when to keep its head."""
    row = _by_table(measured)
    here = f"the table changes it by {gained(row)} points, {_clear(row.verdict)}"
    here = here if row.difference else "as many of them are right with the table"
    rest = "keep the main head" if row.difference < 0 else "compare both ways first"
    return (
        f"Look the main category up if both answers must be right; if the main one matters more, {rest} (here {here})."
    )


def told_full(rows: dict[str, dict[str, str]], tally: str) -> str:
    """Return what both answers reach at full length, in words; rows: cells of `hierarchy.shown` by the network's name.

    tally: what became of R5's claims, a sentence.
    """
    for number in ("are", "is"):
        tally = tally.replace(f"{number} not resolvable", "cannot be told")
    gets = " gets both answers right"
    both = listed(f"{name}{gets * (not k)} for {cells['both']}" for k, (name, cells) in enumerate(rows.items()))
    where = ", judged on other product pictures than R5's." if tally else ""
    return (
        f"R5's larger networks learned from all real pictures: {both} of the test pictures. Networks with one head "
        "were not trained at full length, so whether two heads are better stays open there. "
        f"{tally.removesuffix('.')}{where}"
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
