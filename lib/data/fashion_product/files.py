"""Where the product set lies, as Kaggle's zip or unpacked, and reading it without trusting it."""

import hashlib
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from lib.base.errors import LookbookError
from lib.base.files import folders_in
from lib.base.paths import cache, data_folders
from lib.data import pictures

PAGE = "https://www.kaggle.com/datasets/paramaggarwal/fashion-product-images-small"
FOLDER = "fashion-product-images-small"
ZIPS = (f"{FOLDER}.zip", "archive.zip")  # as Kaggle's interface and as a browser name it
NESTED = "myntradataset"  # Kaggle's archive holds everything twice, the second time in here
PACKED = (".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar")
HALF = (".crdownload", ".part", ".partial", ".download", ".opdownload")  # as browsers name what has not come whole
LIKE = re.compile(r"^(fashion.?product|fashion.?dataset|archive|myntra)", re.IGNORECASE)
TABLE, PICTURES = "styles.csv", "images"
LARGEST = 200_000_000  # bytes of a table, many times the real one's
AGAIN = f"replace it by a fresh download from {PAGE}"


class Files(NamedTuple):
    """An opened product set.

    where: of its table, for errors. styles: the table. pictures: the pictures' files by id. read: such a file -> its
    bytes and "", or nothing and why it cannot be read.
    """

    where: str
    styles: bytes
    pictures: dict[str, str]
    read: Callable[[str], tuple[bytes, str]]


def find() -> Path | None:
    """Return the first product set on disk: a zip, or the folder with styles.csv in it. None if there is none.

    Looks into each of `data_folders()`: for Kaggle's folder or its content, then for Kaggle's zip. `archive.zip`, which
    may be anything, counts only with a styles.csv in it. Where none is, every folder there, two deep, with styles.csv
    and images/ counts (Kaggle's large set calls it fashion-dataset), then every zip with a styles.csv in it.
    Raises LookbookError if $LOOKBOOK_DATA names no folder.
    """
    for folder in data_folders():
        for place in (folder / FOLDER, folder / FOLDER / FOLDER, folder / "archive", folder):  # as unpackers leave it
            for inner in (place, place / NESTED):
                if (inner / TABLE).is_file():
                    return inner
            for file in (place / name for name in ZIPS):
                if file.is_file() and (file.name != "archive.zip" or _has_table(file)):
                    return file
    places = [place for folder in data_folders() for place in (folder, *folders_in(folder, 2))]
    unpacked = (place for place in places if (place / TABLE).is_file() and (place / PICTURES).is_dir())
    zips = (place / name for place in places for name in _names(place) if name.lower().endswith(".zip"))
    return next(unpacked, None) or next((file for file in zips if _has_table(file)), None)


def lies_there() -> str:
    """Return what lies in the data folders that may be the set and cannot be read, and what to do; "" for nothing."""
    places = [place for folder in data_folders() for place in (folder, *folders_in(folder, 1))]
    files = [place / name for place in places for name in _names(place) if LIKE.search(name)]
    return next((f"{file} {found}" for file in files if file.is_file() and (found := _fault(file))), "")


def _fault(file: Path) -> str:
    """Return what is wrong with a file that was meant to be the set, and what to do; "" where that is not known."""
    name = file.name.lower()
    if name.endswith(HALF):
        return "is half a download: let the browser finish it"
    try:
        with file.open("rb") as content:
            start = content.read(512).lstrip()
        if start.startswith(b"<"):
            return f"is a web page, not the set: sign in to Kaggle and download {PAGE} again"
        if name.endswith(PACKED):
            return "is packed in a way that the kit does not read: unpack it there"
        if name.endswith(".zip"):
            with zipfile.ZipFile(file) as archive:
                inner = [each for each in archive.namelist() if each.lower().endswith((".zip", *PACKED))]
            return f"holds another archive, {inner[0]}: unpack it there" if inner else ""
    except OSError as error:
        return f"cannot be read ({error.strerror}): check its permissions"
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError):
        return f"is a damaged zip, a download cut short perhaps: download {PAGE} again"
    return ""


def _names(place: Path) -> list[str]:
    try:
        return sorted(os.listdir(place))
    except OSError:
        return []


def remedy() -> str:
    """Return in one sentence how to get the set, which Kaggle gives to nobody who has not signed in.

    Where something lies in the data folders that was meant to be it: what is wrong with that.
    """
    found = lies_there()
    if found:
        return found
    return f"download {PAGE} by hand (it needs a free account) and put the zip, as it is, into {cache()}"


def identity(place: Path) -> str:
    """Return 10 hex digits that change with the files of a set: their names, sizes and times of change."""
    digest = hashlib.sha256()
    try:
        if place.is_file():
            entries = [(place.name, place.stat())]
        else:
            entries = [(TABLE, (place / TABLE).stat())]
            with os.scandir(place / PICTURES) as found:
                entries += sorted(((entry.name, entry.stat()) for entry in found), key=lambda each: each[0])
    except OSError as error:
        raise LookbookError(_unreadable(Path(error.filename or place), error)) from error
    for name, stat in entries:
        digest.update(f"{name}\n{stat.st_size}\n{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:10]


@contextmanager
def opened(place: Path) -> Iterator[Files]:
    """Yield the files of the set at `place` (of `find`). Of two copies in one zip the one nearer to its top is taken.

    Raises LookbookError if it cannot be read, if it has no table or no pictures, or if an entry of the zip leads out
    of it. A single picture that cannot be read is no error.
    """
    if not place.is_file():
        yield _folder(place)
        return
    try:
        archive = zipfile.ZipFile(place)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError) as error:
        raise LookbookError(f"{place} {_fault(place)} ({error})") from error
    except OSError as error:
        raise LookbookError(_unreadable(place, error)) from error
    with archive:
        yield _zip(place, archive)


def _folder(place: Path) -> Files:
    try:
        styles = (place / TABLE).read_bytes()
        names = os.listdir(place / PICTURES)
    except OSError as error:
        raise LookbookError(_unreadable(Path(error.filename or place), error)) from error

    return Files(str(place / TABLE), styles, _by_id(names), lambda name: pictures.read(place / PICTURES / name))


def _zip(place: Path, archive: zipfile.ZipFile) -> Files:
    for name in archive.namelist():
        if _leads_out(name):
            raise LookbookError(f"{place}: its entry '{name}' leads out of the zip, nothing is read; {AGAIN}")
    names = [name for name in archive.namelist() if not name.startswith("__MACOSX/")]
    tables = [name for name in names if PurePosixPath(name).name == TABLE]
    if not tables:
        raise LookbookError(f"{place} {_fault(place) or f'holds no {TABLE}; {AGAIN}'}")
    sets = {}
    for table in tables:
        prefix = table.removesuffix(TABLE) + f"{PICTURES}/"
        sets[table] = _by_id([name for name in names if name.startswith(prefix)])
    table = min(tables, key=lambda name: (not sets[name], name.count("/"), name))
    if archive.getinfo(table).file_size > LARGEST:
        raise LookbookError(f"{place}: its {table} would be {archive.getinfo(table).file_size:,} bytes; {AGAIN}")
    styles, reason = _entry(archive, table, LARGEST)
    if reason:
        raise LookbookError(f"{place}: its {table} is {reason}; {AGAIN}")
    return Files(f"{place}: {table}", styles, sets[table], lambda name: _entry(archive, name, pictures.BYTES))


def _entry(archive: zipfile.ZipFile, name: str, limit: int) -> tuple[bytes, str]:
    """Return the bytes of an entry and "", or nothing and why it cannot be read. It never unpacks more than it says."""
    size = archive.getinfo(name).file_size
    if size > limit:
        return b"", f"more than {limit:,} bytes"
    try:
        with archive.open(name) as file:
            return file.read(size + 1), ""
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        return b"", f"damaged in the zip ({' '.join(str(error).split())[:80]})"


def _has_table(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return any(PurePosixPath(name).name == TABLE for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return False


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or parts[0][1:2] == ":"


def _by_id(names: list[str]) -> dict[str, str]:
    """Return the pictures' file names by id; of two files of one id the first by name."""
    found: dict[str, str] = {}
    for name in sorted(names):
        stem, ending = os.path.splitext(name.rpartition("/")[2])
        if ending.lower() in pictures.ENDINGS and not stem.startswith("."):
            found.setdefault(stem, name)
    return found


def _unreadable(file: Path, error: OSError) -> str:
    what = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror or error})"
    return f"{file}: {what}; put the unpacked folder there whole ({TABLE} and {PICTURES}/), or Kaggle's zip"
