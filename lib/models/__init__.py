"""The networks, by the id they have in systems.md: `build("R3.initial", input_shape, classes)`.

Every builder takes the picture's shape (H, W, C) and the number of classes, and returns an uncompiled keras.Model
from uint8 pictures (batch, H, W, C) to float32 logits (batch, classes).

plain        R1.baseline, R1.augmented, R2.simple, R3.initial, R3.final
four_block   R2.optimised
inception    R4.sgd, R4.rmsprop, R4.adam, R4.rmsprop_aug, R4.adam_aug: one network, trained in five ways
multi_task   R5.resnet34_mtl, R5.vgg16, R1.published: several targets, a head each, on the trunk of resnet or vgg
fast         fast: the kit's own, quick to train
textbook     textbook: the convnet of Deep Learning with Python, to compare with
files        a network that somebody else saved, read from its file
cost         the multiply-adds of one picture
transfer     R1.resnet50, transfer.mobilenet_v2, transfer.vgg16, transfer.kit: a head on a backbone (backbones)
"""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lib.base.errors import LookbookError, nearest

if TYPE_CHECKING:
    import keras

# system -> (module, arguments of its `build` that make it this system)
SYSTEMS: dict[str, tuple[str, dict]] = {
    "R1.baseline": ("lib.models.plain", {"filters": (32, 32), "dense": 60, "padding": "valid"}),
    "R1.augmented": ("lib.models.plain", {"filters": (32, 32), "dense": 60, "padding": "valid"}),
    "R1.resnet50": ("lib.models.transfer", {"backbone": "resnet50"}),
    "R1.published": ("lib.models.multi_task", {"trunk": "resnet34"}),
    "R2.simple": ("lib.models.plain", {"filters": (16, 32), "dense": 64}),
    "R2.optimised": ("lib.models.four_block", {}),
    "R3.initial": ("lib.models.plain", {"filters": (16, 32, 64), "dense": 128}),
    "R3.final": ("lib.models.plain", {"filters": (16, 32, 64), "dense": 128, "dropout": 0.2}),
    "R4.sgd": ("lib.models.inception", {}),
    "R4.rmsprop": ("lib.models.inception", {}),
    "R4.adam": ("lib.models.inception", {}),
    "R4.rmsprop_aug": ("lib.models.inception", {}),
    "R4.adam_aug": ("lib.models.inception", {}),
    "R5.resnet34_mtl": ("lib.models.multi_task", {"trunk": "resnet34"}),
    "R5.vgg16": ("lib.models.multi_task", {"trunk": "vgg16"}),
    "fast": ("lib.models.fast", {}),
    "textbook": ("lib.models.textbook", {}),
    "transfer.mobilenet_v2": ("lib.models.transfer", {"backbone": "mobilenet_v2"}),
    "transfer.vgg16": ("lib.models.transfer", {"backbone": "vgg16"}),
    "transfer.kit": ("lib.models.transfer", {"backbone": "kit"}),
}
MADE_OF = {"inception": ("dilated",), "multi_task": ("resnet", "vgg"), "transfer": ("backbones",)}  # modules of modules
SEVERAL = ("lib.models.multi_task", "lib.models.transfer")  # can answer several targets
ANCHORS = ["anchor.majority", "anchor.linear", "anchor.nearest", "anchor.column"]  # lib.models.anchors; no network


def build(system: str, input_shape: tuple[int, ...], classes: int | dict[str, int], **arguments) -> "keras.Model":
    """Return the network `system`; LookbookError for an unknown system or argument.

    classes: their number, or for a network that answers several targets the number of each; then the output is a
    dictionary of logits.
    """
    module, fixed = SYSTEMS[check(system)]
    if isinstance(classes, dict) and module not in SEVERAL:
        raise LookbookError(f"{system} answers one target: leave more_targets out, or take R5.resnet34_mtl")
    try:
        return importlib.import_module(module).build(input_shape, classes, **(fixed | arguments))
    except (TypeError, ValueError) as error:
        if "zero or negative" in str(error):
            size = "x".join(str(side) for side in input_shape[:2])
            raise LookbookError(
                f"{system} pools more often than pictures of {size} pixels allow; take larger ones"
            ) from error
        if not arguments:
            raise
        raise LookbookError(f"system {system}: arguments={arguments}: {str(error).splitlines()[0]}") from error


def adapt(system: str, model: "keras.Model", pictures: np.ndarray) -> None:
    """Set the layers that follow from the training pictures, uint8 (N, H, W, C), where `system` has such a layer."""
    module = importlib.import_module(SYSTEMS[system][0])
    if hasattr(module, "adapt"):
        module.adapt(model, pictures)


def load(system: str, file: Path) -> "keras.Model":
    """Return the network `system` from a run's model.keras or checkpoint.keras, compiled as it was saved."""
    from lib.base.backend import keras

    importlib.import_module(SYSTEMS[check(system)][0])  # Keras finds a layer of our own once its module is imported
    return keras.models.load_model(file)


def refuse_anchor(system: str) -> None:
    """Raise LookbookError for an anchor, which has no network."""
    if system in ANCHORS:
        raise LookbookError(f"{system} has no network: choose a run of {', '.join(SYSTEMS)}")


def check(system: str) -> str:
    """Return `system` if there is one of that name, else raise LookbookError with the nearest name."""
    known = [*SYSTEMS, *ANCHORS]
    if system not in known:
        raise LookbookError(f"unknown system '{system}': {nearest(system, known)}")
    return system


def rooms(system: str) -> list[str]:
    """Return the modules of this package that decide what `system` is, by their names in lib/base/versions.yaml."""
    if check(system) in ANCHORS:
        return ["anchors"]
    module = SYSTEMS[system][0].removeprefix("lib.models.")
    return [module, *MADE_OF.get(module, ())]
