"""Removes reports: the files that `lookbook report` and the notebooks' last cells write, and nothing beside them.

A file of a report that somebody changed by hand is renamed, and stays.
"""

from pathlib import Path

from lib.base import files, paths, remove
from lib.base.errors import LookbookError
from lib.course import notebooks as settings
from lib.report import execute, kept, scratch

LAB = "lab.json"  # what a notebook saves in JupyterLab (lib.base.paths.results_file)


def remove_reports() -> None:
    """Remove the report of every notebook, today's or an older one's, and the index page.

    A folder is a report's when it is named like a notebook, or when its results say that they are its own.
    """
    names = settings.notebooks()
    for folder in paths.reports().glob("[0-9][0-9]_*"):
        if folder.name in names or any(_made_for(folder / file) == folder.name for file in ("results.json", LAB)):
            kept.aside(folder)
            remove.own_files(folder, [*kept.FILES, LAB, f"{kept.COMPLETE}-*"])
    scratch.remove_left()
    for folder in paths.reports().glob(".[0-9][0-9]_*-*"):  # of a process that was killed
        remove.own_files(folder, [*kept.FILES, *execute.SCRATCH])
    remove.own_files(paths.reports(), [".[0-9][0-9]_*.lock"])
    (paths.reports() / "index.html").unlink(missing_ok=True)


def _made_for(file: Path) -> str | None:
    try:
        return files.read_json(file)["notebook"]
    except (LookbookError, OSError, KeyError, TypeError):
        return None
