"""Verdicts of `lib.evaluation.comparison` in plain sentences, for a report's first box and its findings."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from lib.evaluation import comparison, metrics

UNSURE = "cannot be told from"
VERBS = {comparison.HIGHER: "is better than", comparison.LOWER: "is worse than"}
MUCH = 0.02  # of macro-F1: so great a loss is named though it is not sure


def in_words(found: pd.DataFrame, one: str, other: str, words: Sequence[str] = ("better", "worse")) -> str:
    """Return in words where `one` is clearly better than `other`, where worse, and where neither.

    found: rows of `comparison.against`, `one` minus `other`; `system` says where: "with equal steps".
    words: what a higher and what a lower figure is called.
    """
    said = [f"clearly {words[0]} than", f"clearly {words[1]} than", "not clearly different from"]
    told = [
        f"is {which} {other} {_listed(places, 'or' if which == said[2] else 'and')}."
        for which, places in zip(said, _by_sureness(found), strict=True)
        if places
    ]
    return " ".join(f"{'It' if number else one[0].upper() + one[1:]} {each}" for number, each in enumerate(told))


def helps(found: pd.DataFrame) -> str:
    """Return in words which changes, the systems of `found`, clearly raise a measure, lower it, or do neither.

    found: rows of `comparison.against`, each change minus none.
    """
    higher, lower, neither = _by_sureness(found)
    told = f"{_listed(higher)} clearly help{'' if len(higher) > 1 else 's'}" if higher else ""
    none = "The change does not clearly help" if len(found) == 1 else f"None of the {len(found)} changes clearly helps"
    told = told or none
    told += f"; {_listed(lower)} clearly harm{'' if len(lower) > 1 else 's'}" if lower else ""
    rest = f"; of {_listed(neither)} no effect can be seen" if neither and len(neither) < len(found) else ""
    return f"{told[0].upper()}{told[1:]}{rest}."


def disagree(here: pd.DataFrame, full: pd.DataFrame, joined: str = "") -> str:
    """Return in sentences where this run and full length say different things; that both agree, where they do not.

    Unsure here and sure there is no disagreement: then it is said whether this run points the same way.
    here, full: rows of `comparison.against`; those whose `system` stands in both are looked at. joined: a word before
    each list of systems, such as "for", where their names need one.
    """
    both = here.merge(full, on="system", suffixes=("", "_full"))
    own, length = (_signs(both[each]) for each in ("verdict", "verdict_full"))
    unsure_here, same_way = (own == 0) & (length != 0), np.sign(both["difference"]) == length
    only = "only full length shows a clear difference, and this run points"
    kinds = {
        "full length clearly shows the reverse of this run": own * length < 0,
        f"{only} the same way": unsure_here & same_way,
        f"{only} the other way, which could be chance": unsure_here & ~same_way,
        "only this run shows a clear difference": (own != 0) & (length == 0),
    }
    told = []
    for kind, rows in kinds.items():
        if rows.any():
            where = f"{joined} {_listed(list(both.loc[rows, 'system']))}".strip()
            told.append(f"{where[0].upper()}{where[1:]}, {kind}.")
    return " ".join(told) or "This run and full length agree on what is clear."


def _listed(names: list[str], word: str = "and") -> str:
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _signs(told: pd.Series) -> pd.Series:
    return told.map({comparison.HIGHER: 1, comparison.LOWER: -1}).fillna(0)


def _by_sureness(found: pd.DataFrame) -> list[list[str]]:
    """Return the systems that are clearly higher, those that are clearly lower, and the others."""
    return [found.loc[_signs(found["verdict"]) == sign, "system"].tolist() for sign in (1, -1, 0)]


def who_beats(differences: pd.DataFrame, named: dict[str, str], rival: str) -> str:
    """Return which of two networks beats a rival, and which loses to it; differences: from that rival."""
    higher, lower = (
        [
            told
            for system, told in named.items()
            if (differences["verdict"][differences["system"] == system] == way).all()
        ]
        for way in (comparison.HIGHER, comparison.LOWER)
    )
    if len(higher) == len(named):
        return f"Both networks beat {rival}"
    if len(lower) == len(named):
        return f"Both networks are clearly worse than {rival}"
    said = f"Only {higher[0]} clearly beats {rival}" if higher else f"Neither network clearly beats {rival}"
    return f"{said}, and {lower[0]} is clearly worse" if lower else said


def versus(verdict: str, first: str, second: str) -> str:
    """Return a verdict as a sentence without its end: "a head is better than a network from scratch"."""
    return f"{first} {VERBS.get(verdict, UNSURE)} {second}"


def here_and_there(here: str, there: Iterable[str], first: str, second: str) -> str:
    """Return in a sentence whether verdicts here and at full length agree; of several there, which must be one."""
    found = set(there)
    full = found.pop() if len(found) == 1 else ""
    says = VERBS.get(here, UNSURE)
    if says == VERBS.get(full, UNSURE):
        return f"Here and at full length alike, {first} {says} {second}."
    there_it = {comparison.HIGHER: "it is clearly better", comparison.LOWER: "it is clearly worse"}.get(
        full, "there is no clear difference"
    )
    return f"Here {first} {says} {second}; at full length, on all real pictures, {there_it}."


def told_pixels(scores: pd.DataFrame, differences: pd.DataFrame, labels: np.ndarray, common: str) -> str:
    """Return what pixels cost that are prepared in a wrong way, in words.

    scores: system, seed, val_macro_f1 on pictures with these labels (N,). differences: from the right way, as
    `comparison.against` has them. common: the name of class 0. Who has as much as always class 0 has
    says so to every picture.
    """
    always = metrics.classification(labels, np.eye(labels.max() + 1)[np.zeros(len(labels), int)])["macro_f1"]
    of_way, told = scores.groupby("system")["val_macro_f1"].mean(), []
    for row in differences.to_dict("records"):
        lower = row["verdict"] == comparison.LOWER
        perhaps = f"may cost {-row['difference']:.3f} of macro-F1, but that is not sure"
        unsure = perhaps if row["difference"] < -MUCH else "cost nothing that we can see"
        cost = f"cost {-row['difference']:.3f} of macro-F1" if lower else unsure
        left = of_way[row["system"]]
        same = f" (the {left:.3f} that is left is that of always {common})" if abs(left - always) < 0.002 else ""
        told.append(f"pixels {row['system']} {cost}{same}")
    sentence = "; ".join(told)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def told_dull(answers: Sequence[np.ndarray], name: str) -> str:
    """Return how many trainings answer every picture alike, in words; answers: the classes (N,) that each chose."""
    dull = sum(len(np.unique(each)) == 1 for each in answers)
    if not dull:
        return f"Each training of {name} says more than one usage of the validation pictures."
    return f"{dull} of {len(answers)} trainings of {name} give every validation picture one usage: see the guards."


def told_tuning(row: pd.Series) -> str:
    """Return what fine-tuning did, in words; row: thawed minus frozen, of `comparison.against`."""
    did = {comparison.HIGHER: "clearly helped", comparison.LOWER: "clearly harmed"}
    said = did.get(row.verdict, "changed nothing that we can see")
    interval = comparison.span(row, "+.3f")
    return f"Fine-tuning {said}: {row.difference:+.3f} of validation macro-F1 ({interval})."


def unseen(differences: pd.DataFrame) -> str:
    """Return in words how large a difference has to be to be seen with these seeds (`comparison.against`)."""
    smallest = differences["smallest"].max()
    seen = f"gains or losses below about {smallest:.2f} could not be seen"
    return seen if math.isfinite(smallest) else "without two seeds no gain or loss can be seen"
