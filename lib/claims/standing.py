"""How the claims of each report stand: which verdict on how many, and what it rests on."""

import pandas as pd

from lib.base.text import listed
from lib.claims.rules import KINDS, MEANING, NOT_RUN, kind
from lib.claims.verdicts import load

HOLDS, AGAINST = KINDS[:2]
ITSELF = "contradicted without training"
RUNS = "contradicted by our runs"
OPEN_LENGTH = "contradicted, epochs ours"
OTHER = "not supported, or equal"
UNDECIDED = "undecided"
STANDINGS = (HOLDS, ITSELF, RUNS, OPEN_LENGTH, OTHER, UNDECIDED)
COLOURS = ("#0173b2", "#b02a1b", "#de8f05", "#f2cf94", "#8b969d", "#dfe3e6")  # of the standings, in a figure
WHY = ("not resolvable", "not judged", NOT_RUN)  # the verdicts that decide nothing


def of_each(judged: pd.DataFrame) -> pd.DataFrame:
    """Return a row a claim: report ("R1"), kind of verdict, standing (one of STANDINGS), more (we measure more).

    judged: as `lib.claims.by_reference.everything` returns it. Where a report fixes no number of epochs, claims.yaml
    has none for the claim, which is then judged at the length of our runs.
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
    """Return in sentences how many claims (rows of `of_each`) hold, are contradicted, and are neither."""
    holds, against = (int((stands["kind"] == each).sum()) for each in (HOLDS, AGAINST))
    itself, undecided = (int((stands["standing"] == each).sum()) for each in (ITSELF, UNDECIDED))
    rest = len(stands) - holds - against
    return (
        f"Holds: {holds or 'none'} of {len(stands)} claims. "
        f"{against or 'None'} {_verb(against, 'is', 'are')} contradicted, {itself or 'none'} of them without any "
        f"training. {rest or 'None'} {_verb(rest, 'is', 'are')} neither, {undecided or 'none'} of these undecided."
    )


def unsettled(stands: pd.DataFrame) -> str:
    """Return in a sentence how many contradictions rest on a length of training that we chose; "" for none."""
    own, free = (int((stands["standing"] == each).sum()) for each in (RUNS, OPEN_LENGTH))
    if not free:
        return ""
    by = stands[stands["standing"] == OPEN_LENGTH]["report"].value_counts()
    where = listed([f"{number} of {report}" for report, number in by.items()])
    return (
        f"Of the {own + free} contradictions that took training, {free} ({where}) {_verb(free, 'is', 'are')} about "
        f"{_verb(free, 'a network', 'networks')} whose number of epochs the report does not fix: we had to choose it."
    )


def told(stands: pd.DataFrame) -> str:
    """Return in words what the contradictions that took training rest on; "" where each report says how long."""
    free = stands["standing"] == OPEN_LENGTH
    if not free.any():
        return ""
    more = int((stands["more"] & free).sum())
    better = f" In {more} of these our network is better than the report's figure." if more else ""
    return (
        f"{unsettled(stands)}{better} With the report's own settings such a claim may hold: to settle it, one would "
        "have to know how long each network was trained, and at which rate."
    )


def neither(stands: pd.DataFrame) -> str:
    """Return how many claims (rows of `of_each`) have each verdict that neither holds nor contradicts, and its meaning.

    "" where there is none.
    """
    rest = stands[stands["standing"].isin([OTHER, UNDECIDED])]["kind"].value_counts()
    each = [f"*{name}* ({number}): {MEANING[str(name)]}" for name, number in rest.items()]
    return f"Claims that are neither are {'; '.join(each)}." if each else ""


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
