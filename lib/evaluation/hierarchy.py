"""Two answers of which the second lies inside the first, as a sub category lies in a main category: do they agree?

answers: of each training a dictionary of class numbers (N,), "main" and "sub", for the same pictures. truth: their
labels, likewise. exist: labels of both (N,), of pictures that show which pairs there are, none of them a test picture;
-1 is no label.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

FULL = {"R5.resnet34_mtl": "ResNet-34 (R5)", "R5.vgg16": "VGG-16 (R5)"}  # what a page calls R5's networks
REVEALED = "share of its mistakes that they reveal"
Answers = Mapping[str, np.ndarray]
Pairs = tuple[np.ndarray, np.ndarray]


def of_runs(runs: Sequence, targets: Sequence[str]) -> tuple[list[Answers], Answers, Pairs]:
    """Return answers and truth of the test pictures of runs (`lib.training.run.Run`), and the pairs that they show.

    targets: what the runs call the main and the sub category. Carried runs know no training labels: the validation
    pictures show the pairs.
    """
    named = dict(zip(("main", "sub"), targets, strict=True))
    answers: list[Answers] = [{name: run.predicted("test", target) for name, target in named.items()} for run in runs]
    truth = {name: runs[0].labels("test", target) for name, target in named.items()}
    main, sub = (runs[0].labels("val", target) for target in targets)
    return answers, truth, (main, sub)


def impossible(said: Answers, exist: Pairs) -> np.ndarray:
    """Return for each pair of answers whether no picture has it, bool (N,)."""
    labelled = (exist[0] >= 0) & (exist[1] >= 0)
    main, sub = (labels[labelled] for labels in exist)
    largest = max(int(said["sub"].max()), int(sub.max())) + 1
    return ~np.isin(said["main"] * largest + said["sub"], main * largest + sub)


def contradictions(answers: Sequence[Answers], truth: Answers, exist: Pairs) -> pd.DataFrame:
    """Return a row for each training: seed; main, sub and both, shares right; impossible, spared, wrong, of: pictures.

    seed: from 0. impossible: how many have an impossible pair of answers; spared: of these, how many are right in both,
    because their pair is new; wrong: a mistake in either answer; of: all.
    """
    rows = []
    for seed, said in enumerate(answers):
        main, sub = (said[name] == truth[name] for name in ("main", "sub"))
        row = {"seed": seed, "main": main.mean(), "sub": sub.mean(), "both": (main & sub).mean()}
        new = impossible(said, exist)
        counts = {"impossible": new.sum(), "spared": (new & main & sub).sum(), "wrong": (~(main & sub)).sum()}
        counts["of"] = len(main)
        rows.append(row | {name: int(number) for name, number in counts.items()})
    return pd.DataFrame(rows)


def examples(
    said: Answers, truth: Answers, exist: Pairs, images: np.ndarray, table: dict[int, int], most: int
) -> np.ndarray:
    """Return which pictures (places in `truth`) have an impossible pair of answers: `most` different ones.

    Those whose main answer the table rights come first, then those that it spoils, then the others, in the proportion
    of their numbers; of each kind first those with other answers and labels than any before. images: of the same
    pictures; one may occur twice.
    """
    where = np.flatnonzero(impossible(said, exist))
    different = {images[place].tobytes(): place for place in where[::-1]}
    where = np.sort(np.array([*different.values()], int))
    before = said["main"][where] == truth["main"][where]
    after = looked_up(table, said["sub"][where]) == truth["main"][where]
    groups = [where[~before & after], where[before & ~after], where[before == after]]
    most, of = min(most, len(where)), max(len(where), 1)
    numbers = [most * len(group) // of for group in groups]
    left = sorted(range(3), key=lambda k: -(most * len(groups[k]) % of))[: most - sum(numbers)]
    chosen = []
    for k, group in enumerate(groups):
        kinds = np.stack([own[name][group] for own in (said, truth) for name in ("main", "sub")], axis=1)
        new = np.unique(kinds, axis=0, return_index=True)[1]
        chosen.append(np.concatenate([group[np.sort(new)], np.delete(group, new)])[: numbers[k] + (k in left)])
    return np.concatenate(chosen)


def measured(
    both: Sequence[Answers], alone: Mapping[str, Sequence[Answers]], truth: Answers, exist: Pairs
) -> pd.DataFrame:
    """Return the rows of `contradictions`, and those of two networks with one head each, whose columns end in _alone.

    both: answers of the networks with two heads. alone: question -> those of the networks with that head alone.
    """
    pairs = [dict(zip(alone, (own[name] for name, own in zip(alone, each, strict=True)), strict=True))
             for each in zip(*alone.values(), strict=True)]  # fmt: skip
    apart = contradictions(pairs, truth, exist)[["main", "sub", "both", "impossible"]]
    return contradictions(both, truth, exist).join(apart.add_suffix("_alone"))


def with_table(
    measured: pd.DataFrame, both: Sequence[Answers], alone: Sequence[Answers], truth: Answers, table: dict[int, int]
) -> pd.DataFrame:
    """Return the rows of `measured` with the shares that are right where a table gives the main category.

    table_main, table_both: of two heads, the sub category being the answer of theirs. alone_main, alone_both: of the
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
        alone_both=[each.all(axis=0).mean() for each in right(alone)],
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
        answers.append([*own, (str(told), bool(main == truth["main"][k]))])
    return answers, [f"{classes['main'][truth['main'][k]]}\n{classes['sub'][truth['sub'][k]]}" for k in places]


def told(table: pd.DataFrame) -> str:
    """Return a table of `contradictions` in words, from the smallest to the largest of its trainings."""
    got = f"{between(table['impossible'], ',d')} of {table['of'].iloc[0]:,} test pictures get an impossible pair"
    if not table["impossible"].any():
        return f"{got}."
    if spared := int(table["spared"].sum()):
        new = "there are pairs that no training or validation picture has"
        return f"{got}. In all but {spared} of them, over all trainings, at least one answer is wrong: {new}."
    return f"{got}. In each at least one answer is wrong, and to find them took no label of a test picture."


def told_share(table: pd.DataFrame, full: Mapping[str, Mapping[str, str]]) -> str:
    """Return in words which share of the mistakes a table of `contradictions` finds, here and at full length.

    full: a network's name -> cells of `shown`; the first of them is told.
    """
    network, cells = next(iter(full.items()))
    found = f"finds {revealed(table)} of" if table["impossible"].any() else "finds no contradiction, so none of"
    return (
        f"A second answer is a check that needs no labels of new pictures: here it {found} the pictures with a mistake"
        f", at full length with {network} {cells[REVEALED]}."
    )


def revealed(table: pd.DataFrame) -> str:
    """Return which share of the pictures with a mistake have an impossible pair, from the smallest to the largest."""
    return between((table["impossible"] - table["spared"]) / table["wrong"].clip(lower=1), ".0%")


def shown(table: pd.DataFrame) -> dict[str, str]:
    """Return a table of `contradictions` as cells of one row: means over seeds, of counts the range."""
    cells = {name: f"{table[name].mean():.1%}" for name in ("main", "sub", "both")}
    pairs = f"{between(table['impossible'], ',d')} of {table['of'].iloc[0]:,}"
    return cells | {"impossible pairs": pairs, REVEALED: revealed(table)}


def each(changes: pd.Series, most: int = 6) -> str:
    """Return the change of each training, "+14, +4, -2", or where there are many the smallest and the largest."""
    return ", ".join(f"{own:+,d}" for own in changes) if len(changes) <= most else between(changes, "+,d")


def told_examples(answers: Sequence[Sequence[tuple[str, bool]]], of: int) -> str:
    """Return which contradictions are shown: how many the table rights or spoils; answers: of `captions`."""
    kinds = [(own[0][1], own[-1][1]) for own in answers]
    counts = {"rights": kinds.count((False, True)), "spoils": kinds.count((True, False))}
    counts["neither rights nor spoils"] = len(kinds) - sum(counts.values())
    told = [f"{number} whose main answer the table {what}" for what, number in counts.items() if number]
    return f"{len(kinds)} of the {of:,} contradictions of the first network, from the left: {', '.join(told)}."


def between(values: pd.Series, form: str) -> str:
    """Return the smallest and the largest value in words: "22 to 34", or "22" where they are the same."""
    least, most = (format(value, form) for value in (values.min(), values.max()))
    return least if least == most else f"{least} to {most}"
