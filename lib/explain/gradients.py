"""A layer's map of each picture, and the gradient of an answer to that map: the one branch on the backend."""

from collections.abc import Callable
from weakref import WeakKeyDictionary

import numpy as np

from lib.base.backend import keras
from lib.explain.targets import Target

_compiled: WeakKeyDictionary = WeakKeyDictionary()  # by network: a graph is traced once, weights may change after it


def activations_and_gradients(
    model: keras.Model, layer: str, target: Target, pictures: np.ndarray, classes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the map of `layer` and the gradient of `target` to it, float32 (N, h, w, channels), in inference mode.

    model: from pictures (N, H, W, C) to logits, built of any layers, with or without paths around `layer`; not nested.
    target: see `lib.explain.targets`; where the answer does not depend on the layer, the gradient is zero.
    """
    functions = _compiled.setdefault(model, {})
    asked = np.asarray(classes, dtype="int32")
    known_as = (layer, target, asked.ndim)
    if known_as not in functions:
        functions[known_as] = _compile(*_cut(model, layer), target, asked.shape[1:])
    found = functions[known_as](pictures, asked)
    activations, gradients = (keras.ops.convert_to_numpy(each).astype("float32") for each in found)
    return activations, gradients


def _cut(model: keras.Model, layer: str) -> tuple[keras.Model, keras.Model]:
    """Return the network up to a layer, and from (pictures, that layer's map) to its output.

    The second one needs the pictures only where a path leads around the layer, as in a residual block.
    """
    output = model.get_layer(layer).output
    return keras.Model(model.inputs, output), keras.Model([*model.inputs, output], model.output)


def _compile(front: keras.Model, back: keras.Model, target: Target, pair: tuple) -> Callable:
    if keras.backend.backend() == "jax":
        import jax

        def score(maps, weights, pictures, classes):
            output, _ = back.stateless_call(*weights, [pictures, maps], training=False)
            return target(output, classes).sum()

        @jax.jit
        def differentiated(weights_of_both, pictures, classes):
            maps, _ = front.stateless_call(*weights_of_both[0], pictures, training=False)
            return maps, jax.grad(score)(maps, weights_of_both[1], pictures, classes)

        return lambda pictures, classes: differentiated([_weights(front), _weights(back)], pictures, classes)

    import tensorflow as tf

    size = tf.TensorSpec([None, *front.inputs[0].shape[1:]], tf.uint8)

    @tf.function(input_signature=[size, tf.TensorSpec([None, *pair], tf.int32)])  # one graph, whatever the batch
    def both(pictures, classes):
        maps = front(pictures, training=False)
        with tf.GradientTape() as tape:
            tape.watch(maps)
            score = target(back([pictures, maps], training=False), classes)
        return maps, tape.gradient(score, maps, unconnected_gradients="zero")

    return both


def _weights(model: keras.Model) -> tuple[list, list]:
    return [each.value for each in model.trainable_variables], [each.value for each in model.non_trainable_variables]
