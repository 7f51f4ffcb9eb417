"""Small networks that several tests explain: nothing here is trained."""

import numpy as np
import pytest

from lib.base.backend import keras

layers = keras.layers


@pytest.fixture(autouse=True)
def the_same_weights():
    """Let every test draw the same random weights, alone and among others."""
    keras.utils.set_random_seed(0)


@pytest.fixture(scope="session")
def noise() -> np.ndarray:
    """Return 130 pictures of noise, more than one batch, uint8 (130, 8, 8, 1)."""
    return np.random.default_rng(0).integers(0, 256, (130, 8, 8, 1), dtype="uint8")


@pytest.fixture(scope="session")
def residual() -> keras.Model:
    """Return a network whose layer `inside` has a path around it, with batch normalisation that is not at its start."""
    keras.utils.set_random_seed(1)
    pictures = keras.Input((8, 8, 1))
    x = layers.Conv2D(6, 3, padding="same", name="begin")(layers.Rescaling(1 / 255)(pictures))
    x = layers.ReLU()(layers.BatchNormalization(name="normal")(x))
    inner = layers.Conv2D(6, 3, padding="same", name="inside")(x)
    x = layers.MaxPooling2D(name="half")(layers.ReLU(name="after")(layers.Add(name="sum")([x, inner])))
    x = layers.Dense(8, "relu", name="flat")(layers.Flatten()(x))
    model = keras.Model(pictures, layers.Dense(3, name="logits")(x), name="residual")
    drawn = np.random.default_rng(0)
    model.get_layer("normal").set_weights([drawn.uniform(0.5, 1.5, 6) for _ in range(4)])
    return model
