"""The convolutional network of a widely used textbook, to compare with: no report's."""

from lib.base.backend import keras

layers = keras.layers


def build(input_shape: tuple[int, int, int], classes: int) -> keras.Model:
    """Return three 3x3 convolutions (64, 128, 256 filters, ReLU, no padding), 2x2 max-pooling between, mean, logits.

    Source: François Chollet, Deep Learning with Python, third edition, chapter 8, "Introduction to convnets", fitted
    there on MNIST for 5 epochs with Adam and batches of 64. The book ends in a softmax; logits with the same loss are
    the same function.
    """
    inputs = keras.Input(input_shape, dtype="uint8")
    x = layers.Rescaling(1 / 255)(inputs)
    x = layers.Conv2D(64, 3, activation="relu")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(128, 3, activation="relu")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(256, 3, activation="relu")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(classes, dtype="float32")(x), name="textbook")
