"""R4's network: its dilated convolution is Keras's, forward and backward; its blocks, its layers, what it refuses."""

import subprocess
import sys

import numpy as np
import pytest

from lib.base.backend import keras
from lib.base.errors import LookbookError
from lib.models import inception

SIZES = [(14, 14), (7, 7), (3, 3), (1, 1), (5, 9), (8, 2)]


def _pair(size: tuple[int, int], kernel: int, dilation: int):
    """Return our layer and Keras's with the same weights."""
    settings = {"dilation_rate": dilation, "padding": "same", "activation": "relu"}
    ours, keras_own = inception.DilatedConv2D(4, kernel, **settings), keras.layers.Conv2D(4, kernel, **settings)
    rng = np.random.default_rng(kernel)
    for layer in (ours, keras_own):
        layer.build((None, *size, 3))
    weights = [rng.normal(size=each.shape) for each in ours.weights]
    ours.set_weights(weights)
    keras_own.set_weights(weights)
    return ours, keras_own


def _after_a_step(layer, images: np.ndarray, targets: np.ndarray) -> list[np.ndarray]:
    """Return the layer's weights and those of a normalisation in front of it after a step of descent with rate 1.

    The step is the gradient: of the layer's own weights, and through the layer, of what lies before it.
    """
    inputs = keras.Input(images.shape[1:])
    network = keras.Model(inputs, layer(keras.layers.LayerNormalization(axis=[1, 2, 3])(inputs)))
    network.compile(keras.optimizers.SGD(1.0), loss="mse", jit_compile=False)
    network.train_on_batch(images, targets)
    return network.get_weights()


@pytest.mark.parametrize("kernel", [1, 3, 5])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_dilated_convolution_is_that_of_keras(size, kernel):
    rng = np.random.default_rng(0)
    images, targets = rng.normal(size=(2, *size, 3)).astype("float32"), rng.normal(size=(2, *size, 4)).astype("float32")
    ours, keras_own = _pair(size, kernel, dilation=3)
    np.testing.assert_allclose(ours(images), keras_own(images), atol=1e-5)
    steps = [_after_a_step(layer, images, targets) for layer in (ours, keras_own)]
    for mine, theirs in zip(*steps, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)


@pytest.mark.parametrize("dilation", [1, 2, 4])
@pytest.mark.parametrize("size", [(9, 9), (6, 6), (3, 5)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_other_dilations_are_those_of_keras(size, dilation):
    images = np.random.default_rng(0).normal(size=(2, *size, 3)).astype("float32")
    ours, keras_own = _pair(size, 3, dilation)
    np.testing.assert_allclose(ours(images), keras_own(images), atol=1e-5)


@pytest.mark.parametrize("settings", [{"kernel_size": 2}, {"strides": 2}, {"padding": "valid"}, {"groups": 2}])
def test_dilated_convolution_refuses_what_it_does_not_do(settings):
    with pytest.raises(LookbookError, match="take odd sizes, stride 1"):
        inception.DilatedConv2D(**{"filters": 4, "kernel_size": 3, "padding": "same"} | settings)


def test_blocks_halve_the_map_and_double_the_filters():
    network = inception.build((28, 28, 1), 10, blocks=5)
    shapes = [network.get_layer(f"block{number}").output.shape[1:] for number in range(1, 6)]
    assert shapes == [(28, 28, 96), (14, 14, 192), (7, 7, 384), (3, 3, 768), (1, 1, 1536)]


def test_only_the_first_block_is_not_dilated():
    network = inception.build((28, 28, 1), 10)
    rates = {layer.name: layer.dilation_rate for layer in network.layers if "branch" in layer.name}
    assert len(rates) == 12
    assert all(rate == ((1, 1) if name.startswith("block1") else (3, 3)) for name, rate in rates.items())


def test_parameters_are_those_of_plain_convolutions():
    network = inception.build((28, 28, 1), 10)
    block1 = (1 + 9 + 25) * 1 * 32 + 3 * 32
    others = sum((1 + 9 + 25) * width * width + 3 * width for width in (64, 128, 256))
    reduce = sum(96 * 2**k * 64 * 2**k + 64 * 2**k for k in range(3))
    dense = 9 * 768 * 256 + 4 * 256 + 256 * 128 + 4 * 128 + 128 * 10 + 10
    assert network.count_params() == block1 + others + reduce + dense


@pytest.mark.parametrize("size, most", [((12, 12), 4), ((28, 28), 5), ((80, 60), 6), ((3, 40), 2)])
def test_more_blocks_than_the_picture_can_bear_are_refused(size, most):
    assert inception.build((*size, 1), 2, blocks=most).output.shape == (None, 2)
    for blocks in (0, most + 1):
        with pytest.raises(LookbookError, match=f"blocks={blocks}: .* need 1 to {most} blocks"):
            inception.build((*size, 1), 2, blocks=blocks)


def test_a_single_branch_is_a_block_too():
    network = inception.build((12, 12, 3), 4, blocks=2, kernels=[3])
    assert network.get_layer("block2").output.shape == (None, 6, 6, 64)


def test_a_saved_network_comes_back_in_another_process(tmp_path):
    network = inception.build((12, 12, 1), 3)
    images = np.random.default_rng(0).integers(0, 256, (4, 12, 12, 1), dtype="uint8")
    network.save(tmp_path / "model.keras")
    np.save(tmp_path / "images.npy", images)
    code = (
        "import sys, numpy; import lib.models.inception; from lib.base.backend import keras\n"
        "model = keras.models.load_model(sys.argv[1] + '/model.keras')\n"
        "numpy.save(sys.argv[1] + '/logits.npy', model.predict_on_batch(numpy.load(sys.argv[1] + '/images.npy')))"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    np.testing.assert_allclose(np.load(tmp_path / "logits.npy"), network.predict_on_batch(images), atol=1e-6)


def test_half_precision_keeps_float32_weights_and_logits():
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
    try:
        network = inception.build((28, 28, 1), 3)
    finally:
        keras.mixed_precision.set_dtype_policy(before)
    assert {weights.dtype for weights in network.weights} == {"float32"}
    for name in ("block2_branch2", "block3_branch2"):  # the first convolves sub-maps, the second multiplies matrices
        layer = network.get_layer(name)
        assert keras.backend.standardize_dtype(layer(np.zeros((1, *layer.input.shape[1:]))).dtype) == "bfloat16"
    assert np.asarray(network(np.zeros((2, 28, 28, 1), "uint8"))).dtype == np.float32
