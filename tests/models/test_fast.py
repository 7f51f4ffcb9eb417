"""The kit's own network: what its first layer is made of, and that it never learns."""

from dataclasses import replace

import numpy as np
import pytest

from lib import config, models, runs
from lib.models import fast


def outputs_of_the_first_layer(network, pictures):
    from lib.base.backend import keras

    layer = network.get_layer(fast.STEM)
    first = keras.Model(network.inputs, layer.output)
    return np.asarray(first(pictures))[:, 1:-1, 1:-1].reshape(-1, fast.PATTERNS)  # not those that see the border


def test_it_has_the_parameters_its_docstring_says():
    network = models.build("fast", (28, 28, 1), 10)
    assert (network.count_params(), network.get_layer(fast.STEM).count_params()) == (538_634, 512)


@pytest.mark.parametrize("channels", [1, 3])
def test_the_first_layer_makes_what_varies_together_vary_alone(channels):
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 128, (400, 29, 29, channels), "uint8")
    pictures = noise[:, 1:, 1:] // 2 + noise[:, :-1, 1:] // 2 + noise[:, 1:, :-1] // 2 + noise[:, :-1, :-1] // 2
    network = models.build("fast", pictures.shape[1:], 3)
    models.adapt("fast", network, pictures)
    half = fast.PATTERNS // 2
    strongest = outputs_of_the_first_layer(network, pictures)[:, :half]
    together = np.corrcoef(strongest, rowvar=False) - np.eye(half)
    assert np.abs(together).max() < 0.1, "neighbouring pixels are alike here, their patterns are not"
    kernel = np.asarray(network.get_layer(fast.STEM).kernel)
    assert np.array_equal(kernel[..., :half], -kernel[..., half:])


def test_the_first_layer_comes_from_training_pictures_and_never_learns(stripes):
    larger = replace(stripes, images=np.pad(stripes.images, ((0, 0), (8, 8), (8, 8), (0, 0))))
    settings = {"system": "fast", "data": {"name": "stripes"}, "epochs": 2, "batch_size": 16}
    run = runs.fetch_or_train(config.parse(settings), larger, weights=True)
    trained = np.asarray(runs.network(run).get_layer(fast.STEM).kernel)
    begun = models.build("fast", larger.images.shape[1:], 3)
    models.adapt("fast", begun, larger.images[run.predictions("train")[0]])
    assert np.allclose(trained, begun.get_layer(fast.STEM).kernel)


def test_other_networks_are_left_as_they_are():
    network = models.build("R2.simple", (28, 28, 1), 3)
    before = network.get_weights()
    models.adapt("R2.simple", network, np.zeros((8, 28, 28, 1), "uint8"))
    assert all(np.array_equal(old, new) for old, new in zip(before, network.get_weights(), strict=True))
