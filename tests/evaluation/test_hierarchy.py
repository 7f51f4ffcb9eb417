"""Two answers, the second inside the first: which pairs there are, and what they tell of mistakes."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lib.evaluation import comparison, hierarchy, two_heads

EXIST = np.array([0, 0, 0, 1, 1, -1]), np.array([0, 1, 2, 2, 2, 0])  # sub category 2 stands in both, mostly in 1
TRUTH = {"main": np.array([0, 0, 1, 1]), "sub": np.array([0, 1, 2, 2])}
TABLE = {0: 0, 1: 0, 2: 1}
WEIGHTS = {"both": 20, "main": 10, "sub": 15}
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
    assert hierarchy.told(table).startswith("0 to 1 of 4 test pictures") and "In each at" in hierarchy.told(table)
    assert hierarchy.told(measured((RIGHT, RIGHT))) == "0 of 4 test pictures get an impossible pair."
    full = {"a": {hierarchy.REVEALED: "7%"}, "b": {}}
    told = "here it finds 0% to 50% of the pictures with a mistake, at full length with a 7%."
    assert hierarchy.told_share(table, full).endswith(told)
    assert "finds no contradiction, so none of the" in hierarchy.told_share(measured((RIGHT, RIGHT)), full)


def test_a_pair_that_is_new_can_be_right():
    table = hierarchy.contradictions([RIGHT, MIXED], TRUTH, (np.array([0, 0]), np.array([0, 1])))
    assert table["impossible"].tolist() == [2, 3] and table["spared"].tolist() == [2, 1]
    assert "In all but 3 of them, over all trainings" in hierarchy.told(table)
    assert hierarchy.revealed(table) == "0% to 100%"


def test_answers_truth_and_pairs_of_runs():
    run = SimpleNamespace(labels=lambda part, target: TRUTH[target[:-1]], predicted=lambda part, target: target)
    answers, truth, exist = hierarchy.of_runs([run, run], ("main1", "sub2"))
    assert answers == [{"main": "main1", "sub": "sub2"}] * 2 and truth["sub"].tolist() == [0, 1, 2, 2]
    assert len(exist[0]) == 4, "of validation pictures alone"


def test_examples_are_the_pictures_whose_answers_contradict_each_other():
    classes = {"main": np.array(["bags", "shoes"]), "sub": np.array(["purse", "tote", "boot"])}
    answers, images = said([0, 1, 1, 1], [0, 1, 2, 0]), np.arange(4)
    where = hierarchy.examples(answers, TRUTH, EXIST, images, TABLE, most=1)
    assert where.tolist() == [1]
    told = [[("shoes", False), ("tote", True), ("bags", True)]], ["bags\ntote"]
    assert hierarchy.captions(answers, TRUTH, classes, where, TABLE) == told
    assert hierarchy.captions(answers, TRUTH, classes, where, {})[0][0][2] == ("nothing", False)
    assert hierarchy.examples(answers, TRUTH, EXIST, images, TABLE, most=8).tolist() == [1, 3], "righted, then spoiled"
    assert hierarchy.examples(answers, TRUTH, EXIST, np.zeros(4), TABLE, most=8).tolist() == [1], "one picture, once"
    assert len(hierarchy.examples(RIGHT, TRUTH, EXIST, images, TABLE, most=8)) == 0


def test_examples_are_in_the_proportion_of_what_the_table_rights_and_spoils():
    truth = said([0] * 5, [0] * 5)
    answers = said([1, 1, 1, 0, 0], [0, 0, 0, 2, 2])  # three are righted, two spoiled
    exist = np.array([0, 0, 1]), np.array([0, 1, 2])
    where = hierarchy.examples(answers, truth, exist, np.arange(5), TABLE, most=3)
    assert where.tolist() == [0, 1, 3]


def test_a_table_cannot_lose_where_it_holds_for_every_picture():
    table = measured()
    assert table["table_both"].tolist() == table["sub"].tolist() == [1.0, 1.0]
    assert table["alone_both"].tolist() == table["both_alone"].tolist() == [1.0, 0.25]
    assert hierarchy.cannot_lose(TRUTH, TABLE) and not hierarchy.cannot_lose(TRUTH, {0: 0, 2: 1})
    told = two_heads.told_won(table, True)
    assert "right by +2, +0 (of 4), that with the main one right by +2, +0." in told
    assert "right for 62.5%, against two heads and the table -37.5" in told
    assert told.endswith(" points: whether the main head can go, 2 trainings cannot tell.")
    assert two_heads.told_won(measured(table={0: 0}), False).startswith("Some test pictures do not keep")
    cells = two_heads.table_rows(table, WEIGHTS)
    assert cells.iloc[0].tolist() == ["two networks", "100.0%", "62.5%", "62.5%", "0 to 2", "25"]
    assert cells.iloc[2].tolist() == ["two heads and the table", "100.0%", "100.0%", "100.0%", "none", "20"]
    assert cells["both"].tolist() == ["62.5%", "75.0%", "100.0%", "62.5%"] and cells["weights"].iloc[-1] == "15"


def test_examples_say_whether_the_table_rights_or_spoils_them():
    answers = [[("a", False), ("b", True), ("a", True)], [("a", True), ("b", False), ("c", False)]]
    assert hierarchy.told_examples(answers, 7) == (
        "2 of the 7 contradictions of the first network, from the left: 1 whose main answer the table rights, 1 whose "
        "main answer the table spoils."
    )
    assert hierarchy.each(pd.Series(range(9))) == "+0 to +8"


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
    one = measured((MIXED,), (RIGHT,), (RIGHT,))
    assert (
        "in none of one training, worse in 1; the mean difference is -50.0 points, not clear."
        in two_heads.told_dots(one, two_heads.two_or_one(one))
    )


OPEN, EQUAL = "not resolvable with 3 seeds", "equal within .3 points"


@pytest.mark.parametrize(
    ("verdicts", "answer", "lesson"),
    [
        ((comparison.HIGHER,) * 2, "It is clearly better than two networks.", "main category and the sub category it"),
        ((OPEN, comparison.LOWER), "two for the main category and clearly worse than two for", "sub category two are"),
        ((EQUAL, EQUAL), "It is for practice as good as two networks.", "and it is as good as two."),
        ((OPEN, OPEN), "Whether it is better than two networks, 3 trainings of each cannot tell.", "is not shown."),
    ],
)
def test_what_two_heads_are_worth_in_words(verdicts, answer, lesson):
    worth = pd.concat(
        [row(verdict).assign(system=f"{name} category") for name, verdict in zip(GUESSING, verdicts, strict=True)]
    )
    told = two_heads.told_answer(measured(), worth, WEIGHTS, GUESSING)
    start = (
        "Yes. One network with two heads names 75.0% of the main and 100.0% of the sub categories, with 20% fewer wei"
    )
    assert told.startswith(start) and answer in told
    assert "In 12.5% of the pictures its two" in told and told.endswith("ends that.")
    assert lesson in two_heads.told_lesson(worth)


def test_an_answer_that_was_not_learnt_or_has_one_training_says_so():
    told = two_heads.told_answer(measured((RIGHT, RIGHT)), row("not judged", 1), WEIGHTS, {"main": 1.0, "sub": 0.5})
    assert told.startswith("It can, but the main category no better than always the same answer would: one network")
    assert "one training of each cannot tell." in told and told.endswith("never contradict each other here.")
    one = measured((MIXED,), (RIGHT,), (RIGHT,))
    told = two_heads.told_sure(one, row("not judged", 1), False)
    assert told.startswith(
        "Some test pictures do not keep to the table, so it can cost right answers. All rests on one training: two"
    )
    assert told.endswith(
        "change the sub category by +1.6 points, and whether the table costs right main answers stays open."
    )
    told = two_heads.told_sure(measured(), row(OPEN), True)
    assert (
        told.startswith("It is certain that the table never")
        and "+1.6 points (95% interval: -5.0 to +8.0), and" in told
    )


@pytest.mark.parametrize(
    ("steps", "told", "advice"),
    [
        ((0.1, 0.1001, 0.1002), "clearly rights more", "compare both ways first (here the table changes it by +10.0"),
        ((-0.1, -0.1001, -0.1002), "clearly spoils more", "keep the main head (here the table changes it by -10.0"),
        ((0.0002, 0.0001, -0.0001), "for practice the table leaves", "equal for practice)."),
        ((0.0, 0.0, 0.0), "for practice the table leaves", "(here as many of them are right with the table)."),
    ],
)
def test_what_the_table_does_to_the_main_answers(steps, told, advice):
    table = pd.DataFrame({"seed": range(3), "main": 0.5, "table_main": 0.5 + np.array(steps)})
    assert told in two_heads.told_sure(table, row(OPEN), True) and advice in two_heads.told_advice(table)


def test_contradictions_as_cells_of_a_row():
    table = pd.DataFrame(
        {"main": [0.9, 1.0], "sub": 0.8, "both": 0.7, "impossible": [1, 3], "spared": 0, "wrong": [10, 10], "of": 40}
    )
    cells = hierarchy.shown(table)
    assert cells["main"] == "95.0%" and cells["impossible pairs"] == "1 to 3 of 40"
    assert cells["share of its mistakes that they reveal"] == "10% to 30%"


def test_both_answers_at_full_length_in_words():
    cells = {"both": "94.5%"}
    told = two_heads.told_full({"a": cells, "b": cells}, "Of 6 claims, 4 hold.")
    assert "a gets both answers right for 94.5% and b for 94.5% of the test pictures." in told
    assert told.endswith("Of 6 claims, 4 hold, judged on other product pictures than R5's.")
    assert two_heads.told_full({"a": cells}, "").endswith("stays open there.")


def test_the_hardest_category_is_one_with_enough_pictures():
    truth = {"sub": np.array([0] * 20 + [1] * 20 + [2])}
    answers = [{"sub": np.array([0] * 20 + [0] * 15 + [1] * 5 + [0])}]
    told = two_heads.told_hardest(answers, truth, ["shoe", "sandal", "tie"])
    assert "**sandal** is hardest: 25% of the answers are right, 15 of 20 are shoe." in told
    assert two_heads.told_hardest([truth], truth, ["shoe", "sandal", "tie"]).endswith("none is ever mistaken.")
