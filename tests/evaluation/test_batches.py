"""What a batch size is worth, in words."""

import pandas as pd
import pytest

from lib.evaluation import batches
from lib.evaluation.comparison import HIGHER, LOWER

UNSURE, EQUAL = "not resolvable with 3 seeds", "equal within .3 points"


def three(*verdicts):
    rows = {"system": list(batches.HELD.values()), "difference": [-0.084, 0.09, 0.001], "verdict": verdicts}
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("verdicts", "lead"),
    [
        ((LOWER, HIGHER, UNSURE), "Both matter: with equal epochs small is clearly better than large"),
        ((LOWER, UNSURE, UNSURE), "The number of steps matters: with equal epochs small is clearly better than large"),
        ((UNSURE, HIGHER, EQUAL), "The number of pictures seen matters: with equal steps large is clearly better"),
        ((HIGHER, HIGHER, UNSURE), "The batch size itself matters: "),
        ((LOWER, LOWER, UNSURE), "The batch size itself matters: "),
        ((UNSURE, UNSURE, LOWER), "The learning rate matters: "),
        ((UNSURE, UNSURE, EQUAL), "Neither is shown to matter: whatever is held equal, large and small show no clear"),
    ],
)
def test_the_answer_follows_from_the_verdicts(verdicts, lead):
    assert batches.what_matters(three(*verdicts), "large", "small", 8).startswith(lead)


def test_clear_differences_come_first_and_the_others_after():
    assert batches.what_matters(three(LOWER, HIGHER, EQUAL), "large", "small", 8) == (
        "Both matter: with equal epochs small is clearly better than large (8.4 points), with 8 times as many steps; "
        "with equal steps large is clearly better than small (9.0 points), with 8 times as many pictures. "
        "With a scaled rate the two are equal for practice."
    )
    assert batches.what_matters(three(UNSURE, HIGHER, UNSURE), "large", "small", 8).endswith(
        "with 8 times as many pictures. With equal epochs and with a scaled rate no difference is clear."
    )


def test_why_a_short_run_and_full_length_differ():
    short, long = three(LOWER, HIGHER, UNSURE), three(UNSURE, HIGHER, UNSURE)
    assert "Here large stops after 48 steps, there after 7,500." in batches.why_they_differ(
        short, long, "large", (48, 7500)
    )
    assert batches.why_they_differ(short, short, "large", (48, 7500)) == ""


def test_what_to_do_follows_from_the_scaled_rate():
    assert batches.advice(three(LOWER, HIGHER, UNSURE)).endswith(
        "scale the learning rate, too, no difference is clear."
    )
    assert batches.advice(three(LOWER, HIGHER, LOWER)).endswith("epochs or steps.")


def test_who_is_ahead_at_the_last_step_of_the_large_batch():
    row = pd.Series({"n": 3, "difference": 0.11, "low": -0.01, "high": 0.23, "verdict": UNSURE})
    assert batches.ahead(row, "batch 128", "batch 16") == (
        "batch 128 is 11.0 points ahead (95% interval -1.0 to +23.0), which could be chance, so we cannot say that its "
        "steps are worth more."
    )
    assert "so each of its steps is worth more" in batches.ahead(row.replace({UNSURE: HIGHER}), "a", "b")
    assert "3.0 points behind" in batches.ahead(pd.Series({**row, "difference": -0.03}), "a", "b")


def test_how_many_differences_are_clear():
    assert batches.how_sure(three(LOWER, HIGHER, UNSURE)) == (
        "2 of the 3 differences are clear; the other one could be chance."
    )
    assert batches.how_sure(three(UNSURE, EQUAL, UNSURE)) == "None of the 3 differences is clear: each could be chance."
    assert batches.how_sure(three(LOWER, LOWER, LOWER)) == "All 3 differences are clear."


def of(way, figures):
    return [
        {"group": way, "system": system, "seed": seed, "test_accuracy": figure}
        for system, own in figures.items()
        for seed, figure in enumerate(own)
    ]


def test_the_three_comparisons_are_corrected_together_and_others_do_not_count():
    clear = {"large": [0.70, 0.71, 0.72], "small": [0.801, 0.809, 0.82], "between": [0.1, 0.7, 0.9]}
    near = {"large": [0.80, 0.82, 0.81], "small": [0.789, 0.811, 0.802], "between": [0.8, 0.8, 0.8]}  # p = 0.004
    barely = {"large": [0.80, 0.82, 0.81], "small": [0.789, 0.813, 0.794]}  # p = 0.04
    table = pd.DataFrame(of("equal epochs", clear) + of("equal steps", near) + of("scaled rate", barely))
    found = batches.way_by_way(table, "test_accuracy", "large", "small").set_index("system")
    assert found["verdict"]["with equal epochs"] == LOWER
    alone = batches.way_by_way(table[table["group"] == "scaled rate"], "test_accuracy", "large", "small")
    assert found["p_holm"]["with equal steps"] > found["p"]["with equal steps"]
    assert found["p_holm"]["with equal epochs"] == pytest.approx(3 * found["p"]["with equal epochs"])
    assert alone["p_holm"][0] == alone["p"][0]


def test_one_seed_judges_nothing():
    table = pd.DataFrame(of("equal epochs", {"large": [0.7], "small": [0.8]}))
    found = batches.way_by_way(table, "test_accuracy", "large", "small")
    assert found["verdict"].tolist() == ["not judged: one seed"]


def test_falls_are_told():
    row = pd.Series({"n": 3, "difference": 0.049, "verdict": UNSURE})
    assert batches.told_falls(row, "a", "b") == "In total, a falls by 0.049 more than b, which could be chance."
    assert "a is clearly smoother than that of b" in batches.told_falls(
        pd.Series({"n": 3, "difference": -0.2, "verdict": LOWER}), "a", "b"
    )
