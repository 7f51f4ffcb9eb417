"""Downloads with checksums and one time limit over everything: what does not arrive whole leaves nothing behind."""

import hashlib
import os
import tempfile
import threading
import time
from pathlib import Path
from types import SimpleNamespace

from lib.base.errors import LookbookError
from lib.base.paths import DATA

QUIET = 15.0  # seconds without a single byte: then there is no network, however much time is left


def checksums() -> dict[str, str]:
    """Return the publishers' sha256 sums by path below the data folder, from data/checksums.txt, their only place."""
    lines = (DATA / "checksums.txt").read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}


def sha256(path: Path) -> str:
    """Return the sha256 sum of a file as 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def download(names: list[str], mirrors: list[str], folder: Path, timeout: float) -> None:
    """Bring files of one data set into a folder: all of them, or none.

    names: as in data/checksums.txt, "fashion-mnist/train-labels-idx1-ubyte.gz"; the last part is the file's name in
    `folder` and below each mirror's address. Files that lie there with the right sum are not fetched again.
    mirrors: addresses that end in "/", tried in turn.
    timeout: seconds for everything. It also gives up after 15 s (`QUIET`) without a byte.
    Raises LookbookError with the cause in a few words; the caller adds what to do.
    """
    sums = {Path(name).name: checksums()[name] for name in names}
    missing = {name: digest for name, digest in sums.items() if not _is_there(folder / name, digest)}
    if not missing:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".download-", dir=folder, ignore_cleanup_errors=True) as half_way:
            _fetch_within(timeout, missing, mirrors, Path(half_way))
            for name in missing:
                os.replace(Path(half_way) / name, folder / name)
    except OSError as error:
        raise LookbookError(f"{folder} cannot be written: {error.strerror or error}") from error
    finally:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _is_there(path: Path, digest: str) -> bool:
    return path.is_file() and sha256(path) == digest


def _fetch_within(timeout: float, sums: dict[str, str], mirrors: list[str], folder: Path) -> None:
    """Fetch in a thread and stop waiting when the time is up: a hanging name server heeds no socket's time-out."""
    state = SimpleNamespace(last_byte=time.monotonic(), given_up=False, causes=[], done=False)
    patience = min(QUIET, timeout) / (len(mirrors) + 1)  # so that every mirror gets its turn
    worker = threading.Thread(target=_fetch, args=(sums, mirrors, folder, patience, state), daemon=True)
    end = time.monotonic() + timeout
    worker.start()
    while worker.is_alive():
        worker.join(0.05)
        now = time.monotonic()
        if worker.is_alive() and (now > end or now - state.last_byte > QUIET):
            state.given_up = True
            raise LookbookError("; ".join([*state.causes, f"given up after {now - end + timeout:.0f} s"]))
    if not state.done:
        raise LookbookError("; ".join(state.causes))


def _fetch(sums: dict[str, str], mirrors: list[str], folder: Path, patience: float, state: SimpleNamespace) -> None:
    """Fetch every file from the first mirror that gives it; note in `state` why a mirror did not."""
    import pooch

    def on_bytes(_: int) -> None:
        if state.given_up:
            raise ConnectionAbortedError
        state.last_byte = time.monotonic()

    pooch.get_logger().setLevel("ERROR")  # its notes on every file are not for students
    silent = SimpleNamespace(total=0, update=on_bytes, reset=lambda: None, close=lambda: None)
    getter = pooch.HTTPDownloader(progressbar=silent, chunk_size=2**16, timeout=patience)
    for mirror in mirrors:
        try:
            for name, digest in sums.items():
                if state.given_up:
                    return
                pooch.retrieve(mirror + name, known_hash=f"sha256:{digest}", fname=name, path=folder, downloader=getter)
            state.done = True
            return
        except Exception as error:  # whatever a network can do wrong: the next mirror may do it right
            state.causes.append(_cause(error, mirror + name))


def _cause(error: Exception, url: str) -> str:
    """Say in a few words why a file did not come."""
    import requests  # what pooch downloads with

    if isinstance(error, ValueError) and "hash" in str(error):
        return f"{url} is not the publisher's file, its checksum differs"
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"{url} answers {error.response.status_code}"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return f"{url} was cut off on the way"
    if isinstance(error, requests.RequestException):
        return f"no answer from {url.split('/')[2]}"
    return str(error)
