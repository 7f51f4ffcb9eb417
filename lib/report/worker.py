"""Papermill in a process that ends with its caller: `python -m lib.report.worker FOLDER ARGUMENT...`.

Its standard input is a pipe that the caller holds and never writes to. When that ends, because the caller did, however
it ended, the kernel is ended, FOLDER is removed, and nobody is left behind.
"""

import os
import shutil
import sys
import threading
from contextlib import suppress

import psutil


def main() -> None:
    """Run papermill with the arguments, and watch the caller meanwhile."""
    quicken()
    from papermill.cli import papermill

    alone = threading.Event()
    watcher = threading.Thread(target=_watch, args=(sys.argv[1], alone), daemon=True)
    watcher.start()
    try:
        papermill(sys.argv[2:], prog_name="papermill")
    finally:
        if alone.is_set():  # papermill ends when its kernel is ended, and the folder has to go yet
            watcher.join()


def quicken() -> None:
    """Let jsonschema do without a grammar of addresses, which takes a second to compile: notebooks need none."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # as if it were not installed


def _watch(folder: str, alone: threading.Event) -> None:
    os.read(0, 1)  # not sys.stdin: Python could not end while a thread reads that
    alone.set()
    end(family(os.getpid()))
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def family(number: int) -> list[psutil.Process]:
    """Return what a process started, and what that started: a kernel has a process group of its own."""
    try:
        return psutil.Process(number).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def end(processes: list[psutil.Process]) -> None:
    """End processes; what they write must not come after their folder is removed."""
    for each in processes:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    psutil.wait_procs(processes, timeout=10)


if __name__ == "__main__":
    main()
