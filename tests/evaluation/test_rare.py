"""What is found of a class with few pictures, beside somebody who calls as many so without a look."""

import numpy as np
import pytest

from lib.evaluation import rare, statistics

LABELS = np.repeat([0, 1], [90, 10])
NEVER, ALL = np.zeros(100, dtype=int), LABELS
HALF = np.where(np.arange(100) % 2, 1, 0)  # calls every other picture so: 50 of 100, and 5 of the 10


def test_a_blind_caller_is_not_sure_and_one_who_sees_is():
    table = rare.found({"never": [NEVER], "half": [HALF], "all": [ALL, HALF]}, LABELS, 1)
    assert table["found"].tolist() == [0, 5, 10, 5] and table["called"].tolist() == [0, 50, 10, 50]
    assert table["seed"].tolist() == [0, 0, 0, 1] and table["of"].eq(10).all()
    assert table["blind"].tolist() == pytest.approx([0, 0.5, 0.1, 0.5])
    assert table["sure"].tolist() == [False, False, True, False]
    assert table[["low", "high"]].iloc[1].tolist() == pytest.approx(statistics.wilson(5, 10))


def test_what_is_found_is_told_from_the_worst_seed_to_the_best():
    table = rare.found({"never": [NEVER, NEVER], "some": [ALL, HALF]}, LABELS, 1)
    assert rare.told(table) == "0 (never), 5 to 10 (some) of 10"


def test_recalls_are_means_over_seeds():
    table = rare.recalls({"some": [ALL, HALF]}, LABELS, ["many", "few"])
    assert table["group"].tolist() == ["many", "few"] and table["recall"].tolist() == pytest.approx([0.75, 0.75])
