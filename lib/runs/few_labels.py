"""Reference runs by how many labelled pictures they had, to train on and to choose with, and what they say."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from lib.base.text import listed
from lib.data import r1
from lib.evaluation import comparison, rare, sentences
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
# R1's own networks on its own few pictures and their copies.
R1_OWN = {"its first network": "R1.augmented, own way", "its ResNet50": "R1.resnet50, own way"}
FEW, LONGER = 500, "500 labels, 40 epochs"  # whether ten passes are enough


class Usage(NamedTuple):
    """What the reference runs say of heads and of the network from scratch, by the number of labels."""

    means: pd.DataFrame  # of `means`
    gains: pd.DataFrame  # of `gains`, the head on MobileNetV2 minus the network from scratch
    told: str  # the answer
    more: list[str]  # baselines and more passes; what was not tried; what R1 claims
    seeds: str  # of each row of `gains`: "15, 5 and 3"
    recalls: str  # which share of the rarest class is found with all labels


def usage() -> Usage:
    """Return what the reference runs on the usage of real products say; no pictures are needed."""
    table = by_labels(USAGE)
    found, gained = means(table, MEASURE), gains(table, MEASURE, NETWORKS[:2])
    heads = {name: carried.of_row(USAGE[name]) for name in NETWORKS}
    longer = {name: carried.of_row(f"{USAGE[name]}, {LONGER}") for name in NETWORKS[:2]}
    passes = sentences.told_longer(tabulate(longer), MEASURE, FEW) if all(longer.values()) else ""
    sides, most = full_length.SHAPES["fashion-product"], number(table["labels"].max())
    own = {name: carried.of_row(row) for name, row in R1_OWN.items()}
    more = [
        " ".join(each for each in (told_lost(gained), told_beaten(found), passes) if each),
        sentences.told_reasons(sides, most),
    ]
    more += [told_r1(tabulate(own), table[table["labels"] == table["labels"].max()])] if all(own.values()) else []
    told = told_gains(gained, HEAD, SCRATCH)
    seeds = listed([str(each) for each in gained["n"]])
    return Usage(found, gained, told, more, seeds, sentences.told_recalls(heads, r1.CLASSES))


def told_lost(gains: pd.DataFrame) -> str:
    """Return in sentences where an interval leaves out zero, and yet nothing is clear; gains: as in `told_gains`."""
    unsure = ~gains["verdict"].isin([comparison.HIGHER, comparison.LOWER])
    lost = gains[unsure & ((gains["low"] > 0) | (gains["high"] < 0)) & gains["p_holm"].notna()]
    if lost.empty:
        return ""
    chance = listed([f"{p:.2f}" for p in lost["p_holm"]])
    return (
        f"With {_sizes(lost)} labels the interval leaves out zero. Of {len(gains)} intervals one may do so by chance: "
        f"corrected for that (Holm), p is {chance}, so it is not clear."
    )


def told_beaten(means: pd.DataFrame) -> str:
    """Return in a sentence with how many numbers of labels a baseline has a higher mean than every network."""
    best = means.dropna(subset=["mean"]).sort_values("mean", ascending=False, kind="stable").groupby("labels").first()
    simple = int((~best["system"].isin(NETWORKS)).sum())
    return (
        f"With {simple} of the {len(best)} numbers of labels the highest mean is that of a baseline, not of a network."
    )


def told_r1(own: pd.DataFrame, everything: pd.DataFrame) -> str:
    """Return in sentences how R1's claim on ResNet50 stands, on its own few pictures and on all.

    own: runs (`lib.runs.tabulate`) of the two systems of `R1_OWN`. everything: those of `USAGE`, with all labels.
    """
    first, second = R1_OWN
    few = next(comparison.each_row(comparison.against(own, MEASURE, first)))
    both = everything[everything["system"].isin([SCRATCH, "head on ResNet50"])]
    many = next(comparison.each_row(comparison.against(both, MEASURE, SCRATCH)))
    shown = {comparison.HIGHER: "supports the claim", comparison.LOWER: "contradicts it"}
    clear = {comparison.HIGHER: "clearly better", comparison.LOWER: "clearly worse"}
    return (
        f"R1 says that ResNet50's features have *vastly improved* its model. It had {sum(r1.FEW['train'])} training "
        f"pictures, and copies of them. We trained both its networks so, with {comparison.seeds(int(few.n))}: the "
        f"difference in macro-F1 is {rare.gain(few)}, which {shown.get(few.verdict, 'neither supports nor refutes it')}"
        f". With all {number(everything['labels'].max())} labels, which R1 did not have, the head on ResNet50 is "
        f"{clear.get(many.verdict, 'neither clearly better nor clearly worse')}: {rare.gain(many)}."
    )


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

    Columns: labels, and those of `lib.evaluation.comparison.against`, seed by seed. No number of labels was planned as
    the one that counts, so p_holm, by which the verdict goes, is corrected for all of them.
    """
    first, second = systems
    tried = []
    for labels, own in table[table["system"].isin(systems)].groupby("labels"):
        if {first, second} <= set(own["system"]):
            tried.append(comparison.against(own, measure, first).assign(labels=labels))
    found = comparison.with_holm(pd.concat(tried, ignore_index=True))
    sure = found["p_holm"] < comparison.RESOLVED
    clear = found["difference"].gt(0).map({True: comparison.HIGHER, False: comparison.LOWER})
    return found.assign(verdict=clear.where(sure, "not resolvable with " + found["n"].map(comparison.seeds)))


def told_gains(gains: pd.DataFrame, first: str, second: str) -> str:
    """Return in sentences with how many labels the first system is better than the second; the answer comes first.

    gains: of the function of that name. first, second: systems, called "a FIRST" and "a SECOND".
    """
    higher, lower = (gains["verdict"] == each for each in (comparison.HIGHER, comparison.LOWER))
    ends = f"from {number(gains['labels'].min())} to {number(gains['labels'].max())}"
    sizes = f"{len(gains)} numbers of labelled pictures, {ends}"
    if not higher.any() and not lower.any():
        told = [
            f"No gain seen: on real pictures, a {first} was never clearly better than a {second}, nor clearly worse."
        ]
        told.append(f"We compared {sizes}.")
    else:
        few = higher.any() and gains.loc[higher, "labels"].max() < gains.loc[~higher, "labels"].min()
        some = "Yes, with few labels" if few else "With some numbers of labels"
        reply = ("Yes" if higher.all() else some) if higher.any() else "No"
        told = [f"{reply}: on real pictures, we compared a {first} and a {second} with {sizes}."]
    groups = {"the head is clearly better": higher, "the head is clearly worse": lower}
    told += [f"With {_sizes(gains[rows])} labels {said}." for said, rows in groups.items() if rows.any()]
    lost = gains[~higher & ~lower & ((gains["low"] > 0) | (gains["high"] < 0))]
    for row in lost.to_dict("records"):
        how = f"{'higher' if row['difference'] > 0 else 'lower'} by {abs(row['difference']):.3f}"
        told.append(
            f"With {number(row['labels'])} labels the head's mean is {how}, but among {len(gains)} comparisons that is "
            "not clear."
        )
    if (higher.any() or lower.any()) and len(lost) < (~higher & ~lower).sum():
        told.append("With the others there is no clear difference.")
    return " ".join(told)


def number(labels: float) -> str:
    """Return a number of labels in words; of all pictures it is known to a few, so it is rounded to hundreds."""
    return f"{labels:,.0f}" if labels < 10_000 else f"{round(labels, -2):,.0f}"


def _sizes(rows: pd.DataFrame) -> str:
    return listed([number(labels) for labels in rows["labels"]])


def _labelled(run: Run) -> int:
    """Return how many labelled pictures a run had; of one on all pictures up to a batch more, and 0 of an anchor."""
    if run.config.data.limit is not None or not len(run.history):
        return run.config.data.limit or 0
    return int(run.history["steps"].iloc[0]) * run.config.batch_size + len(run.positions("val"))
