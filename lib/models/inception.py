"""R4's network: blocks of parallel convolutions, dilated from the second block on."""

from collections.abc import Sequence

from lib.base.backend import keras
from lib.base.errors import LookbookError
from lib.models.dilated import DilatedConv2D

layers = keras.layers


def build(
    input_shape: tuple[int, int, int],
    classes: int,
    blocks: int = 4,
    kernels: Sequence[int] = (1, 3, 5),
    dilation: int = 3,
    dropout: float = 0.3,
) -> keras.Model:
    """Return `blocks` blocks of 32, 64, 128, ... filters a branch, two dense layers (256, 128), logits.

    A block: a convolution for each size in `kernels`, all on the same input, concatenated. From the second block on
    they are dilated, dropout follows, and a 1x1 convolution before the block reduces the channels to the block's number
    of filters. Each dense layer: batch normalisation, leaky ReLU, dropout.

    Source: report R4, "CNN Architecture"; its first version had blocks=5. Not stated in the report: the kernel sizes
    (1, 3 and 5 as in GoogLeNet, arXiv 1409.4842), ReLU after each convolution, the leaky ReLU's slope (Keras's .3), no
    bias before batch normalisation, and pooling: here 2x2 max-pooling between the blocks, before the 1x1 convolution,
    where it is cheapest. 28x28 pictures give maps 28, 14, 7 and 3 wide; without pooling the first dense layer alone
    would have 28 * 28 * 768 * 256 = 154 million weights. Batch normalisation has momentum .9, because Keras's .99 lags
    behind in short trainings.
    LookbookError for pictures of which pooling leaves nothing, and for even kernels.

    Layers by name: block1, block2, ... give the feature maps of a block (before dropout), and block2_branch1, ... one
    branch of it.
    """
    _check(input_shape, blocks)
    inputs = keras.Input(input_shape, dtype="uint8")
    x = layers.Rescaling(1 / 255)(inputs)
    x = _block(x, "block1", 32, kernels, dilation=1)
    for number in range(2, blocks + 1):
        width = 32 * 2 ** (number - 1)
        x = layers.MaxPooling2D()(x)
        x = layers.Conv2D(width, 1, activation="relu", name=f"reduce{number}")(x)
        x = _block(x, f"block{number}", width, kernels, dilation)
        x = layers.Dropout(dropout)(x)
    x = layers.Flatten()(x)
    for width in (256, 128):
        x = layers.Dense(width, use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.LeakyReLU()(x)
        x = layers.Dropout(dropout)(x)
    outputs = layers.Dense(classes, dtype="float32")(x)
    return keras.Model(inputs, outputs, name="inception")


def _check(input_shape: tuple[int, int, int], blocks: int) -> None:
    height, width = input_shape[:2]
    if blocks < 1 or min(height, width) < 2 ** (blocks - 1):
        most = min(height, width).bit_length()
        raise LookbookError(f"blocks={blocks}: pictures of {height}x{width} pixels need 1 to {most} blocks")


def _block(x, name: str, width: int, kernels: Sequence[int], dilation: int):
    """Return the concatenated outputs of a convolution with each kernel size, all on `x`."""
    branches = []
    for number, kernel in enumerate(kernels, start=1):
        branch = DilatedConv2D(
            width, kernel, dilation_rate=dilation, padding="same", activation="relu", name=f"{name}_branch{number}"
        )
        branches.append(branch(x))
    return layers.Concatenate(name=name)(branches) if len(branches) > 1 else layers.Identity(name=name)(branches[0])
