"""Which layers of a network have a map of the picture, and of what size."""

import pandas as pd

from lib.base.backend import keras
from lib.base.errors import LookbookError, nearest


def spatial(model: keras.Model) -> pd.DataFrame:
    """Return a row for each layer whose output is a map of more than one cell: layer, kind, rows, columns, channels."""
    rows = []
    for layer in model.layers:
        shape = _shape(layer)
        if len(shape) == 4 and shape[1] * shape[2] > 1:
            rows.append([layer.name, type(layer).__name__, *shape[1:]])
    return pd.DataFrame(rows, columns=["layer", "kind", "rows", "columns", "channels"])


def convolutions(model: keras.Model) -> list[str]:
    """Return the convolutions with a map of more than one cell, by name; LookbookError for a network without any."""
    found = spatial(model)
    names = found.loc[found["kind"].str.contains("Conv"), "layer"].tolist()
    if not names:
        raise LookbookError(f"the network '{model.name}' has no convolution with a map of more than one cell")
    return names


def named(model: keras.Model, layer: str | int) -> str:
    """Return the name of a layer with a map of more than one cell, else raise LookbookError, with a layer that has one.

    layer: its name, or which of the `convolutions`: -1 is the last one, where Grad-CAM's authors look.
    """
    if isinstance(layer, int):
        found = convolutions(model)
        if not -len(found) <= layer < len(found):
            raise LookbookError(
                f"the network '{model.name}' has {len(found)} convolutions to explain, none of number {layer}"
            )
        return found[layer]
    name = layer
    known = [layer.name for layer in model.layers]
    if name not in known:
        raise LookbookError(f"the network '{model.name}' has no layer '{name}': {nearest(name, known)}")
    shape = _shape(model.get_layer(name))
    if len(shape) != 4:
        raise LookbookError(f"layer '{name}' of '{model.name}' has no map of features: take {convolutions(model)[-1]}")
    if shape[1] * shape[2] == 1:
        raise LookbookError(
            f"the map of layer '{name}' has one cell, which points nowhere: take {convolutions(model)[-1]}"
        )
    return name


def answer_of(model: keras.Model):
    """Return what a network answers, a tensor of Keras or a dictionary of them: a Sequential has no `output`."""
    return model.output if hasattr(model, "output") else model.outputs[0]


def _shape(layer) -> tuple:
    """Return the shape of a layer's output; of the pictures themselves, of several outputs and of any size, none."""
    if isinstance(layer, keras.layers.InputLayer) or not hasattr(layer.output, "shape"):
        return ()
    shape = tuple(layer.output.shape)
    return () if None in shape[1:] else shape
