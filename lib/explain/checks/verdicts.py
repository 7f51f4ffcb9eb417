"""What the checks say over seeds, beside the best of the maps that do not look at the network."""

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from lib.base.progress import progress
from lib.config import RunConfig
from lib.data.dataset import Dataset
from lib.evaluation import statistics
from lib.explain import cam
from lib.explain.checks import planted, redrawing
from lib.explain.checks.table import OF_CHANGE, network, of_seed
from lib.explain.controls import CONTROLS


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
    best (its name), least and most (95% interval of value minus control, seed by seed), passed (whether all of that
    lies above zero). With one seed there is no interval, and nothing has passed.
    by_seed: rows of `of_seed`, of networks that differ in their seed alone.
    """
    rows = []
    for check, found in by_seed.groupby("check", sort=False):
        values = found.pivot(index="seed", columns="method", values="value")
        blind = values[[name for name in CONTROLS if name in values]].mean()
        best = "" if blind.isna().all() else str(blind.idxmax())
        for method in [name for name in found["method"].unique() if name not in CONTROLS]:
            over = statistics.over_seeds(values[method].tolist())
            apart = (values[method] - values[best]).tolist() if best else [math.nan]
            difference = statistics.over_seeds(apart)
            row = {"method": method, "check": check, "value": over["mean"], "low": over["low"], "high": over["high"]}
            row |= {"control": blind[best] if best else math.nan, "best": best}
            row |= {"least": difference["low"], "most": difference["high"], "passed": bool(difference["low"] > 0)}
            rows.append(row)
    return pd.DataFrame(rows)


def repeated(config: RunConfig, dataset: Dataset, redrawn: int) -> float:
    """Return the rank correlation of the parts' true worth to two trainings: what a perfect map of one says of another.

    dataset: the synthetic garments.
    """
    garments = redrawing.draw(redrawn)
    networks = [network(config.changed(seed=seed), dataset) for seed in range(2)]
    worth = [[redrawing.falls(each, drawn) for drawn in garments] for each in networks]
    ranked = [redrawing.ranked(first.T, second.T) for first, second in zip(*worth, strict=True)]
    return float(np.nanmean(np.concatenate(ranked)))


def by_quality(config: RunConfig, dataset: Dataset, seeds: int, redrawn: int) -> pd.DataFrame:
    """Return how well methods and controls rank the parts of redrawn garments, for three networks of different quality.

    Columns: group (which network), method, value (mean over seeds), low, high. dataset: the synthetic garments.
    """
    kinds = {
        "learnt nothing": (planted.settings(config), planted.shuffled(planted.taking_part(dataset, config.data))),
        "one epoch": (config.changed(epochs=1), dataset),
        f"{config.epochs} epochs": (config, dataset),
    }
    found = [
        measure(each, own, seeds, checks=["redrawing"], redrawn=redrawn).assign(group=kind)
        for kind, (each, own) in kinds.items()
    ]
    rows = [
        {"group": group, "method": method} | statistics.over_seeds(own["value"].tolist())
        for (group, method), own in pd.concat(found).groupby(["group", "method"], sort=False)
    ]
    return pd.DataFrame(rows).rename(columns={"mean": "value"})[["group", "method", "value", "low", "high"]]


def by_layer(
    config: RunConfig, dataset: Dataset, of_last: pd.DataFrame, seeds: int, convolutions: int, number: int
) -> pd.DataFrame:
    """Return the checks mosaic and ROAD of the class activation maps at each convolution, a row a check and layer.

    Columns: check, convolution (from 1), and each method's value, with a * where it passed. of_last: what `judge` said
    of the last convolution. The other methods are left out: they ask the network again for every picture.
    """
    checks = ["mosaic", "ROAD"]
    judged = [of_last[of_last["check"].isin(checks)].assign(convolution=convolutions)]
    for layer in range(convolutions - 1):
        methods = [*cam.METHODS, *CONTROLS]
        found = measure(config, dataset, seeds, layer=layer, methods=methods, checks=checks, number=number)
        judged.append(judge(found).assign(convolution=layer + 1))
    rows = pd.concat(judged)
    rows["said"] = [f"{row.value:.2f}{' *' if row.passed else ''}" for row in rows.itertuples()]
    return rows.pivot(index=["check", "convolution"], columns="method", values="said")[[*cam.METHODS]].reset_index()


def findings(judged: pd.DataFrame) -> list[str]:
    """Return which methods pass or lose the checks of the place, and which clearly change, by how much at least."""
    place = judged[~judged["check"].isin(OF_CHANGE)]
    checks = place["check"].nunique()
    counts = place.groupby("method", sort=False)["passed"].sum()
    told = "; ".join(f"{_list(counts.index[counts == n])} {n}" for n in sorted(counts.unique(), reverse=True))
    best = _list(counts.index[counts == checks])
    first = f"The maps of {best} pass" if best else "No heat map may be believed without reserve: no method passes"
    worse = place[place["most"] < 0].groupby("check", sort=False)["method"].agg(_list)
    lost = "; ".join(f"at {check} {methods}" for check, methods in worse.items())
    changes = judged[judged["check"].isin(OF_CHANGE)].groupby("method", sort=False)
    least = changes["value"].min()[changes["passed"].all()]
    told_changes = ", ".join(f"{method} (by {value:.2f} at least)" for method, value in least.items())
    undone = [check for check in ("mosaic", "pointing") if check not in set(judged["check"])]
    return [
        f"{first} all {checks} checks of where the evidence lies ({told})."
        + (f" Clearly worse than a map that never saw the network: {lost}." if lost else "")
        + (f" Not made, because no class has test pictures enough: {_list(undone)}." if undone else ""),
        f"Clearly changed when the class, the labels or the weights change: {told_changes or 'none'}.",
    ]


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
