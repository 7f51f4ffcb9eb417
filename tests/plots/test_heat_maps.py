"""Heat maps show the numbers they are given, on one scale, and say what no colour shows."""

import numpy as np
import pandas as pd
import pytest

from lib import plots

IMAGES = np.full((2, 8, 8, 1), 100, "uint8")


def drawn(figure):
    """Return the layers over the pictures, the colours of each map, and the colour bar."""
    return [axis.images[1].get_array() for axis in figure.axes if len(axis.images) == 2], figure.axes[-1]


def test_all_maps_have_one_scale_that_of_the_largest_value_of_either_sign():
    maps = {"weak": np.full((2, 8, 8), 0.5), "strong": np.full((2, 8, 8), -4.0)}
    shades, bar = drawn(plots.heat_maps(IMAGES, maps, ["one", "two"]))
    assert bar.get_xlim() == (-4, 4) and len(shades) == 4
    weak, strong = shades[0][0, 0], shades[1][0, 0]
    assert weak[3] == pytest.approx(0.15) and strong[3] == pytest.approx(0.85)
    assert strong[2] > 2 * strong[0], "against: blue"


def test_zero_has_no_colour_for_is_red_and_against_is_blue():
    maps = {"one": np.stack([np.eye(8), -np.eye(8)])}
    (first, second), _ = drawn(plots.heat_maps(IMAGES, maps, ["one", "two"]))
    assert first[0, 1, 3] == 0 and first[0, 0, 0] > 2 * first[0, 0, 2]
    assert second[0, 1, 3] == 0 and second[0, 0, 2] > 2 * second[0, 0, 0]


def test_titles_names_and_words_are_written():
    words = {"flat": ["zero everywhere: the answer does not depend on this layer", ""]}
    figure = plots.heat_maps(IMAGES, {"flat": np.zeros((2, 8, 8))}, ["coat", "bag"], words)
    written = [text.get_text().replace("\n", " ") for axis in figure.axes for text in axis.texts]
    assert sorted(written) == ["bag", "coat", "zero everywhere"]
    assert [axis.get_title() for axis in figure.axes[:4]] == ["", "flat", "", "flat"], "two pictures side by side"
    assert drawn(figure)[1].get_xlim() == (-1, 1), "maps of zeros have a scale, too"


def test_relative_maps_have_a_largest_value_of_one_and_keep_zero_and_sign():
    maps = {"one": np.array([[[-4.0, 0, 2]]]), "nothing": np.zeros((1, 1, 3))}
    found = plots.relative(maps)
    assert found["one"].tolist() == [[[-1, 0, 0.5]]] and found["nothing"].tolist() == [[[0, 0, 0]]]
    assert maps["one"].min() == -4


def test_the_table_of_passes_shows_each_value_its_interval_and_the_control():
    judged = pd.DataFrame(
        [
            ["Grad-CAM", "patch", 0.81, 0.5, "centre", 0.29, 0.33, True, False],
            ["LayerCAM", "patch", 0.42, 0.5, "centre", 0.01, 0.03, False, False],
            ["Score-CAM", "patch", 0.21, 0.5, "centre", -0.3, -0.2, False, True],
            ["Grad-CAM", "ROAD", 0.27, 0.12, "Sobel", np.nan, np.nan, False, False],
        ],
        columns=["method", "check", "value", "control", "best", "least", "most", "passed", "lost"],
    )
    axis = plots.passes(judged).axes[0]
    written = {text.get_text(): text for text in axis.texts}
    assert {"0.81", "0.42", "0.21", "0.27", "+0.29 to +0.33", "+0.01 to +0.03"} <= set(written)
    assert written["0.81"].get_fontweight() == "bold" and written["0.42"].get_fontweight() == "normal"
    assert len({cell.get_facecolor() for cell in axis.patches}) == 4, "clearly better, not sure, clearly worse, control"
    checks = [tick.get_text() for tick in axis.get_yticklabels()]
    assert checks == ["patch", "ROAD"] and {"0.50", "centre", "0.12", "Sobel"} <= set(written)
    assert "no interval" in written and not any("nan" in text for text in written)


def test_what_stands_below_a_map_is_written_and_one_scale_can_be_taken_from_another():
    maps = {"logit": np.full((2, 8, 8), 4.0), "softmax": np.full((2, 8, 8), 0.4)}
    alike = plots.relative(maps, like={"softmax": "logit"})
    assert alike["softmax"].max() == pytest.approx(0.1)
    figure = plots.heat_maps(IMAGES, alike, ["coat", "bag"], below={"logit": ["4", "4.0"]})
    assert {"4", "4.0"} <= {text.get_text() for axis in figure.axes for text in axis.texts}
