"""R2.optimised: four convolution blocks with batch normalisation and dropout."""

from collections.abc import Sequence

from lib.base.backend import keras

layers = keras.layers


def build(
    input_shape: tuple[int, int, int],
    classes: int,
    dropout: float = 0.2,
    kernels: Sequence[int] = (5, 3, 3, 3),
    filters: Sequence[int] = (32, 64, 64, 128),
) -> keras.Model:
    """Return a block for each number in `filters`, then one dense layer to the logits.

    A block: convolution, 2x2 max-pooling, batch normalisation, ReLU, dropout. Source: report R2, section 3: four blocks
    whose kernel sizes vary, batch normalisation, dropout, one fully connected layer to ten logits. Not stated in the
    report: every number, the order inside a block, pooling. Normalisation stands after pooling, where it costs a
    quarter; its momentum is .9, because Keras's .99 lags behind in short trainings.
    """
    inputs = keras.Input(input_shape, dtype="uint8")
    x = layers.Rescaling(1 / 255)(inputs)
    for width, kernel in zip(filters, kernels, strict=True):
        x = layers.Conv2D(width, kernel, padding="same", use_bias=False)(x)
        x = layers.MaxPooling2D(padding="same")(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
        x = layers.Dropout(dropout)(x)
    outputs = layers.Dense(classes, dtype="float32")(layers.Flatten()(x))
    return keras.Model(inputs, outputs, name="four_block")
