"""How the claims of each report stand: which verdict on how many, and what it rests on."""

import pandas as pd

from lib.base.text import listed
from lib.claims.rules import KINDS, NOT_RUN, kind
from lib.claims.verdicts import load

HOLDS, AGAINST = KINDS[:2]
ITSELF = "contradicted without training"
RUNS = "contradicted by our runs"
OPEN_LENGTH = "the same, but epochs not stated"
OTHER = "not supported, or equal"
UNDECIDED = "undecided"
STANDINGS = (HOLDS, ITSELF, RUNS, OPEN_LENGTH, OTHER, UNDECIDED)
COLOURS = ("#0173b2", "#b02a1b", "#de8f05", "#f2cf94", "#8b969d", "#dfe3e6")  # of the standings, in a figure
WHY = ("not resolvable", "not judged", NOT_RUN)  # the verdicts that decide nothing


def of_each(judged: pd.DataFrame) -> pd.DataFrame:
    """Return a row a claim: report ("R1"), kind of verdict, standing (one of STANDINGS), more (we measure more).

    judged: as `lib.claims.by_reference.everything` returns it. Where a report fixes no number of epochs, claims.yaml has
    none for the claim, which is then judged at the length of our runs.
    """
    named = {claim["id"] for claim in load() if "epochs" in claim}
    kinds = judged["verdict"].map(kind)
    found = []
    for one, own in zip(judged.to_dict("records"), kinds, strict=True):
        against = ITSELF if not one["seeds"] else RUNS if one["id"] in named else OPEN_LENGTH
        found.append(against if own == AGAINST else HOLDS if own == HOLDS else UNDECIDED if own in WHY else OTHER)
    more = judged["verdict"].str.endswith("measure more")
    report = judged["report"].str.partition(",")[0]
    return pd.DataFrame({"report": report, "kind": kinds, "standing": found, "more": more})


def counts(stands: pd.DataFrame) -> pd.DataFrame:
    """Return a row a report, and one for all, with a column for each of STANDINGS; stands: rows of `of_each`."""
    table = pd.crosstab(stands["report"], stands["standing"]).reindex(columns=list(STANDINGS), fill_value=0)
    whole = pd.concat([table, table.sum().to_frame("all").T])
    return whole.rename_axis("report").reset_index().rename_axis(columns=None)


def found(stands: pd.DataFrame) -> str:
    """Return in a sentence how many claims (rows of `of_each`) hold, are contradicted, and are undecided."""
    holds, against = (int((stands["kind"] == each).sum()) for each in (HOLDS, AGAINST))
    itself, undecided = (int((stands["standing"] == each).sum()) for each in (ITSELF, UNDECIDED))
    return (
        f"Of {len(stands)} claims {holds or 'none'} {_verb(holds, 'holds', 'hold')}, {against or 'none'} "
        f"{_verb(against, 'is', 'are')} contradicted ({itself or 'none'} of these without any training), and "
        f"{undecided or 'none'} {_verb(undecided, 'is', 'are')} undecided."
    )


def told(stands: pd.DataFrame) -> str:
    """Return in words what the contradictions rest on, and what else the verdicts are; stands: rows of `of_each`."""
    where = stands["standing"]
    itself, own, free = (int((where == each).sum()) for each in (ITSELF, RUNS, OPEN_LENGTH))
    said = [f"{itself or 'None'} of the {itself + own + free} contradictions can be seen without training."]
    if own + free:
        said.append(f"The other {own + free} rest on our runs.")
    if free:
        by = stands[where == OPEN_LENGTH]["report"].value_counts()
        more = int((stands["more"] & (where == OPEN_LENGTH)).sum())
        said.append(
            f"For {free} of these (by report: {listed([f'{report} {number}' for report, number in by.items()])}) the "
            "report fixes no number of epochs, so we had to choose it; with the report's own settings the claim may "
            f"hold. {f'In {more} of them our networks are better than the figure in the report. ' if more else ''}"
            "To settle these, we would have to know how long each network was trained, and at which rate."
        )
    rest = stands[where.isin([OTHER, UNDECIDED])]
    if len(rest):
        each = [f"{number} {name}" for name, number in rest["kind"].value_counts().items()]
        said.append(f"The other {len(stands) - int((where == HOLDS).sum()) - itself - own - free}: {listed(each)}.")
    return " ".join(said)


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
