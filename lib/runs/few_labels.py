"""Reference runs by how many labelled pictures they had, to train on and to choose with, and what they say."""

import math
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
MEASURE, EARLY = "test_macro_f1", "val_macro_f1 after the first epoch"
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
    gains: pd.DataFrame  # of `gains`, the heads minus the network from scratch
    early: pd.DataFrame  # the same after the first epoch, on validation pictures, of the head on MobileNetV2
    told: str  # the answer
    more: list[str]  # baselines and more passes; the first epoch; what was not tried; what R1 claims
    seeds: str  # of each comparison of the head on MobileNetV2: "15, 5 and 3"
    recalls: str  # which share of the rarest class is found with all labels


def usage() -> Usage:
    """Return what the reference runs on the usage of real products say; no pictures are needed."""
    table = by_labels(USAGE)
    found, gained = means(table, MEASURE), gains(table, MEASURE, NETWORKS)
    early = gains(table, EARLY, NETWORKS[:2])
    heads = {name: carried.of_row(USAGE[name]) for name in NETWORKS}
    longer = {name: carried.of_row(f"{USAGE[name]}, {LONGER}") for name in NETWORKS[:2]}
    passes = sentences.told_longer(tabulate(longer), MEASURE, FEW) if all(longer.values()) else ""
    sides, most = full_length.SHAPES["fashion-product"], number(table["labels"].max())
    own = {name: carried.of_row(row) for name, row in R1_OWN.items()}
    more = [
        " ".join(each for each in (told_lost(gained), told_beaten(found), passes) if each),
        told_early(means(table, EARLY), early, gained),
        sentences.told_reasons(sides, most),
    ]
    more += [told_r1(tabulate(own), gained)] if all(own.values()) else []
    seeds = listed([str(each) for each in gained.loc[gained["system"] == HEAD, "n"]])
    told = told_gains(gained, SCRATCH)
    return Usage(found, gained, early, told, more, seeds, sentences.told_recalls(heads, r1.CLASSES))


def told_lost(gains: pd.DataFrame) -> str:
    """Return in sentences where an interval leaves out zero, and yet nothing is clear; gains: as in `told_gains`."""
    unsure = ~gains["verdict"].isin([comparison.HIGHER, comparison.LOWER])
    lost = gains[unsure & ((gains["low"] > 0) | (gains["high"] < 0)) & gains["p_holm"].notna()]
    if lost.empty:
        return ""
    chance = listed([f"{p:.2f}" for p in lost["p_holm"]])
    one = f"one interval leaves out zero, with {_sizes(lost)} labels"
    some = f"{len(lost)} intervals leave out zero, with {_sizes(lost)} labels"
    return (
        f"**Is any difference clear?** On the right {one if len(lost) == 1 else some}. But the more we compare, "
        f"the more often one does so by luck. Corrected for {len(gains)} main ones (by Holm's method), p is {chance};"
        f" clear would be below {comparison.RESOLVED}."
    )


def told_early(means: pd.DataFrame, early: pd.DataFrame, late: pd.DataFrame) -> str:
    """Return in sentences how often the head is ahead after the first epoch, and how often after the last one.

    means, early: after the first epoch. late: of `gains`, after the last one.
    """
    last = late[late["system"] == HEAD]
    ahead, of, still = int((early["difference"] > 0).sum()), len(early), last[last["difference"] > 0]
    told = (
        f"**Does a head start faster?** After the first epoch the {HEAD} has the higher mean with {ahead} of {of} "
        "numbers of labels on validation pictures"
    )
    if ahead:
        most = float(early.sort_values("difference")["labels"].iloc[-1])
        own = means[means["labels"] == most].set_index("system")["mean"]
        sure = (early.loc[early["difference"] > 0, "verdict"] == comparison.HIGHER).sum()
        clear = (
            f"{sure} of these leads {'is' if sure == 1 else 'are'} clear" if sure else "none of these leads is clear"
        )
        told += f" (hollow), most with {number(most)}: {own[HEAD]:.3f} against {own[SCRATCH]:.3f}; {clear}"
    some = f"only with {_sizes(still)} labels" if len(still) else "with none of these numbers"
    where = "with all of these numbers" if 0 < len(still) == len(last) else some
    return f"{told}. After the last epoch, on test pictures, its mean is the higher one {where}."


def told_beaten(means: pd.DataFrame) -> str:
    """Return in a sentence with how many numbers of labels a baseline has a higher mean than every network."""
    best = means.dropna(subset=["mean"]).sort_values("mean", ascending=False, kind="stable").groupby("labels").first()
    simple = int((~best["system"].isin(NETWORKS)).sum())
    return (
        f"With {simple} of the {len(best)} numbers of labels the highest mean is that of a baseline, not of a network."
    )


def told_r1(own: pd.DataFrame, gains: pd.DataFrame) -> str:
    """Return in sentences how R1's claim on ResNet50 stands, on its own few pictures and on all.

    own: runs (`lib.runs.tabulate`) of the two systems of `R1_OWN`. gains: of the function of that name.
    """
    few = next(comparison.each_row(comparison.against(own, MEASURE, next(iter(R1_OWN)))))
    many = next(comparison.each_row(gains[gains["system"] == NETWORKS[2]]))
    shown = {comparison.HIGHER: "supports the claim", comparison.LOWER: "contradicts it"}
    clear = {comparison.HIGHER: "clearly better", comparison.LOWER: "clearly worse"}
    stands = f"is {clear.get(many.verdict, 'neither clearly better nor clearly worse')}: {rare.gain(many)}"
    if many.p < comparison.RESOLVED <= many.p_holm:
        alone = "the claim is contradicted" if many.difference < 0 else "the claim holds"
        stands = (
            f"differs by {rare.gain(many)}, not clear among our {len(gains)} main comparisons. Notebook 13 judges each "
            f"claim by itself, without correction, and finds that {alone}"
        )
    return (
        f"R1 says that ResNet50's features have *vastly improved* its model. It had {sum(r1.FEW['train'])} training "
        f"pictures, and copies of them. We trained both its networks so, with {comparison.seeds(int(few.n))}: the "
        f"difference in macro-F1 is {rare.gain(few)}, which {shown.get(few.verdict, 'neither supports nor refutes it')}"
        f". With all {number(many.labels)} labels, which R1 did not have, the head on ResNet50 {stands}."
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
            runs = carried.of_row(name)
            first = [run.history["val_macro_f1"].iloc[0] if len(run.history) else math.nan for run in runs]
            tables.append(tabulate({system: runs}).assign(labels=labels, **{EARLY: first}))
    return pd.concat([each for each in tables if len(each)], ignore_index=True).sort_values("labels", kind="stable")


def means(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return a row a system and number of labels: labels, and the columns of `lib.evaluation.comparison.summarise`."""
    groups = table.groupby("labels")
    return pd.concat([comparison.summarise(own, measure).assign(labels=labels) for labels, own in groups])


def gains(table: pd.DataFrame, measure: str, systems: Sequence[str]) -> pd.DataFrame:
    """Return a row a number of labels and system that was trained with it: what it has more than the first system.

    Columns: labels, and those of `lib.evaluation.comparison.against`, seed by seed. No row was planned as the one that
    counts, so p_holm, by which the verdict goes, is corrected for all of them.
    """
    tried = []
    for labels, own in table[table["system"].isin(systems)].groupby("labels"):
        if systems[0] in set(own["system"]) and own["system"].nunique() > 1:
            tried.append(comparison.against(own, measure, systems[0]).assign(labels=labels))
    found = comparison.with_holm(pd.concat(tried, ignore_index=True))
    sure = found["p_holm"] < comparison.RESOLVED
    clear = found["difference"].gt(0).map({True: comparison.HIGHER, False: comparison.LOWER})
    return found.assign(verdict=clear.where(sure, "not resolvable with " + found["n"].map(comparison.seeds)))


def told_gains(gains: pd.DataFrame, other: str) -> str:
    """Return in sentences with how many labels a head is better than the other system; the answer comes first.

    gains: of the function of that name.
    """
    higher, lower = (gains["verdict"] == each for each in (comparison.HIGHER, comparison.LOWER))
    ends = f"{number(gains['labels'].min())} to {number(gains['labels'].max())}"
    made = f"in {len(gains)} main comparisons on real pictures, with {ends} labels"
    if not higher.any() and not lower.any():
        told = [f"No gain seen: {made}, no head was clearly better than a {other}, nor clearly worse."]
    else:
        few = higher.any() and gains.loc[higher, "labels"].max() < gains.loc[~higher, "labels"].min()
        some = "Yes, with few labels" if few else "With some numbers of labels"
        reply = ("Yes" if higher.all() else some) if higher.any() else "No"
        told = [f"{reply}: {made}, a head stood beside a {other}."]
    for rows, how in ((higher, "better"), (lower, "worse")):
        for system, own in gains[rows].groupby("system", sort=False):
            told.append(f"With {_sizes(own)} labels the {system} is clearly {how}.")
    lost = gains[~higher & ~lower & ((gains["low"] > 0) | (gains["high"] < 0))]
    for labels in lost["labels"].unique():
        own = lost[lost["labels"] == labels]
        names = listed([f"the {name}" for name in own["system"]])
        by = listed([f"{difference:+.3f}" for difference in own["difference"]])
        unclear = f"which is unclear among these {len(gains)}"
        told.append(f"With {number(labels)} labels {names} differ{'s' * (len(own) == 1)} from it by {by}, {unclear}.")
    if (higher.any() or lower.any()) and len(lost) < (~higher & ~lower).sum():
        told.append("Otherwise there is no clear difference.")
    return " ".join(told)


def number(labels: float) -> str:
    """Return a number of labels in words; of all pictures it is known to a few, so it is rounded to hundreds."""
    return f"{labels:,.0f}" if labels < 10_000 else f"{round(labels, -2):,.0f}"


def _sizes(rows: pd.DataFrame) -> str:
    return listed([number(labels) for labels in rows["labels"].unique()])


def _labelled(run: Run) -> int:
    """Return how many labelled pictures a run had; of one on all pictures up to a batch more, and 0 of an anchor."""
    if run.config.data.limit is not None or not len(run.history):
        return run.config.data.limit or 0
    return int(run.history["steps"].iloc[0]) * run.config.batch_size + len(run.positions("val"))
