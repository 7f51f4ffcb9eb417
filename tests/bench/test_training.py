"""`lookbook bench train`: how fast the networks train, and R4's beside Keras's own dilated convolutions."""

import numpy as np
import pytest

from lib import models
from lib.base.backend import keras
from lib.base.errors import LookbookError
from lib.bench import training
from lib.models import inception


def test_it_compares_with_the_same_function_built_of_keras_layers():
    network = inception.build((12, 12, 1), 3)
    plain = training.with_plain_convolutions(network)
    assert not any(isinstance(layer, inception.DilatedConv2D) for layer in plain.layers)
    images = np.random.default_rng(0).integers(0, 256, (4, 12, 12, 1), dtype="uint8")
    np.testing.assert_allclose(network(images), plain(images), atol=1e-5)


def test_it_has_a_row_a_system(monkeypatch):
    for name, value in {"SHAPE": (8, 8, 1), "TURNS": 1}.items():
        monkeypatch.setattr(training, name, value)
    table = training.measure(["R2.simple", "R4.adam"], batch_size=4, seconds=0)
    assert list(table["system"]) == ["R2.simple", "R4.adam"]
    assert list(table["parameters"]) == [models.build(each, (8, 8, 1), 10).count_params() for each in table["system"]]
    assert list(table["precision"]) == ["float32", "float32"]
    assert (table["pictures/s"] > 0).all()
    assert list(table["ratio"].isna()) == [True, False]
    assert table["ratio"][1] == pytest.approx(table["pictures/s"][1] / table["plain, pictures/s"][1])


def test_it_leaves_the_precision_as_it_was(monkeypatch):
    monkeypatch.setattr(training, "_row", lambda *settings: {"system": 1, "parameters": 2})
    before = keras.mixed_precision.dtype_policy().name
    assert list(training.measure(["R2.simple"], precision="mixed_bfloat16")["precision"]) == ["mixed_bfloat16"]
    assert keras.mixed_precision.dtype_policy().name == before


def test_it_measures_each_network_once():
    chosen = training._networks()
    assert "R2.simple" in chosen and sum(system.startswith("R4.") for system in chosen) == 1


@pytest.mark.parametrize("system, hint", [("anchor.linear", "no network"), ("R4.adm", "did you mean 'R4.adam'")])
def test_it_refuses_what_it_cannot_measure(system, hint):
    with pytest.raises(LookbookError, match=hint):
        training.measure([system])
