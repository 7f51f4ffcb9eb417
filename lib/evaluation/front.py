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
    first = f"Best: {best}, {_whose(best)}, with {means[best]:.1%} of the Fashion-MNIST test pictures right."
    if costs[best] <= costs[cheapest]:
        return f"{first} Cost: no other needs less work per picture.", f"Take {best}: none is cheaper."
    times = costs / costs[cheapest]
    first += (
        f" Cost: {times[best]:.0f} times the work per picture of the cheapest system. That one is {_whose(cheapest)} "
        f"({cheapest}, {means[cheapest]:.1%})."
    )
    own = systems[systems["front_multiply_adds"]].sort_values("multiply_adds")["system"]
    between = [f"{name} ({means[name]:.1%}, {times[name]:.1f} times)" for name in own if name not in (best, cheapest)]
    worth = f"No other system is worth it beside {cheapest}."
    if between:
        verb = "is" if len(between) == 1 else "are"
        worth = f"Between it and {cheapest}, {listed(between)} {verb} worth the work: no cheaper system is as good."
    return first, f"If accuracy is all that matters, take {best}. {worth}"


def told_lead(minus: pd.DataFrame) -> str:
    """Return how far the best system leads, in words; minus: rows of `lib.evaluation.comparison.against` it."""
    known = minus[minus["difference"].notna()]
    if known.empty:
        return ""
    (closest,) = comparison.each_row(known.loc[[known["difference"].idxmax()]])
    clear = closest.verdict in (comparison.LOWER, comparison.HIGHER)
    sides = "ahead" if closest.difference > 0 else "behind"
    gap = sorted([abs(closest.low), abs(closest.high)]) if closest.low * closest.high > 0 else []
    ends = f" (95% interval {gap[0] * 100:.1f} to {gap[1] * 100:.1f})" if gap else ""
    return (
        f"The closest other system is {abs(closest.difference) * 100:.1f} points {sides}{ends}, which "
        f"{'is clear' if clear else 'could be chance'}."
    )


def highest(systems: pd.DataFrame) -> str:
    """Return which system has the highest mean on each other kind of pictures that several systems sort; "" for none.

    systems: rows of system, pictures (in words, first the data set), and mean (test accuracy of the first answer).
    """
    several = systems[systems.duplicated("pictures", keep=False) & systems["mean"].notna()]
    rows = several.sort_values("mean", ascending=False).drop_duplicates("pictures").sort_index().to_dict("records")
    best = [f"{row['mean']:.1%} for the {_asked(row['pictures'])} ({row['system']})" for row in rows]
    return f"On product pictures the highest mean test accuracies are {listed(best)}." if best else ""


def _whose(system: str) -> str:
    """Return in words where a system is from."""
    if system[:1] == "R" and system[1:2].isdigit():
        return f"a network of report {system[:2]}"
    return {"fast": "the kit's own network", "textbook": "a network of many textbooks"}.get(system, "one of the kit's")


def _asked(pictures: str) -> str:
    """Return what is asked first: "usage" of "fashion-product usage, 3 classes"."""
    asked = pictures.partition(" ")[2].partition(",")[0].partition(" and ")[0] or pictures
    return {"masterCategory": "main category"}.get(asked, asked)
