"""Class activation maps: where in a layer's map the evidence for a class lies.

A method is one function of (activations, gradients), both (N, h, w, channels), and returns maps (N, h, w), raw and
signed: above zero is evidence for the class, below zero evidence against it. Papers set what is below zero to zero;
here nobody does.
"""

from collections.abc import Callable

import numpy as np

from lib.explain import layers
from lib.explain.gradients import activations_and_gradients
from lib.explain.targets import Target, logit

BATCH = 128


def grad_cam(activations: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """Return the channels added up, each weighted by the mean of its gradient over all cells.

    Where global average pooling and one dense layer follow, this is that network's own sum, class activation mapping
    (Zhou et al. 2016, arXiv 1512.04150), divided by the number of cells.

    Source: Selvaraju et al. 2017, arXiv 1610.02391.
    """
    return (activations * gradients.mean(axis=(1, 2), keepdims=True)).sum(axis=-1)


def grad_cam_plus_plus(activations: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """Return the channels added up, each weighted by its positive gradients, those of small activations counting more.

    A cell's factor is g^2 / (2 g^2 + g^3 times the channel's sum of activations): the paper's, in which the derivatives
    of exp(logit) have become powers of the gradient g; g^2 is cancelled. After a ReLU no weight is below zero.

    Source: Chattopadhyay et al. 2018, arXiv 1710.11063.
    """
    below = 2 + gradients * activations.sum(axis=(1, 2), keepdims=True)
    factors = np.divide(1, below, out=np.zeros_like(below), where=np.abs(below) > 1e-12)
    weights = (factors * np.maximum(gradients, 0)).sum(axis=(1, 2), keepdims=True)
    return (activations * weights).sum(axis=-1)


def hires_cam(activations: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """Return each cell's activations times its own gradients, added over the channels.

    Where one dense layer follows, the map's sum and the bias are the logit: the map is what the network adds up.

    Source: Draelos & Carin 2020, arXiv 2011.08891.
    """
    return (activations * gradients).sum(axis=-1)


def layer_cam(activations: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """Return each cell's activations times its own positive gradients, added over the channels: fit for early layers.

    Source: Jiang et al. 2021, LayerCAM, IEEE Transactions on Image Processing 30, p. 5875.
    """
    return (activations * np.maximum(gradients, 0)).sum(axis=-1)


METHODS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "Grad-CAM": grad_cam,
    "Grad-CAM++": grad_cam_plus_plus,
    "HiResCAM": hires_cam,
    "LayerCAM": layer_cam,
}


def raw(
    model, pictures: np.ndarray, classes: np.ndarray, layer: str | int = -1, target: Target = logit
) -> dict[str, np.ndarray]:
    """Return every method's raw maps of `pictures`, float32 (N, h, w), of the size of the layer's own map.

    model: any network from uint8 pictures (N, H, W, C) to logits. classes: int (N,), the class asked for in each
    picture, or (N, 2): evidence for the first against the second. layer: any with a map of more than one cell, by
    name, or which of the convolutions. target: which number of the output is explained (`lib.explain.targets`).
    LookbookError for a layer that is not there or has no such map.
    """
    name = layers.named(model, layer)
    parts: dict[str, list[np.ndarray]] = {method: [] for method in METHODS}
    for start in range(0, len(pictures), BATCH):
        batch = slice(start, start + BATCH)
        found = activations_and_gradients(model, name, target, pictures[batch], classes[batch])
        for method, compute in METHODS.items():
            parts[method].append(compute(*found))
    return {method: np.concatenate(own) for method, own in parts.items()}
