"""Maps that can be computed by hand."""

import numpy as np
import pytest
from scipy.special import expit

from lib.base.backend import keras
from lib.explain import cam, maps, probing

layers = keras.layers


@pytest.fixture(scope="module")
def by_hand():
    """Return conv -> flatten -> dense. Channels: a tenth of the picture, and 1 minus that. Class 1 wants, in channel 0,
    16 times the first cell less 8 times the last one; of channel 1 it takes every cell away; its bias is 5."""
    pictures = keras.Input((4, 4, 1))
    x = layers.Conv2D(2, 1, name="conv")(pictures)
    model = keras.Model(pictures, layers.Dense(2)(layers.Flatten()(x)))
    wanted = np.zeros((4, 4, 2, 2), "float32")
    wanted[0, 0, 0, 1], wanted[3, 3, 0, 1], wanted[:, :, 1, 1] = 16, -8, -1
    model.set_weights([np.array([[[[0.1, -0.1]]]]), np.array([0, 1]), wanted.reshape(32, 2), np.array([3, 5])])
    return model


@pytest.fixture(scope="module")
def picture():
    """Return one picture: its channels in the first cell are 1 and 0, in the last one 2 and -1, elsewhere 0 and 1."""
    picture = np.zeros((1, 4, 4, 1), "uint8")
    picture[0, 0, 0], picture[0, 3, 3] = 10, 20
    return picture


@pytest.mark.parametrize(
    ("method", "first", "last", "elsewhere"),
    [
        ("Grad-CAM", 0.5 * 1 - 1 * 0, 0.5 * 2 - 1 * -1, -1),  # mean gradients: 8 / 16 and -1
        ("Grad-CAM++", 0.32 * 1, 0.32 * 2, 0),  # of 16 alone: 16 * 16^2 / (2 * 16^2 + 16^3 * 3)
        ("HiResCAM", 16 * 1 - 1 * 0, -8 * 2 - 1 * -1, -1),
        ("LayerCAM", 16 * 1, 0, 0),
    ],
)
def test_maps_are_those_computed_by_hand_and_keep_their_signs(by_hand, picture, method, first, last, elsewhere):
    expected = np.full((4, 4), elsewhere, float)
    expected[0, 0], expected[3, 3] = first, last
    assert cam.raw(by_hand, picture, np.array([1]))[method][0] == pytest.approx(expected, abs=0.01)
    assert maps.maps(by_hand, picture, np.array([1]))[method][0] == pytest.approx(expected, abs=0.01)


def test_a_class_that_nothing_speaks_for_has_a_map_of_zeros(by_hand, picture):
    assert not np.any(list(cam.raw(by_hand, picture, np.array([0])).values()))


def test_the_sum_of_hirescam_and_the_bias_are_the_logit(by_hand):
    pictures = np.random.default_rng(0).integers(0, 256, (5, 4, 4, 1), dtype="uint8")
    found = cam.raw(by_hand, pictures, np.ones(5, int))["HiResCAM"].sum(axis=(1, 2)) + 5
    assert found == pytest.approx(by_hand.predict_on_batch(pictures)[:, 1], abs=0.01)


def test_gradcam_is_class_activation_mapping_by_the_number_of_cells_where_a_mean_over_all_cells_follows():
    pictures = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 1), dtype="uint8")
    inputs = keras.Input((8, 8, 1))
    conv = layers.Conv2D(4, 3, activation="relu")(inputs)
    model = keras.Model(inputs, layers.Dense(3, name="dense")(layers.GlobalAveragePooling2D()(conv)))
    activations = keras.Model(inputs, conv).predict_on_batch(pictures)
    mapping = activations @ model.get_layer("dense").get_weights()[0][:, 2]
    assert cam.raw(model, pictures, np.full(3, 2))["Grad-CAM"] == pytest.approx(mapping / 36, abs=0.01)


def test_maps_grow_to_the_picture_in_straight_lines():
    small = np.array([[0.0, 4.0]])[None, :, :, None]
    assert probing.resized(small, (1, 4))[0, 0, :, 0] == pytest.approx([0, 1, 3, 4])


def test_scorecam_weighs_a_channel_by_the_probability_that_its_places_keep():
    pictures = np.zeros((2, 4, 4, 2), "uint8")
    pictures[:, 1, 1, 0] = pictures[:, 2, 2, 1] = 160
    inputs = keras.Input((4, 4, 2))
    conv = layers.Conv2D(2, 1)
    model = keras.Model(inputs, layers.Dense(2)(layers.GlobalAveragePooling2D()(conv(inputs))))
    conv.set_weights([np.eye(2)[None, None], np.zeros(2)])
    model.layers[-1].set_weights([np.array([[0.2, 0], [0, 0]]), np.zeros(2)])  # logits: 160 / 16 * .2 = 2, and 0
    found = probing.score_cam(model, pictures, np.array([0, 1]))
    expected = np.zeros((2, 4, 4))
    expected[:, 1, 1] = 160 * (expit(2) - 0.5), -160 * (expit(2) - 0.5)
    assert found == pytest.approx(expected, abs=0.01)


def test_occlusion_is_the_mean_fall_of_all_windows_over_a_pixel():
    picture = np.zeros((1, 8, 8, 1), "uint8")
    picture[0, :2, :2] = 10
    inputs = keras.Input((8, 8, 1))
    model = keras.Model(inputs, layers.Dense(1, use_bias=False)(layers.Flatten()(inputs)))
    corner = np.zeros((8, 8))
    corner[:2, :2] = 1
    model.set_weights([corner.reshape(64, 1)])
    found = probing.occlusion(model, picture, np.array([0]))[0]
    # a window of 2x2 pixels hides 4 of the corner's, beside it 2 or 1
    assert [found[0, 0], found[0, 1], found[1, 1]] == [40, (40 + 20) / 2, (40 + 20 + 20 + 10) / 4]
    assert [found[0, 2], found[2, 2]] == [(20 + 0) / 2, 10 / 4] and not found[3:].any() and not found[:, 3:].any()
