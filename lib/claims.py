"""What the reports claim (claims.yaml), beside what was measured."""

import math
from pathlib import Path

import pandas as pd
import yaml

from lib import files
from lib.errors import LookbookError
from lib.evaluation.statistics import over_seeds, prediction_interval


def load() -> list[dict]:
    """Return the claims in claims.yaml: system, report, claim, metric, and value where a figure was printed."""
    return yaml.safe_load(Path(__file__).with_name("claims.yaml").read_text(encoding="utf-8"))


def compare(runs: pd.DataFrame, comparable: bool) -> pd.DataFrame:
    """Return a row a claim about the systems in `runs` (lib.runs.tabulate): claim, measured mean, interval, verdict.

    The reports trained once, so a claim is held against the 95 % interval in which ONE more run of ours would land,
    widened by half a unit of the claim's last printed digit. `comparable` says whether data and length of training are
    the report's; where they are not, the verdict says so instead of judging.
    """
    rows = []
    for claim in load():
        values = runs.loc[runs["system"] == claim["system"], claim["metric"]]
        if values.empty:
            continue
        low, high = prediction_interval(values)
        rows.append(
            {
                "system": claim["system"],
                "claim": claim["claim"],
                "claimed": claim.get("value", math.nan),
                "measured": over_seeds(values)["mean"],
                "low": low,
                "high": high,
                "seeds": len(values),
                "verdict": _verdict(claim.get("value"), low, high, len(values), comparable),
                "report": claim["report"],
            }
        )
    return pd.DataFrame(rows)


def _verdict(value: float | None, low: float, high: float, seeds: int, comparable: bool) -> str:
    if value is None:
        return "no figure claimed"
    if not comparable:
        return "not judged: other data or a shorter training"
    if seeds < 2:
        return "not judged: one seed"
    rounding = 0.5 * 10 ** -len(f"{value}".partition(".")[2])
    if value < low - rounding:
        return "does not hold: we measure more"
    if value > high + rounding:
        return "does not hold: we measure less"
    return "holds"


def systems(out: Path) -> list[dict]:
    """Return the rows of the index page's table of systems, read from out/*/results.json, as ready strings."""
    rows = []
    for file in sorted(out.glob("[0-9][0-9]_*/results.json")):
        try:
            results = files.read_json(file)
        except LookbookError:
            continue  # the index shows that notebook as not run
        for row in results.get("tables", {}).get("claims", []):
            rows.append(_row(row, results))
    return rows


def _row(row: dict, results: dict) -> dict:
    measured = f"{row['measured']:.4f}"
    if row["low"] is not None:
        measured += f" (one more run: {row['low']:.4f} to {row['high']:.4f})"
    return {
        "system": row["system"],
        "description": row["report"],
        "claim": row["claim"],
        "measured": measured,
        "seeds": str(row["seeds"]),
        "holds": row["verdict"],
        "dataset": results["dataset"],
        "profile": results["profile"],
        "notebook": results["notebook"],
    }
