"""Backbones: networks that somebody trained before, from uint8 pictures to a map of features.

resnet50, mobilenet_v2, vgg16   keras.applications, trained on ImageNet (lib.models.weights finds the files)
kit                             a network that this kit trained on another target or data set (`from_run`)
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib import models
from lib.base.errors import LookbookError, nearest
from lib.models import weights
from lib.models.weights import Source

if TYPE_CHECKING:
    import numpy as np

    from lib.base.backend import keras

KIT = "kit"


@dataclass(frozen=True)
class Backbone:
    """A network of keras.applications, and which of its layers gives the features.

    preprocessing: of pixels, as it was trained with (see `preprocess`). files: names of weight files, the last one
    keras.applications' own; address and md5: of that one.
    """

    application: str
    cut: str
    preprocessing: str
    files: tuple[str, ...]
    address: str
    md5: str | None = None
    smallest: int = 1  # pixels a side


BACKBONES = {
    "resnet50": Backbone(
        "ResNet50",
        "conv4_block6_out",  # not the end: on 80x60 pictures this map has 5x4 cells, the last one 3x2
        "caffe",
        (
            "resnet50_imagenet_notop_to_conv4_block6_out.weights.h5",
            "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
        ),
        "resnet",
        "4d473c1dd8becc155b73f8504c6f6626",
    ),
    "mobilenet_v2": Backbone(
        "MobileNetV2",
        "out_relu",
        "tf",
        ("mobilenet_v2_imagenet_notop.weights.h5", "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"),
        "mobilenet_v2",
    ),
    "vgg16": Backbone(
        "VGG16",
        "block5_pool",
        "caffe",
        ("vgg16_imagenet_notop.weights.h5", "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"),
        "vgg16",
        "6d6bbae143d832006294945121d1f1fc",
        smallest=32,
    ),
}
PREPROCESSINGS = ("caffe", "tf", "unit")
CAFFE_MEANS = (103.939, 116.779, 123.68)  # of ImageNet's pixels: blue, green, red


def check(name: str, preprocessing: str | None = None) -> Backbone:
    """Return the backbone of that name; LookbookError for an unknown one, or an unknown preprocessing."""
    if name not in BACKBONES:
        raise LookbookError(f"unknown backbone '{name}': {nearest(name, [*BACKBONES, KIT])}")
    if preprocessing is not None and preprocessing not in PREPROCESSINGS:
        raise LookbookError(f"unknown preprocessing '{preprocessing}': {nearest(preprocessing, PREPROCESSINGS)}")
    return BACKBONES[name]


def find(name: str, download: bool = True) -> Source:
    """Return where the backbone's weights are; LookbookError when they are nowhere (see `lib.models.weights.find`)."""
    backbone = check(name)
    return weights.find(name, backbone.files, backbone.address, backbone.md5, download)


def available(download: bool = True) -> list[dict[str, str]]:
    """Return a row a backbone: backbone, source ("" when there are no weights), note (the file, or why there is none).

    The last row is the kit's own, which is always there: it is trained when it is asked for.
    """
    rows = []
    for name in BACKBONES:
        try:
            source = find(name, download)
            rows.append({"backbone": name, "source": source.kind, "note": source.path.name})
        except LookbookError as error:
            rows.append({"backbone": name, "source": "", "note": str(error)})
    return [*rows, {"backbone": KIT, "source": "trained by the kit", "note": "on another target of these pictures"}]


def build(name: str, input_shape: tuple[int, ...], preprocessing: str | None = None) -> "keras.Model":
    """Return the backbone with its weights, flat: uint8 pictures (batch, H, W, C) to the map of its cut layer.

    Every layer is frozen, and batch normalisation thereby in inference mode, whatever the model is called with.
    input_shape: (H, W, 1 or 3), at least 32x32 for vgg16; a grey picture is repeated in three channels.
    preprocessing: None: what the backbone was trained with; else one of `PREPROCESSINGS`, a wrong way to show.
    Sources: He et al. 2016 (arXiv 1512.03385), Sandler et al. 2018 (arXiv 1801.04381), Simonyan & Zisserman 2015 (arXiv
    1409.1556).
    """
    from lib.base.backend import keras

    backbone = check(name, preprocessing)
    if min(input_shape[:2]) < backbone.smallest:
        sides = f"{input_shape[0]}x{input_shape[1]}"
        raise LookbookError(f"{name} needs pictures of {backbone.smallest} pixels a side at least, not {sides}")
    source = find(name)
    inputs = keras.Input(input_shape, dtype="uint8")
    x = preprocess(inputs, preprocessing or backbone.preprocessing)
    full = getattr(keras.applications, backbone.application)(include_top=False, weights=None, input_tensor=x)
    model = keras.Model(inputs, full.get_layer(backbone.cut).output, name=name)
    weights.read_into(full, model, source, name)
    model.trainable = False
    return model


def preprocess(pictures, kind: str):
    """Return pixels as a backbone takes them, float32 (batch, H, W, 3), of pictures from 0 to 255 with 1 or 3 channels.

    pictures: an array, or a symbolic tensor of Keras. kind: "caffe" (blue, green, red, minus ImageNet's means), "tf"
    (-1 to 1) or "unit" (0 to 1).
    """
    from lib.base.backend import keras

    if pictures.shape[-1] == 1:
        pictures = keras.layers.Concatenate(name="grey_to_colour")([pictures] * 3)
    if kind == "caffe":
        pictures = keras.ops.flip(pictures, axis=-1)
        return keras.layers.Rescaling(1.0, [-mean for mean in CAFFE_MEANS], name="caffe")(pictures)
    scale, offset = {"tf": (1 / 127.5, -1.0), "unit": (1 / 255, 0.0)}[kind]
    return keras.layers.Rescaling(scale, offset, name=kind)(pictures)


def preprocessed(images: "np.ndarray", kind: str) -> "np.ndarray":
    """Return uint8 pictures (N, H, W, C) as `preprocess` gives them to a backbone, float32 (N, H, W, 3)."""
    from lib.base.backend import keras

    return keras.ops.convert_to_numpy(preprocess(keras.ops.convert_to_tensor(images), kind))


def from_run(run) -> "keras.Model":
    """Return a network of the run store as a backbone: uint8 pictures to what its last dense layer is given.

    run: a finished run of a network that ends in a dense layer of logits; with several targets, in one each: then of
    the first. Every layer is frozen. LookbookError for a run without pictures as its input or such a layer.
    """
    from lib.base.backend import keras

    file = run.folder / "model.keras"
    if run.config.system in models.ANCHORS or not file.exists():
        raise LookbookError(f"{run.label} has no network to begin from: choose another run as the start")
    network = models.load(run.config.system, file)
    output = next(iter(network.output.values())) if isinstance(network.output, dict) else network.output
    layer = output._keras_history.operation
    if not isinstance(layer, keras.layers.Dense) or len(network.inputs[0].shape) != 4:
        raise LookbookError(f"{run.label}: a backbone takes pictures and ends in a dense layer; this does not")
    model = keras.Model(network.inputs, layer.input, name=KIT)
    model.trainable = False
    return model


def pooled(backbone: "keras.Model"):
    """Return the backbone's symbolic output as a vector, (batch, D): of a map its mean over all cells."""
    from lib.base.backend import keras

    output = backbone.output
    return keras.layers.GlobalAveragePooling2D(name="pool")(output) if len(output.shape) == 4 else output
