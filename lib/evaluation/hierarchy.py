"""Two answers of which the second lies inside the first, as a sub category lies in a main category: do they agree?

answers: of each training a dictionary of class numbers (N,), "main" and "sub", for the same pictures. truth: their
labels, likewise. exist: labels of both (N,), of pictures that show which pairs there are; -1 is no label.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

FULL = {"R5.resnet34_mtl": "ResNet-34 (R5)", "R5.vgg16": "VGG-16 (R5)"}  # what a page calls R5's networks
Answers = Mapping[str, np.ndarray]
Pairs = tuple[np.ndarray, np.ndarray]


def of_runs(runs: Sequence, targets: Sequence[str]) -> tuple[list[Answers], Answers, Pairs]:
    """Return answers and truth of the test pictures of runs (`lib.training.run.Run`), and the pairs that they show.

    targets: what the runs call the main and the sub category. The validation pictures show pairs, too.
    """
    named = dict(zip(("main", "sub"), targets, strict=True))
    answers: list[Answers] = [{name: run.predicted("test", target) for name, target in named.items()} for run in runs]
    truth = {name: runs[0].labels("test", target) for name, target in named.items()}
    main, sub = (np.concatenate([runs[0].labels(part, target) for part in ("val", "test")]) for target in targets)
    return answers, truth, (main, sub)


def impossible(said: Answers, exist: Pairs) -> np.ndarray:
    """Return for each pair of answers whether no picture has it, bool (N,)."""
    labelled = (exist[0] >= 0) & (exist[1] >= 0)
    main, sub = (labels[labelled] for labels in exist)
    largest = max(int(said["sub"].max()), int(sub.max())) + 1
    return ~np.isin(said["main"] * largest + said["sub"], main * largest + sub)


def contradictions(answers: Sequence[Answers], truth: Answers, exist: Pairs) -> pd.DataFrame:
    """Return a row for each training: seed, main, sub and both (shares right), impossible, wrong, of (pictures).

    seed: from 0. impossible: how many have an impossible pair of answers; wrong: a mistake in either answer; of: all.
    """
    rows = []
    for seed, said in enumerate(answers):
        main, sub = (said[name] == truth[name] for name in ("main", "sub"))
        row = {"seed": seed, "main": main.mean(), "sub": sub.mean(), "both": (main & sub).mean()}
        counts = {"impossible": impossible(said, exist).sum(), "wrong": (~(main & sub)).sum(), "of": len(main)}
        rows.append(row | {name: int(number) for name, number in counts.items()})
    return pd.DataFrame(rows)


def examples(said: Answers, truth: Answers, exist: Pairs, images: np.ndarray, most: int) -> np.ndarray:
    """Return which pictures (places in `truth`) have an impossible pair of answers: the first `most` different ones.

    Those with other answers and labels than any before come first. images: of the same pictures; one may occur twice.
    """
    where = np.flatnonzero(impossible(said, exist))
    different = {images[place].tobytes(): place for place in where[::-1]}
    where = np.sort(np.array([*different.values()], int))
    kinds = np.stack([own[name][where] for own in (said, truth) for name in ("main", "sub")], axis=1)
    new = np.unique(kinds, axis=0, return_index=True)[1]
    return np.concatenate([where[np.sort(new)], np.delete(where, new)])[:most]


def measured(
    both: Sequence[Answers], alone: Mapping[str, Sequence[Answers]], truth: Answers, exist: Pairs
) -> pd.DataFrame:
    """Return the rows of `contradictions`, and main_alone and sub_alone, of networks with one head.

    both: answers of the networks with two heads. alone: question -> those of the networks with that head alone.
    """
    shares = {f"{name}_alone": [(said[name] == truth[name]).mean() for said in own] for name, own in alone.items()}
    return contradictions(both, truth, exist).assign(**shares)


def with_table(
    measured: pd.DataFrame, both: Sequence[Answers], alone: Sequence[Answers], truth: Answers, table: dict[int, int]
) -> pd.DataFrame:
    """Return the rows of `measured` with the shares that are right where a table gives the main category.

    table_main, table_both: of two heads, the sub category being the answer of theirs. alone_main, both_alone: of the
    networks with the sub head alone. table: sub category -> main category.
    """

    def right(answers: Sequence[Answers]) -> list[np.ndarray]:
        return [
            np.stack([looked_up(table, said["sub"]) == truth["main"], said["sub"] == truth["sub"]]) for said in answers
        ]

    return measured.assign(
        table_main=[each[0].mean() for each in right(both)],
        table_both=[each.all(axis=0).mean() for each in right(both)],
        alone_main=[each[0].mean() for each in right(alone)],
        both_alone=[each.all(axis=0).mean() for each in right(alone)],
    )


def looked_up(table: dict[int, int], sub: np.ndarray) -> np.ndarray:
    """Return the main category that a table gives for each sub category, int64 (N,); -1 for one that it lacks."""
    return np.array([table.get(int(each), -1) for each in sub], dtype="int64")


def cannot_lose(truth: Answers, table: dict[int, int]) -> bool:
    """Return whether the table holds for every test picture: then both answers are right when the sub category is."""
    return bool((looked_up(table, truth["sub"]) == truth["main"]).all())


def captions(
    said: Answers, truth: Answers, classes: Mapping[str, np.ndarray], places: np.ndarray, table: dict[int, int]
) -> tuple[list[list[tuple[str, bool]]], list[str]]:
    """Return for each of some pictures both answers and the table's, whether they are right, and the truth in words."""
    answers = []
    for k in places:
        own = [(str(classes[name][said[name][k]]), bool(said[name][k] == truth[name][k])) for name in ("main", "sub")]
        main = table.get(int(said["sub"][k]), -1)
        told = "nothing" if main < 0 else classes["main"][main]
        answers.append([*own, (f"table: {told}", bool(main == truth["main"][k]))])
    return answers, [f"is {classes['main'][truth['main'][k]]},\n{classes['sub'][truth['sub'][k]]}" for k in places]


def told(table: pd.DataFrame) -> str:
    """Return a table of `contradictions` in words, from the smallest to the largest of its trainings."""
    return (
        f"{between(table['impossible'], ',d')} of {table['of'].iloc[0]:,} test pictures get an impossible pair. "
        "At least one of the two answers must be wrong."
    )


def told_share(table: pd.DataFrame) -> str:
    """Return in words which share of the mistakes a table of `contradictions` finds."""
    if not table["impossible"].any():
        return "A second head is a check, too: where two answers contradict each other, one is wrong. Here none do."
    found = table["impossible"] / table["wrong"].clip(lower=1)
    return (
        f"A second head is a check, too: impossible pairs reveal {between(found, '.0%')} of the pictures with a "
        "mistake, without any label."
    )


def shown(table: pd.DataFrame) -> dict[str, str]:
    """Return a table of `contradictions` as cells of one row: means over seeds, of counts the range."""
    cells = {name: f"{table[name].mean():.1%}" for name in ("main", "sub", "both")}
    found = (table["impossible"] / table["wrong"].clip(lower=1)).rename("found")
    pairs = f"{between(table['impossible'], ',d')} of {table['of'].iloc[0]:,}"
    return cells | {"impossible pairs": pairs, "share of its mistakes that they reveal": between(found, ".0%")}


def between(values: pd.Series, form: str) -> str:
    """Return the smallest and the largest value in words: "22 to 34", or "22" where they are the same."""
    least, most = (format(value, form) for value in (values.min(), values.max()))
    return least if least == most else f"{least} to {most}"
