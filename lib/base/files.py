"""Files and folders are made under a temporary name and then renamed: a reader finds the old or the new, never half."""

import errno
import glob
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from lib.base import paths
from lib.base.errors import LookbookError

DEEPEST = 100  # lists within lists that JSON is made of
ASIDE = ".old"  # ends the name of a folder that is being replaced


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise LookbookError where `path` cannot be written in this block: it says why, and what to do."""
    try:
        yield
    except TimeoutError:  # of a lock that another process holds
        raise
    except OSError as error:
        raise LookbookError(unwritable(path, error)) from error


def is_full(error: OSError) -> bool:
    """Return whether the disk is full, or what its owner allows is used up."""
    return error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))  # Windows knows no quota


def unwritable(path: Path, error: OSError) -> str:
    """Return why `path` cannot be written, and what to do: which variable names another folder, where one does."""
    if is_full(error):
        return f"{path}: the disk is full; free some space and run the command again"
    variable = paths.variable(path)
    remedy = f"set {variable} to a folder that can be written" if variable else "check its permissions"
    return f"{path}: cannot be written ({error.strerror or error}); {remedy}"


def refuse_device(path: Path) -> None:
    """Raise LookbookError where a file would take the place of a device or a pipe: of /dev/null, which all need."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise LookbookError(f"{path}: is a device or a pipe, which stays; give the name of a file")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`, with the same ending; when the block ends well it becomes `path`.

    When the block fails, the temporary file is removed and `path` is as it was. LookbookError as of `writing`.
    """
    refuse_device(path)
    temporary = _temporary(path)
    try:
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            yield temporary
            os.replace(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Yield a new, empty folder beside `path`; when the block ends well it takes the place of `path`.

    When the block fails, the new folder is removed and `path` is as it was. LookbookError where it cannot be replaced.
    To be used under the lock of `path`, which puts the old one back when this is killed between two renamings.
    """
    new = _temporary(path)
    old = new.with_name(new.name + ASIDE)
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

    lock = FileLock(path.parent / ".locks" / f"{path.name}.lock")
    try:
        with writing(path):
            Path(lock.lock_file).parent.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
    except Timeout:
        if waits is not None:
            waits()
        try:
            lock.acquire(timeout=timeout)
        except Timeout as error:
            raise LookbookError(f"{path}: another process has been making it for {timeout:.0f} s") from error
    try:
        for old in _aside(path):
            shutil.rmtree(old) if path.exists() else old.rename(path)
        for left in path.parent.glob(_temporaries(path)):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield
    finally:
        lock.release()


def restore(path: Path) -> None:
    """Put a folder back in its place when whoever replaced it was killed in between."""
    if not path.exists() and _aside(path):
        with locked(path):
            pass


def remove_half_written(folder: Path) -> None:
    """Remove what a killed process left half written in a folder that nobody else writes into now."""
    for left in folder.glob(f".{'[0-9a-f]' * 8}-*"):
        left.unlink(missing_ok=True)


def _aside(path: Path) -> list[Path]:
    return sorted(path.parent.glob(_temporaries(path) + ASIDE))


def _temporaries(path: Path) -> str:
    return f".{'[0-9a-f]' * 8}-{glob.escape(path.name)}"


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


def plain(value: Any, within: tuple[int, ...] = ()) -> Any:
    """Return `value` as JSON has it: NumPy's as Python's, NaN and infinities as None, DataFrames as rows, else text.

    Whatever it is, it costs no trained network: what holds itself, or has no text, is named by its kind.
    within: ids of what it lies in.
    """
    if id(value) in within or len(within) > DEEPEST:
        return f"<{type(value).__name__}>"
    inner = (*within, id(value))
    if isinstance(value, dict):
        return {str(name): plain(item, inner) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, inner) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, str | int | float | None) and not hasattr(value, "tolist"):  # NumPy's float64 is a float
        return value
    try:
        if hasattr(value, "to_dict") and hasattr(value, "columns"):
            return plain(value.to_dict(orient="records"), inner)
        return plain(value.tolist(), inner) if hasattr(value, "tolist") else str(value)
    except Exception:  # of a class that somebody wrote
        return f"<{type(value).__name__}>"


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


def folders_in(folder: Path, deep: int) -> list[Path]:
    """Return the folders in `folder`, so deep, by name; not the hidden ones, nor what may not be read."""
    try:
        with os.scandir(folder) as found:
            inner = sorted(each.name for each in found if each.name[0] != "." and each.is_dir())
    except OSError:
        return []
    below = {name: folders_in(folder / name, deep - 1) if deep > 1 else [] for name in inner}
    return [each for name in inner for each in (folder / name, *below[name])]
