"""What dropout changes, in a table and in sentences that hold however it comes out."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison
from lib.evaluation.comparison import HIGHER, LOWER, each_row

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
    return pd.DataFrame({"rate": found["system"].str.removeprefix("dropout ")} | told)


def effects(found: pd.DataFrame, lead: str) -> str:
    """Return in one sentence what each rate does to the test accuracy, with its interval.

    found: rows of `comparison.against`, each rate minus no dropout. lead: how it begins: "After 8 epochs".
    """
    if found.empty:
        return ALONE
    clear = {HIGHER: "clearly raises {}", LOWER: "clearly lowers {}"}
    told: list[str] = []
    for row in each_row(found):
        what = "it" if told else "the test accuracy"
        if not row.n:
            told.append(f"{row.system} cannot be compared")
        elif row.verdict.startswith("equal"):
            told.append(f"{row.system} leaves {what} as it is, for practice ({_points(row)})")
        elif row.verdict in clear:
            told.append(f"{row.system} {clear[row.verdict].format(what)} ({_points(row)})")
        else:
            told.append(f"{row.system} does not clearly change {what} ({_points(row)}: could be chance)")
    return f"{lead}, {'; '.join(told)}."


def unfinished(found: pd.DataFrame, epochs: int) -> str:
    """Return which network has not finished learning, as a sentence; "" where none is seen to.

    found: of `means`, without dropout first. It is said of the last rate alone.
    """
    first, last = found.iloc[0], found.iloc[-1]
    late = last["turn"] > STILL * epochs and last["train_accuracy"] < first["train_accuracy"] - MISSES
    if not late:
        return ""
    return (
        f"With {last['system']} the network has not finished learning: it gets {last['train_accuracy']:.0%} of its own "
        f"training pictures right ({first['system']}: {first['train_accuracy']:.0%})."
    )


def how_sure(here: pd.DataFrame, full: pd.DataFrame, seeds: str) -> str:
    """Return how large a difference had to be for this run to show it, and whether those at full length are.

    here, full: rows of `comparison.against`; of full those whose system stands in both are looked at.
    """
    if here.empty:
        return ALONE
    rows = here[np.isfinite(here["smallest"].astype(float))]
    if rows.empty:
        return "Without two seeds no difference can be shown."
    sizes = [f"{100 * row.smallest:.0f} points ({row.system})" for row in each_row(rows)]
    told = f"With {seeds} this run shows only differences of at least about {listed(sizes, 'or')}."
    both = rows.merge(full, on="system", suffixes=("", "_full"))
    if both.empty or (both["difference_full"].abs() >= both["smallest"]).any():
        return told
    there = [f"{100 * row.difference_full:+.1f}" for row in each_row(both)]
    return f"{told} At full length we find {listed(there)} points, too little to be seen here: believe the longer runs."


def why_they_differ(here: pd.DataFrame, full: pd.DataFrame, turns: pd.DataFrame, epochs: int) -> str:
    """Return why a short run and full length may say different things of a rate; "" where they do not.

    turns: of `means`, at full length, without dropout first.
    """
    both = here.merge(full, on="system", suffixes=("", "_full"))
    signs = [both[each].map({HIGHER: 1, LOWER: -1}).fillna(0) for each in ("verdict", "verdict_full")]
    other = both.loc[signs[0] != signs[1], "system"].tolist()
    later = turns["turn"].iloc[1:] > turns["turn"].iloc[0]
    if not other or not later.all():
        return ""
    own = listed([f"{turn:.1f}" for turn in turns["turn"].iloc[1:]])
    return (
        f"The short run does not say so of {listed(other)}, probably because dropout slows learning: of {epochs} "
        f"epochs the validation loss is lowest after {turns['turn'].iloc[0]:.1f} without, {own} with dropout."
    )


def flattered(table: pd.DataFrame) -> str:
    """Return by how much a number is too high that was chosen on test pictures, and whether both ways choose alike.

    table: as `lib.runs.tabulate` has it. One rate is chosen for each seed: by validation accuracy, or by test accuracy.
    """
    right, wrong = (comparison.chosen_on(table, measure) for measure in ("val_accuracy", "test_accuracy"))
    more = comparison.figure(100 * (wrong["test_accuracy"] - right["test_accuracy"]).mean(), ".1f")
    alike = int((wrong["system"] == right["system"]).sum())
    seeds = comparison.seeds(len(right))
    return f"Here that is {more} points more, on average. Both ways choose the same rate with {alike} of {seeds}."


def told_turns(found: pd.DataFrame, epochs: int) -> str:
    """Return after which epoch the validation loss is lowest, and who was still learning then; found: of `means`."""
    finite = found[np.isfinite(found["turn"])]
    if finite.empty:
        return "No training has a finite validation loss."
    turns = listed([f"{row.turn:.1f} ({row.system})" for row in each_row(finite)])
    late = finite.loc[finite["turn"] > STILL * epochs, "system"].tolist()
    said = f"Of {epochs} epochs, the validation loss is lowest after {turns}, means over seeds."
    if not late:
        return said
    more = "the network was" if len(late) == 1 else "the networks were"
    return f"{said} With {listed(late)} {more} still learning at the end, or nearly so."


def below(histories: Sequence[pd.DataFrame], name: str) -> str:
    """Return in how many epochs the loss as training went lies below the one measured again, means over seeds."""
    both = pd.concat(histories).groupby("epoch")[["loss", "train_loss"]].mean().dropna()
    number = int((both["loss"] < both["train_loss"]).sum())
    if not len(both):
        return f"With {name} there is no such line: the training diverged."
    where = f"*below* it in {number} of {len(both)} epochs" if number else f"above it in all {len(both)} epochs"
    return f"With {name} the dashed line lies {where}."


def _points(row) -> str:
    ends = [round(100 * end, 1) + 0.0 for end in (row.low, row.high)]  # no "-0.0"
    interval = f", {ends[0]:+.1f} to {ends[1]:+.1f}" if np.isfinite(ends).all() else ""
    return f"{round(100 * row.difference, 1) + 0.0:+.1f} points{interval}"
