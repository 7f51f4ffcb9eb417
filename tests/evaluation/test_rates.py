"""What a schedule brings at each learning rate."""

import pandas as pd
import pytest

from lib.evaluation import rates


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
    assert rates.told(found) == "-0.010 at 0.001, +0.103 at 0.01 (sure)"
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
    assert rates.told_best(table(close), "accuracy") == "constant 0.001 to 0.003, cosine 0.01"
    lost = {(0.1, "constant"): [float("nan")] * 2}
    assert rates.told_best(table(lost), "accuracy") == "constant none"


def test_the_lowest_and_the_highest_rate_say_what_a_schedule_costs_and_gains():
    between = TWO | {(0.003, "constant"): [0.7, 0.7, 0.8], (0.003, "cosine"): [0.7, 0.8, 0.7]}
    found = rates.minus(table(between), "accuracy", "constant")
    assert rates.told_ends(found) == "cosine loses 1.0 points at 0.001 (not sure) and gains 10.3 points at 0.01"
    assert rates.told_ends(found[:1]) == "cosine loses 1.0 points at 0.001 (not sure)"
