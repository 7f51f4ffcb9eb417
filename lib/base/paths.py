"""Where everything lies. Nothing else in the kit builds a path of its own or depends on the working directory."""

import os
from pathlib import Path

from lib.base.errors import LookbookError, nearest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
SOURCES = NOTEBOOKS / "src"
DATA = ROOT / "data"
REFERENCE = ROOT / "reports" / "reference"  # committed, whatever folder $LOOKBOOK_REPORTS names
FOLDERS = [f"LOOKBOOK_{what}" for what in ("DATA", "WEIGHTS", "CACHE", "RUNS", "REPORTS", "OUTPUT", "PROGRESS")]
VARIABLES = [*FOLDERS, "LOOKBOOK_ENGINE", "LOOKBOOK_JOBS", "LOOKBOOK_SCHEDULER", "LOOKBOOK_FRESH"]
NO = ("", "0", "no", "false", "off")


def settle() -> None:
    """Let the kit's variables mean the same to all processes: folders in every working directory, LOOKBOOK_FRESH=0 no.

    LookbookError for one that the kit does not know: a misspelt one would be passed over in silence.
    """
    for name in os.environ:
        if name.startswith("LOOKBOOK_") and name not in VARIABLES:
            raise LookbookError(f"{name} is no variable of Lookbook: {nearest(name, VARIABLES)} (or unset it)")
    for name in FOLDERS:
        if os.environ.get(name):
            os.environ[name] = str(absolute(os.environ[name].strip("\"'")))
    if os.environ.get("LOOKBOOK_FRESH", "").strip().lower() in NO:
        os.environ.pop("LOOKBOOK_FRESH", None)


def absolute(place: str | Path) -> Path:
    """Return the whole path of a place as it was typed, where ~ is the home folder."""
    return Path(os.path.expanduser(place)).resolve()


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


def for_a_report() -> bool:
    """Return whether `lookbook report` runs this notebook: nobody watches it, or can choose anything in it."""
    return bool(os.environ.get("LOOKBOOK_OUTPUT"))
