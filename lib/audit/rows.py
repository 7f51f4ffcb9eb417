"""A few rows of a table of products, as CSV readers take them, and its most important counts."""

import csv

import pandas as pd

from lib.audit.table import columns, table
from lib.data.dataset import Dataset
from lib.data.fashion_product.table import NAME
from lib.data.source import MISSING

WANTED = ("articleType", "season", "usage", NAME)  # columns that a page shows; of a table without them its last ones
DICTS = "csv.DictReader"


def example(dataset: Dataset) -> pd.DataFrame:
    """Return a whole row, one with a comma in its name, and this one as csv.DictReader reads it: row, then columns.

    Where no name has a comma, whole rows alone.
    """
    names = ["id", *columns(dataset)]
    rows = table(dataset)[table(dataset)["reason"] == ""]
    shown = ["id", *([name for name in names if name in WANTED] or names[1:][-4:])]
    whole, broken = rows[rows["extra_commas"] == 0], rows[rows["extra_commas"] > 0]
    full = whole[~whole[shown].isin(MISSING).any(axis=1)]
    whole = full if len(full) else whole
    found = [{"row": "a whole row"} | row for row in whole[shown].head(1 if len(broken) else 3).to_dict("records")]
    if len(broken):
        (read,) = csv.DictReader([",".join(names), ",".join(broken.iloc[0][names])])
        found.append({"row": "one with a comma in it"} | broken.iloc[0][shown].to_dict())
        found.append({"row": f"the same, read by {DICTS}"} | {name: read[name] or "" for name in shown})
    return pd.DataFrame(found, columns=["row", *shown])


def in_brief(counted: dict) -> pd.DataFrame:
    """Return the counts of `lib.audit.table.audit` that matter most, what and how many."""
    lost = counted["rows"] - counted["rows_used"]
    rows = {
        "rows of the table": counted["rows"],
        "rows that can be used": counted["rows_used"],
        "rows without a picture, or set aside": lost,
        "rows with a comma that nothing protects": counted["rows_with_extra_commas"],
        "pictures that no row names": len(counted["images_without_row"]),
    }
    return pd.DataFrame(list(rows.items()), columns=["what", "how many"])


def in_short(counted: dict, read: pd.DataFrame) -> str:
    """Return in a sentence how many rows break a reader; read: of `lib.audit.table.readers`."""
    broken = counted["rows_with_extra_commas"]
    if not broken:
        return f"Table: none of its {counted['rows']:,} rows has a comma that nothing protects."
    stops = "; pandas stops at the first" if read["what_happens"].iloc[0].startswith("stops") else ""
    have = "row has" if broken == 1 else "rows have"
    return f"Table: {broken:,} of {counted['rows']:,} {have} a comma that nothing protects{stops}."
