"""Systems on the same pictures: classes, and pictures that are hard for all, by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

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


def test_f1_of_each_class_is_a_mean_over_runs_and_needs_pictures():
    runs = [run([0, 0, 1, 1]), run([0, 1, 1, 1], 1)]
    table = picture_by_picture.f1_by_class(runs, "sub", ["left", "right", "none"], np.array([3, 1200, 7]), 2)
    assert table["label"].tolist() == ["right (1,200)", "left (3)"], "none has no test picture"
    assert table["f1"].tolist() == pytest.approx([(1 + 0.8) / 2, (1 + 2 / 3) / 2]) and not table["few"].any()
    assert picture_by_picture.f1_by_class(runs, "sub", ["a", "b"], np.array([3, 7]))["few"].all(), "but they are shown"


def test_the_worst_classes_say_what_they_are_taken_for():
    counts = pd.DataFrame([[9, 1, 0], [0, 10, 0], [2, 3, 5]], ["a", "b", "c"], ["a", "b", "c"])
    shares = pd.DataFrame({"class": ["b", "a", "c"], "right": [1, 0.9, 0.5]})
    assert picture_by_picture.worst_notes(shares, counts, 2) == ["", "", "mostly taken for b (3)"]


def test_what_all_of_one_list_get_right_and_none_of_the_other():
    first, second = [run([0, 0, 1, 0]), run([0, 0, 0, 0])], [run([1, 0, 0, 1])]
    won, lost = picture_by_picture.only(first, second)
    assert won.tolist() == [0] and lost.tolist() == [3], "both are right on the second, and a seed errs on the third"
    assert picture_by_picture.only(first, second, most=0)[0].tolist() == []


def test_whom_only_one_gets_right_is_told_with_what_they_are_taken_for():
    second = run([0, 0, 1, 0])  # of [0, 0, 1, 1]; see `run`
    labels, said = second.labels("test"), second.predicted("test")
    missed = np.flatnonzero(labels != said)
    found = (np.array([*missed, *missed]), np.array([], dtype=int))
    told = picture_by_picture.told_only(found, ["the head", "the lookup"], second, ["sock"] * 4, ["many", "few"])
    true, taken = (["many", "few"][each[missed[0]]] for each in (labels, said))
    mostly = ["" if len(set(each[missed])) == 1 else "mostly " for each in (labels, said)]
    called = "" if taken == true else f", but the lookup {mostly[1]}says {taken}"
    assert told == (
        f"The head is right, and the lookup wrong, on {len(found[0])} test pictures: all of them show sock and are "
        f"{mostly[0]}{true}{called}. The lookup is right, and the head wrong, on 0 test pictures."
    )


def test_labels_of_drawn_pictures_are_known_and_others_are_not():
    defects = pd.DataFrame({"position": [1, 2], "kind": ["wrong label", "blank"]})
    drawn = SimpleNamespace(name="garments", truth={"defects": defects})
    told = picture_by_picture.about_labels(drawn, np.array([1, 2, 3]))
    assert "1 of these labels is wrong. 1 of the pictures is left blank on purpose. But neighbouring classes" in told
    assert "none of these labels is wrong." in picture_by_picture.about_labels(drawn, np.array([3]))
    assert "collar" not in picture_by_picture.about_labels(SimpleNamespace(name="x", truth=drawn.truth), np.array([3]))
    assert "kit" not in picture_by_picture.about_labels(SimpleNamespace(name="own", truth={}), np.array([3]))
    assert picture_by_picture.about_labels(drawn, np.array([])) == ""
