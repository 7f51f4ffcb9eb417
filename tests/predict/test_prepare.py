"""From any picture to one garment, light on black, 28 by 28: ground, polarity, place, light, size."""

import numpy as np
import pytest

from lib.predict import prepare

PAPER, CLOTH = (250, 250, 250), (30, 40, 90)


def picture(ground=PAPER, cloth=CLOTH, size=(100, 80), box=(20, 70, 30, 50)):
    """Return a cloth of one colour on a ground of another: 50 high and 20 wide, unless `box` says otherwise."""
    image = np.full((*size, 3), ground, dtype=np.uint8)
    image[box[0] : box[1], box[2] : box[3]] = cloth
    return image


def middle(rows, columns):
    expected = np.zeros((28, 28), bool)
    expected[(28 - rows) // 2 : (28 - rows) // 2 + rows, (28 - columns) // 2 : (28 - columns) // 2 + columns] = True
    return expected


@pytest.mark.parametrize("how", [name for name in prepare.PREPARATIONS if "cut out" in name or "distance" in name])
@pytest.mark.parametrize(
    ("ground", "cloth"), [(PAPER, CLOTH), (CLOTH, PAPER), ((120, 120, 120), CLOTH), ((200, 40, 40), (40, 40, 200))]
)
def test_the_garment_is_light_on_black_fills_the_height_and_stands_in_the_middle(how, ground, cloth):
    seen = prepare.prepared(picture(ground, cloth), how)
    assert seen.shape == (28, 28, 1) and seen.dtype == np.uint8
    wanted = middle(28, 11)  # 50 x 20 pixels, the longer side made 28
    assert seen[..., 0][wanted].min() > 60 and seen[..., 0][~wanted].max() == 0


def test_a_picture_of_the_training_set_comes_back_nearly_as_it_was():
    image = np.zeros((28, 28, 1), np.uint8)
    image[:, 8:20] = np.linspace(60, 240, 28, dtype=np.uint8)[:, None, None]
    seen = prepare.prepared(np.repeat(image, 3, axis=2))
    assert np.abs(seen.astype(int) - image).max() <= 12  # stretched to its brightest parts
    inverted = prepare.prepared(255 - np.repeat(image, 3, axis=2))
    np.testing.assert_allclose(inverted.astype(int), seen, atol=1)


def test_light_that_falls_off_to_one_side_is_ground():
    image = picture().astype(float) * np.linspace(1, 0.6, 80)[None, :, None]
    seen = prepare.prepared(image.astype(np.uint8))
    assert seen[..., 0][~middle(28, 11)].max() < 30 < seen[..., 0][middle(28, 11)].min()


def test_specks_do_not_widen_the_crop():
    image = picture()
    image[4:8, 4:8] = 0
    np.testing.assert_array_equal(prepare.prepared(image)[1:-1], prepare.prepared(picture())[1:-1])


def test_ground_follows_the_light():
    light = np.linspace(1, 0.6, 80)[None, :, None]
    found = prepare.ground((picture() * light).astype(np.uint8))
    np.testing.assert_allclose(found, np.broadcast_to(250 * light, found.shape), atol=3)


def test_ground_is_known_behind_what_touches_the_border():
    image = picture(box=(0, 100, 30, 50))  # from the upper edge to the lower one
    np.testing.assert_allclose(prepare.ground(image), 250, atol=8)


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (2, 3), (28, 28), (3000, 20)])
def test_any_size_is_taken(size):
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    for how in prepare.PREPARATIONS:
        assert prepare.prepared(noise, how).shape == (28, 28, 1)


def test_a_flat_picture_shows_nothing_and_a_garment_something():
    assert not prepare.shows_something(np.full((50, 40, 3), 120, np.uint8))
    assert prepare.shows_something(picture())


def test_the_longer_side_is_kept_in_proportion():
    wide = prepare.prepared(picture(box=(40, 60, 10, 70)))[..., 0] > 0
    np.testing.assert_array_equal(wide, middle(9, 28))  # 60 x 20
