"""Guards: faults of method that a good-looking figure can hide. Every report prints their verdicts.

Each guard takes a finished run (`lib.runs.Run`) and returns {"guard", "verdict": "passed" or "fired", "detail"}.
"""

import numpy as np


def _verdict(guard: str, fired: bool, detail: str) -> dict[str, str]:
    return {"guard": guard, "verdict": "fired" if fired else "passed", "detail": detail}


def majority_share(run) -> dict[str, str]:
    """Fire when the validation accuracy is the share of the most frequent class: the network may see nothing."""
    _, labels, _ = run.predictions("val")
    share = float(np.bincount(labels).max() / len(labels))
    accuracy = run.metrics["val_accuracy"]
    fired = abs(accuracy - share) < 0.5 / len(labels)
    return _verdict("majority share", fired, f"validation accuracy {accuracy:.3f}, most frequent class {share:.3f}")


def one_bar(run) -> dict[str, str]:
    """Fire when every validation picture gets the same class."""
    _, labels, logits = run.predictions("val")
    used, present = len(np.unique(logits.argmax(axis=1))), len(np.unique(labels))
    return _verdict("one-bar predictions", used == 1, f"{used} of {present} classes predicted")


def finite_loss(run) -> dict[str, str]:
    """Fire when a loss of the history is not a number."""
    history = run.history
    lost = [] if history.empty else history.loc[~np.isfinite(history["loss"]), "epoch"].tolist()
    return _verdict("finite loss", bool(lost), f"not a number in epochs {lost}" if lost else "finite in every epoch")


def separate_parts(run) -> dict[str, str]:
    """Fire when a picture stands in two of training, validation and test."""
    parts = [run.predictions(part)[0] for part in ("train", "val", "test")]
    shared = sum(len(np.intersect1d(a, b)) for i, a in enumerate(parts) for b in parts[:i])
    return _verdict("separate parts", shared > 0, f"{shared} pictures stand in two parts")


def full_epochs(run) -> dict[str, str]:
    """Fire when the network trained for another number of epochs than it was asked to."""
    asked, done = run.config.epochs, run.metrics["epochs"]
    return _verdict("full epochs", done != asked, f"{done} of {asked} epochs")


GUARDS = [majority_share, one_bar, finite_loss, separate_parts, full_epochs]


def check(runs: list) -> list[dict[str, str]]:
    """Return one row a guard over all `runs`: fired, naming the runs in which it did, or passed."""
    rows = []
    for guard in GUARDS:
        verdicts = [(f"{run.config.label} seed {run.config.seed}", guard(run)) for run in runs]
        fired = [f"{name}: {verdict['detail']}" for name, verdict in verdicts if verdict["verdict"] == "fired"]
        detail = "; ".join(fired) if fired else f"in all {len(runs)} runs"
        rows.append(_verdict(guard.__name__.replace("_", " "), bool(fired), detail))
    return rows
