"""The reference runs that the kit carries: read from reports/reference, where `lookbook reference --pack` put them.

A folder a run: config.json, environment.json, metrics.json, history.csv, predictions.npz (logits as float16, or the
chosen classes, and the name of a file pictures-*.npz that runs on the same pictures share: positions and labels) and,
of a few, model.keras. index.csv has a row for each, checksums.txt the SHA-256 of every file. pandas and numpy read all.
"""

import hashlib
import math
import os
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from lib import config as configs
from lib.base import files, paths
from lib.base.errors import LookbookError
from lib.config import RunConfig
from lib.training.run import MODEL, PARTS, SHARED, Run, as_float32, measured_by, measures

ORIGIN = "reference"
INDEX, CHECKSUMS = "index.csv", "checksums.txt"


def carried(name: str, weights: bool = False) -> Run | None:
    """Return the reference run of that name (`lib.runs.key.key` without a backend), or None.

    weights: whether its network is needed, which few carry. None, too, where `--fresh` was given.
    """
    if os.environ.get("LOOKBOOK_FRESH"):
        return None
    found = index()
    rows = found[found["key"] == name]
    if rows.empty:
        return None
    folder = paths.REFERENCE / rows["folder"].iloc[0]
    return None if weights and not (folder / MODEL).exists() else read(folder)


def of_row(row: str) -> list[Run]:
    """Return the reference runs of a row of reference.yaml, by seed; no pictures are needed."""
    found = index()
    return [read(paths.REFERENCE / folder) for folder in found.loc[found["row"] == row, "folder"]]


def alike(config: RunConfig) -> list[Run]:
    """Return the reference runs whose settings differ from `config` in their seed alone, by seed."""
    wanted = config.changed(seed=0)
    for row, found in index().groupby("row", sort=False):
        first = configs.read(paths.REFERENCE / found["folder"].iloc[0] / "config.json")
        if first.changed(seed=0) == wanted:
            return of_row(str(row))
    return []


def pictures_of(runs: list[Run]) -> list[dict]:
    """Return a row for each data set of these reference runs: name, provenance, fingerprint, fallback (None)."""
    digests = index().set_index("folder")["data"]
    found = {run.config.data.name: digests[run.folder.name] for run in runs}
    known = "Real pictures, in reference runs: they need not be here."
    return [{"name": name, "provenance": known, "fingerprint": data, "fallback": None} for name, data in found.items()]


def index() -> pd.DataFrame:
    """Return index.csv, a row a run (`lib.runs.reference.pack`); empty where nothing is carried."""
    files.restore(paths.REFERENCE)
    file = paths.REFERENCE / INDEX
    if not file.exists():
        return pd.DataFrame(columns=["row", "seed", "key", "folder", "data", "weights"])
    return _index(file, file.stat().st_mtime_ns)


@cache
def _index(file: Path, changed: int) -> pd.DataFrame:
    check(file.parent)
    text = dict.fromkeys(["key", "folder", "data", "weights"], str)
    return pd.read_csv(file, dtype=text).fillna({"weights": ""})


def check(folder: Path) -> None:
    """Raise LookbookError for a file of the reference that is missing, or is not what was packed."""
    for line in (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        file = folder / name
        if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            state, aside = ("changed", "rename it if it is your work; ") if file.exists() else ("is missing", "")
            raise LookbookError(f"{file}: {state} since it was packed; {aside}git restores it: git checkout -- {file}")


def read(folder: Path) -> Run:
    """Return the run in a folder of the reference; what its logits tell is measured by today's code."""
    stored = files.read_json(folder / "metrics.json")
    config = configs.read(folder / "config.json")
    if stored.pop("measured_by", None) != measured_by():
        arrays = all_arrays(folder)
        parts = [part for part in PARTS if f"{part}_logits" in arrays]
        stored |= measures({name: as_float32(arrays[name]) for name in arrays}, config, parts)
    found = {name: math.nan if value is None else value for name, value in stored.items()}  # JSON has no NaN
    return Run(folder.name, config, found, folder, ORIGIN)


def all_arrays(folder: Path) -> dict[str, np.ndarray]:
    """Return the arrays of a reference run, with the positions and labels that it shares with others."""
    with np.load(folder / "predictions.npz") as own:
        found = dict(own)
    if SHARED in found:
        with np.load(folder.parent / str(found.pop(SHARED))) as shared:
            found |= dict(shared)
    return found
