"""How the claims of each report stand: which verdict on how many, and what it rests on."""

import math

import pandas as pd

from lib.base.text import listed
from lib.claims import reports
from lib.claims.rules import KINDS, NOT_RUN, kind, limits
from lib.claims.verdicts import ONE_MORE, load

HOLDS, AGAINST = KINDS[:2]
ITSELF = "contradicted without training"
RUNS = "contradicted by our trainings"
OPEN_LENGTH = "contradicted, epochs ours"
OPEN = "open"
STANDINGS = (HOLDS, ITSELF, RUNS, OPEN_LENGTH, OPEN)
COLOURS = ("#0173b2", "#b02a1b", "#de8f05", "#f2cf94", "#dfe3e6")  # of the standings, in a figure
WIDE = "not resolvable"  # the verdict if our interval is too wide
MORE, NEVER = "too few seeds", "too much scatter"  # whether more seeds may settle it
UNCHECKED = ("not judged", NOT_RUN)
UNPROVED = KINDS[2:4]  # does not follow from what a report shows, or equal for practice
OTHERWISE = "otherwise"  # the other open ones, in the table of verdicts
SHOWN = {  # a row of the table of verdicts -> what it means, and the claim that stands for the others
    HOLDS: ("our trainings or a count agree", "R4.rmsprop.over.sgd.val_accuracy"),
    ITSELF: ("by the report or the data set", "R3.pictures"),
    RUNS: ("", "R2.dropout.together"),
    OPEN_LENGTH: ("we chose them", "R3.final.better"),
    MORE: ("more of them may settle it", "R4.adam.over.rmsprop.test_accuracy"),
    NEVER: ("single trainings differ too much", "R3.final.stopped"),
    OTHERWISE: ("told too little, does not follow, not run, or too small to matter", "R2.chosen"),
}


def of_each(judged: pd.DataFrame) -> pd.DataFrame:
    """Return a row a claim: id, report ("R1"), claim, kind of verdict, standing (one of STANDINGS), more, why.

    judged: as `lib.claims.by_reference.everything` returns it. more: whether we measure more than the report says.
    why: of what is not resolvable, MORE or NEVER.
    Where a report fixes no number of epochs, claims.yaml has none for the claim, which is then judged at the length of
    our runs.
    """
    named = {claim["id"] for claim in load() if "epochs" in claim}
    kinds = judged["verdict"].map(kind)
    found = []
    for one, own in zip(judged.to_dict("records"), kinds, strict=True):
        against = ITSELF if not one["seeds"] else RUNS if one["id"] in named else OPEN_LENGTH
        found.append(against if own == AGAINST else HOLDS if own == HOLDS else OPEN)
    more = judged["verdict"].str.endswith("measure more")
    report = judged["report"].str.partition(",")[0]
    why = [_why(one) if own == WIDE else "" for one, own in zip(judged.to_dict("records"), kinds, strict=True)]
    return judged[["id", "claim"]].assign(report=report, kind=kinds, standing=found, more=more, why=why)


def _why(row: dict) -> str:
    """Return whether more seeds may settle a claim (MORE), or none would (NEVER).

    The interval of a mean shrinks to nothing with more seeds. The range of one more run does not: it shrinks to 1.96
    standard deviations on either side. NEVER: at the mean and the scatter measured so far even that would not do.
    """
    from scipy.stats import norm, t

    rule: dict = next((claim["rule"] for claim in load() if claim["id"] == row["id"]), {})
    if row["interval"] != ONE_MORE or "figure" not in rule:
        return MORE
    half, n = max(row["high"] - row["measured"], row["measured"] - row["low"]), row["seeds"]  # one end may be cut off
    least = half * float(norm.ppf(0.975)) / (float(t.ppf(0.975, n - 1)) * math.sqrt(1 + 1 / n))
    lowest, highest = limits(rule["figure"])
    apart = row["measured"] - least > highest or row["measured"] + least < lowest
    return MORE if apart or least <= rule["within"] else NEVER


def read(judged: pd.DataFrame) -> pd.DataFrame:
    """Return `lib.claims.reports.read`, where a contradiction says if it rests on epochs that we chose."""
    ours = (of_each(judged)["standing"] == OPEN_LENGTH).to_numpy()
    return reports.read(judged.assign(verdict=judged["verdict"].mask(ours, judged["verdict"] + ", epochs ours")))


def counts(stands: pd.DataFrame) -> pd.DataFrame:
    """Return a row a report with a column for each of STANDINGS; stands: rows of `of_each`."""
    table = pd.crosstab(stands["report"], stands["standing"]).reindex(columns=list(STANDINGS), fill_value=0)
    return table.rename_axis("report").reset_index().rename_axis(columns=None)


def verdicts(stands: pd.DataFrame) -> pd.DataFrame:
    """Return a row a verdict that occurs, and a last one for all: verdict (and its meaning), for example, claims.

    stands: rows of `of_each`. Of the open claims those that are not resolvable have rows of their own.
    """
    kinds = stands["why"].where(stands["kind"] == WIDE, OTHERWISE)
    rows = stands["standing"].where(stands["standing"] != OPEN, kinds)
    table = []
    for name, (meaning, example) in SHOWN.items():
        own = stands[rows == name]
        if len(own):
            said = f"{'' if name in STANDINGS else 'open, '}{name}{': ' if meaning else ''}{meaning}"
            table.append({"verdict": said, "for example": _example(own, example), "claims": len(own)})
    holds, against, rest = _three(stands)
    sums = f"{holds} hold{_verb(holds, 's', '')}, {against} {_verb(against, 'is', 'are')} contradicted, {rest} "
    sums += _verb(rest, "is open", "are open")
    return pd.DataFrame([*table, {"verdict": "all", "for example": sums, "claims": len(stands)}])


def _example(own: pd.DataFrame, wanted: str) -> str:
    row = (own[own["id"] == wanted] if wanted in set(own["id"]) else own).iloc[0]
    return f"{row['report']}: {row['claim']}"


def found(stands: pd.DataFrame) -> str:
    """Return in sentences how many claims (rows of `of_each`) hold, are contradicted, and stay open."""
    holds, against, rest = _three(stands)
    itself = int((stands["standing"] == ITSELF).sum())
    who = "None of these needs" if itself == against else f"{itself} of the {against} need no"
    enough = f" {who} training: the report itself or the data set is enough." if itself > 1 else ""
    return (
        f"Of {len(stands)} claims {holds or 'none'} hold{_verb(holds, 's', '')}, {against or 'none'} "
        f"{_verb(against, 'is', 'are')} contradicted and {rest or 'none'} stay{_verb(rest, 's', '')} open."
        f"{enough}{_open(stands, rest)}"
    )


def _open(stands: pd.DataFrame, rest: int) -> str:
    """Return in a sentence, after a blank, why claims are open, and of which more seeds may change that; "" of none."""
    reasons = stands["why"] if "why" in stands else stands["kind"].map({WIDE: MORE})
    more, never = (int((reasons == each).sum()) for each in (MORE, NEVER))
    unchecked = int(stands["kind"].isin(UNCHECKED).sum())
    told = [f"more seeds may settle {more}"] if more else []
    told += [f"no number of seeds would settle {never} (single trainings scatter too much)"] if never else []
    told += [f"{unchecked} could not be checked"] if unchecked else []
    small = int(stands["kind"].isin(UNPROVED).sum())
    told += [f"{small} {_verb(small, 'is', 'are')} unproved or too small to matter"] if small else []
    return f" Of the {rest} open {_verb(rest, 'one', 'ones')} {listed(told)}." if told else ""


def more_of(stands: pd.DataFrame) -> str:
    """Return whether more claims (rows of `of_each`) hold or are contradicted, as the beginning of a sentence."""
    holds, against, _ = _three(stands)
    if holds == against:
        return "As many claims hold as are contradicted"
    return "More claims are contradicted than hold" if against > holds else "More claims hold than are contradicted"


def unsettled(stands: pd.DataFrame) -> str:
    """Return in a sentence how many contradictions rest on a length of training that we chose; "" for none."""
    free, against = int((stands["standing"] == OPEN_LENGTH).sum()), _three(stands)[1]
    if not free:
        return ""
    by = stands[stands["standing"] == OPEN_LENGTH]["report"].value_counts()
    where = listed([f"{number} of {report}" for report, number in by.items()])
    return f"In {free} of the {against} contradictions ({where}) the report does not fix how long it trained: we chose."


def told(stands: pd.DataFrame) -> str:
    """Return in words what a contradiction is worth if the epochs are ours; "" if each report says how long."""
    free = stands["standing"] == OPEN_LENGTH
    if not free.any():
        return ""
    more = int((stands["more"] & free).sum())
    better = f" In {more} of these {free.sum()} our network is better than the report's." if more else ""
    return (
        f"The weakest contradictions are those with *epochs ours*.{better} With the report's own settings such a "
        "claim may hold."
    )


def _three(stands: pd.DataFrame) -> tuple[int, int, int]:
    """Return how many claims hold, are contradicted, and are open."""
    holds, against = (int((stands["kind"] == each).sum()) for each in (HOLDS, AGAINST))
    return holds, against, len(stands) - holds - against


def retold(judged: pd.DataFrame, *names: str) -> str:
    """Return claims that another place of the same report contradicts, in words; names: their ids."""
    rows = judged.set_index("id").loc[list(names)].reset_index()
    return " ".join(
        f"{row['report'].partition(',')[0]} says: {row['claim']}. But {row['elsewhere']}."
        for row in rows.to_dict("records")
        if isinstance(row["elsewhere"], str)
    )


def _verb(number: int, one: str, more: str) -> str:
    return one if number == 1 else more
