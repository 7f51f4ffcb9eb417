"""Networks with several heads, and what they said of pictures."""

import numpy as np

from lib import plots


def test_every_head_has_a_box_and_a_loss():
    figure = plots.heads((80, 60, 3), (16, 32), 5120, {"main": 4, "a very long name of a question": 14})
    written = [text.get_text() for text in figure.axes[0].texts]
    assert {"picture\n80 x 60 x 3", "list of\n5,120 numbers", "head main\n4 logits", "sum"} <= set(written)
    assert written.count("loss") == 2 and any(text.startswith("head a very") and "…" in text for text in written)


def test_wrong_answers_are_red_and_the_truth_stands_below():
    said = [[("bags", False), ("tote", True)]]
    axis = plots.answered(np.zeros((1, 8, 6, 3), "uint8"), said, ["shoes\n" + 20 * "t"], ["main", "sub"]).axes[0]
    colours = {text.get_text(): text.get_color() for text in axis.texts}
    assert colours["bags"] != "black" and colours["tote"] == colours[f"shoes\n{18 * 't'}…"] == "black"
    assert {"main", "sub", "true main\ntrue sub"} < set(colours)
