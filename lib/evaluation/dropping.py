"""What dropout changes, in a table and in sentences that hold however it comes out."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lib.base.text import capital, listed
from lib.evaluation import comparison
from lib.evaluation.comparison import HIGHER, LOWER, each_row
from lib.evaluation.words import in_points, interval

COLUMNS = {
    "train_loss": "training loss", "val_loss": "validation loss", "gap": "gap", "turn": "turn (epoch)",
    "train_accuracy": "training accuracy", "val_accuracy": "validation accuracy",
}  # fmt: skip
STILL = 0.9  # of the epochs: whose validation loss is lowest later than this, shows no turn
RISE = 0.02  # of the validation loss from its lowest point to the end: less is no overfitting to speak of
ALONE = "There is one rate alone, so nothing is compared."
MISSES = 0.05  # of its training pictures: who gets so many fewer right than without dropout has not finished


def means(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each rate: system, and the mean over seeds of losses, gap, turn, accuracies, rise and epochs.

    table: as `lib.runs.tabulate` has it. NaN where every training diverged.
    """
    measures = (*COLUMNS, "rise", "epochs")
    found = {measure: comparison.summarise(table, measure).set_index("system")["mean"] for measure in measures}
    return pd.DataFrame(found).rename_axis("system").reset_index()


def shown(found: pd.DataFrame) -> pd.DataFrame:
    """Return `means` as a reader sees them: losses with two decimals, accuracies in percent, a turn that is seen."""
    forms = {"turn": ".1f", "train_accuracy": ".1%", "val_accuracy": ".1%"}
    told = {
        words: [format(value, forms.get(measure, ".2f")) if math.isfinite(value) else "–" for value in found[measure]]
        for measure, words in COLUMNS.items()
    }
    late = [math.isfinite(row.turn) and row.turn > STILL * row.epochs for row in each_row(found)]
    turns = zip(told[COLUMNS["turn"]], late, strict=True)
    told[COLUMNS["turn"]] = ["not seen" if unseen else turn for turn, unseen in turns]
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
    if gaps.empty:
        return ""
    what = "gap between validation and training loss"
    rows = gaps[gaps["verdict"] == LOWER]
    if rows.empty:
        return f"No rate clearly narrows the {what}."
    own, first = found.set_index("system")["gap"], found.iloc[0]
    to = [f"{first['gap']:.2f} {'without' if first['system'] == 'no dropout' else 'with ' + first['system']}"]
    to += [f"{own[row.system]:.2f} with {row.system}" for row in each_row(rows)]
    return f"The {what}, clearly: {listed(to)}."


def lesson(found: pd.DataFrame) -> str:
    """Return what the narrowest gap is worth, by the validation accuracies; found: of `means`."""
    whole = found[np.isfinite(found["gap"]) & np.isfinite(found["val_accuracy"])]
    start = "A narrow gap does not make a good network"
    if len(whole) < 2:
        return f"{start}: one that learns nothing has none."
    narrow, best = whole.loc[whole["gap"].idxmin()], whole.loc[whole["val_accuracy"].idxmax()]
    if narrow["system"] == best["system"]:
        return f"{start}: one that learns nothing has none."
    return (
        f"{start}. At full length {narrow['system']} has the narrowest one, and {narrow['val_accuracy']:.1%} "
        f"validation accuracy; {best['system']} has {best['val_accuracy']:.1%}."
    )


def advice(found: pd.DataFrame) -> str:
    """Return a rule for the choice of a rate, from the means of long trainings (`means`), as far as these have any."""
    whole = found[np.isfinite(found["val_accuracy"])]
    name = str(whole.loc[whole["val_accuracy"].idxmax(), "system"]) if len(whole) else ""
    rest = "train until the validation loss is flat; if training accuracy stays low, lower the rate"
    first = f"start with {name.removeprefix('dropout ')}; " if name.startswith("dropout ") else ""
    return f"To use dropout: {first}{rest}. Choose between rates on validation pictures."


def effects(found: pd.DataFrame, lead: str) -> str:
    """Return in a sentence each what a rate does to the test accuracy, with its interval.

    found: rows of `comparison.against`, each rate minus no dropout. lead: how it begins: "After 8 epochs".
    """
    if found.empty:
        return ALONE
    clear = {HIGHER: "clearly raises {}", LOWER: "clearly lowers {}"}
    told: list[str] = []
    for row in each_row(found):
        what, who = ("it", capital(row.system)) if told else ("the test accuracy", f"{lead}, {row.system}")
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
        f"With {last['system']} the network has not finished learning: it is right on {last['train_accuracy']:.1%} of "
        f"its own training pictures, {first['train_accuracy']:.1%} with {first['system']}."
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
        start = "An" if told else f"With {seeds}, an"
        told.append(f"{start} effect of {row.system} below {100 * row.smallest:.0f} points is easily missed.")
    small = small[small["difference_full"].abs() < small["smallest"]]
    if len(small):
        there = listed([f"{100 * row.difference_full + 0.0:+.1f} points" for row in each_row(small)])
        told.append(f"At full length we find {there}.")
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
    return "The short run is probably too short."


def choice(table: pd.DataFrame, here: str) -> str:
    """Return which rate the validation pictures choose at full length, and whether it is the one of the short run.

    table: the long trainings, as `lib.runs.tabulate` has them. here: the choice of the short run.
    """
    there = comparison.best(table, "val_accuracy")
    mean = table.loc[table["system"] == there, "val_accuracy"].mean()
    told = f"At full length the validation pictures choose {there} ({comparison.figure(mean, '.1%')})"
    if there == here:
        return f"{told}, as in the short run."
    return f"{told}, in the short run {here}. What is best depends on how long, and on what, one trains."


def told_turns(found: pd.DataFrame, epochs: int, where: str) -> str:
    """Return where the validation loss of each rate is lowest, and how far it rises from there; found: of `means`.

    where: how the sentence begins, "Here".
    """
    finite = found[np.isfinite(found["turn"])]
    if finite.empty:
        return f"{where}, no training has a finite validation loss."
    late = finite["turn"] > STILL * epochs
    told = []
    for row in each_row(finite[~late]):
        rises = f"rises by {row.rise:.2f} to the end: this network overfits" if row.rise >= RISE else "is then flat"
        told.append(
            f"with {row.system} the validation loss is lowest after epoch {row.turn:.0f} of {epochs}, and {rises}"
        )
    if late.any():
        names = listed(finite.loc[late, "system"])
        told.append(f"with {names} no turn is seen")
    return f"{where}, {'; '.join(told)}."


def below(histories: Mapping[str, Sequence[pd.DataFrame]]) -> str:
    """Return in how many epochs the loss as training went lies below the one measured again, and a likely cause.

    histories: for each system the `history` of each seed.
    """
    counted, epochs = {}, 0
    for name, own in histories.items():
        two = pd.concat(own).groupby("epoch")[["loss", "train_loss"]].mean().dropna()
        counted[name], epochs = int((two["loss"] < two["train_loss"]).sum()), max(epochs, len(two))
    if not epochs:
        return "All trainings diverged, so there are no such lines."
    told = [f"{number} of {epochs} epochs ({name})" for name, number in counted.items() if number]
    if not told:
        return "Here the dashed line lies below the orange one in no epoch."
    return (
        f"Yet it lies *below* the orange one in {listed(told)}: something lowers it, too. A likely cause, which we do "
        "not test, is batch normalisation. While it trains, it uses the mean and spread of each batch; afterwards it "
        "uses those that it has kept, and these lag behind while the network changes fast."
    )


def one_below_another(differences: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return rows of `comparison.against` in one table, what is told of them before each name: "7 epochs: much"."""
    named = [
        table.assign(system=[f"{told}: {name}" for name in table["system"]]) for told, table in differences.items()
    ]
    return pd.concat([table for table in named if len(table)] or named, ignore_index=True)


def _points(row) -> str:
    ends = f", {interval(row.low, row.high)}" if np.isfinite(row.low) else ""
    return f"{in_points(row.difference)} points{ends}"
