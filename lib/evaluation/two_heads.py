"""What two heads are worth, which sub categories are hard, and what a table is worth beside them: in words.

runs, targets and tables are those of `lib.evaluation.hierarchy`.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.base.text import listed
from lib.evaluation import comparison
from lib.evaluation.hierarchy import DECIDES, EACH, TABLE


def told_full(rows: dict[str, dict[str, str]], tally: str) -> str:
    """Return what both answers reach at full length, in words; rows: cells of `shown` by the name of the network.

    tally: what became of R5's claims, a sentence.
    """
    both = listed(
        f"{name} {'names ' if k == 0 else ''}{cells['main']} of the main and {cells['sub']} of the sub categories"
        for k, (name, cells) in enumerate(rows.items())
    )
    return f"R5's whole networks are larger and learned from all real pictures: {both}. {tally}".strip()


def told_worth(worth: pd.DataFrame) -> str:
    """Return in words whether two heads are better than one; worth: rows of `lib.evaluation.comparison.against`."""
    said = {"clearly better": comparison.HIGHER, "clearly worse": comparison.LOWER, "equal for practice": "equal"}
    told = []
    for words, verdict in said.items():
        own = worth[worth["verdict"].str.startswith(verdict)]
        if len(own):
            told.append(
                f"Two heads are {words} than one for the {_points(own)}.".replace("practice than", "practice to")
            )
    rest = worth[~worth["verdict"].str.startswith(tuple(said.values())) & worth["difference"].notna()]
    if len(rest):
        told.append(
            f"Whether two heads are better than one stays open: what we see for the {_points(rest)} could be chance."
        )
    return " ".join(told) or "The trainings diverged: whether two heads are better than one stays open."


def told_reading(readings: pd.DataFrame, differences: pd.DataFrame) -> str:
    """Return in words what it is worth to let the sub category decide, beside each head on its own.

    readings: of `readings`; differences: of `lib.evaluation.comparison.against` from EACH.
    """
    means = readings.groupby("system")["test_both_accuracy"].mean()
    verdict = str(differences.set_index("system").loc[DECIDES, "verdict"])
    figures = f"both answers are then right for {means[DECIDES]:.1%} of the pictures instead of {means[EACH]:.1%}"
    how = {comparison.HIGHER: "clearly helps", comparison.LOWER: "clearly harms"}.get(verdict, "does not clearly help")
    return f"To take the sub category's answer alone, and look up its main category in a table, {how}: {figures}."


def told_table(readings: pd.DataFrame, differences: pd.DataFrame, weights: tuple[int, int]) -> str:
    """Return in words what a network with the sub head alone reaches with a table, beside two heads, and what to do.

    readings: of `readings` and `with_table`; differences: of `lib.evaluation.comparison.against` from EACH. weights: of
    the network with both heads, and of that with the sub head alone.
    """
    means = readings.groupby("system")["test_both_accuracy"].mean()
    verdict = str(differences.set_index("system").loc[TABLE, "verdict"])
    clear = {comparison.HIGHER: "clearly more", comparison.LOWER: "clearly less"}
    beside = clear.get(verdict, "equal for practice" if verdict.startswith("equal") else "could be chance")
    ends = {comparison.LOWER: "Keep the main head.", "not": "It is smaller; whether it is as good stays open."}
    advice = next((said for begins, said in ends.items() if verdict.startswith(begins)), "So leave the main head out.")
    return (
        f"A network that has only the sub head answers both questions, too, with the table. It gets both right for "
        f"{means[TABLE]:.1%} of the pictures, two heads for {means[EACH]:.1%} ({beside}). It has {weights[1]:,} "
        f"weights instead of {weights[0]:,}. {advice}"
    )


def told_sure(worth: pd.DataFrame, differences: pd.DataFrame) -> str:
    """Return how sure the gain of two heads is, and that of the table.

    worth: as in `told_worth`, its last row the sub category. differences: as in `told_reading`.
    """
    (row,) = comparison.each_row(worth.tail(1))
    if not row.n:
        return "The trainings diverged, so they cannot say whether two heads are better than one."
    if not row.n > 1:
        return "One seed has no interval, so it cannot say whether two heads are better than one."
    clear = row.verdict in (comparison.HIGHER, comparison.LOWER)
    (table,) = comparison.each_row(differences[differences["system"] == DECIDES])
    ends = f"{table.low * 100:+.1f} to {table.high * 100:+.1f}"
    gain = f"Both right, with the table minus without: {table.difference * 100:+.1f} points ({ends})."
    return (
        f"Two heads minus one, {row.system}: {row.difference * 100:+.1f} points (95% interval "
        f"{row.low * 100:+.1f} to {row.high * 100:+.1f}, {comparison.seeds(row.n)})"
        f"{'' if clear else ': that cannot tell which is better'}. {gain if table.n > 1 else ''}"
    ).strip()


def told_hardest(table: pd.DataFrame, label: str = "class") -> str:
    """Return which categories are hardest, and whether few training pictures explain it; table: class, f1, trained."""
    if len(table) < 2:
        return "Too few categories have 20 test pictures to say which is hard."
    own = table.sort_values("f1")
    hardest = " and ".join(f"{row[label]} ({row['f1']:.2f})" for row in own.head(2).to_dict("records"))
    follows = table["trained"].corr(table["f1"], method="spearman")
    first = own.iloc[0]
    easier = own[(own["trained"] <= first["trained"]) & (own["f1"] > first["f1"])]
    said = f"Hardest, by F1: {hardest}."
    if len(easier):
        best = easier.iloc[-1]
        said += (
            f" A lack of pictures does not explain it alone: {best[label]} has {best['trained']:.0f} training pictures "
            f"and F1 {best['f1']:.2f}, {first[label]} has {first['trained']:.0f} and F1 {first['f1']:.2f}."
        )
    if np.isfinite(follows):
        said += (
            f" The rank correlation of F1 and the number of training pictures is {follows:+.2f} (1: the same order)."
        )
    return said


def mistaken(runs: Sequence, target: str, classes: np.ndarray, most: int = 3) -> pd.DataFrame:
    """Return for each class with test pictures what it is mistaken for: class, mistaken for, pictures, of (all runs).

    At most `most` rows a class, the most frequent first.
    """
    labels = np.concatenate([run.labels("test", target) for run in runs])
    answers = np.concatenate([run.predicted("test", target) for run in runs])
    table = pd.DataFrame({"class": classes[labels], "mistaken for": classes[answers]})
    counted = table[labels != answers].value_counts().rename("pictures").reset_index()
    counted = counted.groupby("class").head(most).sort_values("class", kind="stable", ignore_index=True)
    return counted.assign(of=counted["class"].map(table["class"].value_counts()))


def told_mistaken(mistakes: pd.DataFrame, name: str) -> str:
    """Return what one class is mistaken for, in words; mistakes: of `mistaken`."""
    own = mistakes[mistakes["class"] == name]
    if own.empty:
        return f"{name} is never mistaken."
    told = listed(f"{row['mistaken for']} ({row['pictures']})" for row in own.to_dict("records"))
    return f"Of {own['of'].iloc[0]} answers about {name}, over all seeds, these are wrong most often: {told}."


def told_ways(found: pd.DataFrame, readings: pd.DataFrame, differences: pd.DataFrame) -> str:
    """Return why a table helps as it does, and which way is clearly better or worse than each head on its own.

    found: of `contradictions`. readings, differences: as in `told_reading`.
    """
    means, sub = readings.groupby("system")["test_both_accuracy"].mean(), found["sub"].mean()
    if abs(means[DECIDES] - sub) < 1e-9:
        said = [f"If the sub category decides, both answers are right exactly when the sub category is: {sub:.1%}."]
        if means[DECIDES] > means[EACH]:
            said.append(
                f"The gain over {means[EACH]:.1%} is made of the pictures whose sub category was right and whose main "
                "category was wrong."
            )
    else:
        said = [f"If the sub category decides, both answers are right for {means[DECIDES]:.1%}; it is for {sub:.1%}."]
    clear = differences["verdict"].isin([comparison.HIGHER, comparison.LOWER])
    for row in comparison.each_row(differences[clear]):
        said.append(f"{row.system[0].upper()}{row.system[1:]}: {row.verdict} ({row.difference * 100:+.1f} points).")
    smallest = differences.loc[clear, "difference"].abs().min()
    for row in comparison.each_row(differences[~clear & (differences["difference"].abs() > smallest)]):
        said.append(
            f"For {row.system} the difference is larger ({row.difference * 100:+.1f}), but not clear after correction "
            "for the number of comparisons: it differs more from seed to seed."
        )
    if not clear.any():
        said.append("No way is clearly better or worse than each head on its own.")
    return " ".join(said)


def _points(rows: pd.DataFrame) -> str:
    return " and the ".join(f"{row.system} ({row.difference * 100:+.1f} points)" for row in comparison.each_row(rows))
