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
    assert "Our 2 trainings say **9 to 18**, not 736." in told
    assert "If 10 of 11 different pictures are right (91%), the true share may be 62% to 98%" in told
    assert told.endswith("; of 736, 89% to 93%.")
    (said,) = copies.behind_worth(11.2).values()
    assert "it would be 11;" in said[1] and said[2].startswith("It can be less than 11: the 5 rare pictures")


def test_an_accuracy_is_counted_over_copies_and_over_pictures():
    table = copies.twice(copies.answered([Answers()]))
    assert table["training"].tolist() == ["seed 7"]
    assert table[["copies", "pictures"]].iloc[0].tolist() == pytest.approx([278 / 736, 25 / 30])


def test_losses_stand_beside_guessing():
    ours = [Answers(), Answers()]
    ours[0].metrics = {"train_loss": 1e-5, "test_loss": 5.7, "test_accuracy": 0.4}
    ours[1].metrics = {"train_loss": 1e-4, "test_loss": 15.1, "test_accuracy": 0.62}
    table = copies.losses({"train": 0.0269, "validation": 0.271}, 1.2012, [1.4337] * 4, ours)
    assert table["loss / guessing"].tolist() == [
        "0.02 to 0.06", "0.25 to 0.48", "0.21 to 0.84", "0.00", "5.22 to 13.83"
    ]  # fmt: skip
    assert table["guessing gives"].iloc[-3] == "1.434 or 5.735" and table["loss"].iloc[-1] == "5.700 to 15.100"
    told = copies.told_losses(table, ours)
    assert (
        "0.00 of guessing on the training copies, 5.22 to 13.83 on the test copies. Above 1 guessing is better;" in told
    )
    assert "accuracy (40% to 62%) does not show that." in told
    ours[0].metrics["test_loss"] = 0.5
    table = copies.losses({"train": 0.0269}, 1.2012, [1.4337] * 4, ours[:1])
    assert copies.told_losses(table, ours[:1]).endswith(
        "0.00 of guessing on the training copies, 0.46 on the test copies."
    )


@pytest.mark.skipif(not len(carried.index()), reason="the kit carries no runs in this copy")
def test_carried_runs_on_copies_keep_the_order_of_the_classes():
    for run in carried.of_row("R1.augmented, own way"):
        assert np.array_equal(run.labels("test"), Answers().labels("test"))
