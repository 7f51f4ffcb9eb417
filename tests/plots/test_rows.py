"""Figures with a row for each method or training show the figures they are given."""

import numpy as np
import pandas as pd
import pytest

from lib import plots

MEANS = pd.DataFrame({"system": ["a", "b"], "mean": [0.3, 0.5], "low": [np.nan, 0.4], "high": [np.nan, 0.6]})
SHARES = pd.DataFrame(
    {"way": list("aabb"), "group": ["few", "many"] * 2, "recall": [0, 1, 0.5, 0.8], "precision": [np.nan, 0.9, 0.2, 1]}
)


def test_each_way_has_its_mean_and_recall_and_precision_of_a_class():
    figure = plots.ways(MEANS, SHARES, ["few", "many"], quiet={"a"}, mark=0.4)
    first, few, many = figure.axes
    assert [label.get_text() for label in first.get_yticklabels()] == ["a", "b"]
    assert first.collections[1].get_offsets()[:, 0].tolist() == [0.3, 0.5]
    assert [text.get_text() for text in first.texts] == ["0.300", "0.500"]
    assert first.get_lines()[0].get_xdata()[0] == 0.4, "the dotted line"
    assert [text.get_text() for text in few.texts][:2] == ["0% / –", "50% / 20%"], "a is never called few"
    assert [text.get_text() for text in many.texts][:2] == ["100% / 90%", "80% / 100%"] and few.get_title(
        "left"
    ) == "few"
    assert plots.ways(MEANS.iloc[:0], SHARES, ["few"]).not_drawn


def test_what_is_counted_twice_has_two_points():
    table = pd.DataFrame({"training": ["seed 0"], "copies": [0.4], "pictures": [0.8]})
    axis = plots.twice(table, "training", {"copies": "each copy", "pictures": "each picture"}, "right").axes[0]
    assert [line.get_xdata().tolist() for line in axis.get_lines()] == [[0.4], [0.8]]


def test_a_range_is_cut_at_one_and_marks_have_names():
    axis = plots.once_more({"net": [0.9, 0.95]}, {"net": (0.8, 1.1)}, {"its text": 0.85}, "accuracy").axes[0]
    assert axis.patches[0].get_x() == 0.8 and axis.patches[0].get_width() == pytest.approx(0.2)
    assert [text.get_text() for text in axis.texts] == ["its text\n85.0%"]


def test_gains_of_another_kind_stand_below_a_line():
    table = pd.DataFrame(
        {"system": ["a", "b"], "difference": [0.01, -0.02], "low": [0.0, np.nan], "high": [0.02, np.nan]}
    )
    table["clear"] = [True, False]
    axis = plots.gains(table, "accuracy", 1).axes[0]
    assert [text.get_text() for text in axis.texts] == ["+1.00 (+0.00 to +2.00)", "-2.00"]
    assert [line.get_ydata()[0] for line in axis.get_lines()][-2:] == [0.5, 0], "the line between, and zero"
    assert plots.gains(table.iloc[:0], "accuracy").not_drawn
