"""Augmentation: known answers of each operation, what stays whole, what a seed decides, what is unsafe."""

import numpy as np
import pytest

from lib.base.errors import LookbookError
from lib.config import AugmentationConfig
from lib.data import augment as module
from lib.data.augment import augment
from lib.data.policies import POLICIES, always, policy, strengths
from lib.evaluation.guards.augmentation import unsafe


def noise(number=80, height=28, width=28, channels=1):
    return np.random.default_rng(0).integers(0, 256, (number, height, width, channels), dtype="uint8")


def changed(images, seed=0, **settings):
    return augment(images, AugmentationConfig(**settings), np.random.default_rng(seed))


def seen(images, **values):
    """Return the pictures with exactly these values, one for all, where augment would draw them."""
    nothing = {"angle": 0, "size": 1, "slant": 0, "down": 0, "right": 0, "mirror_rows": 1, "mirror_columns": 1}
    drawn = {name: np.full(len(images), value) for name, value in (nothing | values).items()}
    return module._seen_through(module._inverse_maps(images.shape, **drawn), images)


@pytest.mark.parametrize("settings", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("shape", [(40, 28, 28, 1), (5, 80, 60, 3), (12, 5, 300, 2), (0, 28, 28, 1)])
def test_every_policy_keeps_shape_type_and_its_input(settings, shape):
    images = noise(*shape)
    before = images.copy()
    after = augment(images, settings, np.random.default_rng(0))
    assert after.shape == shape and after.dtype == np.uint8
    assert np.array_equal(images, before) and not np.shares_memory(images, after)
    assert len(images) == 0 or not np.array_equal(images, after)


@pytest.mark.parametrize("settings", POLICIES.values(), ids=POLICIES)
def test_the_generator_decides_and_each_picture_draws_its_own(settings):
    images = np.repeat(noise(1, 20, 20), 30, axis=0)
    one, again, other = (augment(images, settings, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one, again) and not np.array_equal(one, other)
    assert len(np.unique(one, axis=0)) > 1


def test_no_setting_changes_nothing():
    images = noise()
    assert np.array_equal(changed(images), images)


@pytest.mark.parametrize("shape", [(80, 28, 28, 1), (9, 7, 10, 3), (2, 4, 300, 1)])
def test_flips_reverse_columns_and_rows(shape):
    images = noise(*shape)
    assert np.array_equal(changed(images, horizontal_flip=1), images[:, :, ::-1])
    assert np.array_equal(changed(images, vertical_flip=1), images[:, ::-1])
    assert np.array_equal(changed(changed(images, horizontal_flip=1), horizontal_flip=1), images)


def test_each_flip_takes_its_share_of_the_pictures_by_itself():
    images = noise(2_000, 4, 4)
    after = changed(images, horizontal_flip=0.5, vertical_flip=0.25)
    options = {(up, left): images[:, ::up, ::left] for up in (1, -1) for left in (1, -1)}
    shares = {flips: np.mean((after == option).all(axis=(1, 2, 3))) for flips, option in options.items()}
    expected = {(1, 1): 0.375, (1, -1): 0.375, (-1, 1): 0.125, (-1, -1): 0.125}
    assert shares == pytest.approx(expected, abs=0.05)


def test_a_shift_moves_whole_pixels_each_as_often_and_repeats_the_border():
    images = noise(600, 30, 20, 2)
    after = changed(images, shift=0.1)  # 3 of 30 rows, 2 of 20 columns
    padded = np.pad(images, [(0, 0), (3, 3), (2, 2), (0, 0)], mode="edge")
    found = np.zeros((7, 5), int)
    for down in range(7):
        for right in range(5):
            moved = padded[:, 6 - down :, 4 - right :][:, :30, :20]
            found[down, right] = (after == moved).all(axis=(1, 2, 3)).sum()
    assert found.sum() == 600
    assert found.sum(axis=1) == pytest.approx(600 / 7, rel=0.4) and found.sum(axis=0) == pytest.approx(120, rel=0.4)


def test_a_shift_goes_down_and_right_and_reaches_the_whole_share():
    images = noise(3, 9, 12)
    assert np.array_equal(seen(images, down=2, right=-3)[:, 2:, :-3], images[:, :-2, 3:])
    drawn = module._whole(np.array([-1, -1e-9, np.nextafter(1, 0)]), 0.29 * 100)
    assert drawn.tolist() == [-29, 0, 29]


@pytest.mark.parametrize("side", [6, 7])
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_quarter_turn_is_anticlockwise_and_exact(side, turns):
    images = noise(5, side, side, 3)
    assert np.array_equal(seen(images, angle=90 * turns), np.rot90(images, turns, axes=(1, 2)))


def test_zoom_enlarges_about_the_centre():
    images = noise(5, 9, 13)
    twice = seen(images, size=2)
    assert np.array_equal(twice[:, ::2, ::2], images[:, 2:7, 3:10])
    between = (images[:, 4, 6].astype(int) + images[:, 4, 7] + 1) // 2
    assert np.array_equal(twice[:, 4, 7], between)
    assert np.array_equal(changed(images, zoom=0.5)[:, 4, 6], images[:, 4, 6])


def test_shear_slides_each_row_by_its_height():
    images = noise(5, 5, 30)
    sheared = seen(images, slant=45)
    for row, slide in enumerate([-2, -1, 0, 1, 2]):
        assert np.array_equal(sheared[:, row, 5:-5], np.roll(images[:, row], slide, axis=1)[:, 5:-5])


def test_order_is_flips_shear_rotation_shift():
    images = noise(5, 9, 9)
    assert np.array_equal(seen(images, mirror_columns=-1, slant=45), seen(images[:, :, ::-1], slant=45))
    assert np.array_equal(seen(images, slant=45, angle=90), np.rot90(seen(images, slant=45), axes=(1, 2)))
    assert np.array_equal(seen(images, angle=90, down=2), seen(np.rot90(images, axes=(1, 2)), down=2))


def test_drawn_angles_and_sizes_fill_their_range_and_stay_in_it():
    settings = AugmentationConfig(rotation=36, zoom=0.2, shear=10)
    drawn = module._drawn((5_000, 28, 28, 1), settings, np.random.default_rng(0))
    for name, low, high in [("angle", -36, 36), ("size", 0.8, 1.2), ("slant", -10, 10)]:
        assert low <= drawn[name].min() < low + (high - low) / 100
        assert high >= drawn[name].max() > high - (high - low) / 100


@pytest.mark.parametrize("shape", [(12, 28, 28, 1), (12, 17, 30, 3), (2, 280, 30, 1)])
def test_everything_at_once_agrees_with_scipy(shape):
    from scipy import ndimage

    images = noise(*shape)
    settings = AugmentationConfig(horizontal_flip=0.5, vertical_flip=0.5, shift=0.3, rotation=180, zoom=0.5, shear=40)
    maps = module._inverse_maps(shape, **module._drawn(shape, settings, np.random.default_rng(0)))
    after = module._seen_through(maps, images)
    for number, channel in np.ndindex(shape[0], shape[3]):
        plane, turn, move = images[number, ..., channel].astype(float), maps[:, number, :2], maps[:, number, 2]
        exact = ndimage.affine_transform(plane, turn, move, order=1, mode="nearest")
        assert np.abs(exact - after[number, ..., channel]).max() < 3  # grey levels: places and weights are rounded


@pytest.mark.parametrize("grey", [0, 255])
def test_a_plain_picture_stays_as_it_is(grey):
    images = np.full((200, 28, 28, 1), grey, dtype="uint8")
    assert (changed(images, shift=0.2, rotation=180, zoom=0.5, shear=30) == grey).all()


@pytest.mark.parametrize(("height", "width"), [(30, 24), (15, 48), (48, 15)])
def test_erasing_covers_one_rectangle_of_the_allowed_size_with_noise(height, width):
    images = np.full((3_000, height, width, 3), 7, dtype="uint8")
    touched = (changed(images, erase=1) != 7).any(axis=3)
    rows, columns = touched.any(axis=2), touched.any(axis=1)
    tall, wide = rows.sum(axis=1), columns.sum(axis=1)
    assert (touched.sum(axis=(1, 2)) == tall * wide).all()  # filled: no hole, no second one
    for side, hit in ((tall, rows), (wide, columns)):
        assert (hit.shape[1] - hit.argmax(axis=1) - hit[:, ::-1].argmax(axis=1) == side).all()  # connected
    size = height * width
    assert ((tall + 0.5) * (wide + 0.5) >= 0.02 * size).all() and ((tall - 0.5) * (wide - 0.5) <= 0.4 * size).all()
    assert ((tall + 0.5) / (wide - 0.5) >= 0.3).all() and ((tall - 0.5) / (wide + 0.5) <= 1 / 0.3).all()
    assert (tall * wide).mean() == pytest.approx(0.21 * size, rel=0.03)
    assert rows.any(axis=0).all() and columns.any(axis=0).all()  # anywhere, the corners too


def test_erasing_takes_its_share_of_the_pictures():
    images = np.full((2_000, 20, 20, 1), 7, dtype="uint8")
    assert (changed(images, erase=0.3) != 7).any(axis=(1, 2, 3)).mean() == pytest.approx(0.3, abs=0.05)


def test_noise_is_uniform():
    covered = changed(np.zeros((500, 28, 28, 1), "uint8"), erase=1)
    counts = np.bincount(covered[covered > 0], minlength=256)[1:]
    assert counts == pytest.approx(counts.mean(), rel=0.4)


@pytest.mark.parametrize("images", [np.zeros((2, 28, 28, 1), "float32"), np.zeros((2, 28, 28), "uint8")])
def test_other_arrays_are_refused(images):
    with pytest.raises(LookbookError, match=r"give uint8 of shape \(N, H, W, C\)"):
        changed(images, horizontal_flip=1)


def test_policies_have_the_values_of_the_reports_and_unknown_names_a_hint():
    r4 = policy("R4")
    assert (r4.rotation, r4.horizontal_flip, r4.vertical_flip, r4.zoom) == (45, 0.5, 0.5, 0.2)
    assert policy("R4.upright") == r4.changed(vertical_flip=0)
    assert policy("R3") == AugmentationConfig(horizontal_flip=0.5, rotation=36, zoom=0.1)
    with pytest.raises(LookbookError, match=r"unknown augmentation 'R4.uprigth': did you mean 'R4.upright'\?"):
        policy("R4.uprigth")


def test_what_may_change_a_label_is_named_for_garments_alone():
    assert [sentence.split(":")[0] for sentence in unsafe(policy("R4"), "fashion-mnist")] == ["vertical_flip"]
    wild = AugmentationConfig(horizontal_flip=1, vertical_flip=0.1, shift=0.3, rotation=46, zoom=0.5, shear=46, erase=1)
    named = [sentence.split(":")[0] for sentence in unsafe(wild, "garments")]
    assert named == ["vertical_flip", "rotation", "shear", "shift", "zoom"]
    assert unsafe(wild, "own:pictures") == []


@pytest.mark.parametrize("name", sorted(set(POLICIES) - {"R4", "vertical_flip"}))
def test_the_other_policies_are_safe(name):
    assert unsafe(policy(name), "fashion-mnist") == unsafe(policy(name), "fashion-product") == []


def test_a_single_operation_is_shown_for_certain_and_a_combination_as_it_is():
    assert always("erase").erase == 1 and always("vertical_flip").vertical_flip == 1
    assert always("shift") == policy("shift") and always("R4") == policy("R4")
    pictures = np.arange(4 * 8 * 8, dtype="uint8").reshape(4, 8, 8, 1)
    flipped = augment(pictures, always("horizontal_flip"), np.random.default_rng(0))
    assert (flipped == pictures[:, :, ::-1]).all()


def test_the_strength_of_each_single_change_is_told():
    told = strengths()
    assert "shift moves by up to 10% of the side" in told and "erase covers 2% to 40% of the picture." in told
