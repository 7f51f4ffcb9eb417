"""Networks beside a method that gives one answer, and verdicts in a sentence."""

import pandas as pd
import pytest

from lib.evaluation import one_answer, statistics
from lib.evaluation.one_answer import HIGHER, LOWER


def test_one_answer_is_taken_off_every_seed():
    own = [0.61, 0.63, 0.62]
    runs = pd.DataFrame({"system": "head", "seed": range(3), "test_macro_f1": own})
    (row,) = one_answer.against(runs, "test_macro_f1", 0.5).to_dict("records")
    expected = statistics.over_seeds([each - 0.5 for each in own])
    assert (row["system"], row["verdict"]) == ("head", HIGHER)
    assert [row[k] for k in ("low", "high")] == pytest.approx([expected["low"], expected["high"]])


def test_verdicts_are_told_in_a_sentence():
    named = {"a": "the head", "b": "the other"}
    for verdicts, expected in (
        ([HIGHER, HIGHER], "Both networks beat it"),
        ([LOWER, HIGHER], "Only the other surely beats it"),
        ([LOWER, "not judged"], "Neither network surely beats it"),
    ):
        assert one_answer.who_beats(pd.DataFrame({"system": ["a", "b"], "verdict": verdicts}), named, "it") == expected
    assert one_answer.versus(LOWER, "a", "b") == "a is worse than b"
    assert one_answer.versus("not resolvable with 3 seeds", "a", "b") == "a cannot be told from b"


def test_here_and_full_length_agree_or_not():
    assert one_answer.here_and_there(HIGHER, [HIGHER], "a", "b") == "Here and at full length alike, a is better than b."
    told = one_answer.here_and_there(HIGHER, [LOWER, LOWER], "a", "b")
    assert told == "Here a is better than b; at full length, on all real pictures, it is worse."
    assert "the two cannot be told apart" in one_answer.here_and_there(HIGHER, [LOWER, HIGHER], "a", "b")
