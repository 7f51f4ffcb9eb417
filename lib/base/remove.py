"""Removes what the kit made, and nothing else: a file is only removed by a name that the kit writes."""

from collections.abc import Iterable
from pathlib import Path


def own_files(folder: Path, names: Iterable[str]) -> None:
    """Remove the files of these names from a folder, in this order, and then the folder when nothing is left in it.

    names: patterns of `Path.glob`. Folders of such a name stay, as does every other file.
    """
    for name in names:
        half_written = f".{'[0-9a-f]' * 8}-{name}"  # by a killed process
        for file in [*folder.glob(name), *folder.glob(half_written)]:
            if file.is_file() or file.is_symlink():
                file.unlink()
    if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
        folder.rmdir()
