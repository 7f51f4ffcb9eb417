"""What notebook 12 says of reports R1 and R4."""

import pandas as pd
import pytest

from lib.claims import copies, told, within


def test_networks_that_all_stand_above_the_others_are_no_luck():
    said = told.shirts([1126, 2346, 1500, 1300, 1200], [909, 1089, 1000])
    assert "say *Shirt* 1,126 to 2,346 times, the 3 without it 909 to 1,089 times" in said
    assert said.endswith(
        "all 5 with it say it more often than all 3 without, and by luck alone that happens once in 56 times."
    )
    assert "we cannot tell" in told.shirts([1000, 1200], [900, 1100])


def test_a_share_is_worked_out():
    assert told.grim("0.9833", 30, 300) == (
        "For example, 0.9833 x 30 = 29.5, but pictures are whole: 29 of 30 prints 0.9667, 30 of 30 prints 1.0000. With "
        "300 pictures it fits: 295 of 300 prints 0.9833."
    )
    assert "it fits" not in told.grim("0.9833", 30, 31)


def test_each_place_of_r1_has_its_numbers():
    table = told.counts()
    assert table["training pictures"].tolist() == ["–", "140", "2,507", "?"]
    assert table["validation pictures"].tolist() == ["6,667", "30", "670", "?"]


def test_the_steps_of_a_log_are_held_against_the_counts():
    said = told.steps(1400, 280)
    assert said.startswith("280 x 5 = **1,400** pictures in an epoch, 10 times the 140 of R1's first count.")
    assert said.endswith("into 280 steps: the nearest are 314 (8 a step) and 279 (9 a step).")
    assert "No batch size" not in told.steps(1570, 314), "8 a step"


def test_what_gives_all_accuracies_is_told_with_two_causes():
    assert "only 300, 600 and 900 can give all nine" in told.fitting([300, 600, 900], 1000, 1400)
    said = told.fitting([300, 600, 900, 1200, 1500, 1800], 1800, 1400)
    assert "only 300, 600, 900 and 3 more can" in said and "280 for training, 60 for validation." in said


def test_the_answer_and_the_statements_are_counted():
    said = told.answer(0.914, 0.776, [6667, 30, 670], 300)
    assert said.endswith("fit none of them; the smallest number that fits is 300.")
    assert "fit not all of them" in told.answer(0.914, 0.776, [30], 300)
    assert told.statements(within.compare()).endswith("5 do not follow from what is shown, and 2 hold.")


def test_what_fits_by_chance_stands_beside_what_fits():
    said = told.by_chance(6667, 6, 9)
    assert "6,667 pictures can give 67% of all shares with four decimals, so about 6 of 9 would fit by chance." in said
    assert "6 do: that is no support. The log of R1's first" in said and "more than chance gives" in told.by_chance(
        300, 9, 9
    )


def test_an_effective_number_is_worked_out():
    said = told.effective(copies.counted(), 11.1)
    assert "736² / (25 x 11.1² + 3 x 69.3² + 2 x 125.0²) = **11.1**" in said and "worth 11 different ones" in said


def test_copies_that_agree_are_counted():
    right = [1.0] * 25 + [0.0] * 4 + [0.5]
    answered = pd.DataFrame({"seed": 7, "original": range(30), "right": right})
    said = told.copies_agree(answered, copies.twice(answered))
    assert said.startswith("Copies mostly agree: 97% of the pictures have all copies right, or all wrong (one seed).")
    assert "5 rare pictures have 458 of the 736 copies, and only 10% of theirs are right." in said


@pytest.mark.parametrize(
    ("matrix", "text", "expected"),
    [
        (
            0.78,
            0.93,
            "R4's matrix (78.0%) fits only the networks with augmentation. R4's text (93.0%) fits neither. We",
        ),
        (0.78, 0.88, "R4's text (88.0%) lies between the two ranges. These come from 3 and 3 trainings, so their"),
        (0.78, 0.92, "R4's text (92.0%) fits only the networks without augmentation. Perhaps the two are of"),
        (0.78, 0.79, "R4's text (79.0%) fits only the networks with augmentation. We cannot prove more"),
    ],
)
def test_the_text_and_the_matrix_are_held_against_our_trainings(matrix, text, expected):
    assert expected in told.text_and_matrix(matrix, text, [0.77, 0.79, 0.78], [0.92, 0.921, 0.919])


def test_a_checklist_says_what_each_check_caught():
    table = told.checklist((0.914, 0.776), ("Shirt", 2007, 1000), [30, 670], (736, 30), "R1: 0.02")
    assert table["what it says here"].tolist() == [
        "R4: 77.6%, not 91.4%", "R4: Shirt 2,007 times, but there are 1,000",
        "R1's ResNet50: not of 30 or 670 pictures",
        "R1: 736 are 30 and their copies", "R1: 0.02",
    ]  # fmt: skip
    assert told.checklist((1, 1), ("Bag", 1, 1), [], (1, 1), "1")["what it says here"].iloc[2] == "nothing"
