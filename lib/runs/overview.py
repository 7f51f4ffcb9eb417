"""All systems in one table: how good, how far behind the best one, at what cost."""

from collections.abc import Callable

import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison
from lib.evaluation.front import front
from lib.runs.full_length import costs
from lib.runs.grid import tabulate
from lib.training.run import Run

COSTS = {"multiply_adds": "multiply-adds of one picture (M: million)"}
SCHEDULES = {"triangular": "a learning rate that rises and falls"}
LOOKED_AT = "fast"  # its 28 epochs were chosen after its test accuracy with 12 was seen
HARD = "\N{NO-BREAK SPACE}"
TO = f"{HARD}to{HARD}"
SHOWN = {
    "val_accuracy": "validation, %", "accuracy": "test accuracy, %", "adds": "multiply-adds, million",
    "minutes": "CPU minutes",
}  # fmt: skip


def overview(rows: dict[str, list[Run]]) -> pd.DataFrame:
    """Return a row a system: what `costs` says of it, label, mean, low and high of its test accuracy, val_accuracy.

    Of several answers the test accuracy is that of the first.
    """
    table = tabulate(rows)
    means = comparison.summarise(table, "test_accuracy")[["system", "mean", "low", "high"]]
    chosen = comparison.summarise(table, "val_accuracy")[["system", "mean"]].rename(columns={"mean": "val_accuracy"})
    found = costs(rows).assign(label=[own[0].label for own in rows.values()])
    return found.merge(means, on="system").merge(chosen, on="system")


def with_fronts(found: pd.DataFrame, pictures: str) -> pd.DataFrame:
    """Return the systems on these pictures, with front_COST for each cost: whether no other system beats it there."""
    own = found[found["pictures"] == pictures]
    return own.assign(**{f"front_{cost}": front(own[cost].to_numpy(), own["mean"].to_numpy()) for cost in COSTS})


def given(rows: dict[str, list[Run]], best: str) -> tuple[str, str]:
    """Return in sentences what only the best system was given in training and use: in short, and one by one.

    "" where it is trained as the others are.
    """
    own = rows[best][0].config
    others = [runs for name, runs in rows.items() if name != best]
    settings = [runs[0].config for runs in others]
    alone = []
    if own.optimizer.schedule not in [each.optimizer.schedule for each in settings]:
        alone.append(SCHEDULES.get(own.optimizer.schedule, f"a learning rate that changes ({own.optimizer.schedule})"))
    if own.label_smoothing and not any(each.label_smoothing for each in settings):
        alone.append(f"label smoothing of {own.label_smoothing:g} (the target of the right class is less than 1)")
    if own.test_time_flip and not any(each.test_time_flip for each in settings):
        alone.append("a second look at each picture, in the mirror")
    if not alone or not others:
        return "", ""
    epochs, usual = (_epochs(runs) for runs in (rows[best], [run for runs in others for run in runs]))
    chosen = ", chosen after a look at its test accuracy" if best == LOOKED_AT else ""
    longer = f"more epochs than most ({epochs}, not {usual}{chosen}) and " if epochs > usual else ""
    aids = f"{len(alone)} aids" if len(alone) > 1 else "an aid"
    return (
        f"But {best} had {longer}{aids} that no other system had.",
        f"Only {best} had {listed(alone)}. So we compare recipes, not networks alone: with these another network might "
        "come closer.",
    )


def _epochs(runs: list[Run]) -> int:
    """Return the number of epochs that most of the runs had."""
    return int(pd.Series([run.metrics["epochs"] for run in runs]).mode().iloc[0])


def shown(found: pd.DataFrame, claimed: Callable[[str], str], minus: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return `overview` as it is read, best first; claimed: what a report prints for a label ("val.": of validation).

    minus: how the systems differ from one of them (`lib.evaluation.comparison.against`), for a column of its own.
    Accuracies are percentages with their 95% intervals, differences are in points. Pictures other than those of
    Fashion-MNIST stand in brackets behind the name.
    """
    table = found.sort_values(["pictures", "mean"], ascending=[True, False])
    rows = table.to_dict("records")
    ready = pd.DataFrame(
        {
            "system": [row["system"] + _set(row["pictures"]) for row in rows],
            "claimed": [claimed(row["label"]).replace("validation", "val.").replace(" ", HARD) for row in rows],
            "val_accuracy": ["–" if pd.isna(row["val_accuracy"]) else _short(row["val_accuracy"]) for row in rows],
            "accuracy": [f"{_short(row['mean'])}{_interval(row)}" for row in rows],
            "minus": _differences(table["system"], minus),
            "seeds": table["seeds"],
            "adds": [_millions(each, 1) for each in table["multiply_adds"]],
            "minutes": ["–" if pd.isna(each) else f"{each:.1f}" for each in table["minutes"]],
        }
    )
    if minus is None:
        return ready.drop(columns="minus").rename(columns=SHOWN)
    (best,) = set(table["system"]) - set(minus["system"])
    return ready.rename(columns=SHOWN | {"minus": f"minus {best}, points"})


def _set(pictures: str) -> str:
    return "" if pictures == "fashion-mnist" else f" ({pictures})"


def _interval(row: dict) -> str:
    """Return the interval in words, with spaces that do not break: a line of its own where the column is narrow."""
    return "" if pd.isna(row["low"]) else f"{HARD}({_short(max(row['low'], 0))}{TO}{_short(min(row['high'], 1))})"


def _differences(systems: pd.Series, minus: pd.DataFrame | None) -> list[str]:
    """Return each system's difference with its interval, and that it could be chance; nothing without `minus`."""
    known = {} if minus is None else {row["system"]: row for row in minus.to_dict("records")}
    return [_difference(known[system]) if system in known else "" for system in systems]


def _difference(row: dict) -> str:
    if pd.isna(row["difference"]):
        return "no figure"
    said = f"{_signed(row['difference'])}"
    if pd.notna(row["low"]):
        said += f"{HARD}({_signed(row['low'])}{TO}{_signed(row['high'])})"
    return said if row["verdict"] in (comparison.HIGHER, comparison.LOWER) else f"{said}, {row['verdict']}"


def _signed(figure: float) -> str:
    return f"{figure * 100:+.1f}"


def _short(figure: float) -> str:
    return f"{figure * 100:.1f}"


def _millions(number: float, digits: int) -> str:
    return "–" if pd.isna(number) else f"{number / 1e6:.{digits}f}"
