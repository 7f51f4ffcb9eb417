"""Run one notebook with papermill, in a process and a kernel of its own, and leave a report whatever happens.

Papermill marks cells as completed after a dead kernel, so neither its metadata nor the notebook is believed: a run is
good when papermill ends with 0 AND the notebook's last cell has written results.json.
"""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import yaml

from lib.base import files, paths, provenance, start
from lib.base.errors import LookbookError
from lib.course import notebooks as settings
from lib.course import reading
from lib.report import kept, scratch, worker

RENDERING = threading.Lock()  # one at a time: nothing promises that nbconvert may be used by several threads
SCRATCH = ("parameters.yaml", "progress.txt", "papermill.log", "source.ipynb")  # of the run that makes it
FULL = 100_000  # bytes that are left on a disk


def run(
    name: str, parameters: dict, out: Path, minutes: float, fallback: str | None, say: Callable[[str], None],
    stamp: str = "", stop: threading.Event | None = None, environment: dict[str, str] | None = None,
) -> dict:  # fmt: skip
    """Run notebooks/NAME.ipynb and replace out/NAME/{executed.ipynb, results.json, report.html}; return the results.

    parameters: every value of the notebook's parameters cell. minutes: the whole notebook is stopped after that.
    fallback: why a drawn set stands in for the real one. say: called with a line whenever there is news.
    stamp: what the report was made from, kept in results["stamp"]. environment: variables for this notebook alone.
    stop: when another thread sets it, the notebook is ended, KeyboardInterrupt raised, and the last report stays.
    results["status"] is "complete" or "failed"; a failed run has a report too.
    """
    out.mkdir(parents=True, exist_ok=True)
    with scratch.folder(name) as folder:
        started = datetime.now(UTC)
        ended = _papermill(name, parameters, folder, minutes, say, stop or threading.Event(), environment or {})
        if ended and shutil.disk_usage(folder).free < FULL:  # then papermill could not even write what was wrong
            ended = f"the disk with {folder.parent.parent} is full; make room, or set TMPDIR (on Windows TEMP)"
        saved = _saved(folder / "results.json") if ended is None else None
        results = saved or _failure(name, parameters, folder, ended, started)
        results |= {"notebook": name, "title": settings.title(name)}  # a copy believes that it is the kit's
        results |= {"fallback": fallback or results.get("fallback"), "stamp": stamp}
        for file in SCRATCH:
            (folder / file).unlink(missing_ok=True)
        try:
            with RENDERING:
                from lib.report.render import write_report

                write_report(folder / "executed.ipynb", results, folder / "report.html")
            kept.put(folder, out / name, results)
        except (OSError, LookbookError):  # a full disk: what was run is there, and takes no more room where it belongs
            with suppress(OSError, LookbookError):
                kept.put_alone(folder / "executed.ipynb", out / name)
            raise
    return results


def _papermill(
    name: str, parameters: dict, folder: Path, minutes: float, say: Callable[[str], None],
    stop: threading.Event, more: dict[str, str],
) -> str | None:  # fmt: skip
    """Return None when papermill ended well, else one line that says how it ended."""
    files.write_text(folder / "parameters.yaml", yaml.safe_dump(parameters, sort_keys=False))
    worker.quicken()
    import nbformat

    command = start.command("lib.report.worker", str(folder.parent))
    command += ["--no-progress-bar", "--log-level", "WARNING", "--kernel", "python3"]
    command += ["--no-request-save-on-cell-execute"]  # but every 30 s, and at the end: a cell would cost two savings
    command += ["--cwd", str(paths.NOTEBOOKS), "--parameters_file", "parameters.yaml"]
    files.write_text(folder / "source.ipynb", nbformat.writes(reading.whole(paths.NOTEBOOKS / f"{name}.ipynb")))
    command += ["source.ipynb", "executed.ipynb"]  # seen from `folder`: papermill fills {braces} in a path
    news = folder / "progress.txt"
    with (
        tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as nobody,  # goes with it
        (folder / "papermill.log").open("w+", encoding="utf-8", errors="replace") as log,
    ):
        environment = os.environ | more
        environment |= {
            "LOOKBOOK_OUTPUT": str(folder),
            "LOOKBOOK_PROGRESS": str(news),
            "JUPYTER_PATH": str(paths.ROOT / "lib/course"),  # no kernel called python3 elsewhere wins over ours
            "JUPYTER_RUNTIME_DIR": nobody,  # a home folder that cannot be written is no hindrance
            "IPYTHONDIR": nobody,  # no start-up files of the user run in it
            "PYTHONSTARTUP": "",
        }
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=log, stderr=log, env=environment, start_new_session=True
        )
        deadline = time.monotonic() + minutes * 60
        read = 0
        try:
            while process.poll() is None:
                if time.monotonic() > deadline:
                    return f"stopped after {minutes:g} minutes, the limit of this profile"
                if news.exists() and news.stat().st_size > read:
                    text = news.read_bytes()[read:].decode("utf-8", "replace")
                    read += len(text.encode())
                    say(text.splitlines()[-1])
                if stop.wait(0.2):
                    raise KeyboardInterrupt
        finally:
            _end(process)
        if process.returncode == 0:
            return None
        log.seek(0)
        lines = [line for line in log.read().splitlines() if line.strip()]
        return lines[-1] if lines else f"papermill ended with {process.returncode}"


def _end(process: subprocess.Popen) -> None:
    """End papermill, and whatever that started."""
    if process.poll() is None:
        family = worker.family(process.pid)
        process.kill()
        worker.end(family)
        process.wait()
    assert process.stdin is not None
    process.stdin.close()


def _saved(file: Path) -> dict | None:
    """Return what the notebook's last cell wrote, None where it wrote nothing that a report can be made of."""
    try:
        results = files.read_json(file)
    except LookbookError:
        return None
    known = isinstance(results, dict) and isinstance(results.get("provenance"), dict)
    known = known and results.get("status") == "complete"
    return results if known and {"notebook", "title", "profile", "parameters"} <= results.keys() else None


def _failure(name: str, parameters: dict, folder: Path, ended: str | None, started: datetime) -> dict:
    """Return the results of a failed run: what is known, and the failing cell."""
    return {
        "notebook": name,
        "title": settings.title(name),
        "status": "failed",
        "error": _failing_cell(folder / "executed.ipynb") or {
            "cell": None, "cell_id": None, "name": "Stopped",
            "message": ended or "the notebook ended without its last cell, which saves results.json",
        },
        "dataset": parameters.get("dataset"),
        "profile": parameters.get("profile"),
        "parameters": parameters,
        "provenance": {
            "versions": provenance.versions(),
            "commit": provenance.commit(),
            "started": started.isoformat(timespec="seconds"),
            "seconds": round((datetime.now(UTC) - started).total_seconds(), 1),
        },
    }  # fmt: skip


def _failing_cell(executed: Path) -> dict | None:
    import nbformat

    try:
        cells = nbformat.read(executed, as_version=4).cells
    except Exception:  # the notebook may be missing or cut off; then the failure has no cell
        return None
    number = 0
    for cell in cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or "injected-parameters" in tags or "papermill-error-cell-tag" in tags:
            continue
        number += 1
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                message = " ".join(output.evalue.split())
                return {"cell": number, "cell_id": cell.id, "name": output.ename, "message": message}
    return None
