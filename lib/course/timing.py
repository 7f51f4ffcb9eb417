"""How long will it take on this computer? Measured, then multiplied."""

import time
from pathlib import Path

import numpy as np

from lib import models
from lib.base import files
from lib.base.errors import LookbookError
from lib.base.progress import duration
from lib.data.dataset import Dataset


def training_speed(system: str, dataset: Dataset, pictures: int = 1_600, batch_size: int = 32) -> float:
    """Return the pictures a second that `system` trains with here, after a warm-up; nothing is kept of the training."""
    from lib.training.loop import compiled, train_epoch

    target = next(iter(dataset.classes))
    labelled = np.flatnonzero(dataset.labels[target] >= 0)[:pictures]  # tables of own pictures have gaps
    images, labels = dataset.images[labelled], dataset.labels[target][labelled]
    model = compiled(models.build(system, images.shape[1:], len(dataset.classes[target])))
    order = np.arange(len(images))
    train_epoch(model, images, labels, order[: 4 * batch_size], batch_size)
    begin = time.perf_counter()
    train_epoch(model, images, labels, order, batch_size)
    return len(images) / (time.perf_counter() - begin)


def trained_pictures(parameters: dict, pool: int) -> dict[str, int]:
    """Return for each system of a notebook's parameters the pictures it trains on, every epoch and seed counted.

    pool: training and validation pictures of the data set; a fifth of those used are kept for validation.
    """
    used = min(parameters.get("limit") or pool, pool)
    each = round(used * 0.8) * parameters.get("epochs", 0) * parameters.get("seeds", 0)
    return dict.fromkeys(parameters.get("systems", []), each)


def row(name: str, parameters: dict, speeds: dict[str, float], pool: int, reports: Path) -> dict[str, str]:
    """Return a row of notebook 00's table: notebook, what training it will take at least, time of the last report."""
    work = trained_pictures(parameters, pool)
    known = [count / speeds[system] for system, count in work.items() if system in speeds]
    training = duration(sum(known)) if any(work.values()) else "no training"
    if parameters.get("seeds") and not work:
        training = "known once it has run"  # a grid of settings, which only the notebook itself counts
    if len(known) < len(work):
        training += " and more (not every system was measured)"
    try:
        last = files.read_json(reports / name / "results.json")
        report = f"{duration(last['provenance']['seconds'])} ({last['profile']}, {last['dataset']}, {last['status']})"
    except LookbookError:
        report = "not run"
    return {"notebook": name, "training, at least": training, "last report": report}
