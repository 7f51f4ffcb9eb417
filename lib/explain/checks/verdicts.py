"""What the checks say over seeds, beside the best of the maps that do not look at the network."""

from collections.abc import Iterable

import pandas as pd

from lib.base.progress import progress
from lib.config import RunConfig
from lib.data.dataset import Dataset
from lib.evaluation import statistics
from lib.explain import cam
from lib.explain.checks import planted
from lib.explain.checks.table import of_seed
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
    """Return a row for each method and check: method, check, value, low, high, control, passed.

    by_seed: rows of `of_seed`, of networks that differ in their seed alone. value: mean over seeds, with its 95 %
    interval. control: the mean of the best map that does not look at the network. passed: whether the whole interval
    lies above it; with one seed there is none, and nothing has passed.
    """
    rows = []
    for (check, method), own in by_seed.groupby(["check", "method"], sort=False):
        if method in CONTROLS:
            continue
        blind = by_seed[(by_seed["check"] == check) & by_seed["method"].isin(list(CONTROLS))]
        control = float(blind.groupby("method")["value"].mean().max())
        over = statistics.over_seeds(own["value"].tolist())
        rows.append([method, check, over["mean"], over["low"], over["high"], control, bool(over["low"] > control)])
    return pd.DataFrame(rows, columns=["method", "check", "value", "low", "high", "control", "passed"])


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
    """Return in two sentences how many checks each method passes, and which checks nobody, or everybody, passes."""
    checks = judged["check"].nunique()
    counts = judged.groupby("method", sort=False)["passed"].sum()
    told = "; ".join(f"{_list(counts.index[counts == n])} {n}" for n in sorted(counts.unique(), reverse=True))
    share = judged.groupby("check", sort=False)["passed"].mean()
    nobody, everybody = (_list(share.index[share == value]) or "none" for value in (0, 1))
    best = _list(counts.index[counts == checks])
    first = f"The maps of {best} pass" if best else "No heat map may be believed without reserve: no method passes"
    return [
        f"{first} all {checks} checks ({told}).",
        f"Every method passes: {everybody}. No method passes: {nobody}.",
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
