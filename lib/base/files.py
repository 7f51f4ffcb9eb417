"""Files are written under a temporary name and then renamed: a reader finds the old file or the new one, never half."""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lib.base.errors import LookbookError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`, with the same ending; when the block ends well it becomes `path`.

    When the block fails, the temporary file is removed and `path` is as it was. A full disk raises LookbookError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise LookbookError(f"{path}: the disk is full; free some space and run the command again") from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


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
