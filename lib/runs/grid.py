"""Several settings, each with several seeds; and their figures as a table."""

import math

import pandas as pd

from lib.base.errors import LookbookError
from lib.base.progress import progress
from lib.config import RunConfig
from lib.data.dataset import Dataset
from lib.runs.store import fetch_or_train
from lib.training.run import Run


def grid(configs: dict[str, RunConfig], seeds: int, dataset: Dataset) -> dict[str, list[Run]]:
    """Return for each name the runs of its settings with the seeds 0, 1, ..., fetched or trained, in one progress line.

    Two names may have the same settings: they share the runs. LookbookError for fewer than one seed.
    """
    if seeds < 1:
        raise LookbookError(f"seeds={seeds}: at least one training of each system is needed, three for an interval")
    todo = [(name, config.changed(seed=seed)) for name, config in configs.items() for seed in range(seeds)]
    runs: dict[str, list[Run]] = {name: [] for name in configs}
    with progress("trainings") as show:
        for number, (name, config) in enumerate(todo):
            title = f"{name}, seed {config.seed}"

            def report(done: float, total: int, text: str, before: int = number, title: str = title) -> None:
                show(before + done / total, len(todo), f"({title}: {int(done)}/{total} {text})")

            runs[name].append(fetch_or_train(config, dataset, report))
            show(number + 1, len(todo), "done")
    return runs


def flat(*grids: dict[str, list[Run]]) -> list[Run]:
    """Return all runs of the grids, each once."""
    return list({run.key: run for grid in grids for runs in grid.values() for run in runs}.values())


def histories(grid: dict[str, list[Run]]) -> dict[str, list[pd.DataFrame]]:
    """Return the histories of a grid's runs by name, as `lib.plots.curves` takes them."""
    return {name: [run.history for run in runs] for name, runs in grid.items()}


def tabulate(runs: list[Run] | dict[str, list[Run]]) -> pd.DataFrame:
    """Return a row a run: key, system (its label), seed, every metric, and running_loss and running_accuracy.

    Of a grid, the system is the name that the grid gives it. Of a run that diverged every measure is NaN: some may be
    finite, but say nothing of the system. The last two are means over an epoch as training went, of the epoch whose
    weights are kept: what Keras prints, and what the reports quote.
    """
    named = runs if isinstance(runs, dict) else {"": runs}
    rows = []
    for name, run in ((name, run) for name, group in named.items() for run in group):
        history = run.history
        kept = history[history["epoch"] == run.metrics["best_epoch"]].to_dict(orient="records") if len(history) else []
        running = {f"running_{name}": kept[0][name] for name in ("loss", "accuracy")} if kept else {}
        figures = run.metrics | running
        if run.metrics["diverged"]:
            figures |= {key: math.nan for key in figures if key.startswith(("train_", "val_", "test_", "running_"))}
        rows.append({"key": run.key, "system": name or run.label, "seed": run.config.seed} | figures)
    return pd.DataFrame(rows)
