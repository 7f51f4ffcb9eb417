"""Can files be written there? Asked before long work, not after it."""

import errno
import tempfile
from pathlib import Path

from lib.base import files
from lib.base.errors import LookbookError

NEEDED = 4_000_000  # bytes: a report, or the network of a run


def refuse(folder: Path, remedy: str) -> None:
    """Raise LookbookError, with the remedy, for a folder that cannot be made or written, or whose disk is full.

    A folder that is not there is not made yet.
    """
    try:
        there = next(place for place in (folder, *folder.parents) if place.exists())
        with tempfile.TemporaryFile(dir=there) as probe:
            probe.write(bytes(NEEDED))
    except OSError as error:
        why = f"cannot be written ({error.strerror})"
        if error.errno == errno.ENOTDIR:
            why = "is a file, not a folder" if there == folder else f"cannot be made, because {there} is a file"
        if files.is_full(error):
            why, remedy = "the disk is full", f"make room, or {remedy}"
        raise LookbookError(f"{folder}: {why}; {remedy}") from error
