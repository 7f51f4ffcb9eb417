"""The head on a backbone: alone on features, on pictures, and fine-tuned."""

import numpy as np
import pytest

from lib.base.backend import keras
from lib.base.errors import LookbookError
from lib.bench.features import random_weights
from lib.models import transfer

NAME = "mobilenet_v2"
SHAPE = (32, 32, 3)


@pytest.fixture(scope="module", autouse=True)
def random_file(tmp_path_factory):
    """Let random weights of mobilenet_v2 be there."""
    file = random_weights(NAME, tmp_path_factory.mktemp("weights"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOKBOOK_WEIGHTS", str(file.parent))
        yield


@pytest.fixture(scope="module")
def tuned():
    """Return a network of which the last block is trained."""
    return transfer.build(SHAPE, 3, NAME, dense=8, train_from="block_16_depthwise")


def pictures():
    return np.random.default_rng(0).integers(0, 256, (4, *SHAPE), dtype="uint8")


def test_the_head_alone_takes_features():
    model = transfer.build((10,), 3, NAME, dense=8)
    assert model.input.shape == (None, 10) and model.output.shape == (None, 3)
    assert model.count_params() == 11 * 8 + 9 * 3
    drops = [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    assert drops == [0.5]


def test_several_targets_have_logits_each():
    model = transfer.build((10,), {"gender": 5, "season": 4}, NAME)
    assert {target: logits.shape[1] for target, logits in model.output.items()} == {"gender": 5, "season": 4}


def test_on_pictures_the_frozen_backbone_gives_the_head_the_same(tuned):
    whole = transfer.build(SHAPE, 3, NAME, dense=8)
    assert len(whole.trainable_weights) == 4
    head = transfer.build((1280,), 3, NAME, dense=8)
    transfer.copy_head(whole, head)
    pool = keras.Model(whole.input, whole.get_layer("pool").output)
    expected = head.predict_on_batch(pool.predict_on_batch(pictures()))
    assert whole.predict_on_batch(pictures()) == pytest.approx(expected, abs=1e-5)


def test_fine_tuning_trains_from_the_named_layer_on_and_no_batch_normalisation(tuned):
    names = [layer.name for layer in tuned.layers]
    trained = {layer.name for layer in tuned.layers if layer.trainable_weights}
    assert trained == {"block_16_depthwise", "block_16_project", "Conv_1", "head_dense", "head_logits"}
    before = {layer.name: [array.copy() for array in layer.get_weights()] for layer in tuned.layers}
    tuned.compile(keras.optimizers.Adam(epsilon=1e-30), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    tuned.train_on_batch(pictures(), np.array([0, 1, 2, 0]))
    for name in names:
        same = [np.array_equal(*pair) for pair in zip(before[name], tuned.get_layer(name).get_weights(), strict=True)]
        assert all(same) is (name not in trained), name


def test_what_is_frozen_stays_so_in_a_file(tuned, tmp_path):
    tuned.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert [w.path for w in again.trainable_weights] == [w.path for w in tuned.trainable_weights]
    assert np.array_equal(again.predict_on_batch(pictures()), tuned.predict_on_batch(pictures()))


def test_an_unknown_layer_is_refused_with_the_nearest():
    with pytest.raises(
        LookbookError, match="no layer 'block_16_depth' to train from: did you mean 'block_16_depthwise'"
    ):
        transfer.build(SHAPE, 3, NAME, train_from="block_16_depth")


def test_the_kits_own_backbone_is_only_used_frozen():
    assert transfer.build((7,), 3, "kit").input.shape == (None, 7)
    with pytest.raises(LookbookError, match="only used frozen"):
        transfer.build(SHAPE, 3, "kit", train_from="dense")


def test_a_wrong_name_is_refused_even_where_only_the_head_is_built():
    with pytest.raises(LookbookError, match="unknown backbone 'resnet5'"):
        transfer.build((7,), 3, "resnet5")
    with pytest.raises(LookbookError, match="unknown preprocessing 'x'"):
        transfer.build((7,), 3, NAME, preprocessing="x")


@pytest.mark.parametrize("other", [{"dense": 9}, {"classes": 4}, {"classes": {"a": 3}}])
def test_a_head_of_another_size_is_not_copied(other, tuned):
    start = transfer.build((1280,), **({"classes": 3, "backbone": NAME, "dense": 8} | other))
    with pytest.raises(LookbookError, match="the head of 'head' does not fit 'mobilenet_v2'"):
        transfer.copy_head(tuned, start)


def test_a_network_without_a_head_takes_none(tuned):
    inputs = keras.Input((4,))
    with pytest.raises(LookbookError, match="does not fit"):
        transfer.copy_head(keras.Model(inputs, keras.layers.Dense(3)(inputs)), tuned)
