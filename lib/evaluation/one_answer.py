"""Networks, which have seeds, beside a method that gives one answer; and verdicts in a sentence."""

from collections.abc import Iterable

import pandas as pd

from lib.evaluation import comparison

HIGHER, LOWER = "resolved: higher", "resolved: lower"
UNSURE = "cannot be told from"
VERBS = {HIGHER: "is better than", LOWER: "is worse than"}


def against(runs: pd.DataFrame, measure: str, value: float) -> pd.DataFrame:
    """Return the rows of `lib.evaluation.comparison.against`: each system minus one figure that has no seeds.

    Of each seed the same figure is taken off, so the t-test is that of one sample.
    """
    fixed = runs[["seed"]].drop_duplicates().assign(system="one answer", **{measure: value})
    return comparison.against(pd.concat([fixed, runs]), measure, "one answer")


def who_beats(differences: pd.DataFrame, named: dict[str, str], rival: str) -> str:
    """Return which of two networks beats a rival: "Neither network surely beats ..."; differences: from that rival."""
    higher = set(differences.loc[differences["verdict"] == HIGHER, "system"])
    winners = [told for system, told in named.items() if system in higher]
    if len(winners) == len(named):
        return f"Both networks beat {rival}"
    return f"Only {winners[0]} surely beats {rival}" if winners else f"Neither network surely beats {rival}"


def versus(verdict: str, first: str, second: str) -> str:
    """Return a verdict as a sentence without its end: "a head is better than a network from scratch"."""
    return f"{first} {VERBS.get(verdict, UNSURE)} {second}"


def here_and_there(here: str, there: Iterable[str], first: str, second: str) -> str:
    """Return in a sentence whether verdicts here and at full length agree; of several there, which must be one."""
    found = set(there)
    full = found.pop() if len(found) == 1 else ""
    says = VERBS.get(here, UNSURE)
    if says == VERBS.get(full, UNSURE):
        return f"Here and at full length alike, {first} {says} {second}."
    there_it = {HIGHER: "it is better", LOWER: "it is worse"}.get(full, "the two cannot be told apart")
    return f"Here {first} {says} {second}; at full length, on all real pictures, {there_it}."
