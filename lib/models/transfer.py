"""Transfer: a small head on the features of a backbone. R1.resnet50 and the transfer.* systems.

As long as the backbone is frozen, its features of a picture never change: they are computed once
(lib.training.features), and the network that is trained is the head alone.
"""

from typing import TYPE_CHECKING

from lib.base.errors import LookbookError, nearest
from lib.models import backbones

if TYPE_CHECKING:
    from lib.base.backend import keras

HEAD = "head_"  # what the names of the head's layers begin with, so that one network can take another's head


def build(
    input_shape: tuple[int, ...], classes: int | dict[str, int], backbone: str = "resnet50", dense: int = 128,
    dropout: float = 0.5, train_from: str | None = None, preprocessing: str | None = None,
) -> "keras.Model":  # fmt: skip
    """Return the head of R1.resnet50 or a transfer.* system, or the backbone with the head on it.

    input_shape (D,): the head alone, from float32 features. (H, W, C): the whole network, from uint8 pictures.
    train_from: of the whole network, the first layer of the backbone that is trained (fine-tuning); all before it, and
    every batch normalisation, stay frozen. None: the whole backbone is frozen.
    dense: neurons of the head's hidden layer. dropout: share of them that is dropped while training.
    preprocessing: None: the backbone's own (see `lib.models.backbones.build`).

    Source: report R1, "custom dense and dropout layers" on a frozen ResNet50. Not stated: how many, how large, how much
    dropout (one dense layer of 128 and .5), where the backbone ends (`conv4_block6_out`), how its map becomes a vector
    (its mean).
    """
    from lib.base.backend import keras

    if backbone != backbones.KIT:
        backbones.check(backbone, preprocessing)
    if len(input_shape) == 1:
        inputs = keras.Input(input_shape, dtype="float32")
        return keras.Model(inputs, head(inputs, classes, dense, dropout), name="head")
    if backbone == backbones.KIT:
        raise LookbookError("backbone=kit: a network of the kit is only used frozen; leave train_from out")
    base = backbones.build(backbone, input_shape, preprocessing)
    if train_from is not None:
        _thaw(base, train_from)
    return keras.Model(base.input, head(backbones.pooled(base), classes, dense, dropout), name=backbone)


def head(features, classes: int | dict[str, int], dense: int, dropout: float):
    """Return logits of symbolic features (batch, D): a dense layer, dropout, and a layer of logits for each target."""
    from lib.base.backend import keras

    layers = keras.layers
    x = layers.Dense(dense, activation="relu", name=f"{HEAD}dense")(features)
    x = layers.Dropout(dropout, name=f"{HEAD}dropout")(x)
    if isinstance(classes, dict):
        return {
            target: layers.Dense(count, dtype="float32", name=f"{HEAD}{number}")(x)  # a column's name may hold a slash
            for number, (target, count) in enumerate(classes.items())
        }
    return layers.Dense(classes, dtype="float32", name=f"{HEAD}logits")(x)


def _thaw(base: "keras.Model", train_from: str) -> None:
    from lib.base.backend import keras

    names = [layer.name for layer in base.layers]
    if train_from not in names:
        raise LookbookError(f"{base.name} has no layer '{train_from}' to train from: {nearest(train_from, names)}")
    base.trainable = True  # of a model: of all its layers
    for number, layer in enumerate(base.layers):
        # A frozen batch normalisation is in inference mode (Keras), so a few pictures do not move its statistics.
        layer.trainable = number >= names.index(train_from) and not isinstance(layer, keras.layers.BatchNormalization)


def takes_features(arguments: dict) -> bool:
    """Return whether a system of this module with these arguments is trained on stored features, not on pictures."""
    return arguments.get("train_from") is None


def copy_head(model: "keras.Model", start: "keras.Model") -> None:
    """Give `model` the weights of the head of `start`; LookbookError when one has no head, or another one."""
    theirs = {layer.name: layer for layer in start.layers if layer.name.startswith(HEAD) and layer.weights}
    ours = {layer.name: layer for layer in model.layers if layer.name.startswith(HEAD) and layer.weights}
    shapes = [{name: [each.shape for each in layer.weights] for name, layer in own.items()} for own in (theirs, ours)]
    if not ours or shapes[0] != shapes[1]:
        raise LookbookError(
            f"the head of '{start.name}' does not fit '{model.name}': start from a frozen run of the same system, "
            "targets and sizes"
        )
    for name, layer in ours.items():
        layer.set_weights(theirs[name].get_weights())
