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
        ((0.9, 0.91, 0.92), "gets 80.0%, which is clearly less."),
        ((0.7, 0.71, 0.72), "gets 80.0%, which is clearly more."),
        ((0.7, 0.8, 0.95), "gets 80.0%; more trainings would be needed to tell the two apart."),
        ((0.8, 0.8001, 0.7999), "gets 80.0%, which is equal for practice."),
        ((0.9,), "gets 80.0%, but one training is no proof."),
    ],
)
def test_a_network_is_held_against_the_best_baseline(accuracies, end):
    told = words.answer(runs(*accuracies), "net", 0.8, "a linear model")
    assert (
        told.startswith("The network net names ")
        and "The best baseline, a linear model, " in told
        and told.endswith(end)
    )


def test_trainings_above_the_baseline_are_counted():
    assert words.sure(runs(0.9, 0.91, 0.92), "net", 0.8).endswith("All 3 trainings beat the best baseline.")
    assert words.sure(runs(0.7, 0.91), "net", 0.8).endswith("1 of the 2 trainings beat the best baseline.")
    assert words.sure(runs(0.7, 0.6), "net", 0.8).endswith("None of the 2 trainings beats the best baseline.")
    assert words.sure(runs(0.9), "net", 0.8) == (
        "One training of net gives no interval. The only training beats the best baseline."
    )


def test_differences_are_told_in_points_without_a_minus_zero():
    both = pd.concat([runs(0.9, 0.91, 0.92), runs(0.8997, 0.9197, 0.9097, system="other")])
    told = words.told_points(comparison.against(both, "test_accuracy", "net"), "net")
    assert told.startswith("The accuracy of other is 0.03 percentage points lower than that of net (95% interval: ")
    assert told.endswith("This is no clear difference.")
    better = pd.concat([runs(0.8, 0.81, 0.82), runs(0.9, 0.911, 0.92, system="other")])
    assert words.told_points(comparison.against(better, "test_accuracy", "net"), "net").endswith("clearly better.")
    one = pd.concat([runs(0.8), runs(0.9, system="other")])
    assert "one seed" in words.told_points(comparison.against(one, "test_accuracy", "net"), "net")
    assert "only one network" in words.told_points(comparison.against(runs(0.8), "test_accuracy", "net"), "net")


def test_it_is_said_whether_a_network_has_begun_to_overfit():
    table = pd.DataFrame({"system": ["a", "a", "b", "c"], "turn": [10, 9, 3, float("nan")]})
    told = words.overfitting(table.assign(rise=[0, 0.02, 0.4, float("nan")]), 10)
    assert "of a is lowest after epoch 9.5 of 10 and then rises by 0.010 on average, so it has hardly begun" in told
    assert "rises by 0.400 on average, so it overfits." in told and told.endswith("c has no finite validation loss.")
