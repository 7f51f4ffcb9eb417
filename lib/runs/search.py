"""A search for the learning rate: runs that differ in their optimiser alone, and what each one's best rate is worth."""

import pandas as pd

from lib.config import OptimizerConfig
from lib.evaluation import comparison
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
    """Return `lib.runs.tabulate`'s table with group (the optimiser), learning_rate, and marked (its default rate)."""
    used = {name: runs[0].config.optimizer for name, runs in grid.items()}
    table = tabulate(grid)
    table["group"] = [optimiser(used[name]) for name in table["system"]]
    table["learning_rate"] = [used[name].learning_rate for name in table["system"]]
    usual = table["group"].map(_default)
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
    """Return in a sentence how much of the optimisers' distance a fair search leaves; where: what the runs are of."""
    before, after = (own.set_index("system")["mean"] for _, own in means(table).groupby("group", sort=False))
    wide, narrow = (each.max() - each.min() for each in (before, after))
    left = (
        f"A fair search leaves {narrow / wide:.0%} of the lead of the best optimiser over the worst: " if wide else ""
    )
    ends = [f"{each.idxmin()} {each.min():.3f} to {each.idxmax()} {each.max():.3f}" for each in (before, after)]
    return (
        f"{left}mean test accuracy differs by {wide:.3f} with default learning rates ({ends[0]}), and by {narrow:.3f} "
        f"with the chosen ones ({ends[1]}){where}."
    )


def sure(table: pd.DataFrame) -> str:
    """Return in words how many differences from the leading optimiser are resolved, before the search and after it."""
    found = [own["verdict"].str.startswith("resolved").sum() for own in differences(table).values()]
    number = table["group"].nunique() - 1
    return f"sure differences from the leader: {found[0]} of {number} with default rates, {found[1]} after the search"


def alone(best: pd.DataFrame) -> str:
    """Return in words which optimisers would lead were they alone searched, while the others keep their defaults.

    best: as `chosen` returns it.
    """
    tuned, usual = (best.set_index("optimiser")[each] for each in ("val_accuracy", "default_val_accuracy"))
    wins = [name for name in best["optimiser"] if tuned[name] > usual.drop(name).max()]
    told = f"{len(wins)} of {len(best)} would lead on validation" + (f" ({', '.join(wins)})" if wins else "")
    leader = f"With default rates for all, {usual.idxmax()} leads."
    return f"Searched alone, while all others keep their defaults, {told}. {leader}"


def edges(best: pd.DataFrame) -> str:
    """Return in words for which optimisers the chosen rate lies at the edge of the search; "" for none."""
    names = ", ".join(best.loc[best["edge"], "optimiser"])
    more = "a rate beyond it might be better still, so there the search is not finished."
    return f"At the edge of the search lies the chosen rate of {names}: {more}" if names else ""


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
