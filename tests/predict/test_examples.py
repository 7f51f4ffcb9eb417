"""The pictures that notebook 13 asks about, where its reader has none."""

import numpy as np

from lib.predict import FOREIGN, answer, examples, for_figure, look, words
from lib.predict.judge import judge


def test_drawn_pictures_are_answered_by_name_and_fit_the_figure():
    answers = look(examples())
    assert [one.name for one in answers] == list(examples()) == [
        "T-shirt on white", "trousers on wood", "a chair", "a clock"
    ]  # fmt: skip
    assert [one.empty for one in answers] == [False] * 4 and answers[0].set_of_classes
    shown = for_figure(answers)
    assert shown["seen"].shape == (4, 28, 28, 1) and shown["maps"].shape == (4, 28, 28)
    assert shown["probabilities"].shape == (4, 10) and shown["titles"] == list(examples())


def test_what_is_no_garment_and_has_no_warning_is_told():
    answers = look(examples(), heat_maps=False)
    told = words.unwarned(answers, FOREIGN)
    assert told.startswith("A clock is called Bag, ") and "chair" not in told and words.unwarned(answers, ()) == ""
    assert words.whose(judge()) == "fast, seed 0, after scaling", "the one of the figure above it"


def test_a_sentence_says_what_stands_against_an_answer(shirt, fast):
    (one,) = look({"mine": examples()["T-shirt on white"]}, heat_maps=False)
    assert for_figure([one])["maps"] is None, "no map was asked for"
    change = answer.Answer.__dataclass_fields__.keys()
    values = {name: getattr(one, name) for name in change}
    told = {
        state: words.outside(answer.Answer(**(values | {"unlike": state == "unlike", "empty": state == "empty"})))
        for state in ("fine", "unlike", "empty")
    }
    assert told["fine"].startswith("**mine**: ")
    most = float(told["fine"].partition("No other class gets more than ")[2].rstrip("%."))
    assert max(share for name, share in one.ranked[1:]) <= most / 100
    every = np.ones(len(one.classes), bool)
    assert ". It could also be: " in words.outside(answer.Answer(**(values | {"in_set": every, "unlike": False})))
    assert told["unlike"].endswith("but it is unlike the training pictures.") and "no answer" in told["empty"]
