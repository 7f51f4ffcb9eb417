"""A search for the learning rate: runs that differ in their optimiser alone, and what each one's best rate is worth."""

import pandas as pd

from lib.base.errors import LookbookError
from lib.config import OptimizerConfig
from lib.evaluation import comparison, statistics
from lib.runs import carried as reference_runs
from lib.runs import reference
from lib.runs.grid import tabulate
from lib.training import recipes
from lib.training.run import Run

NAMES = {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam"}
DEFAULTS = {"sgd": 0.01, "rmsprop": 0.001, "adam": 0.001}  # Keras's learning rates
WHEN = ("default rate", "chosen rate")


def optimiser(settings: OptimizerConfig) -> str:
    """Return an optimiser's name without its learning rate: "SGD momentum .9"."""
    momentum = f" momentum {settings.momentum:g}".replace("0.", ".") if settings.momentum else ""
    return NAMES[settings.name] + momentum


def tries(grid: dict[str, list[Run]]) -> pd.DataFrame:
    """Return `lib.runs.tabulate`'s table with group (the optimiser), learning_rate, and marked (its default rate).

    LookbookError where fewer than two optimisers have a training that did not diverge.
    """
    used = {name: runs[0].config.optimizer for name, runs in grid.items()}
    table = tabulate(grid)
    table["group"] = [optimiser(used[name]) for name in table["system"]]
    table["learning_rate"] = [used[name].learning_rate for name in table["system"]]
    usual = table["group"].map(_default)
    if table.dropna(subset="val_accuracy")["group"].nunique() < 2:
        raise LookbookError("fewer than two optimisers have a training that did not diverge: there is none to compare")
    return table.assign(marked=(table["learning_rate"] - usual).abs() < 1e-9)


def chosen(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each optimiser: the try with the highest mean validation accuracy of those that never diverged.

    table: as `tries` returns it, with each optimiser's default rate among them. Columns: optimiser, learning_rate,
    times (its default), edge (whether it is the smallest or largest rate that was tried), system, default (the system
    with the default rate), val_accuracy and default_val_accuracy (means over seeds).
    """
    means = comparison.summarise(table, "val_accuracy").set_index("system")["mean"]
    rows = []
    for name, own in table.groupby("group", sort=False):
        rates = own.groupby("system", sort=False)["learning_rate"].first()
        best, usual = comparison.best(own, "val_accuracy"), own.loc[own["marked"], "system"].iloc[0]
        row = {"optimiser": name, "learning_rate": rates[best], "times": round(rates[best] / _default(str(name)), 3)}
        row |= {"edge": rates[best] in (rates.min(), rates.max()), "system": best, "default": usual}
        rows.append(row | {"val_accuracy": means[best], "default_val_accuracy": means[usual]})
    return pd.DataFrame(rows)


def beside_default(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the runs with default rates and those with chosen ones; there `system` is the optimiser's name."""
    best = chosen(table)
    systems = zip(WHEN, (best["default"], best["system"]), strict=True)
    return {when: table[table["system"].isin(own)].assign(system=lambda rows: rows["group"]) for when, own in systems}


def differences(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return how optimisers differ in test accuracy from the one that leads on validation, by default and by choice."""
    return {
        when: comparison.against(own, "test_accuracy", comparison.best(own, "val_accuracy"))
        for when, own in beside_default(table).items()
    }


def means(table: pd.DataFrame) -> pd.DataFrame:
    """Return `lib.evaluation.comparison.summarise` of test accuracy, with group: the default rate or the chosen one.

    Intervals end at 0 and 1.
    """
    found = [
        comparison.summarise(own, "test_accuracy").assign(group=when) for when, own in beside_default(table).items()
    ]
    return pd.concat(found).assign(
        low=lambda rows: rows["low"].clip(lower=0), high=lambda rows: rows["high"].clip(upper=1)
    )


def answer(table: pd.DataFrame, where: str = "") -> str:
    """Return in words what a fair search leaves of the optimisers' distance; where: what the runs are of."""
    before, after = (_gap(own) for own in beside_default(table).values())
    fall = statistics.over_seeds((before - after).tolist())
    told = f"with {comparison.seeds(len(before))} it is not sure that the search narrows it"
    if fall["low"] > 0:
        told = "clearly narrowed by the search"
    elif fall["high"] < 0:
        told = "clearly widened by the search"
    return (
        "The gap in test accuracy between the best and the worst optimiser is "
        f"{before.mean():.3f} with default rates and {after.mean():.3f} with searched ones{where}: {told}."
    )


def _gap(own: pd.DataFrame) -> pd.Series:
    """Return by how much the optimiser with the best mean test accuracy is above the one with the worst, by seed."""
    by_seed = own.pivot(index="seed", columns="system", values="test_accuracy")
    mean = by_seed.mean()
    return by_seed[mean.idxmax()] - by_seed[mean.idxmin()]


def apart(table: pd.DataFrame) -> pd.DataFrame:
    """Return `differences` for people to read: who is clearly apart from the leader on validation, Holm-corrected."""
    rows = []
    for when, own in differences(table).items():
        leader = next(name for name in table["group"].unique() if name not in set(own["system"]))
        for row in own.itertuples():
            about = {
                "rates": when,
                "leader on validation": leader,
                "optimiser": row.system,
                "difference": row.difference,
            }
            about |= {"low": row.low, "high": row.high}
            rows.append(
                about | {"clearly apart": "yes" if row.verdict in (comparison.HIGHER, comparison.LOWER) else "no"}
            )
    return pd.DataFrame(rows)


def disagree(here: pd.DataFrame, full: pd.DataFrame) -> str:
    """Return in a sentence for which optimisers another rate is chosen here than at full length.

    here, full: as `chosen` returns them.
    """
    other = here.merge(full, on="optimiser", suffixes=("", "_full"))
    other = other[(other["learning_rate"] - other["learning_rate_full"]).abs() > 1e-9]
    told = [f"{row.optimiser} {row.learning_rate_full:g}, not {row.learning_rate:g}" for row in other.itertuples()]
    same = "Here and at full length the same rates are chosen."
    return f"At full length other rates are chosen than here: {'; '.join(told)}." if told else same


def sure(table: pd.DataFrame) -> str:
    """Return in words who is clearly apart from the leading optimiser in test accuracy, by default and by choice."""
    told = []
    for when, own in apart(table).groupby("rates", sort=False):
        names = own.loc[own["clearly apart"] == "yes", "optimiser"]
        leader = own["leader on validation"].iloc[0]
        told.append(f"with {when}s {leader} leads on validation, clearly apart from {' and '.join(names) or 'none'}")
    return f"on test pictures, {'; '.join(told)}"


def alone(best: pd.DataFrame) -> str:
    """Return in words which other optimisers would lead were they alone searched, while the rest keep their defaults.

    best: as `chosen` returns it. The leader with default rates for all is no news.
    """
    tuned, usual = (best.set_index("optimiser")[each] for each in ("val_accuracy", "default_val_accuracy"))
    leader = usual.idxmax()
    ahead = {name: tuned[name] - usual.drop(name).max() for name in best["optimiser"] if name != leader}
    wins = [
        name + (f" (by less than {comparison.EQUAL:g}, so not clearly)" if by < comparison.EQUAL else "")
        for name, by in ahead.items()
        if by > 0
    ]
    told = f"{' or '.join(wins)} would lead instead" if wins else "none of the others would lead"
    return (
        f"With default rates for all, {leader} leads on validation. Searched alone, while all others keep their "
        f"defaults, {told}."
    )


def listed(best: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `chosen` for people to read: no rate is rounded to nothing."""
    return pd.DataFrame(
        {
            "optimiser": best["optimiser"],
            "chosen rate": [f"{rate:g}" for rate in best["learning_rate"]],
            "times its default": [f"{times:g}" for times in best["times"]],
            "at the edge of the search": ["yes" if edge else "no" for edge in best["edge"]],
            "validation accuracy": best["val_accuracy"],
            "with the default rate": best["default_val_accuracy"],
        }
    )


def caption(table: pd.DataFrame, low: float = 0.0) -> str:
    """Return what the marks of `lib.plots.response` are in a figure that begins at `low`; nothing of what is absent."""
    lost = table["val_accuracy"].isna() | (table["val_accuracy"] < low)
    crosses = " Crosses at the lower edge: trainings below the figure's range, or diverged." if lost.any() else ""
    return f"Points are trainings, lines are means, rings mark default rates.{crosses}"


def edges(best: pd.DataFrame) -> str:
    """Return in words for which optimisers the chosen rate lies at the edge of the search; "" for none."""
    names = " and ".join(best.loc[best["edge"], "optimiser"])
    more = "is the smallest or largest one tried, so a rate beyond it may be better still."
    return f"The chosen rate of {names} {more}" if names else ""


def carried(system: str) -> tuple[dict[str, list[Run]], list[str]]:
    """Return the search that the kit carries for a system, {} while a row of it is missing, and the missing rows.

    A row of reference.yaml belongs to it where only the optimiser differs from the system's recipe. Of each row as many
    seeds count as all of them have.
    """
    rows = [row for row in reference.rows() if row.configs[0].system == system]
    rows = [row for row in rows if row.configs[0].data.limit is None and _searched(row)]
    grid = {row.name: reference_runs.of_row(row.name) for row in sorted(rows, key=_place)}
    missing = [name for name, runs in grid.items() if not runs]
    fewest = min((len(runs) for runs in grid.values()), default=0)
    return ({} if missing or len(grid) < 2 else {name: runs[:fewest] for name, runs in grid.items()}), missing


def _place(row: reference.Row) -> tuple[int, float, float]:
    settings = row.configs[0].optimizer
    return list(NAMES).index(settings.name), settings.momentum, settings.learning_rate


def _searched(row: reference.Row) -> bool:
    own = row.configs[0]
    usual = recipes.recipe(own.system, own.data)
    plain = OptimizerConfig(
        name=own.optimizer.name, learning_rate=own.optimizer.learning_rate, momentum=own.optimizer.momentum
    )
    return plain.name in NAMES and own == usual.changed(optimizer=plain)


def _default(name: str) -> float:
    return next(DEFAULTS[short] for short, long in NAMES.items() if name.startswith(long))
