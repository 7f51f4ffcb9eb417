"""What a notebook cannot make sense of is said in one line, before it runs."""

import math
from dataclasses import replace

import numpy as np
import pytest

from lib import config as configs
from lib.base.errors import LookbookError
from lib.course import fit
from lib.data import catalogue
from lib.data.catalogue import Resolved


@pytest.mark.parametrize(
    ("name", "parameters", "line"),
    [
        (
            "02_baseline_cnn",
            {"limit": 0, "systems": ["R2.simple"], "batch_size": 200},
            "batch_size=200 is more than the",
        ),
        ("03_ablation_dropout", {"limit": 20}, "32 is more than the 16 training pictures: set limit=40 or more"),
        ("04_ablation_batch_size", {"limit": 0, "system": "R2.simple", "batch_sizes": [4, 512]}, "batch_size=512 is"),
        ("08_transfer_learning", {"limit": 0, "batch_size": 5}, "no column usage and articleType"),
        ("10_multi_task", {"limit": 0, "batch_size": 5}, "no column masterCategory and subCategory"),
    ],
)
def test_a_notebook_is_named_with_what_does_not_fit(stripes, name, parameters, line):
    with pytest.raises(LookbookError, match=f"^{name}: .*{line}") as error:
        fit.refuse(name, parameters, stripes)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "parameters", "remedy"),
    [
        ("02_baseline_cnn", {"systems": ["R2.simple"], "batch_size": 200}, "set batch_size=64, or bring about {} "),
        ("04_ablation_batch_size", {"system": "R2.simple", "batch_sizes": [4, 200]}, "batch_sizes=[32, 64] and base"),
        ("05_ablation_learning_rate", {"system": "R2.simple"}, "training pictures: bring about {} pictures"),
    ],
)
def test_a_batch_that_is_too_large_is_refused_with_what_can_be_done(stripes, monkeypatch, name, parameters, remedy):
    monkeypatch.setattr(fit.recipes, "recipe", lambda system, data, **own: large(system, data, **own))
    train = len(fit.parts(stripes, configs.DataConfig(name="stripes"))[1].train)
    with pytest.raises(LookbookError) as error:
        fit.refuse(name, parameters | {"limit": 0}, stripes)
    assert remedy.format(math.ceil(200 * len(stripes) / train)) in str(error.value)


def large(system, data, **own):
    return configs.parse({"system": system, "data": data.model_dump(), "batch_size": 200} | own)


def test_what_fits_is_not_refused(stripes):
    for name, parameters in {
        "00_start_here": {"limit": 0}, "01_data_audit": {"pictures": 0}, "12_reading_reports": {"most": 1},
        "02_baseline_cnn": {"limit": 0, "systems": ["R2.simple"], "batch_size": 100},
    }.items():  # fmt: skip
        fit.refuse(name, parameters, stripes)


def test_pictures_that_are_too_small_for_a_network_are_refused(stripes):
    small = replace(stripes, images=stripes.images[:, ::2, ::2])
    with pytest.raises(LookbookError, match="05_ablation_learning_rate: fast pools more often than pictures of 6x6"):
        fit.refuse("05_ablation_learning_rate", {"limit": 0, "system": "fast"} | {"batch_size": 1}, small)


def test_a_value_that_a_column_has_not_is_named(stripes):
    usage = {"usage": np.zeros(len(stripes), int)}
    shop = replace(stripes, labels=stripes.labels | usage, classes=stripes.classes | {"usage": ["Casual"]})
    assert fit.lacks(shop, {"usage": ("Casual", "Formal")}) == "'Formal' in column usage"
    assert fit.lacks(shop, {"usage": ("Casual",)}) == ""


def test_own_pictures_without_what_a_section_needs_give_way_to_the_kits_own_with_the_reason(stripes, monkeypatch):
    names = {"own:shoes": Resolved("own:/shoes"), "auto": Resolved("garments-colour", "The real ones are not here.")}
    monkeypatch.setattr(catalogue, "resolve", lambda name, colour: names[name])
    monkeypatch.setattr(catalogue, "load", lambda name: stripes)
    assert fit.resolve("own:shoes", True, {}) == names["own:shoes"]
    found = fit.resolve("own:shoes", True, {"usage": ()})
    assert found.name == "garments-colour"
    assert found.reason.startswith("own:/shoes has no column usage: garments-colour stands in for it in this part. The")
