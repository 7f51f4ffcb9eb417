"""Where everything lies. Nothing else in the kit builds a path of its own or depends on the working directory."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
SOURCES = NOTEBOOKS / "src"
DATA = ROOT / "data"


def reports() -> Path:
    """Return the folder of the reports: `$LOOKBOOK_REPORTS`, else `reports/`. `report --out DIR` sets the variable."""
    return Path(os.environ.get("LOOKBOOK_REPORTS") or ROOT / "reports").resolve()


def runs() -> Path:
    """Return the folder of the run store: `$LOOKBOOK_RUNS`, else `runs/`."""
    return Path(os.environ.get("LOOKBOOK_RUNS") or ROOT / "runs").resolve()


def data_folders() -> list[Path]:
    """Return the folders in which real data is looked for, in order: `$LOOKBOOK_DATA` if set, then `data/`."""
    chosen = os.environ.get("LOOKBOOK_DATA")
    return ([Path(chosen).resolve()] if chosen else []) + [DATA]


def cache() -> Path:
    """Return the folder for what the kit draws or downloads itself: `$LOOKBOOK_CACHE`, else `data/`."""
    return Path(os.environ.get("LOOKBOOK_CACHE") or DATA).resolve()


def output(notebook: str) -> Path:
    """Return where a notebook's results go: `$LOOKBOOK_OUTPUT` under `lookbook report`, else reports/NN_name."""
    return Path(os.environ.get("LOOKBOOK_OUTPUT") or reports() / notebook).resolve()
