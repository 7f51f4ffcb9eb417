"""Temperature, reliability and conformal sets, on figures whose answer is known."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lib.base.errors import LookbookError
from lib.evaluation import calibration


@pytest.fixture
def honest():
    """Return labels that were drawn by the softmax of the logits beside them: temperature 1 by construction."""
    numbers = np.random.default_rng(0)
    logits = numbers.normal(0, 2, (20000, 5))
    chances = calibration.probabilities(logits)
    labels = (chances.cumsum(axis=1) > numbers.random((20000, 1))).argmax(axis=1)
    return labels, logits


def test_temperature_is_found_again_and_answers_stay(honest):
    labels, logits = honest
    assert calibration.temperature(labels, logits) == pytest.approx(1, abs=0.05)
    assert calibration.temperature(labels, logits * 3) == pytest.approx(3, abs=0.15)
    assert calibration.temperature(labels, logits / 2) == pytest.approx(0.5, abs=0.03)


def test_honest_confidence_has_a_small_error_and_an_exaggerated_one_a_large(honest):
    labels, logits = honest
    assert calibration.calibration_error(labels, calibration.probabilities(logits)) < 0.015
    assert calibration.calibration_error(labels, calibration.probabilities(logits * 3)) > 0.1


def test_reliability_of_four_pictures_by_hand():
    chances = np.array([[0.9, 0.1], [0.95, 0.05], [0.3, 0.7], [1.0, 0.0]])
    table = calibration.reliability(np.array([0, 1, 1, 0]), chances, bins=5)
    assert table["pictures"].tolist() == [1, 3]  # .7 in the fourth bin; a confidence of 1 in the last, not beyond it
    assert table["accuracy"].tolist() == pytest.approx([1, 2 / 3])
    assert calibration.calibration_error(np.array([0, 1, 1, 0]), chances, bins=5) == pytest.approx(
        (0.3 + 3 * (2.85 / 3 - 2 / 3)) / 4
    )


def test_conformal_sets_hold_the_true_class_as_often_as_promised(honest):
    labels, logits = honest
    chances = calibration.probabilities(logits * 2)  # too sure: the promise does not need an honest network
    threshold = calibration.conformal_threshold(labels[:10000], chances[:10000], 0.9)
    sets = calibration.conformal_sets(chances[10000:], threshold)
    assert sets[np.arange(10000), labels[10000:]].mean() == pytest.approx(0.9, abs=0.01)
    assert sets.any(axis=1).all()


def test_too_few_pictures_promise_nothing():
    with pytest.raises(LookbookError, match="5 pictures are too few"):
        calibration.conformal_threshold(np.zeros(5, int), np.full((5, 2), 0.5), 0.9)


def test_scaling_is_learnt_on_validation_and_measured_on_test():
    """A net that is right about 3 of 4 and says .9997: the temperature that fits makes it say 3 of 4."""
    labels = np.tile([0, 0, 0, 1], 50)
    logits = np.tile([8.0, 0.0], (200, 1))
    run = SimpleNamespace(
        config=SimpleNamespace(seed=3),
        predictions=lambda part: (np.arange(200), labels, logits),
        labels=lambda part: labels,
    )
    table = calibration.tabulate({"a": [run]})
    assert table.loc[0, ["system", "seed"]].tolist() == ["a", 3]
    assert table.loc[0, "error"] == pytest.approx(0.25, abs=0.001) and table.loc[0, "scaled_error"] < 0.001
    assert table.loc[0, "temperature"] == pytest.approx(8 / np.log(3), rel=0.001)
    net = SimpleNamespace(config=SimpleNamespace(system="a", label_smoothing=0.0))
    other = SimpleNamespace(config=SimpleNamespace(system="b", label_smoothing=0.1))
    after = pd.DataFrame({"pictures": [500, 500, 20], "confidence": [0.6, 0.9, 0.3], "accuracy": [0.6, 0.8, 0.1]})
    told = calibration.told(table, net, after)
    assert "a is too sure: its confidence and its accuracy are 25.0 points apart. After" in told
    low = "Then 2 of the 3 points on the right lie below the line: of answers about 90% sure only 80% are right."
    assert told.endswith(low)
    assert calibration.told(table, net, after.iloc[:1]).endswith("points.")
    both = pd.concat([table, table.assign(system="b", error=0.5, temperature=0.5, scaled_error=0.0161)])
    unsure = calibration.told(both, other, after)
    assert (
        "b is not sure enough: its confidence and its accuracy are 50.0 points apart (label smoothing of 0.1" in unsure
    )
    assert "After scaling: 1.6 points." in unsure
