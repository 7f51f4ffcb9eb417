"""fast: 94% of Fashion-MNIST's test pictures (.9396 with n = 3) after 312 s on two cores: the kit's own network.

Measured by `lookbook bench time-to --seeds 3`, 28 epochs, AMD EPYC. The recipe is `fast` in lib/training/recipes.yaml.
"""

import numpy as np

from lib.base.backend import keras

layers = keras.layers

STEM = "whitening"
PATTERNS = 32  # of the first layer: the 16 strongest, and each one's negative
NOISE = 5e-3  # added to a pattern's variance: keeps what is mostly noise from being enlarged without limit


def build(input_shape: tuple[int, int, int], classes: int) -> keras.Model:
    """Return a fixed first layer of stride 2, then three blocks of 64, 128 and 128 filters, then one dense layer.

    A block: 3x3 convolution, 2x2 max-pooling, batch normalisation, ReLU; in the last two a convolution with a shortcut
    past it follows. On 28x28 grey pictures and ten classes 538,634 parameters, 512 of them fixed, and 131,072 idle: the
    last map has one cell, where eight of the nine places of a 3x3 kernel see nothing.

    What makes it fast on a processor: no map of 28x28 is ever computed, pooling stands before normalisation, and the
    first layer needs no gradient because it never learns (`adapt`). Batch normalisation has momentum .6, because the
    training is short. Source: the kit's own, after airbench (Jordan 2024, arXiv 2404.00498).
    """
    inputs = keras.Input(input_shape, dtype="uint8")
    x = layers.Rescaling(1 / 255)(inputs)
    x = layers.Conv2D(PATTERNS, 4, strides=2, padding="same", use_bias=False, trainable=False, name=STEM)(x)
    x = layers.ReLU()(x)
    x = _block(x, 64)
    for width in (128, 128):
        x = _block(x, width)
        x = layers.Add()([x, _convolution(x, width)])
    x = layers.GlobalMaxPooling2D()(x)
    return keras.Model(inputs, layers.Dense(classes, dtype="float32")(x), name="fast")


def _block(x, width: int):
    return _convolution(x, width, layers.MaxPooling2D())


def _convolution(x, width: int, pooling=None):
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
    x = x if pooling is None else pooling(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.6, epsilon=1e-5)(x))


def adapt(model: keras.Model, pictures: np.ndarray) -> None:
    """Set the first layer to the patterns that 4x4 patches of `pictures`, uint8 (N, H, W, C), consist of.

    The patterns are principal components, each divided by its standard deviation. Thus every output of the layer
    varies as much as any other, and no two vary together: whitening (Page 2019, "How to train your ResNet", part 8).
    """
    kernel = model.get_layer(STEM).kernel
    side, channels = kernel.shape[0], kernel.shape[2]
    windows = np.lib.stride_tricks.sliding_window_view(pictures, (side, side), axis=(1, 2))[:, ::3, ::3]
    patches = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, side * side * channels) / 255.0
    variances, components = np.linalg.eigh(np.cov(patches, rowvar=False))
    strongest = (components / np.sqrt(variances + NOISE)).T[::-1][: PATTERNS // 2]
    patterns = np.concatenate([strongest, -strongest]).reshape(PATTERNS, side, side, channels)
    kernel.assign(patterns.transpose(1, 2, 3, 0))
