"""All systems in one table: how good, in which place, at what cost."""

from collections.abc import Callable

import pandas as pd

from lib.evaluation import comparison, ranks
from lib.runs.full_length import costs
from lib.runs.grid import tabulate
from lib.training.run import Run

COSTS = {"multiply_adds": "multiply-adds of one picture", "minutes": "minutes of training on a CPU"}
HARD = "\N{NO-BREAK SPACE}"
TO = f"{HARD}to{HARD}"
SHOWN = {
    "accuracy": "test accuracy (95%)", "parameters": "weights", "adds": "MACs",
}  # fmt: skip


def overview(rows: dict[str, list[Run]]) -> pd.DataFrame:
    """Return a row a system: what `costs` says of it, label, mean, low and high of its test accuracy, and its place.

    Places (first, last, of: `lib.evaluation.ranks.ranks`) are among systems on the same pictures with the same answer.
    Of several answers the test accuracy is that of the first.
    """
    found = costs(rows)
    found["label"] = [own[0].label for own in rows.values()]
    parts = []
    for _, own in found.groupby("pictures", sort=False):
        table = tabulate({name: rows[name] for name in own["system"]})
        means = comparison.summarise(table, "test_accuracy")[["system", "mean", "low", "high"]]
        parts.append(own.merge(means, on="system").merge(ranks.ranks(table, "test_accuracy"), on="system"))
    return pd.concat(parts, ignore_index=True)


def with_fronts(found: pd.DataFrame, pictures: str) -> pd.DataFrame:
    """Return the systems on these pictures, with front_COST for each cost: whether no other system beats it there."""
    own = found[found["pictures"] == pictures]
    return own.assign(**{f"front_{cost}": ranks.front(own[cost].to_numpy(), own["mean"].to_numpy()) for cost in COSTS})


def shown(found: pd.DataFrame, claimed: Callable[[str], str]) -> pd.DataFrame:
    """Return `overview` as it is read, best first; claimed: what a report prints for a label.

    Weights are counted in thousands, MACs (multiply-adds) and pictures seen in millions. Pictures other than those of
    Fashion-MNIST stand in brackets behind the name.
    """
    table = found.sort_values(["pictures", "mean"], ascending=[True, False])
    rows = table.to_dict("records")
    ready = pd.DataFrame(
        {
            "system": [row["system"] + _set(row["pictures"]) for row in rows],
            "claimed": [claimed(row["label"]) for row in rows],
            "accuracy": [f"{_short(row['mean'])}{_interval(row)}" for row in rows],
            "place": [_place(row) for row in rows],
            "seeds": table["seeds"],
            "parameters": [f"{each / 1e3:,.0f}" for each in table["parameters"]],
            "adds": [_millions(each, 1) for each in table["multiply_adds"]],
            "minutes": ["GPU" if pd.isna(each) else f"{each:.1f}" for each in table["minutes"]],
            "seen": [_millions(each, 2) for each in table["seen"]],
        }
    )
    return ready.rename(columns=SHOWN)


def _set(pictures: str) -> str:
    return "" if pictures == "fashion-mnist" else f" ({pictures})"


def _interval(row: dict) -> str:
    """Return the interval in words, with spaces that do not break: a line of its own where the column is narrow."""
    return "" if pd.isna(row["low"]) else f" ({_short(row['low'])}{TO}{_short(row['high'])})"


def _place(row: dict) -> str:
    ends, _, of = ranks.told(row["first"], row["last"], row["of"]).partition(" of ")
    return f"{ends.replace(' to ', TO)} of{HARD}{of}"


def _short(figure: float) -> str:
    return f"{figure:.4f}".replace("0.", ".", 1)


def _millions(number: float, digits: int) -> str:
    return "–" if pd.isna(number) else f"{number / 1e6:.{digits}f}"
