"""The results section of README.md, written from the reference runs by `lookbook reference --readme`."""

import math

import numpy as np

from lib import claims
from lib.base import files, paths
from lib.base.errors import LookbookError
from lib.evaluation import comparison
from lib.runs import carried, flat, reference, tabulate
from lib.training.run import Run

BEGIN, END = "<!-- written by `lookbook reference --readme` -->", "<!-- end -->"
FILE = paths.ROOT / "README.md"


def write() -> None:
    """Put today's results between the two marks of README.md; LookbookError where it has not both."""
    text = FILE.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise LookbookError(f"{FILE}: has not both marks, {BEGIN} and {END}; put them where the results belong")
    before, _, rest = text.partition(BEGIN)
    files.write_text(FILE, f"{before}{BEGIN}\n{results()}{END}{rest.partition(END)[2]}")


def results() -> str:
    """Return the table of systems and the table of verdicts as Markdown, and which rows of the grid were not run."""
    grid = {row.name: carried.of_row(row.name) for row in reference.rows()}
    real = {name: found for name, found in grid.items() if found and found[0].config.data.name == "fashion-mnist"}
    missing = [name for name, found in grid.items() if not found]
    parts = [_systems(real), _verdicts(real)] if real else []
    parts += [f"Not run yet: {'; '.join(missing)}.\n"] if missing else []
    return "\n".join(parts)


def _systems(grid: dict[str, list[Run]]) -> str:
    means = comparison.summarise(tabulate(grid), "test_accuracy").set_index("system").to_dict("index")
    devices = sorted({run.environment["device"] for run in flat(grid)})
    lines = [
        "All real Fashion-MNIST pictures: 48,000 for training, 12,000 for validation, 10,000 for testing, read once.",
        f"Trained on {', '.join(devices)}; other work may have run beside. Test accuracy: mean over seeds, in brackets",
        "its 95 % interval.\n",
        "| row of the grid | test accuracy | seeds | epochs | minutes a run |",
        "|---|---|---|---|---|",
    ]
    for name, found in grid.items():
        row = means[name]
        minutes = np.mean([run.metrics["seconds"] for run in found]) / 60
        epochs = sorted({int(run.metrics["epochs"]) for run in found})
        length = f"{epochs[0]}" if len(epochs) == 1 else f"{epochs[0]} to {epochs[-1]}"
        figure = _with_interval(row["mean"], row["low"], row["high"])
        lines.append(f"| {name} | {figure} | {len(found)} | {length} | {minutes:.1f} |")
    return "\n".join(lines) + "\n"


def _verdicts(grid: dict[str, list[Run]]) -> str:
    judged = claims.compare(tabulate(flat(grid)), comparable=True)
    lines = [
        "What the reports claim of these systems. In brackets: of a printed figure where one more run would land, else",
        "the 95 % interval of the mean.\n",
        "| claim | claimed | measured | |",
        "|---|---|---|---|",
    ]
    for row in judged.to_dict("records"):
        measured = _with_interval(row["measured"], row["low"], row["high"])
        lines.append(f"| {row['system']}: {row['claim']} | {row['claimed']} | {measured} | {row['verdict']} |")
    return "\n".join(lines) + "\n"


def _with_interval(figure: float, low: float, high: float) -> str:
    return _short(figure) if math.isnan(low) else f"{_short(figure)} ({_short(low)} to {_short(high)})"


def _short(figure: float) -> str:
    """Return a figure with four decimals and without the zero before the point."""
    return f"{figure:.4f}".replace("0.", ".", 1)
