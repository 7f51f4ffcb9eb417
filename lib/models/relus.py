"""Which ReLUs of a network let something through."""

import numpy as np
import pandas as pd

from lib.base.backend import keras
from lib.base.text import listed


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


def told_open(shares: dict[str, tuple[float, str]]) -> str:
    """Return how much of a layer is open after a training, and how many starts shut, in a sentence.

    shares: "SGD at 0.1" -> the share of outputs above zero, and starts that shut, as `shut` says them.
    """
    each = [f"{share:.0%} with {name} ({starts} starts shut)" for name, (share, starts) in shares.items()]
    return f"From the last start, the share of the second ReLU layer's outputs above zero is then {listed(each)}."


def told(network: keras.Model, pictures: np.ndarray) -> str:
    """Return `open_shares` in words, from input to output: "0.38, 0.62, 0.37"."""
    return ", ".join(f"{share:.2f}" for share in open_shares(network, pictures).values())


def shut(tried: pd.DataFrame, group: str, rate: float) -> str:
    """Return after how many of the trainings of a group with this rate every picture gets the same answer: "2 of 3".

    tried: a row a training: group, rate, and shut, bool.
    """
    own = tried.loc[(tried["group"] == group) & np.isclose(tried["rate"], rate), "shut"]
    return f"{own.sum()} of {len(own)}"


def blind(labels: np.ndarray, classes: int) -> str:
    """Return how low the loss is of a network that answers the same for every picture."""
    share = np.bincount(labels, minlength=classes) / len(labels)
    loss = abs(np.sum(share * np.log(np.where(share > 0, share, 1))))
    guessing = np.log(classes)
    beside = "hardly better than the" if loss > 0.9 * guessing else "from the"
    return (
        "A shut network can still learn how frequent each class is. In this batch that brings its loss down to "
        f"{loss:.2f}, {beside} {guessing:.2f} of guessing. The loss alone looks harmless: look at the answers."
    )


def _is_relu(layer: keras.layers.Layer) -> bool:
    activation = getattr(layer, "activation", None)
    return isinstance(layer, keras.layers.ReLU) or activation is keras.activations.relu
