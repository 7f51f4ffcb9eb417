"""Claims of R2 as notebooks 03 and 04 show them: each figure with its unit, and no more digits than it needs."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.claims.rules import KINDS
from lib.claims.verdicts import ONE_MORE, load
from lib.evaluation import comparison
from lib.evaluation.comparison import SHARES
from lib.evaluation.words import in_points

# measure -> what stands before its figure, its format, and the format of a difference of two systems
LOSS = (".2f", "+.3f")
FORMS = {
    "gap": ("gap", *LOSS), "rise": ("rise", *LOSS), "val_loss": ("validation loss", *LOSS), "test_loss": ("", *LOSS),
    "turn": ("epoch", ".1f", "+.1f"), "falls": ("falls", ".1%", "points"),
    "test_accuracy": ("", ".1%", "points"), "val_accuracy": ("validation accuracy", ".1%", "points"),
}  # fmt: skip
OURS = "claimed, or our rule"  # a report says "close": how close, the kit has to say


INTERVALS = f"Brackets: 95% interval of the mean; {ONE_MORE}: the range in which 19 of 20 further trainings would end"


def with_units(judged: pd.DataFrame, at_least: Sequence[str] = ()) -> pd.DataFrame:
    """Return claims as a table: what is claimed and where, what our runs measure, the verdict; those that hold first.

    judged: as `lib.claims.by_reference.judged` returns it. at_least: ids of claims whose measure is a lower bound.
    """
    measures = {claim["id"]: claim["measure"] for claim in load() if "measure" in claim}
    rows = [
        {
            "claim": f"{row['claim']} ({row['report'].partition(', ')[2]})",
            OURS: row["claimed"],
            "our runs": _measured(row, measures[row["id"]], " or more" if row["id"] in at_least else ""),
            "verdict": row["verdict"],
        }
        for row in judged.to_dict("records")
    ]
    rows.sort(key=lambda row: next(place for place, kind in enumerate(KINDS) if row["verdict"].startswith(kind)))
    return pd.DataFrame(rows, columns=["claim", OURS, "our runs", "verdict"])


def opposites(judged: pd.DataFrame, first: str, second: str, claim: str) -> pd.DataFrame:
    """Return claims with one row in place of two that one difference is to decide, in opposite directions.

    first, second: their ids. claim: what the one row says. Claims as they are where one of the two is not judged.
    """
    pair = judged[judged["id"].isin([first, second])]
    if len(pair) < 2:
        return judged
    one, other = (judged[judged["id"] == name].iloc[0] for name in (first, second))
    same = one["verdict"] == other["verdict"]
    both = f"{one['verdict']} (both claims)" if same else f"{one['verdict']}; the other {other['verdict']}"
    places = " and ".join(row["report"].partition("section ")[2] for row in (one, other))
    row = one.to_dict() | {"claim": claim, "report": f"R2, sections {places}", "verdict": both}
    row["claimed"] = f"{one['claimed']}; {other['claimed']}"
    return pd.concat([pd.DataFrame([row]), judged[~judged["id"].isin([first, second])]], ignore_index=True)


def by_printed_loss(runs: pd.DataFrame, claim: str) -> str:
    """Return what a claim about the gap is worth by the training loss that Keras prints; its rule takes another one.

    runs: of one system, as `lib.runs.tabulate` has them. claim: its id; the rule gives the ends that hold. "" without
    a finite loss.
    """
    found = next(each for each in load() if each["id"] == claim)
    least, most = found["rule"]["between"]
    own = runs.assign(printed_gap=runs["val_loss"] - runs["running_loss"])
    row = comparison.summarise(own, "printed_gap").iloc[0]
    if not row["n"]:
        return ""
    ends = (row["low"], row["high"]) if np.isfinite(row["low"]) else (row["mean"], row["mean"])
    holds = "holds" if least <= ends[0] and ends[1] <= most else "does not hold either"
    interval = f" ({ends[0]:.2f} to {ends[1]:.2f})" if np.isfinite(row["low"]) else ""
    return (
        f"*{found['says'].capitalize()}*: by the training loss that Keras prints, which R2 probably drew, the gap is "
        f"{row['mean']:.2f}{interval}, and this {holds}. Our rule was fixed before we looked; it takes the loss "
        "measured again."
    )


def by_one_run(judged: pd.DataFrame) -> str:
    """Return for each stated figure that is not resolvable how narrow a range would have to be, and can be; or "".

    judged: as `lib.claims.by_reference.judged` returns it. Of many seeds a range of one more run has the width that the
    scatter of single trainings gives it.
    """
    from scipy.stats import norm, t

    rules = {claim["id"]: claim for claim in load()}
    told = []
    for row in judged.to_dict("records"):
        if row["interval"] != ONE_MORE or not row["verdict"].startswith("not resolvable"):
            continue
        seeds, half, limit = row["seeds"], (row["high"] - row["low"]) / 2, rules[row["id"]]["rule"]["within"]
        least = half / t.ppf(0.975, seeds - 1) / np.sqrt(1 + 1 / seeds) * norm.ppf(0.975)
        share = rules[row["id"]]["measure"].endswith(SHARES)
        wide, most, end = (f"{100 * each:.1f} points" if share else f"{each:.2f}" for each in (half, limit, least))
        so = "might" if least <= limit else "would probably not"
        told.append(
            f"*{row['claim'].capitalize()}*: the figure of R2 lies where one more run may end, but that says little: "
            f"the range reaches {wide} either way, and for *holds* we ask for {most} at most. More seeds {so} settle "
            f"it, but about {end} would always remain: so much single trainings scatter."
        )
    return " ".join(told)


def _measured(row: dict, measure: str, least: str) -> str:
    """Return "gap 0.08 (0.07 to 0.09)", "+0.8 points (+0.3 to +1.2)" or "0.23; one more run: 0.20 to 0.26".

    least: what stands behind a lower bound.
    """
    if pd.isna(row["measured"]):
        return ""
    differs = row["interval"].startswith("difference")
    what, alone, apart = FORMS.get(measure, ("", *LOSS))
    unit = " points" if differs and (measure.endswith(SHARES) or apart == "points") else ""
    unit = " epochs" if differs and measure == "turn" else unit

    def told(figure: float) -> str:
        return in_points(figure) if unit == " points" else format(figure, apart if differs else alone)

    figure = f"{'' if unit == ' epochs' else what} {told(row['measured'])}{unit}{least}".strip()
    if pd.isna(row["low"]):
        return figure
    ends = f"{told(row['low'])} to {told(row['high'])}".replace(" ", "\N{NO-BREAK SPACE}")
    return f"{figure}; {ONE_MORE}: {ends}" if row["interval"] == ONE_MORE else f"{figure} ({ends})"
