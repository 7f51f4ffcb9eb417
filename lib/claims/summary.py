"""The results section of README.md, written from the reference runs by `lookbook reference --readme`."""

import math
import re

import numpy as np

from lib.base import files, paths
from lib.base.errors import LookbookError
from lib.claims import by_reference, reports, verdicts, within
from lib.evaluation import comparison
from lib.runs import carried, flat, reference, tabulate
from lib.training.run import Run

BEGIN, END = "<!-- written by `lookbook reference --readme` -->", "<!-- end -->"
FILE = paths.ROOT / "README.md"
SETS = {  # data set -> what is said above its table; measures and their heads
    "fashion-mnist": (
        "All real Fashion-MNIST pictures: 48,000 for training, 12,000 for validation, 10,000 for testing, read once.",
        {"test_accuracy": "test accuracy"},
    ),
    "fashion-product": (
        "All real product pictures of R1's three usages: 25,783 for training, 5,525 for validation, 5,527 for testing.",
        {"test_accuracy": "test accuracy", "test_macro_f1": "test macro-F1"},
    ),
}


def write() -> None:
    """Put today's results between the two marks of README.md; LookbookError where it has not both."""
    text = FILE.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise LookbookError(f"{FILE}: has not both marks, {BEGIN} and {END}; put them where the results belong")
    before, _, rest = text.partition(BEGIN)
    files.write_text(FILE, f"{before}{BEGIN}\n{results()}{END}{rest.partition(END)[2]}")


def results() -> str:
    """Return the tables of systems, the table of verdicts, and which rows of the grid were not run, as Markdown."""
    grid = {row.name: carried.of_row(row.name) for row in reference.rows()}
    missing = [name for name, found in grid.items() if not found]
    parts = []
    for name, (about, measures) in SETS.items():
        real = {row: found for row, found in grid.items() if found and found[0].config.data.name == name}
        parts += [_systems({row: found for row, found in real.items() if _whole(found[0])}, about, measures)]
    parts += [_verdicts()]
    parts += [f"Not run yet: {'; '.join(missing)}.\n"] if missing else []
    return "\n".join(part for part in parts if part)


def _whole(run: Run) -> bool:
    """Return whether a run had all pictures, and not the few that report R1 drew."""
    return run.config.data.protocol == "kit"


def _systems(grid: dict[str, list[Run]], about: str, measures: dict[str, str]) -> str:
    if not grid:
        return ""
    table = tabulate(grid)
    means = {each: comparison.summarise(table, each).set_index("system").to_dict("index") for each in measures}
    devices = sorted({run.environment["device"] for run in flat(grid)})
    lines = [
        about,
        f"Trained on {', '.join(devices)}; other work may have run beside.",
        "Means over seeds, in brackets their 95 % interval.\n",
        f"| row of the grid | {' | '.join(measures.values())} | seeds | epochs | minutes a run |",
        f"|---|{'---|' * len(measures)}---|---|---|",
    ]
    for name, found in grid.items():
        rows = [means[each][name] for each in measures]
        figures = " | ".join(_with_interval(row["mean"], row["low"], row["high"]) for row in rows)
        minutes = np.mean([run.metrics["seconds"] for run in found]) / 60
        epochs = sorted({int(run.metrics["epochs"]) for run in found})
        length = f"{epochs[0]}" if len(epochs) == 1 else f"{epochs[0]} to {epochs[-1]}"
        lines.append(f"| {name} | {figures} | {len(found)} | {length} | {minutes:.1f} |")
    return "\n".join(lines) + "\n"


def _verdicts() -> str:
    judged, alone = by_reference.judged(), within.compare()
    lines = [
        "What the reports claim of these systems. In brackets: of a printed figure where one more run would land, else",
        "the 95 % interval of the mean.\n",
        "| claim | claimed | measured | |",
        "|---|---|---|---|",
    ]
    for row in judged.to_dict("records"):
        measured = _with_interval(row["measured"], row["low"], row["high"])
        lines.append(f"| {row['system']}: {row['claim']} | {row['claimed']} | {measured} | {row['verdict']} |")
    lines += ["", f"{len(alone)} more statements need no training, because the report's own figures or the data set"]
    lines += [f"decide: {verdicts.counted(alone)}. Notebook 13 lists all {len(by_reference.everything())}."]
    return "\n".join(lines) + "\n"


def _with_interval(figure: float, low: float, high: float) -> str:
    return _short(figure) if math.isnan(low) else f"{_short(figure)} ({_short(low)} to {_short(high)})"


def _short(figure: float) -> str:
    """Return a figure without the zero before the point."""
    return re.sub(r"^(-?)0\.", r"\1.", reports.short(figure))
