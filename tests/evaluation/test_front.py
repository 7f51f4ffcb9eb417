"""The front of cost and accuracy, by figures worked out by hand."""

import numpy as np

from lib.evaluation.front import front


def test_the_front_is_what_no_other_system_beats():
    costs, figures = np.array([1, 2, 2, 3, 4, np.nan]), np.array([0.35, 0.4, 0.7, 0.7, 0.9, 0.99])
    assert front(costs, figures).tolist() == [True, False, True, False, True, False]
