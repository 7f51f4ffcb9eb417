"""Can files be written there? Asked before long work, not after it."""

import errno
import tempfile
from pathlib import Path

from lib.base.errors import LookbookError

NEEDED = 4_000_000  # bytes: a report, or the network of a run


def refuse(folder: Path, remedy: str) -> None:
    """Raise LookbookError, with the remedy, for a folder that cannot be made or written, or whose disk is full."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(NEEDED))
    except OSError as error:
        why = f"cannot be written ({error.strerror})"
        if error.errno in (errno.EEXIST, errno.ENOTDIR):
            file = next((place for place in (folder, *folder.parents) if place.is_file()), folder)
            why = f"cannot be made, because {file} is a file" if file != folder else "is a file, not a folder"
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):  # Windows knows no quota
            why = "the disk is full"
            remedy = f"make room, or {remedy}"
        raise LookbookError(f"{folder}: {why}; {remedy}") from error
