"""Heat maps show the numbers they are given, on one scale, and say what no colour shows."""

import numpy as np
import pytest

from lib import plots
from lib.plots.heat_maps import tinted

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
    assert written == ["zero everywhere"]
    assert [axis.get_title() for axis in figure.axes[:4]] == ["coat", "flat", "bag", "flat"], "side by side"
    assert drawn(figure)[1].get_xlim() == (-1, 1), "maps of zeros have a scale, too"


def test_relative_maps_have_a_largest_value_of_one_and_keep_zero_and_sign():
    maps = {"one": np.array([[[-4.0, 0, 2]]]), "nothing": np.zeros((1, 1, 3))}
    found = plots.relative(maps)
    assert found["one"].tolist() == [[[-1, 0, 0.5]]] and found["nothing"].tolist() == [[[0, 0, 0]]]
    assert maps["one"].min() == -4
    two = plots.relative({"one": np.array([[[-4.0, 2]], [[0.5, 0]], [[0, 0]]])}, each=True)["one"]
    assert two.tolist() == [[[-1, 0.5]], [[1, 0]], [[0, 0]]], "each map has its own unit"


def test_what_stands_below_a_map_is_written_and_one_scale_can_be_taken_from_another():
    maps = {"logit": np.full((2, 8, 8), 4.0), "softmax": np.full((2, 8, 8), 0.4)}
    alike = plots.relative(maps, like={"softmax": "logit"})
    assert alike["softmax"].max() == pytest.approx(0.1)
    figure = plots.heat_maps(IMAGES, alike, ["coat", "bag"], below={"logit": ["4", "4.0"]})
    assert {"4", "4.0"} <= {text.get_text() for axis in figure.axes for text in axis.texts}


def test_a_row_for_each_picture_and_a_gutter_before_a_map_need_no_scale():
    maps = {"logit": np.ones((2, 8, 8)), "stretched": np.ones((2, 8, 8))}
    figure = plots.heat_maps(IMAGES, maps, ["coat", "bag"], apart="stretched", large=True, scale=False)
    assert [axis.get_title() for axis in figure.axes] == ["coat", "logit", "stretched", "bag", "", ""]
    grid = figure.axes[0].get_gridspec()
    assert grid.ncols == 4 and grid.get_width_ratios()[2] < 1, "picture, map, gutter, map"


def test_a_tinted_picture_is_as_large_as_itself_and_grey_where_the_map_is_zero():
    image, own = np.full((4, 6, 1), 100, "uint8"), np.zeros((4, 6))
    own[0, 0], own[0, 1] = 2, -1
    found = tinted(image, own)
    assert found.shape == (4, 6, 3) and found.dtype == "uint8"
    assert len(set(found[3, 3])) == 1 and found[0, 0, 0] > found[0, 0, 2] and found[0, 1, 0] < found[0, 1, 2]
