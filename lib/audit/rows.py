"""A few rows of a table of products as they stand in the file, and its most important counts."""

import pandas as pd

from lib.audit.table import columns, table
from lib.base.text import listed
from lib.data.dataset import Dataset
from lib.data.source import MISSING

WHY = {  # reason of a row that cannot be used -> as a sentence says it
    "no picture": "without a picture", "too few fields": "with too few fields", "no id": "without an id",
    "too many fields": "with too many fields", "id again": "with an id that was there before",
    "the picture of row": "with the picture of another row", "several pictures": "with several pictures",
}  # fmt: skip


def raw(dataset: Dataset) -> str:
    """Return lines of the table's file as a block: header, a whole row, one with surplus commas.

    Where no row has surplus commas, whole rows alone.
    """
    names = ["id", *columns(dataset)]
    rows = table(dataset)[table(dataset)["reason"] == ""]
    whole, broken = (rows[more][names] for more in (rows["extra_commas"] == 0, rows["extra_commas"] > 0))
    full = whole[~whole.isin(MISSING).any(axis=1)]
    whole = full if len(full) else whole
    shown = [*whole.head(1 if len(broken) else 3).to_numpy(), *broken.head(1).to_numpy()]
    first = (
        "The header, a row that fits it, and one that does not:" if len(broken) else "The header and the first rows:"
    )
    return "\n".join([first, "", "```text", ",".join(names), *map(",".join, shown), "```"])


def told(counted: dict) -> str:
    """Return in words which rows can be used, and why others cannot; counted: of `lib.audit.table.audit`."""
    lost = {"no picture": len(counted["rows_without_image"])} | counted["set_aside"]
    why = listed(f"{number} {WHY.get(reason, reason)}" for reason, number in lost.items() if number)
    others = f" The others: {why}." if why else ""
    alone = len(counted["images_without_row"])
    lost_too = f" {alone} picture{'s have' if alone > 1 else ' has'} no row." if alone else ""
    return f"{counted['rows_used']:,} of {counted['rows']:,} rows can be used.{others}{lost_too}"


def in_short(counted: dict, read: pd.DataFrame) -> str:
    """Return in a sentence how many rows break a reader; read: of `lib.audit.table.readers`."""
    broken = counted["rows_with_extra_commas"]
    if not broken:
        return f"Table: none of its {counted['rows']:,} rows has more fields than the header."
    stops = "; pandas stops there" if read["what_happens"].iloc[0].startswith("stops") else ""
    have = "row has" if broken == 1 else "rows have"
    return f"Table: {broken:,} of {counted['rows']:,} {have} more fields than the header{stops}."
