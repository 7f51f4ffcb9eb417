"""Which ReLUs of a network let something through."""

import numpy as np

from lib.base.backend import keras


def open_shares(network: keras.Model, pictures: np.ndarray) -> dict[str, float]:
    """Return for each ReLU, from input to output, which share of its outputs for these pictures is above zero.

    pictures: as the network takes them. A ReLU is one whether it is a layer or the activation of one; the keys are
    "ReLU 1", "ReLU 2", ...; without any the dictionary is empty.
    """
    found = [layer.output for layer in network.layers if _is_relu(layer)]
    if not found:
        return {}
    outputs = keras.Model(network.inputs, found).predict_on_batch(pictures)
    return {f"ReLU {number}": float((np.asarray(output) > 0).mean()) for number, output in enumerate(outputs, 1)}


def told(network: keras.Model, pictures: np.ndarray) -> str:
    """Return `open_shares` in words, from input to output: "0.38, 0.62, 0.37"."""
    return ", ".join(f"{share:.2f}" for share in open_shares(network, pictures).values())


def _is_relu(layer: keras.layers.Layer) -> bool:
    activation = getattr(layer, "activation", None)
    return isinstance(layer, keras.layers.ReLU) or activation is keras.activations.relu
