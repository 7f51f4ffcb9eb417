"""Figures of systems side by side show the figures they are given."""

import numpy as np
import pandas as pd

from lib import plots


def texts(figure):
    return [text.get_text() for axis in figure.axes for text in axis.texts]


def test_accuracy_over_cost_has_a_panel_a_cost_and_names_what_has_one():
    table = pd.DataFrame({"system": ["a", "b"], "mean": [0.8, 0.9], "low": [0.7, 0.8], "high": [0.9, 1.0]})
    table = table.assign(adds=[1e6, np.nan], minutes=[1.0, 2.0], front_adds=[True, False], front_minutes=True)
    figure = plots.trade_off(table, {"adds": "adds", "minutes": "minutes"}, "mean", "accuracy")
    named = [[text.get_text() for text in axis.texts] for axis in figure.axes]
    assert named == [["a"], ["a", "b"]]
    front = figure.axes[1].get_lines()[0]
    assert front.get_xdata().tolist() == [1.0, 2.0] and front.get_ydata().tolist() == [0.8, 0.9]


def test_names_at_one_place_stand_apart():
    table = pd.DataFrame({"system": list("abc"), "mean": 0.8, "low": 0.7, "high": 0.9, "cost": 1.0, "front_cost": True})
    axis = plots.trade_off(table, {"cost": "cost"}, "mean", "accuracy").axes[0]
    assert len({text.xyann[1] for text in axis.texts}) == 3


def test_strengths_show_the_reference_on_top_and_frame_what_is_sure():
    table = pd.DataFrame(
        {
            "class": ["left", "left"], "system": ["other", "chosen"], "recall": [0.85, 0.8], "low": [0.8, 0.75],
            "high": [0.9, 0.85], "difference": [0.05, np.nan], "least": [0.04, np.nan], "most": [0.06, np.nan],
            "sure": [True, False],
        }
    )  # fmt: skip
    figure = plots.strengths(table, "chosen")
    axis = figure.axes[0]
    assert [tick.get_text() for tick in axis.get_yticklabels()] == ["chosen", "other"]
    assert texts(figure) == ["+5.0", "± 1.0", "80.0", "± 5.0"]
    assert [text.get_fontweight() for text in axis.texts][::2] == ["bold", "normal"]


def test_reliability_has_a_line_a_system_in_every_panel():
    bins = pd.DataFrame({"confidence": [0.3, 0.5, 0.9], "accuracy": [0.9, 0.4, 0.8], "pictures": [3, 100, 900]})
    figure = plots.reliability({"before": {"a": bins}, "after": {"a": bins}})
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["before", "after"]
    assert [line.get_ydata().tolist() for line in figure.axes[1].get_lines()] == [[0, 1], [0.4, 0.8]]
