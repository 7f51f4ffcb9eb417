"""Heads on the backbones that are at hand: ImageNet's where weights are, the kit's own where none is."""

from types import SimpleNamespace

import numpy as np
import pytest

from lib.base.errors import LookbookError
from lib.bench.features import random_weights
from lib.config import DataConfig
from lib.data.splits import Split
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
    assert heads.named("kit") == "a small head on our own frozen backbone"
    assert heads.named("vgg16") == "a small head on the frozen backbone vgg16"
    parts = Split(np.arange(411), np.arange(88), np.arange(9))
    told = heads.known(500, 2500, 800, parts)
    assert "only 499 pictures have a known usage (411 to train on and 88 to validate), and 2,500 a known" in told
    assert told.startswith(
        "The examples in plain Keras take 800 pictures with a known usage, so that their scores vary"
    )
    assert "so that they take less time. In" in heads.known(0, 0, 800, parts)
    assert heads.known(500, 0, 500, parts).startswith("The examples in plain Keras use the same pictures.")


def test_the_kits_own_backbone_is_a_likely_reason_only_where_the_head_is_behind_the_article():
    teachers = [SimpleNamespace(metrics={"test_accuracy": 0.718})]
    assert "names the article of 72% of the test pictures" in heads.told_teacher(teachers)
    assert heads.told_teacher(teachers, heads.LOOKED_UP).startswith("A likely reason: our backbone itself names only")
    assert heads.told_teacher(teachers, heads.LOOKED_UP, behind=False) == heads.told_teacher([]) == ""
    assert heads.told_teacher(teachers, "copying") == ""


def test_backbones_without_weights_are_named():
    found = heads.on(["mobilenet_v2"], PICTURES, heads.teacher(PICTURES, 900), download=False)
    told = heads.taken(["mobilenet_v2"], found)
    assert told == ("We look inside our own backbone; the weights of mobilenet_v2 are not on this computer.")
    assert heads.taken([], found) == "We look inside our own backbone."
