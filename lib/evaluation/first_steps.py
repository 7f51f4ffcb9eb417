"""Which learning rates lower the loss of one batch most, after one step and after many."""

import pandas as pd

from lib.base.text import listed

ALIKE = 0.03  # of a loss: means that differ by less lie on one another in a figure


def lowest(tried: pd.DataFrame) -> dict[str, list[float]]:
    """Return for each group the rates whose mean loss is lowest, or `ALIKE`; none where each rate shuts a start.

    tried: a row a training: seed, group, rate, loss, and shut, bool. A rate that shuts a start has no mean.
    """
    means = tried.assign(loss=tried["loss"].mask(tried["shut"])).groupby(["group", "rate"], sort=False)["loss"]
    found = means.agg(lambda own: own.mean(skipna=False)).rename("loss").reset_index()
    return {
        str(group): sorted(own.loc[own["loss"] <= own["loss"].min() + ALIKE, "rate"])
        for group, own in found.groupby("group", sort=False)
    }


def told_steps(tried: pd.DataFrame) -> str:
    """Return with which rate the mean loss is lowest after one step of SGD, after many, and after many of Adam.

    tried: as for `lowest`; its groups in this order.
    """
    one, many, _ = names = list(dict.fromkeys(tried["group"]))
    found = lowest(tried)
    best = tried.pivot(index=["seed"], columns=["group", "rate"], values="loss")
    both = best[one].columns.intersection(best[many].columns)
    smaller = int(sum(best[many][both].idxmin(axis=1) < best[one][both].idxmin(axis=1)))
    every = "every start" if smaller == len(best) else f"{smaller} of {len(best)} starts"
    said = [f"{_either(found[name], tried.loc[tried['group'] == name, 'rate'])} after {name}" for name in names]
    return (
        f"The mean loss is lowest at a rate of {listed(said)}. From {every} the best rate of those tried for "
        "both is smaller for many steps of SGD than for one."
    )


def _either(best: list[float], tried: pd.Series) -> str:
    """Return "0.1 or 0.3", and whether a single one is the largest tried."""
    if not best:
        return "none (each shuts a start)"
    edge = " (the largest one tried)" if best == [tried.max()] else ""
    return f"{' or '.join(f'{rate:g}' for rate in best)}{edge}"
