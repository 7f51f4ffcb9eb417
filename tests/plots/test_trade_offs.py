"""Figures of systems side by side show the figures they are given."""

import numpy as np
import pandas as pd

from lib import plots


def test_accuracy_over_cost_has_a_panel_a_cost_and_names_what_has_one():
    table = pd.DataFrame({"system": ["a", "b"], "mean": [0.8, 0.9], "low": [0.7, 0.8], "high": [0.9, 1.0]})
    table = table.assign(adds=[1e6, np.nan], minutes=[1.0, 2.0], front_adds=[True, False], front_minutes=True)
    figure = plots.trade_off(table, {"adds": "adds", "minutes": "minutes"}, "mean", "accuracy")
    named = [[text.get_text() for text in axis.texts] for axis in figure.axes]
    assert named == [["a"], ["b", "a"]], "from top to bottom"
    front = figure.axes[1].get_lines()[0]
    assert front.get_xdata().tolist() == [1.0, 2.0] and front.get_ydata().tolist() == [0.8, 0.9]


def test_names_at_one_place_stand_apart():
    table = pd.DataFrame({"system": list("abc"), "mean": 0.8, "low": 0.7, "high": 0.9, "cost": 1.0, "front_cost": True})
    axis = plots.trade_off(table, {"cost": "cost"}, "mean", "accuracy").axes[0]
    names = [text for text in axis.texts if text.get_text() in "abc"]
    assert len({(*text.xy, *text.xyann) for text in names}) == 3
    places = [line.get_xdata()[0] for line in axis.get_lines() if line.get_marker() == "o"]
    assert len(set(places)) == 3 and places[1] == 1.0, "side by side, so that their intervals are seen"


def test_names_stand_in_the_order_of_their_points():
    """Two points one above the other: the name of the upper one must not stand below that of the lower one."""
    table = pd.DataFrame({"system": ["lower", "upper"], "mean": [0.9226, 0.9247], "cost": 1.0, "front_cost": False})
    table = pd.concat([table, pd.DataFrame({"system": ["far"], "mean": [0.90], "cost": [1.0], "front_cost": [False]})])
    table = table.assign(low=table["mean"] - 0.002, high=table["mean"] + 0.002)
    axis = plots.trade_off(table, {"cost": "cost"}, "mean", "accuracy").axes[0]
    height = {text.get_text(): axis.transData.transform(text.xy)[1] + text.xyann[1] for text in axis.texts}
    assert height["upper"] > height["lower"] > height["far"]


def test_a_system_far_below_the_others_is_a_triangle_with_its_value():
    means = [0.94, 0.93, 0.92, 0.91, 0.3]
    table = pd.DataFrame({"system": list("abcde"), "mean": means, "cost": [2.0, 2.0, 1.0, 4.0, 5.0]})
    table = table.assign(low=table["mean"] - 0.001, high=table["mean"] + 0.001, front_cost=False)
    axis = plots.trade_off(table, {"cost": "cost"}, "mean", "accuracy").axes[0]
    assert [text.get_text() for text in axis.texts if "%" in text.get_text()] == ["below: e 30.0%"]
    assert axis.get_ylim()[0] > 0.8
    assert sum(line.get_marker() == "o" for line in axis.get_lines()) == 4
    wide = table.assign(high=[0.941, 0.931, 0.921, 0.911, 1.8])
    assert plots.trade_off(wide, {"cost": "cost"}, "mean", "accuracy").axes[0].get_ylim()[1] < 1, "two seeds"


def test_names_stay_in_the_frame_and_off_the_front():
    names = ["R4.adam", "R4.rmsprop", "R4.sgd", "a long name of a system"]
    table = pd.DataFrame({"system": names, "mean": [0.93, 0.92, 0.91, 0.9], "cost": [8e7] * 3 + [1e6]})
    table = table.assign(low=table["mean"] - 0.001, high=table["mean"] + 0.001, front_cost=[True, False, False, True])
    axis = plots.trade_off(table, {"cost": "cost"}, "mean", "accuracy").axes[0]
    axis.figure.draw_without_rendering()
    frame = axis.get_window_extent()
    assert all(frame.x0 <= text.get_window_extent().x0 for text in axis.texts)
    assert all(text.get_window_extent().x1 <= frame.x1 for text in axis.texts)
    line = axis.transData.transform((1e6, 0.9))[1]
    (named,) = [text.get_window_extent() for text in axis.texts if text.get_text().startswith("a long")]
    assert not named.y0 < line < named.y1


def test_a_share_right_stands_over_its_confidence():
    table = pd.DataFrame({"confidence": [0.5, 0.9], "accuracy": [0.4, 0.9], "pictures": [10, 30]})
    figure = plots.reliability({"as trained": table, "scaled": table})
    assert len(figure.axes) == 2 and figure.axes[0].get_lines()[1].get_ydata().tolist() == [0.4, 0.9]
