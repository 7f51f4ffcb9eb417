"""What the checks say over seeds, beside the best of the maps that do not look at the network."""

import math

import pandas as pd

from lib.base.progress import progress
from lib.config import RunConfig
from lib.data.dataset import Dataset
from lib.evaluation import comparison, statistics
from lib.explain.checks.table import OF_CHANGE, of_seed
from lib.explain.controls import CONTROLS

HARDLY = 0.3  # a mean change below it: the map of another class, or of random weights, is much the same


def measure(config: RunConfig, dataset: Dataset, seeds: int, **options) -> pd.DataFrame:
    """Return the rows of `lib.explain.checks.table.of_seed` for the seeds 0, 1, ..., in one progress line.

    options: its layer, methods, checks, number and redrawn.
    """
    found = []
    with progress("checks") as show:
        for seed in range(seeds):
            show(seed, seeds, f"{config.system}, seed {seed}")
            found.append(of_seed(config.changed(seed=seed), dataset, **options))
        show(seeds, seeds, "done")
    return pd.concat(found)


def judge(by_seed: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each method and check, judged against the best of the maps that do not look at the network.

    Columns: method, check, value (mean over seeds), low and high (its 95% interval), control (the best one's mean),
    best (its name), least and most (95% interval of value minus control, seed by seed), p_holm, passed and lost. Passed
    or lost is what is clearly above or below the control, with Holm's correction over all checks of the place. The
    checks of change are not judged: a control never changes, so every change beats it, and its size counts.
    by_seed: rows of `of_seed`, of networks that differ in their seed alone.
    """
    rows = []
    for check, found in by_seed.groupby("check", sort=False):
        values = found.pivot(index="seed", columns="method", values="value")
        blind = values[[name for name in CONTROLS if name in values]].mean()
        best = "" if blind.isna().all() else str(blind.idxmax())
        named = found.rename(columns={"method": "system"})
        apart = comparison.against(named, "value", best).set_index("system") if best else pd.DataFrame()
        for method in [name for name in found["method"].unique() if name not in CONTROLS]:
            over = statistics.over_seeds(values[method].tolist())
            row = {"method": method, "check": check, "value": over["mean"], "low": over["low"], "high": over["high"]}
            row |= {"control": blind[best] if best else math.nan, "best": best}
            of_it = apart.loc[method] if best else dict.fromkeys(["difference", "low", "high", "p"], math.nan)
            row |= {"difference": of_it["difference"], "least": of_it["low"], "most": of_it["high"]}
            judged = check not in OF_CHANGE and math.isfinite(over["mean"])  # of every seed the maps say something
            rows.append(row | {"p": of_it["p"] if judged else math.nan})
    table = comparison.with_holm(pd.DataFrame(rows))
    clear = table["p_holm"] < comparison.RESOLVED
    table = table.assign(passed=clear & (table["difference"] > 0), lost=clear & (table["difference"] < 0))
    return table.drop(columns=["p", "difference"])


def chosen(judged: pd.DataFrame) -> str:
    """Return the method to go on with: of those whose map changes with the network one that passes most checks.

    Of several it is the one whose map changes most. judged: rows of `judge`.
    """
    counts, moved = passed(judged), change(judged)
    able = [name for name in counts.index if name not in hardly(judged)] or list(counts.index)
    leading = [name for name in able if counts[name] == counts[able].max()]
    return str(moved.reindex(leading).fillna(-math.inf).idxmax())


def passed(judged: pd.DataFrame) -> pd.Series:
    """Return how many checks of the place each method passes."""
    return judged[~judged["check"].isin(OF_CHANGE)].groupby("method", sort=False)["passed"].sum().astype(int)


def change(judged: pd.DataFrame) -> pd.Series:
    """Return how much each method's map changes, mean of the checks of change, the least first."""
    return judged[judged["check"].isin(OF_CHANGE)].groupby("method", sort=False)["value"].mean().sort_values()


def hardly(judged: pd.DataFrame) -> list[str]:
    """Return the methods whose maps hardly change."""
    return [str(name) for name, value in change(judged).items() if value < HARDLY]


def changes(judged: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each method: how much its map changes in each check of change, and the mean of them."""
    own = judged[judged["check"].isin(OF_CHANGE)]
    table = own.pivot(index="method", columns="check", values="value").loc[own["method"].unique()]
    table = table[[check for check in OF_CHANGE if check in table]]
    return table.assign(mean=table.mean(axis=1)).reset_index().rename_axis(columns=None)


def pointing(by_seed: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return the pointing game's hits and trials of each method and control, added over seeds."""
    own = by_seed[by_seed["check"] == "pointing"]
    hit = (own["value"] * own["n"]).groupby(own["method"], sort=False).sum().round().astype(int)
    trials = own.groupby("method", sort=False)["n"].sum()
    return {str(method): {"hits": int(hit[method]), "trials": int(trials[method])} for method in hit.index}
