"""What a schedule brings at each learning rate."""

import pandas as pd
import pytest

from lib.evaluation import rates
from lib.evaluation.comparison import LOWER


def table(figures):
    """Return a row per run; figures: (rate, schedule) -> its accuracy with each seed."""
    rows = [
        {"learning_rate": rate, "group": schedule, "system": f"{rate} {schedule}", "seed": seed, "accuracy": figure}
        for (rate, schedule), seeds in figures.items()
        for seed, figure in enumerate(seeds)
    ]
    return pd.DataFrame(rows)


TWO = {
    (0.01, "constant"): [0.70, 0.71, 0.69],
    (0.01, "cosine"): [0.80, 0.82, 0.79],
    (0.001, "constant"): [0.80, 0.70, 0.75],
    (0.001, "cosine"): [0.71, 0.78, 0.73],
}


def test_schedules_are_compared_rate_by_rate_from_the_lowest():
    found = rates.minus(table(TWO), "accuracy", "constant")
    assert found["system"].tolist() == ["0.001", "0.01"]
    assert found["difference"].tolist() == pytest.approx([-0.01, 0.1 + 0.01 / 3])
    assert rates.told(found) == "-0.010 at 0.001, +0.103 at 0.01 (clear)"
    assert found["p_holm"].max() > found["p"].max() or found["p_holm"].min() == 2 * found["p"].min(), "over both rates"


def test_with_more_schedules_each_row_says_which():
    three = TWO | {(0.01, "one-cycle"): [0.70, 0.71, 0.69], (0.001, "one-cycle"): [0.8, 0.7, 0.75]}
    found = rates.minus(table(three), "accuracy", "constant")
    assert found["system"].tolist() == ["0.001 cosine", "0.001 one-cycle", "0.01 cosine", "0.01 one-cycle"]


def test_a_single_seed_is_sure_of_nothing():
    one = {setting: seeds[:1] for setting, seeds in TWO.items()}
    assert rates.told(rates.minus(table(one), "accuracy", "constant")) == "-0.090 at 0.001, +0.100 at 0.01"


def test_the_best_rates_of_a_group_are_those_that_are_equal_for_practice():
    close = TWO | {(0.003, "constant"): [0.749, 0.751, 0.748], (0.0001, "constant"): [float("nan"), 0.9, 0.9]}
    assert rates.told_best(table(close), "accuracy") == "constant 0.001 to 0.003 and cosine 0.01"
    lost = {(0.1, "constant"): [float("nan")] * 2}
    assert rates.told_best(table(lost), "accuracy") == "constant none"


def test_the_lowest_and_the_highest_rate_say_what_a_schedule_costs_and_gains():
    between = TWO | {(0.003, "constant"): [0.7, 0.7, 0.8], (0.003, "cosine"): [0.7, 0.8, 0.7]}
    found = rates.minus(table(between), "accuracy", "constant")
    assert rates.told_ends(found) == (
        "cosine loses 1.0 points at 0.001 (95% interval -22.2 to +20.2, not clear) and gains 10.3 points at 0.01"
    )
    assert rates.told_ends(found[:1]) == "cosine loses 1.0 points at 0.001 (95% interval -22.2 to +20.2, not clear)"


def test_the_best_rates_for_one_step_and_for_many_are_told_without_a_law():
    best = pd.DataFrame({1: [2.0, 2.0, 1.0], 30: [0.1, 0.3, 0.1]})
    assert rates.told_steps(best, 2.0) == (
        "A single step lowers the loss most with a rate of 2, the largest one tried; 30 steps lower it most with 0.1. "
        "The rate for 30 steps is the smaller one from every start."
    )
    mixed = rates.told_steps(best.replace({30: {0.3: 2.0}}), 3.0)
    assert "with a rate of 2; 30 steps" in mixed and mixed.endswith("the smaller one from 2 of 3 starts.")


def collapsing(*collapsed):
    """Return two trainings at each of the rates 0.001, 0.01 and 0.03; collapsed: which of the six did."""
    columns = {"learning_rate": [0.001, 0.001, 0.01, 0.01, 0.03, 0.03], "val_accuracy": 0.8}
    table = pd.DataFrame(columns).assign(collapsed=[k in collapsed for k in range(6)])
    return table.assign(system=pd.Series(["a", "b"] * 3) + table["learning_rate"].map(" {:g}".format))


def test_the_largest_rate_is_the_one_up_to_which_no_training_collapses():
    assert rates.told_limit(collapsing()) == "No training collapses up to a rate of 0.03, the largest one tried."
    assert rates.told_limit(collapsing(4)) == (
        "The rate can be at most about 0.01: at 0.03, 1 of 2 trainings collapses (every picture gets the same class)."
    )
    assert rates.told_limit(collapsing(2, 3)).startswith(
        "The rate can be at most about 0.001: at 0.01, 2 of 2 trainings collapse ("
    )
    assert rates.told_limit(collapsing(0, 4)).startswith("Even 0.001, the smallest rate tried, is too large: 1 of 2")
    lost = collapsing()
    lost.loc[5, "val_accuracy"] = float("nan")
    told = rates.told_limit(lost)
    assert told.startswith("The rate can be at most about 0.01: at 0.03, 1 of 2"), "no figure is a collapse, too"


def test_settings_with_a_collapsed_training_are_left_out_of_comparisons():
    assert rates.trained(collapsing(4))["system"].tolist() == ["a 0.001", "b 0.001", "a 0.01", "b 0.01", "b 0.03"]
    assert rates.trained(collapsing(4), "learning_rate")["learning_rate"].max() == 0.01
    assert len(rates.trained(collapsing(0, 1, 2, 3, 4, 5))) == 6, "where none is left, there is the whole table"


def test_rivals_are_told_with_their_points():
    rows = pd.DataFrame(
        {
            "system": ["a", "b"],
            "n": [3, 3],
            "difference": [-0.005, -0.078],
            "verdict": ["not resolvable with 3 seeds", LOWER],
        }
    )
    assert rates.told_rivals(rows, "c") == (
        "Compared with c: a is 0.5 points lower, which could be chance; b is 7.8 points lower, a clear difference."
    )
    assert rates.how_sure(rows, "c") == "With 3 seeds, a may be just as good as c."
    assert rates.how_sure(rows[1:], "c") == "All rivals of c are clearly worse."
    assert rates.one_better(rows[1:], "c") == "b is clearly worse than c (-7.8 points)"
    assert rates.one_better(rows, "c") == "a is not clearly different from c (-0.5 points)"
    assert rates.one_better(rows[:0], "c") == "c is the only one"
