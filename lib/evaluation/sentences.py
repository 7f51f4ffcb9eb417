"""Verdicts of `lib.evaluation.comparison` in plain sentences, for a report's first box and its findings."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.evaluation import comparison, metrics

UNSURE = "not clearly different from"
SAID = {comparison.HIGHER: "clearly better than", comparison.LOWER: "clearly worse than"}
MUCH = 0.02  # of macro-F1: so great a loss is named though it could be chance


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
    only = "only full length shows a clear difference; our short run points"
    kinds = {
        "full length clearly shows the reverse of this run": own * length < 0,
        f"{only} the same way": unsure_here & same_way,
        f"{only} the other way, but that could be chance": unsure_here & ~same_way,
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


def plural(names: Sequence[str]) -> bool:
    """Return whether a verb after these names is plural: "class weights" and "offsets" are, alone, too."""
    return len(names) > 1 or names[0].endswith("s")


def _signs(told: pd.Series) -> pd.Series:
    return told.map({comparison.HIGHER: 1, comparison.LOWER: -1}).fillna(0)


def _by_sureness(found: pd.DataFrame) -> list[list[str]]:
    """Return the systems that are clearly higher, those that are clearly lower, and the others."""
    return [found.loc[_signs(found["verdict"]) == sign, "system"].tolist() for sign in (1, -1, 0)]


def placed(differences: pd.DataFrame, other: str, named: dict[str, str] | None = None, begin: str = "") -> str:
    """Return in sentences which systems are clearly better than another one, which worse, and which are neither.

    differences: rows of `comparison.against`, each system minus the other one. named: system -> how a sentence calls
    it; a system that is not among them is left out. begin: what the first sentence begins with. "" for no system.
    """
    named = {name: name for name in differences["system"]} if named is None else named
    higher = differences["difference"] > 0
    equal = differences["verdict"].str.startswith("equal") | differences["difference"].eq(0)
    unsure = ~differences["verdict"].isin(list(SAID)) & ~equal
    chance = ", but that could be chance"
    lost = unsure & (differences.get("low", 0) > 0) | unsure & (differences.get("high", 0) < 0)
    corrected = f"{chance}{comparison.CORRECTED}"
    groups = [
        (differences["verdict"] == comparison.HIGHER, SAID[comparison.HIGHER], ""),
        (differences["verdict"] == comparison.LOWER, SAID[comparison.LOWER], ""),
        (lost & higher, "better than", corrected),
        (lost & ~higher, "worse than", corrected),
        (unsure & ~lost & higher, "better than", chance),
        (unsure & ~lost & ~higher, "worse than", chance),
        (equal, "equal for practice to", ""),
    ]
    told = []
    for rows, said, end in groups:
        names = [named[each] for each in differences.loc[rows, "system"] if each in named]
        told += [f"{_listed(names)} {'are' if plural(names) else 'is'} {said} {other}{end}."] if names else []
    told[:1] = [f"{begin}{each}" for each in told[:1]]
    return " ".join(f"{each[:1].upper()}{each[1:]}" for each in told)


def at_full_length(table: pd.DataFrame, measure: str, named: dict[str, str], others: dict[str | float, str]) -> str:
    """Return in sentences how systems stand beside others, at full length.

    table: as `lib.runs.tabulate` has it. named: the systems in words. others: a system of the table, or the figure of a
    method that has no seeds, and what it is called.
    """
    told: dict[str, list[str]] = {}  # the same sentence about several others is told once
    for other, name in others.items():
        if isinstance(other, str):
            found = comparison.against(table[table["system"].isin([other, *named])], measure, other)
        else:
            found = comparison.against_figure(table[table["system"].isin(named)], measure, other)
            name = f"{name} ({other:.3f})"
        told.setdefault(placed(found, "{}", named), []).append(name)
    sentences = [each.replace("{}", " and ".join(names)) for each, names in told.items()]
    return f"On all real pictures {sentences[0][:1].lower()}{' '.join(sentences)[1:]}"


def answer(row: pd.Series, first: tuple[str, float], second: tuple[str, float], measure: str) -> str:
    """Return in a sentence whether the first of two systems is better: the answer to "does it help?".

    row: of `comparison.against`, first minus second. first, second: a name and a mean. measure: in words.
    """
    seeds, verdict = comparison.seeds(int(row["n"])), row["verdict"]
    (one, higher), (other, lower) = first, second
    compared = f"{one} ({comparison.figure(higher, '.3f')} in {measure}) is"
    against = f"{other} ({comparison.figure(lower, '.3f')})"
    if verdict in SAID:
        return f"{'Yes' if verdict == comparison.HIGHER else 'No'}: {compared} {SAID[verdict]} {against}."
    if verdict.startswith("equal"):
        return f"No: {compared} as good, for practice, as {against}."
    which = "better" if row["difference"] > 0 else "worse"
    if verdict.startswith("not judged"):
        return f"We cannot say whether {compared} better than {against}: {seeds} cannot tell that from chance."
    return f"Not clearly: {compared} {which} than {against}, but with {seeds} that could be chance."


def how_sure(row: pd.Series, what: str, seeds: str, measure: str = "macro-F1") -> str:
    """Return in a sentence what the interval of a difference means; row: of `comparison.against`; what: "the head"."""
    low, high = row["low"], row["high"]
    if not (math.isfinite(low) and math.isfinite(high)):
        return "One training of each network does not show what chance does."
    begin = f"The 95% interval from {seeds}: {what}"
    if low <= 0 <= high:
        return f"{begin} could be {-low:.3f} worse or {high:.3f} better in {measure}."
    least, most = sorted((abs(low), abs(high)))
    return f"{begin} is {least:.3f} to {most:.3f} {'better' if low > 0 else 'worse'} in {measure}."


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
        perhaps = f"may cost {-row['difference']:.3f} of macro-F1, but that could be chance"
        unsure = perhaps if row["difference"] < -MUCH else "made no clear difference"
        cost = f"cost {-row['difference']:.3f} of macro-F1" if lower else unsure
        left = of_way[row["system"]]
        same = (
            f"; the {left:.3f} that is left is what always saying {common} gets" if abs(left - always) < 0.002 else ""
        )
        told.append(f"Pixels {row['system']} {cost}{same}.")
    return " ".join(told)


def told_dull(answers: Sequence[np.ndarray], name: str) -> str:
    """Return how many trainings answer every picture alike, in words; answers: the classes (N,) that each chose."""
    dull = sum(len(np.unique(each)) == 1 for each in answers)
    if not dull:
        return f"Each training of {name} gives more than one answer to the validation pictures."
    gives = "gives" if dull == 1 else "give"
    return f"{dull} of {len(answers)} trainings of {name} {gives} every validation picture the same answer."


def told_tuning(row: pd.Series) -> str:
    """Return what fine-tuning did, in words; row: thawed minus frozen, of `comparison.against`."""
    did = {comparison.HIGHER: "clearly helped", comparison.LOWER: "clearly harmed"}
    said = did.get(row.verdict, "made no clear difference")
    interval = f"; 95% interval {comparison.span(row, '+.3f')}" if math.isfinite(row.low) else ""
    return f"Fine-tuning {said} ({row.difference:+.3f} in validation macro-F1{interval})."


def unseen(differences: pd.DataFrame) -> str:
    """Return in words how large a difference has to be to be seen with these seeds (`comparison.against`)."""
    smallest = differences["smallest"].max()
    seen = f"gains or losses below about {smallest:.2f} could not be seen"
    return seen if math.isfinite(smallest) else "without two seeds no gain or loss can be seen"
