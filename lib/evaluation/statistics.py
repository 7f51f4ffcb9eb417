"""Intervals: how far a figure could be off."""

from collections.abc import Sequence

import numpy as np


def wilson(successes: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Return the Wilson interval of a proportion; (0, 1) when nothing was tried.

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953; it keeps its level where the proportion is near 0 or 1.
    """
    from scipy.stats import binomtest

    if trials == 0:
        return 0.0, 1.0
    interval = binomtest(successes, trials).proportion_ci(level, method="wilson")
    return float(interval.low), float(interval.high)


def over_seeds(values: Sequence[float], level: float = 0.95) -> dict[str, float]:
    """Return n, mean, sd, low and high: Student's t interval for the mean of runs that differ in their seed.

    With one value sd, low and high are NaN: one run says nothing about the next.
    """
    from scipy.stats import t

    array = np.asarray(values, dtype="float64")
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


def paired(first: Sequence[float], second: Sequence[float]) -> dict[str, float | bool]:
    """Return `over_seeds` of second - first, seed by seed, and `resolved`: whether the interval excludes zero."""
    difference = over_seeds(np.asarray(second, dtype="float64") - np.asarray(first, dtype="float64"))
    return difference | {"resolved": bool(difference["low"] > 0 or difference["high"] < 0)}
