"""What changes gain, in words."""

import pandas as pd

from lib.evaluation import augmented, changes
from lib.evaluation.comparison import HIGHER, LOWER

UNSURE = "not resolvable with 3 seeds"


def rows(**told):
    columns = ["verdict", "difference", "low", "high", "smallest"]
    table = pd.DataFrame.from_dict(told, "index", columns=columns).rename_axis("system").reset_index()
    return table.assign(n=3, p=0.01)


FULL = rows(
    erase=(HIGHER, 0.0098, 0.007, 0.013, 0.01),
    zoom=(UNSURE, 0.0036, 0.001, 0.006, 0.01),
    shift=(UNSURE, 0.003, -0.004, 0.011, 0.03),
    all=(LOWER, -0.0134, -0.02, -0.007, 0.017),
)


def test_an_interval_that_misses_zero_without_being_clear_is_explained():
    said = changes.alone(FULL)
    assert said == (
        "The interval of zoom misses zero, but not far enough: with 4 comparisons Holm's correction asks for more."
    )
    assert "4 chances of a false alarm; Holm's correction (notebook 05)" in changes.alone(FULL, first=True)
    assert changes.alone(FULL.iloc[[0, 2]]) == ""


LOSSES = rows(
    erase=(LOWER, -0.05, -0.08, -0.02, 0.1), flip=(UNSURE, -0.09, -0.2, 0.02, 0.3), zoom=(UNSURE, 0.01, -0.2, 0.3, 0.3)
)


def test_how_wide_intervals_are_and_what_they_would_find():
    told = changes.reaching(FULL, "3 seeds")
    assert told == (
        "With 3 seeds a true difference can easily be missed: below 1 point with erase, 1 with zoom, "
        "2 with all, 3 with shift."
    )
    assert (
        changes.reaching(FULL[:2], "3 seeds") == "With 3 seeds a true difference can easily be missed: below 1 point."
    )
    many = pd.concat([FULL.assign(system=FULL["system"] + str(k)) for k in range(4)])
    assert " (the least) to " in changes.reaching(many, "3 seeds")
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


def test_full_length_tells_single_changes_from_mixes():
    mixed = pd.concat([FULL.iloc[:3], FULL.iloc[[3]].assign(system="R3's mix", verdict=UNSURE)])
    others = pd.concat([FULL.iloc[[3]]] * 2).assign(difference=[-0.117, -0.08], system=["R4's mix with A", "with B"])
    assert augmented.at_length(mixed, others, 20) == (
        "Erasing a random rectangle helps (+1.0 points), the only one of 3 single changes that clearly does. R3's mix "
        "of changes is not clearly different from none (-1.3). R4's mix clearly harms R4's own network (-11.7 with A "
        "and -8.0 with B), in 20 epochs that we chose."
    )
    assert augmented.at_length(FULL.iloc[1:3], FULL[:0], 20) == "None of 2 single changes clearly helps."
    both = augmented.at_length(FULL.iloc[[0, 0]], others.assign(verdict=UNSURE), 20)
    assert both == "Erasing a random rectangle and erasing a random rectangle clearly help (+1.0 and +1.0 points)."


def test_the_change_that_helps_most_may_have_misled_a_network():
    shares = pd.DataFrame({"change": ["zoom", "shear", "erase"], "share": [0.1, 0.2, 0.45]})
    assert augmented.misled(shares, FULL).endswith(
        "clearly helps at full length, misled the network here with 45% of its copies."
    )
    assert augmented.misled(shares, FULL.iloc[1:]) == "" and augmented.misled(shares[:2], FULL) == ""


def test_the_lesson_follows_the_result():
    flip = FULL.iloc[[2]].assign(system="horizontal flip")
    assert "erase clearly does, though no picture to come looks so" in augmented.lesson(pd.concat([FULL, flip]))
    assert augmented.lesson(flip) == "Only a trial, judged on validation pictures, tells which change helps."


def test_a_lead_on_validation_is_told_in_pictures():
    means = pd.DataFrame({"system": ["no augmentation", "erase", "zoom"], "mean": [0.7, 0.8235, 0.8125]})
    assert augmented.ahead(means, "erase", 96) == (
        "It gets about 1 more of 96 validation pictures right than zoom, the next (hardly a lead), about 12 more than "
        "no augmentation."
    )
    assert augmented.ahead(means[:2], "erase", 10_000) == (
        "It gets about 1,235 more of 10,000 validation pictures right than no augmentation, the next."
    )
    assert "gets no more of 40 validation pictures right than zoom" in augmented.ahead(means, "erase", 40)
    first = means.assign(mean=[0.9, 0.8, 0.7])
    assert augmented.ahead(first, "no augmentation", 100).endswith(
        "gets about 10 more of 100 validation pictures right than erase, the next."
    )
    assert augmented.ahead(means[:1], "no augmentation", 96) == ""
    assert augmented.ahead(means.assign(mean=float("nan")), "erase", 96) == ""


def test_the_box_says_whether_any_change_is_clear():
    taught = FULL.iloc[[0, 1]].assign(verdict=HIGHER, difference=[0.1, 0.3])
    assert augmented.in_short(FULL.iloc[1:3], taught) == (
        "None for sure: no change clearly raises the test accuracy. On pictures that are changed in "
        "the same way each clearly helps: erase (+10.0 points) and zoom (+30.0)."
    )
    assert augmented.in_short(FULL, taught[:0]) == (
        "Erase (+1.0 points) clearly raises the test accuracy; all (-1.3 points) clearly lowers it."
    )
    assert augmented.teaches(taught[:1]).endswith("way, erase (+10.0 points) clearly helps.")
    assert augmented.teaches(FULL[1:3]).endswith("no change clearly helps.")


def test_what_networks_learn_to_bear_may_be_unknown():
    assert augmented.taught([]).empty
    rows = [{"system": "erase", "seed": seed, "gained_accuracy": 0.1 + seed / 100} for seed in range(3)]
    found = augmented.taught(rows)
    assert found["group"].tolist() == ["clearly better"] and abs(found["difference"][0] - 0.11) < 1e-9


def test_verdicts_of_several_comparisons_may_be_corrected_together():
    one = FULL.iloc[[3]].assign(p=0.03, p_holm=0.03)
    found = augmented.together(pd.concat([one, one.assign(p=0.001), one.assign(p=0.04, verdict=LOWER)]))
    assert found["verdict"].tolist() == ["not resolvable", LOWER, "not resolvable"]


def test_changes_are_named_and_told_in_points():
    assert augmented.points(FULL)["erase"] == "+1.0 (+0.7 to +1.3)"
    assert augmented.points(FULL.assign(difference=-0.0001))["erase"].startswith("-0.01 ")
    named = augmented.named(FULL.assign(system=["R3.initial, erase", "R3's augmentation", "shift", "R4.adam_aug"]))
    assert named["system"].tolist() == ["erase", augmented.MIX, "shift", "R4's mix with Adam"]
    assert named["group"].tolist() == ["clearly better", "not clear", "not clear", "clearly worse"]


def test_less_overfitting_is_told_beside_accuracy():
    rises = rows(erase=(LOWER, -0.1, 0, 0, 0), zoom=(LOWER, -0.1, 0, 0, 0))
    assert augmented.overfits_less(rises, FULL) == (
        "With 2 of 2 changes that rise is clearly smaller, but only 1 clearly raises the accuracy."
    )
    assert augmented.overfits_less(rises.assign(verdict=UNSURE), FULL) == (
        "With 0 of 2 changes that rise is clearly smaller."
    )


def test_where_nothing_overfits_there_is_little_to_delay():
    runs = pd.DataFrame({"system": "none", "turn": [30.0, 28.0], "rise": [0.1, 0.12]})
    assert changes.overfits(runs, "none", 32) == (
        "With none, the seeds have their lowest validation loss after epochs 28 and 30 of 32, and end 0.11 above it on "
        "average. So late, the loss is flat or still falls: chance decides where it is lowest, and there is little to "
        "delay."
    )
    assert changes.overfits(runs, "none", 64).endswith("of 64, and end 0.11 above it on average.")
    assert changes.overfits(runs[:1], "none", 64) == (
        "With none, the one seed has its lowest validation loss after epoch 30 of 64, and ends 0.10 above it."
    )
    assert "after epochs 28 to 30 of" in changes.overfits(pd.concat([runs] * 2), "none", 64)
    assert "after epoch 28 of" in changes.overfits(runs.assign(turn=28.0), "none", 64)
    assert changes.overfits(runs.assign(turn=float("nan")), "none", 64) == "The trainings of none diverged."


def test_overfitting_may_come_later_and_be_less():
    turns = rows(a=(HIGHER, 5, 1, 9, 1), b=(UNSURE, 3, -1, 7, 1), c=(UNSURE, 3, -1, 7, 1))
    rises = rows(a=(LOWER, -0.1, 0, 0, 0), b=(LOWER, -0.1, 0, 0, 0), c=(LOWER, -0.1, 0, 0, 0))
    assert changes.to_delay(turns, rises, "here") == (
        "Here, the lowest point comes clearly later with a, and the rise is clearly smaller with all 3."
    )
    assert changes.to_delay(turns.iloc[1:], rises.assign(verdict=UNSURE), "here") == (
        "Here, no change clearly delays the lowest point or lessens the rise."
    )


def test_narrower_gaps():
    gaps = rows(a=(LOWER, -0.09, 0, 0, 0), b=(LOWER, -0.21, 0, 0, 0))
    assert changes.narrower(gaps) == "Both changes clearly narrow the gap."
    assert changes.narrower(gaps.iloc[:1]) == "A clearly narrows the gap."
    assert changes.narrower(FULL.iloc[1:3]) == "No change clearly narrows the gap."
