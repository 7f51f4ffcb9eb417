"""The table of a shop's product pictures (Kaggle's styles.csv), and the data set that it makes with the pictures."""

import csv

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError
from lib.data.dataset import Dataset, picture_digest
from lib.data.source import MEASURED, MISSING, encode

TARGETS = ("gender", "masterCategory", "subCategory", "articleType", "baseColour", "season", "year", "usage")
NAME = "productDisplayName"
WIDTH, HEIGHT = 60, 80  # pixels of a product picture


def read_styles(text: str | bytes, where: str) -> pd.DataFrame:
    """Return a styles.csv as a table, a row for each of its lines, whatever is wrong with it.

    where: the file's name, for errors. Every column is text exactly as written. Further columns: row, int64, the line
    (1 is the one below the header); extra_commas, int64; reason, why the row cannot be used ("" if it can): no id, too
    few fields, an id that an earlier row has. Names hold commas and quotes that nothing protects ("Tempo 3.5" Short"),
    so a line is cut at every comma, and surplus fields are joined to the name again; quotes are text, except around a
    whole field. Empty lines are no rows.
    Raises LookbookError if a column of TARGETS, id or productDisplayName is missing, or no row follows.
    """
    lines = _decoded(text).removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    header = [name.strip() for name in _cut(lines[0], 0, 0)[0]]
    missing = [name for name in ("id", *TARGETS, NAME) if header.count(name) != 1]
    if missing:
        raise LookbookError(
            f"{where}: no table of products, it lacks one column {', '.join(missing)} in its first line; "
            "replace it by Kaggle's styles.csv (data/README.md)"
        )
    rows: list[list] = []
    first: dict[str, int] = {}
    place, id_place = header.index(NAME), header.index("id")
    for number, line in enumerate(lines[1:], start=1):
        if not line.strip():
            continue
        fields, extra = _cut(line, len(header), place)
        own, reason = fields[id_place].strip() if len(fields) > id_place else "", ""
        if not own:
            reason = "no id"
        elif len(fields) < len(header):
            reason = f"too few fields ({len(fields)} of {len(header)})"
        elif own in first:
            reason = f"id again, as in row {first[own]}"
        else:
            first[own] = number
        rows.append([*fields, *[""] * (len(header) - len(fields)), number, extra, reason])
    if not rows:
        raise LookbookError(f"{where}: a header without rows; replace it by Kaggle's styles.csv (data/README.md)")
    columns = list(zip(*rows, strict=True))
    table = pd.DataFrame({name: pd.Series(column, dtype="str") for name, column in zip(header, columns, strict=False)})
    table["row"], table["extra_commas"] = np.array(columns[-3], np.int64), np.array(columns[-2], np.int64)
    table["reason"] = pd.Series(columns[-1], dtype="str")
    return table


def dataset(
    name: str,
    table: pd.DataFrame,
    pictures: pd.DataFrame,
    images: np.ndarray,
    provenance: str,
    truth: dict | None = None,
    digest: str | None = None,
    groups: np.ndarray | None = None,
) -> Dataset:
    """Return the data set of a table (of `read_styles`) and its pictures, in the order of `images`.

    pictures: a row for each picture file, columns id, width, height, mode (as in the file) and, where some are damaged,
    reason. The first rows are those of `images`, uint8 (N, 80, 60, 3), each with a usable row in the table; the others
    could not be read (reason), or have no usable row. digest, groups: of `images`, where the caller keeps them; else
    computed, which reads all pictures (lib.data.groups: product name, equal and near-identical pictures).
    Targets: TARGETS. Classes: the names by number of pictures, then by name; "" and the text NA are label -1.
    ids: the table's ids. `source` accounts for every row and every picture (see Dataset).
    """
    ids = pictures["id"].to_numpy()[: len(images)]
    rows = _rows(table, ids)
    classes, labels = {}, {}
    for target in TARGETS:
        classes[target], labels[target] = encode(rows[target])
    if groups is None:
        from lib.data.groups import groups as find_groups

        groups = find_groups(images, names(table, ids))
    return Dataset(
        name=name,
        images=images,
        labels=labels,
        classes=classes,
        ids=ids.astype(str),
        provenance=provenance,
        groups=groups,
        truth=truth or {},
        source=_source(table, pictures, len(images)),
        digest=digest or picture_digest(images),
    )


def names(table: pd.DataFrame, ids: np.ndarray) -> list[str]:
    """Return the product name of each id, as `lib.data.groups` compares them; "" where the table knows none."""
    return ["" if name in MISSING else name for name in _rows(table, ids)[NAME].str.strip()]


def _rows(table: pd.DataFrame, ids: np.ndarray) -> pd.DataFrame:
    usable = table[table["reason"] == ""]
    return usable.set_index(usable["id"].str.strip()).loc[ids]


def _source(table: pd.DataFrame, pictures: pd.DataFrame, used: int) -> pd.DataFrame:
    """Return the rows of the table, then the pictures that none of them names, with what became of each."""
    pictures = pictures.reset_index(drop=True)
    if "reason" not in pictures:
        pictures["reason"] = ""
    own, usable = table["id"].str.strip(), (table["reason"] == "").to_numpy()
    place = pd.Index(pictures["id"]).get_indexer(pd.Index(own))
    again = own[np.argsort(~usable, kind="stable")].duplicated().sort_index().to_numpy()  # the usable row comes first
    there = (place >= 0) & ~again  # a picture stands in one row only
    source = table.copy()
    for column, empty in MEASURED.items():
        values = np.array([*pictures[column], empty], dtype=object)
        source[column] = values[np.where(there, place, -1)]
    source["position"] = np.where(usable & (place >= 0) & (place < used), place, -1)
    source.loc[usable, "reason"] = np.array([*pictures["reason"], "no picture"], dtype=object)[place[usable]]
    spare = pictures[~pictures["id"].isin(own)].copy()
    spare["reason"] = np.where(spare["reason"] == "", "no row", "no row; " + spare["reason"])
    spare["row"], spare["position"], spare["extra_commas"] = -1, -1, 0
    source = pd.concat([source, spare], ignore_index=True)
    columns = ["id", "row", "position", "reason", "extra_commas", *MEASURED]
    source = source[[*columns, *[name for name in table.columns if name not in columns]]]
    numbers = ("row", "position", "extra_commas", "width", "height")
    kinds = {name: np.dtype(np.int64) if name in numbers else "str" for name in source.columns}
    return source.fillna({name: "" for name in source.columns if name not in numbers}).astype(kinds)


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError:  # a table saved by a spreadsheet on Windows
        return text.decode("cp1252", errors="replace")


def _cut(line: str, length: int, place: int) -> tuple[list[str], int]:
    """Return the fields of a line and the number of surplus commas; these are joined to the field at `place`."""
    fields = line.split(",")
    extra = max(len(fields) - length, 0) if length else 0
    if extra:
        fields[place : place + extra + 1] = [",".join(fields[place : place + extra + 1])]
    if '"' in line and any(len(field) > 1 and field[0] == field[-1] == '"' for field in fields):
        fields = [next(csv.reader([f]))[0] if len(f) > 1 and f[0] == f[-1] == '"' else f for f in fields]
    return fields, extra
