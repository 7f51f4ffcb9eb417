"""Networks: parameters as the reports print them, uint8 in, logits out."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from lib import models
from lib.base.errors import LookbookError
from lib.models import anchors

# One system of each network. Not those on a backbone: they need its weights (test_transfer.py).
NETWORKS = {repr(network): system for system, network in models.SYSTEMS.items() if network[0] != "lib.models.transfer"}


def build(system, shape, classes):
    """Return the network; R5's are small ones here, because they take seconds to build (test_multi_task.py does)."""
    small = {"width": 4, "blocks": (1, 1)} if models.SYSTEMS[system][0] == "lib.models.multi_task" else {}
    return models.build(system, shape, classes, **small)


def test_r3_initial_has_the_parameters_its_report_prints():
    assert models.build("R3.initial", (28, 28, 1), 10).count_params() == 98_442


@pytest.mark.parametrize("system", ["R1.baseline", "R1.augmented"])
def test_r1s_network_has_the_layers_its_report_names(system):
    network = models.build(system, (80, 60, 3), 3)
    shapes = [layer.output.shape[1:] for layer in network.layers if type(layer).__name__ in ("Conv2D", "MaxPooling2D")]
    assert shapes == [(78, 58, 32), (39, 29, 32), (37, 27, 32), (18, 13, 32)], "no border is added"
    convolutions = (3 * 9 + 1) * 32 + (32 * 9 + 1) * 32
    assert network.count_params() == convolutions + (18 * 13 * 32 + 1) * 60 + (60 + 1) * 3


def test_the_textbooks_network_has_its_layers():
    network = models.build("textbook", (28, 28, 1), 10)
    convolutions = [64 * (9 + 1), 128 * (64 * 9 + 1), 256 * (128 * 9 + 1)]
    assert network.count_params() == sum(convolutions) + 10 * (256 + 1)
    assert network.layers[-3].output.shape[1:] == (3, 3, 256), "no border is added"


def test_r2_simple_has_two_convolutions():
    network = models.build("R2.simple", (28, 28, 1), 10)
    assert sum(type(layer).__name__ == "Conv2D" for layer in network.layers) == 2


@pytest.mark.parametrize("system", NETWORKS.values())
@pytest.mark.parametrize("shape", [(28, 28, 1), (80, 60, 3)])
def test_uint8_pictures_become_float32_logits(system, shape):
    network = build(system, shape, 4)
    logits = np.asarray(network(np.full((2, *shape), 200, "uint8")))
    assert logits.shape == (2, 4) and logits.dtype == np.float32
    assert not np.allclose(logits.sum(axis=1), 1), "logits, not probabilities"


@pytest.mark.parametrize("system", NETWORKS.values())
def test_every_layer_of_a_network_can_learn(system):
    from lib.training.loop import compiled

    network = compiled(build(system, (28, 28, 1), 3))
    before = [np.array(weights) for weights in network.trainable_variables]
    rng = np.random.default_rng(0)
    network.fit(rng.integers(0, 255, (24, 28, 28, 1), "uint8"), np.arange(24) % 3, epochs=3, verbose=0)
    moved = [not np.array_equal(old, new) for old, new in zip(before, network.trainable_variables, strict=True)]
    assert all(moved)


def test_the_number_of_threads_does_not_reach_the_linear_anchor():
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (600, 28, 28, 1), "uint8"), rng.integers(0, 10, 600)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found += anchors.scores("anchor.linear", images[:500], labels[:500], 10, images[500:])
    assert np.array_equal(*found)


def test_an_argument_that_no_layer_takes_is_one_clear_line():
    with pytest.raises(LookbookError, match=r"R2.simple: arguments=.*dense.*: .*-3"):
        models.build("R2.simple", (28, 28, 1), 10, dense=-3)


def test_unknown_argument_is_one_clear_line():
    with pytest.raises(LookbookError, match="R3.initial: .*droput"):
        models.build("R3.initial", (28, 28, 1), 10, droput=0.5)
