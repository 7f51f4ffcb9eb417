"""What notebook 09 says: each sentence is true whatever the figures are."""

import numpy as np
import pandas as pd
import pytest

from lib.evaluation import comparison, metrics, rare, rare_ways, rare_words, statistics

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


def test_a_high_accuracy_with_a_low_macro_f1_is_explained():
    told = rare_words.told_f1(LABELS, NEVER, HALF, CLASSES)
    assert told == (
        "Always many is right for 90.0%. But it finds nothing else, so its macro-F1 is only 0.947 / 2 = 0.474. Looking "
        "up the article finds 5 of the 10 few pictures, **50%**; of the 50 that it calls few, 10% are few."
    )
    assert rare_words.told_f1(LABELS, NEVER, NEVER, CLASSES).endswith("the article finds none of the 10 few pictures.")


def test_a_shift_of_logits_is_told_by_what_it_calls_rightly_and_wrongly():
    before, after = np.eye(2)[NEVER], np.eye(2)[HALF]
    told = rare_words.told_shift(before, after, LABELS, CLASSES, np.array([90, 10]))
    assert "few has 10 of 100 training pictures, so its logit rises by 2.30; that of many rises only by 0.11." in told
    assert told.endswith(
        "In the first training 0 validation pictures are called few, after the shift 50: 5 of the 10 and 45 wrong ones."
    )
    told, marks = rare_words.told_search(np.array([0, 1.5]), [0.4, 0.5], CLASSES, np.array([90, 10]))
    assert told == (
        "The best offset for few is 1.50: macro-F1 goes from 0.400 to 0.500. Logit adjustment raises few by 2.20 "
        "against many (dashed). 2.20 is more, so more answers are few, right and wrong ones."
    )
    assert marks == {"as in logit adjustment": pytest.approx(np.log(9))}
    less, _ = rare_words.told_search(np.array([0, 8]), [0.4, 0.5], CLASSES, np.array([90, 10]))
    assert less.endswith("2.20 is less, so fewer answers are few, right and wrong ones.")
    assert rare_words.told_weights(CLASSES, np.array([0.5556, 5]), np.array([90, 10])) == (
        "Weights: 0.56 (many), 5.00 (few). In total every class then counts as much as 100 / 2 = 50 pictures."
    )
    told = rare_words.told_drawn(CLASSES, np.array([48, 52]), np.array([90, 10]))
    assert told.startswith("One epoch draws, for example, 48 many and 52 few pictures. Each of the 10 of few")


def test_what_measures_pick_is_told():
    rows = [("lookup", 0.9, 0.4), ("untreated", 0.8, 0.3), ("offsets", 0.7, 0.5)]
    table = pd.DataFrame(rows, columns=["system", "val_accuracy", "val_macro_f1"]).assign(seed=0)
    measures = ["val_accuracy", "val_macro_f1"]
    assert rare_ways.told_choice(table, measures, ["lookup"], "offsets") == (
        "By accuracy we would pick **lookup** (90.0%), by macro-F1 **offsets** (0.500). So whoever chooses the "
        "measure now also chooses the winner. Of our four methods offsets have the best macro-F1 (0.500); so this is "
        "the method that we test."
    )
    worse = table.replace({"val_macro_f1": {0.5: 0.2}})
    told = rare_ways.told_choice(worse, measures, ["lookup"], "offsets")
    assert told.startswith("By accuracy and macro-F1 we would pick **lookup** (90.0% and 0.400). Of our four")
    assert "macro-F1 (0.200), but the untreated network is better; so" in told


def test_why_class_weights_end_lower_is_told_only_where_they_do():
    table = pd.DataFrame({"system": ["class weights", "balanced sampling"], "val_macro_f1": [0.4, 0.5]})
    weights, counts = np.array([0.5556, 5.0]), np.array([90, 10])
    told = rare_ways.told_apart(table, weights, counts, 5, CLASSES)
    assert "only 41% of the steps hold a few picture, and its loss then counts 9 times that of a many one" in told
    assert "With balanced sampling 97% of the steps" in told and told.endswith("not a test; task 3 is one.")
    for second in (0.41, np.nan):
        even = table.assign(val_macro_f1=[0.4, second])
        assert rare_ways.told_apart(even, weights, counts, 5, CLASSES) == ""
    assert rare_ways.told_apart(table, weights, counts, 50, CLASSES) == "", "most steps hold one"


def test_the_price_is_read_off_two_matrices():
    before, after, never = (metrics.confusion(LABELS, each, CLASSES) for each in (ALL, HALF, NEVER))
    assert rare_words.told_matrices(before, after, "weights", [5]) == (
        "With weights 5 of the 10 few pictures are found, instead of 10. The price: 45 other pictures are now called "
        "few, and 45 many ones are right instead of 90."
    )
    told = rare_words.told_matrices(before, never, "weights", [1, 0])
    assert "are found (each seed: 1 and 0), instead" in told and "The price: it now never says few" in told


def test_a_system_stands_beside_two_baselines():
    table = runs_of(net=[0.53, 0.545, 0.557])
    baselines = {"the article": 0.5037, "the nearest": 0.523}
    found = rare.beside(table, rare.MEASURE, baselines)
    told = rare_ways.told_beside(found, "net", 0.544, baselines)
    assert told.startswith(
        "Net reaches a test macro-F1 of 0.544: +0.040 (+0.007 to +0.074) against the article (0.504)"
    )
    assert told.endswith("Neither difference is clear after correction for two comparisons.")
    one = rare.beside(table[:1], rare.MEASURE, baselines)
    assert rare_ways.told_beside(one, "net", 0.53, baselines).endswith("(0.523). Neither difference is clear.")
    higher = {"a": 0.1, "b": 0.2}
    assert rare_ways.told_beside(rare.beside(table, rare.MEASURE, higher), "nets", 0.544, higher).endswith(
        "Both differences are clear."
    )


def test_luck_and_the_interval_of_the_middle_training_are_told():
    table = rare.found({"balanced sampling": [ALL, HALF, NEVER]}, LABELS, 1)
    luck = rare_words.told_luck(table, "few")
    assert luck.startswith(
        "Could it be luck? Somebody who names few **at random**, as often as the network, is right now and then, "
        "too. In seed 1 the network calls 50% of all test pictures few. So at random it would find about 5"
    )
    assert "of the 10; it finds 5 (95% interval: 24% to 76%). In 1 of 3 trainings the whole interval" in luck
    assert "In 1 of 1 training the whole" in rare_words.told_luck(table[:1], "few")
    assert "there is nothing to compare" in rare_words.told_luck(table[2:], "few")
    assert "there is nothing to compare" in rare_words.told_luck(table.assign(of=0), "few")
    low, high = statistics.wilson(5, 10)
    told = rare_words.told_few(table, "few", beside("no"))
    assert "How much is gained is not: 5 of 10 found may in truth be" in told
    assert f"anything from {low:.0%} to {high:.0%} (95% interval), and in macro-F1 (all classes alike), bal" in told
    none = rare_words.told_few(table.assign(of=0), "few", beside(comparison.HIGHER))
    assert "there are no test pictures of few; in macro-F1 (all classes alike), balanced sampling is clear" in none


def beside(verdict):
    return pd.Series({"system": "the nearest", "verdict": verdict})


def test_what_accuracy_hides_is_told_by_a_baseline_and_by_networks():
    hits = rare.found({"untreated": [NEVER], "offsets": [NEVER, HALF]}, LABELS, 1)
    right = {"untreated": 0.88, "offsets": 0.5}
    told = rare_words.told_never(CLASSES, 0.9, right, hits)
    assert "many is right for 90.0% of the test pictures, our untreated network for 88.0%; both find none of" in told
    assert told.endswith(
        "it finds 0 to 5. Only 10% of the pictures that it then calls few are right, and accuracy is 50.0%."
    )
    seen = rare.found({"untreated": [HALF], "offsets": [NEVER]}, LABELS, 1)
    told = rare_words.told_never(CLASSES, 0.9, right | {"offsets": float("nan")}, seen)
    assert "the first finds none of the 10 few ones, the network 5." in told
    assert told.endswith("it finds 0. It never says few, and accuracy is no figure.")


@pytest.mark.parametrize(
    ("other", "expected"), [(0.1, "run 10%. We did not test this."), (2, "macro-F1, on those pictures not.")]
)
def test_full_length_says_whether_a_method_helps_there_too(other, expected):
    here = pd.Series({"system": "weights", "verdict": comparison.HIGHER})
    runs = runs_of(untreated=[0.5, 0.51, 0.52], weights=[0.51, 0.5, 0.53])
    answers = {"untreated": [HALF] * 3, "weights": [HALF] * 3}
    told, why = rare_ways.told_full(runs, answers, LABELS, CLASSES, here, other)
    assert "a head on ResNet50 is right for 89.0%, and finds 5 of the 10 few ones." in told
    assert told.endswith(
        "is right for 89.0%, and in macro-F1 (all classes alike) is not clearly better or worse."
    ) and why.endswith(expected)
    unsure = here.replace(comparison.HIGHER, "no")
    assert rare_ways.told_full(runs, answers, LABELS, CLASSES, unsure, 0.1) == (told, "")


def test_advice_takes_the_method_that_the_validation_pictures_chose():
    runs = runs_of(untreated=[0.4, 0.41, 0.42], offsets=[0.5, 0.52, 0.51], balanced_sampling=[0.49, 0.51, 0.52])
    runs["val_macro_f1"] = runs["system"].map({"untreated": 0.4, "offsets": 0.5, "balanced sampling": 0.6})
    rival = ("lookup", 0.55)
    runs["val_accuracy"] = runs["system"].map({"untreated": 0.9, "offsets": 0.9, "balanced sampling": 0.8})
    told = rare_ways.told_advice(runs, "few", "balanced sampling", rival)
    assert told.startswith(
        "If all classes count alike, take balanced sampling of these networks: their best macro-F1 on the "
        "validation pictures (0.600; lookup: 0.550). Without new training, take offsets; the test macro-F1 is not "
        "clearly different: +0.003 ("
    )
    own = rare_ways.told_advice(runs, "few", "offsets", rival)
    assert own.endswith(
        "take offsets of these networks: their best macro-F1 on the validation pictures (0.500; lookup: 0.550)."
    )
    assert told.endswith("we would pick the untreated network (validation accuracy 90.0%; balanced sampling 80.0%).")
    lookup = runs[runs["system"] == "untreated"].assign(system="lookup", val_accuracy=0.95)
    told = rare_ways.told_advice(pd.concat([runs, lookup]), "few", "balanced sampling", rival)
    assert told.endswith("pick lookup (validation accuracy 95.0%; untreated 90.0%, balanced sampling 80.0%).")
    none = rare_ways.told_advice(runs.assign(val_macro_f1=0.4), "few", "offsets", rival)
    assert none.startswith("On the validation pictures no method had a higher macro-F1 than the untreated")


def test_what_a_method_costs_is_told():
    runs = runs_of(untreated=[0.4, 0.41, 0.42], weights=[0.41, 0.4, 0.43], offsets=[0.5, 0.52, 0.51])
    runs.loc[runs["system"] == "weights", "test_accuracy"] -= 0.1
    hits = rare.found({"offsets": [HALF]}, LABELS, 1)
    told = rare_ways.told_price(runs, "weights", hits, "few", "offsets")
    assert told.startswith(
        "On the real pictures weights gained nothing sure in macro-F1 (+0.003); accuracy went from 89.0% to 79.0%. "
        "Here, for each one that offsets found, 9.0 others were wrongly called few."
    )
    none = rare.found({"offsets": [NEVER]}, LABELS, 1)
    told = rare_ways.told_price(runs, "offsets", none, "few", "offsets")
    assert "offsets raised macro-F1 (+0.100); accuracy stayed at 89.0%. " in told and told.endswith(
        "Here offsets found no few picture."
    )
    same = rare_ways.told_price(runs, "offsets", hits, "few", "offsets")
    assert same.endswith("Here, for each one found, 9.0 others were wrongly called few.")


def test_tasks_are_solved():
    told = rare_words.told_tasks("few", rare_words.each(["a"], [0.5], ".2f"), 1, 2, 10)
    assert told.startswith("Task 1: F1 of few is 0.50 (a). Task 2: 1 of 10 (first training); the other way round 2.")
