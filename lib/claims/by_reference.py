"""The claims, judged by the reference runs that the kit carries."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from lib.claims import rules, verdicts, within
from lib.data.fashion_mnist.reader import CLASSES
from lib.evaluation import comparison, ensembles, metrics, words
from lib.models import ANCHORS
from lib.runs import carried, flat, reference, tabulate
from lib.training.run import Run

NARROW = "\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}"
NOT_JUDGED = "not judged: "
DIFFERENCES = ("accuracy_gap", "second_minus_first", "second_falls_minus_first")  # of one network
OF_PARTS = {  # of R5's networks, whose first answer is the main category: what is measured, in a reader's words
    "val_accuracy": "main category: ",
    "val_subCategory_accuracy": "sub category: ",
    "accuracy_gap": "training minus validation: ",
    "second_minus_first": "sub minus main: ",
    "second_falls_minus_first": "falls, sub minus main: ",
}
SHIRTS = "Shirt and T-shirt/top"  # the pair that R4 calls hardest, as `lib.evaluation.metrics.hardest_pair` names it


class FullLength(NamedTuple):
    """What some rows of reference.yaml say of a measure."""

    means: pd.DataFrame  # of each row, as `lib.evaluation.comparison.summarise` has them, or differences as "mean"
    runs: pd.DataFrame  # as `lib.runs.tabulate` has them, the row as system; empty where none was run
    axis: str  # what the means are: "test accuracy"
    seeds: str  # "5 seeds"
    told: str  # the means, or differences, in words
    length: str  # "5 seeds, 20 epochs, all real pictures"
    tally: str  # "Of 5 claims that R2 makes about these networks, 2 hold, ...."; "" without any
    judged: pd.DataFrame  # the claims about them
    missing: list[str]


def at_full_length(
    rows: Sequence[str], measure: str, also: Iterable[str] = (), against: str | None = None
) -> FullLength:
    """Return what the carried runs of these rows say; also: rows that have verdicts, but are not among the means.

    against: one of the rows; from it the others differ, seed by seed, and the differences are told, largest first.
    """
    grid = {row: found for row in rows if (found := carried.of_row(row))}
    missing = [row for row in rows if row not in grid]
    axis = words.MEASURES.get(measure, measure)
    if not grid or against in missing:
        return FullLength(pd.DataFrame(), pd.DataFrame(), axis, "", "", "", "", pd.DataFrame(), missing)
    table = tabulate(grid)
    means = comparison.summarise(table, measure)
    (system, *others) = {row.partition(", ")[0] for row in grid}
    of = "" if others or system in grid else f" of {system}"  # all rows vary one system: its name stands once
    told_of = means.assign(system=means["system"].str.removeprefix(f"{system}, ")) if of else means
    told = f"{axis}{of}: {comparison.told_means(told_of)}"
    if against is not None:
        axis, means = f"{axis}, minus that of {against}", _differences(table, measure, against)
        told = f"{axis}: {_told_differences(means)}"
    alike = [len(found) for row, found in grid.items() if row != against and found[0].config.system not in ANCHORS]
    seeds = comparison.seeds_between(alike)
    if against is not None and seeds != comparison.seeds(len(grid[against])):
        seeds += f" beside {len(grid[against])} of {against}"
    judgements = judged(grid | {row: runs for row in also if (runs := carried.of_row(row))})
    length = f"{seeds}, {_epochs(table)}, all real pictures"
    return FullLength(means, table, axis, seeds, told, length, tally(judgements), judgements, missing)


def tally(judgements: pd.DataFrame) -> str:
    """Return in a sentence how many claims about some networks met which verdict; "" where there is none."""
    if judgements.empty:
        return ""
    reports = sorted({report.partition(",")[0] for report in judgements["report"]})
    who = f"{' and '.join(reports)} make{'s' if len(reports) == 1 else ''}"
    number = f"{len(judgements)} claim{'' if len(judgements) == 1 else 's'}"
    return f"Of {number} that {who} about these networks, {verdicts.counted(judgements)}."


def unjudged(judgements: pd.DataFrame) -> str:
    """Return in sentences which claims are not judged, and why; "" where there is none."""
    rows = judgements[judgements["verdict"].str.startswith(NOT_JUDGED)].to_dict("records")
    told = [f"{row['claim'].partition(' (')[0]} ({row['verdict'].removeprefix(NOT_JUDGED)})" for row in rows]
    return f"Not judged: {'; '.join(told)}." if told else ""


def in_percent(judgements: pd.DataFrame) -> pd.DataFrame:
    """Return claims about shares as a page shows them: the claim, what is measured (with its interval), the verdict.

    Shares are in percent, differences of two shares in points. A claim that asks for a figure says which.
    """
    measures = {claim["id"]: claim["measure"] for claim in verdicts.load() if "measure" in claim}
    rows = []
    for row in judgements.sort_values("verdict", kind="stable").to_dict("records"):
        measure = measures[row["id"]]
        differs = row["interval"].startswith("difference") or measure in DIFFERENCES
        form = "{:+.1f}" if differs else "{:.1f}"
        ends = " to ".join(form.format(row[end] * 100) for end in ("low", "high"))
        told = f"{form.format(row['measured'] * 100)}{' points' if differs else '%'} ({ends})".replace(" to ", NARROW)
        limit = re.search(r"[\d.]+", row["claimed"])
        claim, unit = row["claim"], " points" if differs else "%"
        if limit and float(limit[0]):
            claim += f" (we ask: {row['claimed'][: limit.start()]}{float(limit[0]) * 100:g}{unit})"
        what = OF_PARTS.get(measure, f"{words.MEASURES.get(measure, words.worded(measure))}: ")
        verdict = "cannot be told" if row["verdict"].startswith("not resolvable") else row["verdict"]
        rows.append([claim, f"{what}{told}", verdict])
    return pd.DataFrame(rows, columns=["R5 says", "we measure", "so"])


def _epochs(table: pd.DataFrame) -> str:
    """Return how long the networks of a table were trained: "20 epochs", or "20 to 50 epochs"."""
    epochs = table.loc[table["epochs"] > 0, "epochs"]
    few, most = int(epochs.min()), int(epochs.max())
    return f"{few} epochs" if few == most else f"{few} to {most} epochs"


def _differences(table: pd.DataFrame, measure: str, against: str) -> pd.DataFrame:
    """Return the rows of `lib.evaluation.comparison.against`, largest first; their names do not repeat `against`."""
    found = comparison.against(table, measure, against).sort_values("difference", ascending=False, ignore_index=True)
    names = found["system"].str.removeprefix(f"{against}, ")
    return found.assign(system=names, mean=found["difference"])


def _told_differences(found: pd.DataFrame) -> str:
    """Return in words the rows of `_differences`: "+0.010 (erase), -0.015 (R3's augmentation); sure: erase"."""
    rounded = found["mean"].round(3) + 0.0  # no "-0.000"
    each = ", ".join(f"{mean:+.3f} ({system})" for mean, system in zip(rounded, found["system"], strict=True))
    sure = found.loc[found["p_holm"] < comparison.RESOLVED, "system"]
    return f"{each}; clearly different: {' and '.join(sure) or 'none'}"


def judged(grid: dict[str, list[Run]] | None = None, *more: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each claim about reference runs, by rows of reference.yaml (all without), with its verdict.

    more: tables of what was made from runs, as `lib.runs.tabulate` has them: an ensemble and its best member.
    """
    plays = {row.name: row.plays for row in reference.rows()}
    found = {name: carried.of_row(name) for name in plays} if grid is None else grid
    grid = {name: runs for name, runs in found.items() if runs and runs[0].config.data.limit is None}  # no tiny one
    if not grid:
        return pd.DataFrame(columns=verdicts.COLUMNS)
    named: dict[str, list[Run]] = {}
    for name, runs in grid.items():  # rows that differ in their epochs alone have one label: the first of them bears it
        named[name if runs[0].label in named else runs[0].label] = runs
    table = pd.concat([tabulate(named), pd.DataFrame(further(run) for run in flat(named))], axis=1)
    part_of = {run.key: plays.get(name, "") for name, runs in grid.items() for run in runs}
    parts = table.assign(system=table["key"].map(part_of))
    return verdicts.compare(pd.concat([table, parts[parts["system"] != ""], *more]), comparable=True)


def everything(grid: dict[str, list[Run]] | None = None, *more: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each claim there is: judged by reference runs (`judged`), by the report itself, or "not run"."""
    found = pd.concat([judged(grid, *more), within.compare()])
    rows = [
        dict.fromkeys(verdicts.COLUMNS, np.nan)
        | {"id": claim["id"], "report": claim["report"], "system": claim["system"], "claim": claim["says"]}
        | {"claimed": rules.claimed(claim["rule"]), "interval": "", "seeds": 0}
        | {"verdict": _why_not(claim)}
        for claim in verdicts.load()
        if claim["id"] not in set(found["id"])
    ]
    whole = pd.concat([found, pd.DataFrame(rows, columns=verdicts.COLUMNS)])
    return whole.sort_values("report", kind="stable", ignore_index=True)


def _why_not(claim: dict) -> str:
    """Return the verdict on a claim that no reference run judges."""
    if "unjudged" in claim:
        return f"not judged: {claim['unjudged']}"
    return f"{rules.NOT_RUN}: {claim['run_by']}" if "run_by" in claim else rules.NOT_RUN


def combined(members: dict[str, list[Run]]) -> list[pd.DataFrame]:
    """Return what report R4 would combine, its own systems among `members`, as a table for `judged`; [] without two."""
    proposed = {name: own for name, own in members.items() if name.startswith("R4.")}
    return [ensembles.as_claimed(proposed)] if len(proposed) > 1 else []


def further(run: Run) -> dict[str, float]:
    """Return what some claims need beyond `lib.runs.tabulate`, from the test answers of a run.

    rarest_recall: the share of the rarest class's pictures that is found. shirts_hardest: whether T-shirt and shirt is
    the pair of Fashion-MNIST that is mistaken most (1) or not (0).
    """
    truth, chosen = run.labels("test"), run.predicted("test")
    counts = np.bincount(truth)
    rarest = int(np.flatnonzero(counts)[counts[counts > 0].argmin()])
    found = {"rarest_recall": float((chosen[truth == rarest] == rarest).mean())}
    if run.config.data.name == "fashion-mnist":
        found["shirts_hardest"] = float(metrics.hardest_pair(metrics.confusion(truth, chosen, CLASSES)) == SHIRTS)
    return found
