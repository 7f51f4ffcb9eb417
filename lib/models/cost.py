"""What a network costs: the multiply-adds of one picture, counted layer by layer."""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lib.base.backend import keras


def multiply_adds(model: "keras.Model") -> int:
    """Return how often the network multiplies and adds for one picture, in its convolutions and dense layers.

    Counted from shapes: for each value of a layer's output the weights that it is made of. What else a network does
    (normalising, pooling, activations) is a few operations a value, and left out, as is usual. A place of a kernel that
    sees nothing but padding counts like any other. Every layer is used once.
    """
    from lib.base.backend import keras

    layers = keras.layers
    counted = 0
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            counted += multiply_adds(layer)
        elif isinstance(layer, layers.DepthwiseConv2D):
            counted += math.prod(layer.output.shape[1:]) * math.prod(layer.kernel_size)
        elif isinstance(layer, layers.Conv2D):
            channels = layer.input.shape[-1] // layer.groups
            counted += math.prod(layer.output.shape[1:]) * math.prod(layer.kernel_size) * channels
        elif isinstance(layer, layers.Dense):
            counted += math.prod(layer.output.shape[1:]) * layer.input.shape[-1]
    return counted
