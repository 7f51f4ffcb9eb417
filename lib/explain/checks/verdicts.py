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
from lib.explain.checks.planted import SIDE
from lib.explain.checks.table import OF_CHANGE, network, of_seed
from lib.explain.controls import CONTROLS

WORDS = {  # what a method does well that passes a check of the place
    "redrawing": "ranking the parts by how much the network needs them",
    "mosaic": "finding the two pictures of its class among four",
    "pointing": "pointing at the one picture of its class among four",
    "patch": "finding the patch that tells the label",
    "ROAD": "finding the pixels that the answer needs",
}
SAME, UNLIKE = "0", "1"
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


def chosen(judged: pd.DataFrame) -> str:
    """Return the method to show: of those that pass most checks of the place the one whose map changes most.

    judged: rows of `judge`.
    """
    leading, changes, _ = _leading(judged)
    return str(changes.reindex(leading).fillna(-math.inf).idxmax())


def findings(judged: pd.DataFrame) -> list[str]:
    """Return which methods pass most checks of the place and which map to show; where none passes; what stays doubtful.

    judged: rows of `judge`.
    """
    place = judged[~judged["check"].isin(OF_CHANGE)]
    checks = list(dict.fromkeys(place["check"]))
    leading, changes, most = _leading(judged)
    best = chosen(judged)
    number = place["method"].nunique()
    verb = "pass" if len(leading) > 1 else "passes"
    if most == len(checks):
        first = f"{listed(leading)} {verb} all {len(checks)} checks of where the evidence lies."
    elif most:
        first = (
            f"No method can be trusted blindly: the best, {listed(leading)}, {verb} {most} of {len(checks)} checks of "
            "where the evidence lies."
        )
    else:
        first = f"None of the {number} methods passes any of the {len(checks)} checks of where the evidence lies."
    still = [f"{name} ({changes[name]:.2f})" for name in leading if name != best and changes.get(name, 1) < HARDLY]
    if still and len(still) == len(leading) - 1:
        first += f" The map of {listed(still)} hardly changes when the network does, so {best} is left."
    elif len(leading) > 1:
        first += f" Of these the map of {best} changes most when the class or the network does."
    first += f" If you show a map, show {best} of the logit; then remove what it marks, and ask the network again."
    return [first, _unbeaten(place, checks), _doubts(place, changes, best)]


def _leading(judged: pd.DataFrame) -> tuple[list[str], pd.Series, int]:
    """Return the methods that pass most checks of the place, how much each map changes, and how many they pass."""
    place = judged[~judged["check"].isin(OF_CHANGE)]
    counts = place.groupby("method", sort=False)["passed"].sum()
    changes = judged[judged["check"].isin(OF_CHANGE)].groupby("method", sort=False)["value"].mean().sort_values()
    return list(counts.index[counts == counts.max()]), changes, int(counts.max())


def _unbeaten(place: pd.DataFrame, checks: list[str]) -> str:
    """Return in which checks no method beats a map that never saw the network, and who is clearly worse than one."""
    beaten = set(place.loc[place["passed"], "check"])
    unbeaten = [check for check in checks if check not in beaten]
    said = (
        f"In {len(unbeaten)} of the {len(checks)} checks ({listed(unbeaten)}) no method is clearly better than a map "
        "that never saw the network."
        if unbeaten
        else f"In each of the {len(checks)} checks some method is clearly better than the maps that never saw the "
        "network."
    )
    highest = place.groupby("check", sort=False)["value"].max()
    control = place.groupby("check", sort=False)[["control", "best"]].first()
    for check, row in control[control["control"] > highest].iterrows():
        told = f"{CONTROL_WORDS[row['best']]} even has a higher mean than every method at {WORDS[str(check)]}."
        said += f" {told[0].upper()}{told[1:]}"
    lost = place[place["lost"]].groupby("check", sort=False)["method"].agg(listed)
    said += "".join(f" {names} {_do(names)} clearly worse at {WORDS[str(check)]}." for check, names in lost.items())
    undone = [check for check in ("mosaic", "pointing") if check not in checks]
    return said + (f" Not made, because no class has test pictures enough: {listed(undone)}." if undone else "")


def _doubts(place: pd.DataFrame, changes: pd.Series, best: str) -> str:
    """Return what speaks against the chosen method: others with higher means, checks in which it may be worse."""
    values = place.pivot(index="check", columns="method", values="value").reindex(list(dict.fromkeys(place["check"])))
    passed = place.pivot(index="check", columns="method", values="passed")
    higher = {name: list(values.index[values[name] > values[best]]) for name in values.columns if name != best}
    rival = max(higher, key=lambda name: len(higher[name]), default="")
    said = []
    if rival and higher[rival]:
        checks = f"{len(higher[rival])} of the {len(values)} checks ({listed(higher[rival])})"
        noisy = [check for check in higher[rival] if passed.loc[check, best] and not passed.loc[check, rival]]
        but = (
            f" {rival[0].upper()}{rival[1:]} does not pass {listed(noisy)}, because it differs more from seed to seed."
            if noisy
            else ""
        )
        said.append(f"{best} need not be the best: {rival} has higher means in {checks}.{but}")
    own = place[(place["method"] == best) & ~place["lost"] & (place["most"] < 0)]
    if len(own):
        said.append(f"In {listed(list(own['check']))} {best} is probably worse than the best control.")
    least = [f"{name} ({value:.2f})" for name, value in changes.items() if value < HARDLY]
    if least:
        said.append(
            f"The maps of {listed(least)} hardly change with the class or the network (1: unrelated): they show the "
            "picture rather than the network."
        )
    return " ".join(said) or f"No other method has a higher mean than {best} in any of these checks."


def questions(
    judged: pd.DataFrame, config: RunConfig, drawn: Dataset, size: tuple[int, int], redrawn: int = 20
) -> pd.DataFrame:
    """Return a row for each check that was made: what it asks, what chance gives, and the best value possible.

    config: what trains on the synthetic garments (`drawn`), two trainings of which are compared on `redrawn` garments a
    class: no map can be expected to be more like the network than that. size: rows and columns of a picture.
    """
    again = repeated(config, drawn, redrawn) if "redrawing" in set(judged["check"]) else math.nan
    patch = SIDE * SIDE / (size[0] * size[1])
    rows = {
        "redrawing": (
            "does the map rank the parts of a drawn garment as the network needs them (rank correlation)?",
            "0", f"{comparison.figure(again, '.2f')} (two trainings)",
        ),
        "mosaic": ("four pictures in one, two of them of the class: share of the evidence on those two", "0.5", "1"),
        "pointing": ("only one of the four is of the class: how often is the map highest there?", "0.25", "1"),
        "patch": ("a chequered patch alone tells the label: share of the evidence on it", f"{patch:.2f}", "1"),
        "ROAD": (
            "paint over the least relevant pixels, or the most relevant ones: by how much is the probability higher "
            "in the first case? (Rong et al. 2022, arXiv 2202.00449)", "0", "1",
        ),
        "other class": ("does the map change for the network's second choice?", SAME, UNLIKE),
        "shuffled labels": ("does it change for a network that learnt shuffled labels?", SAME, UNLIKE),
        "weights from top": ("does it change when layers become random, from the output on?", SAME, UNLIKE),
        "weights from bottom": ("does it change when layers become random, from the input on?", SAME, UNLIKE),
    }  # fmt: skip
    made = [[check, *rows[check]] for check in dict.fromkeys(judged["check"])]
    return pd.DataFrame(made, columns=["check", "question", "chance", "best possible"])


def told_sure(place: pd.DataFrame, number: int, seeds: int) -> str:
    """Return how sure the checks of the place are, in words; place: those rows of `judge`; number: of pictures."""
    undecided = int((~place["passed"] & ~place["lost"]).sum())
    return (
        f"With {number} pictures per check and {comparison.seeds(seeds)}, {undecided} of {len(place)} comparisons stay "
        "undecided. A map passes only if it is clearly better than the best of three maps that never saw the network."
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
