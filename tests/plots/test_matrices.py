"""Confusion matrices that can be added up, and set side by side."""

import pandas as pd

from lib import plots

MATRIX = pd.DataFrame([[90, 0], [5, 80]], index=["ankle boot", "bag"], columns=["ankle boot", "bag"])


def test_sums_stand_beside_a_matrix_without_colour_and_its_diagonal_is_framed():
    axis = plots.added_up(MATRIX).axes[0]
    assert [text.get_text() for text in axis.texts] == ["90", "", "90", "5", "80", "85", "95", "80", "175"]
    assert axis.collections[0].get_array().ravel().tolist() == [0, 0, 0, 5, 0, 0, 0, 0, 0]
    assert [frame.get_xy() for frame in axis.patches] == [(0, 0), (1, 1)], "two framed cells"
    assert [text.get_fontweight() == "bold" for text in axis.texts] == [False, False, True] * 2 + [True] * 3
    assert MATRIX.shape == (2, 2), "the caller's matrix stays as it is"


def test_matrices_side_by_side_have_one_scale_of_colours_and_print_their_zeros():
    figure = plots.confusions({"before": MATRIX, "after": MATRIX})
    first, second = figure.axes
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["before", "after"]
    assert first.collections[0].get_clim() == second.collections[0].get_clim()
    assert [text.get_text() for text in first.texts] == ["90 (100%)", "0 (0%)", "5 (6%)", "80 (94%)"]
    assert [label.get_text() for label in first.get_xticklabels()] == [
        "ankle boot\n90 of 95 right",
        "bag\n80 of 80 right",
    ]
    assert [label.get_text() for label in first.get_yticklabels()] == ["ankle boot\n90 pictures", "bag\n85 pictures"]
    assert first.collections[0].get_array().ravel().tolist() == [0, 0, 5 / 85, 0]


def test_a_perfect_network_has_a_matrix_without_colour():
    axis = plots.confusions({"all right": MATRIX.replace(5, 0)}).axes[0]
    assert axis.collections[0].get_array().ravel().tolist() == [0] * 4


def test_a_class_that_is_never_answered_says_so():
    axis = plots.confusions({"one answer": MATRIX.assign(bag=0)}).axes[0]
    assert axis.get_xticklabels()[1].get_text() == "bag\nnever answered"
