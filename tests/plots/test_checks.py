"""Figures of the checks: what they ask, and which methods pass."""

import numpy as np
import pandas as pd

from lib import plots

JUDGED = pd.DataFrame(
    [
        ["Grad-CAM", "patch", 0.81, 0.5, "centre", 0.29, 0.33, True, False],
        ["LayerCAM", "patch", 0.42, 0.5, "centre", -0.3, 0.03, False, False],
        ["Score-CAM", "patch", 0.21, 0.5, "centre", -0.3, -0.2, False, True],
        ["Grad-CAM", "painting", 0.27, 0.12, "Sobel", np.nan, np.nan, False, False],
        ["LayerCAM", "painting", np.nan, 0.12, "Sobel", np.nan, np.nan, False, False],
    ],
    columns=["method", "check", "value", "control", "best", "least", "most", "passed", "lost"],
)


def test_each_check_has_a_panel_with_every_mean_its_interval_and_the_control():
    figure = plots.passes(JUDGED, "edges")
    patch, painting = figure.axes
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["patch", "painting"]
    written = {text.get_text(): text for text in patch.texts}
    assert set(written) == {"0.81", "0.42", "0.21", "0.50", "score"}
    assert written["0.81"].get_fontweight() == "bold" and written["0.42"].get_fontweight() == "normal"
    assert len({written[value].get_color() for value in ("0.81", "0.42", "0.21")}) == 3
    bars = [line for line in patch.lines if len(line.get_xdata()) == 2 and line.get_linewidth() > 2]
    assert [list(line.get_xdata()) for line in bars] == [[0.29, 0.33], [-0.3, 0.03], [-0.3, -0.2]]
    dots = [line for line in patch.lines if line.get_marker() == "o"]
    assert [dot.get_markerfacecolor() == "white" for dot in dots] == [False, True, False], "hollow: not clear"
    assert all(patch.get_xlim()[0] < dot.get_xdata()[0] < patch.get_xlim()[1] for dot in dots)
    assert [label.get_text() for label in patch.get_yticklabels()][-1] == "edges"
    assert {text.get_text() for text in painting.texts} == {"0.27", "–", "0.12", "score"}, "no nan, and no bar"


def test_a_frame_is_drawn_around_its_place_and_a_missing_picture_is_a_gap():
    image, where = np.full((8, 6, 1), 100, "uint8"), np.zeros((8, 6), bool)
    where[2:4, 1:3] = True
    figure = plots.framed(
        [image, None, image], ["one", "", "two"], [where, None, None], ["a text\nBy chance: 0", "", ""]
    )
    first, gap, last = figure.axes
    assert first.texts[0].get_text() == "a text\nBy chance: 0" and not gap.images and not last.texts
    (frame,) = first.collections
    corners = np.concatenate([path.vertices for path in frame.get_paths()])
    assert np.allclose([corners.min(axis=0), corners.max(axis=0)], [[0.5, 1.5], [2.5, 3.5]], atol=0.1)
    assert not last.collections and first.get_ylim() == (7.5, -0.5)
    assert plots.style.tried(plots.framed([], [], []))[1] == "there is no such picture"


def test_without_a_check_of_two_trainings_the_page_is_told_so():
    none = pd.DataFrame(columns=["method", "check", "value", "control", "best", "least", "most", "passed", "lost"])
    assert plots.style.tried(plots.passes(none, "edges"))[1] == "no check has a figure of two trainings or more"
