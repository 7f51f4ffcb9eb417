"""Several nets that answer together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.evaluation import metrics


def averaged(logits: Sequence[np.ndarray]) -> np.ndarray:
    """Return the log of the mean softmax output of several nets, float64 (N, classes): logits of their average.

    logits: of each net, (N, classes), of the same pictures. A net whose logits are not all numbers leaves NaN.
    Source: Lakshminarayanan et al. 2017, arXiv 1612.01474.
    """
    from scipy.special import log_softmax, logsumexp

    each = np.stack([log_softmax(one.astype("float64"), axis=1) for one in logits])
    return logsumexp(each, axis=0) - np.log(len(each))


def over_seeds(grid: dict[str, list], name: str = "ensemble") -> pd.DataFrame:
    """Return one row per seed, as `lib.runs.tabulate` has them: the average of the systems' runs with that seed.

    grid: for each system its runs (`lib.training.run.Run`) in the order of the seeds. Columns: system (`name`), seed,
    epochs, diverged (whether a member did), test_accuracy, test_loss.
    """
    rows = []
    for members in zip(*grid.values(), strict=True):
        labels = members[0].predictions("test")[1]
        scores = metrics.classification(labels, averaged([run.predictions("test")[2] for run in members]))
        row = {"system": name, "seed": members[0].config.seed, "epochs": members[0].metrics["epochs"]}
        row["diverged"] = any(run.metrics["diverged"] for run in members)
        rows.append(row | {f"test_{measure}": scores[measure] for measure in ("accuracy", "loss")})
    return pd.DataFrame(rows)
