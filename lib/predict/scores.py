"""How like the training pictures a picture is, told by what the network answers: low is unlike.

`lookbook bench unlike` compares these, and one that needs the pictures themselves (`mahalanobis`).
"""

from collections.abc import Callable

import numpy as np


def max_probability(logits: np.ndarray) -> np.ndarray:
    """Return the probability of the likeliest class, (N,). Source: Hendrycks & Gimpel 2017, arXiv 1610.02136."""
    from scipy.special import softmax

    return softmax(logits.astype("float64"), axis=1).max(axis=1)


def max_logit(logits: np.ndarray) -> np.ndarray:
    """Return the largest logit, (N,). Source: Hendrycks et al. 2022, arXiv 1911.11132."""
    return logits.max(axis=1).astype("float64")


def energy(logits: np.ndarray) -> np.ndarray:
    """Return the logarithm of the sum of the exponentials of all logits, (N,): the negative free energy.

    Source: Liu et al. 2020, arXiv 2010.03759, equation 4, at temperature 1.
    """
    from scipy.special import logsumexp

    return logsumexp(logits.astype("float64"), axis=1)


def mahalanobis(features: np.ndarray, labels: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return the score: minus the squared distance to the nearest class's mean, in units of the spread in a class.

    features: (N, D), the layer before the logits, of pictures with labels int (N,). Source: Lee et al. 2018,
    arXiv 1807.03888, section 2.1, with a little added to the spread, so that it can be inverted.
    """
    means = np.array([features[labels == label].mean(axis=0) for label in np.unique(labels)], dtype="float64")
    spread = np.cov(features - means[labels], rowvar=False)
    inverse = np.linalg.inv(spread + 1e-4 * np.trace(spread) / len(spread) * np.eye(len(spread)))

    def score_of(given: np.ndarray) -> np.ndarray:
        away = [given - mean for mean in means]
        return -np.min([np.einsum("nd,de,ne->n", one, inverse, one) for one in away], axis=0)

    return score_of


SCORES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "largest probability": max_probability,
    "largest logit": max_logit,
    "energy": energy,
}
CHOSEN = "energy"  # by `lookbook bench unlike`; its table stands in docs/PREDICT.md


def score(logits: np.ndarray) -> np.ndarray:
    """Return the chosen score of logits (N, classes), float64 (N,)."""
    return SCORES[CHOSEN](logits)
