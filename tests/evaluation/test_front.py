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
         "minutes": [6.0, 1.5, np.nan], "front_multiply_adds": [True, True, False]}
    )  # fmt: skip
    cost, advice = front.told(systems, "big")
    assert cost == (
        "big takes 3.0 times the work per picture of small (80.0% right), the cheapest. It is trained in 6.0 minutes, "
        "small in 1.5."
    )
    assert advice == "Best: big. Cheapest: small (10.0 points less). No other is worth its work beside small."
    assert "(no less)" in front.told(systems.assign(mean=0.9), "big")[1]
    assert "minutes" not in front.told(systems.assign(minutes=np.nan), "big")[0], "trained on a GPU"
    mid = systems.iloc[:1].assign(system="mid", mean=0.85, multiply_adds=20.0)
    assert front.told(pd.concat([systems, mid.assign(minutes=5.0)]), "big")[1].endswith("Between them: mid.")
    slow = front.told(pd.concat([systems, mid.assign(minutes=7.0)]), "big")[1]
    assert slow.endswith("mid, if the work per picture counts; its training takes no less time than that of big.")
    assert front.told(systems, "small")[0] == "No other system needs less work per picture than small."
    assert front.told_best(systems.replace("small", "R2.simple"), "R2.simple").startswith("R2.simple, a network of ")


def test_by_how_much_the_best_leads_in_words():
    minus = pd.DataFrame({"system": ["a", "b"], "difference": [-0.02, -0.01], "low": -0.03, "high": [-0.01, -0.004]})
    clear = minus.assign(n=3, verdict=comparison.LOWER)
    told = front.told_lead(clear)
    assert told == "b, the closest, is 1.0 points behind (95% interval 0.4 to 3.0), which is clear."
    unsure = clear.assign(low=np.nan, high=np.nan, verdict="not judged: one seed")
    assert front.told_lead(unsure) == "b, the closest, is 1.0 points behind, which could be chance."
    assert "1.0 points ahead" in front.told_lead(unsure.assign(difference=0.01))
    assert front.told_lead(clear.iloc[:0]) == ""
    assert front.told_lower(clear, "c") == "c has a clearly higher test accuracy than 2 of the 2 others."
    assert front.told_lower(unsure, "c") == "No other system is clearly worse than c."
