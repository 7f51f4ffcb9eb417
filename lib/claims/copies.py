"""Report R1's enlarged parts (`lib.data.r1`): which pictures are copies of one, and how runs answer copies."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import entropy

from lib.claims import told
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
    return (
        "How many different pictures would give an accuracy that is as uncertain as this one? Our "
        f"{len(worth)} trainings say **{told.span(worth)}**, not {many}. If {right} of {few} different "
        f"pictures are right ({right / few:.0%}), the true share may be {low} to {high} (Wilson's 95% interval); of "
        f"{many}, {least} to {most}."
    )


def behind_worth(alike: float) -> dict[str, list[str]]:
    """Return how the worth of copies is measured, sentences by heading, to be folded; as in `told_worth`."""
    few = round(alike)
    said = [
        "Copies count by how often those of one picture were right together (Kish 1965, design effect of clusters).",
        f"If all copies of a picture always agreed, and pictures did not differ, it would be {few}; if they agreed no "
        f"more than copies of different pictures do, {sum(r1.ENLARGED['test'])}.",
        f"It can be less than {few}: the {sum(r1.FEW['test'][1:])} rare pictures have most of the copies, so if "
        "they fare unlike the others they decide most of it.",
    ]
    return {"How many different pictures": said}


def losses(printed: Mapping[str, float], public: float, columns: Sequence[float], ours: Sequence[Run]) -> pd.DataFrame:
    """Return losses beside guessing: whose, loss, guessing gives, loss / guessing, in words; and the ends.

    printed: of R1's ResNet50, by the part of its pictures. public: of a public notebook's training. columns: the
    entropies of its four columns. Of both there are two ways to guess: by R1's two counts of its pictures, or by the
    mean and the sum of the four losses. ours: runs on R1's copies, of which there is one count.
    Columns in numbers: low and high (the loss), least and most (guessing).
    """
    rows = [
        (f"R1's ResNet50, {part}", [loss], [float(entropy(numbers[part])) for numbers in (r1.FEW, r1.ENLARGED)])
        for part, loss in printed.items()
    ]
    rows.append(("a public notebook, train", [public], [sum(columns) / len(columns), sum(columns)]))
    rows += [
        (f"R1's first network, trained by us, {part}", own, [float(entropy(r1.ENLARGED[part]))])
        for part in ("train", "test")
        if (own := [run.metrics[f"{part}_loss"] for run in ours])
    ]
    ends = [(name, min(own), max(own), min(guess), max(guess)) for name, own, guess in rows]
    table = pd.DataFrame(ends, columns=["whose", "low", "high", "least", "most"])
    table["loss"] = [
        told.ends(f"{low:.3f}", f"{high:.3f}") for low, high in zip(table["low"], table["high"], strict=True)
    ]
    both = zip(table["least"], table["most"], strict=True)
    table["guessing gives"] = [told.ends(f"{least:.3f}", f"{most:.3f}", "or") for least, most in both]
    both = zip(table["low"] / table["most"], table["high"] / table["least"], strict=True)
    table["loss / guessing"] = [told.ends(f"{low:.2f}", f"{high:.2f}") for low, high in both]
    return table


def told_losses(table: pd.DataFrame, ours: Sequence[Run]) -> str:
    """Return in sentences what these losses can show; table, ours: of `losses`."""
    trained, tested = (table["loss / guessing"].iloc[place] for place in (-2, -1))
    right = [run.metrics["test_accuracy"] for run in ours]
    accuracy = told.ends(f"{min(right):.0%}", f"{max(right):.0%}")
    worse = f" Above 1 guessing is better; accuracy ({accuracy}) does not show that."
    return (
        "Where guessing gives two values, the report does not say which holds. The public notebook prints no "
        "validation loss, so nobody can tell which network is better. A training loss does not help: that of R1's "
        f"first network, trained by us, is {trained} of guessing on the training copies, {tested} on the test copies."
        f"{worse * bool(table['low'].iloc[-1] > table['most'].iloc[-1])}"
    )
