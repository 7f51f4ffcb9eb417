"""The share of open ReLUs, against weights that shut them."""

import numpy as np
import pytest

from lib.base.backend import keras
from lib.models import relus


def network(biases):
    """Return two ReLUs, one an activation and one a layer, that add nothing but these biases to pictures of zeros."""
    inputs = keras.Input((2,))
    first = keras.layers.Dense(4, activation="relu", bias_initializer=keras.initializers.Constant(biases[0]))
    second = keras.layers.Dense(4, kernel_initializer="zeros")
    outputs = keras.layers.Dense(3)(keras.layers.ReLU()(second(first(inputs))))
    model = keras.Model(inputs, outputs)
    second.set_weights([np.zeros((4, 4)), np.array(biases[1], dtype="float32")])
    return model


@pytest.mark.parametrize(
    ("biases", "expected"), [((1.0, [1, 1, -1, 0]), [1.0, 0.5]), ((-1.0, [-1, -1, -1, -1]), [0.0, 0.0])]
)
def test_what_is_not_above_zero_is_shut(biases, expected):
    shares = relus.open_shares(network(biases), np.zeros((5, 2), dtype="float32"))
    assert list(shares) == ["ReLU 1", "ReLU 2"] and list(shares.values()) == expected
    assert relus.told(network(biases), np.zeros((5, 2), dtype="float32")) == ", ".join(f"{e:.2f}" for e in expected)


def test_a_single_relu_and_none_at_all():
    inputs = keras.Input((2,))
    one = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.ReLU()(inputs)))
    assert relus.open_shares(one, np.array([[1.0, -1.0]])) == {"ReLU 1": 0.5}
    assert relus.open_shares(keras.Model(inputs, keras.layers.Dense(1)(inputs)), np.ones((1, 2))) == {}
