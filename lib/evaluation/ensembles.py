"""Several nets that answer together."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError
from lib.evaluation import comparison, metrics, statistics

MOST_STEPS = 1000  # of the logistic regression; it ends earlier when it has settled
# Its C. Of 1, .1, .01 and .001 the best on VALIDATION pictures, three folds, seed 0 of R3.initial, R2.simple,
# R2.optimised and fast: .9437, .9449, .9454, .9422. It is small because members say much the same.
STRENGTH = 0.01
SETTLED = 1e-3  # its tolerance: with scikit-learn's 1e-4 it takes several times as long

WORTH = {-1: ", so it harms", 0: "", 1: ", so it helps"}  # if the difference is clear


def averaged(logits: Sequence[np.ndarray]) -> np.ndarray:
    """Return the log of the mean softmax output of several nets, float64 (N, classes): logits of their average.

    logits: of each net, (N, classes), of the same pictures. A net whose logits are not all numbers leaves NaN.
    Source: Lakshminarayanan et al. 2017, arXiv 1612.01474.
    """
    from scipy.special import log_softmax, logsumexp

    each = np.stack([log_softmax(one.astype("float64"), axis=1) for one in logits])
    return logsumexp(each, axis=0) - np.log(len(each))


def by_class(logits: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
    """Return log probabilities, float64 (N, classes), in which each net counts for a class as much as `weights` says.

    logits: of each net, (N, classes). weights: (nets, classes), zero or more, of every class one above zero. A class's
    probability is the weighted mean of what the nets give it; all are then divided by their sum.
    """
    from scipy.special import log_softmax, logsumexp

    each = np.stack([log_softmax(one.astype("float64"), axis=1) for one in logits])
    shares = weights / weights.sum(axis=0)
    joined = logsumexp(each, axis=0, b=shares[:, None, :])
    return joined - logsumexp(joined, axis=1, keepdims=True)


def strengths(labels: np.ndarray, logits: Sequence[np.ndarray]) -> np.ndarray:
    """Return how good each net is at each class, its F1, float64 (nets, classes).

    labels: int (N,), logits: of each net, (N, classes), of VALIDATION pictures. F1, because a net that gives a class to
    every picture finds all of its pictures, and is not strong at it.
    """
    from sklearn.metrics import f1_score

    classes = np.arange(logits[0].shape[1])
    return np.array([f1_score(labels, one.argmax(axis=1), labels=classes, average=None) for one in logits])


def stacked(labels: np.ndarray, logits: Sequence[np.ndarray], others: Sequence[np.ndarray]) -> np.ndarray:
    """Return what a logistic regression says that learnt to weigh the nets' log probabilities, float64 (M, classes).

    labels: int (N,), logits: of each net, (N, classes), of VALIDATION pictures, which no net learnt from. others: of
    each net, (M, classes), of the pictures to answer. Source: Wolpert 1992, doi:10.1016/S0893-6080(05)80023-1.
    """
    from scipy.special import log_softmax
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    known, asked = (
        np.concatenate([log_softmax(one.astype("float64"), axis=1) for one in part], axis=1)
        for part in (logits, others)
    )
    model = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, tol=SETTLED, max_iter=MOST_STEPS)).fit(
        known, labels
    )
    return model.predict_log_proba(asked)


def ways(labels: np.ndarray, known: Sequence[np.ndarray], asked: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Return the answers of several nets together, (M, classes), by the way they are joined.

    labels: int (N,), known: logits of each net, of VALIDATION pictures. asked: logits of each net, of the pictures to
    answer. Report R4 proposes to use each model's strength at particular classes, and not how: either each net counts
    for a class by its F1 there, or the net with the highest F1 at a class alone says how probable it is.
    """
    strong = strengths(labels, known)
    strongest = (np.arange(len(strong))[:, None] == strong.argmax(axis=0)).astype("float64")
    return {
        "mean of probabilities": averaged(asked),
        "weighted by class": by_class(asked, strong),
        "strongest at each class": by_class(asked, strongest),
    }


def beside_best(grid: dict[str, list]) -> pd.DataFrame:
    """Return a row for each seed and way but stacking, and for the best member, as `lib.runs.tabulate` has them.

    grid: for each system its runs (`lib.training.run.Run`) in the order of the seeds, all with the same validation and
    test pictures. Columns: system (a way, or "best member"), member (which it is), seed, epochs, diverged,
    test_accuracy, test_loss.
    """
    best, rows = best_member(grid), []
    for members in zip(*grid.values(), strict=True):
        truth, answers = _answers(members, list(grid).index(best), stack=False)
        about = {"member": best, "seed": members[0].config.seed, "epochs": members[0].metrics["epochs"]}
        about["diverged"] = any(run.metrics["diverged"] for run in members)
        for way, answer in answers.items():
            scores = metrics.classification(truth, answer)
            rows.append({"system": way} | about | {f"test_{name}": scores[name] for name in ("accuracy", "loss")})
    return pd.DataFrame(rows)


def best_member(grid: dict[str, list]) -> str:
    """Return the system with the highest mean validation accuracy: one for all seeds; grid: as in `beside_best`."""
    means = {name: float(np.mean([run.metrics["val_accuracy"] for run in runs])) for name, runs in grid.items()}
    return max(means, key=lambda name: means[name])


def over_pictures(grid: dict[str, list]) -> pd.DataFrame:
    """Return a row for each way, and for the average of the best member's trainings: what it gains, over test pictures.

    grid: as in `beside_best`. Columns: system, difference (mean over the test pictures of: share of seeds with which it
    is right, minus that of the best member alone), low and high, clear. The intervals are wide enough that all rows
    together hold with 95% (Bonferroni); clear: without zero. They say nothing of other trainings than these.
    """
    from scipy.stats import norm

    best, right = best_member(grid), defaultdict(list)
    for members in zip(*grid.values(), strict=True):
        truth, answers = _answers(members, list(grid).index(best), stack=True)
        for way, answer in answers.items():
            right[way].append(answer.argmax(axis=1) == truth)
    if len(grid[best]) > 1:
        together = averaged([run.predictions("test")[2] for run in grid[best]])
        right[f"{len(grid[best])} trainings of {best}"] = [together.argmax(axis=1) == truth]
    alone = np.mean(right.pop("best member"), axis=0)
    rows = []
    for way, each in right.items():
        gain = np.mean(each, axis=0) - alone
        half = norm.ppf(1 - comparison.RESOLVED / 2 / len(right)) * gain.std() / np.sqrt(len(gain))
        rows.append({"system": way, "difference": gain.mean(), "low": gain.mean() - half, "high": gain.mean() + half})
    table = pd.DataFrame(rows)
    return table.assign(clear=table["low"] * table["high"] > 0)


def _answers(members: Sequence, best: int, stack: bool) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the labels of the test pictures, and what the best member and each way answer, (N, classes).

    members: a run of each system. best: the place of the best one. stack: whether to stack, too, which takes seconds.
    """
    known, asked = ([run.predictions(part) for run in members] for part in ("val", "test"))
    _refuse_others(known, asked)
    labels, before, now = known[0][1], [each[2] for each in known], [each[2] for each in asked]
    answers = {"best member": now[best]} | ways(labels, before, now)
    return asked[0][1], answers | ({"stacked": stacked(labels, before, now)} if stack else {})


def _refuse_others(*parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> None:
    for part in parts:
        if not all(np.array_equal(positions, part[0][0]) for positions, _, _ in part):
            raise LookbookError("the members were measured on other pictures: join runs on the same data only")


def as_claimed(grid: dict[str, list]) -> pd.DataFrame:
    """Return `beside_best` with the systems that claims.yaml names: "ensemble", weighted by class, and "best member".

    grid: as there; of the models that the claim is about.
    """
    table = beside_best(grid).replace({"system": {"weighted by class": "ensemble"}})
    return table[table["system"].isin(["ensemble", "best member"])]


def told_gains(runs: dict, answers: dict[str, np.ndarray]) -> str:
    """Return in words what another answer of a network is worth on its test pictures (McNemar's test); "" for none.

    runs: name -> run (`lib.training.run.Run`, with logits). answers: name -> its other answer about its test pictures,
    (N, classes).
    """
    return " ".join(f"{name}: {_gain(runs[name], answer)}." for name, answer in answers.items())


def _gain(run, answer: np.ndarray) -> str:
    _, labels, logits = run.predictions("test")
    before, after = (scores.argmax(axis=1) == labels for scores in (logits, answer))
    found = statistics.mcnemar(before, after)
    clear = found["p"] < comparison.RESOLVED
    worth = WORTH[int(np.sign(after.sum() - before.sum()))] if clear else ", which could be chance"
    return (
        f"{before.mean():.1%} right without it, {after.mean():.1%} with it{worth} "
        f"({found['only_second']} pictures won, {found['only_first']} lost)"
    )
