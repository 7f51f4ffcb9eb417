"""Unbalanced classes: weights and drawing in training, and logits adjusted after it."""

import numpy as np
import pytest

from lib.evaluation import thresholds
from lib.evaluation.metrics import classification
from lib.training import imbalance

# Two classes, 90 and 10 pictures, one feature: what a network that knows the true probabilities answers.
RARE = np.repeat([0, 1], [90, 10])


def test_class_weights_against_scikit_learn():
    from sklearn.utils.class_weight import compute_class_weight

    labels = np.repeat([0, 1, 2], [5, 1, 14])
    expected = compute_class_weight("balanced", classes=np.arange(3), y=labels)
    assert imbalance.class_weights(labels, 3) == pytest.approx(expected)


def test_a_class_without_pictures_has_no_weight_and_does_not_lower_the_others():
    weights = imbalance.class_weights(np.array([0, 2, 2, 2]), 4)
    assert weights == pytest.approx([2, 0, 2 / 3, 0])


def test_balanced_drawing_takes_every_class_alike_and_nothing_from_outside():
    labels = np.repeat([0, 1, 2], [900, 90, 10])
    order = np.arange(0, 1000, 2)
    drawn = imbalance.balanced(order, labels, np.random.default_rng(0))
    assert len(drawn) == len(order) and set(drawn) <= set(order)
    assert np.bincount(labels[drawn]) / len(drawn) == pytest.approx([1 / 3] * 3, abs=0.07)
    assert len(np.unique(drawn[labels[drawn] == 2])) == 5, "all five pictures of the rare class, again and again"


def test_balanced_drawing_is_the_same_for_the_same_state():
    labels = np.repeat([0, 1], [30, 3])
    first, again, other = (imbalance.balanced(np.arange(33), labels, np.random.default_rng(s)) for s in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_adjusting_takes_the_shares_out_of_right_probabilities():
    # With right probabilities p(k | x) the adjusted logits are those of p(x | k): on these figures the classes tie.
    logits = np.log([[0.9, 0.1]])
    adjusted = thresholds.adjust(logits, RARE)
    assert adjusted[0, 0] == pytest.approx(adjusted[0, 1])
    assert thresholds.adjust(logits, RARE, strength=0) == pytest.approx(logits)
    assert np.isfinite(thresholds.adjust(np.zeros((1, 3)), RARE)).all(), "a class without a training picture"


def noisy(classes=4, number=400):
    """Return labels, unbalanced, and logits that know something, of random pictures."""
    rng = np.random.default_rng(0)
    labels = rng.choice(classes, number, p=np.array([70, 20, 8, 2]) / 100)
    logits = rng.normal(0, 1.5, (number, classes)) + np.log([70, 20, 8, 2])
    logits[np.arange(number), labels] += 2
    return labels, logits


@pytest.mark.parametrize("measure", ["macro_f1", "balanced_accuracy"])
def test_offsets_raise_the_measure_and_no_single_step_raises_it_further(measure):
    labels, logits = noisy()
    chosen = thresholds.offsets(labels, logits, measure)
    best = classification(labels, logits + chosen)[measure]
    assert best > classification(labels, logits)[measure] + 0.02
    assert chosen[3] > chosen[0], "a rare class is raised above a frequent one"
    for number in range(4):
        for step in thresholds.STEPS:
            other = chosen.copy()
            other[number] = step
            assert classification(labels, logits + other)[measure] <= best + 1e-12


@pytest.mark.parametrize("right", [0, 1, 2])
def test_offsets_choose_among_equal_logits_as_argmax_does(right):
    labels, logits = np.full(4, right), np.zeros((4, 3))  # argmax takes the first of equal ones, class 0
    moved = logits + thresholds.offsets(labels, logits)
    assert np.array_equal(moved.argmax(axis=1), labels)


def test_offsets_of_what_is_right_already_are_zero():
    labels = np.array([0, 1, 2, 1])
    assert not thresholds.offsets(labels, np.eye(3)[labels] * 9).any()


def test_halves_divide_every_class():
    assert thresholds.halves(np.array([0, 1, 0, 0, 1])).tolist() == [True, True, False, True, False]


def test_each_half_is_moved_by_the_offsets_of_the_other():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 0, 0, 1, 2], 12)
    logits = rng.normal(size=(60, 3)) + 2 * np.eye(3)[labels] + [1.5, 0, 0]
    first = thresholds.halves(labels)
    moved = thresholds.cross_fitted(labels, logits.astype("float32"))
    for half in (first, ~first):
        others = thresholds.offsets(labels[~half], logits[~half].astype("float32"))
        assert moved[half] - logits[half] == pytest.approx(np.tile(others, (half.sum(), 1)), abs=1e-6)


class Answered:
    """A run as the thresholds see it: labels and logits of two classes, seed 3."""

    config = type("Config", (), {"seed": 3})

    def labels(self, part):
        return RARE

    def predictions(self, part):
        logits = np.stack([np.full(len(RARE), 0.5), np.where(RARE == 1, 0.0, -4.0)], axis=1)
        return np.arange(len(RARE)), RARE, logits


def test_moved_answers_of_a_run_are_measured_as_a_run_is():
    table, answers = thresholds.tabulate([Answered()], RARE)
    assert table["system"].tolist() == ["logit adjustment", "offsets"] == list(answers)
    assert table["seed"].eq(3).all() and table["val_macro_f1"].eq(1).all() and table["test_accuracy"].eq(1).all()
    assert all((of_way[0] == RARE).all() for of_way in answers.values())
