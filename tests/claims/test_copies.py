"""Report R1's copies: which picture each one is a copy of, and what runs on copies are worth."""

import numpy as np
import pytest

from lib.claims import copies
from lib.data import r1
from lib.runs import carried


def test_every_original_has_its_copies_in_its_class():
    own = copies.originals("test")
    assert len(own) == sum(r1.ENLARGED["test"]) and len(np.unique(own)) == sum(r1.FEW["test"])
    assert np.bincount(own)[-2:].tolist() == [125, 125], "of two Smart Casual pictures"
    assert copies.counted("test")["copies of each"].tolist() == pytest.approx([278 / 25, 208 / 3, 125])


class Answers:
    """A run on R1's copies that is right on every Casual picture, and on no other."""

    config = type("Config", (), {"seed": 7})

    def labels(self, part):
        return np.repeat(range(3), r1.ENLARGED[part])

    def predicted(self, part):
        return np.zeros(sum(r1.ENLARGED[part]), int)


def test_copies_that_fare_alike_tell_as_much_as_few_pictures():
    answered = copies.answered([Answers()])
    assert answered["right"].tolist() == [1.0] * 25 + [0.0] * 5 and set(answered["seed"]) == {7}
    assert copies.worth([Answers()])[0] < 30


def test_what_copies_are_worth_is_told_with_two_intervals():
    told = copies.told_worth(11.2, [8.6, 18.3])
    assert "as much as 11 different ones" in told and "worth 9 to 18." in told
    assert "known to be 88% to 92%. With 11 pictures it is 62% to 98%." in told


@pytest.mark.skipif(not len(carried.index()), reason="the kit carries no runs in this copy")
def test_carried_runs_on_copies_keep_the_order_of_the_classes():
    for run in carried.of_row("R1.augmented, own way"):
        assert np.array_equal(run.labels("test"), Answers().labels("test"))
