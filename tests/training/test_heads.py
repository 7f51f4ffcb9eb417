"""Heads on the backbones that are at hand: ImageNet's where weights are, the kit's own where none is."""

import numpy as np
import pandas as pd
import pytest

from lib.base.errors import LookbookError
from lib.bench.features import random_weights
from lib.config import DataConfig
from lib.training import heads, recipes

PICTURES = DataConfig(name="garments-colour", target="usage", limit=300)


@pytest.fixture(autouse=True)
def no_weights(tmp_path, monkeypatch):
    monkeypatch.setenv("LOOKBOOK_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("LOOKBOOK_CACHE", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path


def test_without_weights_the_kits_own_backbone_stands_in():
    start = heads.teacher(PICTURES, 900)
    found = heads.on(["mobilenet_v2", "resnet50"], PICTURES, start, download=False, epochs=2)
    assert found == {"kit": recipes.recipe("transfer.kit", PICTURES, start=start, epochs=2)}
    assert (start.data.target, start.data.stratify, start.data.limit) == ("articleType", "usage", 900)
    assert heads.teacher(PICTURES, 0).data.limit is None


def test_with_weights_each_backbone_has_a_head_and_the_reports_has_its_id(no_weights):
    start = heads.teacher(PICTURES, 900)
    for name in ("mobilenet_v2", "resnet50"):
        random_weights(name, no_weights)
    found = heads.on(["resnet50", "mobilenet_v2", "vgg16"], PICTURES, start, download=False)
    assert {name: config.system for name, config in found.items()} == {
        "resnet50": "R1.resnet50", "mobilenet_v2": "transfer.mobilenet_v2",
    }  # fmt: skip


def test_an_unknown_backbone_is_refused():
    with pytest.raises(LookbookError, match="unknown backbone 'resnet5'"):
        heads.on(["resnet5"], PICTURES, heads.teacher(PICTURES, 900), download=False)


def test_heads_and_what_is_known_are_told():
    assert heads.named("kit").endswith("backbone that we trained ourselves") and "frozen vgg16" in heads.named("vgg16")
    told = "We pretend that the usage is known for 500 pictures only, the article for 2,500 pictures. "
    assert heads.known(500, 2500, 800) == told + "The parts in plain Keras take 800."
    assert "for all pictures, the article for all" in heads.known(0, 0, 800)


def test_wrong_pixels_and_fine_tuning_are_told():
    rows = pd.DataFrame(
        {
            "system": ["not prepared", "prepared twice"],
            "difference": [0.001, -0.2],
            "low": [-0.1, -0.3],
            "high": [0.1, -0.1],
            "verdict": ["not resolvable with 3 seeds", "resolved: lower"],
        }
    )
    labels = np.repeat([0, 1], [3, 1])  # always class 0: an F1 of 6/7 and one of 0
    scores = pd.DataFrame({"system": rows["system"], "val_macro_f1": [0.5, 3 / 7]})
    assert heads.told_pixels(scores, rows, labels, "Casual") == (
        "Pixels not prepared cost nothing that we can see; pixels prepared twice cost 0.200 of macro-F1 "
        "(the 0.429 that is left is that of always Casual)."
    )
    unsure = rows.assign(verdict="not resolvable with 3 seeds")
    assert "prepared twice may cost 0.200 of macro-F1, but that is not sure" in heads.told_pixels(
        scores, unsure, labels, "Casual"
    )
    assert heads.told_tuning(rows.iloc[0]).startswith("Fine-tuning changed nothing that we can see: +0.001")
    assert "surely harmed" in heads.told_tuning(rows.iloc[1])


def test_one_answer_to_all_pictures_is_told():
    told = heads.told_dull([np.array([0, 0]), np.array([0, 1])], "R1.baseline")
    assert told.startswith("1 of 2 trainings of R1.baseline say one usage")
    assert (
        heads.told_dull([np.array([0, 1])], "it")
        == "Each training of it says more than one usage of the validation pictures."
    )
