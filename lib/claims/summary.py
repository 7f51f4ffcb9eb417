"""The results in README.md and docs/RESULTS.md, written from the reference runs by `lookbook reference --readme`."""

import math
import re
from functools import cache

import pandas as pd

from lib.base import files, paths
from lib.base.errors import LookbookError
from lib.claims import by_reference, reports, standing, verdicts, within
from lib.claims.rules import KINDS, MEANING, NOT_RUN, kind
from lib.evaluation import comparison
from lib.runs import carried, full_length, reference, tabulate
from lib.training.run import Run

BEGIN, END = "<!-- written by `lookbook reference --readme` -->", "<!-- end -->"
FILE, ALL = paths.ROOT / "README.md", paths.ROOT / "docs" / "RESULTS.md"
HEADING = """# Results: every reference run, every claim

Written by `lookbook reference --readme`, from the runs that come with the kit. `lookbook reference --train`
repeats any.

Rows that begin with `anchor` need no network: they are there to compare with. `fast` is the kit's own network, and
`textbook` the one of a book (F. Chollet, Deep Learning with Python). A claim *holds* or is *contradicted* if an
interval is narrow enough to say so, and is *not resolvable* if it is too wide. It is *equal for practice* if the
difference is too small to matter, and *not judged* if a report gives too little detail to be repeated.
"""
SHORT = {  # what README shows of the rows of reference.yaml, in plain words
    "Fashion-MNIST: which of ten classes?": {
        "fast": "`fast`, our own network *",
        "R2.optimised": "R2's optimised network: four blocks of convolutions, dropout",
        "R2.simple": "R2's plain network: two convolutions",
        "R3.initial": "R3's plain network: three convolutions",
        "anchor.nearest": "no network: the label of the most similar training picture",
        "anchor.linear": "no network: a linear model on the pixels",
    },
    "Product pictures": {
        "R5.resnet34_mtl": "main category, one of four (clothes, shoes, ...): R5's ResNet-34",
        "R1.baseline": "for which occasion it is worn, one of three: R1's small network",
        "anchor.majority, usage": "the same question, no network: always the most frequent answer",
    },
}
TASKS = {"": "gender", "season_": "season", "baseColour_": "colour", "usage_": "usage"}
SETS = {  # data set and answer -> what is said above its table; measures and their heads
    ("fashion-mnist", "class"): (
        "All real Fashion-MNIST pictures: 48,000 for training, 12,000 for validation, 10,000 for testing, read once.",
        {"test_accuracy": "test accuracy"},
    ),
    ("fashion-product", "usage"): (
        "All real product pictures of R1's three usages: 25,783 for training, 5,525 for validation, 5,527 for testing.",
        {"test_accuracy": "test accuracy", "test_macro_f1": "test macro-F1"},
    ),
    ("fashion-product", "masterCategory"): (
        "All real product pictures of R5's four main categories: 30,940 for training. Two answers at once.",
        {"test_accuracy": "main category", "test_subCategory_accuracy": "sub category"},
    ),
    ("fashion-product", "gender"): (
        "All real product pictures, as the public notebook that R1 compares itself with: 30,864 for training.",
        {f"test_{each}accuracy": name for each, name in TASKS.items()},
    ),
}


def write() -> None:
    """Put today's results between the two marks of README.md, and all of them into docs/RESULTS.md.

    LookbookError where README.md has not both marks.
    """
    text = FILE.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise LookbookError(f"{FILE}: has not both marks, {BEGIN} and {END}; put them where the results belong")
    before, _, rest = text.partition(BEGIN)
    files.write_text(FILE, f"{before}{BEGIN}\n{in_short()}{END}{rest.partition(END)[2]}")
    files.write_text(ALL, in_full())


def in_short() -> str:
    """Return what came of the claims in a sentence, and a few rows in plain words, as Markdown."""
    stands = standing.of_each(_everything())["standing"]
    lines = [f"{example(_judged())}{_claims_in_words(_claims(), stands)}", ""]
    lines += [
        "Share of test pictures named correctly, after training on all real pictures (in brackets: 95% intervals):"
    ]
    for heading, rows in SHORT.items():
        lines += ["", f"| {heading} | correct | trainings | minutes each |", "|---|---|---|---|"]
        lines += [_short_row(name, carried.of_row(row)) for row, name in rows.items() if carried.of_row(row)]
    return "\n".join(lines) + "\n"


def _short_row(name: str, runs: list[Run]) -> str:
    row = comparison.summarise(tabulate(runs), "test_accuracy").iloc[0]
    ends = "" if math.isnan(row["low"]) else f" ({100 * row['low']:.1f} to {100 * min(row['high'], 1):.1f})"
    return f"| {name} | {row['mean']:.1%}{ends} | {len(runs)} | {_minutes(runs)} |"


def example(judged: pd.DataFrame) -> str:
    """Return what came of one claim, in words; "" where it was not judged; judged: as `lib.claims.compare` has it."""
    own = judged[judged["id"] == "R3.final.better"]
    if own.empty or kind(own["verdict"].iloc[0]) not in KINDS[:2]:
        return ""
    row = own.iloc[0]
    verdict = "The claim holds" if row["verdict"] == KINDS[0] else "The claim is contradicted"
    if standing.of_each(own)["standing"].iloc[0] == standing.OPEN_LENGTH:
        verdict += ", with a number of epochs that we had to choose"
    points = row["measured"] * 100
    ends = sorted(abs(row[end] * 100) for end in ("low", "high"))
    return (
        "For example, R3 says that its final network, with changed copies of the pictures and with dropout, performs "
        f"much better than its first. In our trainings the final network names {abs(points):.1f} percentage points "
        f"{'more' if points > 0 else 'fewer'} of the test pictures correctly than the first (95% interval: "
        f"{ends[0]:.1f} to {ends[1]:.1f}). {verdict}.\n\n"
    )


@cache
def _judged() -> pd.DataFrame:
    return by_reference.judged()


@cache
def _everything() -> pd.DataFrame:
    """Return every claim, judged by the reference runs or by the report itself."""
    fashion = full_length.as_recipes(full_length.grid("fashion-mnist"))
    members = full_length.shared(full_length.with_logits(fashion))
    return by_reference.everything(None, *by_reference.combined(members))


def _claims() -> pd.DataFrame:
    """Return every claim as `lib.claims.reports.every` has it."""
    return reports.every(_everything())


def _claims_in_words(claims: pd.DataFrame, stands: pd.Series) -> str:
    """Return a table of what came of all claims, as Markdown: a row for each verdict that occurs, with its meaning.

    stands: the standing of each claim, as `lib.claims.standing.of_each` has it.
    """
    found = claims["verdict"].value_counts()
    alone, ours, free = ((stands == each).sum() for each in (standing.ITSELF, standing.RUNS, standing.OPEN_LENGTH))
    without = (
        f": {alone} by the report's own numbers or the data set, {ours} by our trainings, {free} by trainings whose "
        "length we had to choose"
    )
    lines = ["| verdict | claims | meaning |", "|---|---|---|"]
    lines += [
        f"| {name} | {found[name]} | {meaning}{without if name == 'contradicted' else ''} |"
        for name, meaning in MEANING.items()
        if name in found
    ]
    return "\n".join([*lines, f"| all | {len(claims)} | |"])


def _by_report() -> str:
    """Return a table of verdicts, a row for each report, as Markdown."""
    kinds = [*KINDS, NOT_RUN]
    lines = [f"| claims of | {' | '.join(kinds)} |", f"|---|{'---|' * len(kinds)}"]
    for report, own in _claims().groupby("report"):
        counts = [str(int((own["verdict"] == kind).sum()) or "") for kind in kinds]
        lines.append(f"| {report} | {' | '.join(counts)} |")
    return "\n".join(lines) + "\n"


def in_full() -> str:
    """Return docs/RESULTS.md: every row of the grid, every claim of a run, and which rows were not run."""
    grid = {row.name: carried.of_row(row.name) for row in reference.rows()}
    missing = [name for name, found in grid.items() if not found]
    data = {row: found[0].config.data for row, found in grid.items() if found and _whole(found[0])}
    parts = [HEADING]
    for (name, target), (about, measures) in SETS.items():
        real = {row: grid[row] for row, own in data.items() if (own.name, own.target) == (name, target)}
        parts.append(_systems(real, about, measures))
    parts += [_verdicts(), _by_report()]
    parts += [f"Not run yet: {'; '.join(missing)}.\n"] if missing else []
    return "\n".join(part for part in parts if part)


def _whole(run: Run) -> bool:
    """Return whether a run had all pictures, and not the few that report R1 drew."""
    return run.config.data.protocol == "kit"


def _systems(grid: dict[str, list[Run]], about: str, measures: dict[str, str]) -> str:
    if not grid:
        return ""
    lines = [
        f"{about} Trained on {full_length.devices(grid)}; other work may have run beside.",
        "Means over seeds, in brackets their 95% interval.\n",
        f"| row of the grid | {' | '.join(measures.values())} | seeds | epochs | minutes a run |",
        f"|---|{'---|' * len(measures)}---|---|---|",
    ]
    lines += [f"| {name} | {_of_row(runs, list(measures))}" for name, runs in grid.items()]
    return "\n".join(lines) + "\n"


def _of_row(runs: list[Run], measures: list[str]) -> str:
    """Return the cells of a row of the grid: its measures, seeds, epochs, minutes."""
    table = tabulate(runs)
    means = [comparison.summarise(table, each).iloc[0] for each in measures]
    epochs = sorted({int(run.metrics["epochs"]) for run in runs})
    # Shares of pictures: an interval ends at 0 and 1.
    cells = [_with_interval(row["mean"], max(row["low"], 0), min(row["high"], 1)) for row in means]
    cells += [str(len(runs)), f"{epochs[0]}" if len(epochs) == 1 else f"{epochs[0]} to {epochs[-1]}"]
    return f"{' | '.join(cells)} | {_minutes(runs)} |"


def _minutes(runs: list[Run]) -> str:
    gpu = sum(map(full_length.on_gpu, runs))
    where = "" if not gpu else " (GPU)" if gpu == len(runs) else f" ({gpu} of {len(runs)} on a GPU)"
    return f"{full_length.minutes(runs):.1f}{where}"


def _verdicts() -> str:
    judged, alone = _judged(), within.compare()
    lines = [
        "What the reports claim of these systems. In brackets a 95% interval: of a printed figure where one more run",
        "would land, else of the mean or of the difference (90% where two systems are equal for practice).\n",
        "| claim | claimed | measured | |",
        "|---|---|---|---|",
    ]
    for row in judged.to_dict("records"):
        measured = _with_interval(row["measured"], row["low"], row["high"])
        lines.append(f"| {row['system']}: {row['claim']} | {row['claimed']} | {measured} | {row['verdict']} |")
    lines += ["", f"{len(alone)} more statements need no training, because the report's own figures or the data set"]
    lines += [f"decide: {verdicts.counted(alone)}. Notebook 13 lists all {len(_claims())}."]
    return "\n".join(lines) + "\n"


def _with_interval(figure: float, low: float, high: float) -> str:
    return _short(figure) if math.isnan(low) else f"{_short(figure)} ({_short(low)} to {_short(high)})"


def _short(figure: float) -> str:
    """Return a figure without the zero before the point."""
    return re.sub(r"^(-?)0\.", r"\1.", reports.short(figure))
