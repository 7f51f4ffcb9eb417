"""Which place a system has among others, as an interval; and which systems no other one beats at less cost."""

import numpy as np
import pandas as pd

from lib.evaluation import comparison, statistics

ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def ranks(runs: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return a row for each system, in order of appearance: system, first and last (its places, from 1), of.

    runs: as `lib.runs.tabulate` returns them, of systems on the same pictures. Every pair of systems is compared over
    the seeds that both have (`lib.evaluation.comparison.against`), with Holm's correction over all pairs. first: one
    more than the systems that are clearly better; last: so many that those clearly worse come behind. With a chance of
    at least 95% all of these intervals hold at once. Ranks of means alone would change from seed to seed.
    Source: Mogstad, Romano, Shaikh & Wilhelm 2024, Inference for Ranks, doi:10.1093/restud/rdad006, section 3.
    """
    systems = [str(system) for system in runs["system"].unique()]
    pairs = []
    for number, system in enumerate(systems[:-1]):
        rest = runs[runs["system"].isin(systems[number:])]
        pairs.append(comparison.against(rest, measure, system).assign(than=system))
    sure = _resolved(pd.concat(pairs)) if pairs else pd.DataFrame(columns=["better", "worse"])
    if measure.endswith("loss"):
        sure = sure.rename(columns={"better": "worse", "worse": "better"})
    rows = [
        {
            "system": system,
            "first": 1 + int((sure["worse"] == system).sum()),
            "last": len(systems) - int((sure["better"] == system).sum()),
            "of": len(systems),
        }
        for system in systems
    ]
    return pd.DataFrame(rows)


def told(first: int, last: int, of: int) -> str:
    """Return a place in words: "1st to 2nd of 6", or "3rd of 6"."""
    ends = _ordinal(first) if first == last else f"{_ordinal(first)} to {_ordinal(last)}"
    return f"{ends} of {of}"


def front(costs: np.ndarray, figures: np.ndarray) -> np.ndarray:
    """Return which systems no other one beats: none costs at most as much and is better, or less and is as good.

    costs: float (N,), lower is better. figures: float (N,), higher is better. bool (N,); one without a cost (NaN) is
    not on the front. Source: Pareto's optimum.
    """
    beaten = [
        bool((((costs <= cost) & (figures > figure)) | ((costs < cost) & (figures >= figure))).any())
        for cost, figure in zip(costs, figures, strict=True)
    ]
    return ~np.array(beaten, dtype=bool) & ~np.isnan(costs) & ~np.isnan(figures)


def _resolved(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return which system is clearly better than which, columns better and worse, corrected over all pairs."""
    tested = pairs[pairs["p"].notna()]
    sure = tested[statistics.holm(tested["p"].tolist()) < comparison.RESOLVED]
    higher = sure["difference"] > 0
    return pd.DataFrame(
        {
            "better": np.where(higher, sure["system"], sure["than"]),
            "worse": np.where(higher, sure["than"], sure["system"]),
        }
    )


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"
