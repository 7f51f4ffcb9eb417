"""Groups: pictures that must stay in one part, by name, by equal and by nearly equal pictures."""

import io

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter

from lib.data import groups as module
from lib.data.groups import groups, twins


@pytest.fixture(scope="module")
def products():
    """Return 120 unlike products, uint8 (120, 80, 60, 3): coloured patches on white, each of a size of its own."""
    rng = np.random.default_rng(0)
    images = np.full((120, 80, 60, 3), 255, dtype=np.uint8)
    for image in images:
        height, width = rng.integers(20, 56), rng.integers(14, 40)
        top, left = rng.integers(8, 72 - height), rng.integers(8, 52 - width)
        texture = gaussian_filter(rng.random((height, width, 3)), (3, 3, 0))
        texture = (texture - texture.min()) / np.ptp(texture) * 120
        image[top : top + height, left : left + width] = texture + rng.integers(0, 100, 3)
    return images


def shifted(image, down, right):
    rows, columns = np.clip(np.arange(80) - down, 0, 79), np.clip(np.arange(60) - right, 0, 59)
    return image[rows][:, columns]


def saved_as_jpeg(image):
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=85)
    return np.asarray(Image.open(file))


def found(images):
    return [tuple(row) for row in twins(images)[["position", "partner", "kind"]].itertuples(index=False)]


def test_unlike_pictures_have_no_twins(products):
    assert found(products) == []
    assert groups(products).tolist() == list(range(120))


def test_exact_twins_are_paired_with_the_first(products):
    images = products.copy()
    images[[10, 100]] = images[5]
    assert found(images) == [(5, 10, "exact"), (5, 100, "exact")]


@pytest.mark.parametrize(
    "change",
    [
        lambda image: shifted(image, 1, 0),
        lambda image: shifted(image, 0, -1),
        lambda image: shifted(image, -1, 1),
        lambda image: (image * 0.975).astype(np.uint8),
        saved_as_jpeg,
        lambda image: saved_as_jpeg(shifted(image, 1, 1)),
    ],
    ids=["down", "left", "up and right", "darker", "saved again", "saved again and shifted"],
)
def test_near_twins(products, change):
    images = products.copy()
    for position in (3, 40, 77):
        images[position + 20] = change(images[position])
    assert found(images) == [(3, 23, "near"), (40, 60, "near"), (77, 97, "near")]


def test_another_product_of_the_same_shape_is_no_twin(products):
    images = products.copy()
    middle = slice(30, 50), slice(20, 40)
    images[9] = images[8] = 255
    images[8][middle], images[9][middle] = (90, 90, 90), (30, 90, 160)
    images[11] = images[10]
    images[11][35:45, 25:35] = images[11][35:45, 25:35] // 2  # a print on it
    assert not {(8, 9, "near"), (10, 11, "near")} & set(found(images))


def test_a_faint_product_must_fit_as_well_as_a_dark_one(products):
    images = products.copy()
    images[:2] = 255
    images[0, 20:60, 20:40] = 245
    images[1, 20:40, 20:40] = 245  # little ink is different, but half of it
    images[2:4] = 255
    images[2, 30:42, 20:40], images[3, 30:42, 20:40] = 245, 240
    assert found(images) == []


def test_blank_pictures_are_twins_only_when_equal(products):
    images = products.copy()
    noise = np.random.default_rng(0)
    images[0], images[1], images[2], images[3] = 255, 254, 254, 90
    images[4], images[5] = noise.integers(250, 253, (2, 80, 60, 3))
    assert found(images) == [(1, 2, "exact")]


@pytest.mark.parametrize(("height", "width", "channels"), [(28, 28, 1), (12, 9, 3), (96, 70, 3)])
def test_any_size_and_both_numbers_of_channels(height, width, channels):
    rng = np.random.default_rng(0)
    images = np.zeros((40, height, width, channels), dtype=np.uint8)
    inner = rng.integers(60, 255, (40, 3, 3, channels), dtype=np.uint8)
    images[:, 2:-2, 2:-2] = np.kron(inner, np.ones((1, height // 3, width // 3, 1), np.uint8))[
        :, : height - 4, : width - 4
    ]
    images[7], images[9] = images[8], (images[20] * 0.98).astype(np.uint8)
    assert found(images) == [(7, 8, "exact"), (9, 20, "near")]


def test_a_handful(products):
    assert groups(products[:1], ["x"]).tolist() == [0]
    assert groups(products[:2]).tolist() == [0, 1]
    assert groups(products[[0, 0, 0]]).tolist() == [0, 0, 0]
    assert twins(products[:1]).columns.tolist() == ["position", "partner", "kind"]
    assert groups(np.full((3, 8, 6, 3), 7, np.uint8)).tolist() == [0, 0, 0]


def test_names_count_without_case_and_blanks_and_an_empty_one_says_nothing(products):
    names = ["Red Shirt", "", " red shirt ", "", "Blue Shirt", "RED SHIRT", "  "]
    number = groups(products[:7], names)
    assert number.dtype == np.int64 and number.tolist() == [0, 1, 0, 2, 3, 0, 4]


def test_pairs_chain_over_names_and_pictures(products):
    images = products[:6].copy()
    images[4] = images[0]
    images[5] = shifted(images[3], 0, 1)
    assert groups(images, ["a", "b", "c", "c", "b", "d"]).tolist() == [0, 0, 1, 1, 0, 1]


def test_blocks_do_not_change_what_is_found(products, monkeypatch):
    images = products.copy()
    images[119] = shifted(images[0], 1, 0)
    whole = found(images)
    monkeypatch.setattr(module, "BLOCK", 7)
    assert found(images) == whole == [(0, 119, "near")]
