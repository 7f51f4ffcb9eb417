"""Two answers of which the second lies inside the first, as a sub category lies in a main category: do they agree?

Runs are those of `lib.training.run.Run` that answer both targets. targets: the names of both, the main one first.
known: labels of both (N,), of pictures that show which pairs there are.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError
from lib.evaluation import comparison

EACH, DECIDES, LIKELIEST = "each head on its own", "the sub category decides", "the most likely possible pair"
TABLE = "the sub head alone, with a table"
Known = tuple[np.ndarray, np.ndarray]


def known_to(run, targets: Sequence[str], parts: Sequence[str] = ("val", "test")) -> Known:
    """Return the labels of both targets of a run's validation and test pictures."""
    main, sub = (np.concatenate([run.labels(part, target) for part in parts]) for target in targets)
    return main, sub


def impossible(main: np.ndarray, sub: np.ndarray, known: Known) -> np.ndarray:
    """Return for each pair of answers whether no picture has it, bool (N,)."""
    largest = max(int(sub.max()), int(known[1].max())) + 1
    return ~np.isin(main * largest + sub, known[0] * largest + known[1])


def homes(known: Known) -> np.ndarray:
    """Return the main category in which each sub category is found most often, int64 (sub categories,)."""
    counts = np.zeros((known[0].max() + 1, known[1].max() + 1), int)
    np.add.at(counts, known, 1)
    return counts.argmax(axis=0)


def contradictions(runs: Sequence, targets: Sequence[str], known: Known) -> pd.DataFrame:
    """Return a row for each run, of its test pictures: seed, main, sub and both (shares right), impossible, wrong, of.

    impossible: the pictures with an impossible pair of answers; wrong: those with a mistake in either answer; of: all.
    """
    rows = []
    for run in runs:
        first, second = (run.predicted("test", target) for target in targets)
        main, sub = (first == run.labels("test", targets[0])), (second == run.labels("test", targets[1]))
        row = {"seed": run.config.seed, "main": main.mean(), "sub": sub.mean(), "both": (main & sub).mean()}
        counts = {"impossible": impossible(first, second, known).sum(), "wrong": (~(main & sub)).sum(), "of": len(main)}
        rows.append(row | {name: int(number) for name, number in counts.items()})
    return pd.DataFrame(rows)


def examples(
    run, targets: Sequence[str], known: Known, classes: Sequence[np.ndarray], images: np.ndarray, most: int
) -> tuple[np.ndarray, list[str]]:
    """Return positions of test pictures with an impossible pair of answers, and titles: both answers, both labels.

    The first `most` different ones; images: those of the data set (a picture may occur twice in it).
    """
    first, second = (run.predicted("test", target) for target in targets)
    main, sub = (run.labels("test", target) for target in targets)
    where = np.flatnonzero(impossible(first, second, known))
    positions = run.positions("test")
    different = {images[position].tobytes(): k for k, position in zip(where[::-1], positions[where[::-1]], strict=True)}
    where = np.sort(np.array([*different.values()], int))[:most]
    titles = [
        f"{classes[0][first[k]]},\n{classes[1][second[k]]}\nis: {classes[0][main[k]]},\n{classes[1][sub[k]]}"
        for k in where
    ]
    return positions[where], titles


def told(table: pd.DataFrame) -> str:
    """Return a table of `contradictions` in words, from the smallest to the largest of its runs."""
    found = table["impossible"] / table["wrong"].clip(lower=1)
    return (
        f"{between(table['impossible'], ',d')} of {table['of'].iloc[0]:,} test pictures get an impossible pair. "
        f"At least one of the two answers must be wrong: so contradictions reveal {between(found, '.0%')} of all "
        "pictures with a mistake"
    )


def shown(table: pd.DataFrame) -> dict[str, str]:
    """Return a table of `contradictions` as cells of one row: means over seeds, of counts the range."""
    cells = {name: f"{table[name].mean():.1%}" for name in ("main", "sub", "both")}
    found = (table["impossible"] / table["wrong"].clip(lower=1)).rename("found")
    pairs = f"{between(table['impossible'], ',d')} of {table['of'].iloc[0]:,}"
    return cells | {"impossible pairs": pairs, "mistakes that they find": between(found, ".0%")}


def told_full(rows: dict[str, dict[str, str]], told: str) -> str:
    """Return what both answers reach at full length, in words; rows: cells of `shown` by the name of the network.

    told: the same of the sub category alone, "Test accuracy ... (length). Of 6 claims ...": its end is kept.
    """
    both = "; ".join(
        f"{cells['main']} of the main and {cells['sub']} of the sub ({name})" for name, cells in rows.items()
    )
    tally = told.partition("). ")[2]
    return f"With R5's whole networks and real pictures, right of the categories: {both}. {tally}".strip()


def between(values: pd.Series, form: str) -> str:
    """Return the smallest and the largest value in words: "22 to 34", or "22" where they are the same."""
    least, most = (format(value, form) for value in (values.min(), values.max()))
    return least if least == most else f"{least} to {most}"


def readings(runs: Sequence, targets: Sequence[str], known: Known) -> pd.DataFrame:
    """Return a row for each way of reading the heads and run: system (the way), seed, test_both_accuracy.

    Each head on its own; the sub category decides, and the main one is where it is found; or, of the pairs that there
    are, the one whose probabilities, multiplied, are highest.
    """
    rows, home = [], homes(known)
    for run in runs:
        labels, (p, q) = zip(*(_of(run, target) for target in targets), strict=True)
        first, second = np.divmod(np.arange(p.shape[1] * q.shape[1]), q.shape[1])  # every pair of classes
        possible = ~impossible(first, second, known)
        pairs = np.where(possible, (p[:, :, None] + q[:, None, :]).reshape(len(p), -1), -np.inf)
        chosen = q.argmax(axis=1)
        ways = {
            EACH: (p.argmax(axis=1), chosen),
            DECIDES: (home[np.minimum(chosen, len(home) - 1)], chosen),
            LIKELIEST: np.divmod(pairs.argmax(axis=1), q.shape[1]),
        }
        for way, (main, sub) in ways.items():
            right = float(((main == labels[0]) & (sub == labels[1])).mean())
            rows.append({"system": way, "seed": run.config.seed, "test_both_accuracy": right})
    return pd.DataFrame(rows)


def with_table(runs: Sequence, run, targets: Sequence[str], known: Known) -> pd.DataFrame:
    """Return the rows of `readings` of networks that answer the sub category alone: a table tells the main one.

    run: one that answers both, with the same test pictures. LookbookError where a network has others.
    """
    main, sub = (run.labels("test", target) for target in targets)
    rows, home = [], homes(known)
    for own in runs:
        if not np.array_equal(own.labels("test"), sub):
            raise LookbookError(f"{own.label} has other test pictures than {run.label}: compare runs on the same")
        chosen = own.predicted("test")
        right = (chosen == sub) & (home[np.minimum(chosen, len(home) - 1)] == main)
        rows.append({"system": TABLE, "seed": own.config.seed, "test_both_accuracy": float(right.mean())})
    return pd.DataFrame(rows)


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
    rest = worth[~worth["verdict"].str.startswith(tuple(said.values()))]
    if len(rest):
        told.append(
            f"Whether two heads are better than one stays open: what we see for the {_points(rest)} could be chance."
        )
    return " ".join(told)


def told_reading(readings: pd.DataFrame, differences: pd.DataFrame) -> str:
    """Return in words what it is worth to let the sub category decide, beside each head on its own.

    readings: of `readings`; differences: of `lib.evaluation.comparison.against` from EACH.
    """
    means = readings.groupby("system")["test_both_accuracy"].mean()
    verdict = str(differences.set_index("system").loc[DECIDES, "verdict"])
    figures = f"both answers are then right for {means[DECIDES]:.1%} of the pictures instead of {means[EACH]:.1%}"
    if verdict == comparison.HIGHER:
        return f"What clearly helps is to let the sub category decide, and look up the main one: {figures}."
    how = "clearly harms" if verdict == comparison.LOWER else "does not clearly help"
    return f"To let the sub category decide, and look up the main one, {how}: {figures}."


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
        f"A network that only names the sub category answers both questions, too, with a table: it gets both right for "
        f"{means[TABLE]:.1%} of the pictures, two heads for {means[EACH]:.1%} ({beside}), and has {weights[1]:,} "
        f"weights instead of {weights[0]:,}. {advice}"
    )


def told_sure(worth: pd.DataFrame) -> str:
    """Return how sure the gain of two heads is; worth: as in `told_worth`, its last row the sub category."""
    (row,) = comparison.each_row(worth.tail(1))
    if not row.n > 1:
        return "One seed has no interval, so it cannot say whether two heads are better than one."
    open_ = "" if row.verdict in (comparison.HIGHER, comparison.LOWER) else ": too wide to tell"
    return (
        f"Two heads minus one, {row.system}: {row.difference * 100:+.1f} points, with a 95% interval from "
        f"{row.low * 100:+.1f} to {row.high * 100:+.1f} over {comparison.seeds(row.n)}{open_}."
    )


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
            f" A lack of pictures does not explain it alone: {best[label]} has {best['trained']:.0f} training "
            f"pictures, {first[label]} {first['trained']:.0f}, and an F1 of {best['f1']:.2f}."
        )
    return f"{said} Rank correlation of F1 with the number of training pictures: {follows:+.2f} (1: the same order)."


def _points(rows: pd.DataFrame) -> str:
    return " and the ".join(f"{row.system} ({row.difference * 100:+.1f} points)" for row in comparison.each_row(rows))


def _of(run, target: str) -> tuple[np.ndarray, np.ndarray]:
    """Return labels (N,) and logarithms of probabilities (N, classes) of a run's test pictures."""
    from scipy.special import log_softmax

    _, labels, logits = run.predictions("test", target)
    return labels, log_softmax(logits.astype("float64"), axis=1)
