"""Likeness, shares and hits of arrays that are known; mosaics and garments of which we know what is where."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from lib.base.backend import keras
from lib.base.errors import LookbookError
from lib.explain.checks import redrawing
from lib.explain.checks.agreement import hits, rank_correlation, share_inside
from lib.explain.checks.mosaics import halved, mosaics


def test_rank_correlation_is_one_for_the_same_order_minus_one_for_the_reverse_and_nothing_for_a_constant():
    first = np.array([[[1, 2], [3, 4]]] * 4, float)
    second = np.array([[[1, 4], [9, 16]], [[4, 3], [2, -1]], [[7, 7], [7, 7]], [[2, 1], [4, 3]]], float)
    assert rank_correlation(first, second) == pytest.approx([1, -1, np.nan, 0.6], nan_ok=True)
    assert np.isnan(rank_correlation(second, second)).tolist() == [False, False, True, False]


def test_rank_correlation_counts_ties_as_scipy_does():
    first, second = np.random.default_rng(0).integers(0, 5, (2, 6, 5, 5)).astype(float)
    expected = [spearmanr(*pair).statistic for pair in zip(first.reshape(6, -1), second.reshape(6, -1), strict=True)]
    assert rank_correlation(first, second) == pytest.approx(expected)


def test_share_inside_counts_positive_evidence_alone():
    maps = np.array([[[3, 1], [-5, 0]], [[-1, -1], [-1, 0]]], float)
    where = np.array([[[True, False], [True, False]]] * 2)
    assert share_inside(maps, where) == pytest.approx([0.75, np.nan], nan_ok=True)


def test_a_hit_is_the_highest_pixel_inside_and_a_constant_map_has_none():
    maps = np.array([[[-3, -1], [-5, -2]], [[0, 1], [2, 0]], [[1, 1], [1, 1]]], float)
    where = np.array([[[False, True], [False, False]]] * 3)
    assert hits(maps, where) == pytest.approx([1, 0, np.nan], nan_ok=True)


@pytest.mark.parametrize(("of_class", "chance"), [(2, 0.5), (1, 0.25)])
def test_a_mosaic_has_so_many_quarters_of_the_class_that_is_asked_for(of_class, chance):
    labels = np.repeat(np.arange(5), 3)
    images = np.broadcast_to(10 * labels[:, None, None, None].astype("uint8"), (15, 8, 8, 1))
    made, asked, where = mosaics(images, labels, 30, of_class)
    assert made.shape == (30, 8, 8, 1) and len(set(asked)) > 1
    assert share_inside(np.ones((30, 8, 8)), where) == pytest.approx(chance)
    shown = made[..., 0] // 10
    assert np.array_equal(shown == asked[:, None, None], where)
    assert len({len(set(one.ravel().tolist())) for one in shown}) > 1, "others may be alike"
    assert where.any(axis=0).all(), "in any quarter"


def test_pictures_of_too_few_classes_make_no_mosaic():
    images = np.zeros((4, 8, 8, 1), "uint8")
    with pytest.raises(LookbookError, match="needs 2 pictures of one class and 2 of others"):
        mosaics(images, np.array([0, 0, 0, 1]), 1)
    with pytest.raises(LookbookError, match="needs 2 pictures of one class and 2 of others"):
        mosaics(images, np.arange(4), 1)


def test_a_halved_picture_has_the_means_of_four_pixels_and_loses_odd_edges():
    picture = np.array([[255, 255, 0], [255, 255, 0], [9, 9, 9]], "uint8")[..., None]
    assert halved(picture).tolist() == [[[255]]]
    assert halved(np.array([[1, 2], [3, 4]], "uint8")[..., None]).tolist() == [[[3]]]  # 2.5, rounded up


@pytest.fixture(scope="module")
def boots():
    return redrawing.draw(6)[9]


@pytest.fixture(scope="module")
def looks_at(boots):
    """Return a network whose logit for a boot is the sum of the pixels of one garment's first part, and that part."""
    part = int(boots.masks[:, 0].sum(axis=(1, 2)).argmax())
    here = boots.masks[part, 0]
    pictures = keras.Input((28, 28, 1))
    model = keras.Model(pictures, keras.layers.Dense(10)(keras.layers.Flatten()(pictures)))
    kernel = np.zeros((784, 10))
    sign = np.sign(boots.images[0, ..., 0].astype(int) - boots.without[part, 0, ..., 0])
    kernel[:, boots.label] = (here * sign).ravel() / 255
    model.set_weights([kernel, np.zeros(10)])
    return model, part, here, sign


def test_the_part_that_a_network_looks_at_has_the_largest_fall_and_a_part_that_is_not_there_has_none(boots, looks_at):
    model, part, here, _ = looks_at
    found = redrawing.falls(model, boots)
    difference = np.abs(boots.images[0].astype(int) - boots.without[part, 0])[here].sum() / 255
    assert np.nanargmax(found[:, 0]) == part and found[part, 0] == pytest.approx(difference, rel=1e-4)
    seen = boots.masks.sum(axis=(2, 3)) >= redrawing.SEEN
    assert np.array_equal(np.isnan(found), ~seen) and np.isnan(found).any()


def test_the_map_of_what_each_part_does_agrees_with_it_and_its_opposite_does_not(boots, looks_at):
    model = looks_at[0]
    true = np.nan_to_num(redrawing.falls(model, boots))

    def look(pictures, classes):
        assert (classes == boots.label).all() and np.array_equal(pictures, boots.images)
        each = boots.masks / np.maximum(boots.masks.sum(axis=(2, 3), keepdims=True), 1)
        mapped = (each * true[..., None, None]).sum(axis=0)
        return {"true": mapped, "opposite": -mapped, "constant": np.zeros_like(mapped)}

    found = redrawing.agreement(model, [boots], look)
    assert len(found["true"]) == 6 and np.isnan(found["constant"]).all()
    assert np.nanmean(found["true"]) > 0.3 and found["opposite"] == pytest.approx(-found["true"], nan_ok=True)
