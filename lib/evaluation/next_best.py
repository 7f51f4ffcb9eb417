"""The network that is second on validation: where little chose the first one, a report tells what this one gets."""

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
    verdict = comparison.row_of(second, comparison.against_figure(table, "test_accuracy", rival)).verdict
    clear, apart = verdict in (comparison.HIGHER, comparison.LOWER), found["mean"] - rival
    side = f"{'' if clear else 'not '}clearly {'above' if apart[second] > 0 else 'below'} the baseline"
    wider = not clear and found["sd"][second] > found["sd"][best] and abs(apart[second]) > abs(apart[best])
    where = f"but its trainings differ more, so it is {side}" if wider else side
    chosen = comparison.summarise(table, "val_accuracy").set_index("system")["mean"]
    ahead = f"{100 * float(chosen[best] - chosen[second]):.1f}"
    why = f"on validation {best} is level with it" if ahead == "0.0" else f"validation chose {best}, by {ahead} points"
    return f"{second} gets {found['mean'][second]:.1%}, {where}{f'; {which}' * bool(which)} ({why})."
