"""What dropout changes, in a table and in sentences that hold however it comes out."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lib.base.text import capital, listed
from lib.evaluation import comparison
from lib.evaluation.comparison import HIGHER, LOWER, each_row
from lib.evaluation.words import in_points, interval

COLUMNS = {
    "train_loss": "training loss", "val_loss": "validation loss", "gap": "gap", "turns": "turn after epoch",
    "train_accuracy": "training accuracy", "val_accuracy": "validation accuracy",
}  # fmt: skip
STILL = 0.9  # of the epochs: whose validation loss is lowest later than this, shows no turn
RISE = 0.01  # of the validation loss from its lowest point to the end; as claims.yaml has it for R2.dropout.rise
SEEN = 0.05  # of a loss: less cannot be seen in a figure
EACH = 5  # seeds: of more only the first and the last of their epochs are told
ALONE = "There is one rate alone, so nothing is compared."
MISSES = 0.05  # of its training pictures: who gets so many fewer right than without dropout learns them less well


def means(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each rate: system, and the mean over seeds of losses, gap, accuracies, turn, rise and epochs.

    table: of `lib.runs.tabulate`. NaN where all diverged. rise_low, rise_high: interval. turns: each seed's, in words.
    """
    measures = [each for each in COLUMNS if each != "turns"] + ["turn", "rise", "epochs"]
    found = {measure: comparison.summarise(table, measure).set_index("system")["mean"] for measure in measures}
    turns = table[~table["diverged"]].groupby("system")["turn"].agg(_epochs)
    rises = comparison.summarise(table, "rise").set_index("system")
    found |= {"rise_low": rises["low"], "rise_high": rises["high"]}
    return pd.DataFrame(found).assign(turns=turns).fillna({"turns": "–"}).rename_axis("system").reset_index()


def _epochs(turns: pd.Series) -> str:
    """Return epochs in words, the first one first: "5, 6, 7", of many seeds "4 to 9"."""
    known = sorted(int(turn) for turn in turns.dropna())
    if len(known) > EACH and known[0] < known[-1]:
        return f"{known[0]} to {known[-1]}"
    return ", ".join(map(str, known if len(known) <= EACH else known[:1])) or "–"


def shown(found: pd.DataFrame) -> pd.DataFrame:
    """Return `means` as a reader sees them: losses with two decimals, accuracies in percent, the turn of each seed."""
    forms = {"train_accuracy": ".1%", "val_accuracy": ".1%", "turns": ""}
    told = {
        words: ["–" if pd.isna(value) else format(value, forms.get(measure, ".2f")) for value in found[measure]]
        for measure, words in COLUMNS.items()
    }
    rates = found["system"].str.removeprefix("dropout ").replace("no dropout", "0.0")
    return pd.DataFrame({"rate": rates} | told)


def late(found: pd.DataFrame) -> pd.Series:
    """Return of each row of `means` whether the validation loss is lowest so near the end that no turn is seen."""
    return found["turn"] > STILL * found["epochs"]


def both(trainings: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return `shown` of several trainings one below another; trainings: what is told of each -> `means`."""
    blocks = []
    for told, found in trainings.items():
        block = shown(found)
        block.insert(0, "training", [told] + [""] * (len(block) - 1))
        blocks.append(block)
    return pd.concat(blocks, ignore_index=True)


def narrowed(gaps: pd.DataFrame, found: pd.DataFrame) -> str:
    """Return which rates clearly narrow the gap, from what to what, and whether a network learns less.

    gaps: rows of `comparison.against`, each rate minus no dropout. found: of `means`, without dropout first.
    """
    if gaps.empty:
        return ""
    what = "the gap between validation and training loss"
    names = gaps.loc[gaps["verdict"] == LOWER, "system"].tolist()
    if not names:
        return f"No rate clearly narrows {what}.{unfinished(found)}"
    own, first = found.set_index("system")["gap"], found["gap"].iloc[0]
    alone = unfinished(found, "it" if names == [found["system"].iloc[-1]] else "")
    who, verb = capital(listed(names)), "narrow" if len(names) > 1 else "narrows"
    return f"{who} clearly {verb} {what}, from {first:.2f} to {listed([f'{own[name]:.2f}' for name in names])}.{alone}"


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
        first = f"{lead}, {row.system}" if lead else capital(row.system)
        what, who = ("it", capital(row.system)) if told else ("the test accuracy", first)
        if not row.n:
            told.append(f"{who} cannot be compared.")
        elif row.verdict.startswith("equal"):
            told.append(f"{who} leaves {what} as it is, for practice ({_points(row)}).")
        elif row.verdict in clear:
            told.append(f"{who} {clear[row.verdict].format(what)} ({_points(row)}).")
        else:
            told.append(f"{who} makes no clear difference{'' if told else ' to the test accuracy'} ({_points(row)}).")
    return " ".join(told)


def unfinished(found: pd.DataFrame, told: str = "") -> str:
    """Return which network learns its training pictures less well, as a sentence behind another; "" for none.

    found: of `means`, without dropout first. It is said of the last rate alone. told: what stands for its name.
    """
    first, last = found.iloc[0], found.iloc[-1]
    if not late(found).iloc[-1] or not last["train_accuracy"] < first["train_accuracy"] - MISSES:
        return ""
    beside = "without" if first["system"] == "no dropout" else f"with {first['system']}"
    return (
        f" But with {told or last['system']} the network gets fewer of its training pictures right: "
        f"{last['train_accuracy']:.1%}, {first['train_accuracy']:.1%} {beside}."
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
        told.append(f"At full length we find {there}, which a run like ours easily misses.")
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
    return "Our own run may be too short or too small to show this."


def choice(here: pd.DataFrame, there: pd.DataFrame) -> str:
    """Return which rate validation accuracy chooses in the short run and at full length; both of `means`."""
    rows = [found.iloc[int(found["val_accuracy"].fillna(-1).argmax())] for found in (here, there)]
    names = [f"**{row['system']}**" for row in rows]
    own, long = (comparison.figure(row["val_accuracy"], ".1%") for row in rows)
    both = f"and {'also ' if names[0] == names[1] else ''}{names[1]} at full length ({long})"
    return f"We choose by validation accuracy: {names[0]} here ({own}), {both}."


def told_turns(found: pd.DataFrame, where: str) -> str:
    """Return with which rates the validation loss rises from its turn to the end, and with which it does not.

    found: of `means`. where: how the sentence begins, "Here". It rises if the interval of the mean rise lies at RISE or
    above, and does not if it lies below; with an interval on both sides, or none, nothing is said.
    """
    finite = found[np.isfinite(found["rise"])]
    if finite.empty:
        return f"{where}, no training has a finite validation loss."
    rising, flat = finite["rise_low"] >= RISE, finite["rise_high"] < RISE
    told = [f"with {row.system} it rises by {row.rise:.2f}{_ends(row, 2)}" for row in each_row(finite[rising])]
    told = [f"{each}: this network overfits" for each in told]
    told += [f"with {listed(finite.loc[flat, 'system'])} it does not rise"] if flat.any() else []
    unsure = [f"{row.system}{_ends(row, 3)}" for row in each_row(finite[~rising & ~flat])]
    told += [f"with {listed(unsure)} we cannot tell"] if unsure else []
    return f"{where}, {'; '.join(told)}."


def below(histories: Mapping[str, Sequence[pd.DataFrame]]) -> str:
    """Return in how many epochs the loss as training went lies below the one measured again, and a likely cause.

    histories: for each system the `history` of each seed. Less than SEEN below is not counted.
    """
    counted, epochs = {}, 0
    for name, own in histories.items():
        two = pd.concat(own).groupby("epoch")[["loss", "train_loss"]].mean().dropna()
        counted[name], epochs = int((two["loss"] < two["train_loss"] - SEEN).sum()), max(epochs, len(two))
    if not epochs:
        return "All trainings diverged, so there are no such lines."
    told = [f"{number} of {epochs} epochs ({name})" for name, number in counted.items() if number]
    if not told:
        return ""
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


def _ends(row, digits: int) -> str:
    return f" ({max(row.rise_low, 0):.{digits}f} to {row.rise_high:.{digits}f})" if np.isfinite(row.rise_low) else ""


def _points(row) -> str:
    ends = f", {interval(row.low, row.high)}" if np.isfinite(row.low) else ""
    return f"{in_points(row.difference)} points{ends}"
