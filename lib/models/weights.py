"""Pretrained ImageNet weights: where a backbone's file is found, and how it is read.

They are looked for in $LOOKBOOK_WEIGHTS, then in the kit's own folder data/weights, then where keras.applications keeps
its downloads; else keras.applications' own file is downloaded to data/weights.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lib.base import download as downloads
from lib.base import paths
from lib.base.errors import LookbookError

ADDRESS = "https://storage.googleapis.com/tensorflow/keras-applications/"  # as in keras.applications


@dataclass(frozen=True)
class Source:
    """A file of weights: kind says how it was found, digest is the begin of its sha256 sum, 16 hex digits."""

    kind: str  # "local file", "cache of keras.applications" or "download of keras.applications"
    path: Path
    digest: str


def find(name: str, names: tuple[str, ...], address: str, md5: str | None, download: bool = True) -> Source:
    """Return the weights of backbone `name`: the first of the files `names` that is found.

    names: the last is keras.applications' own file; address: its folder below `ADDRESS`; md5: its sum, where
    keras.applications knows one. download: whether to download it when none is found. A failed download is not tried
    again for an hour.
    LookbookError when there is none, with where to put one.
    """
    for folder in paths.weights_folders():
        for file in names:
            if (folder / file).is_file():
                return _source("local file", folder / file)
    kept = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "models" / names[-1]
    if kept.is_file():
        return _source("cache of keras.applications", kept)
    own = paths.cache() / "weights"
    reason = "nothing was downloaded"
    if download:
        sums = {names[-1]: md5 and f"md5:{md5}"}
        try:
            downloads.unless_failed_lately(lambda: downloads.download(sums, [f"{ADDRESS}{address}/"], own), own, name)
            return _source("download of keras.applications", own / names[-1])
        except LookbookError as error:
            reason = str(error)
    raise LookbookError(
        f"{name}: no ImageNet weights ({reason}): put {names[-1]} into {own}, or into the folder that LOOKBOOK_WEIGHTS "
        "names; transfer.kit needs none"
    )


def _source(kind: str, path: Path) -> Source:
    state = path.stat()
    return Source(kind, path, _digest(path, state.st_size, state.st_mtime_ns))


@lru_cache
def _digest(path: Path, size: int, changed: int) -> str:
    return downloads.sha256(path)[:16]


def read_into(full, cut, source: Source, name: str) -> None:
    """Read a file into a network; `cut` is the part of `full` that is used, and shares its layers.

    A file of Keras 3 (".weights.h5") holds `cut`; one of keras.applications (".h5") holds `full`.
    LookbookError for a file that is damaged, or that holds another network.
    """
    import h5py

    file = source.path
    try:
        if file.name.endswith(".weights.h5"):
            found: list[int] = []  # Keras reads as many layers as it needs; a deeper network may begin in the same way
            with h5py.File(file) as content:
                content.visititems(lambda _, item: found.append(1) if isinstance(item, h5py.Dataset) else None)
            if len(found) != len(cut.weights):
                raise ValueError(f"{len(found)} arrays, not {len(cut.weights)}")
            cut.load_weights(file)
        else:
            full.load_weights(file)
    except OSError as error:
        raise LookbookError(f"{file}: cut off or damaged; copy it again, or rename it and it is downloaded") from error
    except (ValueError, KeyError) as error:
        raise LookbookError(
            f"{file}: does not hold the weights of {name} ({str(error).splitlines()[0][:80]}); replace or rename it"
        ) from error
