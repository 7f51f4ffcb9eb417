"""People's words in figures: what is drawn is what they wrote, or a number that the caption explains."""

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from lib import plots
from lib.plots import lettering

NAMES = ["$5_bags to $20_bags", "\\frac $ $", "包包", "\U0001f45c bags", "gro\u0308\u00dfe", "תיק", "a" * 120, "_x"]
SHOWN = ["$5_bags to $20_bags", "\\frac $ $", "(1)", "(2) bags", "größe", "תיק", "a" * 32 + "… (3)", "_x"]


@pytest.fixture
def few_fonts(monkeypatch):
    """A computer with matplotlib's own fonts alone."""
    files = sorted(lettering.FILE.parent.glob("*.ttf"))
    own = [font_manager.ttfFontProperty(FT2Font(str(file))) for file in files]
    monkeypatch.setattr(lettering.font_manager.fontManager, "ttflist", own)
    lettering._font.cache_clear()
    yield
    lettering._font.cache_clear()


def caption(figure):
    assert plots.style.tried(figure)[0]
    about = plots.style.about(figure, "", "", False)
    assert about["alt"] == about["caption"]
    return about["caption"]


def labels(axis):
    return [text.get_text() for text in axis.get_majorticklabels()]


def test_names_at_an_axis_are_drawn_as_written_and_what_cannot_be_is_explained(few_fonts):
    numbers = range(len(NAMES))
    matrix = pd.DataFrame(np.ones((len(NAMES), len(NAMES)), int), index=NAMES, columns=NAMES)
    dots = pd.DataFrame({"system": NAMES, "difference": numbers, "low": numbers, "high": numbers, "clear": True})
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a letter without a glyph, a formula that cannot be read
        for figure in (plots.confusion(matrix), plots.gains(dots, "recall")):
            told = caption(figure)
            assert labels(figure.axes[0].yaxis) == SHOWN
            assert "(1) is 包包, (2) is \U0001f45c, (3) is aaa" in told and "a" * 120 in told
            assert not any(text.get_parse_math() for text in figure.axes[0].yaxis.get_majorticklabels())


def test_a_list_of_fonts_that_lacks_matplotlibs_own_is_mended(monkeypatch):
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
    with plots.style.own_style():
        assert font_manager.findfont(lettering.BASE) == str(lettering.FILE)


def test_titles_of_pictures_too(few_fonts):
    figure = plots.pictures(np.zeros((3, 8, 8, 1), "uint8"), ["包包", "$a$", "b" * 60])
    assert "(1)" in caption(figure)
    assert {axes.get_title() for axes in figure.axes} >= {"$a$", "b" * 22 + "… (1)", "(2)"}


def test_a_font_of_this_computer_is_taken_where_it_has_the_letters(few_fonts, monkeypatch):
    letters = lettering._letters
    monkeypatch.setattr(lettering, "_letters", lambda file: {ord("包")} if "STIXGeneral.ttf" in file else letters(file))
    figure = plots.bars(pd.DataFrame({"class": ["包", "bag"], "recall": [0, 1]}), "class", "recall", "recall", 0)
    assert lettering.settled(figure) == "" and labels(figure.axes[0].yaxis) == ["包", "bag"]
    assert "STIXGeneral" in figure.axes[0].yaxis.get_majorticklabels()[0].get_fontfamily()


def test_numbers_of_a_logarithmic_axis_and_formulas_of_ones_own_stay():
    history = pd.DataFrame({"epoch": [10, 100, 1000], "val_loss": [3, 2, 1], "train_loss": 1.0, "loss": 1.0})
    figure = plots.loss_curves({"x": [history]})
    figure.axes[0].set_xscale("log")
    assert caption(figure) == ""
    assert all(text.get_parse_math() for text in figure.axes[0].xaxis.get_majorticklabels())
    own, axes = plt.subplots()
    assert axes.set_title(r"$\alpha$").get_parse_math() and caption(own) == ""
    plt.close(own)
