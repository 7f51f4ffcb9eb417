"""The run store. What notebooks call: `runs.fetch_or_train(config)`, `runs.grid(configs, seeds, dataset)`.

key     the name of a run: a hash of all that decides its figures (versions.yaml: of the code, a VERSION per room)
store   fetch a run, or train it: once, whoever asks
grid    several settings with several seeds, and their metrics as a table
engines  how the runs of a grid are trained: here, in worker processes, by Dask
reference  the full-length runs that the kit carries (reference.yaml): training and packing them;  carried: reading them
full_length  the carried runs as systems to compare, and what each costs;  card: a model card of one
normal  is a figure what reference runs of the same settings give?  trained: runs as results.json keeps them
search  runs that differ in their optimiser alone, and what a chosen learning rate is worth
search_words  a search in sentences;  search_answer: how far a lead is one of default rates
few_labels  the carried runs by how many labelled pictures they had
networks  the network of a run, the backbone of a head, and what it says of any pictures
"""

from lib.runs.grid import by_rate, every, flat, grid, histories, of_part, of_target, seed_by_seed, tabulate
from lib.runs.networks import backbone, logits, network, over_mirror
from lib.runs.store import fetch_or_train
from lib.training.run import Run

__all__ = [
    "Run", "backbone", "by_rate", "every", "fetch_or_train", "flat", "grid", "histories", "logits", "network",
    "of_part", "of_target", "over_mirror", "seed_by_seed", "tabulate",
]  # fmt: skip
