"""Intervals, paired tests and power: how far a figure could be off, and which differences a few seeds can show."""

import math
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from lib.base.errors import LookbookError


def wilson(successes: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Return the Wilson interval of a proportion; (0, 1) when nothing was tried.

    LookbookError when there are more successes than trials, or fewer than none.
    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953; it keeps its level where the proportion is near 0 or 1.
    """
    from scipy.stats import binomtest

    if not 0 <= successes <= trials:
        raise LookbookError(f"{successes} successes in {trials} trials: successes must lie between 0 and the trials")
    if trials == 0:
        return 0.0, 1.0
    interval = binomtest(successes, trials).proportion_ci(level, method="wilson")
    return float(interval.low), float(interval.high)


def pictures_needed(width: float) -> int:
    """Return how many pictures make the Wilson interval of a share at most so wide, where half of them are right.

    LookbookError for a width below .001 or not below 1.
    """
    if not 0.001 <= width < 1:
        raise LookbookError(f"width {width}: give that of an interval of a share, from .001 to below 1")
    halves = range(1, 10**7)
    return 2 * halves[bisect_left(halves, True, key=lambda half: float(np.ptp(wilson(half, 2 * half))) <= width)]


def count_behind(printed: str, trials: int) -> int | None:
    """Return the number of successes in `trials` that a printed share (".9833") stands for; None: no number does.

    The nearest one, where the share has too few digits to tell several apart. It shows which number of pictures a
    report's figure cannot have been measured on.
    Source: the GRIM test, Brown & Heathers 2017, doi:10.1177/1948550616673876.
    """
    digits = len(printed.partition(".")[2])
    successes = round(float(printed) * trials)
    # A tie may have been rounded either way.
    fits = abs(successes / trials - float(printed)) <= 0.5 * 10**-digits * (1 + 1e-9)
    return successes if fits and 0 <= successes <= trials else None


def told_share(printed: str, trials: int) -> str:
    """Return in words whether a printed share can be of so many pictures (`count_behind`), and whether any could."""
    count = count_behind(printed, trials)
    none = f"**No number of {trials:,} pictures gives {printed}.**"
    told = none if count is None else f"{printed} is {count:,} of {trials:,}."
    blind = trials >= 10 ** len(printed.partition(".")[2])
    return told + (" Of so many pictures every figure fits: this test would need more digits." if blind else "")


def effective_number(right: np.ndarray, originals: np.ndarray) -> float:
    """Return how many different pictures tell as much of an accuracy as these do, of which some are copies of others.

    right: bool (N,), whether a net is right on each picture. originals: (N,), which picture each one is a copy of.
    Where all copies of a picture fare alike, and each has as many, it is the number of originals; without copies it is
    N. NaN where all are right, or all wrong: then nothing says whether copies fare alike.
    Source: Kish 1965, Survey Sampling, section 5.4, the design effect of clusters.
    """
    share, number = float(np.mean(right)), len(right)
    _, own = np.unique(originals, return_inverse=True)
    spread = float((np.bincount(own, weights=right - share) ** 2).sum()) / number**2
    return share * (1 - share) / spread if spread > 0 else math.nan


def over_seeds(values: Sequence[float], level: float = 0.95) -> dict[str, float]:
    """Return n, mean, sd, low and high: Student's t interval for the mean of runs that differ in their seed.

    With one value sd, low and high are NaN: one run says nothing about the next. A NaN among the values, as a diverged
    run has it, makes all but n NaN: to leave it out is for the caller to decide and to say
    (`lib.evaluation.comparison`). LookbookError without values.
    """
    from scipy.stats import t

    array = np.asarray(values, dtype="float64")
    if len(array) == 0:
        raise LookbookError("no values to summarise: give the figure of at least one run")
    n, mean = len(array), float(array.mean())
    if n < 2:
        return {"n": n, "mean": mean, "sd": float("nan"), "low": float("nan"), "high": float("nan")}
    sd = float(array.std(ddof=1))
    half = float(t.ppf((1 + level) / 2, n - 1)) * sd / n**0.5
    return {"n": n, "mean": mean, "sd": sd, "low": mean - half, "high": mean + half}


def prediction_interval(values: Sequence[float], level: float = 0.95) -> tuple[float, float]:
    """Return the interval in which one more run would land, by Student's t; NaN with fewer than two values."""
    from scipy.stats import t

    summary = over_seeds(values, level)
    n = int(summary["n"])
    if n < 2:
        return float("nan"), float("nan")
    half = float(t.ppf((1 + level) / 2, n - 1)) * summary["sd"] * (1 + 1 / n) ** 0.5
    return summary["mean"] - half, summary["mean"] + half


def lies(figure: float, low: float, high: float) -> str:
    """Return "inside" or "outside": where a figure lies with respect to an interval, its ends included."""
    return "inside" if low <= figure <= high else "outside"


def paired(first: Sequence[float], second: Sequence[float]) -> dict[str, float | bool]:
    """Return `over_seeds` of second - first, seed by seed, with p and resolved.

    p: of the paired t-test, two-sided; NaN with one seed or a NaN. resolved: whether the 95% interval excludes zero.
    Differences that are all the same have sd 0: then p is 1 if they are zero, and 0 if not.
    LookbookError for unequal lengths and without seeds.
    """
    from scipy.stats import t

    if len(first) != len(second):
        raise LookbookError(
            f"{len(first)} figures against {len(second)}: give one of each for every seed, in one order"
        )
    difference = over_seeds(np.asarray(second, dtype="float64") - np.asarray(first, dtype="float64"))
    n, mean, sd = int(difference["n"]), difference["mean"], difference["sd"]
    p = float(mean == 0) if sd == 0 else 2 * float(t.sf(abs(mean) / (sd / n**0.5), n - 1))
    return difference | {"p": p, "resolved": bool(difference["low"] > 0 or difference["high"] < 0)}


def equal_within(mean: float, sd: float, n: int, margin: float) -> bool:
    """Return whether n paired differences are clearly smaller than `margin`, either way: two one-sided t-tests at 5%.

    Source: Schuirmann 1987, doi:10.1007/BF01068419; it is so when the 90% interval lies within the margins.
    """
    from scipy.stats import t

    half = float(t.ppf(0.95, n - 1)) * sd / n**0.5
    return abs(mean) + half < margin


def at_ninety(mean: float, high: float, n: int) -> tuple[float, float]:
    """Return the 90% interval of the mean of n paired differences; high: the upper end of their 95% interval."""
    from scipy.stats import t

    half = (high - mean) * float(t.ppf(0.95, n - 1) / t.ppf(0.975, n - 1))
    return mean - half, mean + half


def mcnemar(first_right: np.ndarray, second_right: np.ndarray) -> dict[str, int | float]:
    """Return only_first, only_second (pictures that only one net gets right) and p: McNemar's exact test, two-sided.

    Arguments: bool (N,), whether each net is right on the same N pictures, in the same order. Pictures on which both
    are right or both wrong do not count; without any other p is 1. The test compares two trained nets, not two recipes.
    LookbookError for arrays that are not bool, or not of one length.
    Source: McNemar 1947, doi:10.1007/BF02295996; for one training each Dietterich 1998, doi:10.1162/089976698300017197.
    """
    from scipy.stats import binomtest

    first, second = np.asarray(first_right), np.asarray(second_right)
    if first.dtype != bool or second.dtype != bool or first.ndim != 1 or first.shape != second.shape:
        raise LookbookError(
            f"McNemar's test got {first.dtype} {first.shape} and {second.dtype} {second.shape}: "
            "give two bool arrays (predicted == labels) over the same pictures"
        )
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    discordant = only_first + only_second
    p = float(binomtest(only_first, discordant, 0.5).pvalue) if discordant else 1.0
    return {"only_first": only_first, "only_second": only_second, "p": p}


def holm(p_values: Sequence[float]) -> np.ndarray:
    """Return Holm's adjusted p values, float64 (N,), in the order given, at most 1.

    Where those below .05 are called resolved, the chance of even one false call is at most 5%, however many tests
    there are. LookbookError for a p that is NaN, or not between 0 and 1.
    Source: Holm 1979, Scandinavian Journal of Statistics 6, 65, https://www.jstor.org/stable/4615733.
    """
    p = np.asarray(p_values, dtype="float64")
    if not ((p >= 0) & (p <= 1)).all():
        raise LookbookError(f"p values {p.tolist()}: each must lie between 0 and 1; leave out tests that have none")
    order = np.argsort(p, kind="stable")
    factors = len(p) - np.arange(len(p))
    adjusted = np.empty_like(p)
    # An adjusted p is never below that of a smaller p: what is not resolved ends the list.
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * factors), 1)
    return adjusted


def smallest_difference(sd: float, n: int, power: float = 0.8, level: float = 0.95, paired: bool = True) -> float:
    """Return the smallest true difference that n seeds resolve with probability `power`, in the unit of sd.

    paired: sd is that of the differences, seed by seed; else that of each of two arms with n seeds each. Resolved means
    that Student's t interval excludes zero, on the right side. Infinity with n < 2: one seed resolves nothing.
    LookbookError for an sd that is below zero or not finite, and for a power that is not between (1 - level) / 2 and 1.
    Source: the noncentral t distribution, as in Cohen 1988, Statistical Power Analysis, chapter 2.
    """
    from scipy.optimize import brentq
    from scipy.stats import nct, t

    if not (1 - level) / 2 < power < 1:
        raise LookbookError(f"power {power} at level {level}: it must lie between {(1 - level) / 2:.3g} and 1")
    if n < 2:
        return math.inf
    if not 0 <= sd < math.inf:
        raise LookbookError(f"standard deviation {sd}: it must be a finite number, zero or more")
    freedom = n - 1 if paired else 2 * n - 2
    critical = float(t.ppf((1 + level) / 2, freedom))

    def missing(noncentrality: float) -> float:
        return float(nct.sf(critical, freedom, noncentrality)) - power

    upper = critical
    while missing(upper) < 0:
        upper *= 2
    return float(brentq(missing, 0, upper)) * sd * ((1 if paired else 2) / n) ** 0.5
