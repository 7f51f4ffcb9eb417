"""Verdicts of `lib.evaluation.comparison` in plain sentences, for a report's first box and its findings."""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from lib.base.text import capital, listed
from lib.evaluation import comparison, metrics, picture_by_picture, rare

SAID = {comparison.HIGHER: "clearly better than", comparison.LOWER: "clearly worse than"}
MUCH = 0.02  # of macro-F1: so great a loss is named though it could be chance


def disagree(here: pd.DataFrame, full: pd.DataFrame, joined: str = "") -> str:
    """Return in sentences where this run and full length say different things; that both agree, where they do not.

    Unsure here and sure there is no disagreement: which way an unsure difference points is not told.
    here, full: rows of `comparison.against`; those whose `system` stands in both are looked at. joined: a word before
    each list of systems, such as "for", where their names need one.
    """
    both = here.merge(full, on="system", suffixes=("", "_full"))
    own, length = (_signs(both[each]) for each in ("verdict", "verdict_full"))
    kinds = {
        "full length clearly shows the reverse of this run": own * length < 0,
        "only full length shows a clear difference": (own == 0) & (length != 0),
        "only this run shows a clear difference": (own != 0) & (length == 0),
    }
    told = []
    for kind, rows in kinds.items():
        if rows.any():
            where = f"{joined} {listed(list(both.loc[rows, 'system']))}".strip()
            told.append(f"{capital(where)}, {kind}.")
    return " ".join(told) or "This run and full length agree on what is clear."


def plural(names: Sequence[str]) -> bool:
    """Return whether a verb after these names is plural: "class weights" and "offsets (0.5)" are, alone, too."""
    return len(names) > 1 or names[0].partition(" (")[0].endswith("s")


def _signs(told: pd.Series) -> pd.Series:
    return told.map({comparison.HIGHER: 1, comparison.LOWER: -1}).fillna(0)


def placed(differences: pd.DataFrame, other: str, named: dict[str, str] | None = None, begin: str = "") -> str:
    """Return in sentences which systems are clearly better than another one, which worse, and which are neither.

    differences: rows of `comparison.against`, each system minus the other one. named: system -> how a sentence calls
    it; a system that is not among them is left out. begin: what the first sentence begins with. "" for no system.
    """
    named = {name: name for name in differences["system"]} if named is None else named
    higher = differences["difference"] > 0
    tiny = ~differences["verdict"].isin(list(SAID)) & (differences["difference"].abs() < comparison.EQUAL)
    equal = differences["verdict"].str.startswith("equal") | tiny
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
        (equal, "as good as", ""),
    ]
    told = []
    for rows, said, end in groups:
        names = [named[each] for each in differences.loc[rows, "system"] if each in named]
        told += [f"{listed(names)} {'are' if plural(names) else 'is'} {said} {other}{end}."] if names else []
    told[:1] = [f"{begin}{each}" for each in told[:1]]
    return " ".join(f"{each[:1].upper()}{each[1:]}" for each in told)


def told_reasons(sides: Sequence[int], labels: str) -> str:
    """Return why heads may not be better than a network from scratch, and what was not tried.

    sides: of the pictures, pixels, height first. labels: how many.
    """
    return (
        "**Why not more?** Two reasons are likely, but not tested. The backbones learned from pictures of 224 x 224 "
        f"pixels; ours have {sides[1]} x {sides[0]}, so what they look for is often too small here. And a frozen "
        f"backbone cannot adapt, while the network from scratch fits all its weights to {labels} labels or fewer. "
        "Elsewhere, with larger pictures and a thawed backbone, reuse is known to pay, most where labels are few "
        "(Kornblith et al. 2019, arXiv 1805.08974). Our runs do not show that, and do not refute it."
    )


def told_longer(longer: pd.DataFrame, measure: str, labels: int) -> str:
    """Return in a sentence how the second of two systems stands beside the first after more passes.

    longer: a table of runs of both.
    """
    systems = list(dict.fromkeys(longer["system"]))
    row = comparison.against(longer, measure, systems[0]).iloc[0]
    passes = f"With {labels} labels we also trained longer, for {int(longer['epochs'].max())} epochs"
    by = f"{row['difference']:+.3f} (95% interval {comparison.span(row, '+.3f')})"
    return f"{passes}: then the {systems[1]} differs from the {systems[0]} by {by}."


def answer(row: pd.Series, first: tuple[str, float], second: tuple[str, float], measure: str, pictures: int) -> str:
    """Return in a sentence whether the first of two systems is better: the answer to "does it help?".

    row: of `comparison.against`, first minus second. first, second: a name and a mean. measure: in words.
    pictures: the number that both learned from.
    """
    seeds, verdict = comparison.seeds(int(row["n"])), row["verdict"]
    (one, higher), (other, lower) = first, second
    reached = f"with {pictures:,} labels, {one} reaches {comparison.figure(higher, '.3f')} in {measure}"
    beside = comparison.figure(lower, ".3f")
    if verdict in SAID:
        yes = verdict == comparison.HIGHER
        more = "more" if yes else "less"
        return f"{'Yes' if yes else 'No'}: {reached}, clearly {more} than {other} ({beside})."
    if verdict.startswith("equal"):
        return f"It makes no difference: {reached}, {other} {beside}."
    return f"We cannot tell: {reached}, {other} {beside}; with {seeds} that could be chance."


def how_sure(row: pd.Series, what: str, seeds: str, measure: str = "macro-F1") -> str:
    """Return in a sentence what the interval of a difference means; row: of `comparison.against`; what: "the head"."""
    low, high = row["low"], row["high"]
    if not (math.isfinite(low) and math.isfinite(high)):
        return "One training of each network does not show what chance does."
    end = f"in {measure} (95% interval from {seeds})."
    if low <= 0 <= high:
        return f"{what[:1].upper()}{what[1:]} may in truth be anything from {-low:.3f} worse to {high:.3f} better {end}"
    least, most = sorted((abs(low), abs(high)))
    which = "better" if low > 0 else "worse"
    return f"{what[:1].upper()}{what[1:]} is {least:.3f} to {most:.3f} {which} {end}"


def by_seed(each: Sequence[float], row: pd.Series, shared: str) -> str:
    """Return how the interval of a difference comes about: head minus network from scratch, seed by seed.

    each: the differences. row: of `comparison.against`. shared: what the two of a seed have in common.
    """
    if not each:
        return "No seed has a figure for both networks, so there is no difference."
    own = listed([f"{difference:+.3f}" for difference in each])
    if len(each) == 1:
        return f"In the one seed that both have, the difference is {own}; one seed has no interval."
    return (
        f"Per seed {shared}, so we subtract seed by seed, head minus network: {own}. The mean is "
        f"{row['difference']:+.3f}, its 95% interval {comparison.span(row, '+.3f')}."
    )


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
        perhaps = f"may cost {-row['difference']:.2f} of macro-F1, but that could be chance"
        unsure = perhaps if row["difference"] < -MUCH else "made no clear difference"
        cost = f"cost {-row['difference']:.2f} of macro-F1" if lower else unsure
        left = of_way[row["system"]]
        same = f": {left:.3f} is left, as much as always saying {common} gets" if abs(left - always) < 0.002 else ""
        told.append(f"Pixels that were {row['system']} {cost}{same}.")
    return " ".join(told)


def ranges(prepare: Callable[[np.ndarray], np.ndarray], pixels: np.ndarray, scores: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each way to prepare pixels: which ones the backbone sees, and its validation macro-F1.

    prepare: its first layer. pixels: as they are. scores: system (the way), seed, val_macro_f1.
    """
    once = prepare(pixels)
    seen = {"prepared": once, "not prepared": pixels, "prepared twice": prepare(once)}
    ends = {way: f"{np.min(each):.3g} to {np.max(each):.3g}" for way, each in seen.items()}
    table = beside(scores, "prepared")
    table.insert(1, "pixels seen", table["way"].map(ends))
    return table


def beside(scores: pd.DataFrame, usual: str) -> pd.DataFrame:
    """Return a row for each way: its mean validation macro-F1, its difference from the usual one, whether it is clear.

    scores: system (the way), seed, val_macro_f1.
    """
    means = scores.groupby("system", sort=False)["val_macro_f1"].mean()
    rows = {row.system: row for row in comparison.each_row(comparison.against(scores, "val_macro_f1", usual))}
    told = [[rare.gain(rows[way], 2), rare.clear(rows[way])] if way in rows else ["–", "–"] for way in means.index]
    table = pd.DataFrame(told, columns=[f"minus {usual} (95% interval)", "clear?"])
    figures = [comparison.figure(mean, ".3f") for mean in means]
    table.insert(0, "macro-F1", figures)
    table.insert(0, "way", list(means.index))
    return table


def told_dull(answers: Sequence[np.ndarray], name: str) -> str:
    """Return how many trainings answer every picture alike, in words; answers: the classes (N,) that each chose.

    "" where none does.
    """
    dull = sum(len(np.unique(each)) == 1 for each in answers)
    if not dull:
        return ""
    gives, it = ("gives", "It is") if dull == 1 else ("give", "They are")
    said = f"{dull} of {len(answers)} trainings of the {name} {gives} every validation picture the same answer."
    return f"{said} {it} counted in its mean."


def as_good(row: pd.Series, first: str, second: str) -> str:
    """Return in a sentence whether the first of two systems proved better; row: of `comparison.against`."""
    if row["verdict"] in SAID:
        return f"Here {first} is {SAID[row['verdict']]} {second}."
    return f"Here {first} did not prove better than {second}, nor worse."


def told_tuning(before: float, after: float, frozen: int, weights: int, changed: np.ndarray) -> str:
    """Return what one fine-tuning did to validation macro-F1, and how many of the weights stayed frozen, in words.

    changed: bool, of each validation picture, whether its answer changed.
    """
    moved = f"goes from {before:.3f} to {comparison.figure(after, '.3f')}"
    small = " So here the last layers are nearly the whole network." if frozen < weights / 10 else ""
    did = "stays the same" if before == after else moved
    return (
        f"Of the {weights:,} weights {frozen:,} stay frozen.{small} Macro-F1 on the validation pictures {did}: "
        f"{int(changed.sum()):,} of {len(changed):,} answers change. One training shows how it is done, not whether it "
        "pays."
    )


def told_recalls(grid: Mapping[str, list], classes: Sequence[str]) -> str:
    """Return in words which share of the test pictures of the last class each system finds.

    grid: system -> its runs (`lib.training.run.Run`).
    """
    found = picture_by_picture.recalls(dict(grid), list(classes))
    means = found[found["class"] == classes[-1]].groupby("system", sort=False)["recall"].mean()
    shares = listed([f"{share:.0%} ({system})" for system, share in means.items()])
    return f"of {classes[-1]} are found {shares}."
