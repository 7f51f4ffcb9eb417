"""A layer's map of each picture, and the gradient of an answer to that map: the one branch on the backend."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary, proxy

import numpy as np

from lib.base.backend import keras
from lib.base.errors import LookbookError
from lib.explain.targets import Target, logit

_compiled: WeakKeyDictionary = WeakKeyDictionary()  # by network: a graph is traced once, weights may change after it


def activations_and_gradients(
    model: keras.Model, layer: str, target: Target, pictures: np.ndarray, classes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the map of `layer` and the gradient of `target` to it, float32 (N, h, w, channels), in inference mode.

    model: from pictures (N, H, W, C) to logits, built of any layers, with or without paths around `layer`.
    target: see `lib.explain.targets`; where the answer does not depend on the layer, the gradient is zero.
    LookbookError for a layer that the network uses twice.
    """
    classes = np.asarray(classes, dtype="int32")
    output = model.get_layer(layer).output
    functions = _compiled.setdefault(model, {})
    key = (layer, target, classes.ndim, *model.layers)  # layers can be added to a Sequential, and taken away
    if key not in functions:
        shapes = [model.inputs[0].shape, output.shape, classes.shape]
        functions[key] = _compile(model, layer, target, shapes)
    nothing = np.zeros((len(pictures), *output.shape[1:]), keras.backend.standardize_dtype(output.dtype))
    found = functions[key](pictures, nothing, classes)
    activations, gradients = (keras.ops.convert_to_numpy(each).astype("float32") for each in found)
    return activations, gradients


def of_logit(model: keras.Model, layer: str, pictures: np.ndarray, classes: np.ndarray):
    """Return `activations_and_gradients` of the logit of each picture's class."""
    return activations_and_gradients(model, layer, logit, pictures, classes)


@contextmanager
def _added_to(layer: keras.Layer, change) -> Iterator[list]:
    """Add `change` to what a layer gives while its network is called, and yield a list that gets the sum.

    The gradient to a change of zero is that to the map itself, and the network stays as it is.
    """
    own, seen = layer.call, []

    def call(*arguments, **named):
        seen.append(own(*arguments, **named) + change)
        return seen[-1]

    layer.call = call
    try:
        yield seen
    finally:
        del layer.call
    if len(seen) != 1:
        raise LookbookError(f"layer '{layer.name}' is used {len(seen)} times: take one that is used once")


def _compile(model: keras.Model, layer: str, target: Target, shapes: list[tuple]) -> Callable:
    """Return a function of pictures, a change of the layer's map, and classes, of these shapes, whatever the batch."""
    here, tapped = proxy(model), model.get_layer(layer)  # what is kept by network must not keep the network

    if keras.backend.backend() == "jax":
        import jax

        def score(change, weights, pictures, classes):
            with _added_to(tapped, change) as seen:
                output, _ = here.stateless_call(*weights, pictures, training=False)
            return target(output, classes).sum(), seen[0]

        differentiated = jax.jit(jax.grad(score, has_aux=True))

        def both(pictures, change, classes):
            variables = here.trainable_variables, here.non_trainable_variables
            weights = [[each.value for each in own] for own in variables]
            return differentiated(change, weights, pictures, classes)[::-1]

        return both

    import tensorflow as tf

    types = [model.inputs[0].dtype, tapped.output.dtype, "int32"]
    signature = [tf.TensorSpec([None, *shape[1:]], dtype) for shape, dtype in zip(shapes, types, strict=True)]

    @tf.function(input_signature=signature, autograph=False)
    def traced(pictures, change, classes):
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(change)
            with _added_to(tapped, change) as seen:
                output = here(pictures, training=False)
            score = target(output, classes)
        return seen[0], tape.gradient(score, change, unconnected_gradients="zero")

    return traced
