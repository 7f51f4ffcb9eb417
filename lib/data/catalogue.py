"""The data sets by name, and how `auto` chooses between the real set and the drawn one."""

import time
from collections.abc import Callable, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lib import files, paths
from lib.data.dataset import Dataset
from lib.errors import LookbookError, nearest

RETRY_AFTER = 3600  # seconds
NAMES = ("garments", "fashion-mnist", "auto")


@dataclass(frozen=True)
class Resolved:
    """What a name stands for: a data set's own name and, if it is a stand-in, one sentence that says why."""

    name: str
    reason: str | None = None


def load(name: str = "auto") -> Dataset:
    """Return the data set of that name; `auto` is explained at `resolve`.

    Raises LookbookError if the name is unknown, or if the set is not there or damaged: nothing else stands in for it.
    """
    from lib.data import fashion_mnist, garments

    if resolve(name).name == "fashion-mnist":
        return fashion_mnist.load()
    return garments.load()


def resolve(name: str) -> Resolved:
    """Return what a name stands for, without reading any picture.

    `auto`: Fashion-MNIST if any of its files is on disk (a damaged one is an error when it is loaded, never a reason to
    fall back); else a download that gives up within 15 s, and is not tried again for an hour when it failed; else
    `garments`, with the reason. Every other name is itself.
    Raises LookbookError if the name is unknown, with the nearest one, or if $LOOKBOOK_DATA is no folder.
    """
    if name not in NAMES:
        raise LookbookError(f"unknown data set '{name}': {nearest(name, NAMES)}")
    if name != "auto":
        return Resolved(name)
    from lib.data import fashion_mnist

    if fashion_mnist.find() is not None:
        return Resolved("fashion-mnist")
    reason = _recent_failure()
    if reason is None:
        try:
            fashion_mnist.fetch()
            return Resolved("fashion-mnist")
        except LookbookError as error:
            reason = str(error)
            files.write_text(_failure_note(), reason)
    return Resolved("garments", f"{reason}; until then the drawn garments stand in for it.")


def _failure_note() -> Path:
    return paths.cache() / ".download-failed"


def _recent_failure() -> str | None:
    """Return why a download failed within the last hour, so that not every command waits for a network again."""
    note = _failure_note()
    if note.exists() and time.time() - note.stat().st_mtime < RETRY_AFTER:
        return note.read_text(encoding="utf-8")
    return None


def fetch(name: str, timeout: float = 600) -> Path:
    """Download a real set, by its row in `status`, and return where it lies; raises LookbookError if it does not come.

    timeout: seconds for everything. Without any network it gives up after 15 s, whatever the timeout.
    """
    from lib.data import fashion_mnist, votes

    fetchers = {"fashion-mnist": fashion_mnist.fetch, "fashion-mnist-h": votes.fetch_votes}
    if name not in fetchers:
        raise LookbookError(f"nothing to download for '{name}': {nearest(name, tuple(fetchers))}")
    return fetchers[name](timeout)


def status() -> list[dict[str, Any]]:
    """Return a row per data set: name, there (bool), where, pictures (None if unknown), remedy ("" if none is needed).

    It reads the files. A set that is on disk but cannot be used is not there; its remedy is the loader's error.
    """
    from lib.data import fashion_mnist, votes

    return [
        {"name": "garments", "there": True, "where": "drawn by this kit", "pictures": None, "remedy": ""},
        _row("fashion-mnist", fashion_mnist.find, fashion_mnist.load),
        _row("fashion-mnist-h", votes.find, votes.load_votes),
    ]


def _row(name: str, find: Callable[[], Path | None], read: Callable[[], Sized | None]) -> dict[str, Any]:
    row = {"name": name, "there": False, "where": "", "pictures": None, "remedy": f"`lookbook data fetch {name}`"}
    try:
        where, content = find(), None
        if where is not None and (content := read()) is not None:
            row |= {"there": True, "where": str(where), "pictures": len(content), "remedy": ""}
    except LookbookError as error:
        row["remedy"] = str(error)
    return row
