"""The trunk of VGG-16: its thirteen convolutions, which R5.vgg16 of `lib.models.multi_task` stands on."""

from collections.abc import Sequence

from lib.base.backend import keras

layers = keras.layers


def trunk(x, width: int = 64, blocks: Sequence[int] = (2, 2, 3, 3, 3)):
    """Return the last map of VGG-16, (batch, H / 32, W / 32, 8 * width), of symbolic pictures x (batch, H, W, C).

    width: filters of the first stage; each has twice those of the one before, at most eight times. blocks: number of
    3x3 convolutions of each stage, which ends with 2x2 max-pooling. Others than VGG-16's, 64 and (2, 2, 3, 3, 3), are
    for quick runs only.

    Source: Simonyan & Zisserman 2015, arXiv 1409.1556, table 1, configuration D; no batch normalisation. Weights begin
    as in He et al. 2015, arXiv 1502.01852, whose beginning is made for deep networks without it. Pooling keeps a last
    odd row or column (the paper's pictures have none): a picture of 80x60 pixels ends as a map of 3x2.
    """
    for stage, number in enumerate(blocks):
        filters = width * min(2**stage, 8)
        for _ in range(number):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
        x = layers.MaxPooling2D(padding="same")(x)
    return x
