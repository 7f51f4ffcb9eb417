"""The table of checks: each of every method, once, and what has passed."""

import numpy as np
import pandas as pd
import pytest

from lib.config import DataConfig
from lib.data.dataset import Dataset
from lib.data.synthetic.garments.drawing import CLASSES
from lib.explain.checks import examples, redrawing, table, told, verdicts
from lib.training import recipes


def rows(check, method, *values):
    return [[seed, check, method, value, 10, 0] for seed, value in enumerate(values)]


def judged(*found):
    columns = ["seed", "check", "method", "value", "n", "undefined"]
    return verdicts.judge(pd.DataFrame(sum(found, []), columns=columns)).set_index("method")


def test_a_method_passes_only_where_its_whole_interval_lies_above_the_best_control():
    found = judged(
        rows("patch", "Grad-CAM", 0.8, 0.82, 0.81),
        rows("patch", "LayerCAM", 0.2, 0.9, 0.9),
        rows("patch", "HiResCAM", 0.2, 0.21, 0.22),
        rows("patch", "occlusion", 0.9, 0.9, np.nan),
        rows("patch", "random", 0.1, 0.1, 0.1),
        rows("patch", "centre", 0.5, 0.51, 0.5),
    )
    assert found["passed"].to_dict() == {"Grad-CAM": True, "LayerCAM": False, "HiResCAM": False, "occlusion": False}
    assert found["lost"].to_dict() == {"Grad-CAM": False, "LayerCAM": False, "HiResCAM": True, "occlusion": False}
    assert found["control"].tolist() == pytest.approx([0.50333] * 4, abs=1e-4)
    one = found.loc["Grad-CAM"]
    assert one["low"] < 0.8 and one["value"] == pytest.approx(0.81) and one["high"] > 0.82


def test_a_pass_is_corrected_for_all_checks_of_the_place_and_a_change_is_not_judged():
    """An interval that lies above the control alone (p .02) is chance once more methods are compared."""
    alone = [*rows("patch", "Grad-CAM", 0.26, 0.40, 0.36), *rows("patch", "random", 0.1, 0.1, 0.1)]
    assert judged(alone)["passed"].tolist() == [True]
    more = [*rows("patch", "LayerCAM", 0.2, 0.1, 0.3), *rows("patch", "HiResCAM", 0.2, 0.1, 0.3)]
    among = judged(alone, more)
    assert not among["passed"].any() and among.loc["Grad-CAM", "least"] > 0
    change = judged(rows("other class", "Grad-CAM", 0.5, 0.5, 0.51), rows("other class", "random", 0, 0, 0))
    assert not change["passed"].any() and change["least"].iloc[0] > 0


COLUMNS = ["seed", "check", "method", "value", "n", "undefined"]


def test_the_answer_says_what_passes_what_hardly_changes_and_what_stays_open():
    found = verdicts.judge(
        pd.DataFrame(
            rows("patch", "Grad-CAM", 0.8, 0.82, 0.81) + rows("patch", "LayerCAM", 0.2, 0.21, 0.22)
            + rows("patch", "HiResCAM", 0.4, 0.6, 0.5) + rows("patch", "Sobel", 0.5, 0.51, 0.5)
            + rows("painting", "Grad-CAM", 0.1, 0.3, 0.1) + rows("painting", "LayerCAM", 0.1, 0.2, 0.1)
            + rows("painting", "HiResCAM", 0.1, 0.2, 0.1) + rows("painting", "Sobel", 0.4, 0.3, 0.2)
            + rows("other class", "Grad-CAM", 0.5, 0.7, 0.6) + rows("other class", "LayerCAM", 0.1, 0.1, 0.1)
            + rows("other class", "HiResCAM", 0.5, 0.7, 0.6) + rows("other class", "Sobel", 0, 0, 0),
            columns=COLUMNS,
        )
    )  # fmt: skip
    assert told.answer(found) == (
        "None without a test. Some methods beat an edge filter, which never saw the network, at finding the patch that "
        "tells the label, none clearly at finding the pixels that the answer needs. The map of LayerCAM hardly changes "
        "for another class or for random weights: do not use it. If you must choose today, take Grad-CAM. Of the two "
        "whose maps do change it has the highest mean score in all of these 2 checks; that it is better than the "
        "others is not shown."
    )
    resembling = told.answer(found.replace({"method": {"Grad-CAM": "occlusion"}}))
    assert "in all of these 2 checks (painting works much like it); that" in resembling
    assert verdicts.chosen(found) == "Grad-CAM" and told.yet(found, "Grad-CAM") == ""
    assert told.worse(found) == (
        "In *patch* LayerCAM is clearly worse than the best control. *Mosaic* was not made: no class has test pictures "
        "enough."
    )
    assert told.passing(found) == "Grad-CAM passes one check; LayerCAM and HiResCAM none."
    assert told.changes(found).endswith("in every column: it ranks the pixels much the same.")
    place = found[found["p_holm"].notna()]
    assert (
        told.control(place) == "edges" and told.controls(place) == "The best control is an edge filter in every check."
    )
    assert "4 of 6 comparisons stay undecided." in told.sure(place, 20, 3)
    assert "Of 6 comparisons one may look clear by chance" in told.corrected(place)
    assert told.corrected(place).count("hollow") <= 1
    left = {"whole": np.array([7.0, 6.0]), "HiResCAM": np.array([5.0, 4.0]), "Sobel": np.array([6.0, 3.0])}
    assert told.pictures(["bag", "shirt"], left) == (
        "At bag the part that HiResCAM marks matters more, at shirt the edges: one picture shows nothing. "
        "The check *painting* takes more."
    )
    assert told.pictures(["bag"], left).startswith("Here the part that HiResCAM marks matters more, but so few")
    known = told.known({"placed": [0.57, 0.6, np.nan], "patch": [1.0, 1.0]})
    assert "names 57% to 60% of the small pictures and 100% of the pictures with a patch right." in known
    assert "with the 3 above 8 trainings (*This run* counts the first 3)." in known
    assert known.endswith("So a low score in *mosaic* can be the network's fault.")
    assert told.known({"patch": [0.9]}).endswith("right.") and told.known({}) == ""
    said = told.painting(found, "Grad-CAM", 20)
    assert "the logit falls by 0.17 on average without the fifth that Grad-CAM marks, and falls by 0.30 without" in said
    assert said.endswith("not clearly different.") and "(-0.13, 95% interval " in said
    asks = examples.questions(list(found["check"]), (28, 28), 0.35)
    assert asks.startswith("- **patch** ") and " 0.03.\n- **painting** " in asks and " For noise: 0.35. (" in asks
    across = verdicts.across(verdicts.changes(found))
    assert across["method"].tolist() == ["Grad-CAM", "LayerCAM", "HiResCAM"]
    assert across.iloc[0, 1] == "0.60 (0.35 to 0.85)" and "second choice" in across.columns[1]


def test_a_higher_mean_that_does_not_pass_is_explained_by_how_much_it_varies():
    found = verdicts.judge(
        pd.DataFrame(
            rows("patch", "Grad-CAM", 0.6, 0.61, 0.6) + rows("patch", "occlusion", 0.5, 0.9, 0.8)
            + rows("patch", "Sobel", 0.5, 0.5, 0.5), columns=COLUMNS,
        )
    )  # fmt: skip
    assert told.yet(found, "occlusion").startswith("In *patch* occlusion has a higher mean than Grad-CAM, and yet only")


def test_a_method_that_passes_every_check_can_be_believed_unless_its_map_hardly_changes():
    patch = rows("patch", "HiResCAM", 0.8, 0.82, 0.81) + rows("patch", "LayerCAM", 0.7, 0.72, 0.71)
    patch += rows("patch", "random", 0.5, 0.51, 0.5)
    moves = rows("other class", "HiResCAM", 0.5, 0.7, 0.6) + rows("other class", "LayerCAM", 0.1, 0.1, 0.1)
    stays = rows("other class", "HiResCAM", 0, 0, 0) + rows("other class", "LayerCAM", 0, 0, 0)
    first, second = (verdicts.judge(pd.DataFrame(patch + own, columns=COLUMNS)) for own in (moves, stays))
    assert told.answer(first) == (
        "Here HiResCAM can be believed: it is clearly better than noise, which never saw the network, at finding the "
        "patch that tells the label."
    )
    assert "Only HiResCAM and LayerCAM are clearly better than noise" in told.answer(second)
    assert told.answer(second).endswith("hardly change for another class or for random weights: do not use them.")


def test_without_several_seeds_no_sentence_has_a_hole():
    one = verdicts.judge(
        pd.DataFrame(
            rows("painting", "Grad-CAM", 0.9) + rows("painting", "LayerCAM", np.nan) + rows("painting", "random", -0.1)
            + rows("other class", "Grad-CAM", 0.5) + rows("other class", "LayerCAM", 0.6),
            columns=COLUMNS,
        )
    )  # fmt: skip
    place = one[one["p_holm"].notna()]
    said = [told.answer(one), told.passing(one), told.worse(one), told.sure(place, 20, 1), told.corrected(place)]
    said += [told.painting(one, "Grad-CAM", 20), told.painting(one, "LayerCAM", 20), told.controls(place)]
    assert not [each for each in said if "nan" in each or "()" in each or " ." in each]
    assert said[0].startswith(
        "None without a test. No method is clearly better than noise, which never saw the network, at finding the "
    )
    assert "– " not in str(verdicts.across(verdicts.changes(one))) and told.changes(one).startswith("No method's")
    assert "falls by 0.90 on average without the fifth that Grad-CAM marks, and rises by 0.10" in said[5]


def test_one_seed_passes_nothing_nor_does_a_table_without_controls():
    one = judged(rows("patch", "Grad-CAM", 0.9), rows("patch", "random", 0.1))
    assert not one["passed"].any() and np.isnan(one["low"]).all() and one["value"].tolist() == [0.9]
    assert not judged(rows("patch", "Grad-CAM", 0.9, 0.9, 0.91))["passed"].any()


def test_each_check_has_the_control_of_its_own():
    found = judged(
        rows("patch", "LayerCAM", 0.5, 0.5, 0.51), rows("patch", "random", 0.1, 0.1, 0.1),
        rows("painting", "Grad-CAM", 0.5, 0.5, 0.51), rows("painting", "random", 0.6, 0.6, 0.6),
    )  # fmt: skip
    assert found["passed"].to_dict() == {"LayerCAM": True, "Grad-CAM": False}


@pytest.fixture(scope="module")
def few():
    """Return a few garments, drawn for a test."""
    drawn = redrawing.draw(20, seed=1)
    labels = np.repeat(np.arange(10), 20)
    return Dataset(
        "garments", np.concatenate([each.images for each in drawn]), {"class": labels}, {"class": list(CLASSES)},
        np.arange(200).astype(str), "Garments, drawn for a test.",
    )  # fmt: skip


def config(name):
    tiny = {"width": 4, "blocks": (1,)}
    return recipes.recipe("R5.resnet34_mtl", DataConfig(name=name), arguments=tiny, epochs=1, batch_size=32)


def test_every_check_of_every_method_is_there_once(few):
    found = table.of_seed(config("garments"), few, number=4, redrawn=2)
    expected = [(check, method) for check in table.CHECKS for method in table.ALL]
    assert sorted(zip(found["check"], found["method"], strict=True)) == sorted(expected)
    assert (found["seed"] == 0).all()
    counted = (found["n"] + found["undefined"]).groupby(found["check"]).unique()
    assert {check: counts.tolist() for check, counts in counted.items() if check != "redrawing"} == {
        check: [4] for check in table.CHECKS if check != "redrawing"
    }
    random = found[found["method"] == "random"].set_index("check")["value"]
    blind = ["other class", "shuffled labels", "weights from top", "weights from bottom"]
    assert random[blind].tolist() == pytest.approx([0] * 4) and random.notna().all()
    shares = found[found["check"].isin(["mosaic", "pointing", "patch"])]["value"].dropna()
    assert shares.between(0, 1).all()


def test_real_pictures_are_not_drawn_again(stripes, monkeypatch):
    monkeypatch.setitem(table.CHECKS, "redrawing", lambda case: pytest.fail("draws garments"))
    checks = ["redrawing", "painting", "other class"]
    found = table.of_seed(config("stripes"), stripes, number=4, checks=checks, methods=("Grad-CAM", "Sobel"))
    assert found["check"].tolist() == ["painting", "painting", "other class", "other class"]


def test_the_second_class_has_the_highest_logit_but_for_the_one_that_is_asked_for():
    class Fixed:
        def predict_on_batch(self, pictures):
            return np.array([[3.0, 2.0, 1.0], [3.0, 2.0, 1.0]])

    assert table.second(Fixed(), np.zeros((2, 4, 4, 1)), np.array([0, 2])).tolist() == [1, 0]
