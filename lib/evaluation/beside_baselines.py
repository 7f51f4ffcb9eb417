"""What networks are worth beside methods without a network, in sentences that hold however it comes out."""

import math

import pandas as pd

from lib.evaluation import comparison

OVERFITS = 0.05  # a rise of the validation loss (cross-entropy) by less is called small


def answer(table: pd.DataFrame, best: str, rival: float, name: str, start: str = "The") -> str:
    """Return what a network gets right of the test pictures, and whether that is clearly more than the best baseline.

    table: rows of networks, as `lib.runs.tabulate` has them. rival: the test accuracy of the baseline called `name`.
    start: how the sentence begins, such as "On all real pictures, the".
    """
    mean = comparison.summarise(table, "test_accuracy").set_index("system").loc[best, "mean"]
    row = comparison.against_figure(table, "test_accuracy", rival).set_index("system").loc[best]
    told = (
        "; more trainings would be needed to tell the two apart" if row["n"] > 1 else ", but one training is no proof"
    )
    if str(row["verdict"]).startswith("equal"):
        told = ", which is equal for practice"
    told = {comparison.HIGHER: ", which is clearly less", comparison.LOWER: ", which is clearly more"}.get(
        str(row["verdict"]), told
    )
    return (
        f"{start} network {best} names {comparison.figure(mean, '.1%')} of the test pictures correctly. "
        f"The best baseline, {name}, gets {rival:.1%}{told}."
    )


def sure(table: pd.DataFrame, best: str, rival: float) -> str:
    """Return the interval of a network's test accuracy, and how many trainings of all networks beat the baseline."""
    means = comparison.summarise(table, "test_accuracy")
    low, high = (float(means.loc[means["system"] == best, end].iloc[0]) for end in ("low", "high"))
    higher, number = int((table["test_accuracy"] > rival).sum()), len(table)
    beat = {0: f"None of the {number} trainings beats", number: f"All {number} trainings beat"}
    told = beat.get(higher, f"{higher} of the {number} trainings beat")
    if number == 1:
        told = "The only training beats" if higher else "The only training does not beat"
    interval = f"One training of {best} gives no interval."
    if math.isfinite(low):
        interval = f"The mean of {best} lies between {low:.1%} and {min(high, 1):.1%} (95% interval)."
    return f"{interval} {told} the best baseline."


def told_points(differences: pd.DataFrame, reference: str) -> str:
    """Return how networks differ from `reference` in percentage points, a sentence each.

    differences: rows of `lib.evaluation.comparison.against`, of a share.
    """
    verdicts = {comparison.HIGHER: "This is clearly better.", comparison.LOWER: "This is clearly worse."}
    said = []
    for row in differences.to_dict("records"):
        if not row["n"]:
            said.append(f"{row['system']} and {reference} cannot be compared: no seed of both reached an end.")
            continue
        way = "higher" if row["difference"] >= 0 else "lower"
        interval = f" (95% interval: {_signed(row['low'])} to {_signed(row['high'])})" if row["n"] > 1 else ""
        equal = "They are equal for practice." if row["verdict"].startswith("equal") else "This is no clear difference."
        told = verdicts.get(
            row["verdict"], equal if row["n"] > 1 else "With one seed, nobody can tell whether that is chance."
        )
        points = f"{100 * abs(row['difference']):.2f} percentage points {way} than that of {reference}{interval}"
        said.append(f"The accuracy of {row['system']} is {points}. {told}")
    return " ".join(said) or "There is only one network, so there is nothing to compare."


def overfitting(table: pd.DataFrame, epochs: int) -> str:
    """Return for each network when its validation loss turns, and whether it has begun to overfit; means over seeds.

    table: as `lib.runs.tabulate` has it, with turn and rise (`lib.evaluation.comparison.course`).
    """
    said = []
    for name, own in table.groupby("system", sort=False):
        turn, rise = own["turn"].mean(), own["rise"].mean()
        if not math.isfinite(turn):
            said.append(f"{name} has no finite validation loss.")
            continue
        told = "so it overfits" if rise >= OVERFITS else "so it has hardly begun to overfit"
        at = f"after epoch {turn:.1f} of {epochs} and then rises by {rise:.3f}"
        said.append(f"The validation loss of {name} is lowest {at} on average, {told}.")
    return " ".join(said)


def _signed(share: float) -> str:
    return f"{100 * share:+.1f}"
