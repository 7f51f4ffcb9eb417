"""Figures show the numbers they are given, and leave no setting of matplotlib behind."""

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from lib import plots


def history(*losses):
    frame = pd.DataFrame({"epoch": range(1, len(losses) + 1), "loss": losses, "accuracy": losses})
    return frame.assign(**{f"{part}_{name}": frame[name] for part in ("train", "val") for name in ("loss", "accuracy")})


def lines(figure, axis=0):
    return {line.get_label(): line.get_ydata().tolist() for line in figure.axes[axis].get_lines()}


def learning(runs, to_beat):
    return plots.in_a_row(plots.learning({"net": runs}, ("loss", "accuracy"), to_beat))


def test_learning_curves_show_the_mean_over_seeds_and_the_figures_to_beat():
    figure = learning([history(3.0, 1.0), history(1.0, 1.0)], {"anchor.linear": 0.8})
    assert lines(figure)["validation"] == [2.0, 1.0]
    assert [text.get_text() for text in figure.axes[1].texts] == ["anchor.linear 80.0%"]


def test_a_matplotlibrc_of_the_user_changes_no_figure():
    def drawn():
        return plots.png(learning([history(3.0, 1.0)], {"anchor.linear": 0.8}))

    expected = drawn()
    rude = {"text.usetex": True, "xtick.labelsize": 30, "axes.facecolor": "black", "savefig.dpi": 20}
    with matplotlib.rc_context(rude | {"savefig.bbox": "tight", "lines.linewidth": 9, "figure.facecolor": "red"}):
        assert drawn() == expected
        assert matplotlib.rcParams["xtick.labelsize"] == 30, "the user's own figures are hers"


def test_seeds_that_ended_earlier_leave_a_dotted_rest():
    figure = learning([history(3.0, 2.0, 1.0), history(1.0)], {})
    drawn = [line.get_ydata().tolist() for line in figure.axes[0].get_lines() if line.get_linestyle() == ":"]
    assert [2.0, 2.0, 1.0] in drawn, "the mean of both, then of the one that is left"


def test_intervals_have_a_point_and_a_bar_each_and_a_mark():
    table = pd.DataFrame({"system": ["a", "b"], "mean": [0.1, 0.2], "low": [0.0, 0.1], "high": [0.2, 0.3]})
    axis = plots.intervals(table, "system", "mean", "difference", mark=0).axes[0]
    assert [tick.get_text() for tick in axis.get_yticklabels()] == ["a", "b"]
    assert axis.get_lines()[0].get_xdata().tolist() == [0.1, 0.2]
    assert axis.get_lines()[1].get_xdata()[0] == 0


def test_a_response_has_a_line_of_means_rings_and_crosses_for_what_is_lost():
    accuracy = [0.7, 0.9, 0.1, np.nan]
    table = pd.DataFrame({"rate": [0.1, 0.1, 1, 1], "accuracy": accuracy, "marked": [True, True, False, False]})
    axis = plots.response(table, "rate", "rate", "accuracy", "accuracy", low=0.5).axes[0]
    means, rings, points, crosses = axis.get_lines()
    assert means.get_ydata().tolist() == pytest.approx([0.8, 0.1]) and len(points.get_ydata()) == 4
    assert rings.get_xdata().tolist() == [0.1] and rings.get_ydata().tolist() == pytest.approx([0.8])
    assert crosses.get_xdata().tolist() == [1, 1] and axis.get_ylim()[0] == 0.5
    plain = plots.response(table[["rate", "accuracy"]], "rate", "rate", "accuracy", "accuracy").axes[0]
    assert plain.get_lines()[3].get_xdata().tolist() == [1], "the one that diverged"


def test_marked_runs_may_be_hollow_and_lost_ones_are_counted():
    table = pd.DataFrame({"rate": [0.1, 0.1, 1, 1], "accuracy": [0.7, 0.9, np.nan, np.nan], "marked": [True] * 4})
    axis = plots.response(table, "rate", "rate", "accuracy", "accuracy", apart=0.1, hollow=True).axes[0]
    means, rings, points, hollow, _ = axis.get_lines()
    assert not len(rings.get_xdata()) and not len(points.get_xdata()) and hollow.get_markerfacecolor() == "white"
    assert len(set(hollow.get_xdata())) == 4, "runs stand side by side"
    assert [text.get_text() for text in axis.texts] == ["2×"]


def test_responses_have_a_panel_and_a_scale_each():
    table = pd.DataFrame({"rate": [0.1, 0.1, 1, 1], "loss": [2.3, 2.1, 9, 2], "group": "SGD", "shut": False})
    many = table.assign(group=["SGD", "SGD", "Adam", "Adam"], shut=[True, False, False, False])
    figure = plots.responses({"one": table, "many": many}, 4.6, 2.3)
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["one", "many"]
    assert figure.axes[0].get_ylim()[1] == 4.6 and len(figure.legends[0].get_texts()) == 3
    arrows = [text for text in figure.axes[0].texts if text.arrow_patch]
    assert len(arrows) == 1, "what is above the axis"
    sgd = figure.axes[1].get_lines()
    assert np.isnan(sgd[0].get_ydata()).all() and ("x", 1) in [
        (line.get_marker(), len(line.get_xdata())) for line in sgd
    ]


def test_steps_are_drawn_in_valleys():
    figure = plots.parabolas({"small": [1, 0.9], "large": [1, -1.1]})
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["small", "large"]
    walks = {"SGD, rate 0.8": np.array([[-4.0, 1.0], [-3.0, -0.5]]), "Adam": np.array([[-4.0, 1.0], [-1.0, 0.8]])}
    first, second = plots.walks(walks).axes
    assert first.get_title(loc="left") == "SGD\nrate 0.8"
    assert first.get_xlabel() == "along the valley\n1 steps: 25% of the way" and "75%" in second.get_xlabel()


def test_a_search_has_crosses_that_count_who_is_lost():
    rates, found = [1, 1, 10, 10], [0.8, 0.9, np.nan, 0.9]
    one = pd.DataFrame({"rate": rates, "accuracy": found, "group": "SGD", "marked": [True, True, False, False]})
    one["chosen"] = one["marked"]
    table = pd.concat([one, one.assign(group="Adam", accuracy=[0.8, 0.9, 0.7, 0.3])])
    figure = plots.searched(table, "rate", "rate", "accuracy", "accuracy", 0.5, ("linear", 0.75))
    (axis,) = figure.axes
    assert [text.get_text() for text in axis.texts] == ["1", "1", "collapsed, or below 50%"] and axis.get_ylim()[
        0
    ] < 0.5 <= axis.get_yticks()[0]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["SGD", "Adam", "linear 75.0%"]
    line, chosen, solid, hollow = axis.get_lines()[:4]
    assert chosen.get_ydata().tolist() == pytest.approx([0.85])
    assert np.isnan(line.get_ydata()[1]) and line.get_ydata()[0] == pytest.approx(0.85), "no mean of those left over"
    assert len(solid.get_xdata()) == 1 and len(set(hollow.get_xdata())) == 2, "trainings stand side by side"
    assert not plots.searched(table.head(2), "rate", "rate", "accuracy", "accuracy").axes[0].texts


def test_an_offset_has_its_best_place_and_what_it_finds():
    shares = pd.DataFrame({"recall": [0, 0.5, 1], "precision": [np.nan, 0.4, 0.1]}).assign(group="few")
    shares = pd.concat([shares, shares.assign(group="many", recall=1)])
    figure = plots.shifted(np.array([0.0, 1.0, 2.0]), [0.4, 0.6, 0.3], shares, "few", {"logit adjustment": 1.5})
    left, right = figure.axes
    assert [text.get_text() for text in left.texts] == ["best: 1.00", "logit adjustment: 1.50"]
    assert left.get_lines()[1].get_xdata().tolist() == [1] and right.get_lines()[0].get_ydata().tolist() == [0, 0.5, 1]
    assert not right.get_ylabel(), "it touched the left panel; the caption names the class"


def test_before_and_after_stand_on_one_row():
    table = pd.DataFrame(
        {"system": ["a", "b"] * 2, "group": ["old"] * 2 + ["new"] * 2, "mean": [0.1, 0.2, 0.3, np.nan]}
    )
    table = table.assign(low=table["mean"] - 0.1, high=table["mean"] + 0.1)
    panels = {"here": (table, {"a": "+1"}), "there": (table, {})}
    figure = plots.before_and_after(panels, "test accuracy", "gain", {"here": ("linear", 0.75)})
    assert [text.get_text() for text in figure.axes[0].texts] == ["+1", "gain"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["old", "new", "linear 75.0%"]
    assert figure.get_figheight() < 0.4 * figure.get_figwidth()


def test_numbers_may_stand_beside_intervals():
    table = pd.DataFrame({"system": ["a", "b"], "mean": [0.1, 0.2], "low": [0.0, 0.1], "high": [0.2, 0.3]})
    shown = table.assign(group=["good", "bad"])
    figure = plots.intervals(shown, "system", "mean", "x", 0, {"good": "green", "bad": "red"}, {"a": "+1"}, row=0.2)
    assert [text.get_text() for text in figure.axes[0].texts] == ["+1", ""]
    assert [line.get_color() for line in figure.axes[0].get_lines()[:2]] == ["green", "red"] and figure.legends


def test_a_confusion_matrix_prints_counts_and_colours_mistakes_alone():
    matrix = pd.DataFrame([[90, 1], [5, 80]], index=["coat", "bag"], columns=["coat", "bag"])
    axis = plots.confusion(matrix).axes[0]
    assert [text.get_text() for text in axis.texts] == ["90", "1", "5", "80"]
    assert axis.collections[0].get_array().ravel().tolist() == [0, 1, 5, 0]


def test_numbers_of_pictures_that_are_marked_have_a_name():
    axis, beyond = plots.fitting([1, 2, 3], [0, 2, 1], {3: 1, 9: 2}, "pictures", "figures").axes
    assert [text.get_text() for text in axis.texts] == ["2: all 2", "3: 1 of 2"]
    some, best, own = (line.get_xydata().tolist() for line in axis.get_lines())
    assert (some, best, own) == ([[1, 0], [3, 1]], [[2, 2]], [[3, 1]]), "those that fit nothing are drawn, too"
    assert [line.get_xydata().tolist() for line in beyond.get_lines()] == [[[9, 2]]], "at its true place"
    assert [text.get_text() for text in beyond.texts] == ["2 of 2"]
    assert len(plots.fitting([1, 2, 3], [0, 2, 1], {3: 1}, "pictures", "figures").axes) == 1


def test_a_contact_sheet_has_a_place_for_each_picture():
    images = np.zeros((13, 8, 8, 1), dtype="uint8")
    figure = plots.pictures(images, [str(number) for number in range(13)])
    assert [axis.get_title() for axis in figure.axes][:13] == [str(number) for number in range(13)]
    assert sum(len(axis.images) for axis in figure.axes) == 13


@pytest.mark.parametrize("name", plots.__all__)
def test_every_figure_is_there_and_documented(name):
    assert getattr(plots, name).__doc__.startswith("Return ")


def test_no_setting_is_left_behind():
    before, rows = dict(matplotlib.rcParams), pd.DataFrame({"who": ["a"], "mean": [0.1], "low": [0.0], "high": [0.2]})
    assert isinstance(plots.intervals(rows, "who", "mean", "x"), Figure)
    assert dict(matplotlib.rcParams) == before


def test_where_there_is_nothing_to_draw_the_page_is_told_why():
    nothing = [
        plots.pictures(np.empty((0, 8, 8, 1), "uint8")),
        plots.pairs(np.empty((0, 8, 8, 1), "uint8"), np.empty((0, 8, 8, 1), "uint8"), []),
        plots.intervals(pd.DataFrame(columns=["system", "low", "mean", "high"]), "system", "mean", "x"),
        plots.rates_and_falls(
            {"all": [pd.DataFrame({"epoch": [1], "val_loss": [np.nan]})]}, "val_loss", "loss", ["red"]
        ),
    ]
    said = [plots.style.tried(figure) for figure in nothing]
    assert [png for png, _ in said] == [""] * 4
    assert [why for _, why in said][0::3] == ["there is no such picture", "all trainings diverged"]


def test_intervals_in_two_measures_share_their_rows_and_say_their_numbers():
    rows = pd.DataFrame({"system": ["a", "b"], "difference": [0.1, -0.2], "low": [0.0, np.nan], "high": [0.2, np.nan]})
    figure = plots.numbered({"gap": (rows, "+.2f"), "loss": (rows.iloc[::-1], "points")}, "difference", zero=True)
    assert [axis.get_xlabel() for axis in figure.axes] == ["gap", "loss"]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["a", "b"]
    assert [text.get_text() for text in figure.axes[0].texts] == ["+0.10 (+0.00 to +0.20)", "-0.20"]
    assert [text.get_text() for text in figure.axes[1].texts] == ["+10.0 (0.0 to +20.0)", "-20.0"]
    assert plots.numbered({"gap": (rows.iloc[:0], ".1%")}).not_drawn
    some = plots.numbered({"here": (rows.iloc[:1], ".1%"), "there": (rows, ".1%")}, "difference", absent="not here")
    assert [axis.texts[-1].get_text() for axis in some.axes] == ["not here", "-20.0%"]


def test_panels_of_curves_stand_in_a_row_and_share_the_scale_of_their_label():
    runs = {"net": [history(9.0, 2.0, 1.0)], "other": [history(3.0, 2.0, 1.5)]}
    figure = plots.in_a_row(plots.learning(runs, ("loss", "accuracy"), {"a line": 0.8}))
    tops = [axis.get_ylim()[1] for axis in figure.axes]
    assert len(tops) == 4 and tops[0] == tops[1] and tops[0] < 3, "what only the first epoch reaches is left out"
    assert figure.get_figheight() < 0.4 * figure.get_figwidth()
    assert plots.in_a_row(plots.learning({"net": [runs["net"][0] * np.nan]})).not_drawn
    square = plots.in_a_row(
        plots.learning(runs, ("loss", "accuracy"), {"a line": 0.8}), columns=2, height=1.4, turns="val_loss"
    )
    assert [axis.get_title(loc="left") for axis in square.axes] == ["net", "other", "", ""]
    assert [axis.get_xlabel() for axis in square.axes] == ["", "", "epoch", "epoch"]
    assert [text.get_text() for axis in square.axes for text in axis.texts] == ["a line 80.0%"]
    flat = plots.in_a_row(plots.learning(runs, ("loss", "accuracy"), {"a line": 0.8}), outside=True)
    assert [text.get_text() for axis in flat.axes for text in axis.texts] == ["a line 80.0%"]
    alone = plots.in_a_row(plots.learning(runs), own_scales=True)
    assert alone.axes[0].get_ylim() != alone.axes[1].get_ylim()
    many = plots.in_a_row(plots.learning({f"{k}": runs["net"] for k in range(7)}))
    assert len([axis for axis in many.axes if axis.axison]) == 7


def test_falls_are_red_with_their_sizes_and_their_sum():
    history = pd.DataFrame({"epoch": [1, 2, 3, 4], "val_accuracy": [0.8, 0.75, 0.9, 0.89]})
    figure = plots.falls({"a": [history], "b": [history.assign(val_accuracy=np.nan)], "c": [history] * 2})
    assert [text.get_text() for text in figure.axes[0].texts] == ["5.0", "1.0"]
    assert figure.axes[0].get_title(loc="left") == "a: falls of 6.0 points"
    assert figure.axes[2].get_title(loc="left") == "c: falls of 6.0 points, mean of all 6.0"
    assert plots.falls({"a": [history.head(1)]}).not_drawn


def test_a_network_is_a_chain_of_boxes_with_its_weights():
    figure = plots.chain([("picture", (8, 8, 1), 0), ("Conv", (8, 8, 4), 40), ("Dense", (10,), 2570)])
    told = [text.get_text() for text in figure.axes[0].texts]
    assert "picture\n8×8×1" in told and "2,570\nweights" in told and "no\nweights" in told


def test_a_sheet_without_titles_is_one_picture():
    images = np.full((3, 14, 10, 1), 7, "uint8")
    figure = plots.pictures(images, columns=2)
    (drawn,) = figure.axes[0].images
    sheet = drawn.get_array()
    assert len(figure.axes) == 1 and sheet.shape == (29, 21)
    assert (sheet[:14, :10] == 7).all() and (sheet[:14, 10] == 255).all() and (sheet[15:, 11:] == 255).all()


def test_nothing_is_printed_where_nobody_was_mistaken():
    matrix = pd.DataFrame([[1200, 0], [5, 80]], index=["coat", "bag"], columns=["coat", "bag"])
    assert [text.get_text() for text in plots.confusion(matrix).axes[0].texts] == ["1,200", "", "5", "80"]


def test_lines_differ_in_colour_and_dash_and_points_lie_above_rings():
    table = pd.DataFrame({"group": list("abcd"), "rate": 1.0, "accuracy": 0.5, "marked": True})
    drawn = plots.response(table, "rate", "rate", "accuracy", "accuracy").axes[0].get_lines()
    means, rings, points = drawn[::4], drawn[1::4], drawn[2::4]
    assert len({line.get_color() for line in means}) == 4 and means[2].get_linestyle() != means[3].get_linestyle()
    assert len({line.get_marker() for line in points}) == 4
    assert max(line.get_zorder() for line in rings) < min(line.get_zorder() for line in points)


def test_where_accuracy_falls_a_line_is_red():
    run = pd.DataFrame({"epoch": [1, 2, 3, 4], "val_accuracy": [0.5, 0.7, 0.6, 0.8], "learning_rate": 0.1})
    figure = plots.rates_and_falls(
        {"high": [run, run], "low": [run[:1]]}, "val_accuracy", "accuracy", ["#112233", "#445566"]
    )
    rate, high, low = figure.axes
    red = [line for line in high.get_lines() if line.get_linewidth() == 2.2]
    assert [line.get_xdata().tolist() for line in red] == [[2, 3]] * 2 and red[0].get_color() == "#b02a1b"
    assert high.get_title(loc="left") == "high\nfalls by 10.0 points" and low.get_title(loc="left") == "low"
    assert len(rate.get_lines()) == 2


def test_copies_have_their_wrong_answer_in_red():
    two = np.zeros((2, 8, 8, 1), "uint8")
    figure = plots.changed(two, two, [("vertical flip", "Bag", "Coat?"), ("zoom", "A very long name of a class", "x")])
    assert figure.axes[0].title.get_text() == "Bag" and figure.axes[0].texts[0].get_text() == "vertical flip"
    assert figure.axes[6].title.get_text() == "Coat?" and figure.axes[6].title.get_color() == "#b02a1b"
    assert figure.axes[1].title.get_text().endswith("…")


def test_pictures_that_went_wrong_have_a_red_title():
    figure = plots.pictures(np.zeros((2, 4, 4, 1), "uint8"), ["a", "b"], red=[1])
    assert [axis.title.get_color() for axis in figure.axes] == ["black", "#b02a1b"]


def test_accuracies_are_in_percent_and_their_differences_in_points():
    rows = pd.DataFrame({"system": ["a", "b"], "difference": [0.01, -0.02], "low": [0, -0.03], "high": [0.02, -0.01]})
    axis = plots.intervals(rows, "system", "difference", "test accuracy, minus that of c").axes[0].xaxis
    assert axis.get_major_formatter()(0.015, 0) == "+1.5" and axis.get_label_text().endswith("in points")
    axis = plots.intervals(rows, "system", "difference", "test accuracy").axes[0].xaxis
    assert axis.get_major_formatter()(0.25, 0) == "25%"
    axis = plots.intervals(rows, "system", "difference", "test macro-F1").axes[0].xaxis
    assert "%" not in axis.get_major_formatter()(0.25, 0)


def test_parts_of_a_bar_add_up_and_say_their_number():
    table = pd.DataFrame({"report": ["R1", "R2"], "holds": [3, 0], "open": [5, 20]})
    (axis,) = plots.stacked(table, "report", ["#0173b2", "#dfe3e6"], "claims").axes
    assert [text.get_text() for text in axis.texts] == ["3", "5", "20"], "nothing stands for no claim"
    assert axis.patches[2].get_x() == 3 and axis.patches[2].get_width() == 5


@pytest.mark.parametrize(("number", "abreast"), [(2, 1), (10, 2), (30, 3)])
def test_strips_of_many_classes_stand_side_by_side(number, abreast):
    images = [np.zeros((9, 4, 4, 1), np.uint8)] * number
    figure = plots.strips(images, [f"class {k}" for k in range(number)])
    assert len({round(axis.get_position().x0, 2) for axis in figure.axes}) == abreast
    named = [axis.get_yticklabels()[0].get_text() for axis in figure.axes if axis.get_yticklabels()]
    assert sorted(named) == sorted(f"class {k}" for k in range(number))


def test_grey_pictures_are_drawn_in_grey():
    images = np.arange(2 * 28 * 28, dtype=np.uint8).reshape(2, 28, 28, 1)
    for figure in (plots.strips([images], ["a"]), plots.pictures(images), plots.pairs(images, images, ["a", "b"])):
        shown = [axis.images[0] for axis in figure.axes if axis.images]
        assert shown and all(one.get_cmap().name == "gray" for one in shown)


def test_pairs_stand_in_titled_halves_of_which_an_empty_one_is_left_out():
    images = np.zeros((4, 8, 6, 3), np.uint8)
    parts = {"Same name": (images[:3], images[:3], ["a", "b", "c"]), "Other": (images, images, ["x\ny"] * 4)}
    figure = plots.halves(parts)
    figure.canvas.draw()
    assert len(figure.axes) == 14 and [len(area.axes) for area in figure.subfigs] == [6, 8]
    tops = {axis.get_title() for axis in figure.axes} - {""}
    assert tops == {"\na", "\nb", "\nc", "x\ny"}, "all titles are as high"
    alone = plots.halves(parts | {"Same name": (images[:0], images[:0], [])})
    assert len(alone.axes) == 8
    assert plots.halves({}).not_drawn


def test_the_lines_of_one_training_are_named_at_their_ends():
    history = pd.DataFrame({"epoch": [1, 2], "accuracy": [0.5, 0.81], "val_accuracy": [0.7, 0.8]})
    (axis,) = plots.one_training(history, {"accuracy": "training", "val_accuracy": "new"}, "accuracy").axes
    assert [text.get_text() for text in axis.texts] == ["new, 80%", "training, 81%"]
    assert axis.texts[1].xy[1] - axis.texts[0].xy[1] >= 0.13
    assert plots.one_training(history.assign(a=np.nan), {"a": "none"}, "accuracy").not_drawn
    assert len(plots.one_training(history.head(1), {"accuracy": "training"}, "accuracy").axes) == 1


def test_each_training_is_a_dot_and_a_line_joins_those_of_a_seed():
    panels = {
        "Main": {"two heads": [0.9, 0.8], "one head": [0.7, 0.6]},
        "Sub": {"two heads": [0.5] * 2, "one head": [0.4] * 2},
    }
    left, right = plots.seed_by_seed(panels, "test accuracy").axes
    assert [text.get_text() for text in left.texts] == ["85.0%", "mean", "65.0%"] and right.get_title("left") == "Sub"
    assert left.get_lines()[0].get_xdata().tolist() == [0.9, 0.7]


def test_a_bar_says_its_share():
    table = pd.DataFrame({"class": ["Bag", "Shirt"], "right": [0.99, 0.54]})
    (axis,) = plots.bars(table, "class", "right", "share right", 0.1).axes
    assert [text.get_text() for text in axis.texts] == ["99%", "54%"]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["Bag", "Shirt"]


def test_systems_over_labels_have_lines_bars_and_a_panel_of_gains():
    rows = [("net", n, 0.5) for n in (100, 1000)] + [("head", n, 0.4) for n in (100, 1000)] + [("lookup", 100, 0.3)]
    means = pd.DataFrame(rows, columns=["system", "labels", "mean"]).assign(low=np.nan, high=np.nan)
    gains = pd.DataFrame({"labels": [100, 1000, 1000], "difference": -0.1, "low": -0.2, "high": 0.0})
    gains["system"] = ["head", "head", "other"]
    left, right = plots.over_labels(
        means, ["net", "head"], gains, gains[:1].assign(difference=0.1), ("f1", "gain")
    ).axes
    names = [[text.get_text() for text in axis.get_legend().get_texts()] for axis in (left, right)]
    assert names == [["net", "head"], ["head", "other", "after the first epoch"]], "one number of labels is no line"
    assert right.get_lines()[1].get_ydata().tolist() == [-0.1, -0.1] and left.get_xscale() == "log"


def test_a_mean_stands_beside_its_seeds_and_its_numbers():
    means = pd.DataFrame({"system": ["a", "b"], "mean": [0.1, 0.2], "low": [np.nan, 0.1], "high": [np.nan, 0.3]})
    seeds = pd.DataFrame({"system": ["b", "b"], "f1": [0.15, 0.25]})
    (axis,) = plots.beside(means, ["b"], seeds, "f1", "macro-F1").axes
    assert [text.get_text() for text in axis.texts] == ["0.100", "0.200 (0.100 to 0.300)"]
    assert list(axis.get_lines()[2].get_xdata()) == [0.15, 0.25] and axis.get_xlabel() == "macro-F1"


def test_a_drawing_says_how_many_weights_each_has():
    from types import SimpleNamespace

    base, whole, own = (SimpleNamespace(count_params=lambda n=n: n, output_shape=(None, 7)) for n in (1000, 1200, 5000))
    figure = plots.reused(np.zeros((8, 6, 3), "uint8"), base, whole, own, "learned before", "9 pictures")
    texts = " ".join(text.get_text() for text in figure.axes[0].texts)
    assert (
        "1,000 weights" in texts
        and "head: 200 weights" in texts
        and "5,000 weights" in texts
        and "7\nfeatures" in texts
    )


def test_losses_have_a_panel_each_with_the_lowest_point_of_every_seed():
    history = pd.DataFrame(
        {"epoch": [1, 2, 3], "loss": [2, 1, 0.5], "train_loss": [2, 1, 0.4], "val_loss": [2, 1, 1.5]}
    )
    figure = plots.loss_curves({name: [history, history + 1] for name in "abcde"})
    assert len([axis for axis in figure.axes if axis.get_visible()]) == 5
    dots = [line for line in figure.axes[0].get_lines() if line.get_marker() == "o"]
    assert [dot.get_ydata()[0] for dot in dots] == [1, 2]
    lost = history.assign(val_loss=np.nan, train_loss=np.nan, loss=np.nan)
    assert len(plots.loss_curves({"a": [lost]}).axes) == 1, "a training that diverged has an empty panel"


def test_settings_have_their_schedules_colour_and_the_first_of_two_is_paler():
    low, high, falling, other = plots.setting_colours(
        ["constant 0.1", "constant 1", "cosine 1", "collapsed"], ["constant", "cosine"]
    )
    assert min(low) > min(high) and len({low, high, falling, other}) == 4 and other[0] == other[1] == other[2]
