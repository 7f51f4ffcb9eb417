"""The table beside a user's own pictures: its rows, and which file each of them names."""

import codecs
import csv
import io
import itertools
import re
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pandas as pd

from lib.base.errors import LookbookError
from lib.base.text import shown
from lib.data.own.names import Finder, Meant
from lib.data.source import MEASURED

ENDINGS = (".csv", ".tsv")
SHEETS = (".xlsx", ".xlsm", ".xls", ".ods", ".numbers", ".parquet")  # tables that are no CSV
TEXTS = (".txt", ".json", ".jsonl", ".xml")  # tables, perhaps
NAMING = ("id", "filename", "file", "image", "path")  # headings of a column that names the pictures
TAKEN = ("row", "position", "reason", "extra_commas", "file", *MEASURED)  # of `Dataset.source`
# What bytes of Greek, Cyrillic or Chinese look like in it: several letters with accents in a row, or signs among them.
FOREIGN = re.compile(r"[^\x00-\x7f]{3,}|(?<![A-Za-z])[^\x00-\x7f]{2}(?![A-Za-z])|[\ufffd¤¦¨¬¶¸¹‚ƒˆ‰‹›˜]")
BYTES = 200_000_000  # a larger table lists more than this kit can take
COLUMNS = 1000  # likewise
NO_TEXT = {  # how such files begin
    b"PK\3\4": "an Excel or Numbers file", b"\xd0\xcf": "an old Excel file", b"<": "a web page", b"{\\rtf": "a document"
}  # fmt: skip


def read(table: Path, names: list[str]) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Return the rows of a CSV, then the pictures without a row; the columns beside the names; what is to be said.

    names: the files in the table's folder, as paths from it. The rows name them in the column headed id, filename,
    file, image or path; of several such columns, and where none is there or fits, of all, the one that fits the most
    files counts (`names.Finder.find` says how). Fields are parted by comma, semicolon, tab or bar, whichever the first
    line has most of, and quoted as spreadsheets do; the text is UTF-8, UTF-16 or Windows's. A first line that names a
    picture is no header.

    Columns: id (as the row says), file ("" without one), row (the record, from 1; -1: without), extra_commas (0),
    reason ("" or why not used), and every column as text, with "table " before a name that `Dataset.source` uses.
    Raises LookbookError if it cannot be read, has no rows, a heading twice, or no row that names a picture.
    """
    header, records = _records(table)
    if len(header) > COLUMNS:
        wanted = "leave those that name and sort the pictures"
        raise LookbookError(f"{table}: {len(header):,} columns, and {COLUMNS:,} at most can be taken; {wanted}")
    finder = Finder([name for name in names if name != table.name])
    naming, meant = _naming(header, records, finder)
    first = finder.find([header[naming], *_column(records, naming)])
    bare = first[0].file != "" and header[naming].lower() not in NAMING
    if bare:
        records, meant = {1: header} | {number + 1: fields for number, fields in records.items()}, first
    headings = [name if name and not bare else f"column {place}" for place, name in enumerate(header, start=1)]
    twice = sorted(name for name, count in Counter(headings).items() if count > 1)
    if twice:
        raise LookbookError(f"{table}: the heading '{twice[0]}' is there twice; give every column a name of its own")
    if not records:
        raise LookbookError(f"{table}: no rows below its header; write a row for each picture, or take the table out")
    columns = [f"table {name}" if name in (*TAKEN, "id") else name for name in headings]
    columns[naming] = "id"
    rows: list[dict] = []
    row_of: dict[str, int] = {}
    for (number, fields), (file, reason, _) in zip(records.items(), meant, strict=True):
        told = [field if place == naming else shown(field) for place, field in enumerate(fields)]
        full = [*told, *[""] * (len(header) - len(fields))][: len(header)]
        if len(fields) != len(header):
            reason = f"too {'few' if len(fields) < len(header) else 'many'} fields ({len(fields)} of {len(header)})"
        elif file in row_of:
            reason = f"the picture of row {row_of[file]} again"
        elif file:
            row_of[file] = number
        rows.append(dict(zip(columns, full, strict=True)) | {"file": file, "row": number, "reason": reason})
    said = _said(table, headings[naming], rows, meant, finder)
    if not row_of:
        why = _no_header(header, records) or f"no row can be used; {said[0]} If it is no table of pictures, take it out"
        raise LookbookError(f"{table}: {why}")
    if bare:
        said.insert(0, f"the table {table.name} has no header.")
    named = {row["file"] for row in rows}
    nothing = dict.fromkeys(columns, "") | {"row": -1, "reason": "no row"}
    rows += [nothing | {"id": shown(name), "file": name} for name in finder.pictures if name not in named]
    found = pd.DataFrame(rows)
    found = found.astype({name: "str" for name in found.columns if name not in ("row", "file")})
    found["id"] = found["id"].str.strip().map(shown)
    found["extra_commas"] = 0
    return found, [name for place, name in enumerate(columns) if place != naming], said


def _naming(header: list[str], records: dict[int, list[str]], finder: Finder) -> tuple[int, list[Meant]]:
    """Return the column that names the pictures, and what its rows mean."""

    def look(places: list[int]) -> tuple[int, list[Meant]]:
        found = {place: finder.find(_column(records, place)) for place in places}
        best = max(places, key=lambda place: len({each.file for each in found[place]} - {""}))  # the first of equals
        return best, found[best]

    known = [place for place, name in enumerate(header) if name.lower() in NAMING]
    if known:
        best, meant = look(known)
        if any(each.file for each in meant):
            return best, meant
    other, found = look(list(range(len(header))))
    return (best, meant) if known and not any(each.file for each in found) else (other, found)


def _column(records: dict[int, list[str]], place: int) -> list[str]:
    return [fields[place] if place < len(fields) else "" for fields in records.values()]


def _said(table: Path, heading: str, rows: list[dict], meant: list[Meant], finder: Finder) -> list[str]:
    """Return what was taken loosely, and the first row that fits nothing: a line each."""
    said = []
    loosely = [(row["id"].strip(), each.file) for row, each in zip(rows, meant, strict=True) if each.loosely]
    if loosely:
        text, file = loosely[0]
        said.append(f"{len(loosely):,} rows of {table.name} write a name otherwise: '{text}' is taken for '{file}'.")
    bad = [row for row in rows if not row["file"] or row["reason"].startswith("too ")]
    if bad:
        row, name = bad[0], bad[0]["id"].strip()[:80]
        said.append(f"row {row['row']} says '{name}' in column '{heading}': {row['reason']}; {_hint(row, finder)}")
    return said


def _hint(row: dict, finder: Finder) -> str:
    if row["reason"].startswith("too "):
        return "put a text that holds the separator into quotes."
    if not finder.pictures:
        return "no picture lies beside the table or in a folder there."
    near = finder.nearest(row["id"])
    return f"is '{near}' meant?" if near else f"the pictures have names like '{finder.pictures[0]}'."


def _records(table: Path) -> tuple[list[str], dict[int, list[str]]]:
    """Return the header and the fields of every record by its number, from 1 below the header; empty lines count."""
    try:
        if table.stat().st_size > BYTES:
            raise LookbookError(f"{table}: {table.stat().st_size:,} bytes is no table of pictures; take it out")
        raw = table.read_bytes()
    except OSError as error:
        raise LookbookError(f"{table}: cannot be read ({error.strerror}); check its permissions") from error
    text = _text(table, raw)
    first, _, rest = text.lstrip("\r\n ").partition("\n")
    if first.lower().startswith("sep="):  # for Excel, which hides it
        text, delimiter = rest, first[4:5] or ","
    else:
        delimiter = max(",;\t|", key=first.count)
    lines = _fields(table, text, delimiter)
    lines = list(itertools.dropwhile(lambda fields: not any(map(str.strip, fields)), lines))
    header = [name.strip() for name in lines[0]] if lines else [""]
    for fields in lines[1:]:
        while len(fields) > len(header) and not fields[-1].strip():
            fields.pop()  # a separator at the end of every line but the first
    return header, {n: fields for n, fields in enumerate(lines[1:], start=1) if any(map(str.strip, fields))}


def _fields(table: Path, text: str, delimiter: str) -> list[list[str]]:
    """Return the fields of every line; LookbookError for a quotation mark that nothing closes: it swallows the rest."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines, begins = [], 1
    try:
        for fields in reader:
            lines.append(fields)
            begins, last = reader.line_num + 1, begins
    except csv.Error as error:
        what = f"no CSV ({error}); is a quotation mark there that nothing closes?"
        raise LookbookError(f"{table}, line {begins}: {what}") from error
    if lines and begins - last > 1:  # the last record takes several lines
        rest = io.StringIO("".join(io.StringIO(text, newline="").readlines()[last - 1 :]), newline="")
        with suppress(StopIteration):
            try:
                next(csv.reader(rest, delimiter=delimiter, strict=True))
            except csv.Error:
                what = "a quotation mark opens a text there, and nothing closes it; close it or take it out"
                raise LookbookError(f"{table}, line {last}: {what}") from None
    return lines


def _no_header(header: list[str], records: dict[int, list[str]]) -> str:
    """Return what to do about a first line that holds no headings of the columns below it; "" where it does."""
    first = next((name for name in header if name), "")
    if sum(map(bool, header)) == 1 and len([field for field in next(iter(records.values())) if field.strip()]) > 1:
        return f"its first line, '{shown(first)[:80]}', is no header of its columns; take it out"
    if len(header) == 1 and re.search(r"\w\W+\w", first):
        return f"its header, '{shown(first)[:80]}', is one column; part the columns by commas: save it again as CSV"
    return ""


def _text(table: Path, raw: bytes) -> str:
    """Return the text of a table; LookbookError where it is none."""
    for start, what in NO_TEXT.items():
        if raw.lstrip().startswith(start):
            raise LookbookError(f"{table}: is {what}, whatever its name says; open it and save the table as CSV")
    if raw.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return raw.decode("utf-32", errors="replace")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", errors="replace")
    if b"\0" in raw[:2]:
        return raw.decode("utf-16-be" if raw[:1] == b"\0" else "utf-16-le", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:  # a table saved by a spreadsheet on Windows
        return _western(table, raw)


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
