"""What notebook 12 says of reports R1 and R4: every sentence is made of figures that were counted or measured."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.base.text import listed
from lib.claims import rules
from lib.data import r1
from lib.evaluation import comparison, statistics

Range = tuple[float, float]
SAID = ("with", "without")


def shirts(with_it: Sequence[int], without: Sequence[int]) -> str:
    """Return in sentences whether R4's augmentation makes networks say Shirt too often, and how sure that is.

    with_it, without: how often each of our networks says it to the same test pictures, trained with and without.
    """
    first = (
        f"networks trained with R4's augmentation say *Shirt* {min(with_it):,} to {max(with_it):,} times, the "
        f"{len(without)} without it {min(without):,} to {max(without):,} times. All see the same test pictures"
    )
    if min(with_it) <= max(without):
        return f"Our {len(with_it)} {first}. The two overlap, so we cannot tell whether the augmentation is the reason."
    orders = math.comb(len(with_it) + len(without), len(with_it))
    return (
        f"Our {len(with_it)} {first}, so the pictures alone cannot be the cause. It is probably the augmentation: all "
        f"{len(with_it)} with it say it more often than all {len(without)} without, and by luck alone that happens "
        f"once in {orders:,} times."
    )


def grim(printed: str, few: int, many: int) -> str:
    """Return in sentences how a printed share is tested on two numbers of pictures, worked out."""
    behind, product = statistics.count_behind(printed, many), float(printed) * few
    below = math.floor(product)
    first = f"For example, {printed} x {few} = {product:.1f}, but pictures are whole"
    near = f"{below} of {few} prints {below / few:.4f}, {below + 1} of {few} prints {(below + 1) / few:.4f}"
    end = f" With {many} pictures it fits: {behind} of {many} prints {behind / many:.4f}." if behind else ""
    return f"{first}: {near}.{end}"


def counts() -> pd.DataFrame:
    """Return R1's numbers of pictures, a row for each place that gives them; the last one is to be counted."""
    own = {part: [sum(places[part]) for places in (r1.FEW, r1.ENLARGED)] for part in ("train", "validation")}
    rows = [
        ("its text", "–", "6,667"),
        ("a first count (its figure 3)", f"{own['train'][0]:,}", f"{own['validation'][0]:,}"),
        ("an enlarged count, with changed copies (its figure 4)", f"{own['train'][1]:,}", f"{own['validation'][1]:,}"),
        ("the log of its ResNet50 (its figure 8)", "?", "?"),
    ]
    return pd.DataFrame(rows, columns=["R1 says in", "training pictures", "validation pictures"])


def steps(epoch: int, log: int) -> str:
    """Return in sentences which of R1's counts the training pictures of an epoch fit; log: the steps of its log."""
    few, many = (sum(own["train"]) for own in (r1.FEW, r1.ENLARGED))
    near = [size for size in range(1, many) if math.ceil(many / size) >= log][-1]
    sizes = " and ".join(f"{math.ceil(many / size)} ({size} a step)" for size in (near, near + 1))
    no_size = math.ceil(many / near) != log
    why = f" No batch size turns {many:,} pictures into {log} steps: the nearest are {sizes}." if no_size else ""
    product = f"{log} x {epoch // log} = **{epoch:,}** pictures in an epoch"
    return f"{product}, {epoch / few:g} times the {few} of R1's first count.{why}"


def fitting(every: Sequence[int], most: int, epoch: int) -> str:
    """Return in sentences which numbers of validation pictures give all of R1's accuracies, and what may be behind."""
    few, trained = sum(r1.FEW["validation"]), sum(r1.FEW["train"])
    some = listed([f"{number:,}" for number in every]) if len(every) < 5 else (
        f"{', '.join(f'{number:,}' for number in every[:3])} and {len(every) - 3:,} more"
    )  # fmt: skip
    return (
        f"Of all numbers up to {most:,}, only {some} can give all nine; R1's own three cannot. Two causes are possible:"
        "\n\n"
        f"- R1 made ten copies of each picture of its first count: {every[0]} is {every[0] // few} times {few}, as "
        f"{epoch:,} is {epoch // trained} times {trained}.\n"
        f"- R1 told Keras how many steps of five pictures an epoch has: {epoch // 5} for training, {every[0] // 5} for "
        "validation."
    )


def answer(stated: float, counted: float, wrong: Sequence[int], fewest: int) -> str:
    """Return in sentences what counting found; stated, counted, wrong: as in `checklist`.

    fewest: the smallest number of validation pictures that gives all of R1's accuracies.
    """
    which = "none" if len(wrong) == 3 else "not all"
    return (
        f"A lot, by counting: R4 claims an accuracy of {stated:.1%}, but the confusion matrix that it prints adds up "
        f"to {counted:.1%}. R1 gives three numbers of validation pictures (6,667, 30 and 670). The accuracies in the "
        f"log of its ResNet50 fit {which} of them; the smallest number that fits is {fewest}."
    )


def statements(judged: pd.DataFrame) -> str:
    """Return in sentences how many statements have which verdict; judged: as `lib.claims.within.compare` has them."""
    kinds = judged["verdict"].map(rules.kind).value_counts()
    return (
        f"Of the {len(judged)} odd statements that we found, {kinds['contradicted']} are contradicted, "
        f"{kinds['not supported']} do not follow from what is shown, and {kinds['holds']} hold."
    )


def by_chance(number: int, fits: int, of: int) -> str:
    """Return in sentences how many of the printed shares would fit so many pictures by chance, beside how many do.

    Of all shares with four decimals, from 0.0000 to 1.0000, as many can be printed as there are different ones.
    """
    possible = len({f"{count / number:.4f}" for count in range(number + 1)}) / 10_001
    expected = possible * of
    support = "no support" if fits <= round(expected) else "more than chance gives"
    return (
        f"Larger numbers fit more easily: {number:,} pictures can give {possible:.0%} of all shares with four "
        f"decimals, so about {expected:.0f} of {of} would fit by chance. {fits} do: that is {support}. "
        "The log of R1's first network does fit its first count (task 3)."
    )


def effective(table: pd.DataFrame, alike: float) -> str:
    """Return how the effective number of R1's copies is worked out; table: of `lib.claims.copies.counted`."""
    both = zip(table["pictures"], table["copies of each"], strict=True)
    squares = " + ".join(f"{pictures} x {copies:.1f}²" for pictures, copies in both)
    total = int(table["copies"].sum())
    return (
        f"{total}² / ({squares}) = **{alike:.1f}**: R1's {total} copies of test pictures are worth {alike:.0f} "
        "different ones, if copies always agree."
    )


def copies_agree(answered: pd.DataFrame, twice: pd.DataFrame) -> str:
    """Return in sentences whether copies agree, and what copying does to an accuracy.

    answered, twice: of `lib.claims.copies`.
    """
    share, trainings = answered["right"], answered["seed"].nunique()
    few, many = np.array(r1.FEW["test"]), np.array(r1.ENLARGED["test"])
    whole, once = (f"{twice[key].min():.0%} to {twice[key].max():.0%}" for key in ("copies", "pictures"))
    always = [f"always {r1.CLASSES[0]}: {own[0] / own.sum():.0%}" for own in (many, few)]
    rare = answered[answered["original"] >= few[0]]["right"].mean()
    alike = ((share == 1) | (share == 0)).mean()
    reason = f"{few[1:].sum()} rare pictures have {many[1:].sum()} of the {many.sum()} copies"
    return (
        f"Copies {'mostly' if alike > 0.5 else 'rarely'} agree: {alike:.0%} of the pictures have all copies right, or "
        f"all wrong ({comparison.seeds(trainings)}). If each copy counts alike, {whole} are right ({always[0]}); if "
        f"each picture does, {once} ({always[1]}): {reason}, and only {rare:.0%} of theirs are right."
    )


def text_and_matrix(matrix: float, text: float, with_it: Sequence[float], without: Sequence[float]) -> str:
    """Return in sentences which of our trainings R4's two accuracies fit, and how sure that is."""
    ranges = [_range(with_it), _range(without)]
    (one, other), own = (f"{low:.1%} to {high:.1%}" for low, high in ranges), [len(with_it), len(without)]
    fits = {name: [_inside(value, each) for each in ranges] for name, value in (("matrix", matrix), ("text", text))}
    told = [f"R4's {name} ({value:.1%}) {_where(*fits[name])}" for name, value in (("matrix", matrix), ("text", text))]
    trainings = f"{own[0]} and {own[1]} trainings"
    different = fits["matrix"] != fits["text"] and any(fits["text"])
    perhaps = "Perhaps the two are of different networks. " * different
    end = f"{perhaps}We cannot prove more: the ranges come from {trainings}."
    (_, below), (above, _) = sorted(ranges)
    if below < text < above:
        told[1] = f"R4's text ({text:.1%}) lies between the two ranges"
        end = f"These come from {trainings}, so their ends are rough, and we cannot say which network it was."
    return (
        f"If we trained it once more, we would expect an accuracy of {one} (95% range). Without augmentation it would "
        f"be {other}.\n\n{'. '.join(told)}. {end}"
    )


def ends(low: str, high: str, word: str = "to") -> str:
    """Return both ends in words, or one where they are the same: "9 to 18", "0%"."""
    return low if low == high else f"{low} {word} {high}"


def span(values: Sequence[float]) -> str:
    """Return the least and the largest of values as whole numbers: "9 to 18"."""
    return ends(f"{min(values):.0f}", f"{max(values):.0f}")


def _range(values: Sequence[float]) -> Range:
    low, high = statistics.prediction_interval(values)
    return low, min(high, 1.0)


def _inside(value: float, ends: Range) -> bool:
    return ends[0] <= value <= ends[1]


def _where(first: bool, second: bool) -> str:
    if first != second:
        return f"fits only the networks {SAID[0] if first else SAID[1]} augmentation"
    return "fits both" if first else "fits neither"


def checklist(
    diagonal: Range,
    column: tuple[str, int, int],
    numbers: Sequence[int],
    alike: tuple[int, int],
    share: str,
) -> pd.DataFrame:
    """Return five checks: what a report prints, what you do with it, what that caught in this notebook.

    diagonal: R4's stated and counted accuracy. column: a class, how often R4's network says it, how many there are.
    numbers: those of R1's validation pictures that do not fit the log of its ResNet50. alike: R1's test pictures, and
    different ones. share: what losses divided by that of guessing say, in words.
    """
    stated, counted = diagonal
    name, said, there = column
    odd = listed([f"{number:,}" for number in numbers], "or")
    several = f"R1's ResNet50: not of {odd} pictures" if odd else "nothing"
    rows = [
        ("a confusion matrix", "add up the diagonal", f"R4: {counted:.1%}, not {stated:.1%}"),
        ("a confusion matrix", "add up the columns", f"R4: {name} {said:,} times, but there are {there:,}"),
        ("an accuracy", "multiply it by the number of pictures", several),
        ("a number of pictures", "count the different ones", f"R1: {alike[0]:,} are {alike[1]} and their copies"),
        ("a loss", "divide it by that of guessing", share),
    ]
    return pd.DataFrame(rows, columns=["what is printed", "what you do", "what it says here"])
