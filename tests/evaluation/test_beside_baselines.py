"""A network beside methods without one: the sentences hold however it comes out."""

import pandas as pd
import pytest

from lib.evaluation import beside_baselines as words
from lib.evaluation import comparison


def runs(*accuracies, system="net"):
    rows = [{"system": system, "seed": seed, "test_accuracy": each} for seed, each in enumerate(accuracies)]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("accuracies", "end"),
    [
        ((0.9, 0.91, 0.92), ", clearly more than the best baseline, a linear model (80.0%)."),
        ((0.7, 0.71, 0.72), ", clearly less than the best baseline, a linear model (80.0%)."),
        ((0.7, 0.8, 0.95), ". The difference from the best baseline, a linear model (80.0%) could be chance."),
        ((0.8, 0.8001, 0.7999), ", which is equal for practice to the best baseline, a linear model (80.0%)."),
        ((0.9,), " could be chance, because one training is no proof."),
    ],
)
def test_a_network_is_held_against_the_best_baseline(accuracies, end):
    told = words.answer(runs(*accuracies), "net", 0.8, "a linear model")
    assert told.startswith("The network net names ") and told.endswith(end)


def test_the_interval_stands_beside_the_accuracy_where_there_is_one():
    told = words.answer(runs(0.9, 0.91, 0.92), "net", 0.8, "a linear model", interval=True)
    assert "91.0% of the test pictures correctly (95% interval: 88.5% to 93.5%), clearly more" in told
    assert "interval" not in words.answer(runs(0.9), "net", 0.8, "a linear model", interval=True)


def test_a_network_of_which_no_training_ended_has_no_accuracy():
    nothing = runs(float("nan"), float("nan"))
    told = words.answer(nothing, "net", 0.8, "a linear model")
    assert told == "The network net has no accuracy to compare: no training of it reached an end."


def test_trainings_above_the_baseline_are_counted():
    nobody = comparison.against(runs(0.9, 0.9), "test_accuracy", "net")
    assert words.sure(runs(0.9, 0.91, 0.92), "net", 0.8, nobody) == (
        "With 3 seeds, the mean of net lies between 88.5% and 93.5% (95% interval), wholly above the best baseline; "
        "all 3 trainings beat the best baseline."
    )
    assert words.sure(runs(0.7, 0.91), "net", 0.8, nobody).endswith("; 1 of the 2 trainings beat the best baseline.")
    assert words.sure(runs(0.7, 0.6), "net", 0.8, nobody).endswith("none of the 2 trainings beats the best baseline.")
    one = "One training of net gives no interval; it beats the best baseline."
    assert words.sure(runs(0.9), "net", 0.8, nobody) == one


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ((0.95, 0.9601, 0.97), "Of the two networks, other is clearly the better one (+5.00 points, +5.0 to +5.0)."),
        ((0.85, 0.8601, 0.87), "Of the two networks, other is clearly the worse one (-5.00 points, -5.0 to -5.0)."),
        ((0.9, 0.93, 0.91), "Which of the two networks is better stays open (other: +0.33 points, "),
    ],
)
def test_the_other_network_is_named_as_far_as_it_is_clear(others, told):
    both = pd.concat([runs(0.9, 0.91, 0.92), runs(*others, system="other")])
    found = comparison.against(both, "test_accuracy", "net")
    assert f"trainings of the 2 networks beat the best baseline. {told}" in words.sure(both, "net", 0.8, found)


def test_the_best_baseline_is_the_one_with_the_highest_mean():
    means = pd.DataFrame({"system": ["same", "linear", "net"], "mean": [0.1, 0.8, 0.9]})
    assert words.rival(means, {"a": "same", "b": "linear"})["system"] == "linear"


def test_few_test_pictures_are_a_doubt_of_their_own():
    told = words.few_pictures(0.9, 1000)
    assert "90.0%, measured on 1,000 pictures, is uncertain by about 1.9 points either way" in told
    assert words.few_pictures(float("nan"), 1000) == ""


def test_differences_are_told_in_points_without_a_minus_zero():
    both = pd.concat([runs(0.9, 0.91, 0.92), runs(0.8997, 0.9197, 0.9097, system="other")])
    told = words.told_points(comparison.against(both, "test_accuracy", "net"), "net")
    assert told.startswith("The accuracy of other is 0.03 points lower than that of net (95% interval: ")
    assert told.endswith("This could be chance.")
    better = pd.concat([runs(0.8, 0.81, 0.82), runs(0.9, 0.911, 0.92, system="other")])
    assert words.told_points(comparison.against(better, "test_accuracy", "net"), "net").endswith("clearly better.")
    one = pd.concat([runs(0.8), runs(0.9, system="other")])
    assert "one seed" in words.told_points(comparison.against(one, "test_accuracy", "net"), "net")
    assert "only one network" in words.told_points(comparison.against(runs(0.8), "test_accuracy", "net"), "net")


def test_it_is_said_for_each_training_when_its_validation_loss_turns():
    def told(turns, rises):
        return words.overfitting(pd.DataFrame({"system": "a", "turn": turns, "rise": rises}), 10)

    limit = "We say that a network overfits where this loss rises by 0.05 or more in most trainings"
    assert told([10, 9, 10], [0, 0.04, 0]) == (
        "a: in 1 of 3 trainings the validation loss is lowest after epoch 9, and then rises by 0.04; in the others it "
        f"is lowest after the last epoch, 10. {limit}: that is not yet so here."
    )
    assert told([10, 10], [0, 0]).startswith("a: in all 2 trainings the validation loss is lowest after the last epoch")
    assert told([4, 3], [0.4, 0.5]) == (
        "a: in 2 of 2 trainings the validation loss is lowest after epochs 3 and 4, and then rises by 0.50 and 0.40. "
        f"{limit}: so does a."
    )
    assert "after epochs 3 to 7, and then rises by 0.10 to 0.50" in told([3, 4, 5, 6, 7], [0.1, 0.2, 0.3, 0.4, 0.5])
    assert told([float("nan")], [float("nan")]) == "a has no finite validation loss."
