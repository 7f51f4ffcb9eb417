"""Equal pictures, principal components, and slices that stand for a whole set."""

import numpy as np
import pytest

from lib.data import alike
from lib.data.dataset import evenly


@pytest.fixture(scope="module")
def noise():
    return np.random.default_rng(0).integers(0, 256, (40, 6, 5, 3), dtype="uint8")


def test_each_picture_names_the_first_that_equals_it(noise):
    images = noise.copy()
    images[[10, 39]] = images[5]
    images[20] = images[7]
    images[30] = images[8]
    images[30, 3, 3, 0] ^= 1
    expected = np.arange(40)
    expected[[10, 39]], expected[20] = 5, 7
    first = alike.first_equal(images)
    assert first.dtype == np.int64 and first.tolist() == expected.tolist()


def test_of_some_pictures_places_count_in_their_order(noise):
    images = noise.copy()
    images[[10, 39]] = images[5]
    assert alike.first_equal(images, np.array([39, 1, 10, 2, 5])).tolist() == [0, 1, 0, 3, 0]
    assert alike.first_equal(images, np.array([], dtype=int)).tolist() == []


def test_blocks_and_mapped_files_change_nothing(noise, monkeypatch, tmp_path):
    images = noise[np.arange(40) % 11]
    whole = alike.first_equal(images)
    monkeypatch.setattr(alike, "BLOCK", 7)
    np.save(tmp_path / "images.npy", images)
    assert np.array_equal(alike.first_equal(np.load(tmp_path / "images.npy", mmap_mode="r")), whole)
    assert np.array_equal(whole, np.arange(40) % 11)


@pytest.mark.parametrize(("features", "solver"), [(20, "covariance_eigh"), (4_000, "randomized")])
def test_many_features_take_the_randomised_solver(features, solver):
    sample = np.random.default_rng(0).random((30, features))
    assert alike.principal_components(sample, 64).svd_solver == solver
    assert alike.principal_components(sample, 64).n_components_ == min(30, features)


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 19, 20, 21, 1_000, 1_001])
def test_evenly_covers_everything_and_takes_no_more_than_asked(count):
    chosen = np.arange(count)[evenly(count, 10)]
    assert len(chosen) <= 10 and (count > 10 or len(chosen) == count)
    if count > 10:
        step = chosen[1] - chosen[0]
        assert set(np.diff(chosen)) == {step} and count - chosen[-1] <= step
