"""The run store. What notebooks call: `runs.fetch_or_train(config)`, `runs.grid(configs, seeds, dataset)`.

key     the name of a run: a hash of all that decides its figures (versions.yaml: of the code, a VERSION per room)
store   fetch a run, or train it: once, whoever asks
grid    several settings with several seeds, and their metrics as a table
"""

from lib.runs.grid import flat, grid, histories, tabulate
from lib.runs.store import fetch_or_train
from lib.training.run import Run

__all__ = ["Run", "fetch_or_train", "flat", "grid", "histories", "tabulate"]
