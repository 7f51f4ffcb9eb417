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
    return (
        f"R5's whole networks are larger and learned from all real pictures: {both}. Networks with one head were not "
        f"trained at full length, so there, too, it stays open whether two heads are better. {tally}"
    ).strip()


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


def told_answer(found: pd.DataFrame, worth: pd.DataFrame, readings: pd.DataFrame, differences: pd.DataFrame) -> str:
    """Return the answer of the notebook: what two heads reach, whether they are better than two networks, what helps.

    found: of `contradictions`; worth: as in `told_worth`, its last row the sub category; readings: of `readings`;
    differences: of `lib.evaluation.comparison.against` from EACH.
    """
    right, means = found[["main", "sub"]].mean(), readings.groupby("system")["test_both_accuracy"].mean()
    verdict = str(differences.set_index("system").loc[DECIDES, "verdict"])
    how = {comparison.HIGHER: "and that clearly helps", comparison.LOWER: "but that clearly harms"}
    return (
        f"Yes: one network with two heads names {right['main']:.1%} of the main and {right['sub']:.1%} of the sub "
        f"categories. {_told_sub(worth)} In {(found['impossible'] / found['of']).mean():.1%} of the pictures its two "
        "answers contradict each other. A table that tells the main category of each sub category ends that, "
        f"{how.get(verdict, 'but does not clearly help')}: both answers are then right for {means[DECIDES]:.1%} of the "
        f"pictures instead of {means[EACH]:.1%}."
    )


def _told_sub(worth: pd.DataFrame) -> str:
    (row,) = comparison.each_row(worth.tail(1))
    if not row.n > 1:
        return "Whether it is better than two networks stays open."
    ends = f"{row.difference * 100:+.1f} points for the {row.system}, {row.low * 100:+.1f} to {row.high * 100:+.1f}"
    words = {comparison.HIGHER: "It is clearly better", comparison.LOWER: "It is clearly worse"}
    if row.verdict in words:
        return f"{words[row.verdict]} than two networks ({ends})."
    if row.verdict.startswith("equal"):
        return f"For practice it is equal to two networks ({ends})."
    return f"Whether it is better than two networks, {row.n} trainings of each cannot tell ({ends})."


def one_minus(differences: pd.DataFrame) -> pd.DataFrame:
    """Return the row of TABLE, turned round: two heads minus the sub head alone with a table.

    differences: as in `told_answer`.
    """
    own = differences[differences["system"] == TABLE]
    turned = {"difference": -own["difference"], "low": -own["high"], "high": -own["low"]}
    return own.assign(system="both, one head with a table", **turned)


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

    worth: as in `told_worth`, its last row the sub category. differences: as in `told_answer`.
    """
    (row,) = comparison.each_row(worth.tail(1))
    if not row.n:
        return "The trainings diverged, so they cannot say whether two heads are better than one."
    if not row.n > 1:
        return "One seed has no interval, so it cannot say whether two heads are better than one."
    (table,) = comparison.each_row(differences[differences["system"] == DECIDES])
    said = f"The intervals (95%) are over {comparison.seeds(row.n)}, always on the same pictures."
    if table.n > 1:
        ends = f"{table.low * 100:+.1f} to {table.high * 100:+.1f}"
        said += f" What the table is worth, {table.difference * 100:+.1f} points, has the interval {ends}."
    return said


def told_hardest(table: pd.DataFrame) -> str:
    """Return which category is hardest, and whether few training pictures explain it.

    table: class, f1, trained, pictures, few, of `lib.evaluation.picture_by_picture.f1_by_class`.
    """
    if len(table) < 2:
        return "There are too few categories to say which is hard."
    own = table.sort_values("f1")
    first, more = own.iloc[0], own[~own["few"]]
    same = own[own["f1"] < first["f1"] + 0.005]
    said = f"Hardest, by F1, {'is' if len(same) == 1 else 'are'} {listed(same['class'])} ({first['f1']:.2f})."
    if same["few"].all():
        said += f" {'It has' if len(same) == 1 else 'They have'} fewer than 20 test pictures, so that is uncertain."
        if more.empty:
            return said
        first = more.iloc[0]
        said += f" Of the categories with more pictures it is {first['class']} ({first['f1']:.2f})."
    easier = more[(more["trained"] <= first["trained"]) & (more["f1"] > first["f1"])].tail(1)
    for name, trained, f1 in zip(easier["class"], easier["trained"], easier["f1"], strict=True):
        said += (
            f" A lack of pictures does not explain that alone: {name} has {_pictures(trained, 'training')}, "
            f"{first['class']} {first['trained']:,}, but {name} reaches {f1:.2f}."
        )
    return said


def _pictures(number: int, part: str) -> str:
    return f"{number:,} {part} picture{'' if number == 1 else 's'}"


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
    """Return what one class is mistaken for most, in words; mistakes: of `mistaken`."""
    own = mistakes[mistakes["class"] == name]
    if own.empty:
        return f"{name} is never mistaken."
    first = own.iloc[0]
    return f"Of {first['of']} answers about {name}, over all seeds, {first['pictures']} are {first['mistaken for']}."


def told_ways(found: pd.DataFrame, readings: pd.DataFrame, differences: pd.DataFrame) -> str:
    """Return why a table helps as it does, and which way is clearly better or worse than each head on its own.

    found: of `contradictions`. readings, differences: as in `told_answer`.
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
    smallest = differences.loc[clear, "difference"].abs().min()
    if (~clear & (differences["difference"].abs() > smallest)).any():
        said.append("A larger difference can be less clear: it differs more from seed to seed.")
    if not clear.any():
        said.append("No way is clearly better or worse than each head on its own.")
    return " ".join(said)


def _points(rows: pd.DataFrame) -> str:
    return " and the ".join(f"{row.system} ({row.difference * 100:+.1f} points)" for row in comparison.each_row(rows))
