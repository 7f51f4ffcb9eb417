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
        (
            (LOWER, HIGHER, UNSURE),
            "What counts is how much a network trains, in steps and in pictures: with",
        ),
        (
            (LOWER, UNSURE, UNSURE),
            "What counts is how much a network trains, in steps: with equal epochs small",
        ),
        (
            (UNSURE, HIGHER, EQUAL),
            "What counts is how much a network trains, in pictures: with equal steps large",
        ),
        (
            (HIGHER, HIGHER, UNSURE),
            "The batch size itself counts: with equal epochs large is clearly better than small",
        ),
        ((LOWER, LOWER, UNSURE), "The batch size itself counts: "),
        ((UNSURE, UNSURE, LOWER), "The learning rate counts: "),
        ((UNSURE, UNSURE, EQUAL), "No difference is clear: whatever is held equal, large is not shown to differ from"),
    ],
)
def test_the_answer_follows_from_the_verdicts(verdicts, lead):
    assert batches.what_matters(three(*verdicts), "large", "small", 8).startswith(lead)


def test_clear_differences_come_first_and_the_others_after():
    assert batches.what_matters(three(LOWER, HIGHER, EQUAL), "large", "small", 8).endswith(
        "steps and is clearly better than large (by 8.4 points); with equal steps large sees 8 times as many pictures "
        "and is clearly better than small (by 9.0 points). With a scaled rate the two are equal for practice."
    )
    assert batches.what_matters(three(UNSURE, HIGHER, UNSURE), "large", "small", 8).endswith(
        "With equal epochs and with a scaled rate no difference is clear."
    )


def test_why_a_short_run_and_full_length_differ():
    short, long = three(LOWER, HIGHER, UNSURE), three(UNSURE, HIGHER, UNSURE)
    told = batches.why_they_differ(short, long, "large", (48, 7500))
    assert "large there stops after 48 steps." in told and "makes 7,500," in told
    assert batches.why_they_differ(short, short, "large", (48, 7500)) == ""


def test_which_size_to_take_follows_from_equal_epochs():
    short, long = three(LOWER, HIGHER, UNSURE), three(UNSURE, HIGHER, UNSURE)
    assert batches.advice(short, long).endswith("For a long one take the size that your computer trains fastest.")
    assert "short training" not in batches.advice(long, long) and "fastest" not in batches.advice(short, short)


def test_what_a_step_of_a_large_batch_is_worth():
    row = pd.Series({"n": 3, "difference": 0.11, "low": -0.01, "high": 0.23, "verdict": UNSURE})
    assert batches.worth(row, "batch 128", "batch 16") == (
        "With equal steps batch 128 ends 11.0 points above batch 16 (95% interval -1.0 to +23.0): that could be "
        "chance, so its steps may be worth the same."
    )
    assert "each of its steps is worth more" in batches.worth(pd.Series({**row, "verdict": HIGHER}), "a", "b")
    assert "3.0 points below" in batches.worth(pd.Series({**row, "difference": -0.03}), "a", "b")
    assert "cannot be compared" in batches.worth(pd.Series({**row, "n": 0}), "a", "b")


def trainings(**accuracies):
    """Two trainings of each batch size in each way; accuracies: of large and small by way."""
    rows = [
        {"group": way, "system": f"batch {size}", "seed": seed, "test_accuracy": accuracy + seed / 100}
        for way, pair in zip(batches.WAYS, accuracies.values(), strict=True)
        for size, accuracy in zip((16, 128), pair, strict=True)
        for seed in (0, 1)
    ]
    return pd.DataFrame(rows)


def test_a_scaled_rate_is_told_from_both_sides():
    table = trainings(epochs=(0.84, 0.74), steps=(0.7, 0.8), rate=(0.78, 0.79))
    table.loc[table["seed"] == 1, "test_accuracy"] += [0.001, 0, 0, 0, 0, 0.001]
    told = batches.scaled(table, [16, 128], 64)
    assert told.startswith(
        "The scaled rate brings the sizes together from both sides: batch 16, with 0.25 times the usual"
    )
    assert "batch 128, with 2 times the usual rate, goes from 74.5% to 79.6% (+5.1 points, " in told
    assert told.endswith("The highest mean of all has batch 16 with equal epochs (84.5%).")
    apart = trainings(epochs=(0.8, 0.79), steps=(0.7, 0.8), rate=(0.84, 0.7))
    assert "does not bring the sizes together: batch 128" in batches.scaled(apart, [16, 128], 16)
    half = apart.assign(test_accuracy=apart["test_accuracy"].where(apart["system"] == "batch 128"))
    assert "cannot be judged for both sizes: batch 128" in batches.scaled(half, [16, 128], 64)
    nothing = batches.scaled(apart.assign(test_accuracy=float("nan")), [16, 128], 64)
    assert nothing == "No training with a scaled rate can be compared."


def test_every_difference_is_told_with_its_interval_and_how_many_are_clear():
    def told(*verdicts):
        found = three(*verdicts).assign(low=[-0.1, float("nan"), -0.02], high=[-0.05, float("nan"), 0.02], n=[3, 1, 3])
        return batches.how_sure(found, "batch 128", "batch 16")

    assert told(LOWER, HIGHER, UNSURE) == (
        "Batch 128 minus batch 16, in points (95% interval): -8.4 (-10.0 to -5.0) with equal epochs, +9.0 with equal "
        "steps and +0.1 (-2.0 to +2.0) with a scaled rate. 2 of the 3 differences are clear; the other one could be "
        "chance."
    )
    assert told(UNSURE, EQUAL, UNSURE).endswith("None of the 3 differences is clear: each could be chance.")
    assert told(LOWER, LOWER, LOWER).endswith("All 3 differences are clear.")


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


def test_falls_are_told_in_points():
    row = pd.Series({"n": 3, "difference": 0.049, "low": -0.01, "high": 0.108, "verdict": UNSURE})
    told = batches.told_falls(row, "a", "b")
    assert told == "a falls by 4.9 points more than b (-1.0 to +10.8), which could be chance"
    smoother = pd.Series({**row, "verdict": LOWER, "difference": -0.2})
    assert batches.told_falls(smoother, "a", "b").endswith("its curve is clearly smoother")
    assert "cannot be compared" in batches.told_falls(pd.Series({**row, "n": 0}), "a", "b")
