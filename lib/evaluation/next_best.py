"""The network that is second on validation: where little chose the first one, a report tells what this one gets."""

from typing import Any

import pandas as pd

from lib.evaluation import comparison


def name(table: pd.DataFrame, best: str) -> str:
    """Return the network that is next on validation, of those of which every training ended; "" without one."""
    rest = table[table["system"] != best]
    if "val_accuracy" not in table or rest.empty:
        return ""
    next_one = comparison.best(rest, "val_accuracy")
    for measure in ("val_accuracy", "test_accuracy"):
        lost = comparison.summarise(table, measure).set_index("system")["diverged"]
        if lost[[best, next_one]].any():
            return ""
    return next_one


def told(table: pd.DataFrame, best: str, second: str, rival: float, which: str = "") -> str:
    """Return in a sentence what the next network gets on the test pictures, and why it was not chosen.

    which: a clause on which of the two is better.
    """
    found = comparison.summarise(table, "test_accuracy").set_index("system")
    beside = comparison.against_figure(table, "test_accuracy", rival)
    row, apart = comparison.row_of(second, beside), found["mean"] - rival
    clear = row.verdict in (comparison.HIGHER, comparison.LOWER)
    side = f"{'' if clear else 'not '}clearly {'above' if apart[second] > 0 else 'below'} the baseline"
    wider = not clear and found["sd"][second] > found["sd"][best] and abs(apart[second]) > abs(apart[best])
    where = f"gets {found['mean'][second]:.1%}, {'but its trainings differ more, so it is ' * bool(wider)}{side}"
    if comparison.row_of(best, beside).verdict != row.verdict:  # the answer tells what both get
        where = f"is {side}{', because its trainings differ more' * bool(wider)}"
    where += _touching(row, rival)
    chosen = comparison.summarise(table, "val_accuracy").set_index("system")["mean"]
    ahead = f"{100 * float(chosen[best] - chosen[second]):.1f}"
    why = f"on validation {best} is level with it" if ahead == "0.0" else f"validation chose {best}, by {ahead} points"
    return f"{second} {where}{f'; {which}' * bool(which)} ({why})."


def _touching(row: Any, rival: float) -> str:
    """Return where an interval ends that just includes the baseline, where one decimal would not show it."""
    above = row.difference > 0
    end = rival + (row.low if above else row.high)
    if not row.low <= 0 <= row.high or f"{end:.1%}" != f"{rival:.1%}":
        return ""
    return f" (its interval {'begins' if above else 'ends'} at {end:.2%}, the baseline is {rival:.2%})"
