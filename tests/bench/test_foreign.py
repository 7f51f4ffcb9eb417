"""Foreign pictures: halves that share nothing, grounds that hide nothing."""

import numpy as np
import pytest

from lib.bench import foreign, registry, unlike
from lib.data.dataset import Dataset


@pytest.fixture
def shop(monkeypatch):
    """Put a small drawn shop in the place of the real one; pictures 2k and 2k + 1 are of one group."""
    names = ["Tshirts", "Watches", "Jeans", "Tops"]
    labels = np.repeat(np.arange(4), 40)
    images = np.repeat(np.arange(160, dtype=np.uint8), 80 * 60 * 3).reshape(160, 80, 60, 3)
    dataset = Dataset(
        "fashion-product", images, {"articleType": labels}, {"articleType": names}, np.arange(160).astype(str), "",
        groups=np.arange(160) // 2,
    )  # fmt: skip
    monkeypatch.setattr(foreign.catalogue, "load", lambda name: dataset)


def test_the_halves_share_no_group_and_leave_out_what_has_no_class(shop):
    seen = {}
    for half in foreign.HALVES:
        images, labels = foreign.products(half)
        numbers = images[:, 0, 0, 0].astype(int)
        assert set(zip(numbers // 40, labels, strict=True)) == {(0, 0), (2, 1)}  # no tops, no watches
        assert set(foreign.of_no_class(half)[:, 0, 0, 0] // 40) == {1}
        seen[half] = set(numbers // 2)
    assert not seen["choosing"] & seen["reporting"] and len(seen["choosing"] | seen["reporting"]) == 40


@pytest.mark.parametrize(("ground", "low", "high"), [(foreign.on_a_table, 90, 240), (foreign.on_dark, 8, 90)])
def test_a_ground_replaces_the_white_and_leaves_a_margin(ground, low, high):
    images = np.full((2, 80, 60, 3), 255, np.uint8)
    images[:, 20:60, 20:40] = (200, 30, 30)
    made = ground(images)
    assert made.shape == (2, 100, 80, 3) and made.dtype == np.uint8
    assert low < made[:, :10].mean() < high and np.ptp(made[0, :10]) > 5
    assert (made[:, 50, 40, 0] > made[:, 50, 40, 1] + 40).all()


def test_shares_below_a_threshold_and_their_mean_over_what_is_foreign():
    values = dict.fromkeys(("Fashion-MNIST", "shop, its classes", "noise"), np.arange(10)) | {"inverted": np.zeros(10)}
    found = unlike._shares(values, 3)
    assert found["Fashion-MNIST"] == found["noise"] == 0.3 and found["mean"] == 0.65


def test_accuracies_are_measured_only_when_they_are_named():
    assert not set(registry.REAL) & set(registry.choose([], None)) and registry.choose(["unlike"], None) == ["unlike"]
