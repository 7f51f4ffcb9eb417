"""All systems in one table: how good, in which place, at what cost."""

import pandas as pd

from lib.evaluation import comparison, ranks
from lib.runs.full_length import costs
from lib.runs.grid import tabulate
from lib.training.run import Run

SHOWN = {
    "system": "system", "pictures": "pictures", "claimed": "claimed", "accuracy": "test accuracy (95 %)",
    "place": "place", "seeds": "seeds", "parameters": "parameters", "adds": "multiply-adds, millions",
    "minutes": "training, minutes", "seen": "pictures seen, millions",
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


def shown(found: pd.DataFrame, claimed: dict[str, str]) -> pd.DataFrame:
    """Return `overview` as it is read, best first; claimed: what a report prints, by label.

    The pictures have no column where all systems have the same.
    """
    table = found.sort_values(["pictures", "mean"], ascending=[True, False])
    rows = table.to_dict("records")
    ready = pd.DataFrame(
        {
            "system": table["system"],
            "pictures": table["pictures"],
            "claimed": [claimed.get(row["label"], "") for row in rows],
            "accuracy": [f"{row['mean']:.4f}{_interval(row)}" for row in rows],
            "place": [ranks.told(row["first"], row["last"], row["of"]) for row in rows],
            "seeds": table["seeds"],
            "parameters": table["parameters"],
            "adds": (table["multiply_adds"] / 1e6).round(1),
            "minutes": table["minutes"].round(1),
            "seen": (table["seen"] / 1e6).round(2),
        }
    )
    if ready["pictures"].nunique() == 1:
        ready = ready.drop(columns="pictures")
    return ready.rename(columns=SHOWN)


def _interval(row: dict) -> str:
    return "" if pd.isna(row["low"]) else f" ({row['low']:.4f} to {row['high']:.4f})"
