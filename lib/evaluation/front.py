"""Which systems no other one beats at less cost."""

import numpy as np
import pandas as pd

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
    """Return what the best system costs beside the cheapest, and which to take, in words.

    systems: rows of system, mean (test accuracy), multiply_adds and minutes (of a training; NaN on a GPU), and for both
    costs front_COST (is it on the front?).
    """
    rows = systems.set_index("system")
    cheapest = str(rows["multiply_adds"].idxmin())
    if rows.loc[best, "multiply_adds"] <= rows.loc[cheapest, "multiply_adds"]:
        return f"No other system needs less work per picture than {best}.", f"Take {best}: none is cheaper."
    times = {cost: rows[cost] / rows.loc[cheapest, cost] for cost in ("multiply_adds", "minutes")}
    longer = times["minutes"][best]
    trained = "" if np.isnan(longer) else f", and {_times(longer)} the minutes of training"
    first = (
        f"{best} takes {_times(times['multiply_adds'][best])} the work per picture of {cheapest} "
        f"({rows.loc[cheapest, 'mean']:.1%} right), the cheapest system{trained}."
    )
    own = rows[rows["front_multiply_adds"]].sort_values("multiply_adds").drop(index=[best, cheapest], errors="ignore")
    between = [
        f"{name} ({row['mean']:.1%} right, {_times(times['multiply_adds'][name])} the work) is worth the work of a "
        f"picture{_but_training(rows, str(name))}"
        for name, row in own.iterrows()
    ]
    worth = f"Between them, {'; '.join(between)}." if between else f"No other is worth its work beside {cheapest}."
    return first, f"If only accuracy matters, take {best}; if only cost does, {cheapest}. {worth}"


def _but_training(rows: pd.DataFrame, name: str) -> str:
    """Return, as a part of a sentence, that a system is not worth its training, if a better one takes no more minutes.

    rows: as in `told`, by system.
    """
    own = rows.loc[name]
    better = rows[(rows["minutes"] <= own["minutes"]) & (rows["mean"] > own["mean"])]
    if better.empty:
        return ""
    other = better["mean"].idxmax()
    return (
        f", but not its training: {other} is better, and is trained in {better.loc[other, 'minutes']:.1f} minutes, "
        f"{name} in {own['minutes']:.1f}"
    )


def _times(number: float) -> str:
    return f"{number:.0f} times" if round(number, 1) >= 10 else f"{number:.1f} times"


def told_best(systems: pd.DataFrame, best: str) -> str:
    """Return which system is best, whose it is, and what it gets right, in words; systems: as in `told`."""
    mean = systems.set_index("system").loc[best, "mean"]
    return f"{best}, {_whose(best)}: {mean:.1%} of the Fashion-MNIST test pictures are right."


def told_price(systems: pd.DataFrame, best: str) -> str:
    """Return what the last points of accuracy cost, as the end of a sentence; systems: as in `told`."""
    rows = systems.set_index("system")
    cheapest = rows.loc[rows["multiply_adds"].idxmin()]
    if rows.loc[best, "multiply_adds"] <= cheapest["multiply_adds"]:
        return "the best network is the cheapest one, too"
    points = (rows.loc[best, "mean"] - cheapest["mean"]) * 100
    times = _times(rows.loc[best, "multiply_adds"] / cheapest["multiply_adds"])
    return f"the best network needs {times} the work of one that gets {points:.1f} points less"


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


def _whose(system: str) -> str:
    """Return in words where a system is from."""
    if system[:1] == "R" and system[1:2].isdigit():
        return f"a network of report {system[:2]}"
    return {"fast": "the kit's own network", "textbook": "a network of many textbooks"}.get(system, "one of the kit's")
