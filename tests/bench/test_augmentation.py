"""`lookbook bench augment`: how fast pictures are changed, beside Keras's own random layers."""

import numpy as np
import pytest

from lib.bench import augmentation
from lib.data.policies import policy


def test_benchmark_has_a_row_for_each_policy_and_batch_size(monkeypatch):
    for name, value in {"TURNS": 1, "CALLS": 1, "POLICIES": {"R4": policy("R4")}}.items():
        monkeypatch.setattr(augmentation, name, value)
    table = augmentation.measure()
    assert table["operation"].tolist() == ["none", "none", "R4", "R4"]
    assert table["batch size"].tolist() == [32, 128] * 2
    faster = table[["Keras, called", "Keras, compiled"]].max(axis=1)
    assert table["ratio"].tolist() == (table["pictures/s"] / faster).round(1).tolist()


def test_benchmark_asks_keras_for_the_same():
    kinds = ["RandomFlip", "RandomTranslation", "RandomRotation", "RandomZoom", "RandomShear", "RandomErasing"]
    settings = policy("R4").changed(shift=0.1, shear=15, erase=0.5)
    layers = augmentation._layers(settings)
    assert [type(layer).__name__ for layer in layers] == kinds
    assert layers[0].mode == "horizontal_and_vertical" and layers[2].factor == (-0.125, 0.125)
    assert augmentation._layers(policy("vertical_flip"))[0].mode == "vertical"


@pytest.mark.parametrize("name", ["horizontal_flip", "rotation", "erase"])
def test_keras_really_changes_the_pictures_of_the_benchmark(name):
    images = np.random.default_rng(0).integers(0, 256, (20, 28, 28, 1), dtype="uint8")
    for change in augmentation.keras_ways(policy(name)).values():
        after = change(images)
        assert after.shape == images.shape and not np.array_equal(after, images)
