"""A search for the learning rate: runs that differ in their optimiser alone, and what each one's best rate is worth."""

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError
from lib.config import DataConfig, OptimizerConfig, RunConfig
from lib.evaluation import comparison, statistics
from lib.runs import carried as reference_runs
from lib.runs import reference
from lib.runs.grid import by_rate, tabulate
from lib.training import recipes
from lib.training.run import Run

NAMES = {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam"}  # that are searched
DEFAULTS = {"sgd": 0.01, "rmsprop": 0.001, "adam": 0.001}  # Keras's learning rates
WHEN = ("default rate", "chosen rate")


def optimiser(settings: OptimizerConfig) -> str:
    """Return an optimiser's name without its learning rate: "SGD momentum .9"."""
    momentum = f" momentum {settings.momentum:g}".replace("0.", ".") if settings.momentum else ""
    return (NAMES | {"adamw": "AdamW"})[settings.name] + momentum


def tries(grid: dict[str, list[Run]]) -> pd.DataFrame:
    """Return `lib.runs.tabulate`'s table with optimiser, learning_rate, and marked (whether it is the default rate).

    group: the optimiser once more, for `lib.plots.searched`.

    LookbookError where fewer than two optimisers have a training that did not diverge.
    """
    used = {name: runs[0].config.optimizer for name, runs in grid.items()}
    table = tabulate(grid)
    table["group"] = [optimiser(used[name]) for name in table["system"]]
    table["learning_rate"] = [used[name].learning_rate for name in table["system"]]
    usual = table["group"].map(_default)
    if table.dropna(subset="val_accuracy")["group"].nunique() < 2:
        raise LookbookError("fewer than two optimisers have a training that did not diverge: there is none to compare")
    return table.assign(optimiser=table["group"], marked=(table["learning_rate"] - usual).abs() < 1e-9)


def drawn(table: pd.DataFrame, grid: dict[str, list[Run]], part: str = "val") -> pd.DataFrame:
    """Return `tries` and who is chosen, without validation accuracy where `collapsed`; the search counts it."""
    lost = {run.key for run in collapsed(grid, part)}
    own = table.assign(chosen=table["system"].isin(chosen(table)["system"]))
    return own.assign(val_accuracy=own["val_accuracy"].mask(own["key"].isin(lost)))


def collapsed(grid: dict[str, list[Run]], part: str = "val") -> list[Run]:
    """Return the trainings that did not diverge, but give every picture of `part` the same class."""
    every = [run for runs in grid.values() for run in runs if math.isfinite(run.metrics["val_accuracy"])]
    return [run for run in every if len(np.unique(run.predicted(part))) == 1]


def factors(table: pd.DataFrame) -> list[float]:
    """Return the rates that were tried, in times of the optimiser's default rate."""
    usual = table["group"].map(_default)
    return sorted((table["learning_rate"] / usual).round(3).unique().tolist())


def chosen(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each optimiser: the try with the highest mean validation accuracy of those that never diverged.

    table: as `tries` returns it, with each optimiser's default rate among them. Columns: optimiser, learning_rate,
    times (its default), edge ("smallest" or "largest" of the rates that were tried, else ""), system, default (the
    system with the default rate), val_accuracy and default_val_accuracy (means over seeds).
    """
    means = comparison.summarise(table, "val_accuracy").set_index("system")["mean"]
    rows = []
    for name, own in table.groupby("group", sort=False):
        rates = own.groupby("system", sort=False)["learning_rate"].first()
        best, usual = comparison.best(own, "val_accuracy"), own.loc[own["marked"], "system"].iloc[0]
        row = {"optimiser": name, "learning_rate": rates[best], "times": round(rates[best] / _default(str(name)), 3)}
        edge = {rates.min(): "smallest", rates.max(): "largest"}.get(rates[best], "")
        row |= {"edge": edge, "system": best, "default": usual}
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


def ends(table: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return which optimiser leads on validation and which is last there, by default and by choice."""
    return {
        when: (comparison.best(own, "val_accuracy"), comparison.lowest(own, "val_accuracy"))
        for when, own in beside_default(table).items()
    }


def gaps(table: pd.DataFrame) -> pd.DataFrame:
    """Return the lead: by how much the test accuracy of the first on validation is above that of the last (`ends`).

    A row a seed, by default and choice. The validation pictures choose both, so a lead can be below zero.
    """
    found, names = {}, ends(table)
    for when, own in beside_default(table).items():
        by_seed = own.pivot(index="seed", columns="system", values="test_accuracy")
        first, last = names[when]
        found[when] = by_seed[first] - by_seed[last]
    return pd.DataFrame(found)


def gains(table: pd.DataFrame) -> pd.DataFrame:
    """Return what the search brings each optimiser that does not keep its default rate, in test accuracy.

    Rows of `comparison.against`: chosen minus default rate, p_holm corrected over all of them; system: the optimiser,
    times: its chosen rate in times of the default.
    """
    rows = []
    for row in comparison.each_row(chosen(table)):
        own = table[table["system"].isin([row.system, row.default])]
        if row.system != row.default:
            rows.append(
                comparison.against(own, "test_accuracy", row.default).assign(system=row.optimiser, times=row.times)
            )
    return comparison.with_holm(pd.concat(rows, ignore_index=True)) if rows else pd.DataFrame()


def narrowed(table: pd.DataFrame) -> dict[str, float]:
    """Return by how much the search narrows the gap: `lib.evaluation.statistics.over_seeds` of the seeds' falls."""
    found = gaps(table)
    return statistics.over_seeds((found[WHEN[0]] - found[WHEN[1]]).dropna().tolist())


def apart(table: pd.DataFrame) -> pd.DataFrame:
    """Return `differences` for people to read; clearly: "better", "worse" or "no", as Holm's correction leaves it."""
    signs = {comparison.HIGHER: "better", comparison.LOWER: "worse"}
    rows = []
    for when, own in differences(table).items():
        leader = next(name for name in table["group"].unique() if name not in set(own["system"]))
        for row in own.to_dict("records"):
            about = {"rates": when, "leader on validation": leader, "optimiser": row["system"]}
            about |= {"difference": row["difference"], "low": row["low"], "high": row["high"]}
            rows.append(about | {"clearly": signs.get(row["verdict"], "no")})
    return pd.DataFrame(rows)


def listed(best: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `chosen` for people to read: no rate is rounded to nothing."""
    return pd.DataFrame(
        {
            "optimiser": best["optimiser"],
            "chosen rate": [f"{rate:g}" for rate in best["learning_rate"]],
            "times its default": [f"{times:g}" for times in best["times"]],
            "edge of the search": [edge or "no" for edge in best["edge"]],
            "validation accuracy": [comparison.figure(share, ".1%") for share in best["val_accuracy"]],
            "with the default rate": [comparison.figure(share, ".1%") for share in best["default_val_accuracy"]],
        }
    )


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


def rates(system: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the trainings that the kit carries of a system with several rates, two schedules, and their rows' names.

    Rows of `lib.runs.by_rate`; system says schedule and rate; collapsed: every test picture gets the same class. Where
    there are none, those of the search (`carried`) with Adam.
    """
    named = ["", *(f", rate {rate}" for rate in (".0001", ".0003", ".01", ".03"))]
    named += [f", rate {rate}, cosine" for rate in (".0001", ".0003", ".001", ".01", ".03")]
    grid = {f"{system}{name}": reference_runs.of_row(f"{system}{name}") for name in named}
    if not all(grid.values()):
        grid = {name: own for name, own in carried(system)[0].items() if own[0].config.optimizer.name == "adam"}
    table = by_rate(grid)
    one_answer = [len(np.unique(run.predicted("test"))) == 1 for runs in grid.values() for run in runs]
    names = table["group"] + table["learning_rate"].map(" {:g}".format)
    return table.assign(system=names, collapsed=one_answer), list(grid)


def over_rates(
    system: str, pictures: DataConfig, epochs: int, schedules: list[str], rates: Iterable[float]
) -> dict[str, RunConfig]:
    """Return a system's settings with each rate and schedule, by both: "constant 0.01"."""
    return {
        f"{schedule} {rate:g}": recipes.recipe(
            system, pictures, epochs=epochs, optimizer={"learning_rate": rate, "schedule": schedule}
        )
        for schedule in schedules
        for rate in sorted(rates)
    }


def elsewhere(best: str, run: Run, best_here: str, run_here: Run) -> str:
    """Return which rate is best at full length and which here, and what else differs; best: "constant 0.01"."""
    (group, _, there), (group_here, _, here) = best.rpartition(" "), best_here.rpartition(" ")
    of, also = run.config.system, "" if group == group_here else f"of the {group_here} rates "
    told = f"Of the {group} rates of {of} {there} is best there, {also}{here} here"
    steps, steps_here = (int(each.history["steps"].sum()) for each in (run, run_here))
    what = "networks and steps" if of != run_here.config.system else "steps"
    return f"{told}{f'; {what} ({steps:,} there, {steps_here:,} here) differ, too' * (steps != steps_here)}."


def _place(row: reference.Row) -> tuple[int, float, float]:
    own = row.configs[0].optimizer
    return list(NAMES).index(own.name), own.momentum, own.learning_rate


def _searched(row: reference.Row) -> bool:
    own = row.configs[0]
    plain = OptimizerConfig(
        name=own.optimizer.name, learning_rate=own.optimizer.learning_rate, momentum=own.optimizer.momentum
    )
    return plain.name in NAMES and own == recipes.recipe(own.system, own.data).changed(optimizer=plain)


def _default(name: str) -> float:
    return next(DEFAULTS[short] for short, long in NAMES.items() if name.startswith(long))
