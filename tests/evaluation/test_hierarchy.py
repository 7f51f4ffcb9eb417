"""Two answers, the second inside the first: which pairs there are, and what they tell of mistakes."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lib.evaluation import comparison, hierarchy, two_heads

EXIST = np.array([0, 0, 0, 1, 1, -1]), np.array([0, 1, 2, 2, 2, 0])  # sub category 2 stands in both, mostly in 1
TRUTH = {"main": np.array([0, 0, 1, 1]), "sub": np.array([0, 1, 2, 2])}
TABLE = {0: 0, 1: 0, 2: 1}
WEIGHTS = {"both": 20, "sub": 15}
GUESSING = {"main": 0.1, "sub": 0.1}


def said(main, sub):
    return {"main": np.array(main), "sub": np.array(sub)}


RIGHT, MIXED = said([0, 0, 1, 1], [0, 1, 2, 2]), said([0, 1, 1, 0], [0, 1, 2, 2])
DULL = said([0] * 4, [0] * 4)


def measured(both=(MIXED, RIGHT), main=(RIGHT, RIGHT), sub=(RIGHT, DULL), table=TABLE):
    found = hierarchy.measured(both, {"main": main, "sub": sub}, TRUTH, EXIST)
    return hierarchy.with_table(found, both, sub, TRUTH, table)


def row(verdict, n=3):
    return pd.DataFrame(
        [{"system": "sub category", "n": n, "difference": 0.016, "low": -0.05, "high": 0.08, "verdict": verdict}]
    )


def test_a_pair_that_no_picture_has_is_impossible():
    answers = said([0, 1, 1, 0], [2, 2, 0, 7])
    assert hierarchy.impossible(answers, EXIST).tolist() == [0, 0, 1, 1]


def test_contradictions_are_counted_beside_the_mistakes():
    table = measured()
    assert table["impossible"].tolist() == [1, 0] and table["wrong"].tolist() == [2, 0]
    assert table.loc[0, ["main", "sub", "both"]].tolist() == [0.5, 1.0, 0.5]
    assert hierarchy.told(table).startswith("0 to 1 of 4 test pictures")
    assert "impossible pairs reveal 0% to 50% of the pictures" in hierarchy.told_share(table)
    assert hierarchy.told_share(measured((RIGHT, RIGHT))).endswith("Here none do.")


def test_answers_truth_and_pairs_of_runs():
    run = SimpleNamespace(labels=lambda part, target: TRUTH[target[:-1]], predicted=lambda part, target: target)
    answers, truth, exist = hierarchy.of_runs([run, run], ("main1", "sub2"))
    assert answers == [{"main": "main1", "sub": "sub2"}] * 2 and truth["sub"].tolist() == [0, 1, 2, 2]
    assert len(exist[0]) == 8


def test_examples_are_the_pictures_whose_answers_contradict_each_other():
    classes = {"main": np.array(["bags", "shoes"]), "sub": np.array(["purse", "tote", "boot"])}
    answers, images = said([0, 1, 1, 1], [0, 1, 2, 0]), np.arange(4)
    where = hierarchy.examples(answers, TRUTH, EXIST, images, most=1)
    assert where.tolist() == [1]
    told = [[("shoes", False), ("tote", True), ("table: bags", True)]], ["is bags,\ntote"]
    assert hierarchy.captions(answers, TRUTH, classes, where, TABLE) == told
    assert hierarchy.captions(answers, TRUTH, classes, where, {})[0][0][2] == ("table: nothing", False)
    assert len(hierarchy.examples(answers, TRUTH, EXIST, images, most=8)) == 2
    assert hierarchy.examples(answers, TRUTH, EXIST, np.zeros(4), most=8).tolist() == [1], "one picture, once"
    assert len(hierarchy.examples(RIGHT, TRUTH, EXIST, images, most=8)) == 0


def test_a_table_cannot_lose_where_it_holds_for_every_picture():
    table = measured()
    assert table["table_both"].tolist() == table["sub"].tolist() == [1.0, 1.0]
    assert table["both_alone"].tolist() == [1.0, 0.25]
    assert hierarchy.cannot_lose(TRUTH, TABLE) and not hierarchy.cannot_lose(TRUTH, {0: 0, 2: 1})
    told = two_heads.told_won(table, True)
    assert told.endswith("right change by +0 to +2 of 4 in a training, those with the main one right by +0 to +2.")
    assert two_heads.told_won(measured(table={0: 0}), False).startswith("Here some test pictures do not keep")
    cells = two_heads.table_rows(table, WEIGHTS)
    assert cells.iloc[1].tolist() == ["two heads and the table", "100.0%", "100.0%", "100.0%", "none", "20"]
    assert cells["both"].tolist() == ["75.0%", "100.0%", "62.5%"] and cells["weights"].tolist() == ["20", "20", "15"]


def test_what_becomes_of_the_main_answers_in_the_contradictions():
    told = two_heads.told_first(MIXED, TRUTH, [False, True, False, False], [0, 0, 1, 1])
    assert told == (
        "The first network contradicts itself in 1 picture. There the table rights 1 main answer and spoils 0."
    )
    assert two_heads.told_first(MIXED, TRUTH, [False] * 4, [0] * 4) == "The first network has no contradiction."


def test_each_training_is_a_dot_and_how_many_are_better_is_told():
    table = measured()
    assert two_heads.dots(table)["Sub category"] == {
        "one network, two heads": [1.0, 1.0],
        "a network for each question": [1.0, 0.25],
    }
    told = two_heads.told_dots(table, two_heads.two_or_one(table))
    assert "worse in 1; the mean difference is -25.0" in told
    assert "none of 2 trainings, equal in 1, worse in 1; the mean" in told
    assert told.endswith("But even the trainings for the sub category alone lie 75.0 points apart.")
    one = measured((MIXED,), (RIGHT,), (RIGHT,))
    assert (
        "in none of one training, worse in 1; the mean difference is -50.0 points, not clear."
        in two_heads.told_dots(one, two_heads.two_or_one(one))
    )


@pytest.mark.parametrize(
    ("verdict", "answer", "lesson"),
    [
        (comparison.HIGHER, "It is clearly better than two networks (+1.6", "and it is better than two."),
        (comparison.LOWER, "It is clearly worse than two networks (+1.6", "but two are better."),
        ("equal within .3 points", "For practice it is as good as two networks", "and it is as good as two."),
        ("not resolvable with 3 seeds", "3 trainings of each cannot tell (+1.6 points", "than two is not shown."),
    ],
)
def test_what_two_heads_are_worth_in_words(verdict, answer, lesson):
    told = two_heads.told_answer(measured(), row(verdict), WEIGHTS, GUESSING)
    assert told.startswith("Yes. One network with two heads names 75.0% of the main and 100.0% of the sub")
    assert answer in told and "In 12.5% of the pictures its two" in told
    assert "ends that: both answers are then right for 100.0% instead of 75.0%, the main one for 100.0%" in told
    assert two_heads.told_lesson(row(verdict)).endswith(lesson)


def test_an_answer_that_was_not_learnt_or_has_one_training_says_so():
    told = two_heads.told_answer(measured((RIGHT, RIGHT)), row("not judged", 1), WEIGHTS, {"main": 1.0, "sub": 0.5})
    assert told.startswith("It answers both, but has not learnt the main category: one network")
    assert "one training of each cannot tell (+1.6 points for the sub category)" in told
    assert "The two answers never contradict each other. A table can tell" in told
    assert two_heads.told_sure(measured((MIXED,), (RIGHT,), (RIGHT,)), False).endswith("One training has no interval.")
    assert two_heads.told_sure(measured(), True).startswith("That the table never makes fewer")


def test_the_sub_head_alone_beside_two_heads():
    told = two_heads.told_alone(measured(), WEIGHTS)
    assert (
        told.endswith("both are right for 62.5% (not clearly less than with two heads and the table).")
        and "25% fewer" in told
    )


def test_contradictions_as_cells_of_a_row():
    table = pd.DataFrame(
        {"main": [0.9, 1.0], "sub": 0.8, "both": 0.7, "impossible": [1, 3], "wrong": [10, 10], "of": 40}
    )
    cells = hierarchy.shown(table)
    assert cells["main"] == "95.0%" and cells["impossible pairs"] == "1 to 3 of 40"
    assert cells["share of its mistakes that they reveal"] == "10% to 30%"


def test_both_answers_at_full_length_in_words():
    cells = {"main": "99.0%", "sub": "94.8%"}
    told = two_heads.told_full({"a": cells, "b": cells}, "Of 6 claims, 4 hold.")
    said = "a names 99.0% of the main and 94.8% of the sub categories and b 99.0% of the main and 94.8% of the sub"
    assert f"{said} categories. Networks with one head" in told and told.endswith("Of 6 claims, 4 hold.")


def test_the_hardest_category_is_one_with_enough_pictures():
    truth = {"sub": np.array([0] * 20 + [1] * 20 + [2])}
    answers = [{"sub": np.array([0] * 20 + [0] * 15 + [1] * 5 + [0])}]
    told = two_heads.told_hardest(answers, truth, ["shoe", "sandal", "tie"])
    assert "**sandal** is hardest: 25% of the answers are right, 15 of 20 are shoe." in told
    assert two_heads.told_hardest([truth], truth, ["shoe", "sandal", "tie"]).endswith("none is ever mistaken.")
