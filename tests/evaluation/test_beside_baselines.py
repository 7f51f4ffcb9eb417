"""A network beside methods without one: the sentences hold however it comes out."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lib.evaluation import beside_baselines as words
from lib.evaluation import comparison, next_best


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
        "Judged by 3 trainings, the true mean of net lies between 88.5% and 93.5% (95% interval), wholly above the "
        "best baseline. All 3 trainings beat the best baseline."
    )
    assert words.sure(runs(0.7, 0.91), "net", 0.8, nobody).endswith(". 1 of the 2 trainings beat the best baseline.")
    assert words.sure(runs(0.7, 0.6), "net", 0.8, nobody).endswith(". None of the 2 trainings beats the best baseline.")
    one = "One training of net gives no interval. It beats the best baseline."
    assert words.sure(runs(0.9), "net", 0.8, nobody) == one


@pytest.mark.parametrize(
    ("others", "told"),
    [
        (
            (0.95, 0.9601, 0.97),
            "Of the two networks, other is clearly the better one.",
        ),
        (
            (0.85, 0.8601, 0.87),
            "Of the two networks, other is clearly the worse one.",
        ),
        ((0.9, 0.93, 0.91), "Which of the two networks is better stays open."),
    ],
)
def test_the_other_network_is_named_as_far_as_it_is_clear(others, told):
    both = pd.concat([runs(0.9, 0.91, 0.92), runs(*others, system="other")])
    found = comparison.against(both, "test_accuracy", "net")
    assert f"All 6 trainings beat the best baseline. {told}" in words.sure(both, "net", 0.8, found)


def chosen(second, val=0.90):
    own, other = runs(0.9, 0.91, 0.92).assign(val_accuracy=0.9), runs(*second, system="other").assign(val_accuracy=val)
    return pd.concat([own, other])


@pytest.mark.parametrize(
    ("second", "val", "told"),
    [
        (
            (0.7, 0.95, 0.9),
            0.899,
            "other is not clearly above the baseline; which of the two networks is better stays open (validation chose",
        ),
        (
            (0.95, 0.96, 0.97),
            0.9,
            "gets 96.0%, clearly above the baseline; which of the two networks is better stays open (on validation net",
        ),
        (
            (0.6, 0.612, 0.62),
            0.5,
            "other is clearly below the baseline; of the two networks, other is clearly the worse one (valid",
        ),
        ((0.9,), 0.5, "other is not clearly above the baseline (validation chose net, by 40.0 points)."),
        ((0.82, 0.95, 0.99), 0.9, "other is not clearly above the baseline, because its trainings differ more; which"),
    ],
)
def test_the_network_that_was_nearly_chosen_is_told_beside_the_one_that_was(second, val, told):
    both = chosen(second, val)
    assert told in words.sure(both, "net", 0.8, comparison.against(both, "test_accuracy", "net"))
    said = words.answer(both, "net", 0.8, "the most similar picture")
    alike = ", clearly above" in told
    end = "clearly more than the best baseline, the label of the most similar picture (80.0%)."
    assert alike or f", other {sum(second) / len(second):.1%}; the best baseline" in said
    assert said.endswith(end if alike else "; the best baseline, the label of the most similar picture, 80.0%.")


def test_a_network_of_which_a_training_did_not_end_was_not_nearly_chosen():
    assert next_best.name(chosen((0.9, float("nan"), 0.9)), "net") == next_best.name(runs(0.9), "net") == ""


def test_claims_that_do_not_hold_come_first():
    shown = pd.DataFrame(
        [
            {"claim": "a (section 3.1)", "measured": "mean 1", "verdict": "holds"},
            {"claim": "b", "measured": "mean 1; one more run: 0 to 2", "verdict": "not resolvable with 3 seeds"},
            {"claim": "c", "measured": "+1.0 points", "verdict": "not resolvable with 3 seeds"},
        ]
    )
    found = words.to_read(shown)
    assert found["claim"].tolist() == ["b", "c", "a"]
    assert found["verdict"].iloc[0] == "not resolvable: single trainings differ too much"


def test_the_best_baseline_is_the_one_with_the_highest_mean():
    means = pd.DataFrame({"system": ["same", "linear", "net"], "mean": [0.1, 0.8, 0.9]})
    assert words.rival(means, {"a": "same", "b": "linear"})["system"] == "linear"


def test_few_test_pictures_are_a_doubt_of_their_own():
    told = words.two_doubts(pd.Series([0.9, 0.9, 0.9]), 0.029, 1000)
    assert "which network we got (2.9 points) and which pictures we tested (1.9 points, from 1,000 pictures)" in told
    assert "(unknown, from one seed)" in words.two_doubts(pd.Series([0.9]), float("nan"), 1000)
    assert words.two_doubts(pd.Series([], dtype=float), float("nan"), 1000) == ""


def test_an_interval_is_worked_out_in_numbers():
    assert words.worked("net", pd.Series([0.89, 0.91, 0.9])) == (
        "net: 89.0%, 91.0%, 90.0%; the mean is 90.0%. The spread is 1.00 points. Divided by the root of 3: 0.58. Times "
        "4.30, the factor for 3 trainings (for 5 it is 2.78): 2.5 points, either way."
    )
    assert words.worked("net", pd.Series([0.9])).startswith("net: 90.0%. Fewer than two trainings have no spread")
    assert words.worked("net", pd.Series([], dtype=float)).startswith("net: no training reached an end.")


def test_the_same_pictures_say_whether_other_ones_could_turn_it_round():
    right, also = np.array([True] * 30 + [False] * 10), np.array([False] * 30 + [True] * 10)
    told = words.on_the_same("net", right, "a linear model", also)
    assert told.startswith(
        "On the same 40 test pictures the first training of net is right on 30 where a linear model is wrong; the "
        "other way round on 10. Of these 40 pictures the network wins 75% (95% interval "
    )
    assert told.endswith(": clearly more than half, so it is hardly the luck of these pictures.")
    assert words.on_the_same("net", also, "a", right).endswith(
        "less than half, so it is hardly the luck of these pictures."
    )
    assert "this could be half" in words.on_the_same("net", also[26:34], "a", right[26:34]), "four of four are too few"
    assert words.on_the_same("net", right, "a", right).endswith("the other way round on 0.")
    assert words.on_the_same("net", right[29:31], "a", also[29:31]).endswith(
        ": this could be half, so other pictures could turn it round."
    )


def test_more_pictures_help_the_most_similar_one_where_they_do():
    assert "75.0% here and in 84.0% at full length" in words.more_pictures(0.75, 0.84, True)
    assert words.more_pictures(0.84, 0.84, True) == words.more_pictures(0.75, 0.84, False) == ""


def test_what_a_baseline_leaves_open_is_won_by_networks():
    told = words.left_open(pd.Series({"a": 0.91, "b": 0.94, "c": 0.8}), 0.84)
    assert told.endswith("the best baseline leaves open on all real pictures, a wins 7.0 and b 10.0.")
    assert words.left_open(pd.Series({"a": 0.8}), 0.84).endswith("no network wins any.")


def test_overfitting_has_another_sign_than_the_loss():
    runs = [
        SimpleNamespace(history=pd.DataFrame({"epoch": [1, 2, 3], "val_accuracy": [0, best, 2]})) for best in (1, 3)
    ]
    told = words.other_sign(runs, (2, 4))
    assert "*From about epoch 3* we read as 2 to 4, by" in told
    assert told.endswith("accuracy it would be: 2.5 (-3.9 to 8.9), partly inside: not resolvable.")
    assert words.other_sign(runs[1:] * 2).endswith("accuracy it would be: 2.0 (2.0 to 2.0), outside: contradicted.")
    assert words.other_sign(runs[1:] * 2, (2, 4)).endswith("(2.0 to 2.0), inside: holds.")


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


def test_who_overfits_is_who_does_so_in_most_trainings():
    def told(rises, other=(0.0,)):
        rows = [("a", rise) for rise in rises] + [("b", rise) for rise in other]
        return words.overfitting(pd.DataFrame(rows, columns=["system", "rise"]), 10)

    assert told([0, 0.06, 0]).startswith(
        "After 10 epochs the validation loss has risen by 0.05 or more in 1 of 3 trainings of a and 0 of 1 "
        "trainings of b"
    )
    assert told([0, 0.06, 0]).endswith("no network overfits yet.")
    assert told([0.1, 0.06, 0]).endswith(": a overfits.") and told([0.1], [0.1]).endswith(": a and b overfit.")
    assert told([float("nan")], [float("nan")]) == "No training has a finite validation loss."


def test_an_interval_that_just_includes_the_baseline_is_told_with_two_decimals():
    near = chosen((0.6, 0.7, 0.8), 0.5)
    edge = comparison.row_of("other", comparison.against_figure(near, "test_accuracy", 0.0)).low
    told = next_best.told(near, "net", "other", edge + 0.0002)
    assert f"(its interval begins at {edge:.2%}, the baseline is {edge + 0.0002:.2%})" in told
    assert "its interval" not in next_best.told(near, "net", "other", edge + 0.05)
    assert "its interval ends" in next_best.told(near, "net", "other", 1.4 - edge - 0.0002)
