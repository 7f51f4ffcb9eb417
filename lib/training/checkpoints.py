"""What a killed training goes on from: its history, its last checkpoint and its best weights."""

import time
from pathlib import Path

import pandas as pd

from lib.base.files import replacing, write_text
from lib.config import EarlyStoppingConfig
from lib.training import ends

LAST = "checkpoint.keras"
BEST = "best.weights.h5"  # weights of the best epoch so far, with early stopping
SCRATCH = (LAST, BEST)  # of no use once the run is stored
PAUSE = 20  # times what a checkpoint took to write, before the next: that can take longer than a short epoch


def keep(model, history: list[dict], folder: Path, stopping: EarlyStoppingConfig | None, due: float) -> float:
    """Write the history; the weights where they are the best so far; and when it is due, a checkpoint.

    due: seconds of `time.monotonic`. Return when the next checkpoint is due.
    """
    begin = time.monotonic()
    if stopping is not None and ends.best_epoch(history, stopping) == len(history):
        with replacing(folder / BEST) as temporary:  # first: a killed epoch is repeated, and gives the same
            model.save_weights(temporary)
    # History before the model: a kill leaves rows too many, and the checkpoint's step count tells which.
    write_text(folder / "history.csv", pd.DataFrame(history).to_csv(index=False, lineterminator="\n"))
    if begin < due:
        return due
    with replacing(folder / LAST) as temporary:
        model.save(temporary)
    return time.monotonic() + PAUSE * (time.monotonic() - begin)
