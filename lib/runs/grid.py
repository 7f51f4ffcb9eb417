"""Several settings, each with several seeds; and their figures as a table."""

import math

import pandas as pd

from lib.base.errors import LookbookError
from lib.base.progress import progress
from lib.config import RunConfig
from lib.data.dataset import Dataset
from lib.evaluation.comparison import course, falls
from lib.runs import engines
from lib.runs.engines.plan import Wanted
from lib.training.run import Run

MEASURED = ("train_", "val_", "test_")


def grid(configs: dict[str, RunConfig], seeds: int, dataset: Dataset, weights: bool = False) -> dict[str, list[Run]]:
    """Return for each name the runs of its settings with the seeds 0, 1, ..., fetched or trained, in one progress line.

    Two names may have the same settings: they share the runs. weights: whether the networks are needed of every seed.
    LookbookError for fewer than one seed.
    """
    if seeds < 1:
        raise LookbookError(f"seeds={seeds}: at least one training of each system is needed, three for an interval")
    named = [(name, config.changed(seed=seed)) for name, config in configs.items() for seed in range(seeds)]
    trained = every([(config, weights) for _, config in named], dataset)
    runs: dict[str, list[Run]] = {name: [] for name in configs}
    for (name, _), run in zip(named, trained, strict=True):
        runs[name].append(run)
    return runs


def every(wanted: Wanted, dataset: Dataset | None = None) -> list[Run]:
    """Return the runs of `wanted` (`lib.runs.engines.train`) in its order, in one progress line."""
    with progress("trainings") as show:
        found = dict(engines.train(wanted, show, dataset))
    return [found[place] for place in range(len(wanted))]


def flat(*grids: dict[str, list[Run]]) -> list[Run]:
    """Return all runs of the grids, each once."""
    return list({run.key: run for grid in grids for runs in grid.values() for run in runs}.values())


def histories(grid: dict[str, list[Run]]) -> dict[str, list[pd.DataFrame]]:
    """Return the histories of a grid's runs by name, as `lib.plots.curves` takes them."""
    return {name: [run.history for run in runs] for name, runs in grid.items()}


def of_target(table: pd.DataFrame, target: str) -> pd.DataFrame:
    """Return `tabulate`'s table with the measures of one of several targets in the place of the first one's."""
    own = {name: name.replace(f"_{target}_", "_", 1) for name in map(str, table) if f"_{target}_" in name}
    return table.drop(columns=[name for name in own.values() if name in table]).rename(columns=own)


def of_part(history: pd.DataFrame, part: str, target: str = "") -> pd.DataFrame:
    """Return a history's measures on one part of the pictures under their bare names: epoch, loss, accuracy, ...

    part: "train" (measured again after each epoch) or "val". target: one of several; "": the first.
    """
    prefix = f"{part}_{target}_" if target else f"{part}_"
    own = [name for name in map(str, history) if name.startswith(prefix)]
    return history[["epoch", *own]].rename(columns={name: name.removeprefix(prefix) for name in own})


def tabulate(runs: list[Run] | dict[str, list[Run]]) -> pd.DataFrame:
    """Return one row per run: key, system (its label), seed, every metric, and what its curves looked like.

    Of a grid, the system is the name that the grid gives it. running_loss and running_accuracy are means over an epoch
    as training went, of the epoch whose weights are kept: what Keras prints, and what the reports quote. gap:
    validation loss minus training loss, measured after that epoch; accuracy_gap: training minus validation accuracy.
    turn, rise, falls, last_change, first_loss: `lib.evaluation.comparison.course`. Of a run that answers several
    targets: second_minus_first, the validation accuracies, and second_falls_minus_first.
    Of a run that diverged every measure is NaN: some may be finite, but say nothing of the system.
    """
    named = runs if isinstance(runs, dict) else {"": runs}
    rows = []
    for name, run in ((name, run) for name, group in named.items() for run in group):
        history = run.history
        measured = {key: value for key, value in run.metrics.items() if key.startswith(MEASURED)} | course(history)
        measured["gap"] = run.metrics["val_loss"] - run.metrics["train_loss"]
        measured["accuracy_gap"] = run.metrics["train_accuracy"] - run.metrics["val_accuracy"]
        if len(history) and run.config.data.more_targets:
            second = run.config.data.more_targets[0]
            measured["second_minus_first"] = run.metrics[f"val_{second}_accuracy"] - run.metrics["val_accuracy"]
            measured["second_falls_minus_first"] = falls(of_target(history, second)) - falls(history)
        if len(history):
            (kept,) = history[history["epoch"] == run.metrics["best_epoch"]].to_dict(orient="records")
            measured |= {f"running_{measure}": kept[measure] for measure in ("loss", "accuracy")}
        if run.metrics["diverged"]:
            measured = dict.fromkeys(measured, math.nan)
        rows.append({"key": run.key, "system": name or run.label, "seed": run.config.seed} | run.metrics | measured)
    return pd.DataFrame(rows)


def seed_by_seed(table: pd.DataFrame, measure: str, system: str, reference: str) -> list[float]:
    """Return what a system has more than another in each seed that both have (of `tabulate`), by seed."""
    by_seed = table.pivot(index="seed", columns="system", values=measure)
    return (by_seed[system] - by_seed[reference]).dropna().tolist()


def by_rate(grid: dict[str, list[Run]]) -> pd.DataFrame:
    """Return `tabulate`'s table with each run's learning_rate (the highest) and its schedule as group.

    As `lib.plots.response` takes it.
    """
    optimizers = [run.config.optimizer for runs in grid.values() for run in runs]
    rates, schedules = [each.learning_rate for each in optimizers], [each.schedule for each in optimizers]
    return tabulate(grid).assign(learning_rate=rates, group=schedules)
