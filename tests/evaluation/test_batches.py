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
        ((LOWER, HIGHER, UNSURE), "Not the size alone: the better one depends on what is held equal. With equal"),
        ((HIGHER, LOWER, UNSURE), "Not the size alone: the better one depends on what is held equal. With equal"),
        (
            (LOWER, UNSURE, UNSURE),
            "With equal epochs the smaller batch is better; with equal steps no size clearly is. With equal epochs",
        ),
        (
            (UNSURE, HIGHER, EQUAL),
            "With equal steps the larger batch is better; with equal epochs no size clearly is. With equal steps la",
        ),
        (
            (HIGHER, HIGHER, UNSURE),
            "The batch size matters: the larger one is better with equal epochs and with equal steps. With equal "
            "epochs large is 8.4 points better than small (5.0 to 12.0). With equal steps large (more",
        ),
        ((LOWER, LOWER, UNSURE), "The batch size matters: the smaller one is better with equal epochs and with "),
        (
            (UNSURE, UNSURE, LOWER),
            "Only with a scaled learning rate is a difference clear. With a scaled rate small is 0.1 points better "
            "than large (-1.0 to +1.2).",
        ),
        ((UNSURE, UNSURE, EQUAL), "We cannot tell."),
    ],
)
def test_the_answer_follows_from_the_verdicts(verdicts, lead):
    assert batches.what_matters(three(*verdicts), "large", "small").startswith(lead)


def test_a_clear_difference_is_told_with_its_interval():
    assert batches.what_matters(three(LOWER, HIGHER, EQUAL), "large", "small").endswith(
        "With equal epochs small (more steps, noisier gradients) is 8.4 points better (5.0 to 12.0). With equal steps "
        "large (more pictures, less noisy gradients) is 9.0 points better (4.0 to 14.0). So neither shows what the "
        "size alone does."
    )


def test_why_a_short_run_and_full_length_differ():
    short, long = three(LOWER, HIGHER, UNSURE), three(UNSURE, HIGHER, UNSURE)
    assert batches.why_they_differ(short, long) == "Why the short run differs with equal epochs was not tested."
    assert batches.why_they_differ(short, short) == ""
    assert "48 steps here and 7,500 at full length" in batches.steps_made(short, long, (48, 7500))
    assert batches.steps_made(long, short, (48, 7500)) == batches.steps_made(short, short, (48, 7500)) == ""


def test_full_length_says_first_whether_the_size_matters_with_equal_epochs():
    found = three(UNSURE, HIGHER, UNSURE).assign(
        difference=[-0.001, 0.026, 0], low=[-0.009, 0.01, 0], high=[0.007, 0.04, 0.007]
    )
    wider = found[:1].assign(system="batch 512", low=-0.025)

    def told(table, more=wider):
        return batches.at_length(table, "large", "small", more, "5 epochs")

    assert told(found) == (
        "With equal epochs (5 epochs) large and small differ by less than one point: -0.1 points (-0.9 to +0.7); "
        "whether batch 512 differs stays open. With equal steps small sees fewer pictures and is 2.6 points worse "
        "(1.0 to 4.0)."
    )
    assert "batch 512" not in told(found, wider.assign(verdict=LOWER)) + told(found, wider.assign(low=-0.001))
    assert "large and small do not clearly differ" in told(found.assign(low=-0.1))
    assert "large is clearly worse than small: -8.4" in told(three(LOWER, UNSURE, UNSURE))
    assert told(found.assign(n=0)) == ""


def test_which_size_to_take_follows_from_equal_epochs():
    short, long = three(LOWER, HIGHER, UNSURE), three(UNSURE, HIGHER, UNSURE)
    sizes = "between 16 and 128"
    faster = "; or try a larger rate"
    assert batches.advice(short, long, sizes, faster) == (
        "For a short training take a small batch, which makes more steps with the same pictures; or try a larger rate. "
        "For a long one take, between 16 and 128, the size that your computer trains fastest."
    )
    assert "short training" not in batches.advice(long, long, sizes, faster)
    assert "fastest" not in batches.advice(short, short, sizes, "")


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
    assert "Batch 128 ends above batch 16 (+10.7 to +11.7 points): " in clear and "its steps are worth more" in clear
    worse = told(0.81, 0.8, 0.7)
    assert worse.endswith(": its steps are worth less.")
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
    assert told.startswith(
        "Beside the same batch with the usual rate, batch 16 loses 6.0 points by 0.25 times the rate ("
    )
    assert "); batch 128 gains 5.1 points by 2 times the rate (" in told
    assert batches.larger_rate(table, 128, 64) == (
        "; or try a larger rate with a large one (a hint: here batch 128 gained 5.1 points by 2 times the rate (4.4 to "
        "5.7), not corrected)"
    )
    assert batches.levels(table, "batch 16", "batch 128").startswith("Batch 16 and batch 128 get 84.")
    assert batches.larger_rate(table, 16, 64) == batches.larger_rate(table, 128, 128) == ""
    apart = trainings(epochs=(0.8, 0.79), steps=(0.7, 0.8), rate=(0.84, 0.7))
    half = apart.assign(test_accuracy=apart["test_accuracy"].where(apart["system"] == "batch 128"))
    assert batches.scaled(half, [16, 128], 64).startswith(
        "Beside the same batch with the usual rate, batch 128 loses 9.0 points by"
    )
    nothing = batches.scaled(apart.assign(test_accuracy=float("nan")), [16, 128], 64)
    assert nothing == "No training with a scaled rate can be compared."


def test_how_many_differences_are_clear_and_what_the_others_are():
    def told(*verdicts):
        return batches.how_sure(three(*verdicts), "batch 128", "batch 16")

    assert told(LOWER, HIGHER, UNSURE) == (
        "2 of 3 differences are clear. With a scaled rate we cannot tell: +0.1 points (-1.0 to +1.2)."
    )
    assert told(UNSURE, EQUAL, UNSURE).startswith("None of the 3 differences is clear. With equal epochs we")
    assert "With equal steps the two sizes are equal for practice: +9.0 points" in told(UNSURE, EQUAL, UNSURE)
    assert told(LOWER, LOWER, LOWER) == "All 3 differences are clear."
    row = three(LOWER, HIGHER, UNSURE).iloc[0]
    assert batches.held(row, "large", "small").startswith("With equal epochs small is better than large: large minus")
    one = batches.held(row.to_dict() | {"verdict": "not judged: one seed", "low": float("nan")}, "large", "small")
    assert one.endswith("the difference is -8.4 points; one seed does not show what chance does.")
    near = batches.held(row.to_dict() | {"verdict": UNSURE, "low": -0.003, "high": 0.004}, "large", "small")
    assert "large and small differ by less than one point: " in near
    assert "nothing can be compared" in batches.held(row.to_dict() | {"n": 0}, "large", "small")


def test_what_is_only_just_clear_is_said():
    found = three(LOWER, HIGHER, UNSURE).assign(p_holm=[0.04, 0.001, 0.3])
    assert batches.how_sure(found, "a", "b").startswith(
        "2 of 3 differences are clear, with equal epochs only just: p value after correction 4.0%; our limit is 5%."
    )
    assert " up to 4.0%; our" in batches.narrowly(found.assign(p_holm=[0.04, 0.03, 0.3]))
    assert batches.narrowly(found.assign(p_holm=[0.04, None, None])).endswith(" p value 4.0%; our limit is 5%")
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
