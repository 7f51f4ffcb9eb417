"""Planted patches, placed pictures, shuffled labels, weights drawn anew, pixels painted over: only what is meant."""

from functools import partial

import numpy as np
import pytest

from lib.base.backend import keras
from lib.explain import maps
from lib.explain.checks import planted
from lib.explain.checks.painting import fall, painted
from lib.explain.checks.randomised import asked_otherwise, cascade


def test_a_patch_tells_the_label_and_nothing_else_of_the_picture_changes(stripes):
    patched = planted.with_patch(stripes)
    where, labels = patched.truth["patch"], patched.labels["class"]
    assert (where.sum(axis=(1, 2)) == 25).all() and len(np.unique(where, axis=0)) > 30
    assert np.array_equal(patched.images[~where], stripes.images[~where])
    inside = patched.images[where].reshape(180, 25)
    assert (inside[labels == 0] == 127).all() and 0.3 < labels.mean() < 0.7
    assert (inside[labels == 1] == np.indices((5, 5)).sum(axis=0).ravel() % 2 * 255).all()
    assert patched.classes == {"class": ["flat patch", "chequered patch"]}
    assert patched.fingerprint != stripes.fingerprint and np.array_equal(patched.test, stripes.test)
    assert not stripes.truth and np.array_equal(planted.with_patch(stripes).images, patched.images)


def test_a_placed_picture_lies_in_one_quarter_with_background_in_the_others(stripes):
    placed = planted.placed(stripes)
    assert placed.labels == stripes.labels and placed.fingerprint != stripes.fingerprint
    quarters = placed.images.reshape(180, 2, 6, 2, 6).transpose(0, 1, 3, 2, 4).reshape(180, 4, 36)
    own = np.ptp(quarters.astype(int), axis=2) > 0
    assert (own.sum(axis=1) == 1).all() and (own.sum(axis=0) > 20).all()
    halves = stripes.images.reshape(180, 6, 2, 6, 2).mean(axis=(2, 4)).reshape(180, 36)
    assert np.abs(quarters[own] - halves).max() <= 0.5


def test_shuffled_labels_are_the_same_in_another_order(stripes):
    shuffled = planted.shuffled(stripes)
    assert shuffled.images is stripes.images and shuffled.classes == stripes.classes
    assert sorted(shuffled.labels["class"]) == sorted(stripes.labels["class"])
    assert 0.1 < (shuffled.labels["class"] == stripes.labels["class"]).mean() < 0.6
    assert shuffled.fingerprint != stripes.fingerprint


def same(one, other):
    return all(np.array_equal(*pair) for pair in zip(one, other, strict=True))


def looked(model, pictures):
    return lambda: maps.maps(model, pictures, np.arange(len(pictures)) % 3, methods=("Grad-CAM", "random"))


def test_layers_are_drawn_anew_one_after_another_and_a_map_that_does_not_look_stays(residual, noise):
    before = residual.get_weights()
    seen, drawn = [], []
    for name, alike in cascade(residual, looked(residual, noise[:4]), from_top=True):
        seen.append(name)
        drawn.append(not same(before[-2:], residual.get_weights()[-2:]))
        assert alike["random"] == pytest.approx(1) and alike["Grad-CAM"].shape == (4,)
    assert seen == ["logits", "flat", "inside", "normal", "begin"] and all(drawn)
    assert (alike["Grad-CAM"] < 0.99).all() and same(before, residual.get_weights())
    upwards = [name for name, _ in cascade(residual, looked(residual, noise[:4]), from_top=False)]
    assert upwards == seen[::-1]


def test_a_network_has_its_own_weights_again_whoever_stops_looking(residual, noise):
    before = residual.get_weights()
    for _ in cascade(residual, looked(residual, noise[:2]), from_top=True):
        assert not same(before, residual.get_weights())
        break
    assert same(before, residual.get_weights())
    with pytest.raises(ZeroDivisionError):
        for _ in cascade(residual, looked(residual, noise[:2]), from_top=True):
            raise ZeroDivisionError
    assert same(before, residual.get_weights())


def test_a_map_of_random_weights_is_another_one_and_the_network_stays(residual, noise):
    before = residual.get_weights()
    look = partial(maps.maps, methods=("Grad-CAM", "random"))
    found = asked_otherwise(residual, noise[0], 0, 1, look)
    assert list(found) == ["class", "other", "random"] and same(before, residual.get_weights())
    assert not np.allclose(found["class"]["Grad-CAM"], found["random"]["Grad-CAM"])
    assert np.allclose(found["class"]["random"], found["random"]["random"])


def test_only_the_chosen_pixels_are_painted_and_from_their_neighbours(noise):
    chosen = np.random.default_rng(0).permuted(np.tile(np.arange(64), (3, 1)), axis=1)[:, :40]
    found = painted(noise[:3], chosen)
    rest = np.ones((3, 64), bool)
    np.put_along_axis(rest, chosen, False, axis=1)
    same_pixels = (found == noise[:3]).reshape(3, 64)
    assert same_pixels[rest].all() and same_pixels[~rest].mean() < 0.2 and found.dtype == np.uint8
    flat = painted(np.full((2, 8, 8, 3), (10, 100, 200), "uint8"), chosen[:2]).astype(int)
    assert np.abs(flat - (10, 100, 200)).max() < 12  # the noise has a deviation of 2.55
    ramp = np.broadcast_to(np.arange(0, 160, 20, dtype="uint8")[:, None, None], (1, 8, 8, 1))
    inner = painted(ramp, np.array([[3 * 8 + 3, 3 * 8 + 4, 4 * 8 + 4]])).astype(int)
    assert np.abs(inner - ramp).max() < 12


def test_without_what_the_true_map_marks_the_logit_falls_furthest():
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 40, (60, 12, 12, 1), dtype="uint8")
    true = np.zeros((60, 12, 12))
    for k, (top, left) in enumerate(rng.integers(1, 8, (60, 2))):
        pictures[k, top : top + 4, left : left + 4] += 160
        true[k, top : top + 4, left : left + 4] = 1
    inputs = keras.Input((12, 12, 1))
    model = keras.Model(inputs, keras.layers.Dense(2)(keras.layers.Flatten()(inputs)))
    kernel = np.zeros((144, 2))
    kernel[:, 1] = 1 / 500
    model.set_weights([kernel, np.array([0, -7.0])])
    classes = np.ones(60, int)
    looks = (true, rng.standard_normal(true.shape), -true)
    means = [fall(model, pictures, classes, own).mean() for own in looks]
    assert means[0] > 2 * abs(means[1]) and means[1] > means[2]
    assert np.isnan(fall(model, pictures, classes, np.zeros_like(true))).all(), "a constant map marks nothing"
