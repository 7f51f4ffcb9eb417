"""`lookbook bench features`: a head on stored features beside the same head on its frozen backbone."""

import numpy as np
import pytest

from lib.base import paths
from lib.base.backend import keras
from lib.base.errors import LookbookError
from lib.bench import features as bench
from lib.data.dataset import Dataset
from lib.models import backbones, transfer
from lib.training import features

NAME = "tiny"
NUMBER = 150  # pictures; three batches


@pytest.fixture(autouse=True)
def tiny(tmp_path_factory, monkeypatch):
    """Let there be a backbone of one convolution, with weights, that a few pictures are measured on."""

    def network(include_top, weights, input_tensor):
        x = keras.layers.Conv2D(6, 3, name="convolution")(input_tensor)
        return keras.Model(input_tensor, keras.layers.ReLU(name="end")(x))

    folder = tmp_path_factory.mktemp("weights")
    monkeypatch.setattr(keras.applications, "Tiny", network, raising=False)
    known = backbones.Backbone("Tiny", "end", "tf", ("tiny.weights.h5", "tiny.h5"), "tiny")
    monkeypatch.setitem(backbones.BACKBONES, NAME, known)
    keras.utils.set_random_seed(1)
    bench.random_weights(NAME, folder)
    monkeypatch.setenv("LOOKBOOK_WEIGHTS", str(folder))
    for name, value in {"BACKBONE": NAME, "TRAINING": 96, "VALIDATION": 32, "EPOCHS": 2}.items():
        monkeypatch.setattr(bench, name, value)


@pytest.fixture
def products():
    """Return pictures in colour."""
    images = np.random.default_rng(0).integers(0, 256, (NUMBER, 10, 8, 3), dtype="uint8")
    labels = {"usage": np.arange(NUMBER) % 3}
    return Dataset("products", images, labels, {"usage": ["a", "b", "c"]}, np.arange(NUMBER).astype(str), "Noise.")


def test_it_trains_the_same_head_in_both_ways_and_keeps_nothing(products):
    table = bench.measure(products)
    assert table["what"].tolist() == ["features, once", "2 epochs, head on features", "2 epochs, through the backbone"]
    assert table["weights"].unique().tolist() == ["tiny.weights.h5"]
    assert table["ratio"].iloc[2] == 1 and table["ratio"].iloc[1] > 0
    assert not (paths.runs() / "features").exists()


def test_it_says_that_its_weights_are_random(products, tmp_path, monkeypatch):
    monkeypatch.delenv("LOOKBOOK_WEIGHTS")
    assert bench.measure(products)["weights"].unique().tolist() == ["random"]
    with pytest.raises(LookbookError, match="no ImageNet weights"):
        backbones.find(NAME)


def test_it_needs_enough_pictures(products, monkeypatch):
    monkeypatch.setattr(bench, "TRAINING", 600)
    with pytest.raises(LookbookError, match="products: 150 pictures with a usage are too few"):
        bench.measure(products)


def test_both_ways_end_with_the_same_weights(products):
    """Not only as accurate: the same orders, the same dropout, the same steps."""
    stored = features.fetch_or_compute(products, NAME, np.arange(NUMBER))
    head, whole = (transfer.build(shape, 3, NAME) for shape in ((6,), products.images.shape[1:]))
    transfer.copy_head(whole, head)
    for model, inputs in ((head, stored), (whole, products.images)):
        bench._row("", model, inputs, products.labels["usage"])
    for layer in ("head_dense", "head_logits"):
        for ours, theirs in zip(head.get_layer(layer).weights, whole.get_layer(layer).weights, strict=True):
            assert np.asarray(ours) == pytest.approx(np.asarray(theirs), abs=1e-4)
