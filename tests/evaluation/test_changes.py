"""What changes gain, in words."""

import pandas as pd

from lib.evaluation import changes
from lib.evaluation.comparison import HIGHER, LOWER

UNSURE = "not resolvable with 3 seeds"


def rows(**told):
    columns = ["verdict", "difference", "low", "high", "smallest"]
    return pd.DataFrame.from_dict(told, "index", columns=columns).rename_axis("system").reset_index()


FULL = rows(
    erase=(HIGHER, 0.0098, 0.007, 0.013, 0.01),
    zoom=(UNSURE, 0.0036, 0.001, 0.006, 0.01),
    shift=(UNSURE, 0.003, -0.004, 0.011, 0.03),
    all=(LOWER, -0.0134, -0.02, -0.007, 0.017),
)


def test_what_helps_and_what_harms_is_said_with_its_points():
    assert changes.helpful(FULL) == (
        "Erase (+1.0 points) clearly helps. All (-1.3 points) clearly harms. "
        "The other 2 changes make no clear difference."
    )
    assert changes.helpful(FULL.iloc[1:3]) == "Neither change clearly helps or harms."
    assert changes.helpful(FULL.iloc[[1]]) == "The change does not clearly help."
    assert changes.helpful(FULL.iloc[[3]]) == "The change does not clearly help. All (-1.3 points) clearly harms."
    assert changes.helpful(FULL.iloc[[0, 0]]) == "Erase (+1.0 points) and erase (+1.0 points) clearly help."


def test_an_interval_that_misses_zero_without_being_clear_is_explained():
    said = changes.alone(FULL)
    assert said.startswith("The interval of zoom misses zero, too.") and "4 comparisons it is not clear" in said
    assert changes.alone(FULL.iloc[[0, 2]]) == ""


def test_what_would_be_missed():
    assert changes.would_be_missed(FULL) == "A gain or loss of less than about 1 to 3 points would probably be missed."
    nothing = FULL.assign(smallest=float("inf"))
    assert changes.would_be_missed(nothing) == "Without two seeds no difference can be shown."


def test_narrower_gaps():
    gaps = rows(a=(LOWER, -0.09, 0, 0, 0), b=(LOWER, -0.21, 0, 0, 0))
    assert (
        changes.narrower(gaps)
        == "Both changes clearly narrow the gap between validation and training loss, by 0.09 to 0.21."
    )
    assert changes.narrower(gaps.iloc[:1]) == "A clearly narrows the gap between validation and training loss, by 0.09."
    assert changes.narrower(FULL.iloc[1:3]) == "No change clearly narrows the gap between validation and training loss."


def test_how_many_differences_are_clear():
    assert (
        changes.how_many_clear(FULL)
        == "2 of the 4 differences in test accuracy are clear. The other 2 could be chance."
    )
    assert changes.how_many_clear(FULL.iloc[[0]]) == "The difference in test accuracy is clear."
    assert changes.how_many_clear(FULL.iloc[1:3]) == "Each of the 2 differences in test accuracy could be chance."
