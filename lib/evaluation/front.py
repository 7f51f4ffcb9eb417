"""Which systems no other one beats at less cost."""

import numpy as np
import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison


def front(costs: np.ndarray, figures: np.ndarray) -> np.ndarray:
    """Return which systems no other one beats: none costs at most as much and is better, or less and is as good.

    costs: float (N,), lower is better. figures: float (N,), higher is better. bool (N,); one without a cost (NaN) is
    not on the front. Source: Pareto's optimum.
    """
    beaten = [
        bool((((costs <= cost) & (figures > figure)) | ((costs < cost) & (figures >= figure))).any())
        for cost, figure in zip(costs, figures, strict=True)
    ]
    return ~np.array(beaten, dtype=bool) & ~np.isnan(costs) & ~np.isnan(figures)


def told(systems: pd.DataFrame, best: str) -> tuple[str, str]:
    """Return what the best system on Fashion-MNIST reaches and costs beside the cheapest, and which to take, in words.

    systems: rows of system, mean (test accuracy), multiply_adds and front_multiply_adds (is it on the front?).
    """
    costs = systems.set_index("system")["multiply_adds"]
    means = systems.set_index("system")["mean"]
    cheapest = str(costs.idxmin())
    first = f"Best on Fashion-MNIST: {best}, with {means[best]:.1%} of the test pictures right"
    if costs[best] > costs[cheapest]:
        first += (
            f". Its cost: {costs[best] / costs[cheapest]:.0f} times the work per picture of the cheapest, {cheapest} "
            f"({means[cheapest]:.1%})"
        )
    own = systems[systems["front_multiply_adds"]].sort_values("multiply_adds")["system"]
    steps = [f"{name} {means[name]:.1%} ({costs[name] / costs[cheapest]:.1f})" for name in own]
    return f"{first}.", (
        f"If accuracy is all that matters, take {best}. If the work per picture matters, too, these are worth it: "
        f"{', '.join(steps)}. In brackets: how many times the work of {cheapest}."
    )


def told_lead(minus: pd.DataFrame) -> str:
    """Return how far the best system leads, in words; minus: rows of `lib.evaluation.comparison.against` it."""
    (closest,) = comparison.each_row(minus.loc[[minus["difference"].idxmax()]])
    how = "is clear" if closest.verdict == comparison.LOWER else "could be chance"
    return (
        f"The closest other system, {closest.system}, gets {-closest.difference * 100:.1f} points less, which {how} "
        f"over {comparison.seeds(closest.n)}. Each claim is judged on its own, so a few verdicts can be chance."
    )


def highest(systems: pd.DataFrame) -> str:
    """Return which system has the highest mean on each other kind of pictures that several systems sort; "" for none.

    systems: rows of system, pictures (in words, first the data set), and mean (test accuracy of the first answer).
    """
    several = systems[systems.duplicated("pictures", keep=False) & systems["mean"].notna()]
    rows = several.sort_values("mean", ascending=False).drop_duplicates("pictures").sort_index().to_dict("records")
    best = [f"{row['system']} {row['mean']:.1%} ({_asked(row['pictures'])})" for row in rows]
    return f"On product pictures the highest means are {listed(best)}." if best else ""


def _asked(pictures: str) -> str:
    """Return what is asked first: "usage" of "fashion-product usage, 3 classes"."""
    return pictures.partition(" ")[2].partition(",")[0].partition(" and ")[0] or pictures
