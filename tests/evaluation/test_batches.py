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
        ((LOWER, HIGHER, UNSURE), "The number of steps matters: with equal epochs large is clearly worse than small"),
        ((UNSURE, HIGHER, EQUAL), "The number of pictures that the network sees matters: with equal epochs we see no"),
        ((HIGHER, HIGHER, UNSURE), "The batch size itself matters: "),
        ((LOWER, LOWER, UNSURE), "The batch size itself matters: "),
        ((UNSURE, UNSURE, LOWER), "The learning rate matters: "),
        ((UNSURE, UNSURE, EQUAL), "Neither is shown to matter: whatever is held equal, large and small show no clear"),
    ],
)
def test_the_answer_follows_from_the_verdicts(verdicts, lead):
    assert batches.what_matters(three(*verdicts), "large", "small", 8).startswith(lead)


def test_each_comparison_is_a_sentence():
    assert batches.what_matters(three(LOWER, HIGHER, EQUAL), "large", "small", 8) == (
        "The number of steps matters: with equal epochs large is clearly worse than small (8.4 points; small makes "
        "8 times as many steps). With equal steps large is clearly better than small (9.0 points; large sees 8 times "
        "as many pictures). With a scaled rate the two are equal for practice."
    )


def test_how_many_differences_are_clear():
    assert batches.how_sure(three(LOWER, HIGHER, UNSURE)) == (
        "2 of the 3 differences are clear. The other one could be chance."
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


def test_falls_and_the_two_statements_are_told():
    row = pd.Series({"n": 3, "difference": 0.049, "verdict": UNSURE})
    assert batches.told_falls(row, "a", "b") == "The falls of a minus those of b are +0.049, which could be chance."
    assert "a is clearly smoother than that of b" in batches.told_falls(
        pd.Series({"n": 3, "difference": -0.2, "verdict": LOWER}), "a", "b"
    )
    judged = pd.DataFrame({"id": ["R2.batch.smoother", "R2.batch.jumpier"], "verdict": [UNSURE, UNSURE]})
    assert batches.which_holds(judged) == "neither can be shown"
    assert batches.which_holds(judged.assign(verdict=["contradicted", "holds"])) == "the second holds"
