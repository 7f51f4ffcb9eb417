"""Plain convolutional networks: R1.baseline, R1.augmented, R2.simple (two convolutions), R3.* (three)."""

from collections.abc import Sequence

from lib.base.backend import keras

layers = keras.layers


def build(
    input_shape: tuple[int, int, int],
    classes: int,
    filters: Sequence[int],
    dense: int,
    dropout: float = 0,
    padding: str = "same",
) -> keras.Model:
    """Return, for each number in `filters`, a 3x3 convolution, ReLU and 2x2 max-pooling; then one dense layer, logits.

    dropout: share of the flattened features that is dropped before the dense layer while training.
    padding: of the convolutions, "same" or "valid".

    R1.baseline, R1.augmented, filters (32, 32), dense 60, padding "valid". Source: report R1, Model Architecture: a
    convolution with 32 filters, 2x2 max-pooling, both once more, flatten, dense 60, ReLU, three outputs. Not stated in
    the report: the filters of the second convolution (32), the kernels (3x3), padding (Keras's default), ReLU after the
    convolutions but in its last section; the outputs are logits here, not a softmax.

    R2.simple, filters (16, 32), dense 64. Source: report R2, figure 4.7: two convolutions, no batch normalisation, a
    small fully connected layer. Not stated in the report: every number, padding ("same"), pooling.

    R3.initial, filters (16, 32, 64), dense 128: on 28x28 grey pictures and ten classes 98,442 parameters, as report R3
    prints. Its text says 32 filters, its table 16, 32 and 64; the parameter count fits the table. Not stated in the
    report: whether the ten outputs pass a softmax; here they are logits.

    R3.final, the same with dropout .2: the report adds "a single dropout layer" near the end. Not stated: how much (.2,
    as in TensorFlow's tutorial "Image classification", which has the same network layer for layer), exactly where (its
    printed table of layers shows none).
    """
    inputs = keras.Input(input_shape, dtype="uint8")
    x = layers.Rescaling(1 / 255)(inputs)
    for width in filters:
        x = layers.Conv2D(width, 3, padding=padding, activation="relu")(x)
        x = layers.MaxPooling2D()(x)
    if dropout:
        x = layers.Dropout(dropout)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(dense, activation="relu")(x)
    outputs = layers.Dense(classes, dtype="float32")(x)
    return keras.Model(inputs, outputs, name="plain")
