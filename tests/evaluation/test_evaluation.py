"""Measures and intervals against known answers; claims are judged by them."""

import math

import numpy as np
import pytest
from scipy.special import softmax

from lib.base.errors import LookbookError
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


def few_pictures(classes=4, number=300):
    """Return labels and logits of random pictures, some logits equal."""
    rng = np.random.default_rng(3)
    labels = rng.integers(0, classes, number)
    logits = rng.integers(-2, 3, (number, classes)) + 1.5 * np.eye(classes)[labels]
    return labels, logits.astype("float32")


def probabilities(logits):
    return softmax(logits.astype("float64"), axis=1)  # as in lib: equal ones must stay equal


def test_measures_are_those_of_scikit_learn():
    from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

    labels, logits = few_pictures()
    scores = metrics.classification(labels, logits)
    predicted, given = logits.argmax(axis=1), probabilities(logits)
    assert scores["auroc"] == pytest.approx(roc_auc_score(labels, given, multi_class="ovr"))
    assert scores["macro_f1"] == pytest.approx(f1_score(labels, predicted, average="macro"))
    assert scores["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(labels, predicted))


def test_a_predicted_class_that_never_occurs_and_one_class_alone_warn_of_nothing(recwarn):
    labels, logits = np.array([0, 0, 1, 1]), logits_for(np.array([0, 2, 1, 1]))
    assert metrics.classification(labels, logits)["balanced_accuracy"] == 0.75
    assert metrics.classification(labels[:2], logits[:2])["balanced_accuracy"] == 0.5
    metrics.class_scores(labels, logits, CLASSES)
    assert [str(warning.message) for warning in recwarn] == []


def test_auroc_of_pairs_counted_by_hand():
    # Class 0 gets .2, .6, .6 of its pictures and .6, .1 of the others: of 6 pairs 3 are right, 2 equal, 1 wrong.
    given = np.array([0.2, 0.6, 0.6, 0.6, 0.1])
    area = metrics.auroc(np.array([0, 0, 0, 1, 1]), np.log(np.stack([given, 1 - given], axis=1)))
    assert area == pytest.approx([(3 + 2 / 2) / 6] * 2)


def test_auroc_leaves_out_classes_that_nobody_or_everybody_has():
    labels = np.array([0, 0, 1])
    scores = np.array([[3.0, 0, 1], [2, 0, 0], [0, 1, 0]])
    assert np.isnan(metrics.auroc(labels, scores)).tolist() == [False, False, True]
    assert metrics.classification(labels, scores)["auroc"] == 1
    alone = metrics.classification(np.zeros(3, dtype=int), scores)
    assert math.isnan(alone["auroc"]) and alone["macro_f1"] == pytest.approx(0.8)


def test_scores_of_each_class_are_those_of_scikit_learn():
    from sklearn.metrics import precision_recall_fscore_support, roc_auc_score

    labels, logits = few_pictures()
    labels[labels == 2] = 0  # class c has no picture, ...
    logits[:, 3] = -9  # ... and class d is never predicted
    table = metrics.class_scores(labels, logits, list("abcd"))
    expected = precision_recall_fscore_support(labels, logits.argmax(axis=1), labels=range(4), zero_division=np.nan)
    assert table["pictures"].tolist() == expected[3].tolist() and table["predicted"].iloc[3] == 0
    assert table["precision"].to_numpy() == pytest.approx(expected[0], nan_ok=True)
    assert table["recall"].to_numpy() == pytest.approx(expected[1], nan_ok=True)
    assert table["f1"].drop(2).to_numpy() == pytest.approx(np.delete(expected[2], 2))
    assert table.iloc[2][["recall", "f1", "auroc"]].isna().all() and table.iloc[2][["low", "high"]].tolist() == [0, 1]
    assert table["auroc"].iloc[0] == pytest.approx(roc_auc_score(labels == 0, probabilities(logits)[:, 0]))
    row = table.iloc[0]
    assert (row["low"], row["high"]) == statistics.wilson(round(row["recall"] * row["pictures"]), int(row["pictures"]))


def test_a_precision_recall_curve_is_that_of_scikit_learn():
    from sklearn.metrics import average_precision_score, precision_recall_curve

    labels, logits = few_pictures()
    given = probabilities(logits)[:, 1]
    curve = metrics.precision_recall(labels, logits, 1)
    precision, recall, threshold = precision_recall_curve(labels == 1, given)
    # scikit-learn begins with the lowest threshold and ends with a point of its own.
    assert curve["threshold"].to_numpy() == pytest.approx(threshold[::-1])
    assert curve["precision"].to_numpy() == pytest.approx(precision[-2::-1])
    assert curve["recall"].to_numpy() == pytest.approx(recall[-2::-1])
    assert metrics.average_precision(curve) == pytest.approx(average_precision_score(labels == 1, given))


def test_a_class_without_pictures_has_no_precision_recall_curve():
    with pytest.raises(LookbookError, match="no picture of class 2"):
        metrics.precision_recall(np.array([0, 1]), np.zeros((2, 3)), 2)


def test_a_guesser_that_knows_the_shares_loses_their_entropy():
    labels = np.repeat([0, 1, 2], [5, 3, 2])
    shares = np.log(np.tile([0.5, 0.3, 0.2], (10, 1)))
    assert metrics.prior_entropy(labels) == pytest.approx(metrics.cross_entropy(labels, shares))
    assert metrics.prior_entropy(np.repeat([1, 7], 4)) == pytest.approx(math.log(2))


@pytest.mark.parametrize(
    ("printed", "trials", "count"),
    [
        (".8786", 140, 123),  # what R1 prints as accuracies are the shares of Casual ...
        (".8333", 30, 25),  # ... in training and validation
        (".9833", 300, 295),  # its ResNet was measured on 300 validation pictures ...
        (".9833", 670, None),  # ... not on the 670 that it names
        (".9936", 1400, 1391),
        ("1.0", 7, 7),
        (".5", 3, None),
        (".25", 2, None),
        (".3", 4, 1),  # .25, rounded up
        (".2", 4, 1),  # ... or to even
    ],
)
def test_the_count_behind_a_printed_share(printed, trials, count):
    assert statistics.count_behind(printed, trials) == count


def test_wilson_interval_of_a_published_example():
    # Newcombe 1998, Statistics in Medicine 17, 857: 81 of 263 gives .2553 to .3662
    assert statistics.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_interval_over_seeds_is_students_t():
    summary = statistics.over_seeds([1.0, 2.0, 3.0])
    half = 4.302653 / math.sqrt(3)  # t for 2 degrees of freedom, 97.5%
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
