"""What changes gain, in words."""

import pandas as pd

from lib.evaluation import changes
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


def test_an_interval_that_misses_zero_without_being_clear_is_explained():
    said = changes.alone(FULL)
    assert said.startswith("The interval of zoom misses zero, too.") and "4 comparisons it is not clear" in said
    assert changes.alone(FULL.iloc[[0, 2]]) == ""


def test_what_would_be_missed():
    assert changes.would_be_missed(FULL, "3 seeds") == (
        "With 3 seeds, a gain or loss of less than about 1 to 3 points would probably be missed."
    )
    nothing = FULL.assign(smallest=float("inf"))
    assert changes.would_be_missed(nothing, "one seed") == "Without two seeds no difference can be shown."


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
    assert changes.misled(shares, FULL).startswith(
        "At full length erase helps most, although it misled our network with"
    )
    assert "helps most, and it misled" in changes.misled(shares.assign(share=[0.5, 0.4, 0.1]), FULL)
    assert changes.misled(shares, FULL.iloc[1:]).startswith("A copy that fools the network")


def test_where_nothing_overfits_there_is_nothing_to_delay():
    turns = pd.DataFrame({"system": ["none", "erase"], "mean": [31.0, 32.0]})
    assert changes.to_delay(turns, [], "none", 32).endswith("after 31 (none), 32 (erase), means over seeds. With none "
        "it falls until the end, so there is nothing to delay.")  # fmt: skip
    assert changes.to_delay(turns, [], "none", 64).endswith("We see no clear delay.")
    assert changes.to_delay(turns, ["erase"], "none", 32).endswith("It turns clearly later with erase.")


def test_narrower_gaps():
    gaps = rows(a=(LOWER, -0.09, 0, 0, 0), b=(LOWER, -0.21, 0, 0, 0))
    assert (
        changes.narrower(gaps)
        == "Both changes clearly narrow the gap between validation and training loss, by 0.09 to 0.21."
    )
    assert changes.narrower(gaps.iloc[:1]) == "A clearly narrows the gap between validation and training loss, by 0.09."
    assert changes.narrower(FULL.iloc[1:3]) == "No change clearly narrows the gap between validation and training loss."
