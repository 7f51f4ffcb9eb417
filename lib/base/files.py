"""Files and folders are made under a temporary name and then renamed: a reader finds the old or the new, never half."""

import errno
import glob
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lib.base.errors import LookbookError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`, with the same ending; when the block ends well it becomes `path`.

    When the block fails, the temporary file is removed and `path` is as it was. A full disk raises LookbookError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(path)
    try:
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise LookbookError(f"{path}: the disk is full; free some space and run the command again") from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Yield a new, empty folder beside `path`; when the block ends well it takes the place of `path`.

    When the block fails, the new folder is removed and `path` is as it was. LookbookError where it cannot be replaced.
    """
    new, old = _temporary(path), _temporary(path)
    try:
        new.mkdir(parents=True)
        yield new
        try:
            if path.exists():
                path.rename(old)
            new.rename(path)
        except OSError as error:
            raise LookbookError(f"{path}: cannot be replaced ({error.strerror}); close programs that use it") from error
    finally:
        if old.exists() and not path.exists():
            old.rename(path)
        for left in (new, old):
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def locked(path: Path, waits: Callable[[], None] | None = None, timeout: float = -1) -> Iterator[None]:
    """Hold the lock of making `path`, a file or a folder: whoever wants the same one waits here until it is made.

    The lock belongs to the process: the system takes it from a dead one, and what that one left half made is removed.
    waits: called when another process holds it. timeout: seconds; then LookbookError. -1: as long as it takes.
    """
    from filelock import FileLock, Timeout

    place = path.parent / ".locks"
    place.mkdir(parents=True, exist_ok=True)
    lock = FileLock(place / f"{path.name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if waits is not None:
            waits()
        try:
            lock.acquire(timeout=timeout)
        except Timeout as error:
            raise LookbookError(f"{path}: another process has been making it for {timeout:.0f} s") from error
    try:
        for left in path.parent.glob(f".{'[0-9a-f]' * 8}-{glob.escape(path.name)}"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield
    finally:
        lock.release()


def _temporary(path: Path) -> Path:
    """Return a path beside `path` that nobody else takes, neither another process nor another thread of this one."""
    return path.with_name(f".{secrets.token_hex(4)}-{path.name}")


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text, whole or not at all; bytes of a name that are no text as JSON has them, \\udcff."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")


def write_json(path: Path, content: dict) -> None:
    """Write JSON with two spaces of indent, whole or not at all. NaN becomes null: JSON has no NaN."""
    write_text(path, json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def plain(value):
    """Return `value` with NumPy numbers and arrays as Python's, NaN and infinities as None, DataFrames as rows."""
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return plain(value.to_dict(orient="records"))
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value


def read_json(path: Path) -> dict:
    """Return the content of a JSON file; LookbookError when it is missing or damaged."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise LookbookError(f"{path}: no such file") from error
    except ValueError as error:
        raise LookbookError(f"{path}: not JSON ({error})") from error


def names_in(folder: Path) -> set[str]:
    """Return the names of all files in a folder, none if there is no such folder; LookbookError if it is unreadable."""
    try:
        return set(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return set()
    except OSError as error:
        raise LookbookError(f"{folder}: cannot be read ({error.strerror}); check its permissions") from error
