"""What dropout changes, in a table and in sentences that hold however it comes out."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison
from lib.evaluation.comparison import HIGHER, LOWER, each_row
from lib.evaluation.words import in_points

COLUMNS = {
    "train_loss": "training loss", "val_loss": "validation loss", "gap": "gap", "turn": "turn (epoch)",
    "train_accuracy": "training accuracy", "val_accuracy": "validation accuracy",
}  # fmt: skip
STILL = 0.9  # of the epochs: whose validation loss is lowest later than this was still learning
ALONE = "There is one rate alone, so nothing is compared."
MISSES = 0.1  # of its training pictures: who gets so many fewer right than without dropout has not finished


def means(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each rate: system, and the mean over seeds of losses, gap, turn and accuracies.

    table: as `lib.runs.tabulate` has it. NaN where every training diverged.
    """
    found = {measure: comparison.summarise(table, measure).set_index("system")["mean"] for measure in COLUMNS}
    return pd.DataFrame(found).rename_axis("system").reset_index()


def shown(found: pd.DataFrame) -> pd.DataFrame:
    """Return `means` as a reader sees them: losses with two decimals, accuracies in percent."""
    forms = {"turn": ".1f", "train_accuracy": ".1%", "val_accuracy": ".1%"}
    told = {
        words: [format(value, forms.get(measure, ".2f")) if math.isfinite(value) else "–" for value in found[measure]]
        for measure, words in COLUMNS.items()
    }
    rates = found["system"].str.removeprefix("dropout ").replace("no dropout", "0.0")
    return pd.DataFrame({"rate": rates} | told)


def both(trainings: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return `shown` of several trainings one below another; trainings: what is told of each -> `means`."""
    blocks = []
    for told, found in trainings.items():
        block = shown(found)
        block.insert(0, "training", [told] + [""] * (len(block) - 1))
        blocks.append(block)
    return pd.concat(blocks, ignore_index=True)


def narrowed(gaps: pd.DataFrame, found: pd.DataFrame) -> str:
    """Return which rates clearly narrow the gap, from what to what.

    gaps: rows of `comparison.against`, each rate minus no dropout. found: of `means`, without dropout first.
    """
    what = "the gap between validation and training loss"
    rows = gaps[gaps["verdict"] == LOWER]
    if rows.empty:
        return f"No rate clearly narrows {what}."
    own, first = found.set_index("system")["gap"], found["gap"].iloc[0]
    to = listed([f"{own[row.system]:.2f}" for row in each_row(rows)])
    some = f"{_upper(listed(rows['system']))} clearly narrow{'s' if len(rows) == 1 else ''}"
    lead = "Dropout clearly narrows" if len(rows) == len(gaps) else some
    return f"{lead} {what}, from {first:.2f} to {to}."


def effects(found: pd.DataFrame, lead: str) -> str:
    """Return in a sentence each what a rate does to the test accuracy, with its interval.

    found: rows of `comparison.against`, each rate minus no dropout. lead: how it begins: "After 8 epochs".
    """
    if found.empty:
        return ALONE
    clear = {HIGHER: "clearly raises {}", LOWER: "clearly lowers {}"}
    told: list[str] = []
    for row in each_row(found):
        what, who = ("it", _upper(row.system)) if told else ("the test accuracy", f"{lead}, {row.system}")
        if not row.n:
            told.append(f"{who} cannot be compared.")
        elif row.verdict.startswith("equal"):
            told.append(f"{who} leaves {what} as it is, for practice ({_points(row)}).")
        elif row.verdict in clear:
            told.append(f"{who} {clear[row.verdict].format(what)} ({_points(row)}).")
        else:
            told.append(f"{who} makes no clear difference{'' if told else ' to the test accuracy'} ({_points(row)}).")
    return " ".join(told)


def unfinished(found: pd.DataFrame, epochs: int) -> str:
    """Return which network has not finished learning, as a sentence; "" where none is seen to.

    found: of `means`, without dropout first. It is said of the last rate alone.
    """
    first, last = found.iloc[0], found.iloc[-1]
    late = last["turn"] > STILL * epochs and last["train_accuracy"] < first["train_accuracy"] - MISSES
    if not late:
        return ""
    return (
        f"With {last['system']} the network has not finished learning: it is right on {last['train_accuracy']:.0%} of "
        f"its own training pictures, {first['train_accuracy']:.0%} without."
    )


def how_sure(here: pd.DataFrame, full: pd.DataFrame, seeds: str) -> str:
    """Return how large a difference had to be for such a run to find it reliably, and which at full length are smaller.

    here, full: rows of `comparison.against`; of full those whose system stands in both are looked at.
    """
    if here.empty:
        return ALONE
    rows = here[np.isfinite(here["smallest"].astype(float))]
    if rows.empty:
        return "Without two seeds no difference can be shown."
    unsure = rows[~rows["verdict"].isin([HIGHER, LOWER])]
    clear = listed(rows.loc[rows["verdict"].isin([HIGHER, LOWER]), "system"])
    told = [f"With {seeds}, the effect of {clear} is clear for a training of this length."] if clear else []
    small = unsure.merge(full, on="system", suffixes=("", "_full"))
    for row in each_row(unsure):
        size = f"about {100 * row.smallest:.0f} points"
        start = "A" if told else f"With {seeds}, a"
        told.append(f"{start} true effect of {row.system} would have to be {size} to be found four times in five.")
    small = small[small["difference_full"].abs() < small["smallest"]]
    if len(small):
        there = listed([f"{100 * row.difference_full + 0.0:+.1f} points" for row in each_row(small)])
        told.append(f"At full length we find {there}, which this run can easily miss.")
    return " ".join(told)


def why_they_differ(here: pd.DataFrame, full: pd.DataFrame, turns: pd.DataFrame) -> str:
    """Return why a short run and full length may say different things of a rate; "" where they do not.

    turns: of `means`, at full length, without dropout first.
    """
    merged = here.merge(full, on="system", suffixes=("", "_full"))
    signs = [merged[each].map({HIGHER: 1, LOWER: -1}).fillna(0) for each in ("verdict", "verdict_full")]
    later = turns["turn"].iloc[1:] > turns["turn"].iloc[0]
    if not (signs[0] != signs[1]).any() or not later.all():
        return ""
    return "The short run is probably too short for dropout, which slows learning."


def choice(table: pd.DataFrame, here: str, without: str) -> str:
    """Return which rate the validation pictures choose at full length, and whether it is the one of the short run.

    table: the long trainings, as `lib.runs.tabulate` has them. here: the choice of the short run; "dropout 0.0" is
    there called `without`.
    """
    there = comparison.best(table, "val_accuracy")
    mean = table.loc[table["system"] == there, "val_accuracy"].mean()
    told = f"At full length the validation pictures choose {there} ({comparison.figure(mean, '.1%')})"
    if there == (without if here == "dropout 0.0" else here):
        return f"{told}, as in the short run."
    return f"{told}; in the short run they choose {here}. What is best depends on how long, and on what, one trains."


def told_turns(found: pd.DataFrame, epochs: int) -> str:
    """Return who was still learning at the end, by when the validation loss is lowest; found: of `means`."""
    finite = found[np.isfinite(found["turn"])]
    if finite.empty:
        return "No training has a finite validation loss."
    late = finite.loc[finite["turn"] > STILL * epochs, "system"].tolist()
    if not late:
        return f"Every turn comes before the last {1 - STILL:.0%} of the epochs."
    more = "the network was" if len(late) == 1 else "the networks were"
    return f"With {listed(late)} the turn comes at the end, or nearly so: {more} still learning."


def below(histories: Sequence[pd.DataFrame], name: str) -> str:
    """Return in how many epochs the loss as training went lies below the one measured again, means over seeds."""
    two = pd.concat(histories).groupby("epoch")[["loss", "train_loss"]].mean().dropna()
    number = int((two["loss"] < two["train_loss"]).sum())
    if not len(two):
        return f"With {name} there is no such line: the training diverged."
    where = f"*below* the orange one in {number} of {len(two)} epochs"
    where = where if number else f"above the orange one in all {len(two)} epochs"
    return f"With {name} the dashed blue line lies {where}."


def _points(row) -> str:
    ends = row.low, row.high
    interval = f", {' to '.join(map(in_points, ends))}" if np.isfinite(ends).all() else ""
    return f"{in_points(row.difference)} points{interval}"


def _upper(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"
