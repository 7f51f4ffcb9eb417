"""Any network can be explained, and is afterwards what it was before."""

import gc
import weakref

import numpy as np
import pytest

from lib.base.backend import keras
from lib.bench.features import random_weights
from lib.explain import cam, controls, maps
from lib.explain.targets import of_head
from lib.models import transfer

layers = keras.layers


def grown():
    """Return a network to which layers were added one by one, after which one was replaced."""
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Rescaling(1 / 255)])
    for layer in (layers.Conv2D(4, 3, name="first"), layers.ReLU(), layers.Conv2D(4, 3), layers.Flatten()):
        model.add(layer)
    model.add(layers.Dense(7))
    model.pop()
    model.add(layers.Dense(3))
    return model


def nested():
    """Return a network of which one layer is a network."""
    inside = keras.Input((8, 8, 1))
    block, pictures = keras.Model(inside, layers.Conv2D(3, 3)(inside), name="block"), keras.Input((8, 8, 1))
    return keras.Model(pictures, layers.Dense(3)(layers.Flatten()(block(layers.Rescaling(1 / 255)(pictures)))))


@pytest.fixture(scope="module")
def heads():
    keras.utils.set_random_seed(2)
    pictures = keras.Input((8, 8, 1))
    x = layers.Flatten()(layers.Conv2D(4, 3, name="first")(layers.Rescaling(1 / 255)(pictures)))
    return keras.Model(pictures, {"one": layers.Dense(3)(x), "two": layers.Dense(2)(x)})


@pytest.fixture(scope="module")
def frozen(tmp_path_factory):
    """Return a head on a frozen backbone with random weights, in one flat network."""
    file = random_weights("mobilenet_v2", tmp_path_factory.mktemp("weights"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOKBOOK_WEIGHTS", str(file.parent))
        return transfer.build((32, 32, 3), 3, "mobilenet_v2")


def slope(model, layer, pictures, answer):
    """Return by how much the answer changes as a convolution's whole map grows, from two changes of its weights."""
    own = model.get_layer(layer).get_weights()
    found = []
    for factor in (1.005, 0.995):
        model.get_layer(layer).set_weights([weights * factor for weights in own])
        found.append(answer(model.predict_on_batch(pictures)))
    model.get_layer(layer).set_weights(own)
    return (found[0] - found[1]) / 0.01


def agrees(model, layer, pictures, head=None):
    answer = (lambda output: output[:, 1]) if head is None else (lambda output: output[head][:, 1])
    found = cam.raw(model, pictures, np.ones(len(pictures), int), layer, of_head(head))["HiResCAM"].sum(axis=(1, 2))
    expected = slope(model, layer, pictures, answer)
    assert expected.all()
    assert found == pytest.approx(expected, abs=0.05 * float(np.abs(expected).max()))


def test_gradients_are_those_of_the_network_in_a_sequential_one_whose_layers_were_added_and_replaced(noise):
    agrees(grown(), "first", noise[:5])


@pytest.mark.parametrize("layer", ["begin", "inside"])
def test_gradients_are_those_of_the_network_with_a_path_around_the_layer(residual, noise, layer):
    agrees(residual, layer, noise[:5])


@pytest.mark.parametrize("head", ["one", "two"])
def test_gradients_are_those_of_the_head_that_is_asked_for(heads, noise, head):
    agrees(heads, "first", noise[:5], head)


def test_gradients_are_those_of_a_network_inside_another(noise):
    agrees(nested(), "block", noise[:5])


def test_gradients_reach_into_a_frozen_network(frozen):
    pictures = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), dtype="uint8")
    agrees(frozen, "block_13_expand", pictures)
    found = maps.maps(frozen, pictures, np.arange(2))["Grad-CAM"]
    assert found.shape == (2, 32, 32) and found.any()


def test_every_method_explains_a_head(heads, noise):
    alone = keras.Model(heads.inputs, heads.output["two"])
    classes = np.array([0, 1, 1])
    whole = maps.maps(heads, noise[:3], classes, head="two", methods=maps.METHODS)
    for method, expected in maps.maps(alone, noise[:3], classes, methods=maps.METHODS).items():
        assert whole[method] == pytest.approx(expected, abs=1e-5), method


def test_a_layer_that_is_added_after_a_map_was_taken_changes_the_next_one(noise):
    model = grown()
    before = maps.maps(model, noise[:2], np.zeros(2, int))["Grad-CAM"]
    model.add(layers.Rescaling(2.0))
    assert maps.maps(model, noise[:2], np.zeros(2, int))["Grad-CAM"] == pytest.approx(2 * before, rel=1e-4)


def test_one_class_against_another_is_the_difference_of_their_maps(residual, noise):
    first, second = np.array([0, 1, 2]), np.array([2, 0, 1])
    both = maps.maps(residual, noise[:3], np.stack([first, second], axis=1))
    for method in ("Grad-CAM", "HiResCAM"):
        one, other = (maps.maps(residual, noise[:3], classes)[method] for classes in (first, second))
        assert both[method] == pytest.approx(one - other, abs=1e-5) and both[method].any()


def test_many_pictures_have_the_maps_that_each_has_alone(residual, noise):
    methods = (*maps.METHODS, "Sobel", "centre")
    classes = np.arange(len(noise)) % 3
    together = maps.maps(residual, noise, classes, methods=methods)
    for k in (0, 127, 128, 129):
        alone = maps.maps(residual, noise[k : k + 1], classes[k : k + 1], methods=methods)
        for method in methods:
            assert together[method].dtype == "float32"
            assert together[method][k] == pytest.approx(alone[method][0], abs=1e-4), method


def test_explaining_changes_no_weight_and_no_statistic(residual, noise):
    before = [weights.copy() for weights in residual.get_weights()]
    maps.maps(residual, noise[:9], np.arange(9) % 3, methods=(*maps.METHODS, *controls.CONTROLS))
    assert all(np.array_equal(*pair) for pair in zip(before, residual.get_weights(), strict=True))


def test_a_network_that_was_explained_can_be_saved_and_is_not_kept(noise, tmp_path):
    model = grown()
    maps.maps(model, noise[:2], np.zeros(2, int), layer="first", methods=maps.METHODS)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert np.array_equal(again.predict_on_batch(noise[:5]), model.predict_on_batch(noise[:5]))
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_weights_that_change_afterwards_change_the_map(residual, noise):
    before = maps.maps(residual, noise[:2], np.zeros(2, int))["HiResCAM"]
    kernel, bias = residual.get_layer("logits").get_weights()
    residual.get_layer("logits").set_weights([3 * kernel, bias])
    after = maps.maps(residual, noise[:2], np.zeros(2, int))["HiResCAM"]
    residual.get_layer("logits").set_weights([kernel, bias])
    assert after == pytest.approx(3 * before, abs=1e-4) and before.any()


def test_controls_do_not_look_at_the_network(residual, noise):
    methods = tuple(controls.CONTROLS)
    one = maps.maps(residual, noise[:3], np.zeros(3, int), methods=methods)
    other = maps.maps(grown(), noise[:3], np.full(3, 2), layer="first", methods=("Sobel", "centre"))
    assert all(np.array_equal(one[method], other[method]) for method in other)
    assert np.unravel_index(one["centre"][0].argmax(), (8, 8)) in [(a, b) for a in (3, 4) for b in (3, 4)]
    step = np.zeros((1, 8, 8, 1), "uint8")
    step[:, :, 4:] = 200
    assert np.flatnonzero(controls.sobel(step, (8, 8))[0, 4]).tolist() == [3, 4]
