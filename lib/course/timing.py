"""How long does it take on this computer? Measured: the speed of training, and the last report of each notebook."""

import time

import numpy as np
import pandas as pd

from lib import models
from lib.base import files, paths
from lib.base.errors import LookbookError
from lib.base.progress import duration
from lib.course.notebooks import notebooks
from lib.data.dataset import Dataset, evenly


def training_speed(system: str, dataset: Dataset, pictures: int = 1_600, batch_size: int = 32) -> float:
    """Return the pictures a second that `system` trains with here, after a warm-up; nothing is kept of the training.

    pictures: at most so many are trained on, evenly from all that have a label.
    """
    from lib.training.loop import compiled, train_epoch

    target = next(iter(dataset.classes))
    chosen = np.flatnonzero(dataset.labels[target] >= 0)
    chosen = chosen[evenly(len(chosen), pictures)]
    images, labels = dataset.images[chosen], dataset.labels[target][chosen]
    model = compiled(models.build(system, images.shape[1:], len(dataset.classes[target])))
    order = np.arange(len(images))
    train_epoch(model, images, labels, order[: 4 * batch_size], batch_size)
    begin = time.perf_counter()
    train_epoch(model, images, labels, order, batch_size)
    return len(images) / (time.perf_counter() - begin)


def last_reports() -> pd.DataFrame:
    """Return one row per notebook: how long its last report took, and in which profile, on which pictures.

    Columns: notebook, took ("not run" without a report, or with a damaged one), profile, pictures, status.
    """
    rows = []
    for name in notebooks():
        try:
            found = files.read_json(paths.reports() / name / "results.json")
            sets = [each["name"] for each in found.get("datasets", [])]  # a report that failed early has none
            row = {"took": duration(found["provenance"]["seconds"]), "profile": found["profile"]}
            row |= {"pictures": ", ".join(sets), "status": found["status"]}
        except (LookbookError, KeyError, TypeError):
            row = {"took": "not run", "profile": "", "pictures": "", "status": ""}
        rows.append({"notebook": name} | row)
    return pd.DataFrame(rows)
