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


def test_the_interval_of_the_middle_seed_is_told_with_all_that_were_found():
    table = rare.found({"some": [ALL, HALF, NEVER]}, LABELS, 1)
    low, high = statistics.wilson(5, 10)
    told = rare.told_few(table, "few")
    assert told.startswith("This is arithmetic, and certain; but what share of few some would find elsewhere is not")
    assert told.endswith("5 of 10 is 50%, and by its 95% interval it could be anything from 24% to 76%.")
    assert rare.told_few(table.assign(of=0), "few").endswith("there are no test pictures of few.")


def test_the_price_in_precision_is_told():
    table = rare.found({"some": [ALL, HALF], "never": [NEVER]}, LABELS, 1)
    assert rare.told_price(table[table["way"] == "some"], "few") == (
        "Some finds 5 to 10 of the 10 test pictures of few. "
        "It calls 10 to 50 pictures few, and 75% of these answers are wrong."
    )
    assert rare.told_price(table[table["way"] == "never"], "few") == "Never calls no test picture few."
    luck = rare.told_luck(table[table["way"] == "some"], "few")
    assert luck == "In 1 of 2 trainings some finds clearly more few pictures than random guessing would."


def test_what_is_found_stands_beside_chance():
    shown = rare.beside_chance(rare.found({"half": [HALF]}, LABELS, 1))
    assert shown["group"].tolist() == ["network", "at random"] and set(shown["training"]) == {"seed 0"}
    assert shown[["recall", "low", "high"]].iloc[1].tolist() == [0.5, 0.5, 0.5]


def test_a_shift_of_logits_is_told_by_what_it_calls_rightly_and_wrongly():
    before, after = np.eye(2)[NEVER], np.eye(2)[HALF]
    assert rare.told_shift(before, after, LABELS, ["many", "few"]) == (
        "In the first training, the network says few to 0 validation pictures. After the shift it says so 50 times: "
        "it finds 5 of the 10, and 45 of the answers are wrong."
    )


def test_which_ways_are_better_is_told():
    rows = pd.DataFrame({"system": ["a", "b", "c"], "verdict": ["clearly higher", "clearly lower", "not judged"]})
    told = (
        "On the test pictures, compared with no treatment, a clearly raises macro-F1; b clearly lowers macro-F1; "
        "c makes no clear difference."
    )
    assert rare.told_worth(rows) == told
    assert rare.told_worth(rows.iloc[2:]).endswith("no method clearly raises or lowers macro-F1.")
    assert rare.told_worth(rows.iloc[:1]).endswith("a clearly raises macro-F1.")


def test_a_baseline_is_clearly_beaten_only_after_correction():
    table = pd.DataFrame({"system": "net", "seed": range(3), "test_macro_f1": [0.53, 0.545, 0.557]})
    baselines = {"the article": 0.5037, "the nearest": 0.523, "always": 0.3}
    found = rare.beside(table, "test_macro_f1", baselines)
    alone = rare.beside(table, "test_macro_f1", {"the article": 0.5037})
    assert alone["verdict"].tolist() == ["clearly higher"] and alone["p"].tolist() == found["p"].tolist()[:1]
    assert found["verdict"].tolist() == ["not resolvable with 3 seeds"] * 2 + ["clearly higher"]
    assert rare.told_beside(found, "net", 0.544, baselines) == (
        "Net (0.544) is better than the article (0.504) and the nearest (0.523), but that could be chance. "
        "It is clearly better than always (0.300)."
    )


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
    worse = table.assign(test_accuracy=[0.95, 0.9], test_macro_f1=[0.6, 0.5])
    names = {"always many": "a lookup", "net": "weights"}
    assert rare.told_change(worse, names, "few") == (
        "The same on real pictures: always many is right for 95.0%, and a lookup, right for 95.0%, finds none of the "
        "10 test pictures of few. With weights it finds 0 to 5, with a macro-F1 of 0.500 instead of 0.600 and an "
        "accuracy of 90.0%."
    )
    same = rare.told_change(worse.assign(test_macro_f1=[0.56, 0.557 + 0.001]), names, "few")
    assert "at the same macro-F1 (0.558 and 0.560)" in same


def test_f1_is_worked_out_once():
    told = rare.told_f1(LABELS, HALF, 1, "the net", "few")
    assert "the net says few 50 times, and is right 5 times: a precision of 0.10." in told
    assert "There are 10 such pictures: a recall of 0.50." in told and told.endswith("= 0.17.")
    assert rare.told_f1(LABELS, NEVER, 1, "it", "few") == "It finds none of the 10 few pictures: its F1 is 0."


def test_what_measures_pick_is_told():
    assert rare.told_choice({"accuracy": "a", "recall": "b", "macro-F1": "b"}) == (
        "By accuracy we would pick **a**, by recall or macro-F1 **b**. So the measure picks the winner: choose it "
        "first. We choose macro-F1."
    )
    assert "Another measure could pick another" in rare.told_choice({"accuracy": "a", "macro-F1": "a"})
    assert rare.told_never(["many", "few"], 0.9, 0.3).endswith("not a single few picture: its macro-F1 is only 0.300.")
    reached = {"offsets": 0.5, "net": 0.4}
    assert rare.told_offsets(reached, reached, "net").endswith("at an accuracy of 0.500; net: 0.400, at 0.400.")
    assert rare.told_offsets(reached, reached, "offsets").endswith("at an accuracy of 0.500.")
    rows = [(way, seed, base + seed**2 / 1000) for way, base in (("none", 0.5), ("weights", 0.3)) for seed in range(3)]
    runs = pd.DataFrame(rows, columns=["system", "seed", "test_macro_f1"])
    runs.loc[0, "test_macro_f1"] += 0.002
    assert rare.told_methods(runs, "test_macro_f1", "none") == (
        "On real pictures, weights (0.302 in macro-F1) are clearly worse than no treatment (0.502)."
    )
