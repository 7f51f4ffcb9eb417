"""What the checks say over seeds, beside the best of the maps that do not look at the network."""

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


def by_layer(config: RunConfig, dataset: Dataset, seeds: int, convolutions: list[int], number: int) -> pd.DataFrame:
    """Return the checks mosaic and ROAD at each convolution, judged as by `judge`, with a column convolution (from 1).

    convolutions: which, from 0. Class activation maps alone: the others ask the network again for every picture.
    """
    methods = [*cam.METHODS, *CONTROLS]
    return pd.concat(
        judge(
            measure(config, dataset, seeds, layer=layer, methods=methods, checks=["mosaic", "ROAD"], number=number)
        ).assign(convolution=layer + 1)
        for layer in convolutions
    )


def told_by_layer(judged: pd.DataFrame) -> pd.DataFrame:
    """Return `by_layer`'s rows for people, a row a check and convolution: each method's value, * where passed."""
    told = judged.assign(said=[f"{row.value:.2f}{' *' if row.passed else ''}" for row in judged.itertuples()])
    wide = told.pivot(index=["check", "convolution"], columns="method", values="said")
    return wide[[*cam.METHODS]].reset_index()


def findings(judged: pd.DataFrame) -> list[str]:
    """Return in two sentences how many checks each method passes, and which checks nobody, or everybody, passes."""
    checks = judged["check"].nunique()
    counts = judged.groupby("method", sort=False)["passed"].sum()
    told = "; ".join(
        f"{' and '.join(counts.index[counts == count])} {count}" for count in sorted(counts.unique(), reverse=True)
    )
    share = judged.groupby("check", sort=False)["passed"].mean()
    nobody, everybody = (", ".join(share.index[share == value]) or "none" for value in (0, 1))
    first = "No method passes" if counts.max() < checks else "Not every method passes"
    return [
        f"{first} all {checks} checks. Passed are: {told}.",
        f"Every method passes: {everybody}. No method passes: {nobody}.",
    ]


def pointing(by_seed: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return the pointing game's hits and trials of each method and control, added over seeds."""
    own = by_seed[by_seed["check"] == "pointing"]
    hit = (own["value"] * own["n"]).groupby(own["method"], sort=False).sum().round().astype(int)
    trials = own.groupby("method", sort=False)["n"].sum()
    return {str(method): {"hits": int(hit[method]), "trials": int(trials[method])} for method in hit.index}
