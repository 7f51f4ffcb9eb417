"""Several answers from one trunk: R5.resnet34_mtl, R5.vgg16 and R1.published."""

from collections.abc import Sequence

from lib.base.backend import keras
from lib.base.errors import LookbookError, nearest
from lib.models import resnet, vgg

layers = keras.layers
TRUNKS = {"resnet34": resnet.trunk, "vgg16": vgg.trunk}
DROPOUT = 0.3  # of the sub head, as R5 says


def build(
    input_shape: tuple[int, int, int], classes: int | dict[str, int], trunk: str = "resnet34", head: str = "main",
    width: int = 64, blocks: Sequence[int] | None = None,
) -> keras.Model:  # fmt: skip
    """Return a trunk with a head for each target: the first has the main head, every other one a sub head.

    classes: the number of classes by target; then the output is a dictionary of float32 logits by target. A number
    alone: one target, with the head that `head` names ("main" or "sub"), whose logits are the output. trunk: "resnet34"
    or "vgg16"; width and blocks: its size (None: the paper's), smaller for quick runs.

    Main head: flatten, dense 128, batch normalisation, ReLU, dense. Sub head: flatten, dense 256, batch normalisation,
    ReLU, dropout .3, dense 128, batch normalisation, ReLU, dropout .3, dense.

    R5.resnet34_mtl, trunk "resnet34". Source: report R5, section IV: ResNet-34 "up to the final fully connected layer",
    so the heads see the mean of its last map. Not stated: whether the trunk began with ImageNet weights (here it does
    not: random), how pixels are scaled (to -1 to 1), the pictures' size (as they are).

    R5.vgg16, trunk "vgg16". Source: report R5, section IV.5: all but the trunk and the schedule is as before. Not
    stated: where VGG-16 ends (here after its convolutions, without its own dense layers), with or without batch
    normalisation in the trunk (without, as in the paper: on real product pictures the mean loss of steps 49 to 60 at
    batch 32 was 2.97, that of the classes' shares alone is 3.61).

    R1.published, trunk "resnet34". Report R1 compares itself with a public notebook that answers gender, season, colour
    and usage at once. Not stated: anything of its network; this stands in for it.

    LookbookError for an unknown trunk or head.
    """
    for part, name, known in (("trunk", trunk, [*TRUNKS]), ("head", head, [*HEADS])):
        if name not in known:
            raise LookbookError(f"a multi-task network has no {part} '{name}': {nearest(name, known)}")
    inputs = keras.Input(input_shape, dtype="uint8")
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    x = layers.Flatten()(TRUNKS[trunk](x, width) if blocks is None else TRUNKS[trunk](x, width, blocks))
    if isinstance(classes, int):
        return keras.Model(inputs, HEADS[head](x, classes), name=trunk)
    outputs = {
        target: HEADS["sub" if number else "main"](x, count) for number, (target, count) in enumerate(classes.items())
    }
    return keras.Model(inputs, outputs, name=trunk)


def _main(x, classes: int):
    return layers.Dense(classes, dtype="float32")(_dense(x, 128))


def _sub(x, classes: int):
    for neurons in (256, 128):
        x = layers.Dropout(DROPOUT)(_dense(x, neurons))
    return layers.Dense(classes, dtype="float32")(x)


def _dense(x, neurons: int):
    x = layers.Dense(neurons)(x)
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
    return layers.ReLU()(x)


HEADS = {"main": _main, "sub": _sub}
