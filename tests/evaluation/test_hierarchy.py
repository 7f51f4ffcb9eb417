"""Two answers, the second inside the first: which pairs there are, and what they tell of mistakes."""

import numpy as np
import pytest

from lib.evaluation import hierarchy

KNOWN = np.array([0, 0, 0, 1, 1]), np.array([0, 1, 2, 2, 2])  # sub category 2 stands in both, mostly in 1
TARGETS = ("main", "sub")


class Heads:
    """A run that is sure of these answers to four pictures; how sure, says `by`."""

    config = type("Config", (), {"seed": 3})
    truth = {"main": np.array([0, 0, 1, 1]), "sub": np.array([0, 1, 2, 2])}  # noqa: RUF012

    def __init__(self, main, sub, by=(1.0, 1.0)):
        self.says, self.by = {"main": np.array(main), "sub": np.array(sub)}, dict(zip(TARGETS, by, strict=True))

    def labels(self, part, target):
        return self.truth[target]

    def positions(self, part):
        return np.array([10, 11, 12, 13])

    def predicted(self, part, target):
        return self.says[target]

    def predictions(self, part, target):
        return None, self.truth[target], np.eye(3)[self.says[target]][:, : 2 + (target == "sub")] * self.by[target]


def test_a_pair_that_no_picture_has_is_impossible():
    assert hierarchy.impossible(np.array([0, 1, 1, 0]), np.array([2, 2, 0, 7]), KNOWN).tolist() == [0, 0, 1, 1]
    assert hierarchy.homes(KNOWN).tolist() == [0, 0, 1]
    main, sub = hierarchy.known_to(Heads([0] * 4, [0] * 4), TARGETS)
    assert len(main) == 8 and sub[:4].tolist() == [0, 1, 2, 2]


def test_contradictions_are_counted_beside_the_mistakes():
    runs = [Heads([0, 1, 1, 0], [0, 1, 2, 2]), Heads([0, 0, 1, 1], [0, 1, 2, 2])]
    table = hierarchy.contradictions(runs, TARGETS, KNOWN)
    assert table["impossible"].tolist() == [1, 0] and table["wrong"].tolist() == [2, 0]
    assert table.loc[0, ["main", "sub", "both"]].tolist() == [0.5, 1.0, 0.5]
    assert hierarchy.told(table).startswith("0 to 1 of 4 test pictures") and "finds 0% to 50% of" in hierarchy.told(
        table
    )


def test_examples_are_the_pictures_whose_answers_contradict_each_other():
    names = [np.array(["bags", "shoes"]), np.array(["purse", "tote", "boot"])]
    where, titles = hierarchy.examples(Heads([0, 1, 1, 1], [0, 1, 2, 0]), TARGETS, KNOWN, names, most=1)
    assert where.tolist() == [11] and titles == ["shoes,\ntote"]


def test_a_surer_head_mends_the_other():
    runs = [Heads([0, 1, 1, 1], [0, 1, 2, 2], by=(1.0, 5.0))]
    read = hierarchy.readings(runs, TARGETS, KNOWN).set_index("system")["test_both_accuracy"]
    assert read[hierarchy.EACH] == pytest.approx(0.75)
    assert read[hierarchy.DECIDES] == read[hierarchy.LIKELIEST] == 1.0
