"""From files and folders to pictures, and to one line for each that cannot be one."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lib.base import cores
from lib.base.errors import LookbookError
from lib.base.progress import progress
from lib.data import pictures
from lib.predict.prepare import WORKING, prepared, shows_something

THUMBNAIL = 160  # pixels of the longer side of what is kept of the picture itself
MANY = 100  # pictures: from here on progress shows


@dataclass(frozen=True)
class Taken:
    """A picture that was read: its name, itself made small (uint8, (h, w, 3)), and what the network will see of it."""

    name: str
    original: np.ndarray
    seen: np.ndarray
    empty: bool  # nothing in it stands out from its background


def files(asked: Sequence[str | Path]) -> tuple[list[Path], list[str]]:
    """Return the picture files that were asked for, each once, and a line for each thing that is none.

    Of a folder, all files in it, however deep, that end like a picture (`lib.data.pictures.ENDINGS`); hidden ones and
    folders behind links do not count.
    """
    found: dict[Path, None] = {}
    problems = []
    for path in map(Path, asked):
        if not path.is_dir():
            found[path] = None  # whether it is there, reading it says
            continue
        own, unreadable = _inside(path)
        problems += unreadable
        if not own and not unreadable:
            endings = ", ".join(ending[1:] for ending in pictures.ENDINGS)
            problems.append(f"{printable(path)}: no picture in this folder (files that end in {endings})")
        found |= dict.fromkeys(own)
    return list(found), problems


def _inside(folder: Path) -> tuple[list[Path], list[str]]:
    found, problems = [], []

    def unreadable(error: OSError) -> None:
        problems.append(f"{printable(error.filename)}: cannot be read ({error.strerror}); check its permissions")

    for place, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if name[0] != ".")
        found += [Path(place, name) for name in sorted(names) if name[0] != "." and _ends_like_one(name)]
    return found, problems


def _ends_like_one(name: str) -> bool:
    return name.lower().endswith(pictures.ENDINGS)


def read(found: Sequence[Path]) -> tuple[list[Taken], list[str]]:
    """Return the pictures in these files, in order, and a line for each that cannot be read."""
    taken, problems = [], []
    for one in _read_all(found):
        if isinstance(one, Taken):
            taken.append(one)
        else:
            problems.append(one)
    return taken, problems


def _read_all(found: Sequence[Path]) -> Iterator[Taken | str]:
    with ThreadPoolExecutor(min(4, cores.count())) as pool:  # the decoders let other threads work
        results = pool.map(_read, found)
        if len(found) < MANY:
            yield from results
            return
        with progress("pictures") as show:
            for number, one in enumerate(results):
                if number % MANY == 0:
                    show(number, len(found), "read")
                yield one
            show(len(found), len(found), "read")


def _read(file: Path) -> Taken | str:
    name = printable(file)
    if not file.exists():
        return f"{name}: no such file; give a picture, or a folder of them"
    if not file.is_file():
        return f"{name}: no file; give a picture, or a folder of them"
    raw, reason = pictures.read(file)
    if reason:
        return f"{name}: {reason}"
    image, known = pictures.decode(raw, upright=True, least=(2 * WORKING, 2 * WORKING))
    return f"{name}: {known['reason']}" if image is None else of_array(image, name)


def of_array(image: np.ndarray, name: str) -> Taken:
    """Return a picture that is in memory already: uint8 (h, w), (h, w, 1) or (h, w, 3); else LookbookError."""
    if image.ndim == 2:
        image = image[..., None]
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] not in (1, 3) or 0 in image.shape:
        raise LookbookError(f"{name}: {image.dtype} {image.shape} is no picture; give uint8 (height, width, 1 or 3)")
    if image.shape[2] == 1:
        image = np.repeat(image, 3, axis=2)
    small = pictures.shrunk(image, THUMBNAIL, THUMBNAIL)
    return Taken(name, small, prepared(image), not shows_something(image))


def printable(path: str | Path) -> str:
    """Return a path as text that any terminal and file can take: no control characters, nothing that is not Unicode."""
    text = os.fsencode(path).decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
