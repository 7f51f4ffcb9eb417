"""One trunk, several heads: R5's layers, ResNet-34's and VGG-16's parameters, and that every head learns."""

from dataclasses import replace

import numpy as np
import pytest

from lib import models, runs
from lib.base.backend import keras
from lib.base.errors import LookbookError
from lib.config import DataConfig
from lib.models import multi_task, resnet, vgg
from lib.training import recipes

SMALL = {"width": 4, "blocks": (1, 1)}
TWO = {"masterCategory": 4, "subCategory": 9}


def kinds(network, output):
    """Return type and size of each layer between the trunk's flattened features and one output."""
    found, layer = [], output._keras_history.operation
    while type(layer).__name__ != "Flatten":
        size = layer.units if isinstance(layer, keras.layers.Dense) else getattr(layer, "rate", None)
        found.append((type(layer).__name__, size))
        layer = layer.input._keras_history.operation
    return found[::-1]


HIDDEN = [("BatchNormalization", None), ("ReLU", None)]
MAIN = [("Dense", 128), *HIDDEN]
SUB = [("Dense", 256), *HIDDEN, ("Dropout", 0.3), ("Dense", 128), *HIDDEN, ("Dropout", 0.3)]


@pytest.mark.parametrize("system", ["R5.resnet34_mtl", "R5.vgg16", "R1.published"])
def test_the_first_target_has_the_main_head_and_every_other_a_sub_head(system):
    network = models.build(system, (80, 60, 3), TWO | {"season": 3}, **SMALL)
    assert list(network.output) == ["masterCategory", "subCategory", "season"]
    assert kinds(network, network.output["masterCategory"]) == [*MAIN, ("Dense", 4)]
    assert kinds(network, network.output["subCategory"]) == [*SUB, ("Dense", 9)]
    assert kinds(network, network.output["season"]) == [*SUB, ("Dense", 3)]


@pytest.mark.parametrize(("head", "layers"), [("main", MAIN), ("sub", SUB)])
def test_one_target_has_the_head_that_is_named(head, layers):
    network = multi_task.build((80, 60, 3), 5, head=head, **SMALL)
    assert kinds(network, network.output) == [*layers, ("Dense", 5)]


# Source of both: torchvision's models without their last layers, 21,797,672 - 513,000 and 138,357,544 - 123,642,856.
@pytest.mark.parametrize(
    ("trunk", "parameters", "shape"),
    [(resnet.trunk, 21_284_672, (None, 512)), (vgg.trunk, 14_714_688, (None, 3, 2, 512))],
)
def test_the_trunks_have_the_parameters_of_the_published_networks(trunk, parameters, shape):
    pictures = keras.Input((80, 60, 3))
    network = keras.Model(pictures, trunk(pictures))
    assert sum(int(np.prod(weights.shape)) for weights in network.trainable_variables) == parameters
    assert network.output.shape == shape


@pytest.mark.parametrize("trunk", multi_task.TRUNKS)
def test_logits_are_float32_in_mixed_precision_and_the_same_after_saving(trunk, tmp_path):
    keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
    try:
        network = multi_task.build((28, 28, 1), TWO, trunk=trunk, **SMALL)
    finally:
        keras.mixed_precision.set_dtype_policy("float32")
    pictures = np.random.default_rng(0).integers(0, 256, (3, 28, 28, 1), dtype="uint8")
    logits = network.predict_on_batch(pictures)
    assert {name: (part.shape, part.dtype) for name, part in logits.items()} == {
        "masterCategory": ((3, 4), np.float32),
        "subCategory": ((3, 9), np.float32),
    }
    network.save(tmp_path / "model.keras")
    again = models.load("R5.vgg16", tmp_path / "model.keras").predict_on_batch(pictures)
    assert all(np.array_equal(again[name], logits[name]) for name in logits)


@pytest.mark.parametrize("trunk", multi_task.TRUNKS)
def test_every_layer_of_trunk_and_heads_learns(stripes, trunk):
    side = (stripes.labels["class"] == 2).astype(int)
    shop = replace(
        stripes,
        labels=stripes.labels | {"side": side},
        classes=stripes.classes | {"side": ["not right", "right"]},
    )
    chosen = recipes.recipe(
        "R5.resnet34_mtl", DataConfig(name="stripes", more_targets=("side",)),
        arguments=SMALL | {"trunk": trunk}, epochs=2,
    )  # fmt: skip
    run = runs.fetch_or_train(chosen, shop)
    assert run.metrics["unmoved"] == [] and not run.metrics["diverged"]
    assert run.history["val_side_loss"].notna().all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"trunk": "resnet50"}, "has no trunk 'resnet50': did you mean 'resnet34'"),
        ({"head": "min"}, "has no head 'min': did you mean 'main'"),
    ],
)
def test_an_unknown_part_is_one_clear_line(arguments, message):
    with pytest.raises(LookbookError, match=message):
        models.build("R5.vgg16", (80, 60, 3), 4, **arguments)


def test_weight_decay_of_the_recipe_is_that_of_pytorch_in_the_long_run():
    # PyTorch: velocity = .9 velocity + (gradient + .0005 weight); weight -= rate * velocity. Without a gradient:
    rate, weight, velocity = 0.01, 1.0, 0.0
    settings = recipes.recipe("R5.resnet34_mtl", DataConfig(name="stripes")).optimizer
    assert (settings.learning_rate, settings.momentum) == (0.01, 0.9)
    variable = keras.Variable(np.ones(1, "float32"))
    optimizer = keras.optimizers.SGD(rate, momentum=settings.momentum, weight_decay=settings.weight_decay)
    for _ in range(300):
        velocity = 0.9 * velocity + 0.0005 * weight
        weight -= rate * velocity
        optimizer.apply([np.zeros(1, "float32")], [variable])
    assert 1 - float(variable.numpy()[0]) == pytest.approx(1 - weight, rel=0.05)
