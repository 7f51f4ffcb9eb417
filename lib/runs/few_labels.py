"""Reference runs by how many labelled pictures they had, to train on and to choose with, and what they say."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from lib.base.text import listed
from lib.data import r1
from lib.evaluation import comparison, sentences
from lib.runs import carried, full_length
from lib.runs.grid import tabulate
from lib.training.run import Run

FEWER = re.compile(r"(.+), (\d+) labels")  # how reference.yaml names a row of fewer pictures than all
MEASURE = "test_macro_f1"
SCRATCH, HEAD = "network from scratch", "head on MobileNetV2"
USAGE = {  # who tells the usage of a product: row of reference.yaml
    SCRATCH: "R1.baseline",
    HEAD: "transfer.mobilenet_v2",
    "head on ResNet50": "R1.resnet50",
    "looking up the article": "anchor.column, usage",
    "copying the most similar picture": "anchor.nearest, usage",
}
NETWORKS = list(USAGE)[:3]
FEW, LONGER = 500, "500 labels, 40 epochs"  # whether ten passes are enough


class Usage(NamedTuple):
    """What the reference runs say of heads and of the network from scratch, by the number of labels."""

    means: pd.DataFrame  # of `means`
    gains: pd.DataFrame  # of `gains`, the head on MobileNetV2 minus the network from scratch
    told: str  # the answer
    more: list[str]  # what all reach with all labels; why; what more passes over few pictures change
    best: str  # the best system with each number of labels


def usage() -> Usage:
    """Return what the reference runs on the usage of real products say; no pictures are needed."""
    table = by_labels(USAGE)
    found, gained = means(table, MEASURE), gains(table, MEASURE, NETWORKS)
    everything = table[table["labels"] == table["labels"].max()]
    most, heads = number(table["labels"].max()), {name: carried.of_row(USAGE[name]) for name in NETWORKS}
    with_all = sentences.at_full_length(everything, MEASURE, NETWORKS, SCRATCH, most)
    reasons = sentences.told_reasons(gained.iloc[-1], full_length.SHAPES["fashion-product"], most)
    longer = {name: carried.of_row(f"{USAGE[name]}, {LONGER}") for name in NETWORKS[:2]}
    few = table[table["labels"] == FEW]
    more = [f"{with_all} {sentences.told_recalls(heads, r1.CLASSES)}", reasons]
    more += [sentences.told_longer(few, tabulate(longer), MEASURE, FEW)] if all(longer.values()) else []
    return Usage(found, gained, told_gains(gained, found, HEAD, SCRATCH), more, told_best(found))


def by_labels(rows: Mapping[str, str]) -> pd.DataFrame:
    """Return a row a run, as `lib.runs.tabulate` has it, and `labels`: how many labelled pictures it had.

    rows: system -> its row of reference.yaml on all pictures; the rows "ROW, 500 labels" are found. Each of their seeds
    has pictures of its own, the same for all systems; the test pictures are always the same.
    """
    everything = max((_labelled(run) for row in rows.values() for run in carried.of_row(row)), default=0)
    there = list(dict.fromkeys(carried.index()["row"]))
    tables = []
    for system, row in rows.items():
        known = {name: found for name in there if (found := FEWER.fullmatch(name)) and found[1] == row}
        sizes = {name: int(found[2]) for name, found in known.items()} | {row: everything}
        for name, labels in sizes.items():
            table = tabulate({system: carried.of_row(name)})
            tables.append(table.assign(labels=labels))
    return pd.concat([each for each in tables if len(each)], ignore_index=True).sort_values("labels", kind="stable")


def means(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return a row a system and number of labels: labels, and the columns of `lib.evaluation.comparison.summarise`."""
    groups = table.groupby("labels")
    return pd.concat([comparison.summarise(own, measure).assign(labels=labels) for labels, own in groups])


def gains(table: pd.DataFrame, measure: str, systems: Sequence[str]) -> pd.DataFrame:
    """Return a row a number of labels at which both were trained: what the second system has more than the first.

    systems: the first of them, the second, and others that were trained with all labels. Columns: labels, and those of
    `lib.evaluation.comparison.against`, seed by seed. All labels are a question of their own, with other systems beside
    the second: there p_holm is corrected for these, elsewhere for the numbers of labels that were tried.
    """
    first, second = systems[:2]
    tried, everything = [], table["labels"].max()
    for labels, own in table[table["system"].isin(systems)].groupby("labels"):
        if {first, second} <= set(own["system"]):
            tried.append(comparison.against(own, measure, first).assign(labels=labels))
    found = pd.concat(tried)
    few = comparison.with_holm(found[found["labels"] < everything].reset_index(drop=True))
    sure = few["p_holm"] < comparison.RESOLVED
    clear = few["difference"].gt(0).map({True: comparison.HIGHER, False: comparison.LOWER})
    few["verdict"] = clear.where(sure, "not resolvable with " + few["n"].map(comparison.seeds))
    found = pd.concat([few, found[found["labels"] == everything]])
    return found[found["system"] == second].reset_index(drop=True)


def told_gains(gains: pd.DataFrame, means: pd.DataFrame, first: str, second: str) -> str:
    """Return in a sentence with how many labels the first system is better than the second; it begins with the answer.

    gains: of the function of that name; means: likewise. first, second: systems, called "a FIRST" and "a SECOND".
    """
    higher, lower = (gains["verdict"] == each for each in (comparison.HIGHER, comparison.LOWER))
    if higher.all():
        reply = "Yes"
    elif higher.any():
        few = not lower.any() or gains.loc[higher, "labels"].max() < gains.loc[lower, "labels"].min()
        few = few and gains.loc[higher, "labels"].max() < gains.loc[~higher, "labels"].min()
        reply = "Yes, with few labels" if few else "With some numbers of labels"
    else:
        reply = "No" if lower.any() else "Not clearly"
    groups = {"the head is clearly better": higher, "there is no clear difference": ~higher & ~lower}
    groups["the head is clearly worse"] = lower
    parts = [_part(gains[rows], means, said, (first, second)) for said, rows in groups.items() if rows.any()]
    return f"{reply}: on real pictures, a {first} (frozen) against a {second}: {'; '.join(parts)}."


def told_best(means: pd.DataFrame) -> str:
    """Return in a sentence which system has the highest mean with each number of labels."""
    best = means.dropna(subset=["mean"]).sort_values("mean", ascending=False, kind="stable").groupby("labels").first()
    said: dict[str, list[str]] = {}
    for row in best.reset_index().to_dict("records"):
        said.setdefault(row["system"], []).append(f"{row['mean']:.3f} with {number(row['labels'])}")
    return "; ".join(f"{system} ({listed(own)})" for system, own in said.items())


def number(labels: float) -> str:
    """Return a number of labels in words; of all pictures it is known to a few, so it is rounded to hundreds."""
    return f"{labels:,.0f}" if labels < 10_000 else f"{round(labels, -2):,.0f}"


def _part(rows: pd.DataFrame, means: pd.DataFrame, said: str, systems: Sequence[str]) -> str:
    """Return "with 500 and 8,000 labels the head is clearly worse (0.56 against 0.63 with 8,000)"."""
    of_most = means[means["labels"] == rows["labels"].max()].set_index("system")["mean"]
    figures = " against ".join(comparison.figure(of_most[system], ".3f") for system in systems)
    most = f" with {number(rows['labels'].max())}" if len(rows) > 1 else ""
    return f"with {listed(map(number, rows['labels']))} labels {said} ({figures}{most})"


def _labelled(run: Run) -> int:
    """Return how many labelled pictures a run had; of one on all pictures up to a batch more, and 0 of an anchor."""
    if run.config.data.limit is not None or not len(run.history):
        return run.config.data.limit or 0
    return int(run.history["steps"].iloc[0]) * run.config.batch_size + len(run.positions("val"))
