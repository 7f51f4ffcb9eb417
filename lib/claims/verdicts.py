"""What the reports claim (claims.yaml), beside what was measured."""

import math
from pathlib import Path

import pandas as pd
import yaml

from lib.evaluation.statistics import over_seeds, prediction_interval


def load() -> list[dict]:
    """Return the claims in claims.yaml: system, report, claim, metric; value and epochs where a figure was printed."""
    return yaml.safe_load(Path(__file__).with_name("claims.yaml").read_text(encoding="utf-8"))


def compare(runs: pd.DataFrame, whole_set: bool) -> pd.DataFrame:
    """Return one row per claim about the systems in `runs` (lib.runs.tabulate): claim, mean, interval, verdict.

    The reports trained once, so a claim is held against the 95 % interval in which ONE more run of ours would land,
    widened by half a unit of the claim's last printed digit; a claimed range (".92-.93") holds where they meet.
    whole_set: whether the runs used all of the report's data; where they did not, or trained for another number of
    epochs than the report states, the verdict says so instead of judging.
    """
    rows = []
    for claim in load():
        chosen = runs[runs["system"] == claim["system"]]
        if chosen.empty or claim["metric"] not in chosen:
            continue
        values = chosen[claim["metric"]]
        low, high = prediction_interval(values)
        same = whole_set and ("epochs" not in claim or bool(chosen["epochs"].between(*claim["epochs"]).all()))
        rows.append(
            {
                "system": claim["system"],
                "claim": claim["claim"],
                "claimed": claim.get("value", ""),
                "measured": over_seeds(values)["mean"],
                "low": low,
                "high": high,
                "seeds": len(values),
                "verdict": _verdict(claim.get("value"), low, high, len(values), same),
                "report": claim["report"],
            }
        )
    columns = ["system", "claim", "claimed", "measured", "low", "high", "seeds", "verdict", "report"]
    return pd.DataFrame(rows, columns=columns)


def _verdict(value: str | None, low: float, high: float, seeds: int, same: bool) -> str:
    if value is None:
        return "no figure claimed"
    if not same:
        return "not judged: other data or another number of epochs"
    if seeds < 2:
        return "not judged: one seed"
    if math.isnan(low):
        return "does not hold: a training diverged"
    lowest, highest = value.split("-")[0], value.split("-")[-1]
    rounding = 0.5 * 10 ** -len(lowest.partition(".")[2])
    if float(highest) < low - rounding:
        return "does not hold: we measure more"
    if float(lowest) > high + rounding:
        return "does not hold: we measure less"
    return "holds"


def here(verdict: str, comparable: bool) -> str:
    """Return the verdict on a claim in words, marked as one on our own pictures where they are not the report's.

    comparable: whether pictures, network and epochs are the report's.
    """
    judged = verdict.startswith(("holds", "does not hold"))
    return f"here: {verdict}" if judged and not comparable else verdict


def printed_confusion() -> pd.DataFrame:
    """Return the confusion matrix that report R4 prints for R4.rmsprop_aug (its figure 3): true classes in rows."""
    table = pd.read_csv(Path(__file__).with_name("r4_confusion.csv"), index_col="true")
    return table.rename_axis(columns="predicted")
