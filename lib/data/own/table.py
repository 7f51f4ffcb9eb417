"""The table beside a user's own pictures: which of its rows names which file."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pandas as pd

from lib.base.errors import LookbookError
from lib.base.text import shown
from lib.data.pictures import ENDINGS
from lib.data.source import MEASURED

NAMING = ("id", "filename", "file", "image", "path")  # headings of a column that names the pictures
TAKEN = ("row", "position", "reason", "extra_commas", "file", *MEASURED)  # of `Dataset.source`
# What bytes of Greek, Cyrillic or Chinese look like in it: several letters with accents in a row, or signs among them.
FOREIGN = re.compile(r"[^\x00-\x7f]{3,}|(?<![A-Za-z])[^\x00-\x7f]{2}(?![A-Za-z])|[\ufffd¤¦¨¬¶¸¹‚ƒˆ‰‹›˜]")
BYTES = 200_000_000  # a larger table lists more than this kit can take


def read(table: Path, names: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows of a CSV, then the pictures without a row; and the columns beside the pictures' names.

    names: the files in the table's folder, as paths from it. The rows name them in the column headed id, filename,
    file, image or path, else in the first; of several such columns the one that fits the most files counts. A row gives
    the file's path, or its name if no other file has it, with or without ending. Fields are parted by comma, semicolon
    or tab, whichever the first line has most of, and quoted as spreadsheets do; the text is UTF-8 or Windows's.

    Columns: id (as the row says), file ("" without one), row (the record, from 1; -1: without), extra_commas (0),
    reason ("" or why not used), and every column as text, with "table " before a name that `Dataset.source` uses.
    Raises LookbookError if it cannot be read, has no rows, or a heading twice.
    """
    header, records = _records(table)
    find = _finder([name for name in names if name != table.name])
    known = [place for place, name in enumerate(header) if name.strip().lower() in NAMING] or [0]
    usable = [fields for fields in records.values() if len(fields) == len(header)]
    naming = max(known, key=lambda place: sum(bool(find(fields[place])[0]) for fields in usable))  # the first of equals
    columns = [f"table {name}" if name in (*TAKEN, "id") else name for name in header]
    columns[naming] = "id"
    rows: list[dict] = []
    row_of: dict[str, int] = {}
    for number, fields in records.items():
        full = [*(shown(field) for field in fields), *[""] * (len(header) - len(fields))][: len(header)]
        file, reason = find(full[naming])
        if len(fields) != len(header):
            reason = f"too {'few' if len(fields) < len(header) else 'many'} fields ({len(fields)} of {len(header)})"
        elif file in row_of:
            reason = f"the picture of row {row_of[file]} again"
        elif file:
            row_of[file] = number
        rows.append(dict(zip(columns, full, strict=True)) | {"file": file, "row": number, "reason": reason})
    named = {row["file"] for row in rows}
    spare = [name for name in names if name.lower().endswith(ENDINGS) and name not in named]
    rows += [
        dict.fromkeys(columns, "") | {"id": shown(name), "file": name, "row": -1, "reason": "no row"} for name in spare
    ]
    found = pd.DataFrame(rows)
    found = found.astype({name: "str" for name in found.columns if name not in ("row", "file")})
    found["id"] = found["id"].str.strip()
    found["extra_commas"] = 0
    return found, [name for place, name in enumerate(columns) if place != naming]


def _records(table: Path) -> tuple[list[str], dict[int, list[str]]]:
    """Return the header and the fields of every record by its number, from 1 below the header; empty lines count."""
    try:
        if table.stat().st_size > BYTES:
            raise LookbookError(f"{table}: {table.stat().st_size:,} bytes is no table of pictures; take it out")
        raw = table.read_bytes()
    except OSError as error:
        raise LookbookError(f"{table}: cannot be read ({error.strerror}); check its permissions") from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:  # a table saved by a spreadsheet on Windows
        text = _western(table, raw)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise LookbookError(f"{table}: no CSV ({error}); save the table as CSV again") from error
    header = [name.strip() or f"column {place}" for place, name in enumerate(lines[0] if lines else [], start=1)]
    records = {number: fields for number, fields in enumerate(lines[1:], start=1) if any(map(str.strip, fields))}
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise LookbookError(f"{table}: the heading '{twice[0]}' is there twice; give every column a name of its own")
    if not records:
        raise LookbookError(f"{table}: no rows below its header; write a row for each picture, or take the table out")
    return header, records


def _western(table: Path, raw: bytes) -> str:
    """Return text in Windows's code page of western Europe; LookbookError where its letters make no words in it."""
    for number, line in enumerate(raw.splitlines(), start=1):
        wrong = FOREIGN.search(line.decode("cp1252", errors="replace"))
        if wrong:
            raise LookbookError(
                f"{table}, line {number}: its letters are neither UTF-8 nor Windows's western ones, in which they read "
                f"'{wrong[0]}'; save it again as 'CSV UTF-8'"
            )
    return raw.decode("cp1252")


def _finder(names: list[str]) -> Callable[[str], tuple[str, str]]:
    """Return a function: what a row says -> the file it means, and why there is none ("" if there is one)."""
    exact = {shown(name): name for name in names}  # in one spelling: a Mac and a table may write ö otherwise
    meant: dict[str, str] = {}
    for name in names:
        if name.lower().endswith(ENDINGS):
            path = PurePosixPath(shown(name))
            for key in {path.name, path.stem, path.with_suffix("").as_posix()}:
                meant[key] = name if meant.setdefault(key, name) == name else ""

    def find(text: str) -> tuple[str, str]:
        typed = shown(text.strip())
        key = typed if typed in exact else typed.replace("\\", "/").removeprefix("./")
        if not key:
            return "", "no id"
        file = exact.get(key) or meant.get(key)
        return file or "", "" if file else "no picture" if file is None else "several pictures of that name"

    return find
