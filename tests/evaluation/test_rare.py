"""What is found of a class with few pictures, beside somebody who calls as many so without a look."""

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


def test_shares_are_of_all_trainings_and_unknown_where_nobody_said_so():
    table = rare.shares({"some": [ALL, HALF], "never": [NEVER]}, LABELS, ["many", "few"])
    assert table["group"].tolist() == ["many", "few"] * 2
    assert table["recall"].tolist() == pytest.approx([0.75, 0.75, 1, 0])
    assert table["precision"].tolist() == pytest.approx([135 / 140, 15 / 60, 0.9, np.nan], nan_ok=True)


def test_the_middle_training_finds_neither_most_nor_fewest():
    assert rare.middle(rare.found({"some": [ALL, HALF, NEVER]}, LABELS, 1)) == 1


def test_a_baseline_is_clearly_beaten_only_after_correction():
    table = pd.DataFrame({"system": "net", "seed": range(3), "test_macro_f1": [0.53, 0.545, 0.557]})
    baselines = {"the article": 0.5037, "the nearest": 0.523, "always": 0.3}
    found = rare.beside(table, "test_macro_f1", baselines)
    alone = rare.beside(table, "test_macro_f1", {"the article": 0.5037})
    assert alone["verdict"].tolist() == ["clearly higher"] and alone["p"].tolist() == found["p"].tolist()[:1]
    assert found["verdict"].tolist() == ["not resolvable with 3 seeds"] * 2 + ["clearly higher"]


def runs_of(**scores):
    rows = [
        {"system": way.replace("_", " "), "seed": seed, "test_accuracy": 0.9 - seed / 100, "test_macro_f1": score}
        for way, own in scores.items()
        for seed, score in enumerate(own)
    ]
    return pd.DataFrame(rows)


def test_methods_stand_beside_untreated_with_their_intervals():
    runs = runs_of(untreated=[0.4, 0.41, 0.42], offsets=[0.5, 0.52, 0.51], weights=[0.42, 0.4, 0.43])
    answers = {"untreated": [NEVER] * 3, "offsets": [HALF, ALL, HALF], "weights": [HALF] * 3}
    table = rare.methods(runs, answers, LABELS, ["many", "few"])
    assert table["method"].tolist() == ["always many", "untreated", "offsets", "weights"]
    assert table["clear?"].tolist() == ["–", "–", "yes", "no"]
    assert table["accuracy"].tolist() == ["90.0%", "89.0%", "89.0%", "89.0%"]
    assert table["few found"].tolist() == ["0 of 10", "0 of 10", "5 to 10 of 10", "5 of 10"]
    assert table.iloc[2, 2] == "+0.100 (+0.075 to +0.125)"


def test_one_training_or_a_diverged_one_has_no_interval():
    answers = {"untreated": [NEVER], "offsets": [HALF]}
    one = rare.methods(runs_of(untreated=[0.4], offsets=[0.5]), answers, LABELS, ["many", "few"])
    assert one.iloc[2, 2:4].tolist() == ["+0.100", "unknown"]
    lost = rare.methods(runs_of(untreated=[0.4], offsets=[np.nan]), answers, LABELS, ["many", "few"])
    assert lost.iloc[2, 1:4].tolist() == ["no figure", "no figure", "no figure"]


def test_answers_are_counted_by_class():
    table = rare.by_class(HALF, LABELS, ["many", "few"])
    assert table["class"].tolist() == ["many", "few", "mean"] and table["pictures"].tolist() == ["90", "10", "100"]
    assert table["recall"].tolist() == ["50%", "50%", "50%"] and table["precision"].tolist() == ["90%", "10%", "–"]
    assert table["F1"].tolist() == ["0.643", "0.167", "0.405"]
    assert rare.by_class(NEVER, LABELS, ["many", "few"]).iloc[1].tolist() == ["few", "10", "0%", "–", "0.000"]
