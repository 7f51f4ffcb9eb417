"""The run store: `runs/<key>/`, and the one way to get a run.

A folder is a run when it holds metrics.json, which is written last. Anything else is a training that was killed, and
resumes when it is asked for again. One process at a time trains a run; the others wait for it and fetch it.
"""

from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from lib.base import paths, remove
from lib.base.errors import LookbookError
from lib.base.files import locked, remove_half_written, replacing, write_json, writing
from lib.base.progress import Report, duration, progress
from lib.base.provenance import environment, peak_memory
from lib.config import RunConfig
from lib.data import catalogue
from lib.data.dataset import Dataset
from lib.data.parts import parts
from lib.models import ANCHORS, needs
from lib.runs import carried
from lib.runs.key import key
from lib.training import recipes
from lib.training.checkpoints import SCRATCH
from lib.training.run import MODEL, Run, measures, read, write_metrics
from lib.training.train import train

FILES = (
    "metrics.json", "config.json", "environment.json", "history.csv", "predictions.npz", "log.txt", MODEL, *SCRATCH
)  # fmt: skip
FEATURES = ("about.json", "done.npy", "features.npy")  # of lib.training.features
KEY = "[0-9a-f]" * 16  # as a pattern of `Path.glob`

Asked = tuple[RunConfig, Dataset, Run | None]  # settings, data, and the run to begin from


def fetch_or_train(
    config: RunConfig, dataset: Dataset | None = None, show: Report | None = None, weights: bool = False
) -> Run:
    """Return the run of `config`: from the store when it is there, else trained now and stored.

    show: takes the progress of the training; without it the run shows its own. weights: whether the network itself is
    needed; where it was not kept (`keeps_weights`), the run is trained again, now with its network.
    A training that diverged is a run, too: metrics["diverged"] says so, and its history ends at the latest with the
    epoch in which its loss was no number.
    """
    dataset = catalogue.load(config.data.name) if dataset is None else dataset
    start = None if config.start is None else _start(config, dataset)
    folder = paths.runs() / key(config, dataset.fingerprint, start.key if start else None)
    found = stored(folder.name, weights) or reference(config, dataset, weights)
    if found is not None:
        return found
    shown = progress(f"{recipes.label(config)}, seed {config.seed}") if show is None else nullcontext(show)
    with shown as tell, locked(folder, lambda: tell(0, 1, "another process trains it, waits")):
        found = stored(folder.name, weights)  # whoever held the lock has trained it
        return found or _train((config, dataset, start), folder, tell, weights or keeps_weights(config))


def reference(config: RunConfig, dataset: Dataset, weights: bool = False) -> Run | None:
    """Return the run of `config` that the kit carries, if it does; none that begins from another run."""
    if config.start is not None:
        return None
    return carried.carried(key(config, dataset.fingerprint, backend=""), weights)


def keeps_weights(config: RunConfig) -> bool:
    """Return whether the trained network is stored with the run: 200 of them would take most of a gigabyte.

    It is, of seed 0 of a system that is trained as its recipe says, and of small heads; ablations are figures alone.
    """
    as_its_recipe = recipes.label(config) == config.system
    return (config.seed == 0 and as_its_recipe) or needs.takes_features(config)


def name(config: RunConfig, dataset: Dataset) -> str:
    """Return the key of the run of `config`, which need not be trained, nor need the run that it begins from."""
    if config.start is None:
        return key(config, dataset.fingerprint)
    return key(config, dataset.fingerprint, name(config.start, pictures_of_start(config, dataset)))


def pictures_of_start(config: RunConfig, dataset: Dataset) -> Dataset:
    """Return the pictures of the run that `config` begins from: `dataset`, or others that are loaded by their name."""
    assert config.start is not None
    return dataset if config.start.data.name == config.data.name else catalogue.load(config.start.data.name)


def stored(key: str, weights: bool = False) -> Run | None:
    """Return the run of that key if it is in the store, with its network where `weights` asks for it; else None."""
    folder = paths.runs() / key
    run = read(folder)
    lacks = run is not None and run.config.system not in ANCHORS and not (folder / MODEL).exists()
    return None if weights and lacks else run


def remove_all() -> None:
    """Remove every run, stored features and the locks; what else lies in the store stays."""
    for folder in paths.runs().glob(KEY):
        remove.own_files(folder, FILES)
    for features in [KEY, f".{'[0-9a-f]' * 8}-{KEY}"]:  # the second: half made by a killed process
        for folder in paths.runs().glob(f"features/{features}"):
            remove.own_files(folder, FEATURES)
    remove.own_files(paths.runs() / "features" / ".locks", [f"{KEY}.lock"])
    remove.own_files(paths.runs() / "features", [])
    remove.own_files(paths.runs() / ".locks", [f"{KEY}.lock"])


def _train(asked: Asked, folder: Path, tell: Report, weights: bool) -> Run:
    config, dataset, start = asked
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    remove_half_written(folder)
    (folder / "metrics.json").unlink(missing_ok=True)  # of a run whose network is needed now
    write_json(folder / "config.json", config.model_dump(mode="json"))
    trained_with = environment()  # before it begins: hours later the folder may hold other code
    with (folder / "log.txt").open("a", encoding="utf-8") as log:

        def report(done: float, total: int, text: str) -> None:
            log.write(f"{done}/{total} {text}\n")
            log.flush()
            tell(done, total, text)

        facts, predictions = train(config, dataset, folder, report, start)
        found = facts | measures(predictions, config)
        ended = "diverged" if found["diverged"] else f"val_accuracy {found['val_accuracy']:.4f}"
        report(facts["epochs"] or 1, facts["epochs"] or 1, f"in {duration(facts['seconds'])}, {ended}")
    with replacing(folder / "predictions.npz") as temporary:
        np.savez_compressed(temporary, allow_pickle=False, **predictions)
    finished = datetime.now(UTC).isoformat(timespec="seconds")
    write_json(folder / "environment.json", trained_with | {"finished": finished})
    found["peak_memory_mib"] = peak_memory()
    write_metrics(folder, found)
    for name in [*SCRATCH, *([] if weights else [MODEL])]:  # until here a kill costs a few epochs, not the training
        (folder / name).unlink(missing_ok=True)
    return Run(folder.name, config, found, folder)


def _start(config: RunConfig, dataset: Dataset) -> Run:
    """Return the run that `config.start` asks for."""
    assert config.start is not None
    refuse_start(config, dataset)
    return fetch_or_train(config.start, pictures_of_start(config, dataset), weights=True)


def refuse_start(config: RunConfig, dataset: Dataset) -> None:
    """Raise LookbookError when `config` cannot begin from its start, or is measured on pictures that this one saw."""
    assert config.start is not None
    if not needs.takes_start(config):
        raise LookbookError(f"{config.system}: start is for transfer.kit, and for fine-tuning with train_from")
    if config.start.data.name != config.data.name:
        return
    theirs, ours = (parts(dataset, data) for data in (config.start.data, config.data))
    measured = np.concatenate([ours[0].ids[ours[1].validation], ours[0].ids[ours[1].test]])
    seen = np.isin(theirs[0].ids[theirs[1].train], measured).sum()  # not positions: report R1's way has its own
    if seen:
        raise LookbookError(
            f"{config.system}: the run to start from was trained on {seen:,} pictures that this one is measured on: "
            "give both the same keep, stratify, grouped, limit and split_seed"
        )
