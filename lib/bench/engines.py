"""How much faster several workers train a grid of runs than one run after another."""

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

from lib.base import cores, paths
from lib.base.files import write_json
from lib.config import RunConfig, parse

ENGINES = ("inline", "processes", "dask")
SETTINGS = {"system": "R3.initial", "data": {"name": "garments", "limit": 6000}, "epochs": 4}  # seconds a run
TRAINS = """
import sys, time
from pathlib import Path
from lib import config, runs
if __name__ == "__main__":  # Dask's workers import this file, too
    first, rest = (int(word) for word in sys.argv[2:])
    wanted = [(config.read(Path(sys.argv[1])).changed(seed=seed), False) for seed in range(first + rest)]
    begin = time.perf_counter()
    runs.every(wanted[:first])
    warm = time.perf_counter()
    runs.every(wanted[first:])
    print(warm - begin, time.perf_counter() - warm)
"""


def measure(config: RunConfig | None = None, runs: int = 12, jobs: int = 2, turns: int = 1) -> pd.DataFrame:
    """Return a row for each engine that is installed: `jobs` first runs of `config`, then `runs` more, seed by seed.

    Columns: engine, "start, seconds" (of the first runs: workers start, TensorFlow is imported), seconds (of the
    others), ratio (how many times faster the others are than inline), "ratio with start" (likewise, of all).
    Each engine trains in a process and a store of its own. They take turns; of several the fastest counts.
    config: None: R3.initial on 6,000 drawn pictures. LookbookError for more jobs than there are cores.
    """
    cores.refuse_more(jobs)
    config = parse(SETTINGS) if config is None else config
    engines = [name for name in ENGINES if name != "dask" or importlib.util.find_spec("distributed")]
    times = [{engine: _seconds(engine, config, runs, jobs) for engine in engines} for _ in range(turns)]
    table = pd.DataFrame(
        [(engine, *(min(turn[engine][part] for turn in times) for part in (0, 1))) for engine in engines],
        columns=["engine", "start, seconds", "seconds"],
    )
    whole = table["start, seconds"] + table["seconds"]
    table["ratio"] = table["seconds"].iloc[0] / table["seconds"]
    table["ratio with start"] = whole.iloc[0] / whole
    return table.round({"start, seconds": 1, "seconds": 1, "ratio": 2, "ratio with start": 2})


def _seconds(engine: str, config: RunConfig, runs: int, jobs: int) -> tuple[float, float]:
    """Return what the first `jobs` runs took, and the others."""
    with tempfile.TemporaryDirectory() as folder:
        write_json(Path(folder, "config.json"), config.model_dump(mode="json"))
        Path(folder, "trains.py").write_text(TRAINS, encoding="utf-8")
        environment = os.environ | {"LOOKBOOK_ENGINE": engine, "LOOKBOOK_JOBS": str(jobs), "LOOKBOOK_RUNS": folder}
        environment |= {"LOOKBOOK_SCHEDULER": "", "PYTHONPATH": str(paths.ROOT)}
        command = [
            sys.executable,
            str(Path(folder, "trains.py")),
            str(Path(folder, "config.json")),
            str(jobs),
            str(runs),
        ]
        ended = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    start, rest = ended.stdout.split()
    return float(start), float(rest)
