"""What lies in a folder of pictures, and what to do where that is not what it should be."""

import difflib
import os
from pathlib import Path

from lib.base.errors import LookbookError
from lib.base.files import folders_in, names_in
from lib.base.text import shown
from lib.data import pictures
from lib.data.own import table
from lib.data.own.place import folder_in

LAYOUT = "make a folder for each class (boots/1.jpg, shirts/7.jpg), or a CSV beside the pictures (data/README.md)"
PACKED = (".zip", ".rar", ".7z", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
# what systems leave beside pictures: no folder or file of these names counts, nor one that begins with a dot
SYSTEM = {"__macosx", "@eadir", "$recycle.bin", "system volume information", "thumbs.db", "ehthumbs.db", "desktop.ini"}

Listing = tuple[tuple[str, int, int], ...]  # of each file: path from the folder, bytes, time of change (ns)


def listing(folder: Path) -> Listing:
    """Return all files but the hidden ones, by name; a folder behind a link counts, once."""
    found, seen = [], set()

    def unreadable(error: OSError) -> None:
        raise LookbookError(f"{error.filename}: cannot be read ({error.strerror}); check its permissions") from error

    for place, folders, files in os.walk(folder, onerror=unreadable, followlinks=True):
        folders[:] = sorted(name for name in folders if not _is_systems(name))
        if (real := os.path.realpath(place)) in seen:  # links may lead round in a circle
            folders.clear()
            continue
        seen.add(real)
        for name in files:
            if not _is_systems(name):
                file = Path(place, name)
                stat = file.stat() if file.is_file() else None  # None: a link to nothing, or a pipe
                size, changed = (stat.st_size, stat.st_mtime_ns) if stat else (-1, 0)
                found.append((file.relative_to(folder).as_posix(), size, changed))
    return tuple(sorted(found))


def folder_of(path: str) -> Path:
    """Return the folder that own:PATH means, absolute; LookbookError, with what to do, where it is none."""
    meant = folder_in(path)
    if meant:
        return meant
    folder = Path(os.path.abspath(os.path.expanduser(path)))
    if not path or not os.path.exists(folder):
        close = difflib.get_close_matches(folder.name, names_in(folder.parent), n=1) if path else []
        hint = f"did you mean {folder.parent / close[0]}?" if close else "give the one that holds your pictures"
        raise LookbookError(f"own:{shown(path)}: no such folder; {hint}")
    packed = folder.name.lower().endswith(PACKED)
    remedy = "unpack it, and give that folder" if packed else "give the folder that holds your pictures"
    raise LookbookError(f"own:{path}: is a file; {remedy}")


def _is_systems(name: str) -> bool:
    return name[0] == "." or name.lower() in SYSTEM or name == "Icon\r"


def remedy(folder: Path, names: list[str]) -> str:
    """Return what to do with a folder in which no two classes of pictures were found, judged by what lies in it."""
    beside = [name for name in names if "/" not in name]
    for name in dict.fromkeys(name.split("/")[0] for name in names):  # Numbers may write a folder
        if name.lower().endswith(table.SHEETS):
            return f"is {name} its table? Open it and save it as CSV there"
        if name.lower().endswith(PACKED):
            return f"unpack {name} there"
    for name in names:
        if name.lower().endswith(table.ENDINGS) and "/" in name:
            return f"is {name} its table? Move it into {folder}, or give the folder that holds it"
    deeper = _deeper(folder, names)
    if deeper:
        return deeper
    tables = [name for name in sorted(names_in(folder.parent)) if name.lower().endswith(table.ENDINGS)]
    if tables:
        return f"is {folder.parent / tables[0]} its table? Then give the folder {folder.parent}; else {LAYOUT}"
    beside_it = [each for each in folders_in(folder.parent, 1) if each != folder and _holds_pictures(each)]
    if beside_it and not any("/" in name for name in names) and _holds_pictures(folder):
        above = f"Then give the folder {folder.parent}"
        return f"is it a class itself, as {beside_it[0].name} beside it? {above}; else {LAYOUT}"
    with os.scandir(folder) as found:
        empty = {each.name for each in found if each.is_dir() and not _is_systems(each.name)}
    empty -= {name.split("/")[0] for name in names}
    said = f"no file lies in {', '.join(sorted(empty)[:5])}; " if empty else ""
    texts = [name for name in beside if name.lower().endswith(table.TEXTS) and not name.lower().startswith("readme")]
    table_too = f"; is {texts[0]} its table? Then save it as CSV there" if texts else ""
    return said + LAYOUT + table_too


def _holds_pictures(folder: Path) -> bool:
    return any(name.lower().endswith(pictures.ENDINGS) for name in names_in(folder))


def _deeper(folder: Path, names: list[str]) -> str:
    """Return which folder to give where all pictures lie in one, and its folders are the classes; else ""."""
    found = [name.split("/") for name in names if name.lower().endswith(pictures.ENDINGS)]
    top = os.path.commonprefix([path[:-1] for path in found])
    classes = {path[len(top)] for path in found if len(path) > len(top) + 1}
    if not top or len(classes) < 2:
        return ""
    return f"its classes lie deeper: give the folder {folder.joinpath(*top)}"
