"""Measures and intervals against known answers; claims are judged by them."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from lib import claims
from lib.evaluation import metrics, statistics

CLASSES = ["shirt", "coat", "bag"]


def logits_for(predicted, classes=3):
    return np.eye(classes, dtype="float32")[predicted] * 5


def test_cross_entropy_of_equal_logits_is_log_of_the_number_of_classes():
    assert metrics.cross_entropy(np.array([0, 1, 2]), np.zeros((3, 3))) == pytest.approx(math.log(3))


def test_cross_entropy_of_huge_logits_is_finite():
    assert metrics.cross_entropy(np.array([1]), np.array([[1e4, 0.0]])) == pytest.approx(1e4)


def test_classification_against_figures_worked_out_by_hand():
    labels, predicted = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])
    scores = metrics.classification(labels, logits_for(predicted))
    assert scores["accuracy"] == 3 / 4
    assert scores["balanced_accuracy"] == pytest.approx((2 / 3 + 1) / 2)
    assert scores["macro_f1"] == pytest.approx((0.8 + 2 / 3) / 2), "the class that never occurs is left out"


def test_confusion_counts_true_classes_in_rows():
    matrix = metrics.confusion(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1]), CLASSES)
    assert matrix.loc["shirt", "coat"] == 1 and matrix.loc["coat", "shirt"] == 0
    assert matrix.to_numpy().sum() == 4


def test_confused_pairs_add_both_directions():
    matrix = metrics.confusion(np.array([0, 1, 1, 2]), np.array([1, 0, 0, 0]), CLASSES)
    first = metrics.confused_pairs(matrix).iloc[0]
    assert {first["class"], first["and"]} == {"shirt", "coat"} and first["mistakes"] == 3


def test_recall_of_a_class_without_pictures_has_the_widest_interval():
    row = metrics.class_recall(metrics.confusion(np.array([0]), np.array([0]), CLASSES)).iloc[2]
    assert (row["pictures"], row["low"], row["high"]) == (0, 0, 1)


def test_wilson_interval_of_a_published_example():
    # Newcombe 1998, Statistics in Medicine 17, 857: 81 of 263 gives .2553 to .3662
    assert statistics.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_interval_over_seeds_is_students_t():
    summary = statistics.over_seeds([1.0, 2.0, 3.0])
    half = 4.302653 / math.sqrt(3)  # t for 2 degrees of freedom, 97.5 %
    assert (summary["n"], summary["mean"], summary["sd"]) == (3, 2, 1)
    assert (summary["low"], summary["high"]) == pytest.approx((2 - half, 2 + half))


def test_one_more_run_is_less_sure_than_the_mean():
    low, high = statistics.prediction_interval([1.0, 2.0, 3.0])
    half = 4.302653 * math.sqrt(4 / 3)
    assert (low, high) == pytest.approx((2 - half, 2 + half))


def test_one_seed_has_no_interval():
    assert math.isnan(statistics.over_seeds([0.9])["low"])
    assert math.isnan(statistics.prediction_interval([0.9])[0])


def test_seeds_are_compared_in_pairs():
    # The seeds differ by much more than the two recipes do; seed by seed the difference is always there.
    first, second = [0.80, 0.85, 0.90], [0.811, 0.860, 0.909]
    result = statistics.paired(first, second)
    assert result["mean"] == pytest.approx(0.01) and result["resolved"]
    assert not statistics.paired(first, [0.90, 0.80, 0.86])["resolved"]
    assert not statistics.paired([0.8], [0.9])["resolved"], "one seed resolves nothing"


def verdict(claim, values, whole_set=True, epochs=20):
    frame = pd.DataFrame({"system": "R3.initial", "epochs": epochs}, index=range(len(values)))
    for metric in ("running_accuracy", "running_loss", "val_accuracy", "val_loss", "test_accuracy"):
        frame[metric] = values
    table = claims.compare(frame, whole_set)
    return table[table["claim"].str.startswith(claim)].iloc[0]["verdict"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.90, 0.91, 0.92], "holds"),
        ([0.914, 0.9141, 0.9142], "holds"),  # the report prints two digits: .91 may be .9149
        ([0.94, 0.941, 0.942], "does not hold: we measure more"),
        ([0.88, 0.881, 0.882], "does not hold: we measure less"),
        ([0.91], "not judged: one seed"),
    ],
)
def test_claims_are_judged_by_where_one_more_run_would_land(values, expected):
    assert verdict("validation accuracy", values) == expected


def test_a_printed_zero_is_a_digit():
    assert verdict("training loss", [0.0540, 0.0541, 0.0542]) == "does not hold: we measure more", ".0500 is not .05"


@pytest.mark.parametrize("other", [{"whole_set": False}, {"epochs": 3}])
def test_claims_are_not_judged_on_other_data_or_at_another_length(other):
    assert verdict("validation accuracy", [0.90, 0.91, 0.92], **other).startswith("not judged: other data")


def test_one_damaged_results_file_does_not_cost_the_index(tmp_path):
    row = {"system": "R3.initial", "claim": "loss", "claimed": ".05", "measured": None, "low": None, "high": None}
    good = {"dataset": "x", "profile": "full", "notebook": "02_b"}
    good["tables"] = {"claims": [row | {"seeds": 3, "verdict": "holds", "report": "R3"}]}
    for name, text in {
        "01_a": "[]",
        "02_b": json.dumps(good),
        "03_c": "{",
        "04_d": '{"tables": {"claims": [{}]}}',
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "results.json").write_text(text)
    rows = claims.systems(tmp_path)
    assert [(row["notebook"], row["measured"]) for row in rows] == [("02_b", "not a number")]


def test_every_claim_names_a_known_system_and_metric():
    from lib import models

    measures = {f"{part}_{name}" for part in ("train", "val", "test") for name in ("accuracy", "loss", "macro_f1")}
    measures |= {"running_accuracy", "running_loss"}
    for claim in claims.load():
        assert models.check(claim["system"].split()[0]) and claim["metric"] in measures and claim["report"]


def test_a_verdict_says_where_it_judges_our_pictures_only():
    assert claims.here("does not hold: lower", comparable=False) == "here: does not hold: lower"
    assert claims.here("holds", comparable=True) == "holds"
    assert claims.here("not resolvable with 3 seeds", comparable=False) == "not resolvable with 3 seeds"
