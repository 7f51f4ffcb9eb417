"""Comparisons of systems over their seeds."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError, nearest
from lib.base.text import capital
from lib.evaluation import statistics

SUMMARISED = "seeds that did not diverge (n), mean, standard deviation (sd), 95% interval of the mean (low, high)"
EQUAL = 0.003  # shares that differ by less are equal for practice: .3 percentage points
SHARES = ("accuracy", "macro_f1", "auroc")  # measures between 0 and 1 end so
RESOLVED = 0.05  # a p below this, after Holm's correction, is called resolved
HIGHER, LOWER = "clearly higher", "clearly lower"  # its verdicts
CORRECTED = " after correction for the number of comparisons"  # where a row alone would have been resolved


def summarise(runs: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return a row a system, in order of appearance: system, n, diverged, mean, sd, low, high.

    runs: as `lib.runs.tabulate` returns them. n, mean, sd and the 95% interval of the mean (low, high) are of the
    seeds that did NOT diverge. How many did stands beside them, because leaving them out flatters a system. A run whose
    measure is not a finite number counts as diverged. With n = 1 sd, low and high are NaN, with n = 0 the mean too.
    LookbookError for no runs, an unknown measure, and a seed that occurs twice.
    """
    rows = []
    for system, figures in _figures(runs, measure).items():
        finished = figures.dropna().tolist()
        nothing: dict[str, float] = {"n": 0} | dict.fromkeys(["mean", "sd", "low", "high"], math.nan)
        summary = statistics.over_seeds(finished) if len(finished) else nothing
        rows.append({"system": system, "diverged": len(figures) - len(finished)} | summary)
    return pd.DataFrame(rows, columns=["system", "n", "diverged", "mean", "sd", "low", "high"])


def against(runs: pd.DataFrame, measure: str, reference: str) -> pd.DataFrame:
    """Return a row for each other system, in order of appearance: how it differs from `reference`, seed by seed.

    Columns: system, n (pairs: seeds that both have and in which neither diverged; show `summarise` beside it, which
    counts the diverged), difference (mean of system - reference), low and high (its 95% interval), p (paired t-test),
    p_holm (Holm's correction over the rows that have a p), smallest (the smallest true difference that these pairs
    resolve with 80% power after the correction, were their sd the true one), verdict. The verdict goes by p_holm; the
    interval is not corrected, so it can exclude zero where the verdict says that the difference is not resolvable.
    Two systems share of a seed only the order of the pictures, so pairing takes little noise away; with three seeds it
    is blunter than a test without pairs would be (critical t 4.3 instead of 2.8).
    Differences that are the same in every seed, to the last picture, have no p: a t-test would be sure of them. Of a
    share a difference that is not resolved, but clearly smaller than EQUAL, is called equal (two one-sided t-tests).
    LookbookError for no runs, an unknown measure or reference, and a seed that occurs twice.
    """
    figures = _figures(runs, measure)
    if reference not in figures:
        raise LookbookError(f"no run of '{reference}' to compare with; {nearest(reference, list(figures))}")
    rows, verdicts = [], []
    for system in figures:
        if system == reference:
            continue
        shared = pd.concat([figures[reference], figures[system]], axis=1, join="inner")
        pairs = shared.dropna()
        n = len(pairs)
        row = {"system": system, "n": n, "smallest": math.inf}
        if n:
            result = statistics.paired(pairs.iloc[:, 0].tolist(), pairs.iloc[:, 1].tolist())
            row |= {"difference": result["mean"], "low": result["low"], "high": result["high"], "p": result["p"]}
            level = 1 - RESOLVED / (len(figures) - 1)  # what Holm's correction asks of the smallest p
            row["smallest"] = statistics.smallest_difference(result["sd"], n, level=level)
        # Accuracies come in steps of one picture, so a few seeds can differ by exactly as much; that is no certainty.
        same = n > 1 and result["sd"] <= 1e-9
        alike = same and abs(result["mean"]) > 1e-9
        shares = n > 1 and not same and measure.endswith(SHARES)
        equal = shares and statistics.equal_within(result["mean"], result["sd"], n, EQUAL)
        rows.append(row | {"p": math.nan} if alike else row)
        unresolved = "equal within .3 points" if equal else _unresolved(n, len(shared))
        verdicts.append(f"not judged: {'equally much' if alike else 'the same'} in every seed" if same else unresolved)
    columns = ["system", "n", "difference", "low", "high", "p", "p_holm", "smallest"]
    table = with_holm(pd.DataFrame(rows, columns=columns))
    resolved = np.where(table["difference"] > 0, HIGHER, LOWER)
    return table.assign(verdict=np.where(table["p_holm"] < RESOLVED, resolved, verdicts))


def against_figure(runs: pd.DataFrame, measure: str, figure: float) -> pd.DataFrame:
    """Return the rows of `against`: each system minus one figure that has no seeds, of a method without randomness.

    Of each seed the same figure is taken off, so the t-test is that of one sample.
    """
    fixed = runs[["seed"]].drop_duplicates().assign(system="one figure", **{measure: figure})
    return against(pd.concat([fixed, runs]), measure, "one figure")


def each_row(table: pd.DataFrame) -> Iterator[Any]:
    """Return the rows of a table as named tuples, whose fields have the names of the columns."""
    return table.itertuples()


def row_of(system: str, table: pd.DataFrame) -> Any:
    """Return the row of a system, as a named tuple."""
    return next(row for row in each_row(table) if row.system == system)


def told_means(means: pd.DataFrame, digits: int = 3) -> str:
    """Return the rows of `summarise` in words: "0.871 (batch 32), 0.866 (batch 64)"; "no figure" where all diverged."""
    return ", ".join(f"{figure(row.mean, f'.{digits}f')} ({row.system})" for row in means.itertuples())


def figure(value: Any, form: str) -> str:
    """Return a number in a format such as ".1%", and "no figure" for NaN, as of trainings that all diverged."""
    return format(value, form) if math.isfinite(value) else "no figure"


def span(row: pd.Series, form: str) -> str:
    """Return the interval of a row (low, high) in words: "0.81 to 0.84", or that one seed has none."""
    both = [row["low"], row["high"]]
    if not np.isfinite(both).all():
        return "an unknown interval, without two seeds"
    return " to ".join(format(end, form) for end in both)


def told_all(differences: pd.DataFrame, digits: int = 3) -> str:
    """Return the rows of `against` in words, by verdict: "**Clearly higher**: batch 64 +0.012 (+0.004 to +0.020)."."""
    said = []
    for verdict, own in differences.groupby("verdict", sort=False):
        rows = list(own.itertuples())
        figures = ", ".join(f"{row.system} {_difference(row, digits)}" for row in rows)
        told = str(verdict).replace("not resolvable", "no clear difference")
        corrected = CORRECTED if any(map(_lost_by_correction, rows)) else ""
        said.append(f"**{capital(told)}**{corrected}: {figures}.")
    return " ".join(said) or "There is nothing to compare with."


def told_differences(differences: pd.DataFrame) -> str:
    """Return the rows of `against` in words, without their verdicts: "+0.012 (shift), -0.003 (zoom)"."""
    return ", ".join(f"{figure(row.difference, '+.3f')} ({row.system})" for row in differences.itertuples())


def told(row, digits: int = 3) -> str:
    """Return a row of `against` (of its `itertuples`) in words: difference, interval where there is one, verdict."""
    return f"{_difference(row, digits)}, **{row.verdict}**{CORRECTED if _lost_by_correction(row) else ''}"


def _difference(row, digits: int) -> str:
    interval = f" ({row.low:+.{digits}f} to {row.high:+.{digits}f})" if row.n > 1 else ""
    return f"{row.difference:+.{digits}f}{interval}" if row.n else "no figure"


def _lost_by_correction(row) -> bool:
    return bool(row.n and row.verdict.startswith("not resolvable") and (row.low > 0 or row.high < 0))


def best(runs: pd.DataFrame, measure: str) -> str:
    """Return the system to choose: the highest mean (of a loss the lowest) among those of which no seed diverged.

    The first system when every one has a seed that diverged. The best of several looks better than it is: quote other
    figures of it than those that chose it.
    """
    means = summarise(runs, measure)
    whole = means[means["diverged"] == 0]
    if whole.empty:
        return str(means["system"].iloc[0])
    order = whole.sort_values("mean", ascending=measure.endswith("loss"), kind="stable")
    return str(order["system"].iloc[0])


def lowest(runs: pd.DataFrame, measure: str) -> str:
    """Return the system with the lowest mean of the seeds that did not diverge; the first where every one did."""
    means = summarise(runs, measure).set_index("system")["mean"]
    return str(means.index[0] if means.isna().all() else means.idxmin())


def course(history: pd.DataFrame) -> dict[str, float]:
    """Return what a training's curves looked like; NaN where there is no finite figure.

    turn: the epoch of the lowest validation loss. rise: by how much that loss is higher after the last epoch. falls:
    `falls`. last_change: the largest change of validation accuracy, either way, in the second half of the epochs.
    first_loss: the training loss of the first epoch, as it went.
    history: one row per epoch, with loss, val_loss and val_accuracy.
    """
    if history.empty or history["val_loss"].isna().all():
        return dict.fromkeys(["turn", "rise", "falls", "last_change", "first_loss"], math.nan)
    losses, changes = history["val_loss"], history["val_accuracy"].diff()
    turn, rise = history["epoch"].iloc[int(losses.argmin())], losses.iloc[-1] - losses.min()
    later = changes[history["epoch"] > len(history) / 2]
    found = {"turn": float(turn), "rise": float(rise), "falls": falls(history)}
    return found | {"last_change": later.abs().max(), "first_loss": float(history["loss"].iloc[0])}


def with_wilson(table: pd.DataFrame, share: str, number: str) -> pd.DataFrame:
    """Return the table with low and high, the 95% Wilson interval of each `share`, which is of `number` pictures."""
    right = (table[share] * table[number]).round().fillna(0).astype(int)
    ends = [statistics.wilson(*each) for each in zip(right, table[number].astype(int), strict=True)]
    return table.assign(low=[low for low, _ in ends], high=[high for _, high in ends])


def seeds(number: int) -> str:
    """Return "one seed" or "3 seeds"."""
    return "one seed" if number == 1 else f"{number} seeds"


def seeds_between(numbers: list[int]) -> str:
    """Return "5 seeds", or "3 to 5 seeds" where systems have different numbers of them."""
    return seeds(numbers[0]) if min(numbers) == max(numbers) else f"{min(numbers)} to {max(numbers)} seeds"


def falls(history: pd.DataFrame) -> float:
    """Return how much validation accuracy a training lost from epoch to epoch, summed; 0 where it never fell.

    A measure of jagged curves that a steady rise leaves at 0, unlike the standard deviation of the changes. NaN with
    fewer than two epochs, and where a figure is missing.
    """
    changes = history["val_accuracy"].diff().iloc[1:]
    return math.nan if changes.empty or changes.isna().any() else float(-changes.clip(upper=0).sum())


def _unresolved(pairs: int, shared: int) -> str:
    """Return the verdict without a resolved difference; shared: seeds that both systems have, diverged too."""
    if pairs > 1:
        return f"not resolvable with {seeds(pairs)}"
    if pairs < shared:
        return "not judged: diverged"
    return "not judged: one seed" if pairs else "not judged: no seed in common"


def _figures(runs: pd.DataFrame, measure: str) -> dict[str, pd.Series]:
    """Return for each system, in order of appearance, its measure by seed (float64), NaN where the run diverged."""
    if runs.empty:
        raise LookbookError("no runs to compare: train or fetch some first")
    if measure not in runs:
        raise LookbookError(f"the runs have no measure '{measure}'; {nearest(measure, [str(name) for name in runs])}")
    twice = runs[runs.duplicated(["system", "seed"])]
    if len(twice):
        system, seed = twice.iloc[0][["system", "seed"]]
        raise LookbookError(f"{system} seed {seed} occurs twice: give each run once, and runs on the same data only")
    values = runs[measure].astype("float64")
    diverged = ~np.isfinite(values)
    if "diverged" in runs:
        diverged |= runs["diverged"].eq(True)  # early stopping keeps a finite figure of a run that diverged later
    figures = runs[["system", "seed"]].assign(figure=values.mask(diverged))
    return {str(name): group.set_index("seed")["figure"] for name, group in figures.groupby("system", sort=False)}


def with_holm(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with p_holm computed over the rows that have a p, NaN in the others."""
    p = table["p"].to_numpy(dtype="float64")
    adjusted = np.full(len(p), math.nan)
    adjusted[~np.isnan(p)] = statistics.holm(p[~np.isnan(p)].tolist())
    return table.assign(p=p, p_holm=adjusted)
