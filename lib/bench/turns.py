"""Ways of doing the same, timed in turns: whatever else runs on the computer slows all of them alike."""

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from lib.base.progress import progress


def medians(
    ways: Mapping[str, Callable[[], object]], turns: int = 5, seconds: float = 0, warm_up: int = 1
) -> dict[str, float]:
    """Return each way's median seconds a call, over `turns` rounds in which every way is called once, in order.

    seconds: rounds go on for as long at least. warm_up: rounds before, not counted: the first call of a way compiles.
    """
    taken: list[list[float]] = []
    begin = time.perf_counter()
    while len(taken) < warm_up + turns or time.perf_counter() - begin < seconds:
        taken.append([_seconds(way) for way in ways.values()])
        if len(taken) == warm_up:
            begin = time.perf_counter()
    return dict(zip(ways, np.median(taken[warm_up:], axis=0).tolist(), strict=True))


def table(title: str, cases: Sequence, row: Callable[..., dict]) -> pd.DataFrame:
    """Return a table with row(case) for each case, and show which one is measured."""
    found = []
    with progress(title) as show:
        for number, case in enumerate(cases):
            show(number, len(cases), f"measured, now {case}")
            found.append(row(case))
    return pd.DataFrame(found)


def _seconds(way: Callable[[], object]) -> float:
    begin = time.perf_counter()
    way()
    return time.perf_counter() - begin
