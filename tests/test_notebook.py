"""Tables show measures by their names in words, and keep the names that code reads; a guess is shown where made."""

import pandas as pd
import pytest

from lib import notebook


@pytest.fixture
def page(capsys):
    given = {"__annotations__": {"profile": str, "dataset": str}, "profile": "smoke", "dataset": "garments"}
    started = notebook.start("00_start_here", given)
    capsys.readouterr()
    return started


def test_measures_are_shown_in_words_and_kept_as_they_are(page, capsys):
    frame = pd.DataFrame({"system": ["a"], "val_macro_f1": [0.5], "test_balanced_accuracy": [0.25]})
    page.table("shown", frame, "A table")
    said = capsys.readouterr().out
    assert "validation macro-F1" in said and "test balanced accuracy" in said
    assert list(page.results["tables"]["shown"]) == list(frame)


def test_a_guess_stands_beside_what_was_measured_and_is_not_missed(page, capsys):
    page.guess(None, 0.5, "the accuracy")
    assert capsys.readouterr().out == ""
    page.guess(0.9, 0.5123, "the accuracy")
    assert "You guessed 0.9 for the accuracy; measured: 0.512." in capsys.readouterr().out
