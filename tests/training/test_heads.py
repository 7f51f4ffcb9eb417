"""Heads on the backbones that are at hand: ImageNet's where weights are, the kit's own where none is."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
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
    assert heads.named("kit") == "a small head on our own pretrained network"
    assert heads.named("vgg16") == "a small head on the pretrained network vgg16"
    parts = Split(np.arange(411), np.arange(88), np.arange(9))
    assert heads.known(parts, parts, 2000) == (
        "Our backbone learns the **article** from 2,000 pictures. All else learns the **usage** from 411 pictures, and "
        "is chosen on 88 validation pictures."
    )
    fewer = Split(np.arange(90), np.arange(9), np.arange(9))
    told = heads.known(parts, fewer, 0)
    assert told.startswith("Each network learns the **usage** from 411") and told.endswith("plain Keras take 90.")


def test_whether_the_epochs_were_enough_is_told():
    run = SimpleNamespace(history=pd.DataFrame({"val_loss": [0.5, 0.3, 0.4]}))
    late = SimpleNamespace(history=pd.DataFrame({"val_loss": [0.5, 0.4, 0.3]}))
    told = heads.told_enough({"net": [run, late], "head": [run]}, 3)
    assert told == (
        "Were the epochs enough? The validation loss was lowest after epoch 2 to 3 (net) and epoch 2 (head) of 3. In 1 "
        "of 3 trainings it may still have been falling."
    )
    assert heads.told_enough({"net": [run]}, 3).endswith("epoch 2 (net) of 3. Then it rose.")
    lost = SimpleNamespace(history=pd.DataFrame({"val_loss": [np.nan]}))
    assert heads.told_enough({"net": [lost]}, 1) == "No training has a validation loss."


def test_seconds_are_told_and_whose_are_fewer():
    head, other, own = ([SimpleNamespace(metrics={"seconds": each})] for each in (0.44, 7.8, 9.2))
    assert heads.told_seconds(head, other, own) == (
        "The head trains in 0.4 s, together with its backbone (9.2 s) longer than from scratch (7.8 s)."
    )
    assert "(7.8 s) shorter than" in heads.told_seconds(head, own, other)
    assert "(7.8 s) about as long as" in heads.told_seconds(head, [*other, *own, *own], other)
    assert heads.told_seconds(head, other, []).startswith("But the head trains in 0.4 s")
    assert heads.told_seconds(other, head, []).startswith("And the head trains in 7.8 s")
    assert heads.told_seconds(head, [*other, *head], []).startswith("The head trains in 0.4 s")


def test_a_network_that_begins_again_learns_the_same():
    from lib.base.backend import keras

    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    network.compile(keras.optimizers.Adam(0.01), "mse", jit_compile=False)
    first, inputs = network.get_weights(), np.random.default_rng(0).random((20, 4)).astype("float32")
    ends = []
    for _ in range(2):
        heads.begin_again(network, first)
        network.fit(inputs, inputs[:, :3], epochs=3, shuffle=False, verbose=0)
        ends.append(network.get_weights())
    assert all(np.array_equal(*pair) for pair in zip(*ends, strict=True)) and not np.array_equal(first[0], ends[0][0])
    assert float(network.optimizer.learning_rate) == pytest.approx(0.01)


def test_backbones_without_weights_are_named():
    found = heads.on(["mobilenet_v2"], PICTURES, heads.teacher(PICTURES, 900), download=False)
    told = heads.taken(["mobilenet_v2"], found)
    assert told == ("We look inside our own backbone; the weights of mobilenet_v2 are not on this computer.")
    assert heads.taken([], found) == "We look inside our own backbone."
