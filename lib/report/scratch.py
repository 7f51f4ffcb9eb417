"""The folder that a report is made in, outside of everybody's: what a killed process left of one is removed."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "lookbook-"
LOCK = "held"  # a lock, which the system takes from a process that died
YOUNG = 5.0  # seconds in which a folder may have no lock yet
OLD = 2 * 24 * 3600.0  # seconds after which nobody works in a folder, whatever its lock says: twice the longest limit


@contextmanager
def folder(name: str) -> Iterator[Path]:
    """Yield a new, empty folder for the notebook `name`; it is removed when the block ends.

    Not beside the reports: somebody may remove those in the hours that a notebook runs, or another process clean them.
    """
    from filelock import FileLock

    remove_left(name)
    made = tempfile.TemporaryDirectory(prefix=f"{PREFIX}{name}-", ignore_cleanup_errors=True)
    with made, FileLock(Path(made.name, LOCK)):
        inner = Path(made.name, "report")
        inner.mkdir()
        yield inner


def remove_left(name: str = "[0-9][0-9]_*") -> None:
    """Remove the folders of processes that were killed; name: of one notebook, or a pattern."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}{name}-*"):
        with suppress(OSError):
            if _is_ours(left) and _is_left(left):
                shutil.rmtree(left, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    """Return whether it is a folder, not a link to one, and this user's: others work in the same place."""
    mine = not hasattr(os, "getuid") or folder.lstat().st_uid == os.getuid()
    return mine and folder.is_dir() and not folder.is_symlink()


def _is_left(folder: Path) -> bool:
    from filelock import FileLock, Timeout

    age = time.time() - folder.stat().st_mtime
    if age < YOUNG or age > OLD or not (folder / LOCK).is_file():
        return age > OLD
    try:
        with FileLock(folder / LOCK, timeout=0):
            return True
    except Timeout:
        return False
