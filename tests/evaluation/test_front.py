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
    assert "right. Cost: 3 times the work per picture of the cheapest system. That one is" in cost
    assert advice.endswith("No other system is worth it beside small.")
    more = pd.concat([systems, systems.iloc[:1].assign(system="mid", mean=0.85, multiply_adds=20.0)])
    assert "Between it and small, mid (85.0%, 2.0 times) is worth the work" in front.told(more, "big")[1]
    assert "R2, with 80.0%" in front.told(systems.replace("small", "R2.simple"), "R2.simple")[0]
    assert front.told(systems, "small")[0].endswith("Cost: no other needs less work per picture.")


def test_by_how_much_the_best_leads_in_words():
    minus = pd.DataFrame({"system": ["a", "b"], "difference": [-0.02, -0.01], "low": -0.03, "high": [-0.01, -0.004]})
    clear = minus.assign(n=3, verdict=comparison.LOWER)
    told = front.told_lead(clear)
    assert told == "The closest other system is 1.0 points behind (95% interval 0.4 to 3.0), which is clear."
    unsure = clear.assign(low=np.nan, high=np.nan, verdict="not judged: one seed")
    assert front.told_lead(unsure) == "The closest other system is 1.0 points behind, which could be chance."
    assert "1.0 points ahead" in front.told_lead(unsure.assign(difference=0.01))
    assert front.told_lead(clear.iloc[:0]) == ""


def test_the_best_on_other_pictures_is_named_where_several_systems_sort_them():
    rows = [("a", "shop usage, 3 classes", 0.9), ("b", "shop usage, 3 classes", 0.8), ("c", "shop main and sub", 0.7)]
    told = front.highest(pd.DataFrame(rows, columns=["system", "pictures", "mean"]))
    assert told == "On product pictures the highest mean test accuracies are 90.0% for the usage (a)."
    assert front.highest(pd.DataFrame(rows[2:], columns=["system", "pictures", "mean"])) == ""
