"""What changes gain, in words."""

import pandas as pd

from lib.evaluation import augmented, changes
from lib.evaluation.comparison import HIGHER, LOWER

UNSURE = "not resolvable with 3 seeds"


def rows(**told):
    columns = ["verdict", "difference", "low", "high", "smallest"]
    return pd.DataFrame.from_dict(told, "index", columns=columns).rename_axis("system").reset_index().assign(n=3)


FULL = rows(
    erase=(HIGHER, 0.0098, 0.007, 0.013, 0.01),
    zoom=(UNSURE, 0.0036, 0.001, 0.006, 0.01),
    shift=(UNSURE, 0.003, -0.004, 0.011, 0.03),
    all=(LOWER, -0.0134, -0.02, -0.007, 0.017),
)


def test_what_helps_and_what_harms_is_said_with_its_points():
    assert changes.helpful(FULL) == (
        "Erase (+1.0 points) clearly helps; all (-1.3 points) clearly harms. "
        "The other 2 changes make no clear difference."
    )
    assert changes.helpful(FULL.iloc[1:3]) == "Neither change clearly helps or harms."
    assert changes.helpful(FULL.iloc[[1]]) == "The change does not clearly help."
    assert changes.helpful(FULL.iloc[[3]]) == "The change does not clearly help; all (-1.3 points) clearly harms."
    assert changes.helpful(FULL.iloc[[0, 0]]) == "Erase (+1.0 points) and erase (+1.0 points) clearly help."


def test_what_helps_may_begin_with_a_measure():
    assert (
        changes.helpful(FULL.iloc[1:3], start="In accuracy, ") == "In accuracy, neither change clearly helps or harms."
    )
    assert changes.helpful(FULL.iloc[[0, 2]], start="Here, ").startswith("Here, erase (+1.0 points) clearly helps. ")


def test_an_interval_that_misses_zero_without_being_clear_is_explained():
    said = changes.alone(FULL.assign(p_holm=0.21))
    assert (
        said.startswith("The interval of zoom misses zero as well, but not far enough") and "with 4 comparisons" in said
    )
    assert changes.alone(FULL.iloc[[0, 2]].assign(p_holm=0.2)) == ""


LOSSES = rows(
    erase=(LOWER, -0.05, -0.08, -0.02, 0.1), flip=(UNSURE, -0.09, -0.2, 0.02, 0.3), zoom=(UNSURE, 0.01, -0.2, 0.3, 0.3)
)


def test_a_loss_is_told_with_its_intervals_where_there_are_few():
    assert changes.on_loss(LOSSES, "test loss") == (
        "Erase (loss -0.05, 95% interval -0.08 to -0.02) clearly lowers the test loss; the mean is lower with 2 of 3."
    )
    assert changes.on_loss(LOSSES.iloc[1:], "test loss") == (
        "Neither change clearly lowers the test loss; the mean is lower with 1 of 2."
    )
    many = changes.on_loss(pd.concat([LOSSES] * 2), "test loss")
    assert many.startswith(
        "Erase (loss -0.05) and erase (loss -0.05) clearly lower the test loss; the mean is lower with 4 of 6."
    )
    assert changes.on_loss(LOSSES.iloc[[2]], "loss") == "The change does not clearly lower the loss."
    worse = LOSSES.iloc[[2]].assign(verdict=HIGHER)
    assert changes.on_loss(worse, "loss").endswith(
        "; zoom (loss +0.01, 95% interval -0.20 to +0.30) clearly raises it."
    )


def test_how_wide_intervals_are_and_what_they_would_find():
    told = changes.reaching(FULL, "3 seeds")
    assert told.startswith("With 3 seeds, a true change has to be 1 to 3 points to be found four times out of five.")
    one = FULL.assign(low=float("nan"), high=float("nan"), smallest=float("inf"))
    assert changes.reaching(one, "one seed") == "Without two seeds no difference can be shown."


def test_a_network_that_does_not_fit_its_training_pictures_is_named():
    runs = pd.DataFrame({"system": ["plain", "changed"], "train_accuracy": [0.98, 0.86]})
    assert changes.fits(runs, "plain", "With it, A") == (
        "With it, A gets 86% of its own training pictures right, without it 98%, so it does not even fit those. "
        "*An explanation, not a result:* more epochs might help."
    )
    assert changes.fits(runs.assign(train_accuracy=0.98), "plain", "With it, A").endswith("without it 98%.")
    assert changes.fits(runs[:1], "plain", "With it, A") == ""


def test_what_raises_a_measure_is_one_sentence():
    assert changes.raised(FULL) == (
        "Erase (+1.0 points) clearly raises the test accuracy; all (-1.3 points) clearly lowers it, and what we see "
        "with zoom (+0.4 points) and shift (+0.3 points) could be chance."
    )
    assert changes.raised(FULL.iloc[2:], "rate") == (
        "Neither rate clearly raises the test accuracy: all (-1.3 points) clearly lowers it, and what we see with "
        "shift (+0.3 points) could be chance."
    )
    assert changes.raised(FULL.iloc[[0]]) == "Erase (+1.0 points) clearly raises the test accuracy."
    alike = FULL.iloc[[1]].assign(verdict="equal within .3 points")
    assert changes.raised(alike, "rate") == (
        "The rate does not clearly raise the test accuracy: zoom (+0.4 points) makes no difference."
    )


def test_a_change_that_misleads_may_help():
    shares = pd.DataFrame({"change": ["zoom", "shear", "erase"], "share": [0.1, 0.2, 0.45]})
    mixed = pd.concat([FULL, FULL.iloc[[3]].assign(system="R3's mix")])
    assert augmented.at_length(mixed, shares) == (
        "Only erasing a random rectangle (+1.0 points) clearly helps, although it misled our network with 45% of its "
        "copies. Of 1 networks trained with a mix of changes, 1 clearly get worse, by 1.3 points."
    )
    often = shares.assign(share=[0.5, 0.46, 0.1])
    assert "clearly helps, and it misled" in augmented.at_length(FULL, often)
    assert augmented.at_length(FULL.iloc[1:3], shares) == "No single change clearly helps."
    both = augmented.at_length(FULL.iloc[[0, 0]], shares)
    assert both.endswith("and erasing a random rectangle (+1.0 points) clearly help.")


def test_a_lead_on_validation_is_told_in_pictures():
    means = pd.DataFrame({"system": ["no augmentation", "erase"], "mean": [0.8235, 0.8125]})
    assert augmented.close(means, "no augmentation", 96) == (
        "On validation, the network without changes is ahead by 1.1 points, or 1.1 of the 96 pictures."
    )
    assert augmented.toss(means, "no augmentation", 96).endswith("this choice is close to a toss.")
    assert augmented.toss(means, "no augmentation", 10_000) == "One of the 10,000 validation pictures is 0.01 points."
    assert augmented.close(means[:1], "no augmentation", 96) == ""
    lost = means.assign(mean=float("nan"))
    assert augmented.close(lost, "erase", 96) == "" and augmented.toss(lost, "erase", 96).endswith("1.04 points.")


def test_the_box_says_whether_any_change_is_clear():
    assert augmented.in_short(FULL.iloc[1:3]).startswith("So few pictures cannot tell: no change")
    assert augmented.in_short(FULL) == (
        "In test accuracy, erase (+1.0 points) clearly helps; all (-1.3 points) clearly harms."
    )


def test_changes_stand_beside_one_another_with_a_star_where_clear():
    table = augmented.beside_one_another(FULL, LOSSES, LOSSES, LOSSES.iloc[1:])
    assert table["accuracy, points"].tolist() == ["+1.0 *", "+0.4", "+0.3", "-1.3 *"]
    assert table["loss"].tolist() == ["-0.05 *", "+0.01", "–", "–"] and table["rise from there"][0] == "–"
    assert augmented.points(FULL)["erase"] == "+1.0 (+0.7 to +1.3)"
    assert augmented.points(FULL.assign(difference=-0.0001))["erase"].startswith("+0.0 ")
    assert augmented.outside(FULL.iloc[2:]) == "shift +0.3 and all -1.3" and augmented.outside(FULL[:0]) == "nothing"
    named = augmented.named(FULL.assign(system=["R3.initial, erase", "R3.final", "shift", "R4.adam_aug"]))
    assert named["system"].tolist() == ["erase", augmented.MIXES[1], "shift", augmented.MIXES[3]]
    assert named["group"].tolist() == ["clearly better", "not clear", "not clear", "clearly worse"]
    assert augmented.less_and_right(LOSSES, FULL).startswith(
        "With 1 of 3 changes the network overfits clearly less; with 1"
    )


def test_where_nothing_overfits_there_is_little_to_delay():
    runs = pd.DataFrame({"system": "none", "turn": [28.0, 30.0], "rise": [0.1, 0.12]})
    assert changes.overfits(runs, "none", 32) == (
        "With none, the validation loss is lowest after epoch 29 of 32 and ends 0.11 higher, means over seeds. So "
        "late, the loss is flat or still falls: chance decides where it is lowest, and there is little to delay."
    )
    assert changes.overfits(runs, "none", 64).endswith("of 64 and ends 0.11 higher, means over seeds.")
    assert changes.overfits(runs.assign(turn=float("nan")), "none", 64) == "The trainings of none diverged."


def test_overfitting_may_come_later_and_be_less():
    turns = rows(a=(HIGHER, 5, 1, 9, 1), b=(UNSURE, 3, -1, 7, 1), c=(UNSURE, 3, -1, 7, 1))
    rises = rows(a=(LOWER, -0.1, 0, 0, 0), b=(LOWER, -0.1, 0, 0, 0), c=(LOWER, -0.1, 0, 0, 0))
    assert changes.to_delay(turns, rises, "here") == (
        "Here, the lowest point comes clearly later with a, and the rise is clearly smaller with all 3."
    )
    assert changes.to_delay(turns.iloc[1:], rises.assign(verdict=UNSURE), "here") == (
        "Here, no lowest point is clearly later, and no rise is clearly smaller."
    )


def test_narrower_gaps():
    gaps = rows(a=(LOWER, -0.09, 0, 0, 0), b=(LOWER, -0.21, 0, 0, 0))
    assert (
        changes.narrower(gaps)
        == "Both changes clearly narrow the gap between validation and training loss, by 0.09 to 0.21."
    )
    assert changes.narrower(gaps.iloc[:1]) == "A clearly narrows the gap between validation and training loss, by 0.09."
    assert changes.narrower(FULL.iloc[1:3]) == "No change clearly narrows the gap between validation and training loss."
