"""Is the folder that somebody works in the one whose code runs?

An installation names its folder by absolute paths. After `cp -a kit kit2`, kit2/.venv/bin/lookbook runs the code of
kit, and would replace the reports of kit.
"""

import os
import sys
from pathlib import Path

from lib.base.errors import LookbookError
from lib.base.paths import ROOT


def refuse_another() -> None:
    """Raise LookbookError when the command belongs to another folder of the kit than this code."""
    other = another()
    if other is not None:
        raise LookbookError(remedy(other))


def remedy(other: Path) -> str:
    """Return what is wrong in that folder, and what to do there."""
    return (
        f"this command runs the code of {ROOT}, not of {other}, which was copied perhaps: delete {other / '.venv'} and "
        "run `make setup` there (with conda: `python -m pip install -e .`)"
    )


def another() -> Path | None:
    """Return the folder of the kit that the user means, when it is not the one whose code runs; else None.

    That is the folder in which the command was typed, wherever it is installed. Typed outside of every such folder, it
    is the one that holds the command or its environment, unless PYTHONPATH asks for this code.
    """
    typed = _kit_around(Path.cwd())
    if typed is not None:
        return None if typed == ROOT else typed
    asked = [Path(place).resolve() for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place]
    if ROOT in asked:
        return None
    homes = [_kit_around(Path(place)) for place in (sys.argv[0], sys.prefix)]
    return next((home for home in homes if home not in (None, ROOT)), None)


def _kit_around(place: Path) -> Path | None:
    """Return the nearest folder around `place`, or `place` itself, that is a folder of this kit."""
    place = place.resolve()
    for folder in (place, *place.parents):
        project = folder / "pyproject.toml"
        if (
            (folder / "lib/cli/__init__.py").is_file()
            and project.is_file()
            and 'name = "lookbook"' in project.read_text("utf-8")
        ):
            return folder
    return None
