"""What `lookbook bench` can measure, by name: one module each, whose `measure` returns a table."""

from collections.abc import Sequence
from importlib import import_module

import pandas as pd

from lib.base.errors import LookbookError, nearest
from lib.bench import results

LONG = "time-to"  # about an hour; only when it is named
REAL = ("predict", "unlike")  # accuracies, not speed: they need both real data sets; only when they are named
# name -> (module, the columns of its table that say what a row is)
BENCHES: dict[str, tuple[str, list[str]]] = {
    LONG: ("lib.bench.time_to", ["system"]),
    "load": ("lib.bench.loading", ["data set"]),
    "augment": ("lib.bench.augmentation", ["operation", "batch size"]),
    "steps": ("lib.bench.steps", ["system", "batch size"]),
    "train": ("lib.bench.training", ["system"]),
    "engines": ("lib.bench.engines", ["engine"]),
    "report": ("lib.bench.reports", ["what"]),
    "explain": ("lib.bench.explaining", ["system", "what"]),
    "features": ("lib.bench.features", ["what"]),
    "scale": ("lib.bench.scale", ["training pictures"]),
    "predict": ("lib.bench.predicting", ["half", "preparation", "network"]),
    "unlike": ("lib.bench.unlike", ["half", "network", "score"]),
}


def choose(wanted: Sequence[str], seeds: int | None) -> list[str]:
    """Return the names to measure, of `wanted`: without any all but the long one and REAL.

    LookbookError for an unknown name, for seeds that nobody takes, and where what was measured before is unreadable.
    """
    for name in wanted:
        if name not in BENCHES:
            raise LookbookError(f"nothing to measure called '{name}': {nearest(name, list(BENCHES))}")
    chosen = list(dict.fromkeys(wanted)) or [name for name in BENCHES if name not in (LONG, *REAL)]
    if seeds is not None and LONG not in chosen:
        raise LookbookError(f"--seeds is for {LONG}: lookbook bench {LONG} --seeds {seeds}")
    results.read()
    return chosen


def measure(name: str, seeds: int | None = None) -> pd.DataFrame:
    """Measure `name`, put it into reports/bench.json, and return its table."""
    module, named_by = BENCHES[name]
    if name == LONG:  # which writes after each of its trainings
        return import_module(module).measure(*([] if seeds is None else [seeds]))
    table = import_module(module).measure()
    results.merge(name, table, ratios(table, named_by))
    return table


def ratios(table: pd.DataFrame, named_by: list[str]) -> dict[str, float]:
    """Return the ratio of each row that has one, under what the columns `named_by` say: {"R2.simple, 32": 1.8}."""
    known = table[table["ratio"].notna()] if "ratio" in table else table[:0]
    return {", ".join(str(row[column]) for column in named_by): float(row["ratio"]) for _, row in known.iterrows()}
