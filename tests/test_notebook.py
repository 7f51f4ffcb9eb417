"""Tables show measures by their names in words, and keep the names that code reads."""

import pandas as pd

from lib import notebook


def test_measures_are_shown_in_words_and_kept_as_they_are(capsys):
    given = {"__annotations__": {"profile": str, "dataset": str}, "profile": "smoke", "dataset": "garments"}
    page = notebook.start("00_start_here", given)
    frame = pd.DataFrame({"system": ["a"], "val_macro_f1": [0.5], "test_balanced_accuracy": [0.25]})
    capsys.readouterr()
    page.table("shown", frame, "A table")
    said = capsys.readouterr().out
    assert "validation macro-F1" in said and "test balanced accuracy" in said
    assert list(page.results["tables"]["shown"]) == list(frame)
