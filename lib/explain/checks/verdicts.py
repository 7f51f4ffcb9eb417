"""What the checks say over seeds, beside the best of the maps that do not look at the network."""

import math

import numpy as np
import pandas as pd

from lib.base.progress import progress
from lib.base.text import listed
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
HARDLY = 0.3  # a mean change below it: the map of another class or network is much the same
CONTROL_WORDS = {"random": "noise", "Sobel": "an edge filter (Sobel)", "centre": "a blob in the middle"}


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
    """Return which methods pass most checks of the place, and which map to show; where none passes; how maps change.

    judged: rows of `judge`.
    """
    place = judged[~judged["check"].isin(OF_CHANGE)]
    checks = place["check"].nunique()
    counts = place.groupby("method", sort=False)["passed"].sum()
    leading = counts.index[counts == counts.max()]
    changes = judged[judged["check"].isin(OF_CHANGE)].groupby("method", sort=False)["value"].mean().sort_values()
    chosen = changes[leading].idxmax()
    most, verb = listed(leading), "pass" if len(leading) > 1 else "passes"
    test_it = (
        f"If you show a map, show {chosen} of the logit; then remove the part that it marks, and ask the network again."
    )
    first = (
        f"The maps of {most} pass all {checks} checks of where the evidence lies. {test_it}"
        if counts.max() == checks
        else f"None of the {len(counts)} methods can be trusted blindly: {most} {verb} the most, {counts.max()} of "
        f"{checks} checks of where the evidence lies. {test_it}"
    )
    beaten = set(place.loc[place["passed"], "check"])
    unbeaten = [check for check in dict.fromkeys(place["check"]) if check not in beaten]
    second = (
        f"In {len(unbeaten)} of the {checks} checks ({listed(unbeaten)}) no method is clearly better than a map that "
        "never saw the network."
        if unbeaten
        else f"In each of the {checks} checks some method is clearly better than the maps that never saw the network."
    )
    highest = place.groupby("check", sort=False)["value"].max()
    control = place.groupby("check", sort=False)[["control", "best"]].first()
    blind = control[control["control"] > highest]
    for check, row in blind.iterrows():
        said = f"{CONTROL_WORDS[row['best']]} even has a higher mean than every method at {WORDS[str(check)]}."
        second += f" {said[0].upper()}{said[1:]}"
    lost = place[place["lost"]].groupby("check", sort=False)["method"].agg(listed)
    second += "".join(f" {names} {_do(names)} clearly worse at {WORDS[str(check)]}." for check, names in lost.items())
    undone = [check for check in ("mosaic", "pointing") if check not in set(judged["check"])]
    second += f" Not made, because no class has test pictures enough: {listed(undone)}." if undone else ""
    also = f"{chosen} passes as many checks as any other, and of those it" if len(leading) > 1 else f"{chosen}"
    third = f"{also} changes most with the class, the labels and the weights ({changes[chosen]:.2f} on average)."
    if len(leading) == 1:
        third = f"{chosen} changes with the class, the labels and the weights by {changes[chosen]:.2f} on average."
    least = changes[changes < HARDLY]
    if len(least):
        told = listed(f"{method} {value:.2f}" for method, value in least.items())
        third += f" These hardly change: {told}; they show the picture rather than the network."
    return [first, second, third]


def told_sure(place: pd.DataFrame, number: int, seeds: int) -> str:
    """Return how sure the checks of the place are, in words; place: those rows of `judge`; number: of pictures."""
    undecided = int((~place["passed"] & ~place["lost"]).sum())
    return (
        f"A map passes only if it is clearly better than the best of three maps that never saw the network; with "
        f"{number} pictures per check and {comparison.seeds(seeds)}, {undecided} of {len(place)} comparisons stay "
        "undecided."
    )


def changes(judged: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each method: how much its map changes in each check of change, and the mean of them."""
    own = judged[judged["check"].isin(OF_CHANGE)]
    table = own.pivot(index="method", columns="check", values="value").loc[own["method"].unique()]
    table = table[[check for check in OF_CHANGE if check in table]]
    return table.assign(mean=table.mean(axis=1)).reset_index().rename_axis(columns=None)


def _do(names: str) -> str:
    return "are" if " and " in names else "is"


def pointing(by_seed: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return the pointing game's hits and trials of each method and control, added over seeds."""
    own = by_seed[by_seed["check"] == "pointing"]
    hit = (own["value"] * own["n"]).groupby(own["method"], sort=False).sum().round().astype(int)
    trials = own.groupby("method", sort=False)["n"].sum()
    return {str(method): {"hits": int(hit[method]), "trials": int(trials[method])} for method in hit.index}
