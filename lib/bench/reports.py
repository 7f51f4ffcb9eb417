"""How much of a report's time is saved by what is kept: trainings in the run store, reports that are up to date."""

import os
import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path

import pandas as pd

from lib.base import paths, start
from lib.base.errors import LookbookError
from lib.bench.turns import medians
from lib.data import catalogue

NOTEBOOK = "02"
TURNS = 3


def measure() -> pd.DataFrame:
    """Return three rows, `lookbook report 02 --profile smoke` in a process of its own, in a temporary folder.

    Columns: what (an empty run store; all trainings stored; nothing changed, which is skipped), seconds (the median of
    turns), ratio (how many times as fast as with an empty store). The start of the process counts.
    """
    catalogue.load("garments")  # drawn before, as it is for whoever has made any report
    with tempfile.TemporaryDirectory() as folder:
        ways = {
            "empty store": partial(_from_nothing, Path(folder)),
            "all stored": partial(_report, Path(folder), "--force"),
            "nothing changed": partial(_report, Path(folder)),
        }
        times = medians(ways, TURNS, warm_up=0)
    table = pd.DataFrame(times.items(), columns=["what", "seconds"])
    return table.assign(ratio=table["seconds"].iloc[0] / table["seconds"])


def _from_nothing(folder: Path) -> None:
    shutil.rmtree(folder / "runs", ignore_errors=True)
    _report(folder, "--force")


def _report(folder: Path, *options: str) -> None:
    command = start.command("lib", "report", NOTEBOOK, "--profile", "smoke", "--out", str(folder / "reports"))
    own = {"LOOKBOOK_RUNS": str(folder / "runs")}
    ended = subprocess.run([*command, *options], cwd=paths.ROOT, env=os.environ | own, capture_output=True, text=True)
    if ended.returncode:
        raise LookbookError(f"`report {NOTEBOOK}` failed: {ended.stderr.strip().splitlines()[-1]}")
