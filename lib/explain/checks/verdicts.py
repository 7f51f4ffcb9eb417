"""What the checks say over seeds, beside the best of the maps that do not look at the network."""

import math

import pandas as pd

from lib.base.progress import progress
from lib.base.text import listed
from lib.config import RunConfig
from lib.data.dataset import Dataset
from lib.evaluation import comparison, statistics
from lib.explain.checks.table import OF_CHANGE, of_seed
from lib.explain.controls import CONTROLS

WORDS = {  # what a method does well that passes a check of the place
    "redrawing": "ranking the parts by how much the network needs them",
    "mosaic": "finding the two pictures of its class among four",
    "pointing": "pointing at the one picture of its class among four",
    "patch": "finding the patch that tells the label",
    "ROAD": "finding the pixels that the answer needs",
}
CHANGE_WORDS = {
    "other class": "for another class (the second choice)?",
    "shuffled labels": "for a network that learnt shuffled labels?",
    "weights from top": "when layers are made random, the last first?",
    "weights from bottom": "when layers are made random, the first first?",
    "mean": "mean of these",
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


def chosen(judged: pd.DataFrame) -> str:
    """Return the method to show: of those that pass most checks of the place the one whose map changes most.

    judged: rows of `judge`.
    """
    leading, changes, _ = _leading(judged)
    return str(changes.reindex(leading).fillna(-math.inf).idxmax())


def findings(judged: pd.DataFrame, removed: str = "") -> list[str]:
    """Return how many checks of the place the best method passes; where none passes; why this one, and what beats it.

    judged: rows of `judge`. removed: what follows if what the best method marks is painted over, a sentence.
    """
    place = judged[~judged["check"].isin(OF_CHANGE)]
    checks = list(dict.fromkeys(place["check"]))
    leading, changes, most = _leading(judged)
    best, number = chosen(judged), place["method"].nunique()
    beats = "clearly better than maps that never saw the network"
    where = "checks of whether the red lies where it should"
    if most == len(checks):
        first = f"Here {best} can be believed: it is {beats} in all {most} {where}."
    elif most:
        first = (
            f"None, unless you test it: {best}, which passes most of {number} methods, is {beats} in only "
            f"{most} of {len(checks)} {where}."
        )
    else:
        first = f"None, unless you test it: no method of {number} is {beats} in any of {len(checks)} {where}."
    doubts = f"{_why(leading, changes, best) if most else ''} {_rival(place, best)}".strip()
    return [f"{first} {removed}".strip(), _unbeaten(place, checks), *([doubts] if doubts else [])]


def _why(leading: list[str], changes: pd.Series, best: str) -> str:
    """Return why the best is shown, and not another that passes as many checks."""
    others = [name for name in leading if name != best]
    still = [name for name in others if changes.get(name, 1) < HARDLY]
    if not others:
        return ""
    verb = "passes" if len(others) == 1 else "pass"
    if len(still) == len(others):
        their = "its map" if len(others) == 1 else "their maps"
        return (
            f"{_capital(listed(others))} {verb} as many checks as {best}, but {their} would look much the same for "
            f"another class or another network. So {best} is left."
        )
    return (
        f"{_capital(listed(others))} {verb} as many checks as {best}, whose map changes more with the class and the "
        "network."
    )


def across(changed: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `changes` as a reader sees them: a row for each check, in words, and a column a method."""
    table = changed.set_index("method").rename(columns=CHANGE_WORDS).T
    return table.rename_axis("is the map the same", axis=0).rename_axis(None, axis=1).reset_index()


def told_changes(judged: pd.DataFrame) -> str:
    """Return how the table of changes is read, and whose maps hardly change."""
    _, changes, _ = _leading(judged)
    least = [str(name) for name, value in changes.items() if value < HARDLY]
    if not least:
        return "No method's map is much the same for another class or another network."
    verb, they = ("change", "they show") if len(least) > 1 else ("changes", "it shows")
    maps = "maps" if len(least) > 1 else "map"
    return f"The {maps} of {listed(least)} hardly {verb}: {they} the picture rather than what the network makes of it."


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
        said += f" {_capital(told)}"
    lost = place[place["lost"]].groupby("check", sort=False)["method"].agg(listed)
    said += "".join(f" {names} {_do(names)} clearly worse at {WORDS[str(check)]}." for check, names in lost.items())
    undone = [check for check in ("mosaic", "pointing") if check not in checks]
    return said + (f" Not made, because no class has test pictures enough: {listed(undone)}." if undone else "")


def _rival(place: pd.DataFrame, best: str) -> str:
    """Return which other method has higher means than the chosen one, and why it passes less; "" for none."""
    values = place.pivot(index="check", columns="method", values="value").reindex(list(dict.fromkeys(place["check"])))
    passed = place.pivot(index="check", columns="method", values="passed")
    higher = {
        str(name): [str(check) for check in values.index[values[name] > values[best]]]
        for name in values.columns
        if name != best
    }
    rival = max(higher, key=lambda name: len(higher[name]), default="")
    if not rival or not higher[rival]:
        return ""
    noisy: list[str] = [
        str(check) for check in higher[rival] if passed.loc[check, best] and not passed.loc[check, rival]
    ]
    but = f", but does not pass {listed(noisy)}: it differs more from seed to seed" if noisy else ""
    return (
        f"{best} need not be the best. {_capital(rival)} has higher means in {len(higher[rival])} of the "
        f"{len(values)} checks ({listed(higher[rival])}){but}."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def told_sure(place: pd.DataFrame, number: int, seeds: int) -> str:
    """Return how sure the checks of the place are, in words; place: those rows of `judge`; number: of pictures."""
    undecided = int((~place["passed"] & ~place["lost"]).sum())
    return (
        f"With {number} pictures per check and {comparison.seeds(seeds)}, {undecided} of {len(place)} comparisons stay "
        "undecided. So a method that did not pass is not shown to be bad."
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
