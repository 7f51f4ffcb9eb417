"""The average of several nets, by figures worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from lib.evaluation import ensembles


def logits(*shares):
    return np.log(np.array(shares, dtype="float32"))


def test_the_average_is_of_probabilities():
    first, second = logits([0.9, 0.1], [0.4, 0.6]), logits([0.5, 0.5], [0.2, 0.8]) + 3  # a shift changes no softmax
    mean = np.exp(ensembles.averaged([first, second]))
    assert mean == pytest.approx(np.array([[0.7, 0.3], [0.3, 0.7]]), abs=1e-6)


def test_huge_logits_stay_finite_and_a_diverged_net_does_not():
    huge = np.array([[1e4, 0.0], [0.0, 1e4]], dtype="float32")
    assert np.isfinite(ensembles.averaged([huge, huge])).all()
    assert np.isnan(ensembles.averaged([huge, huge * np.nan])).all()


def run(seed, shares, diverged=False):
    predictions = (np.arange(2), np.array([0, 1]), logits(*shares))
    return SimpleNamespace(
        config=SimpleNamespace(seed=seed),
        metrics={"epochs": 3, "diverged": diverged},
        predictions=lambda part: predictions,
    )


def test_members_are_joined_seed_by_seed():
    right, wrong = ([0.9, 0.1], [0.2, 0.8]), ([0.4, 0.6], [0.3, 0.7])  # of two pictures, the second errs on the first
    grid = {"a": [run(0, right), run(1, wrong)], "b": [run(0, wrong), run(1, wrong, diverged=True)]}
    table = ensembles.over_seeds(grid)
    assert table["system"].tolist() == ["ensemble"] * 2 and table["seed"].tolist() == [0, 1]
    assert table["test_accuracy"].tolist() == [1.0, 0.5], "with seed 0 the average mends what one net got wrong"
    assert table["diverged"].tolist() == [False, True]
