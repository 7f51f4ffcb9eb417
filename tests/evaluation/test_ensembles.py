"""The average of several nets, by figures worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lib.evaluation import ensemble_words, ensembles


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


def test_weights_by_class_count_for_that_class_alone():
    first, second = logits([0.8, 0.2]), logits([0.4, 0.6])
    even = np.exp(ensembles.by_class([first, second], np.ones((2, 2))))
    assert even == pytest.approx(np.array([[0.6, 0.4]]), abs=1e-6)
    parted = np.exp(ensembles.by_class([first, second], np.array([[1.0, 0.0], [0.0, 2.0]])))
    assert parted == pytest.approx(np.array([[0.8, 0.6]]) / 1.4, abs=1e-6)


def test_a_net_that_gives_a_class_to_everything_is_not_strong_at_it():
    labels = np.array([0, 0, 1, 1])
    sees, blind = logits([0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.1]), logits(*[[0.9, 0.1]] * 4)
    strong = ensembles.strengths(labels, [sees, blind])
    assert strong == pytest.approx(np.array([[0.8, 2 / 3], [2 / 3, 0.0]]))


def test_stacking_learns_whom_to_believe():
    rng = np.random.default_rng(0)
    labels = np.tile([0, 1], 100)
    knows = np.log(np.where(np.arange(2) == labels[:, None], 0.7, 0.3))
    noise = rng.normal(0, 3, (200, 2))
    answers = ensembles.stacked(labels[:100], [knows[:100], noise[:100]], [knows[100:], noise[100:]])
    assert answers.shape == (100, 2) and np.exp(answers).sum(axis=1) == pytest.approx(np.ones(100))
    assert (answers.argmax(axis=1) == labels[100:]).all(), "the sum of both would follow the noise"


def test_every_way_stands_beside_the_member_that_validation_chose():
    right, wrong = ([0.9, 0.1], [0.2, 0.8]), ([0.4, 0.6], [0.3, 0.7])
    grid = {"a": [run(0, wrong), run(1, wrong)], "b": [run(0, right), run(1, right)]}
    for own, accuracy in zip(grid.values(), (0.5, 1.0), strict=True):
        for each in own:
            each.metrics["val_accuracy"] = accuracy
    table = ensembles.beside_best(grid)
    ways = ["best member", "mean of probabilities", "weighted by class", "strongest at each class"]
    assert table["system"].tolist() == ways * 2 and set(table["member"]) == {"b"}
    assert table.loc[table["system"] == "best member", "test_accuracy"].tolist() == [1.0, 1.0]
    assert set(ensembles.as_claimed(grid)["system"]) == {"ensemble", "best member"}


def test_what_another_answer_is_worth_is_counted_picture_by_picture():
    told = ensembles.told_gains({"a": run(0, ([0.4, 0.6], [0.3, 0.7]))}, {"a": logits([0.9, 0.1], [0.9, 0.1])})
    assert told == "a: 50.0% right without it, 50.0% with it, which could be chance (1 pictures won, 1 lost)."
    assert ensembles.told_gains({}, {}) == ""


def run(seed, shares, diverged=False):
    predictions = (np.arange(2), np.array([0, 1]), logits(*shares))
    return SimpleNamespace(
        config=SimpleNamespace(seed=seed),
        metrics={"epochs": 3, "diverged": diverged},
        predictions=lambda part: predictions,
    )


def test_what_each_way_gains_is_counted_picture_by_picture():
    """Of two pictures a is right about the first, b about both with one seed, and about the second with the other."""
    a = [run(0, ([0.9, 0.1], [0.9, 0.1])), run(1, ([0.9, 0.1], [0.9, 0.1]))]
    b = [run(0, ([0.6, 0.4], [0.1, 0.9])), run(1, ([0.45, 0.55], [0.1, 0.9]))]
    for each, accuracy in zip([*a, *b], (0.5, 0.5, 0.9, 0.9), strict=True):
        each.metrics["val_accuracy"] = accuracy
    gains = ensembles.over_pictures({"a": a, "b": b}).set_index("system")
    assert list(gains.index)[-2:] == ["stacked", "2 trainings of b"] and len(gains) == 5
    row = gains.loc["2 trainings of b"]  # right about both, b alone about 1 and 2 of 2: gains 0.5 and 0
    assert row["difference"] == pytest.approx(0.25)
    assert row["high"] - row["difference"] == pytest.approx(2.5758 * 0.25 / np.sqrt(2), rel=1e-4), "of five: 99%"
    assert not row["clear"] and len(ensembles.over_pictures({"a": a[:1], "b": b[:1]})) == 4


def test_what_the_ways_gain_in_words():
    gains = pd.DataFrame({"system": ["x", "y", "3 trainings of b"], "difference": [-0.01, 0.001, 0.004]})
    gains = gains.assign(low=gains["difference"] - 0.002, high=gains["difference"] + 0.002, clear=[True, False, True])
    told = ensemble_words.found(gains, "b")
    assert told.startswith(
        "None of the 2 combinations is clearly better than b alone, 1 clearly worse. The average of 3 "
    )
    assert told.endswith("trainings of b is clearly better than one of them, for 3 times the work.")
    assert "is not clearly better" in ensemble_words.found(gains.assign(clear=False), "b")
    assert "is clearly worse than one" in ensemble_words.found(gains.assign(difference=-0.01, clear=True), "b")
    alike = gains.assign(difference=[0.0, *gains["difference"].iloc[1:]], clear=False)
    assert ensemble_words.found(alike, "b").startswith("None of the 1 other combinations is")
    assert ensemble_words.found(alike.iloc[[0]], "b").startswith("No combination differs from b alone. There is only")
    assert "nothing to average" in ensemble_words.found(gains.iloc[:2], "b")
    assert ensemble_words.told(gains.iloc[:1]) == "x -1.00 (-1.20 to -0.80)"


def test_a_way_that_is_the_best_member_is_told_and_what_to_do_for_more():
    gains = pd.DataFrame({"system": ["x", "y"], "difference": [0.0, 0.1], "low": [0.0, -0.1], "high": [0.0, 0.2]})
    assert ensemble_words.same(gains).tolist() == [True, False]
    assert ensemble_words.told_same(gains, {}, "b") == "Not drawn, because as often right as b: x."
    assert ensemble_words.told_same(gains.iloc[1:], {}, "b") == ""
    ways = gains.assign(system=["strongest at each class", "y"])
    grid = {"a": [run(0, ([0.9, 0.1], [0.9, 0.1]))], "b": [run(0, ([0.9, 0.1], [0.1, 0.9]))]}
    itself = "so *strongest at each class* is b itself, and not drawn."
    assert ensemble_words.told_same(ways, grid, "b").endswith(itself)
    assert "because as often right as a" in ensemble_words.told_same(ways, grid, "a")
    ways = pd.DataFrame({"system": ["x", "2 trainings of b"], "difference": [0.1, 0.1], "clear": [True, True]})
    assert "both help" in ensemble_words.advice(ways, "b")
    assert "does not clearly help" in ensemble_words.advice(ways.assign(clear=[False, True]), "b")
    assert ensemble_words.advice(ways.iloc[:1], "b") == "For more, combine b with other systems."
    assert ensemble_words.advice(ways.assign(clear=False), "b").startswith("No average")
