"""What the reports claim (claims.yaml), beside what was measured."""

import math
from functools import cache
from pathlib import Path

import pandas as pd
import yaml

from lib.base.errors import LookbookError
from lib.claims import rules
from lib.evaluation import comparison, statistics

COLUMNS = ["id", "report", "system", "claim", "claimed", "measured", "low", "high", "interval", "seeds", "verdict"]
COLUMNS += ["elsewhere"]  # what stands against a claim that needs no run (`lib.claims.within`)

ONE_MORE, NINETY = "one more run", " (90% interval)"  # kinds of interval


@cache
def load() -> list[dict]:
    """Return the claims in claims.yaml: id, report, says, system, measure, rule; some have than, epochs, unjudged
    (why no run can judge it), run_by (which command makes its runs; the kit carries none)."""
    return yaml.safe_load(Path(__file__).with_name("claims.yaml").read_text(encoding="utf-8"))


def comparable(
    dataset: str, limit: int | None, epochs: int, at_least: int = 20, wanted: str = "fashion-mnist",
    pictures: float = math.inf,
) -> bool:  # fmt: skip
    """Return whether pictures and length are a report's: enough pictures of the set `wanted`, and epochs enough.

    wanted: R2 to R4 used Fashion-MNIST. R5's own pictures are not public; fashion-product stands for them. limit: None
    or 0: every picture, which is always enough; else it has to be `pictures` at least.
    """
    return dataset == wanted and (not limit or limit >= pictures) and epochs >= at_least


def compare(runs: pd.DataFrame, comparable: bool) -> pd.DataFrame:
    """Return one row per claim about the systems in `runs`: what is claimed, what was measured, the verdict.

    runs: as `lib.runs.tabulate` returns it. measured, low and high: the mean over seeds and its 95% interval; of a
    printed figure the interval of one more run, because the reports trained once; of a claim about two systems the
    difference, seed by seed, and where they are equal for practice its 90% interval, which decides that. comparable:
    whether pictures and length are the report's; a claim's own `epochs` (fewest, most) are asked as well.
    """
    rows = []
    for claim in load():
        chosen = runs[runs["system"].isin([claim["system"], claim.get("than", claim["system"])])]
        missing = {claim["system"], claim.get("than", claim["system"])} - set(chosen["system"])
        if missing or claim["measure"] not in chosen:
            continue
        same = comparable and ("epochs" not in claim or bool(chosen["epochs"].between(*claim["epochs"]).all()))
        found = _measured(claim, chosen)
        low, high = found.get("one_low", found["low"]), found.get("one_high", found["high"])
        equal = "than" in claim and str(found["verdict"]).startswith("equal")
        if equal:
            low, high = statistics.at_ninety(found["difference"], high, found["n"])
        share = claim["measure"].endswith("_accuracy")
        if "than" not in claim and (share or claim["measure"].endswith("_loss")):  # neither is ever below 0
            low, high = max(low, 0.0), min(high, 1.0 if share else math.inf)
        rows.append(
            {
                "id": claim["id"],
                "report": claim["report"],
                "system": claim["system"],
                "claim": claim["says"],
                "claimed": rules.claimed(claim["rule"]),
                "measured": found["mean"],
                "low": low,
                "high": high,
                "interval": _interval(claim) + (NINETY if equal else ""),
                "seeds": found["n"],
                "verdict": f"not judged: {claim['unjudged']}"
                if "unjudged" in claim
                else rules.judge(found, claim["rule"], same),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def counted(judged: pd.DataFrame) -> str:
    """Return how many claims met which verdict: "2 hold, 1 is contradicted, 2 are not resolvable"; "" for none."""
    kinds = judged["verdict"].map(rules.kind)
    found = {each: int((kinds == each).sum()) for each in (*rules.KINDS, rules.NOT_RUN)}
    return ", ".join(_counted(each, number) for each, number in found.items() if number)


def _counted(kind: str, number: int) -> str:
    if kind == "holds":
        return f"{number} {'holds' if number == 1 else 'hold'}"
    return f"{number} {'is' if number == 1 else 'are'} {kind}"


def _interval(claim: dict) -> str:
    """Return what `low` and `high` are the 95% interval of."""
    if "than" in claim:
        return f"difference from {claim['than']}"
    return ONE_MORE if "figure" in claim["rule"] else "mean"


def _measured(claim: dict, runs: pd.DataFrame) -> dict:
    """Return what `lib.claims.rules.judge` needs to know of a claim's runs."""
    means = comparison.summarise(runs, claim["measure"])
    if "than" in claim:
        row = comparison.against(runs, claim["measure"], claim["than"]).iloc[0].to_dict()
        return row | {"mean": row["difference"], "diverged": int(means["diverged"].sum())}
    row = means.iloc[0].to_dict()
    if "figure" not in claim["rule"]:
        return row
    values = runs[claim["measure"]]
    low, high = statistics.prediction_interval(values) if values.notna().all() else (math.nan, math.nan)
    return row | {"one_low": low, "one_high": high}


def printed(system: str, measure: str) -> float:
    """Return the figure that a report prints for a system; LookbookError where claims.yaml has none (or a range)."""
    for claim in load():
        figure = claim["rule"].get("figure", "-")
        if (claim["system"], claim["measure"]) == (system, measure) and "-" not in figure:
            return float(figure)
    raise LookbookError(f"claims.yaml has no printed figure for the {measure} of {system}")


def printed_confusion() -> pd.DataFrame:
    """Return the confusion matrix that report R4 prints for R4.rmsprop_aug (its figure 3): true classes in rows."""
    table = pd.read_csv(Path(__file__).with_name("r4_confusion.csv"), index_col="true")
    return table.rename_axis(columns="predicted")
