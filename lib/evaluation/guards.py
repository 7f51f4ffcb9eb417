"""Guards: faults of method that a good-looking figure can hide. Every report prints their verdicts.

Each guard takes a finished run (`lib.runs.Run`) and its data set, and returns (whether it fires, what it saw).
"""

import hashlib

import numpy as np

from lib.data.dataset import Dataset
from lib.data.splits import split


def majority_share(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when the validation accuracy is the share of the most frequent class: the network may see nothing."""
    _, labels, _ = run.predictions("val")
    share = float(np.bincount(labels).max() / len(labels))
    accuracy = run.metrics["val_accuracy"]
    return abs(accuracy - share) < 0.5 / len(labels), f"validation accuracy {accuracy:.3f}, largest class {share:.3f}"


def one_bar_predictions(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when every validation picture gets the same class."""
    _, labels, logits = run.predictions("val")
    used, present = len(np.unique(logits.argmax(axis=1))), len(np.unique(labels))
    return used == 1, f"{used} of {present} classes predicted"


def finite_loss(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when a loss of the history is not a number."""
    finite = np.isfinite(run.history[["loss", "val_loss"]].to_numpy()).all(axis=1)
    lost = run.history.loc[~finite, "epoch"].tolist()
    return bool(lost), f"not a number in epochs {lost}" if lost else "finite in every epoch"


def copies_across_parts(run, dataset: Dataset) -> tuple[bool, str]:
    """Fire when a validation or test picture has an equal one, byte for byte, in an earlier part."""
    parts = split(dataset, run.config.data)
    seen: set[bytes] = set()
    copies = 0
    for part in (parts.train, parts.validation, parts.test):
        prints = [hashlib.sha256(picture.tobytes()).digest() for picture in dataset.images[part]]
        copies += sum(fingerprint in seen for fingerprint in prints)
        seen.update(prints)
    return copies > 0, f"{copies} pictures of validation or test have an equal one in a part before"


GUARDS = [majority_share, one_bar_predictions, finite_loss, copies_across_parts]


def check(runs: list, dataset: Dataset) -> list[dict[str, str]]:
    """Return a row a guard: guard, verdict ("passed" or "fired"), detail, which names the first run where it fired."""
    rows = []
    for guard in GUARDS:
        name = guard.__name__.replace("_", " ")
        # Copies depend on the data alone, which the runs of a notebook share.
        looked_at = runs[:1] if guard is copies_across_parts else runs
        fired = []
        for run in looked_at:
            fires, detail = guard(run, dataset)
            fired += [f"{run.config.label} seed {run.config.seed}: {detail}"] if fires else []
        detail = f"{fired[0]} ({len(fired)} of {len(looked_at)} runs)" if fired else f"in all {len(runs)} runs"
        rows.append({"guard": name, "verdict": "fired" if fired else "passed", "detail": detail})
    return rows
