"""A drawn set on disk: a folder of arrays and texts with their sums, written whole or not at all."""

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lib.base import files
from lib.base.errors import LookbookError
from lib.base.progress import waiting

Content = dict[str, Any]  # an array, or a text, by the name of its file


def fetch_or_draw(folder: Path, names: tuple[str, ...], draw: Callable[[], Content]) -> Content:
    """Return what the folder holds, as `read` does; where it is missing or damaged, draw it and put it there first.

    One process draws it, others wait. LookbookError where the folder cannot be written.
    """
    kept = read(folder, names)
    if kept is not None:
        return kept
    try:
        with files.locked(folder, waiting("drawn pictures")):
            kept = read(folder, names)  # whoever held the lock has drawn it
            if kept is None:
                content = draw()
                write(folder, content)
                kept = read(folder, names) or content
            return kept
    except OSError as error:
        raise LookbookError(
            f"cannot write the drawn set to {folder}: {error.strerror or error}; make room there, or set "
            "LOOKBOOK_CACHE to a folder that can be written"
        ) from error


def read(folder: Path, names: tuple[str, ...]) -> Content | None:
    """Return what the folder holds, arrays mapped into memory; None where one is missing or its sum is wrong.

    names: files, `.npy` for arrays, anything else for texts.
    """
    try:
        sums = json.loads((folder / "sums.json").read_text())
        if any(_sum(folder / name) != sums[name] for name in names):
            return None
        return {name: _load(folder / name) for name in names}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(folder: Path, content: Content) -> None:
    """Put the content into the folder, all or nothing."""
    with files.replacing_folder(folder) as new:
        for name, value in content.items():
            if isinstance(value, str):
                (new / name).write_text(value, encoding="utf-8", newline="\n")
            else:
                np.save(new / name, value)
        (new / "sums.json").write_text(json.dumps({name: _sum(new / name) for name in content}))


def _load(file: Path) -> np.ndarray | str:
    return np.load(file, mmap_mode="r") if file.suffix == ".npy" else file.read_text(encoding="utf-8")


def _sum(file: Path) -> int:
    return zlib.crc32(np.memmap(file, np.uint8, "r").data) if file.stat().st_size else 0
