"""What dropout changes: the sentences hold however it comes out."""

import numpy as np
import pandas as pd

from lib.evaluation import dropping
from lib.evaluation.comparison import HIGHER, LOWER

UNSURE = "not resolvable with 3 seeds"


def rows(**told):
    columns = ["verdict", "difference", "low", "high", "smallest"]
    found = pd.DataFrame.from_dict(told, "index", columns=columns).rename_axis("system").reset_index()
    return found.assign(n=3)


HERE = rows(low=(UNSURE, -0.02, -0.06, 0.02, 0.08), much=(LOWER, -0.3, -0.4, -0.2, 0.18))
FULL = rows(low=(HIGHER, 0.008, 0.003, 0.012, 0.004), much=(LOWER, -0.018, -0.023, -0.013, 0.005))
TURNS = pd.DataFrame({"system": ["none", "low", "much"], "turn": [4.6, 18.4, 18.6], "train_accuracy": [0.99, 0.9, 0.6]})


def test_each_rate_is_told_with_its_interval():
    assert dropping.effects(FULL, "After 20 epochs") == (
        "After 20 epochs, low clearly raises the test accuracy (+0.8 points, +0.3 to +1.2). Much clearly lowers it "
        "(-1.8 points, -2.3 to -1.3)."
    )
    unsure = "low makes no clear difference to the test accuracy (-2.0 points, -6.0 to +2.0). Much clearly lowers it"
    assert unsure in dropping.effects(HERE, "x")
    assert "for practice" in dropping.effects(FULL.assign(verdict="equal within .3 points"), "x")
    assert dropping.effects(FULL.iloc[:0], "x") == dropping.how_sure(FULL.iloc[:0].astype(object), FULL, "x")
    assert "low cannot be compared. Much cannot" in dropping.effects(FULL.assign(n=0), "x")


def test_a_gap_is_told_from_what_to_what():
    found = pd.DataFrame({"system": ["none", "low", "much"], "gap": [0.41, 0.13, 0.03]})
    gaps = rows(low=(LOWER, -0.28, -0.3, -0.2, 0.1), much=(LOWER, -0.38, -0.4, -0.3, 0.1))
    told = "clearly narrows the gap between validation and training loss, from 0.41 to"
    assert dropping.narrowed(gaps, found) == f"Dropout {told} 0.13 and 0.03."
    assert dropping.narrowed(gaps.assign(verdict=[LOWER, UNSURE]), found) == f"Low {told} 0.13."
    assert dropping.narrowed(gaps.assign(verdict=UNSURE), found).startswith("No rate clearly narrows")


def test_what_a_short_run_can_show_is_held_against_full_length():
    assert dropping.how_sure(HERE, FULL, "3 seeds") == (
        "With 3 seeds, the effect of much is clear for a training of this length. A true effect of low would have to "
        "be about 8 points to be found four times in five. At full length we find +0.8 points, which this run can "
        "easily miss."
    )
    assert "At full length" not in dropping.how_sure(FULL, FULL, "3 seeds")
    unsure = dropping.how_sure(HERE.assign(verdict=UNSURE), FULL, "3 seeds")
    assert unsure.startswith("With 3 seeds, a true effect of low would have to be about 8 points")
    assert dropping.how_sure(HERE.assign(smallest=np.inf), FULL, "x") == "Without two seeds no difference can be shown."


def test_why_full_length_says_something_else():
    assert "too short for dropout" in dropping.why_they_differ(HERE, FULL, TURNS)
    assert dropping.why_they_differ(FULL, FULL, TURNS) == ""
    assert dropping.why_they_differ(HERE, FULL, TURNS.assign(turn=[9, 8, 7])) == ""


def test_what_the_validation_pictures_choose_at_full_length():
    table = pd.DataFrame({"system": ["no dropout", "dropout 0.2"], "seed": 0, "val_accuracy": [0.91, 0.926]})
    other = dropping.choice(table, "dropout 0.0", "no dropout")
    assert other.startswith("At full length the validation pictures choose dropout 0.2 (92.6%); in the short run they")
    assert dropping.choice(table, "dropout 0.2", "no dropout").endswith("(92.6%), as in the short run.")
    same = dropping.choice(table.assign(val_accuracy=[0.95, 0.926]), "dropout 0.0", "no dropout")
    assert same.endswith("choose no dropout (95.0%), as in the short run.")


def test_who_was_still_learning():
    late = "With low and much the turn comes at the end, or nearly so: the networks were still learning."
    assert dropping.told_turns(TURNS, 20) == late
    assert dropping.told_turns(TURNS, 40) == "Every turn comes before the last 10% of the epochs."
    assert dropping.told_turns(TURNS.assign(turn=np.nan), 20) == "No training has a finite validation loss."
    assert dropping.unfinished(TURNS, 20) == (
        "With much the network has not finished learning: it is right on 60% of its own training pictures, 99% without."
    )
    assert dropping.unfinished(TURNS, 40) == ""
    assert dropping.unfinished(TURNS.assign(turn=np.nan), 20) == ""


def test_losses_and_accuracies_have_their_own_digits_and_a_dash_stands_for_none():
    losses = {"train_loss": 0.041, "val_loss": 0.45, "gap": 0.409, "turn": 6.0}
    one = losses | {"system": "dropout 0.2", "train_accuracy": 0.994, "val_accuracy": np.nan}
    shown = dropping.shown(pd.DataFrame([one]))
    assert shown.iloc[0].tolist() == ["0.2", "0.04", "0.45", "0.41", "6.0", "99.4%", "–"]


def test_epochs_in_which_the_dashed_line_lies_below():
    history = pd.DataFrame({"epoch": [1, 2], "loss": [2.0, 1.0], "train_loss": [1.5, 1.2]})
    assert dropping.below([history], "a") == "With a the dashed blue line lies *below* the orange one in 1 of 2 epochs."
    assert (
        dropping.below([history.assign(loss=3)], "a")
        == "With a the dashed blue line lies above the orange one in all 2 epochs."
    )
    assert "diverged" in dropping.below([history.assign(loss=np.nan)], "a")


def test_two_trainings_stand_in_one_table():
    one = dict.fromkeys(dropping.COLUMNS, 0.5) | {"system": "no dropout"}
    found = pd.DataFrame([one, one | {"system": "dropout 0.2"}])
    table = dropping.both({"8 epochs": found, "20 epochs": found})
    assert table["training"].tolist() == ["8 epochs", "", "20 epochs", ""]
    assert table["rate"].tolist() == ["0.0", "0.2", "0.0", "0.2"]
