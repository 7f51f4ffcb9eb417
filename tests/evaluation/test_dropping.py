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
        "After 20 epochs, low clearly raises the test accuracy (+0.8 points, +0.3 to +1.2); much clearly lowers it "
        "(-1.8 points, -2.3 to -1.3)."
    )
    unsure = "low does not clearly change the test accuracy (-2.0 points, -6.0 to +2.0: could be chance)"
    assert unsure in dropping.effects(HERE, "x")
    assert "for practice" in dropping.effects(FULL.assign(verdict="equal within .3 points"), "x")
    assert dropping.effects(FULL.iloc[:0], "x") == dropping.how_sure(FULL.iloc[:0].astype(object), FULL, "x")
    assert "low cannot be compared; " in dropping.effects(FULL.assign(n=0), "x")


def test_what_a_short_run_can_show_is_held_against_full_length():
    told = dropping.how_sure(HERE, FULL, "3 seeds")
    assert told.startswith("With 3 seeds this run shows only differences of at least about 8 points (low) or 18 points")
    assert "we find +0.8 and -1.8 points, too little" in told
    assert "At full length" not in dropping.how_sure(FULL, FULL, "3 seeds")
    assert dropping.how_sure(HERE.assign(smallest=np.inf), FULL, "x") == "Without two seeds no difference can be shown."


def test_why_full_length_says_something_else():
    assert dropping.why_they_differ(HERE, FULL, TURNS, 20) == (
        "The short run does not say so of low, probably because dropout slows learning: of 20 epochs the validation "
        "loss is lowest after 4.6 without, 18.4 and 18.6 with dropout."
    )
    assert dropping.why_they_differ(FULL, FULL, TURNS, 20) == ""
    assert dropping.why_they_differ(HERE, FULL, TURNS.assign(turn=[9, 8, 7]), 20) == ""


def test_who_was_still_learning():
    late = "With low and much the networks were still learning at the end, or nearly so."
    assert dropping.told_turns(TURNS, 20).endswith(late)
    assert dropping.told_turns(TURNS, 40).endswith("means over seeds.")
    assert dropping.told_turns(TURNS.assign(turn=np.nan), 20) == "No training has a finite validation loss."
    assert dropping.unfinished(TURNS, 20) == (
        "With much the network has not finished learning: it gets 60% of its own training pictures right (none: 99%)."
    )
    assert dropping.unfinished(TURNS, 40) == ""
    assert dropping.unfinished(TURNS.assign(turn=np.nan), 20) == ""


def test_losses_and_accuracies_have_their_own_digits_and_a_dash_stands_for_none():
    losses = {"train_loss": 0.041, "val_loss": 0.45, "gap": 0.409, "turn": 6.0}
    one = losses | {"system": "dropout 0.2", "train_accuracy": 0.994, "val_accuracy": np.nan}
    shown = dropping.shown(pd.DataFrame([one]))
    assert shown.iloc[0].tolist() == ["0.2", "0.04", "0.45", "0.41", "6.0", "99.4%", "–"]


def test_what_is_chosen_on_test_pictures_flatters():
    one = {"system": ["a", "b"] * 2, "seed": [0, 0, 1, 1], "val_accuracy": [0.8, 0.7, 0.8, 0.7]}
    told = dropping.flattered(pd.DataFrame(one | {"test_accuracy": [0.7, 0.8, 0.8, 0.7]}))
    assert told == "Here that is 5.0 points more, on average. Both ways choose the same rate with 1 of 2 seeds."


def test_epochs_in_which_the_dashed_line_lies_below():
    history = pd.DataFrame({"epoch": [1, 2], "loss": [2.0, 1.0], "train_loss": [1.5, 1.2]})
    assert dropping.below([history], "a") == "With a the dashed line lies *below* it in 1 of 2 epochs."
    assert dropping.below([history.assign(loss=3)], "a") == "With a the dashed line lies above it in all 2 epochs."
    assert "diverged" in dropping.below([history.assign(loss=np.nan)], "a")
