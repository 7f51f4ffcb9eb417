"""The fingerprint of a data set, without reading its pictures again while its files and the code are as they were."""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from lib.base import files, paths
from lib.base.errors import LookbookError
from lib.data import catalogue


def fingerprint(name: str, code: str) -> str:
    """Return `Dataset.fingerprint` of the data set of that name (as resolved); loads it when anything has changed.

    code: a digest of the code that reads or draws it. What was found is kept in `.fingerprints.json` of the data
    folder. LookbookError for data that is missing or damaged.
    """
    note = paths.cache() / ".fingerprints.json"
    kept = _read(note)
    key = hashlib.sha256(json.dumps([name, code, _marks(name)]).encode()).hexdigest()[:16]
    if kept.get(name, {}).get("key") != key:
        kept[name] = {"key": key, "fingerprint": catalogue.load(name).fingerprint}
        with suppress(OSError, LookbookError):  # a folder that cannot be written, a full disk: read again next time
            files.write_json(note, kept)
    return kept[name]["fingerprint"]


def _marks(name: str) -> list:
    """Return what changes with the files of a data set: paths, sizes and times of change; a synthetic set has none."""
    from lib.data.fashion_mnist import reader as fashion_mnist
    from lib.data.fashion_product import files as product_files

    if name.startswith("own:"):
        return _below(Path(name.removeprefix("own:")))
    finders = {"fashion-mnist": fashion_mnist.find, "fashion-product": product_files.find}
    place = finders[name]() if name in finders else None
    if place is None:  # drawn; or missing, as `catalogue.load` will say
        return []
    if name == "fashion-product":
        return [str(place), product_files.identity(place)]
    return [_mark(file) for file in sorted(place.iterdir()) if file.is_file()]


def _below(folder: Path) -> list:
    """Return the marks of all files in a folder and below, behind links as well; a circle of links ends."""
    found, seen = [], set()
    for place, folders, names in os.walk(folder, followlinks=True):
        if (real := os.path.realpath(place)) in seen:
            folders.clear()
            continue
        seen.add(real)
        found += [_mark(Path(place, name)) for name in names]
    return sorted(found)


def _mark(file: Path) -> list:
    stat = file.stat() if file.exists() else None  # None: a link to nothing
    return [str(file), *((stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns) if stat else (-1, 0, 0))]


def _read(note: Path) -> dict:
    try:
        kept = files.read_json(note)
    except (LookbookError, OSError):
        return {}
    return kept if isinstance(kept, dict) and all(isinstance(each, dict) for each in kept.values()) else {}
