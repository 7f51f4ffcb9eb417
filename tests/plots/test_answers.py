"""A figure of what a network said of pictures from outside."""

import numpy as np

from lib import plots
from lib.plots.heat_maps import over


def test_a_row_a_picture_and_grey_bars_where_it_is_doubtful():
    rng = np.random.default_rng(0)
    originals = [rng.integers(0, 256, (30, 20 + k, 3), dtype=np.uint8) for k in range(2)]
    seen = rng.integers(0, 256, (2, 28, 28, 1), dtype=np.uint8)
    found = rng.dirichlet(np.ones(10), 2)
    classes = [f"class {k}" for k in range(10)]
    figure = plots.answers(originals, seen, rng.normal(size=(2, 28, 28)), found, classes, ["a", "b"], [False, True])
    figure.canvas.draw()
    bars = [axis for axis in figure.axes if axis.patches]
    assert len(figure.axes) == 8 and [len(axis.patches) for axis in bars] == [3, 3]
    assert bars[0].get_yticklabels()[-1].get_text() == classes[found[0].argmax()]
    assert bars[0].patches[0].get_facecolor() != bars[1].patches[0].get_facecolor()


def test_a_map_over_a_picture_is_red_where_it_speaks_for_and_blue_against():
    own = np.zeros((4, 4))
    own[0, 0], own[3, 3] = 1, -1
    made = over(np.full((28, 28, 1), 128, np.uint8), own, 56)
    assert made.shape == (56, 56, 3) and made.dtype == np.uint8
    assert made[0, 0, 0] > made[0, 0, 2] and made[-1, -1, 0] < made[-1, -1, 2] and np.ptp(made[28, 28]) <= 6


def test_without_heat_maps_two_pictures_stand_side_by_side():
    rng = np.random.default_rng(0)
    seen, found = rng.integers(0, 256, (3, 28, 28, 1), dtype=np.uint8), rng.dirichlet(np.ones(10), 3)
    figure = plots.answers([*seen.repeat(3, axis=3)], seen, None, found, list("abcdefghij"), ["x", "y", "z"])
    assert len(figure.axes) == 12 and sum(bool(axis.patches) for axis in figure.axes) == 3
