"""Report R1's enlarged parts (`lib.data.r1`): which pictures are copies of one, and how runs answer copies."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import entropy

from lib.data import r1
from lib.evaluation import statistics
from lib.training.run import Run


def counted(part: str = "test") -> pd.DataFrame:
    """Return a row for each of R1's classes: class, pictures (before), copies (after), copies of each."""
    table = pd.DataFrame({"class": r1.CLASSES, "pictures": r1.FEW[part], "copies": r1.ENLARGED[part]})
    return table.assign(**{"copies of each": table["copies"] / table["pictures"]})


def originals(part: str = "test") -> np.ndarray:
    """Return for each picture of an enlarged part the number of the one that it is, or is a copy of, int64 (N,).

    In the order of `lib.data.r1.balanced`, class after class.
    """
    few, many = r1.FEW[part], r1.ENLARGED[part]
    first = np.cumsum([0, *few[:-1]])
    return np.concatenate([start + np.arange(n) % own for start, own, n in zip(first, few, many, strict=True)])


def answered(runs: Sequence[Run], part: str = "test") -> pd.DataFrame:
    """Return a row for each picture and run on R1's copies: seed, original, right (the share of its copies)."""
    own = originals(part)
    rows = [
        pd.DataFrame({"seed": run.config.seed, "original": own, "right": run.predicted(part) == run.labels(part)})
        for run in runs
    ]
    return pd.concat(rows).groupby(["seed", "original"])["right"].mean().reset_index()


def worth(runs: Sequence[Run], part: str = "test") -> list[float]:
    """Return for each run on R1's copies how many different pictures would tell as much."""
    own = originals(part)
    return [statistics.effective_number(run.predicted(part) == run.labels(part), own) for run in runs]


def twice(answered: pd.DataFrame, part: str = "test") -> pd.DataFrame:
    """Return the accuracy of each training (seed) counted twice: over all copies, and with each picture counting once.

    answered: of `answered`. Columns: training, copies, pictures.
    """
    many = np.bincount(originals(part))
    rows = [
        {"training": f"seed {seed}", "copies": np.average(own["right"], weights=many), "pictures": own["right"].mean()}
        for seed, own in answered.groupby("seed")
    ]
    return pd.DataFrame(rows)


def told_worth(alike: float, worth: Sequence[float]) -> str:
    """Return in sentences what R1's test copies are worth, and what that does to the interval of an accuracy.

    alike: the effective number of copies that always agree. worth: what `worth` measured.
    """
    many, few = sum(r1.ENLARGED["test"]), round(alike)
    right = few - 1  # of so few different pictures
    small, large = statistics.wilson(right, few), statistics.wilson(round(right / few * many), many)
    (low, high), (least, most) = ([f"{end:.0%}" for end in ends] for ends in (small, large))
    less = ""
    if min(worth) < few - 1:
        less = (
            f" It can be less than {few}: the {sum(r1.FEW['test'][1:])} rare pictures have most of the copies, and "
            "fare unlike the others, so they decide most of it."
        )
    return (
        "How many different pictures would give an accuracy that is as uncertain as this one? We measured it in our "
        f"{len(worth)} trainings: **{min(worth):.0f} to {max(worth):.0f}**, not {many}.{less} If a report printed "
        f"{right / few:.0%} on them, that would be {right} of {few}, and the true share may be {low} to {high} "
        f"(Wilson's 95% interval). Whoever takes them for {many} different pictures would say {least} to {most}."
    )


def behind_worth(alike: float) -> dict[str, list[str]]:
    """Return how the worth of copies is measured, sentences by heading, to be folded; as in `told_worth`."""
    few = round(alike)
    said = [
        "Copies count by how often those of one picture were right together (Kish 1965, design effect of clusters).",
        f"If all copies of a picture always agreed, and pictures did not differ, it would be {few}; if they agreed no "
        f"more than copies of different pictures do, {sum(r1.ENLARGED['test'])}.",
    ]
    return {"How many different pictures": said}


def losses(printed: Mapping[str, float], public: float, columns: Sequence[float]) -> pd.DataFrame:
    """Return R1's losses and a public notebook's beside guessing: loss, printed, guessing gives, share (both in words).

    printed: of R1, by the part of its pictures, training first. public: of the notebook's training. columns: the
    entropies of its four columns. Of each there are two ways to guess: by R1's two counts of its pictures, or by the
    mean and the sum of the four losses.
    """
    rows = [
        (f"R1, {part}", figure, [float(entropy(numbers[part])) for numbers in (r1.FEW, r1.ENLARGED)])
        for part, figure in printed.items()
    ]
    rows.append(("public notebook, train", public, [sum(columns) / len(columns), sum(columns)]))
    table = pd.DataFrame(
        [(name, figure, min(guess), max(guess)) for name, figure, guess in rows],
        columns=["loss", "printed", "least", "most"],
    )
    guessing = [f"{low:.3f} or {high:.3f}" for low, high in zip(table["least"], table["most"], strict=True)]
    ends = zip(table["printed"] / table["most"], table["printed"] / table["least"], strict=True)
    share = [f"{low:.0%} to {high:.0%}" for low, high in ends]
    return table.assign(**{"guessing gives": guessing, "share of guessing": share})


def told_losses(table: pd.DataFrame, guessing: float) -> str:
    """Return in sentences what these losses can show; table: of `losses`; guessing: by R1's first count."""
    own, public = table.iloc[1], table.iloc[-1]
    return (
        f"Guessing costs {guessing:.2f} by R1's first count of validation pictures. By its enlarged count, whose "
        f"classes are nearly equal, it costs {own['most']:.2f}, about ln 3. We do not know which one it used, so its "
        f"validation loss of {own['printed']:.2f} is {own['share of guessing']} of guessing. The public notebook "
        f"prints only a training loss, {public['printed']:.2f}. Guessing costs {public['least']:.2f} (mean entropy of "
        f"its four columns) or {public['most']:.2f} (their sum). So we cannot tell which network is better."
    )
