"""Verdicts in plain sentences."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from lib.evaluation import comparison, rates, sentences
from lib.evaluation.comparison import HIGHER, LOWER


def rows(**verdicts):
    return pd.DataFrame({"system": list(verdicts), "verdict": list(verdicts.values())})


def test_this_run_and_full_length_disagree_only_if_they_say_different_things():
    here = rows(a=HIGHER, b="equal within .3 points", c=LOWER, d=LOWER, e="not resolvable with 3 seeds")
    full = rows(a=LOWER, b=LOWER, c="not resolvable with 3 seeds", d=LOWER, e=LOWER, f="")
    assert sentences.disagree(here, full, "for") == (
        "For a, full length clearly shows the reverse of this run. "
        "For b and e, only full length shows a clear difference. "
        "For c, only this run shows a clear difference."
    )
    assert sentences.disagree(here.iloc[[3]], full) == "This run and full length agree on what is clear."


def compared(**rows):
    """Rows of `comparison.against`: system=(difference, verdict)."""
    return pd.DataFrame([(name, *row) for name, row in rows.items()], columns=["system", "difference", "verdict"])


UNSURE = "not resolvable with 3 seeds"


def test_what_loses_clearly_is_not_only_called_no_clear_winner():
    named = {"a": "the head", "b": "the other"}
    for rows, expected in (
        ({"a": (1, HIGHER), "b": (1, HIGHER)}, "The head and the other are clearly better than it."),
        ({"a": (-1, LOWER), "b": (-1, LOWER)}, "The head and the other are clearly worse than it."),
        (
            {"a": (-1, LOWER), "b": (-1, UNSURE)},
            "The head is clearly worse than it. The other is worse than it, but that could be chance.",
        ),
        ({"a": (1, UNSURE)}, "The head is better than it, but that could be chance."),
        ({"b": (0.001, "equal within .3 points")}, "The other is as good as it."),
        ({"b": (-0.0028, UNSURE)}, "The other is as good as it."),
        ({"c": (1, HIGHER)}, ""),
    ):
        assert sentences.placed(compared(**rows), "it", named) == expected
    lost = compared(a=(-1, UNSURE)).assign(low=-2, high=-0.1)
    assert sentences.placed(lost, "b").endswith("could be chance after correction for the number of comparisons.")
    assert sentences.placed(compared(weights=(1, HIGHER)), "b") == "Weights are clearly better than b."
    assert sentences.placed(compared(a=(1, HIGHER)), "b", begin="Here ") == "Here a is clearly better than b."


def test_the_first_sentence_answers_whether_it_helps():
    def told(difference, verdict, n=3):
        row = {"difference": difference, "verdict": verdict, "n": n}
        return sentences.answer(pd.Series(row), ("a head", 0.5), ("a network", 0.4), "macro-F1", 1200)

    begin = "with 1,200 labels, a head reaches 0.500 in macro-F1, "
    assert told(0.1, HIGHER) == f"Yes: {begin}clearly more than a network (0.400)."
    assert told(-0.1, LOWER) == f"No: {begin}clearly less than a network (0.400)."
    assert told(0.1, UNSURE) == f"We cannot tell: {begin}a network 0.400; with 3 seeds that could be chance."
    assert told(0.001, "equal within .3 points") == f"It makes no difference: {begin}a network 0.400."
    assert told(0.1, "not judged: one seed", 1).endswith("with one seed that could be chance.")


def test_how_sure_it_is_has_two_ends():
    def told(low, high):
        return sentences.how_sure(pd.Series({"low": low, "high": high}), "the head", "3 seeds", "F1")

    assert told(-0.01, 0.1) == (
        "The head may in truth be anything from 0.010 worse to 0.100 better in F1 (95% interval from 3 seeds)."
    )
    assert told(0.01, 0.1).startswith("The head is 0.010 to 0.100 better in F1 (")
    assert told(-0.1, -0.01).startswith("The head is 0.010 to 0.100 worse in F1 (")
    assert told(np.nan, np.nan).startswith("One training")


def test_likely_reasons_say_what_was_not_tried():
    told = sentences.told_reasons((80, 60, 3), "900")
    assert (
        "tested. The backbones learned from pictures of 224 x 224 pixels; ours have 60 x 80," in told
        and told.startswith("**Why not more?** Two")
        and "900 labels" in told
    )


def test_more_passes_are_told_with_their_interval():
    longer = pd.DataFrame({"system": ["net"] * 2 + ["head"] * 2, "seed": [0, 1] * 2, "epochs": 40})
    told = sentences.told_longer(longer.assign(f1=[0.52, 0.5, 0.62, 0.58]), "f1", 500)
    assert told.startswith("With 500 labels we also trained longer, for 40 epochs: then the head differs from the net")
    assert told.endswith(" by +0.090 (95% interval -0.037 to +0.217).")


def test_a_difference_seed_by_seed_is_told_with_its_interval():
    row = pd.Series({"difference": 0.05, "low": -0.003, "high": 0.103})
    told = sentences.by_seed([0.066, 0.026], row, "both share the order")
    assert told.startswith("Per seed both share the order, so we subtract seed by seed, head minus network: +0.066")
    assert "+0.050, its 95% interval -0.003 to +0.103." in told
    assert "one seed has no interval" in sentences.by_seed([0.066], row, "") and "No seed" in sentences.by_seed(
        [], row, ""
    )


def test_ways_to_prepare_pixels_have_their_range_and_what_they_change():
    rows = [(way, seed, f1 + seed / 100) for way, f1 in (("prepared", 0.5), ("prepared twice", 0.3)) for seed in (0, 1)]
    scores = pd.DataFrame(rows, columns=["system", "seed", "val_macro_f1"])
    scores.loc[3, "val_macro_f1"] += 0.001  # the same difference in every seed would not be judged
    table = sentences.ranges(lambda pixels: pixels / 2, np.array([0, 4]), scores)
    assert table["way"].tolist() == ["prepared", "prepared twice"]
    assert table["pixels seen"].tolist() == ["0 to 2", "0 to 1"] and table["macro-F1"].tolist() == ["0.505", "0.305"]
    assert table["clear?"].tolist() == ["–", "yes"] and table.iloc[1, 3].startswith("-0.20 (")


def test_what_is_found_of_the_classes_is_told():
    run = SimpleNamespace(
        labels=lambda _: np.array([0, 1, 1]), predicted=lambda _: np.array([0, 1, 0]), config=SimpleNamespace(seed=0)
    )
    told = sentences.told_recalls({"net": [run], "head": [run]}, ["many", "few"])
    assert told == "of few are found 50% (net) and 50% (head)."


def test_wrong_pixels_and_fine_tuning_are_told():
    rows = pd.DataFrame(
        {
            "system": ["not prepared", "prepared twice"],
            "difference": [0.001, -0.2],
            "low": [-0.1, -0.3],
            "high": [0.1, -0.1],
            "verdict": ["not resolvable with 3 seeds", LOWER],
        }
    )
    labels = np.repeat([0, 1], [3, 1])  # always class 0: an F1 of 6/7 and one of 0
    scores = pd.DataFrame({"system": rows["system"], "val_macro_f1": [0.5, 3 / 7]})
    assert sentences.told_pixels(scores, rows, labels, "Casual") == (
        "Pixels that were not prepared made no clear difference. Pixels that were prepared twice cost 0.20 of "
        "macro-F1: 0.429 is left, as much as always saying Casual gets."
    )
    unsure = rows.assign(verdict=UNSURE)
    assert "prepared twice may cost 0.20 of macro-F1, but that could be chance" in sentences.told_pixels(
        scores, unsure, labels, "Casual"
    )
    changed = np.array([True, False])
    assert sentences.told_tuning(0.4, 0.45, 10, 30, changed) == (
        "Of the 30 weights 10 stay frozen. Macro-F1 on the validation pictures goes from 0.400 to 0.450: 1 of 2 "
        "answers change. One training shows how it is done, not whether it pays."
    )
    assert "10 stay frozen. So here the last layers are nearly" in sentences.told_tuning(0.4, 0.4, 10, 101, changed)
    assert "pictures stays the same: 0 of 1" in sentences.told_tuning(0.4, 0.4, 10, 30, changed[1:])
    assert sentences.as_good(rows.iloc[1], "a", "b") == "Here a is clearly worse than b."
    assert sentences.as_good(rows.iloc[0], "a", "b") == "Here a did not prove better than b, nor worse."


def test_one_answer_to_all_pictures_is_told():
    told = sentences.told_dull([np.array([0, 0]), np.array([0, 1])], "R1.baseline")
    assert told.startswith("1 of 2 trainings of the R1.baseline gives every validation picture the same answer. It is")
    assert sentences.told_dull([np.array([0, 1])], "it") == ""


def test_what_has_no_figure_is_said_in_words_and_never_as_nan():
    runs = pd.DataFrame([("low", 0, 0.5), ("high", 0, np.nan)], columns=["system", "seed", "val_accuracy"])
    runs["diverged"] = runs["system"] == "high"
    means = comparison.summarise(runs, "val_accuracy")
    assert comparison.told_means(means) == "0.500 (low), no figure (high)"
    assert comparison.lowest(runs, "val_accuracy") == "low"
    assert comparison.lowest(runs[runs["system"] == "high"], "val_accuracy") == "high"
    assert comparison.span(means.iloc[0], ".2f") == "an unknown interval, without two seeds"
    assert comparison.span(pd.Series({"low": 0.1, "high": 0.25}), ".2f") == "0.10 to 0.25"
    differences = comparison.against(runs, "val_accuracy", "low")
    assert comparison.told_differences(differences) == "no figure (high)"
    by_rate = runs.assign(learning_rate=0.1, group=runs["system"])
    assert rates.told_ends(rates.minus(by_rate, "val_accuracy", "low")) == "high has no figure at 0.1"
    alone = rates.minus(by_rate[by_rate["group"] == "low"], "val_accuracy", "low")
    assert rates.told_ends(alone) == "no schedule is compared with another"
