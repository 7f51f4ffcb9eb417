"""Several nets that answer together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError
from lib.base.text import listed
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


def beside_best(grid: dict[str, list], stack: bool = True) -> pd.DataFrame:
    """Return a row for each seed and way, and for the best member, as `lib.runs.tabulate` has them.

    grid: for each system its runs (`lib.training.run.Run`) in the order of the seeds, all with the same validation and
    test pictures. stack: whether to stack them, too, which takes seconds a seed. Columns: system (a way, or "best
    member"), member (which it is), seed, epochs, diverged, test_accuracy, test_loss. The best member has the highest
    mean validation accuracy: one system for all seeds.
    """
    means = {name: float(np.mean([run.metrics["val_accuracy"] for run in runs])) for name, runs in grid.items()}
    best = max(means, key=lambda name: means[name])
    rows = []
    for members in zip(*grid.values(), strict=True):
        known, asked = ([run.predictions(part) for run in members] for part in ("val", "test"))
        _refuse_others(known, asked)
        answers = {"best member": asked[list(grid).index(best)][2]}
        labels, before, now = known[0][1], [each[2] for each in known], [each[2] for each in asked]
        answers |= ways(labels, before, now) | ({"stacked": stacked(labels, before, now)} if stack else {})
        about = {"member": best, "seed": members[0].config.seed, "epochs": members[0].metrics["epochs"]}
        about["diverged"] = any(run.metrics["diverged"] for run in members)
        for way, answer in answers.items():
            scores = metrics.classification(asked[0][1], answer)
            rows.append({"system": way} | about | {f"test_{name}": scores[name] for name in ("accuracy", "loss")})
    return pd.DataFrame(rows)


def _refuse_others(*parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> None:
    for part in parts:
        if not all(np.array_equal(positions, part[0][0]) for positions, _, _ in part):
            raise LookbookError("the members were measured on other pictures: join runs on the same data only")


def as_claimed(grid: dict[str, list]) -> pd.DataFrame:
    """Return `beside_best` with the systems that claims.yaml names: "ensemble", weighted by class, and "best member".

    grid: as there; of the models that the claim is about.
    """
    table = beside_best(grid, stack=False).replace({"system": {"weighted by class": "ensemble"}})
    return table[table["system"].isin(["ensemble", "best member"])]


def found(gains: pd.DataFrame, member: str) -> str:
    """Return in a sentence how many ways are clearly better than the best member, and the one with the highest mean.

    gains: as `lib.evaluation.comparison.against` returns it for `beside_best`, with "best member" as the reference.
    member: the name of the best member.
    """
    better = int((gains["verdict"] == comparison.HIGHER).sum())
    (highest,) = comparison.each_row(gains.loc[[gains["difference"].idxmax()]])
    known = np.isfinite([highest.low, highest.high]).all()
    ends = f" ({highest.low * 100:+.2f} to {highest.high * 100:+.2f})" if known else ""
    return (
        f"{better or 'None'} of the {len(gains)} combinations {'is' if better < 2 else 'are'} clearly better than "
        f"{member} alone. The highest mean has {highest.system}: {highest.difference * 100:+.2f} points{ends}, "
        f"{highest.verdict}."
    )


def told_trainings(runs: Sequence, gains: pd.DataFrame, gain: np.ndarray) -> str:
    """Return in words what the average of one system's trainings gains, beside the combinations of several systems.

    runs: the trainings (`lib.training.run.Run`). gains: as in `found`. gain: of each test picture, whether the average
    is right (0 or 1) minus the share of the trainings that are right alone.
    """
    system, number = runs[0].config.system, len(runs)
    if number < 2:
        return f"There is only one training of {system} here, so there is nothing to average."
    half = 1.96 * gain.std() / np.sqrt(len(gain))
    told = (
        f"The average of {number} trainings of {system} gains {gain.mean() * 100:+.2f} points over one of them "
        f"({(gain.mean() - half) * 100:+.2f} to {(gain.mean() + half) * 100:+.2f}), for {number} times the work."
    )
    known = gains[gains["difference"].notna()]
    if known.empty:
        return told
    more = "more" if gain.mean() > known["difference"].max() else "not more"
    return f"{told} That is {more} than any combination gains on average; whether clearly so, was not tested."


def told_same(gains: pd.DataFrame, grid: dict[str, list], member: str) -> str:
    """Return in sentences which ways are right as often as the best member with every seed, as `same` finds them, why.

    grid: as in `beside_best`. "" where there is none.
    """
    ways = gains[same(gains)]["system"].tolist()
    if not ways:
        return ""
    why = f"with every seed as often right as {member}"
    if ways == ["strongest at each class"] and _no_other_is_stronger(grid, member):
        why = f"no other member has a higher F1 than {member} at any class"
    return f"Not drawn: {listed(ways)}, because {why}."


def _no_other_is_stronger(grid: dict[str, list], member: str) -> bool:
    """Return whether a member has the highest F1 at every class on validation pictures, or shares it, with any seed."""
    place = list(grid).index(member)
    for runs in zip(*grid.values(), strict=True):
        known = [run.predictions("val") for run in runs]
        strong = strengths(known[0][1], [each[2] for each in known])
        if (strong[place] < strong.max(axis=0)).any():
            return False
    return True


def advice(gains: pd.DataFrame, member: str, gain: np.ndarray) -> str:
    """Return in a sentence what to do for more than the best member; gains, gain: as in `told_trainings`."""
    several = bool((gains["verdict"] == comparison.HIGHER).any())
    if gain.mean() > 1.96 * gain.std() / np.sqrt(len(gain)):
        other = (
            ", or combine it with others: both help" if several else "; to combine it with others does not clearly help"
        )
        return f"For more, average several trainings of {member}{other}."
    if several:
        return f"For more, combine {member} with other systems."
    return f"No average of trainings and no combination of systems is clearly better than {member}."


def same(gains: pd.DataFrame) -> pd.Series:
    """Return for each row whether it differs with no seed from the best member: nothing to draw, as bool."""
    return (gains[["difference", "low", "high"]] == 0).all(axis=1)


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
