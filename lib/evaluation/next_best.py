"""The network that is second on validation: where little chose the first one, a report tells what this one gets."""

import math

import pandas as pd

from lib.evaluation import comparison, words


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


def told(table: pd.DataFrame, best: str, second: str, rival: float) -> str:
    """Return by how little or much a network was chosen, and what the next one gets on the test pictures."""
    means = comparison.summarise(table, "val_accuracy").set_index("system")["mean"]
    by = 100 * float(means[best] - means[second])
    ahead = f"{by:.1f} points ahead of" if by >= 0.05 else "but level with"
    row = comparison.row_of(second, comparison.summarise(table, "test_accuracy"))
    ends = f" ({words.ends(row)})" if math.isfinite(row.low) else ""
    verdict = comparison.row_of(second, comparison.against_figure(table, "test_accuracy", rival)).verdict
    clear = {comparison.HIGHER: "clearly above the baseline", comparison.LOWER: "clearly below the baseline"}
    found = clear.get(verdict, "not clearly apart from the baseline")
    return f"It was chosen by validation, {ahead} {second}, which gets {row.mean:.1%}{ends}, {found}."
