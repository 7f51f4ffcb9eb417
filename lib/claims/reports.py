"""Every claim of the reports in one table, and a page for each report: what it covers, what holds, what was hard."""

from functools import cache
from pathlib import Path

import pandas as pd
import yaml

from lib.base.errors import LookbookError
from lib.claims.rules import KINDS, NOT_RUN, kind
from lib.claims.verdicts import NINETY, ONE_MORE, counted, load
from lib.evaluation.comparison import EQUAL, SHARES
from lib.evaluation.words import MEASURES, worded


@cache
def authored() -> dict[str, dict]:
    """Return reports.yaml: for each report its title, and lists of sentences: scope, easy, hard."""
    return yaml.safe_load(Path(__file__).with_name("reports.yaml").read_text(encoding="utf-8"))


def every(judged: pd.DataFrame) -> pd.DataFrame:
    """Return the claims as a page shows them; those that were not run come last.

    judged: as `lib.claims.by_reference.everything` returns it. Columns: report, place (in it), system, claim, claimed,
    measured (with its interval, in words; a difference of two shares in points), seeds, verdict (its kind) and detail.
    """
    rows, measures = [], _measures()
    for row in judged.to_dict("records"):
        report, _, place = row["report"].partition(", ")
        system = "" if row["system"] == report else row["system"]  # a statement about the report, not about a system
        about = {"report": report, "place": place, "system": system, "claim": row["claim"]}
        about |= {"claimed": row["claimed"], "measured": _measured(row, measures.get(row["id"], ""))}
        about |= {"seeds": str(row["seeds"] or "")}
        about |= {"verdict": kind(row["verdict"])}
        margin = f"(within {EQUAL * 100:g} points)" if row["interval"].endswith(NINETY) else ""
        rows.append(about | {"detail": margin or row["verdict"].removeprefix(kind(row["verdict"])).lstrip(": ")})
    rows.sort(key=lambda row: [*KINDS, NOT_RUN].index(row["verdict"]))
    return pd.DataFrame(rows)


def proposed(judged: pd.DataFrame) -> str:
    """Return in a sentence what became of report R4's proposal to combine its models; "" where it was not run."""
    row = judged.set_index("id").loc["R4.ensemble"]
    if pd.isna(row["measured"]):
        return ""
    ends = "" if pd.isna(row["low"]) else f" ({row['low'] * 100:+.1f} to {row['high'] * 100:+.1f})"  # one seed has none
    gain = f"{row['measured'] * 100:+.1f} points{ends} beside the best of them"
    return f"What R4 proposes, to combine its own systems, brings {gain}: {row['verdict']}."


def page(report: str, claims: pd.DataFrame) -> dict[str, list[str]]:
    """Return what to say of a report, sentences by heading: scope, what holds, what was easy, what was hard.

    claims: as `every` returns it. The form is that of the ML Reproducibility Challenge (Pineau et al. 2021, JMLR 22,
    p. 7459). LookbookError for a report that reports.yaml does not have.
    """
    if report not in authored():
        raise LookbookError(f"reports.yaml has no report {report}; it has {', '.join(authored())}")
    said, own = authored()[report], claims[claims["report"] == report]
    holds = [f"Of {len(own)} claims: {counted(own)}."]
    holds += [f"{_named(row)}." for row in own[own["verdict"] == KINDS[0]].to_dict("records")]
    return {
        "Scope": said["scope"], "What holds": holds, "What was easy": said["easy"], "What was hard": said["hard"]
    }  # fmt: skip


def shown(claims: pd.DataFrame) -> pd.DataFrame:
    """Return `every` as it is read: system, claim and where it stands in one column, the verdict in another."""
    names = [_named(row) for row in claims.to_dict("records")]
    places = [f" ({place})" if place else "" for place in claims["place"]]
    verdicts = [_with_detail(row) for row in claims.to_dict("records")]
    told = claims.assign(claim=[f"{name}{place}" for name, place in zip(names, places, strict=True)], verdict=verdicts)
    return told.drop(columns=["system", "place", "detail"])


def read(judged: pd.DataFrame) -> pd.DataFrame:
    """Return claims with their verdicts as a notebook shows them: claim, claimed, measured, verdict; all in words."""
    return shown(every(judged))[["claim", "claimed", "measured", "verdict"]]


def _named(row: dict) -> str:
    """Return what is claimed, of which system; report R1's own way with its pictures is named so."""
    system = row["system"].partition(" protocol=")
    way = ", R1's own way" if system[1] else ""
    return f"{system[0]}{way}: {row['claim']}" if row["system"] else row["claim"]


def claimed(system: str) -> str:
    """Return the accuracy that a report prints for a system: "test .92-.93", else of validation; "" without one."""
    for part, measure in (("test", "test_accuracy"), ("validation", "val_accuracy")):
        for claim in load():
            if (claim.get("system"), claim.get("measure")) == (system, measure) and "figure" in claim["rule"]:
                return f"{part} {claim['rule']['figure']}"
    return ""


def _measures() -> dict[str, str]:
    return {claim["id"]: claim.get("measure", "") for claim in load()}


def _measured(found: dict, measure: str) -> str:
    """Return what was measured: "mean 0.92; one more run: 0.91 to 0.93", "+1.3 points of test accuracy (+0.9 to +1.7)".

    measure: the claim's. A difference of two shares is told in percentage points, as a report's text tells it.
    """
    if isinstance(found["elsewhere"], str):
        return found["elsewhere"]
    if pd.isna(found["measured"]):
        return ""
    differs = found["interval"].startswith("difference")
    points = differs and measure.endswith(SHARES)
    form = (lambda figure: f"{round(figure * 100, 1) + 0:+.1f}") if points else short
    measured = form(found["measured"])
    if points:
        measured += f" points of {MEASURES.get(measure, worded(measure))}"
    if pd.isna(found["low"]):
        return measured
    ends = f"{form(found['low'])} to {form(found['high'])}".replace(" ", "\N{NO-BREAK SPACE}")
    if found["interval"] == ONE_MORE:
        return f"mean {measured}; {ONE_MORE}: {ends}"
    what = "" if points else "difference " if differs else "mean "
    return f"{what}{measured} ({'90% interval: ' if found['interval'].endswith(NINETY) else ''}{ends})"


def short(figure: float) -> str:
    """Return a figure with four decimals, from 2 on two, from 10 on one; with none where it is whole or large."""
    if figure == round(figure) or abs(figure) >= 1000:
        return f"{figure:,.0f}"
    return f"{figure:.{4 if abs(figure) < 2 else 2 if abs(figure) < 10 else 1}f}"


def _with_detail(row: dict) -> str:
    joined = ": " if row["verdict"] in ("contradicted", "not supported", "not judged", NOT_RUN) else " "
    return f"{row['verdict']}{joined}{row['detail']}" if row["detail"] else str(row["verdict"])
