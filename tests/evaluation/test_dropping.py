"""What dropout changes: the sentences hold however it comes out."""

import numpy as np
import pandas as pd

from lib.claims.verdicts import load
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
    assert dropping.effects(FULL, "").startswith("Low clearly raises the test accuracy (")
    unsure = "low makes no clear difference to the test accuracy (-2.0 points, -6.0 to +2.0). Much clearly lowers it"
    assert unsure in dropping.effects(HERE, "x")
    assert "for practice" in dropping.effects(FULL.assign(verdict="equal within .3 points"), "x")
    assert dropping.effects(FULL.iloc[:0], "x") == dropping.how_sure(FULL.iloc[:0].astype(object), FULL, "x")
    assert "low cannot be compared. Much cannot" in dropping.effects(FULL.assign(n=0), "x")


def test_a_gap_is_told_from_what_to_what():
    found = pd.DataFrame({"system": ["none", "low", "much"], "gap": [0.41, 0.13, 0.03]})
    found = found.assign(turn=4, epochs=8, train_accuracy=0.9)
    gaps = rows(low=(LOWER, -0.28, -0.3, -0.2, 0.1), much=(LOWER, -0.38, -0.4, -0.3, 0.1))
    what = "the gap between validation and training loss"
    assert dropping.narrowed(gaps, found) == f"Low and much clearly narrow {what}, from 0.41 to 0.13 and 0.03."
    one = gaps.assign(verdict=[LOWER, UNSURE])
    assert dropping.narrowed(one, found) == f"Low clearly narrows {what}, from 0.41 to 0.13."
    assert dropping.narrowed(gaps.assign(verdict=UNSURE), found).startswith("No rate clearly narrows")
    late = found.assign(turn=8, train_accuracy=[0.9, 0.8, 0.7])
    assert " But with much the network gets fewer of its" in dropping.narrowed(gaps, late)
    assert " But with it the network gets" in dropping.narrowed(gaps.assign(verdict=[UNSURE, LOWER]), late)


def test_what_a_short_run_can_show_is_held_against_full_length():
    assert dropping.how_sure(HERE, FULL, "3 seeds") == (
        "With 3 seeds, the effect of much is clear for a training of this length. An effect of low below 8 points is "
        "easily missed. At full length we find +0.8 points, which a run like ours easily misses."
    )
    assert "At full length" not in dropping.how_sure(FULL, FULL, "3 seeds")
    unsure = dropping.how_sure(HERE.assign(verdict=UNSURE), FULL, "3 seeds")
    assert unsure.startswith("With 3 seeds, an effect of low below 8 points is easily missed. An effect of much below")
    assert dropping.how_sure(HERE.assign(smallest=np.inf), FULL, "x") == "Without two seeds no difference can be shown."


def test_why_full_length_says_something_else():
    assert "may be too short" in dropping.why_they_differ(HERE, FULL, TURNS)
    assert dropping.why_they_differ(FULL, FULL, TURNS) == ""
    assert dropping.why_they_differ(HERE, FULL, TURNS.assign(turn=[9, 8, 7])) == ""


def test_what_the_validation_pictures_choose_at_full_length():
    long = pd.DataFrame({"system": ["no dropout", "dropout 0.2"], "val_accuracy": [0.91, 0.926]})
    here = long.assign(val_accuracy=[0.84, np.nan])
    other = dropping.choice(here, long)
    assert other.endswith(": **no dropout** here (84.0%), and **dropout 0.2** at full length (92.6%).")
    assert dropping.choice(long, long).endswith("here (92.6%), and also **dropout 0.2** at full length (92.6%).")
    assert "(no figure)" in dropping.choice(here.assign(val_accuracy=np.nan), long)


def test_what_the_narrowest_gap_is_worth_and_a_rule():
    found = pd.DataFrame({"system": ["no dropout", "dropout 0.2"], "gap": [0.3, 0.1], "val_accuracy": [0.9, 0.8]})
    assert dropping.lesson(found).endswith(
        "At full length dropout 0.2 has the narrowest one, and 80.0% validation accuracy; no dropout has 90.0%."
    )
    same = found.assign(val_accuracy=[0.8, 0.9])
    assert dropping.lesson(same) == dropping.lesson(found.head(1)) != dropping.lesson(found)
    assert dropping.advice(same).startswith("To use dropout: start with 0.2; train until the validation loss is flat;")
    assert dropping.advice(found).startswith("To use dropout: train until")
    assert dropping.advice(found.assign(val_accuracy=np.nan)).startswith("To use dropout: train until")


def test_where_each_rate_begins_to_overfit():
    found = TURNS.assign(rise=[0.14, 0.004, 0], rise_low=[0.11, -0.001, 0], rise_high=[0.17, 0.01, 0], epochs=20)
    assert dropping.told_turns(found, "Here") == (
        "Here, with none it rises by 0.14 (0.11 to 0.17): this network overfits; with much it does not rise; with low "
        "(0.000 to 0.010) we cannot tell."
    )
    flat = found.assign(rise=0, rise_high=0, rise_low=0)
    assert dropping.told_turns(flat, "Here") == "Here, with none, low and much it does not rise."
    assert dropping.told_turns(found.head(1), "x").endswith("this network overfits.")
    one = found.head(1).assign(rise_low=np.nan, rise_high=np.nan)
    assert dropping.told_turns(one, "x") == "x, with none we cannot tell."
    rule = next(claim["rule"] for claim in load() if claim["id"] == "R2.dropout.rise")
    assert rule == {"between": [dropping.RISE, None]}, "the text and the table of claims have one rule"
    assert dropping.told_turns(found.assign(rise=np.nan), "x") == "x, no training has a finite validation loss."
    told = " But with much the network gets fewer of its training pictures right: 60.0%, 99.0% with"
    assert dropping.unfinished(found) == f"{told} none."
    assert dropping.unfinished(found.replace("none", "no dropout")).endswith("99.0% without.")
    assert dropping.unfinished(found.assign(epochs=40)) == dropping.unfinished(found.assign(turn=np.nan)) == ""


def test_losses_and_accuracies_have_their_own_digits_and_a_dash_stands_for_none():
    one = {"system": "dropout 0.2", "train_loss": 0.041, "val_loss": 0.45, "gap": 0.409, "turns": "5, 6, 6"}
    shown = dropping.shown(pd.DataFrame([one | {"train_accuracy": 0.994, "val_accuracy": np.nan}]))
    assert shown.iloc[0].tolist() == ["0.2", "0.04", "0.45", "0.41", "5, 6, 6", "99.4%", "–"]


def test_the_turn_of_each_seed_is_told_and_of_many_the_span():
    runs = pd.DataFrame({"system": ["a", "a", "b", "b"], "seed": [0, 1, 0, 1], "turn": [7.0, 5, 4, np.nan]})
    runs = runs.assign(diverged=[False, False, False, True], rise=0.0, epochs=7)
    runs = runs.assign(**dict.fromkeys([each for each in dropping.COLUMNS if each != "turns"], 0.5))
    found = dropping.means(runs)
    assert found["turns"].tolist() == ["5, 7", "4"] and dropping.late(found).tolist() == [False, False]
    assert dropping.means(runs.assign(diverged=True))["turns"].tolist() == ["–", "–"]
    many = pd.concat([runs.head(1).assign(seed=k, turn=float(k + 2)) for k in range(6)])
    assert dropping.means(many)["turns"].tolist() == ["2 to 7"]
    assert dropping.means(many.assign(turn=3.0))["turns"].tolist() == ["3"]


def test_epochs_in_which_the_dashed_line_lies_below():
    history = pd.DataFrame({"epoch": [1, 2], "loss": [2.0, 1.0], "train_loss": [1.5, 1.2]})
    below = "Yet it lies *below* the orange one in 1 of 2 epochs (a): something lowers it, too. A likely cause"
    above = history.assign(loss=3)
    assert dropping.below({"a": [history], "b": [above]}).startswith(below)
    assert dropping.below({"a": [above]}) == dropping.below({"a": [history.assign(loss=[1.6, 1.18])]}) == ""
    assert "diverged" in dropping.below({"a": [history.assign(loss=np.nan)]})


def test_differences_stand_one_below_another_where_there_are_any():
    found = dropping.one_below_another({"here": HERE.iloc[:0], "long": FULL})
    assert found["system"].tolist() == ["long: low", "long: much"]
    assert dropping.one_below_another({"here": HERE.iloc[:0]}).empty


def test_two_trainings_stand_in_one_table():
    one = dict.fromkeys(dropping.COLUMNS, 0.5) | {"system": "no dropout", "epochs": 8}
    found = pd.DataFrame([one, one | {"system": "dropout 0.2"}])
    table = dropping.both({"8 epochs": found, "20 epochs": found})
    assert table["training"].tolist() == ["8 epochs", "", "20 epochs", ""]
    assert table["rate"].tolist() == ["0.0", "0.2", "0.0", "0.2"]
