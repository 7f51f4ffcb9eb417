"""Systems on the same pictures: classes, and pictures that are hard for all, by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from lib.evaluation import picture_by_picture

LABELS = np.array([0, 0, 1, 1])


def run(predicted, seed=0, positions=(5, 6, 7, 8)):
    return SimpleNamespace(
        label="a net",
        config=SimpleNamespace(seed=seed),
        positions=lambda part: np.array(positions),
        labels=lambda part, target=None: LABELS,
        predicted=lambda part, target=None: np.array(predicted),
    )


def test_recall_is_of_each_class_and_run():
    table = picture_by_picture.recalls({"a": [run([0, 1, 1, 1])]}, ["left", "right"])
    assert table["class"].tolist() == ["left", "right"] and table["recall"].tolist() == [0.5, 1.0]


def test_the_worst_classes_say_what_they_are_taken_for():
    counts = pd.DataFrame([[9, 1, 0], [0, 10, 0], [2, 3, 5]], ["a", "b", "c"], ["a", "b", "c"])
    shares = pd.DataFrame({"class": ["b", "a", "c"], "right": [1, 0.9, 0.5]})
    assert picture_by_picture.worst_notes(shares, counts, 2) == ["", "", "3 of 5 mistakes: b"]
    said = picture_by_picture.told_both_ways(counts)
    assert said.startswith("No pair of classes is confused more often than ") and " times " in said
    assert picture_by_picture.told_both_ways(counts * 0) == "No class is taken for another one."
    pictures = np.array([[0], [1], [0]])
    assert "But 1 of the validation pictures is a copy" in picture_by_picture.told_copies(pictures, [0, 1], [2])
    assert picture_by_picture.told_copies(pictures, [0], [1]) == ""


def test_what_all_of_one_list_get_right_and_none_of_the_other():
    first, second = [run([0, 0, 1, 0]), run([0, 0, 0, 0])], [run([1, 0, 0, 1])]
    won, lost = picture_by_picture.only(first, second)
    assert won.tolist() == [0] and lost.tolist() == [3], "both are right on the second, and a seed errs on the third"
    assert picture_by_picture.only(first, second, most=0)[0].tolist() == []


def test_whom_only_one_gets_right_is_told_and_counted_by_article():
    found = (np.array([3, 2]), np.array([], dtype=int))
    shown = np.array(["tie", "sock", "sock", "sock"])
    article = picture_by_picture.where(found, shown)
    assert article == "sock" and picture_by_picture.where(found[1:], shown) == ""
    told = picture_by_picture.told_only(found, ["the head", "the lookup"], article, shown)
    assert told == (
        "On 2 test pictures the head is right in every seed and the lookup wrong; the other way round it is 0. Of "
        "these 2, 2 show sock."
    )
    assert picture_by_picture.told_only([found[1]] * 2, ["a", "b"], "", shown).endswith("way round it is 0.")


def test_what_two_ways_answer_to_an_article_is_told():
    shown = np.array(["tie", "sock", "sock", "sock"])
    same, other = run([0, 1, 1, 1]), run([0, 0, 1, 0])
    told = picture_by_picture.told_article("sock", shown, {"the lookup": [same], "the head": [other]}, ["many", "few"])
    assert told == (
        "The 3 test pictures of sock are in truth 1 many and 2 few. "
        "The lookup calls all 3 few; the head calls 2 of the 3 many. So the lookup tells no picture of sock from "
        "another."
    )
    told = picture_by_picture.told_article("sock", shown, {"the lookup": [same], "it": [same] * 2}, ["many", "few"])
    assert told.endswith("it calls all 3 few. Neither tells one picture of sock from another.")
    assert picture_by_picture.told_article("tie", shown, {"it": [same]}, ["many", "few"]) == "", "one picture"
    assert "So" not in picture_by_picture.told_article("sock", shown, {"a": [other], "b": [other]}, ["many", "few"])


def test_a_mark_that_rests_on_few_pictures_is_told():
    labels = np.array([0] * 30 + [1])
    told = picture_by_picture.told_coarse(labels, ["many", "few", "none"])
    assert told.startswith("Those are 30 many and 1 few, so one of the 2 marks in macro-F1 rests on 1 picture.")
    assert picture_by_picture.told_coarse(labels, ["many", "few"], few=1) == ""
    assert picture_by_picture.told_coarse(labels[:30], ["many", "few"]) == ""


def test_neighbours_are_told_by_article_and_by_usage():
    yes, no = np.ones((2, 3), bool), np.zeros((2, 3), bool)
    alike = {
        ("article", "pixels"): no,
        ("article", "features"): yes,
        ("usage", "pixels"): yes,
        ("usage", "features"): no,
    }
    told = picture_by_picture.told_alike(alike, np.array([True, False]), "many", own=True)
    assert told.startswith(
        "The same article: 0% by pixels, **100%** by features. The same usage: 100% by pixels, **0%**"
    )
    assert "of pictures that are not many, 100% by pixels" in told and "that share should rise" in told
    assert "not many" not in picture_by_picture.told_alike(alike, np.array([False, False]), "many", own=False)


def test_what_one_short_training_tells_in_words():
    shares = pd.DataFrame({"class": ["bag", "shirt"], "right": [0.99, 0.54]})
    assert picture_by_picture.told_range(shares).endswith("best bag (99%), worst shirt (54%).")
    assert picture_by_picture.told_range(shares.head(1)).endswith("all classes alike (99%).")
    last = pd.Series([0.5, 0.6, 0.606])
    assert "+0.6 points (6 of 1,000). That is too little" in picture_by_picture.told_more(last, 0.585, 0.627, 1000)
    assert "may help" in picture_by_picture.told_more(last.head(2), 0.58, 0.62, 100)
    assert "may harm" in picture_by_picture.told_more(last.iloc[[1, 0]], 0.48, 0.52, 100)
    assert picture_by_picture.told_seen(0.95, 0.9) == "5 points more"
    assert picture_by_picture.told_seen(0.87, 0.86).startswith("about as many")
    assert "one epoch cannot tell" in picture_by_picture.told_more(last.head(1), 0.4, 0.6, 100)


def test_how_sure_mistakes_are_in_words():
    sure, said = np.array([0.5, 0.98]), np.array([3, 4])
    begins = "2 of all 1,000 answers differ from the label, the surest with 98%. "
    for true, ends in (
        (None, "Is the network wrong there, or the label? To be sure is not to be right."),
        (np.array([-1, -1]), "No label in the lower row is wrong: to be sure is not to be right."),
        (
            np.array([3, -1]),
            "But of the 2 labels in the lower row 1 is wrong, and there the network is right. One of the "
            "answers is a mistake of its own: to be sure is not to be right.",
        ),
        (
            np.array([3, 5]),
            "But of the 2 labels in the lower row 2 are wrong, and at 1 of these the network is right. One of the "
            "answers is a mistake of its own: to be sure is not to be right.",
        ),
    ):
        assert picture_by_picture.told_surest(sure, 1000, said, true) == begins + ends
    assert picture_by_picture.told_surest(sure[:0], 10, said[:0], None) == "Of all 10 it gets none wrong."


def test_the_true_class_of_a_planted_wrong_label_is_known_of_drawn_pictures_alone():
    defects = pd.DataFrame({"position": [1, 2], "kind": ["wrong label", "blank"], "true_label": [7, -1]})
    drawn = SimpleNamespace(truth={"defects": defects})
    assert picture_by_picture.planted(drawn, np.array([2, 1, 0])).tolist() == [-1, 7, -1]
    assert picture_by_picture.planted(SimpleNamespace(truth={}), np.array([1])) is None


def test_labels_of_drawn_pictures_are_known_and_others_are_not():
    defects = pd.DataFrame({"position": [1, 2], "kind": ["wrong label", "blank"]})
    drawn = SimpleNamespace(name="garments", truth={"defects": defects})
    told = picture_by_picture.about_labels(drawn, np.array([1, 2, 3]))
    assert "1 of these labels is wrong. 1 of the pictures is left blank on purpose. But neighbouring classes" in told
    assert "none of these labels is wrong." in picture_by_picture.about_labels(drawn, np.array([3]))
    assert "collar" not in picture_by_picture.about_labels(SimpleNamespace(name="x", truth=drawn.truth), np.array([3]))
    assert "kit" not in picture_by_picture.about_labels(SimpleNamespace(name="own", truth={}), np.array([3]))
    assert picture_by_picture.about_labels(drawn, np.array([])) == ""


def test_the_most_confused_pair_is_that_of_all_trainings_together():
    names = ["a", "b", "c"]
    one = pd.DataFrame([[5, 2, 0], [1, 5, 0], [0, 1, 5]], names, names)
    other = pd.DataFrame([[5, 0, 0], [0, 5, 1], [0, 0, 5]], names, names)
    told = "Most confused, both ways together: a and b (3)."
    assert picture_by_picture.told_pair([one]) == picture_by_picture.told_pair([one, other]) == told
    assert picture_by_picture.told_pair([one * 0]) == "No class is taken for another one."
