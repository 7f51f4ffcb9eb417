"""Pretrained ImageNet weights: where a backbone's file is found, and how it is read.

They are looked for in $LOOKBOOK_WEIGHTS, then in the kit's own folder data/weights, then where keras.applications keeps
its downloads; else keras.applications' own file is downloaded to data/weights.
"""

import contextlib
import hashlib
import os
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

from lib.base import files, paths
from lib.base.errors import LookbookError

ADDRESS = "https://storage.googleapis.com/tensorflow/keras-applications/"  # as in keras.applications
QUIET = 15.0  # seconds without a byte: then there is no network
RETRY_AFTER = 3600  # seconds
NO_ANSWER = "no answer from"


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
        network, this = own / ".download-failed", own / f".download-failed-{name}"  # no network counts for all of them
        lately = [
            note for note in (network, this) if note.exists() and time.time() - note.stat().st_mtime < RETRY_AFTER
        ]
        if lately:
            reason = lately[0].read_text(encoding="utf-8")
        else:
            try:
                fetch(f"{ADDRESS}{address}/{names[-1]}", own / names[-1], md5)
                return _source("download of keras.applications", own / names[-1])
            except LookbookError as error:
                reason = str(error)
                with contextlib.suppress(OSError):  # a folder that cannot be written: it is tried again next time
                    files.write_text(network if reason.startswith(NO_ANSWER) else this, reason)
    raise LookbookError(
        f"{name}: no ImageNet weights ({reason}): put {names[-1]} into {own}, or into the folder that LOOKBOOK_WEIGHTS "
        "names; transfer.kit needs none"
    )


def _source(kind: str, path: Path) -> Source:
    state = path.stat()
    return Source(kind, path, _digest(path, state.st_size, state.st_mtime_ns))


@lru_cache
def _digest(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:16]


def fetch(url: str, file: Path, md5: str | None) -> None:
    """Download `url` to `file`, whole or not at all; LookbookError with the cause, and after 15 s without a byte."""
    state = SimpleNamespace(last_byte=time.monotonic(), given_up=False, cause="")
    worker = threading.Thread(target=_fetch, args=(url, file, md5, state), daemon=True)
    worker.start()
    while worker.is_alive():  # not a socket's time-out alone: a hanging name server heeds none
        worker.join(0.05)
        if worker.is_alive() and time.monotonic() - state.last_byte > QUIET:
            state.given_up, state.cause = True, f"{NO_ANSWER} {url.split('/')[2]}"
            break
    if state.cause:
        raise LookbookError(state.cause)


def _fetch(url: str, file: Path, md5: str | None, state: SimpleNamespace) -> None:
    import requests

    try:
        digest = hashlib.md5(usedforsecurity=False)
        with files.replacing(file) as temporary, requests.get(url, stream=True, timeout=QUIET) as answer:
            answer.raise_for_status()
            with temporary.open("wb") as stream:
                for chunk in answer.iter_content(2**20):
                    if state.given_up:
                        raise ConnectionAbortedError
                    state.last_byte = time.monotonic()
                    digest.update(chunk)
                    stream.write(chunk)
            if md5 not in (None, digest.hexdigest()):
                raise LookbookError(f"{url} is not the publisher's file, its checksum differs")
    except LookbookError as error:
        state.cause = str(error)
    except requests.HTTPError as error:
        state.cause = str(error)
    except requests.RequestException:
        state.cause = f"{NO_ANSWER} {url.split('/')[2]}"
    except OSError as error:
        state.cause = f"{file} cannot be written: {error.strerror or error}"


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
        raise LookbookError(f"{file}: cut off or damaged; copy it again, or remove it and it is downloaded") from error
    except (ValueError, KeyError) as error:
        raise LookbookError(
            f"{file}: does not hold the weights of {name} ({str(error).splitlines()[0][:80]}); replace or remove it"
        ) from error
