"""The trunk of ResNet-34: everything before its last layer, which the networks of `lib.models.multi_task` stand on."""

from collections.abc import Sequence

from lib.base.backend import keras

layers = keras.layers


def trunk(x, width: int = 64, blocks: Sequence[int] = (3, 4, 6, 3)):
    """Return features (batch, 8 * width) of symbolic pictures x (batch, H, W, C): the mean of ResNet-34's last map.

    width: filters of the first stage; each stage has twice those of the one before. blocks: of each stage, two 3x3
    convolutions each. Others than ResNet-34's, 64 and (3, 4, 6, 3), are for quick runs only.

    Source: He et al. 2016, arXiv 1512.03385, table 1; as there a 7x7 convolution and a pooling halve the picture before
    the first stage, and where a block changes the shape a 1x1 convolution stands beside it (option B). A picture of
    80x60 pixels ends as a map of 3x2. Momentum of the batch normalisation .9, as in torchvision; weights begin as in
    He et al. 2015, arXiv 1502.01852.
    """
    x = layers.ReLU()(_normalised(x, width, 7, 2))
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    for stage, number in enumerate(blocks):
        for block in range(number):
            x = _block(x, width * 2**stage, 2 if stage and not block else 1)
    return layers.GlobalAveragePooling2D()(x)


def _block(x, filters: int, stride: int):
    inner = layers.ReLU()(_normalised(x, filters, 3, stride))
    inner = _normalised(inner, filters, 3, 1)
    if stride != 1 or x.shape[-1] != filters:
        x = _normalised(x, filters, 1, stride)
    return layers.ReLU()(layers.Add()([x, inner]))


def _normalised(x, filters: int, kernel: int, stride: int):
    x = layers.Conv2D(filters, kernel, stride, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
