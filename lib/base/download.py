"""Downloads over pooch, with checksums and one time limit over everything: what does not come whole leaves nothing."""

import hashlib
import math
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

from lib.base import files
from lib.base.errors import LookbookError
from lib.base.paths import DATA
from lib.base.progress import waiting

QUIET = 15.0  # seconds without a single byte: then there is no network, however much time is left
RETRY_AFTER = 3600  # seconds
NO_ANSWER = "no answer from"


def checksums() -> dict[str, str]:
    """Return the publishers' sha256 sums by path below the data folder, from data/checksums.txt, their only place."""
    lines = (DATA / "checksums.txt").read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}


def sha256(path: Path) -> str:
    """Return the sha256 sum of a file as 64 hex digits."""
    return _sum(path, "sha256")


def download(sums: Mapping[str, str | None], mirrors: list[str], folder: Path, timeout: float = math.inf) -> None:
    """Bring files into a folder: all of them, or none. One process does, others that want the same ones wait for it.

    sums: for each file's name, in `folder` and below each mirror's address, its sum as "sha256:..." or "md5:..."; None
    where its publisher names none. Files that lie there with the right sum are not fetched again.
    mirrors: addresses that end in "/", tried in turn.
    timeout: seconds for everything. It also gives up after 15 s (`QUIET`) without a byte.
    Raises LookbookError with the cause in a few words; the caller adds what to do.
    """
    first = next(iter(sums))
    if all(_is_there(folder / name, known) for name, known in sums.items()):
        return
    try:
        with files.locked(folder.with_name(f"{folder.name}-{first}"), waiting("files to download"), timeout):
            missing = {name: known for name, known in sums.items() if not _is_there(folder / name, known)}
            folder.mkdir(parents=True, exist_ok=True)
            try:
                _bring(missing, mirrors, folder, timeout, f".download-{first}-")
            finally:
                with suppress(OSError):
                    folder.rmdir()  # where nothing is in it
    except OSError as error:
        raise LookbookError(f"{folder} cannot be written: {error.strerror or error}") from error


def unless_failed_lately(fetch: Callable[[], object], folder: Path, name: str) -> None:
    """Call `fetch`, which downloads `name`; where it failed within the last hour, raise the same error at once.

    folder: where a note of the failure is kept. That nobody answers counts for everything with notes in this folder, so
    that nobody waits for a network again and again; a file that is wrong says nothing of another.
    """
    network, this = folder / ".download-failed", folder / f".download-failed-{name}"
    for note in (network, this):
        if note.exists() and time.time() - note.stat().st_mtime < RETRY_AFTER:
            raise LookbookError(note.read_text(encoding="utf-8"))
    try:
        fetch()
    except LookbookError as error:
        with suppress(LookbookError):  # a folder that cannot be written: it is tried again next time
            files.write_text(network if NO_ANSWER in str(error) else this, str(error))
        raise


def _is_there(path: Path, known: str | None) -> bool:
    return path.is_file() and (known is None or _sum(path, known.partition(":")[0]) == known.partition(":")[2])


def _sum(path: Path, kind: str) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, kind).hexdigest()


def _bring(sums: Mapping[str, str | None], mirrors: list[str], folder: Path, timeout: float, prefix: str) -> None:
    """Fetch the files into a folder of their own, whose name begins with `prefix`, and move them when all are there."""
    for left in folder.glob(f"{prefix}*"):  # of a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=folder, ignore_cleanup_errors=True) as half_way:
        _fetch_within(timeout, sums, mirrors, Path(half_way))
        for name in sums:
            os.replace(Path(half_way) / name, folder / name)


def _fetch_within(timeout: float, sums: Mapping[str, str | None], mirrors: list[str], folder: Path) -> None:
    """Fetch in a thread and stop waiting when the time is up: a hanging name server heeds no socket's time-out."""
    state = SimpleNamespace(last_byte=time.monotonic(), given_up=False, causes=[], done=False)
    patience = min(QUIET, timeout) / len(mirrors)  # so that every mirror gets its turn
    worker = threading.Thread(target=_fetch, args=(sums, mirrors, folder, patience, state), daemon=True)
    begin = time.monotonic()
    worker.start()
    while worker.is_alive():
        worker.join(0.05)
        now = time.monotonic()
        if worker.is_alive() and (now - begin > timeout or now - state.last_byte > QUIET):
            state.given_up = True
            asked = mirrors[min(len(state.causes), len(mirrors) - 1)]
            silent = [] if now - begin > timeout else [f"{NO_ANSWER} {_host(asked)}"]
            raise LookbookError("; ".join([*state.causes, *silent, f"given up after {now - begin:.0f} s"]))
    if not state.done:
        raise LookbookError("; ".join(state.causes))


def _fetch(
    sums: Mapping[str, str | None], mirrors: list[str], folder: Path, patience: float, state: SimpleNamespace
) -> None:
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
            for name, known in sums.items():
                if state.given_up:
                    return
                pooch.retrieve(mirror + name, known_hash=known, fname=name, path=folder, downloader=getter)
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
        return f"{NO_ANSWER} {_host(url)}"
    return str(error)


def _host(url: str) -> str:
    return url.split("/")[2]
