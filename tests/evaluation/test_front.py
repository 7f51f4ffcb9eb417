"""The front of cost and accuracy, by figures worked out by hand."""

import numpy as np
import pandas as pd

from lib.evaluation import comparison, front


def test_the_front_is_what_no_other_system_beats():
    costs, figures = np.array([1, 2, 2, 3, 4, np.nan]), np.array([0.35, 0.4, 0.7, 0.7, 0.9, 0.99])
    assert front.front(costs, figures).tolist() == [True, False, True, False, True, False]


def test_what_the_best_costs_and_by_how_much_it_leads_in_words():
    systems = pd.DataFrame(
        {"system": ["big", "small", "poor"], "mean": [0.9, 0.8, 0.7], "multiply_adds": [30.0, 10, 20],
         "front_multiply_adds": [True, True, False]}
    )  # fmt: skip
    cost, advice = front.told(systems, "big")
    assert cost.endswith("right. Its cost: 3 times the work per picture of the cheapest, small (80.0%).")
    assert "these are worth it: small 80.0% (1.0), big 90.0% (3.0)." in advice
    assert front.told(systems, "small")[0].endswith("80.0% of the test pictures right.")
    minus = pd.DataFrame({"system": ["a", "b"], "difference": [-0.02, -0.01], "n": 3, "verdict": comparison.LOWER})
    assert front.told_lead(minus).startswith("The closest other system, b, gets 1.0 points less, which is clear over 3")
    assert "which could be chance" in front.told_lead(minus.assign(verdict="not resolvable with 3 seeds"))


def test_the_best_on_other_pictures_is_named_where_several_systems_sort_them():
    rows = [("a", "shop usage, 3 classes", 0.9), ("b", "shop usage, 3 classes", 0.8), ("c", "shop main and sub", 0.7)]
    told = front.highest(pd.DataFrame(rows, columns=["system", "pictures", "mean"]))
    assert told == "On product pictures the highest means are a 90.0% (usage)."
    assert front.highest(pd.DataFrame(rows[2:], columns=["system", "pictures", "mean"])) == ""
