"""What notebook 09 says: each sentence is true whatever the figures are."""

import numpy as np
import pandas as pd
import pytest

from lib.evaluation import comparison, metrics, rare, rare_words, statistics

CLASSES = ["many", "few"]
LABELS = np.repeat([0, 1], [90, 10])
NEVER, ALL = np.zeros(100, dtype=int), LABELS
HALF = np.where(np.arange(100) % 2, 1, 0)  # calls every other picture so: 50 of 100, and 5 of the 10


def runs_of(**scores):
    rows = [
        {"system": way.replace("_", " "), "seed": seed, "test_accuracy": 0.9 - seed / 100, "test_macro_f1": score}
        for way, own in scores.items()
        for seed, score in enumerate(own)
    ]
    return pd.DataFrame(rows)


def test_f1_is_worked_out_once():
    told = rare_words.told_f1(LABELS, HALF, 1, "the net", "few")
    assert "the net says few 50 times, and is right 5 times: a precision of 0.10." in told
    assert "There are 10 such pictures: a recall of 0.50." in told and told.endswith("= 0.17.")
    assert rare_words.told_f1(LABELS, NEVER, 1, "it", "few") == "It finds none of the 10 few pictures: its F1 is 0."


def test_a_shift_of_logits_is_told_by_what_it_calls_rightly_and_wrongly():
    before, after = np.eye(2)[NEVER], np.eye(2)[HALF]
    assert rare_words.told_shift(before, after, LABELS, CLASSES) == (
        "In the first training, the network calls 0 validation pictures few. After the shift it says so 50 times: "
        "it finds 5 of the 10, and 45 of the answers are wrong."
    )
    assert rare_words.told_search("few", np.array([0, 1.5]), [0.4, 0.5]) == (
        "The best offset for few is 1.50: the macro-F1 changes from 0.400 to 0.500."
    )
    assert rare_words.told_weights(CLASSES, np.array([0.5, 4.5]), np.array([90, 10])) == (
        "Weights: 0.50 (many), 4.50 (few). Every class then counts as much as 45 pictures."
    )
    told = rare_words.told_drawn(CLASSES, np.array([48, 52]), np.array([90, 10]))
    assert told.startswith("One epoch draws, for example, 48 many and 52 few pictures. Each of the 10 of few")


def test_what_measures_pick_is_told():
    by = {"accuracy": "a", "recall": "b", "macro-F1": "b"}
    assert rare_words.told_choice(by, "b") == (
        "By accuracy we would pick **a**, by recall or macro-F1 **b**. Had we chosen the measure only now, we could "
        "have had any of them."
    )
    assert rare_words.told_choice({"accuracy": "a", "macro-F1": "a"}, "a") == (
        "By accuracy or macro-F1 we would pick **a**."
    )
    none = rare_words.told_choice({"accuracy": "untreated", "macro-F1": "untreated"}, "a")
    assert none.endswith("So no method helps; below we look at the best, **a**.")


def test_the_price_is_read_off_two_matrices():
    before, after, never = (metrics.confusion(LABELS, each, CLASSES) for each in (ALL, HALF, NEVER))
    assert rare_words.told_matrices(before, after, "weights") == (
        "Without treatment 10 of the 10 few pictures are found, with weights 5. But the network now says few 50 times, "
        "and is wrong 45 times, and of the 90 many pictures it gets 45 right, untreated 90."
    )
    assert "But the network now never says few" in rare_words.told_matrices(before, never, "weights")


def test_a_system_stands_beside_two_baselines():
    table = runs_of(net=[0.53, 0.545, 0.557])
    baselines = {"the article": 0.5037, "the nearest": 0.523}
    found = rare.beside(table, rare.MEASURE, baselines)
    told = rare_words.told_beside(found, "net", 0.544, baselines)
    assert told.startswith(
        "Net reaches a test macro-F1 of 0.544: +0.040 (+0.007 to +0.074) against the article (0.504)"
    )
    assert told.endswith("Neither difference is clear after correction for two comparisons.")
    one = rare.beside(table[:1], rare.MEASURE, baselines)
    assert rare_words.told_beside(one, "net", 0.53, baselines).endswith("(0.523). Neither difference is clear.")
    higher = {"a": 0.1, "b": 0.2}
    assert rare_words.told_beside(rare.beside(table, rare.MEASURE, higher), "nets", 0.544, higher).endswith(
        "Both differences are clear."
    )


def test_luck_and_the_interval_of_the_middle_training_are_told():
    table = rare.found({"balanced sampling": [ALL, HALF, NEVER]}, LABELS, 1)
    luck = rare_words.told_luck(table, "few")
    assert luck == "In 1 of 3 trainings balanced sampling finds clearly more few pictures than random guessing would."
    assert rare_words.told_luck(table[:1], "few").startswith("In 1 of 1 training balanced sampling finds")
    low, high = statistics.wilson(5, 10)
    assert "For the better training, 10 of 10, the" in rare_words.told_few(table[:2], "few")
    told = rare_words.told_few(table, "few")
    assert (
        "balanced sampling (rare pictures are shown more often) finds 10, 5 and 0 of only 10 few" in told
        and "in 3 trainings. For the middle" in told
    )
    assert told.endswith(f"5 of 10, the true share may be anything from {low:.0%} to {high:.0%} (95% interval).")
    assert rare_words.told_few(table.assign(of=0), "few").endswith("there are no test pictures of few.")


def test_what_accuracy_hides_is_told_by_a_baseline_and_by_a_network():
    hits = rare.found({"untreated": [NEVER, HALF]}, LABELS, 1)
    told = rare_words.told_never(CLASSES, 0.9, 0.3, 0.88, hits)
    assert "finds not a single few picture: its macro-F1 is only 0.300." in told
    assert told.endswith("right for 88.0% of the test pictures, and finds 0 to 5 of the 10 of few.")
    assert "right for no figure" in rare_words.told_never(CLASSES, 0.9, 0.3, float("nan"), hits)


@pytest.mark.parametrize(("there", "expected"), [(0.5, "here 10%."), (2, "macro-F1, there not.")])
def test_full_length_says_whether_a_method_helps_there_too(there, expected):
    here = pd.Series({"system": "weights", "verdict": comparison.HIGHER})
    runs = runs_of(untreated=[0.5, 0.51, 0.52], weights=[0.51, 0.5, 0.53])
    answers = {"untreated": [HALF] * 3, "weights": [HALF] * 3}
    told = rare_words.told_full(runs, answers, LABELS, CLASSES, here, 0.1 if there == 0.5 else there)
    assert "A head on ResNet50 is right for 89.0%, and finds 5 of the 10 test pictures of few." in told
    assert "changes from 0.510 to 0.513, by +0.003 (" in told and told.endswith(expected)
    same = rare_words.told_full(runs, answers, LABELS, CLASSES, here.replace(comparison.HIGHER, "no"), 0.1)
    assert same.endswith("its accuracy to 89.0%.")


def test_advice_takes_a_method_that_clearly_helps():
    runs = runs_of(untreated=[0.4, 0.41, 0.42], offsets=[0.5, 0.52, 0.51], balanced_sampling=[0.49, 0.51, 0.52])
    hits = rare.found({"untreated": [NEVER], "offsets": [HALF], "balanced sampling": [ALL]}, LABELS, 1)
    told = rare_words.told_advice(runs, hits, "few")
    assert told.startswith("Advice, by these test pictures: begin with offsets, which need no new training. Test")
    assert "If few must be found, take balanced sampling: 10 of 10 instead of 5, at an accuracy of 89.0%" in told
    assert told.endswith("which could be chance.")
    two = runs[runs["system"] != "balanced sampling"]
    assert rare_words.told_advice(two, hits, "few").endswith("instead of 89.0%.")
    none = rare_words.told_advice(runs_of(untreated=[0.4, 0.41], offsets=[0.41, 0.4]), hits, "few")
    assert none.startswith("Advice: no method clearly raises macro-F1 here.")


def test_tasks_are_solved():
    told = rare_words.told_tasks("few", rare_words.each(["a"], [0.5], ".2f"), 1, 2, 10)
    assert told.startswith("Task 1: F1 of few is 0.50 (a). Task 2: 1 of 10 (first training); the other way round 2.")
