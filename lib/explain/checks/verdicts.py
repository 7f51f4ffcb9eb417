"""What the checks say over seeds, beside the best of the maps that do not look at the network."""

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from lib.base.progress import progress
from lib.config import RunConfig
from lib.data.dataset import Dataset
from lib.evaluation import comparison, statistics
from lib.explain.checks import redrawing
from lib.explain.checks.table import OF_CHANGE, network, of_seed
from lib.explain.controls import CONTROLS

WORDS = {  # what a method does well that passes a check of the place
    "redrawing": "ranking the parts by how much the network needs them",
    "mosaic": "finding the two pictures of its class among four",
    "pointing": "pointing at the one picture of its class among four",
    "patch": "finding the patch that tells the label",
    "ROAD": "finding the pixels that the answer needs",
}
CONTROL_WORDS = {"random": "noise", "Sobel": "the picture's edges (Sobel)", "centre": "a blob in the middle"}


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


def repeated(config: RunConfig, dataset: Dataset, redrawn: int) -> float:
    """Return the rank correlation of the parts' true worth to two trainings: what a perfect map of one says of another.

    dataset: the synthetic garments.
    """
    garments = redrawing.draw(redrawn)
    networks = [network(config.changed(seed=seed), dataset) for seed in range(2)]
    worth = [[redrawing.falls(each, drawn) for drawn in garments] for each in networks]
    ranked = [redrawing.ranked(first.T, second.T) for first, second in zip(*worth, strict=True)]
    return float(np.nanmean(np.concatenate(ranked)))


def findings(judged: pd.DataFrame) -> list[str]:
    """Return which methods pass or lose the checks of the place, and how much each map changes; and which one to show.

    judged: rows of `judge`.
    """
    place = judged[~judged["check"].isin(OF_CHANGE)]
    checks = place["check"].nunique()
    counts = place.groupby("method", sort=False)["passed"].sum()
    most = _list(counts.index[counts == counts.max()])
    first = (
        f"The maps of {most} pass all {checks} checks of where the evidence lies."
        if counts.max() == checks
        else f"No heat map can be fully trusted: none of the {len(counts)} methods passes all {checks} checks of where "
        f"the evidence lies. {most} {'pass' if ' and ' in most else 'passes'} the most: {counts.max()}."
    )
    lost = place[place["lost"]].groupby("check", sort=False)["method"].agg(_list)
    first += "".join(f" {names} {_do(names)} clearly worse at {WORDS[str(check)]}." for check, names in lost.items())
    highest = place.groupby("check", sort=False)["value"].max()
    control = place.groupby("check", sort=False)[["control", "best"]].first()
    blind = control[control["control"] > highest]
    first += "".join(
        f" A map that never saw the network, {CONTROL_WORDS[row['best']]}, has a higher mean than every method at "
        f"{WORDS[str(check)]}."
        for check, row in blind.iterrows()
    )
    undone = [check for check in ("mosaic", "pointing") if check not in set(judged["check"])]
    first += f" Not made, because no class has test pictures enough: {_list(undone)}." if undone else ""
    changes = judged[judged["check"].isin(OF_CHANGE)].groupby("method", sort=False)["value"].mean().sort_values()
    told = ", ".join(f"{method} {value:.2f}" for method, value in changes.items())
    second = (
        f"How much a map changes with the class, the labels and the weights, on average (0: not at all, 1: unrelated): "
        f"{told}. A map that hardly changes shows the picture rather than the network."
    )
    chosen = changes[counts.index[counts == counts.max()]].idxmax()
    third = (
        f"If you show a map, show {chosen} of the logit: of the methods that pass the most checks it changes most. "
        "Then test what it shows: take the part away, and ask the network again."
    )
    return [first, second, third]


def _do(names: str) -> str:
    return "are" if " and " in names else "is"


def _list(names: Iterable) -> str:
    """Return names as people list them: "A, B and C"."""
    *before, last = [*map(str, names)] or [""]
    return f"{', '.join(before)} and {last}" if before else last


def pointing(by_seed: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return the pointing game's hits and trials of each method and control, added over seeds."""
    own = by_seed[by_seed["check"] == "pointing"]
    hit = (own["value"] * own["n"]).groupby(own["method"], sort=False).sum().round().astype(int)
    trials = own.groupby("method", sort=False)["n"].sum()
    return {str(method): {"hits": int(hit[method]), "trials": int(trials[method])} for method in hit.index}
