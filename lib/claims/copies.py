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


def told_worth(alike: float, worth: Sequence[float], share: float = 0.9) -> str:
    """Return in sentences what R1's test copies are worth, and what that does to the interval of an accuracy.

    alike: the effective number of copies that always agree. worth: what `worth` measured. share: the accuracy.
    """
    many, few = sum(r1.ENLARGED["test"]), round(alike)
    intervals = [statistics.wilson(round(share * number), number) for number in (many, few)]
    taken, real = (f"{low:.0%} to {high:.0%}" for low, high in intervals)
    lower = f" Fewer than {few} is possible: where the pictures with the most copies are wrong, and the others right."
    return (
        f"Measured by which copies were right, the {many} were worth {min(worth):.0f} to {max(worth):.0f} different "
        f"pictures.{lower if min(worth) < few - 1 else ''} If you take them for {many} different pictures, you think "
        f"that {share:.0%} means {taken}. With {few} pictures it means {real}."
    )


def losses(printed: Mapping[str, float], public: float, columns: Sequence[float]) -> pd.DataFrame:
    """Return R1's losses and a public notebook's beside guessing: loss, printed, guessing by, guessing gives, share.

    printed: of R1, by the part of its pictures, training first. public: of the notebook's training. columns: the
    entropies of its four columns.
    """
    ways = {"its first count": r1.FEW, "its enlarged count": r1.ENLARGED}
    rows = [
        (f"R1, {part}", figure, how, float(entropy(numbers[part])))
        for part, figure in printed.items()
        for how, numbers in ways.items()
    ]
    both = {"mean of four losses": sum(columns) / len(columns), "sum of four losses": sum(columns)}
    rows += [("public notebook, train", public, how, figure) for how, figure in both.items()]
    table = pd.DataFrame(rows, columns=["loss", "printed", "guessing by", "guessing gives"])
    return table.assign(share=(table["printed"] / table["guessing gives"]).map("{:.0%}".format))


def told_losses(table: pd.DataFrame) -> str:
    """Return in sentences what these losses can show; table: of `losses`."""
    shares = table["printed"] / table["guessing gives"]
    ours, unseen, theirs = shares[:2], shares[2:4], shares[4:]
    lower = "is lower" if ours.max() < theirs.min() else "is not always lower"
    return (
        f"Beside guessing, R1's training loss {lower} than the public one. But R1 trained on copies of "
        f"{sum(r1.FEW['train'])} pictures, which can be learned by heart. Its validation loss is {unseen.min():.0%} to "
        f"{unseen.max():.0%} of guessing; the public notebook prints none. So the printed numbers do not show which "
        "network is better."
    )
