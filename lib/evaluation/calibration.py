"""Is a network as sure as it is right? Probabilities, temperature scaling, conformal sets of classes."""

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError

BINS = 15  # of confidence, equally wide, as Guo et al. have them
MANY = 100  # pictures: the share right of fewer is too uncertain to be called off


def probabilities(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Return the softmax of the logits divided by a temperature, float64 (N, classes)."""
    from scipy.special import softmax

    return softmax(logits.astype("float64") / temperature, axis=1)


def temperature(labels: np.ndarray, logits: np.ndarray) -> float:
    """Return the number by which to divide the logits so that the loss is lowest: above 1 where a network is too sure.

    labels: int (N,), logits: float (N, classes), of VALIDATION pictures. The answers stay the same.
    Source: Guo et al. 2017, arXiv 1706.04599, section 4.2.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import logsumexp

    scores = logits.astype("float64")
    right = scores[np.arange(len(labels)), labels]

    def loss(log_of_it: float) -> float:
        scale = np.exp(-log_of_it)
        return float(np.mean(logsumexp(scores * scale, axis=1) - right * scale))

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))


def reliability(labels: np.ndarray, probabilities: np.ndarray, bins: int = BINS) -> pd.DataFrame:
    """Return a row for each bin of confidence that has pictures: pictures, confidence and accuracy (both means)."""
    sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    number = np.minimum((sure * bins).astype(int), bins - 1)
    table = pd.DataFrame({"bin": number, "confidence": sure, "accuracy": right.astype(float), "pictures": 1})
    return (
        table.groupby("bin").agg({"pictures": "sum", "confidence": "mean", "accuracy": "mean"}).reset_index(drop=True)
    )


def calibration_error(labels: np.ndarray, probabilities: np.ndarray, bins: int = BINS) -> float:
    """Return the expected calibration error: the mean distance of accuracy from confidence, weighted by pictures.

    Source: Guo et al. 2017, arXiv 1706.04599, section 2.
    """
    table = reliability(labels, probabilities, bins)
    return float(np.average((table["accuracy"] - table["confidence"]).abs(), weights=table["pictures"]))


def conformal_threshold(labels: np.ndarray, probabilities: np.ndarray, coverage: float = 0.9) -> float:
    """Return the least probability with which a class belongs to a picture's set of classes.

    Sets hold the true class of at least `coverage` of new pictures, where these are like the VALIDATION pictures given.
    LookbookError where these are too few to promise it. Source: Angelopoulos & Bates 2021, arXiv 2107.07511, section 1.
    """
    n = len(labels)
    rank = int(np.ceil((n + 1) * coverage))
    if rank > n:
        raise LookbookError(f"{n} pictures are too few for sets that hold the true class of {coverage:.0%} of new ones")
    return float(1 - np.sort(1 - probabilities[np.arange(n), labels])[rank - 1])


def conformal_sets(probabilities: np.ndarray, threshold: float) -> np.ndarray:
    """Return which classes are in each picture's set, bool (N, classes); the likeliest class always is."""
    sets = probabilities >= threshold
    sets[np.arange(len(sets)), probabilities.argmax(axis=1)] = True
    return sets


def before_and_after(run) -> tuple[float, float, float]:
    """Return the calibration error on the test pictures of a run, the same after temperature scaling, and by what.

    run: a finished run (`lib.training.run.Run`) with logits. The temperature comes from its validation pictures.
    """
    _, known, logits = run.predictions("val")
    _, labels, asked = run.predictions("test")
    by = temperature(known, logits)
    before, after = (calibration_error(labels, probabilities(asked, each)) for each in (1.0, by))
    return before, after, by


def tabulate(grid: dict[str, list]) -> pd.DataFrame:
    """Return a row a run: system, seed, error and scaled_error (`before_and_after`), temperature.

    grid: for each system its runs (`lib.training.run.Run`), which carry logits.
    """
    rows = []
    for system, runs in grid.items():
        for run in runs:
            before, after, by = before_and_after(run)
            about = {"system": system, "seed": run.config.seed}
            rows.append(about | {"error": before, "scaled_error": after, "temperature": by})
    return pd.DataFrame(rows)


def told(errors: pd.DataFrame, run, after: pd.DataFrame) -> str:
    """Return in words how well a system's confidence fits, as trained and scaled.

    errors: of `tabulate`, told as means over seeds. run: one of the system's (`lib.training.run.Run`). after: of
    `reliability`, its scaled answers.
    """
    system, much = run.config.system, run.config.label_smoothing
    own = errors[errors["system"] == system][["error", "scaled_error", "temperature"]].mean()
    unsure = own["temperature"] < 1
    why = f" (label smoothing of {much:g} teaches never to be quite sure)" if much and unsure else ""
    return (
        f"As trained, {system} is {'not sure enough' if unsure else 'too sure'}: its confidence and its accuracy are "
        f"{own['error'] * 100:.1f} points apart{why}. After scaling: {own['scaled_error'] * 100:.1f} points."
        f"{_still(after)}"
    )


def _still(after: pd.DataFrame, least: float = 0.03) -> str:
    """Return how many points of scaled answers are too sure, and the worst of many pictures; "" if none is by `least`.

    after: of `reliability`.
    """
    over = after["confidence"] - after["accuracy"]
    many = over.where(after["pictures"] >= MANY, -1)
    if many.max() < least:
        return ""
    low, worst = int((over > 0).sum()), after.iloc[int(many.argmax())]
    lie = "lies" if low == 1 else "lie"
    return (
        f" Then {low} of the {len(after)} points on the right {lie} below the line: of answers about "
        f"{worst['confidence']:.0%} sure only {worst['accuracy']:.0%} are right."
    )
