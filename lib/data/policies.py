"""Policies of augmentation by name: which random changes, and how strong."""

from lib.base.errors import LookbookError, nearest
from lib.config import AugmentationConfig
from lib.data.augment import AREA

POLICIES = {
    # One operation each. AutoAugment (Cubuk et al. 2019, arXiv 1805.09501) searched angles up to the limits named here.
    "horizontal_flip": AugmentationConfig(horizontal_flip=0.5),  # a picture and its mirror image equally often
    "vertical_flip": AugmentationConfig(vertical_flip=0.5),
    "shift": AugmentationConfig(shift=0.1),  # 2 of 28 pixels: a garment fills its picture, and more would cut it off
    "rotation": AugmentationConfig(rotation=15),  # half of AutoAugment's limit: shops show clothes straight
    "zoom": AugmentationConfig(zoom=0.1),  # as in the tutorial that R3 follows
    "shear": AugmentationConfig(shear=15),  # AutoAugment's limit is 0.3 of the height, 16.7 degrees
    "erase": AugmentationConfig(erase=0.5),  # Zhong et al. on CIFAR and Fashion-MNIST
    # R1 names rotation, shear, horizontal flip and filling. Not stated in the report: every value. Here those of the
    # examples in the documentation of Keras's ImageDataGenerator, which fills with the nearest pixel: 20 degrees, and
    # .2 for shear, which were radians (its documentation up to version 2.1).
    "R1": AugmentationConfig(horizontal_flip=0.5, rotation=20, shear=11.5),
    # R3.final names "data augmentation" and nothing else. Not stated in the report: every value. Its network is that of
    # TensorFlow's tutorial "Image classification", whose layers are RandomFlip("horizontal"), RandomRotation(0.1), a
    # tenth of a turn either way, and RandomZoom(0.1). Those fill the border by reflection, not with the nearest pixel.
    "R3": AugmentationConfig(horizontal_flip=0.5, rotation=36, zoom=0.1),
    # R4 names these values and Keras's ImageDataGenerator, which flips half of the pictures and fills the border with
    # the nearest pixel, as here; but it draws a zoom for each axis, here both have the same.
    "R4": AugmentationConfig(horizontal_flip=0.5, vertical_flip=0.5, rotation=45, zoom=0.2),
    "R4.upright": AugmentationConfig(horizontal_flip=0.5, rotation=45, zoom=0.2),  # what the vertical flip is worth
    "fast": AugmentationConfig(horizontal_flip=0.5, shift=0.04),  # 1 of 28 pixels
    "flip_shift_erase": AugmentationConfig(horizontal_flip=0.5, shift=0.1, erase=0.5),
}
BY_CHANCE = ("horizontal_flip", "vertical_flip", "erase")  # operations that a picture gets or not


def policy(name: str) -> AugmentationConfig:
    """Return the settings of that name; LookbookError with the nearest name if there are none."""
    if name not in POLICIES:
        raise LookbookError(f"unknown augmentation '{name}': {nearest(name, list(POLICIES))}")
    return POLICIES[name]


def always(name: str) -> AugmentationConfig:
    """Return the settings of that name; if they are one operation that comes by chance, then it comes for certain.

    To look at: half of the copies of a flip that comes by chance are no copies of it.
    """
    settings = policy(name)
    own = [field for field in AugmentationConfig.model_fields if getattr(settings, field)]
    certain = len(own) == 1 and own[0] in BY_CHANCE
    return settings.model_copy(update={own[0]: 1.0}) if certain else settings


def each() -> dict[str, AugmentationConfig]:
    """Return every single change as `always` has it, by its name in words, and the mixes of the reports R3 and R4."""
    single = {name.replace("_", " "): always(name) for name in AugmentationConfig.model_fields}
    return single | {f"{name}'s mix": always(name) for name in ("R3", "R4")}


def strengths() -> str:
    """Return in a sentence how strong each single change is; a flip has no strength."""
    most = {name: getattr(policy(name), name) for name in ("shift", "rotation", "zoom", "shear")}
    return (
        f"How strong each is alone: shift moves by up to {most['shift']:.0%} of the side, in whole pixels; rotation "
        f"turns by up to {most['rotation']:g} degrees; zoom changes the size by up to {most['zoom']:.0%}; shear slants "
        f"by up to {most['shear']:g} degrees; erase covers {AREA[0]:.0%} to {AREA[1]:.0%} of the picture."
    )
