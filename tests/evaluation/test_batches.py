"""What a batch size is worth, in words."""

import pandas as pd
import pytest

from lib.evaluation import batches, smoothness
from lib.evaluation.comparison import HIGHER, LOWER

UNSURE, EQUAL = "not resolvable with 3 seeds", "equal within .3 points"


def three(*verdicts):
    rows = {"system": list(batches.HELD.values()), "difference": [-0.084, 0.09, 0.001], "verdict": verdicts}
    ends = {"low": [-0.12, 0.04, -0.01], "high": [-0.05, 0.14, 0.012], "n": 3, "p_holm": 0.01}
    return pd.DataFrame(rows | ends)


@pytest.mark.parametrize(
    ("verdicts", "lead"),
    [
        ((LOWER, HIGHER, UNSURE), "The number of steps matters, but it is not all. With equal epochs small makes"),
        (
            (LOWER, UNSURE, UNSURE),
            "The number of steps; with equal steps no size is clearly better. With equal epochs small makes 8 times",
        ),
        (
            (UNSURE, HIGHER, EQUAL),
            "With equal steps the larger batch is better; with equal epochs no size clearly is. With equal steps large",
        ),
        (
            (HIGHER, HIGHER, UNSURE),
            "The batch size, and more than the number of steps explains. With equal epochs large is 8.4 points",
        ),
        ((LOWER, LOWER, UNSURE), "The batch size, and more than the number of steps explains. "),
        (
            (UNSURE, UNSURE, LOWER),
            "Only with a scaled learning rate is a difference clear. With a scaled rate small is 0.1 points",
        ),
        ((UNSURE, UNSURE, EQUAL), "We cannot tell."),
    ],
)
def test_the_answer_follows_from_the_verdicts(verdicts, lead):
    assert batches.what_matters(three(*verdicts), "large", "small", 8).startswith(lead)


def test_a_clear_difference_is_told_with_its_interval():
    assert batches.what_matters(three(LOWER, HIGHER, EQUAL), "large", "small", 8).endswith(
        "small makes 8 times as many steps as large and is 8.4 points better (5.0 to 12.0). With equal steps large "
        "sees 8 times as many pictures as small and is 9.0 points better (4.0 to 14.0). There its gradients are "
        "less noisy, too: which of the two helps cannot be told here."
    )


def test_why_a_short_run_and_full_length_differ():
    short, long = three(LOWER, HIGHER, UNSURE), three(UNSURE, HIGHER, UNSURE)
    told = batches.why_they_differ(short, long, ["the network", "the pictures"])
    assert told.endswith("why the short run differs: the network, the pictures and the length of training change.")
    assert "because it is short" in batches.why_they_differ(short, long, [])
    assert batches.why_they_differ(short, short, ["the network"]) == ""
    assert "48 steps here and 7,500 at full length" in batches.steps_made(short, long, (48, 7500))
    assert batches.steps_made(long, short, (48, 7500)) == batches.steps_made(short, short, (48, 7500)) == ""


def test_full_length_says_first_whether_the_size_matters_with_equal_epochs():
    found = three(UNSURE, HIGHER, UNSURE).assign(difference=[-0.001, 0.026, 0], low=[-0.009, 0.01, 0], high=0.007)
    assert batches.at_length(found, "large", "small", 5) == (
        "With equal epochs the size makes less than one point of difference: large minus small is -0.1 points "
        "(-0.9 to +0.7). With equal steps small stops after 5 epochs and is 2.6 points worse (1.0 to 0.7)."
    )
    wide = batches.at_length(found.assign(low=-0.1), "large", "small", 5)
    assert "With equal epochs no difference is clear" in wide
    assert "the smaller batch is better" in batches.at_length(three(LOWER, UNSURE, UNSURE), "large", "small", 5)
    assert batches.at_length(found.assign(n=0), "large", "small", 5) == ""


def test_which_size_to_take_follows_from_equal_epochs():
    short, long = three(LOWER, HIGHER, UNSURE), three(UNSURE, HIGHER, UNSURE)
    sizes = "between 16 and 128"
    assert batches.advice(short, long, sizes).endswith(
        "For a long one take, between 16 and 128, the size that your computer trains fastest."
    )
    assert "short training" not in batches.advice(long, long, sizes)
    assert "fastest" not in batches.advice(short, short, sizes)


def test_a_size_with_equal_epochs_alone_is_told_with_its_interval():
    table = trainings(epochs=(0.84, 0.74), steps=(0.7, 0.8), rate=(0.78, 0.79)).query("group == 'equal epochs'")
    table.loc[table["seed"] == 1, "test_accuracy"] += [0.001, 0]
    told = batches.one_more(table, "batch 128", "batch 16")
    assert told.startswith("Batch 128 has equal epochs alone: batch 128 minus batch 16 is -10.0 points (")
    assert told.endswith(").")
    nothing = table.assign(test_accuracy=float("nan"))
    assert batches.one_more(nothing, "batch 128", "batch 16").endswith("alone: it has no figure.")


def test_what_a_step_of_a_large_batch_is_worth():
    def told(*means, spread=0.001):
        rows = [
            {"system": f"batch {size}", "seed": seed, "val_accuracy": mean + spread * seed * (1 + k)}
            for k, (size, mean) in enumerate(zip((16, 64, 128), means, strict=True))
            for seed in (0, 1, 2)
        ]
        return batches.worth(pd.DataFrame(rows))

    clear = told(0.7, 0.8, 0.81)
    assert clear.startswith(
        "With equal steps the curves end at 70.1% (batch 16), 80.2% (batch 64) and 81.3% (batch 128"
    )
    assert "Batch 128 ends 11.2 points above batch 16" in clear and "each of its steps is worth more" in clear
    worse = told(0.81, 0.8, 0.7)
    assert worse.endswith("each of its steps is worth less.")
    assert told(0.8, 0.8, 0.8, spread=0.1).endswith("that could be chance, so its steps may be worth the same.")
    assert "cannot be compared" in told(0.7, 0.7, float("nan"))


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
    assert told.startswith("With equal epochs, batch 16 loses 6.0 points with 0.25 times the rate (")
    assert "); batch 128 gains 5.1 points with 2 times the rate (" in told
    apart = trainings(epochs=(0.8, 0.79), steps=(0.7, 0.8), rate=(0.84, 0.7))
    half = apart.assign(test_accuracy=apart["test_accuracy"].where(apart["system"] == "batch 128"))
    assert batches.scaled(half, [16, 128], 64).startswith("With equal epochs, batch 128 loses 9.0 points")
    nothing = batches.scaled(apart.assign(test_accuracy=float("nan")), [16, 128], 64)
    assert nothing == "No training with a scaled rate can be compared."


def test_how_many_differences_are_clear_and_what_the_others_are():
    def told(*verdicts):
        return batches.how_sure(three(*verdicts), "batch 128", "batch 16", "3 seeds")

    assert told(LOWER, HIGHER, UNSURE) == (
        "2 of 3 differences are clear with 3 seeds. With a scaled rate we cannot tell: +0.1 points (-1.0 to +1.2)."
    )
    assert told(UNSURE, EQUAL, UNSURE).startswith(
        "None of the 3 differences is clear with 3 seeds. With equal epochs we"
    )
    assert "With equal steps the two sizes are equal for practice: +9.0 points" in told(UNSURE, EQUAL, UNSURE)
    assert told(LOWER, LOWER, LOWER) == "All 3 differences are clear with 3 seeds."
    row = three(LOWER, HIGHER, UNSURE).iloc[0]
    assert batches.held(row, "large", "small").startswith("With equal epochs small is better than large: large minus")
    one = batches.held(row.to_dict() | {"verdict": "not judged: one seed", "low": float("nan")}, "large", "small")
    assert one.endswith("the difference is -8.4 points; one seed does not show what chance does.")
    near = batches.held(row.to_dict() | {"verdict": UNSURE, "low": -0.003, "high": 0.004}, "large", "small")
    assert "the size makes less than one point of difference: " in near
    assert "nothing can be compared" in batches.held(row.to_dict() | {"n": 0}, "large", "small")


def test_what_is_only_just_clear_is_said():
    found = three(LOWER, HIGHER, UNSURE).assign(p_holm=[0.04, 0.001, 0.3])
    assert batches.how_sure(found, "a", "b", "3 seeds").startswith(
        "2 of 3 differences are clear with 3 seeds, with equal epochs only just: p (how often chance alone "
    )
    assert batches.narrowly(found).endswith("is 0.040 after correction for 3 comparisons; our limit is 0.05")
    assert batches.narrowly(found.assign(p_holm=0.001)) == ""


def test_falls_are_compared_over_all_seeds():
    rows = [{"seed": seed, "system": name, "group": "equal epochs"} for seed in range(3) for name in ("a", "b")]
    table = pd.DataFrame(rows).assign(falls=[0.02, 0.05, 0.03, 0.05, 0.02, 0.06])
    assert smoothness.told_falls(table, "a", "b").startswith(
        "Over all seeds a falls by 3.0 points less than b (difference -5"
    )
    assert "which is clear" in smoothness.told_falls(
        table.assign(falls=[0.01, 0.051, 0.01, 0.05, 0.011, 0.05]), "a", "b"
    )
    other = table.assign(falls=[0.06, 0.05, 0.03, 0.05, 0.02, 0.06])
    assert smoothness.told_falls(other, "a", "b").startswith("In seed 0 a falls more; one curve is not enough. Over")
    assert "what chance does" in smoothness.told_falls(table[table["seed"] == 0], "a", "b")
    assert smoothness.told_falls(table.assign(falls=float("nan")), "a", "b").startswith("No seed of both")


def test_each_way_and_size_has_a_mean_with_its_interval():
    rows = [{"seed": seed, "system": "batch 8", "group": "w", "batch_size": 8, "x": seed} for seed in range(3)]
    found = batches.by_size(pd.DataFrame(rows), "x")
    assert found[["group", "batch_size", "mean"]].to_numpy().tolist() == [["w", 8, 1.0]]
    assert found["low"][0] < 1 < found["high"][0]


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
