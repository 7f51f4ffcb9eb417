"""Puts a new report in the place of the old one, and loses nothing that somebody did by hand or may still need.

The notebooks that students edit lie in notebooks/, and no report writes there. But somebody may type an answer into
reports/NN_name/executed.ipynb, and the next run must not take it away.
"""

import hashlib
import os
import shutil
from pathlib import Path

from lib.base import files
from lib.base.errors import LookbookError

FILES = ("executed.ipynb", "report.html", "results.json")  # of a report
RESULTS = FILES[-1]
MADE = "made"  # in results.json: digests of the other two, which tell whether they were changed since
COMPLETE = "last-complete"  # what precedes the name of a whole report that a failed run would have replaced


def put(new: Path, folder: Path, results: dict) -> None:
    """Move the files of a report from the folder `new` into `folder`; what else lies there stays, it is the student's.

    A file there that somebody changed by hand is renamed first, and so is a complete report when the new one is of a
    failure; results["kept"] then says in a sentence each what is kept where. results.json goes first and comes last: a
    report without results is out of date, and made again. LookbookError where a file cannot be replaced.
    """
    made = {name: _digest(new / name) for name in FILES if name != RESULTS and (new / name).is_file()}
    files.write_json(new / RESULTS, results | {MADE: made})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        results["kept"] = aside(folder, results.get("status") == "failed")
        (folder / RESULTS).unlink(missing_ok=True)
        for file in sorted(new.iterdir(), key=lambda file: file.name == RESULTS):
            _move(file, folder)
    except OSError as error:
        raise LookbookError(f"{folder}: cannot be replaced ({error.strerror}); close programs that use it") from error


def put_alone(file: Path, folder: Path) -> None:
    """Move one file of a report that could not be finished into `folder`; one that was changed by hand is renamed."""
    folder.mkdir(parents=True, exist_ok=True)
    aside(folder)
    _move(file, folder)


def refuse_foreign(page: Path) -> None:
    """Raise LookbookError where a page would take the place of a file that the kit did not write, or of a device."""
    files.refuse_device(page)
    if page.is_file():
        with page.open("rb") as content:
            if b'name="generator" content="Lookbook"' not in content.read(2000):
                raise LookbookError(
                    f"{page}: is there, and not a page of this kit; it stays: give another name or folder"
                )


def _move(file: Path, folder: Path) -> None:
    """Move a file into a folder, whole or not at all; the two may lie on different disks."""
    with files.replacing(folder / file.name) as temporary:
        shutil.copyfile(file, temporary)
    file.unlink()


def aside(folder: Path, failed: bool = False) -> list[str]:
    """Rename what must not be lost; return a sentence for each file.

    That is a file of a report that was changed by hand, and where a failed one follows, the report of a complete run.
    """
    try:
        old = files.read_json(folder / RESULTS)
    except LookbookError:
        return []
    said = []
    for name, digest in dict(old.get(MADE) or {}).items():
        if name in FILES and (folder / name).is_file() and _digest(folder / name) != digest:
            other = _free(folder, f"changed-{name}")
            os.rename(folder / name, other)
            said.append(f"{folder / name} was changed by hand: kept as {other.name}")
    report = folder / FILES[1]
    if failed and old.get("status") == "complete" and report.is_file():
        os.replace(report, folder / f"{COMPLETE}-{report.name}")
        said.append(f"the last complete report is kept as {folder / f'{COMPLETE}-{report.name}'}")
    return said


def _free(folder: Path, name: str) -> Path:
    """Return a path that nothing has: the name, else with a number before its ending."""
    path, number = folder / name, 2
    while path.exists():
        path, number = folder / f"{Path(name).stem}-{number}{Path(name).suffix}", number + 1
    return path


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
