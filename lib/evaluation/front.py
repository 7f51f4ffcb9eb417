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

    systems: rows of system, mean (test accuracy), multiply_adds and minutes (of a training; NaN on a GPU), and
    front_multiply_adds (is it on the front?).
    """
    rows = systems.set_index("system")
    means, work, minutes = rows["mean"], rows["multiply_adds"], rows["minutes"]
    cheapest = str(work.idxmin())
    if work[best] <= work[cheapest]:
        return f"No other system needs less work per picture than {best}.", f"Take {best}: none is cheaper."
    known = not np.isnan(minutes[best] - minutes[cheapest])
    trained = f" It is trained in {minutes[best]:.1f} minutes, {cheapest} in {minutes[cheapest]:.1f}." * known
    times = _times(work[best] / work[cheapest])
    first = (
        f"{best} takes {times} the work per picture of {cheapest} ({means[cheapest]:.1%} right), the cheapest.{trained}"
    )
    points = (means[best] - means[cheapest]) * 100
    less = f"{points:.1f} points less" if round(points, 1) > 0 else "no less"
    own = work[rows["front_multiply_adds"] & (work < work[best])].drop(cheapest, errors="ignore").sort_values()
    between = [f"{name}{_but_training(means, minutes, str(name))}" for name in own.index]
    worth = f"Between them: {'; '.join(between)}." if between else f"No other is worth its work beside {cheapest}."
    return first, f"Best: {best}. Cheapest: {cheapest} ({less}). {worth}"


def _but_training(means: pd.Series, minutes: pd.Series, name: str) -> str:
    """Return, as a part of a sentence, that a system is not worth its training, if a better one takes no more minutes.

    means: test accuracies; both by system.
    """
    better = means[(minutes <= minutes[name]) & (means > means[name])]
    if better.empty:
        return ""
    return f", if the work per picture counts; its training takes no less time than that of {better.idxmax()}"


def _times(number: float) -> str:
    return f"{number:.0f} times" if round(number, 1) >= 10 else f"{number:.1f} times"


def told_best(systems: pd.DataFrame, best: str) -> str:
    """Return which system is best, whose it is, and what it gets right, in words; systems: as in `told`."""
    mean = systems.set_index("system")["mean"][best]
    return f"{best}, {_whose(best)}: {mean:.1%} of the Fashion-MNIST test pictures are right."


def told_lower(minus: pd.DataFrame, best: str) -> str:
    """Return how many systems are clearly worse than the best; minus: as in `told_lead`."""
    lower = int((minus["verdict"] == comparison.LOWER).sum())
    if not lower:
        return f"No other system is clearly worse than {best}."
    return f"{best} has a clearly higher test accuracy than {lower} of the {len(minus)} others."


def told_lead(minus: pd.DataFrame) -> str:
    """Return how far the best system leads, in words; minus: rows of `lib.evaluation.comparison.against` it."""
    known = minus[minus["difference"].notna()]
    if known.empty:
        return ""
    (closest,) = comparison.each_row(known.loc[[known["difference"].idxmax()]])
    clear = closest.verdict in (comparison.LOWER, comparison.HIGHER)
    side = "ahead" if closest.difference > 0 else "behind"
    gap = sorted([abs(closest.low), abs(closest.high)]) if closest.low * closest.high > 0 else []
    ends = f" (95% interval {gap[0] * 100:.1f} to {gap[1] * 100:.1f})" if gap else ""
    return (
        f"{closest.system}, the closest, is {abs(closest.difference) * 100:.1f} points {side}{ends}, which "
        f"{'is clear' if clear else 'could be chance'}."
    )


def _whose(system: str) -> str:
    """Return in words where a system is from."""
    if system[:1] == "R" and system[1:2].isdigit():
        return f"a network of report {system[:2]}"
    return {"fast": "the kit's own network", "textbook": "a network of many textbooks"}.get(system, "one of the kit's")
