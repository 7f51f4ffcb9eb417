"""Measures and intervals against known answers; each guard fires on its fault and is silent without it."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lib import claims, config
from lib.evaluation import guards, metrics, statistics

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


def fake_run(predicted=(0, 1, 1), labels=(0, 1, 1), positions=((0, 1), (2, 3, 4), (5,)), losses=(1.0, 0.5), epochs=2):
    parts = dict(zip(("train", "val", "test"), positions, strict=True))

    def predictions(part):
        return np.array(parts[part]), np.array(labels), logits_for(np.array(predicted))

    accuracy = float((np.array(predicted) == np.array(labels)).mean())
    return SimpleNamespace(
        config=config.parse({"system": "R2.simple", "data": {"name": "x"}, "epochs": 2}),
        metrics={"val_accuracy": accuracy, "epochs": epochs},
        history=pd.DataFrame({"epoch": range(1, len(losses) + 1), "loss": losses}),
        predictions=predictions,
    )


FAULTS = {
    guards.majority_share: fake_run(predicted=(1, 1, 1)),
    guards.one_bar: fake_run(predicted=(1, 1, 1)),
    guards.finite_loss: fake_run(losses=(1.0, math.nan)),
    guards.separate_parts: fake_run(positions=((0, 1), (1, 2, 3), (4,))),
    guards.full_epochs: fake_run(epochs=1),
}


@pytest.mark.parametrize("guard", guards.GUARDS, ids=lambda guard: guard.__name__)
def test_guard_fires_on_its_fault_and_is_silent_without(guard):
    assert guard(FAULTS[guard])["verdict"] == "fired"
    assert guard(fake_run())["verdict"] == "passed"


def test_check_names_the_run_in_which_a_guard_fired():
    rows = {row["guard"]: row for row in guards.check([fake_run(), fake_run(losses=(math.inf,))])}
    assert rows["finite loss"]["verdict"] == "fired" and "R2.simple seed 0" in rows["finite loss"]["detail"]
    assert rows["one bar"]["verdict"] == "passed"


def claimed(values, comparable=True):
    frame = pd.DataFrame({"system": "R3.initial", "val_accuracy": values})
    for metric in ("running_accuracy", "running_loss", "val_loss", "test_accuracy"):
        frame[metric] = 1.0
    table = claims.compare(frame, comparable)
    return table[table["claim"].str.startswith("validation accuracy")].iloc[0]


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([0.90, 0.91, 0.92], "holds"),
        ([0.914, 0.9141, 0.9142], "holds"),  # the report prints two digits: .91 may be .9149
        ([0.94, 0.941, 0.942], "does not hold: we measure more"),
        ([0.88, 0.881, 0.882], "does not hold: we measure less"),
        ([0.91], "not judged: one seed"),
    ],
)
def test_claims_are_judged_by_where_one_more_run_would_land(values, verdict):
    assert claimed(values)["verdict"] == verdict


def test_claims_are_not_judged_on_other_data():
    assert claimed([0.90, 0.91, 0.92], comparable=False)["verdict"].startswith("not judged")


def test_every_claim_names_a_known_system_and_metric():
    from lib import models

    measures = {f"{part}_{name}" for part in ("train", "val", "test") for name in ("accuracy", "loss", "macro_f1")}
    measures |= {"running_accuracy", "running_loss"}
    for claim in claims.load():
        assert models.check(claim["system"]) and claim["metric"] in measures and claim["report"]
