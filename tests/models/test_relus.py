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


def test_what_is_open_is_told_with_the_starts_that_shut():
    assert relus.told_open({"SGD at 0.1": (0.62, "0 of 3"), "SGD at 2": (0, "3 of 3")}) == (
        "From the last start, the share of the second ReLU layer's outputs above zero is then 62% with SGD at 0.1 (0 "
        "of 3 starts shut) and 0% with SGD at 2 (3 of 3 starts shut)."
    )
    assert "2.24, hardly better than the 2.30 of guessing" in relus.blind(
        np.repeat(np.arange(10), [12, 2, *[6] * 8]), 10
    )
