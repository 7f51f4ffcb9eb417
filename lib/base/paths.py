"""Where everything lies. Nothing else in the kit builds a path of its own or depends on the working directory."""

import os
from pathlib import Path

from lib.base.errors import LookbookError

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
SOURCES = NOTEBOOKS / "src"
DATA = ROOT / "data"
REFERENCE = ROOT / "reports" / "reference"  # committed, whatever folder $LOOKBOOK_REPORTS names
VARIABLES = [f"LOOKBOOK_{what}" for what in ("DATA", "WEIGHTS", "CACHE", "RUNS", "REPORTS", "OUTPUT", "PROGRESS")]


def make_absolute() -> None:
    """Let the variables that name folders mean the same in every working directory: notebooks have another."""
    for name in VARIABLES:
        if os.environ.get(name):
            os.environ[name] = str(Path(os.environ[name]).resolve())


def reports() -> Path:
    """Return the folder of the reports: `$LOOKBOOK_REPORTS`, else `reports/`. `report --out DIR` sets the variable."""
    return Path(os.environ.get("LOOKBOOK_REPORTS") or ROOT / "reports").resolve()


def runs() -> Path:
    """Return the folder of the run store: `$LOOKBOOK_RUNS`, else `runs/`."""
    return Path(os.environ.get("LOOKBOOK_RUNS") or ROOT / "runs").resolve()


def data_folders() -> list[Path]:
    """Return the folders in which real data is looked for: `$LOOKBOOK_DATA` if set, then the kit's own, `cache()`.

    Raises LookbookError if $LOOKBOOK_DATA is set to something that is not a readable folder.
    """
    return [*_chosen("LOOKBOOK_DATA", "data"), cache()]


def weights_folders() -> list[Path]:
    """Return the folders in which pretrained weights are looked for: `$LOOKBOOK_WEIGHTS`, then the kit's own.

    Raises LookbookError if $LOOKBOOK_WEIGHTS is set to something that is not a readable folder.
    """
    return [*_chosen("LOOKBOOK_WEIGHTS", "weights"), cache() / "weights"]


def _chosen(variable: str, what: str) -> list[Path]:
    folder = os.environ.get(variable)
    if not folder:
        return []
    try:
        os.listdir(folder)
    except OSError as error:
        raise LookbookError(
            f"{variable}={folder}: {error.strerror}; set it to the folder that holds the {what}, or unset it"
        ) from error
    return [Path(folder).resolve()]


def cache() -> Path:
    """Return the kit's own data folder, where it draws and downloads to: `$LOOKBOOK_CACHE`, else `data/`."""
    return Path(os.environ.get("LOOKBOOK_CACHE") or DATA).resolve()


def variable(path: Path) -> str | None:
    """Return the variable that names another folder for what the kit writes at `path`; None where none does."""
    own = {"LOOKBOOK_RUNS": runs(), "LOOKBOOK_REPORTS": reports(), "LOOKBOOK_CACHE": cache()}
    if path.is_relative_to(REFERENCE):
        return None
    return next((name for name, folder in own.items() if path.is_relative_to(folder)), None)


def results_file(notebook: str) -> Path:
    """Return the file a notebook's results go to.

    Under `lookbook report` that is results.json in `$LOOKBOOK_OUTPUT`. In JupyterLab it is reports/NN_name/lab.json:
    the report that lies there has figures of its own.
    """
    folder = os.environ.get("LOOKBOOK_OUTPUT")
    return Path(folder, "results.json").resolve() if folder else reports() / notebook / "lab.json"
