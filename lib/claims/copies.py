"""Report R1's enlarged parts (`lib.data.r1`): which pictures are copies of one, and how runs answer copies."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

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


def told_worth(alike: float, worth: Sequence[float], share: float = 0.9) -> str:
    """Return in sentences what R1's test copies are worth, and what that does to the interval of an accuracy.

    alike: the effective number of copies that always agree. worth: what `worth` measured. share: the accuracy.
    """
    many, few = sum(r1.ENLARGED["test"]), round(alike)
    intervals = [statistics.wilson(round(share * number), number) for number in (many, few)]
    taken, real = (f"{low:.0%} to {high:.0%}" for low, high in intervals)
    why = f" (fewer than {few} where the pictures with most copies are wrong)" if min(worth) < few - 1 else ""
    return (
        f"If copies always agree, the {many} pictures are worth as much as {few} different ones. In our trainings, by "
        f"the copies that were right, they were worth {min(worth):.0f} to {max(worth):.0f}{why}. If you take them for "
        f"{many} different pictures, you think that {share:.0%} means {taken}. With {few} pictures it means {real}."
    )
