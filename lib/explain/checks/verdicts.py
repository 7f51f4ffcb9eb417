"""What the checks say over seeds, beside the best of the maps that do not look at the network."""

import math

import pandas as pd

from lib.base.progress import progress
from lib.config import RunConfig
from lib.data.dataset import Dataset
from lib.evaluation import comparison, statistics
from lib.explain.checks.table import OF_CHANGE, of_seed
from lib.explain.controls import CONTROLS

HARDLY = 0.3  # a limit of ours: a mean change below it, and the map is much the same
CHANGE_WORDS = {
    "other class": "for the class of its second choice",
    "shuffled labels": "for a network that learnt shuffled labels",
    "weights from top": "for random weights, layer by layer from the last",
    "weights from bottom": "for random weights, layer by layer from the first",
}


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
    """Return the method to go on with: of those whose map changes, the one that has the highest mean in most checks.

    Of several it is the one that passes most. judged: rows of `judge`.
    """
    counts, wins = passed(judged), highest(judged)
    return str(max(wins.index, key=lambda name: (wins[name], counts[name])))


def highest(judged: pd.DataFrame) -> pd.Series:
    """Return in how many checks of the place each method has the highest mean, of those whose map changes."""
    names = [name for name in passed(judged).index if name not in hardly(judged)] or list(passed(judged).index)
    place = judged[~judged["check"].isin(OF_CHANGE) & judged["method"].isin(names)]
    means = place.pivot(index="check", columns="method", values="value").dropna(how="all")
    return means.idxmax(axis=1).value_counts().reindex(names, fill_value=0)


def passed(judged: pd.DataFrame) -> pd.Series:
    """Return how many checks of the place each method passes."""
    return judged[~judged["check"].isin(OF_CHANGE)].groupby("method", sort=False)["passed"].sum().astype(int)


def hardly(judged: pd.DataFrame) -> list[str]:
    """Return the methods whose maps hardly change, on average, in any check of change."""
    most = judged[judged["check"].isin(OF_CHANGE)].groupby("method", sort=False)["value"].max()
    return [str(name) for name, value in most.items() if value < HARDLY]


def changes(judged: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each method and check of change: method, check, value, low, high."""
    own = judged[judged["check"].isin(OF_CHANGE)]
    return own[["method", "check", "value", "low", "high"]].reset_index(drop=True)


def least_and_most(changed: pd.DataFrame) -> list[str]:
    """Return the method whose maps change least, on average of the checks, and the one whose maps change most.

    changed: rows of `changes`. None where fewer than two have maps that say something.
    """
    order = changed.groupby("method", sort=False)["value"].mean().dropna().sort_values(kind="stable").index.tolist()
    return [order[0], order[-1]] if len(order) > 1 else []


def across(changed: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `changes` as a reader sees them: a row for each method, each value with its interval."""
    told = []
    for row in changed.to_dict("records"):
        around = f" ({row['low']:.2f} to {row['high']:.2f})" if math.isfinite(row["low"]) else ""
        told.append(f"{row['value']:.2f}{around}" if math.isfinite(row["value"]) else "–")
    rows = changed.assign(told=told, check=changed["check"].map(CHANGE_WORDS))
    order = [words for words in CHANGE_WORDS.values() if words in set(rows["check"])]
    table = rows.pivot(index="method", columns="check", values="told").reindex(rows["method"].unique())
    return table[order].reset_index().rename_axis(columns=None)
