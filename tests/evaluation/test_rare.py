"""What is found of a class with few pictures, beside somebody who calls as many so without a look."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
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


def test_the_interval_of_the_middle_seed_is_told():
    table = rare.found({"some": [ALL, HALF, NEVER]}, LABELS, 1)
    low, high = statistics.wilson(5, 10)
    told = f"only 10 test pictures of few: a recall of 0.50 on them may be {low:.2f} to {high:.2f} on others"
    assert rare.told_few(table, "few") == told


def test_which_ways_are_better_is_told():
    rows = pd.DataFrame({"system": ["a", "b", "c"], "verdict": ["clearly higher", "clearly lower", "not judged"]})
    told = (
        "A is clearly better, b is clearly worse than no treatment in test macro-F1. The others cannot be told from it."
    )
    assert rare.told_worth(rows) == told
    assert rare.told_worth(rows.iloc[2:]).startswith("No way is clearly better or worse")
    assert rare.told_worth(rows.iloc[:1]).endswith("macro-F1.")


def test_an_overview_begins_with_always_the_largest_class():
    metrics = {"test_accuracy": 0.9, "test_balanced_accuracy": 0.5, "test_macro_f1": 0.6}
    runs = [
        SimpleNamespace(labels=lambda _: LABELS, predicted=lambda _, own=own: own, metrics=metrics)
        for own in (NEVER, HALF)
    ]
    table = rare.overview({"net": runs}, ["many", "few"])
    assert table["system"].tolist() == ["always many", "net"] and table["few found"].tolist() == [
        "0 of 10",
        "0 to 5 of 10",
    ]
    assert table["test_accuracy"].tolist() == pytest.approx([0.9, 0.9])
    assert table["test_balanced_accuracy"].tolist() == pytest.approx([0.5, 0.5])
    assert rare.told_overview(table).endswith("(always many), 0.900 and 0.600 (net).")
