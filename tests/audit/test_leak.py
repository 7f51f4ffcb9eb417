"""Leaks across a split: twins by name and by picture, conflicting labels, what a nearest neighbour makes of them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lib.audit import leak
from lib.config import DataConfig
from lib.data.dataset import Dataset
from lib.data.splits import Split, split

NAMES = 60


@pytest.fixture(scope="module")
def shop() -> Dataset:
    """Return 60 products photographed twice each, uint8 (120, 8, 6, 3); only its twin tells a picture's label."""
    rng = np.random.default_rng(0)
    product = np.arange(2 * NAMES) // 2
    images = np.repeat(rng.integers(0, 255, (NAMES, 8, 6, 3), dtype=np.uint8), 2, axis=0)
    colour = np.repeat(rng.integers(0, 2, NAMES), 2)
    source = pd.DataFrame({"position": np.arange(2 * NAMES), "productDisplayName": [f"Shirt {k}" for k in product]})
    return Dataset(
        name="shop",
        images=images,
        labels={"masterCategory": np.repeat(np.arange(2), NAMES), "colour": colour},
        classes={"masterCategory": ["a", "b"], "colour": ["red", "blue"]},
        ids=np.arange(2 * NAMES).astype(str),
        provenance="",
        groups=product,
        source=source.sample(frac=1, random_state=0),
    )


@pytest.fixture(scope="module")
def pairs():
    """Every second product's two pictures are twins."""
    first = np.arange(0, 2 * NAMES, 4)
    return pd.DataFrame({"position": first, "partner": first + 1, "kind": "exact"})


def test_twin_groups(shop, pairs):
    by = leak.twin_groups(shop, pairs)
    assert by["name"].tolist() == (np.arange(2 * NAMES) // 2).tolist()
    assert by["picture"][:8].tolist() == [0, 0, 1, 2, 3, 3, 4, 5]
    assert len(set(leak.twin_groups(replace(shop, source=None), pairs)["name"])) == 2 * NAMES


def test_twins_of_both_kinds_are_one_group(shop, pairs):
    moved = pairs.assign(partner=(pairs["partner"] + 1) % len(shop))
    assert leak.together(shop, moved)[:8].tolist() == [0, 0, 0, 0, 1, 1, 1, 1]


def test_a_name_that_says_nothing_makes_no_twins(shop, pairs):
    source = shop.source.assign(productDisplayName=["NA", ""] * NAMES)
    assert len(set(leak.twin_groups(replace(shop, source=source), pairs)["name"])) == 2 * NAMES


def test_name_twins_are_not_twins_by_picture_and_bear_their_name(shop, pairs):
    found = leak.name_twins(shop, leak.twin_groups(shop, pairs), 5)
    assert len(found) == 5 and (found["position"] % 4 == 2).all() and (found["partner"] == found["position"] + 1).all()
    assert found["name"].tolist() == [f"Shirt {position // 2}" for position in found["position"]]
    nameless = replace(shop, source=None)
    assert leak.name_twins(nameless, leak.twin_groups(nameless, pairs), 5).empty


def test_conflicts_count_groups_with_two_labels(shop):
    colour = np.array([0, 1, 1, 1, 0, -1, -1, -1, 0, 1, *[0] * 110])
    table = leak.conflicts(replace(shop, labels={"colour": colour}), shop.groups)
    assert table.drop(columns="share").to_numpy().tolist() == [["colour", 58, 2, 4]]
    assert table["share"].item() == pytest.approx(2 / 58)


def test_has_twin():
    parts = Split(np.array([0, 1, 2]), np.array([3]), np.array([4, 5, 6]))
    assert leak.has_twin(np.array([7, 8, 9, 5, 8, 5, 7]), parts).tolist() == [True, False, True]


def test_random_split_leak_is_the_share_of_test_pictures_with_a_twin_in_training(shop, pairs):
    by = leak.twin_groups(shop, pairs)
    config = DataConfig(name="shop", target="masterCategory", validation=0.15, grouped=False)
    parts = split(shop, config)
    training, twin = set(parts.train.tolist()), parts.test ^ 1
    by_name = np.array([each in training for each in twin])
    found = leak.random_split_leak(shop, by)
    assert found["name_twin"] == pytest.approx(by_name.mean()) and 0.3 < by_name.mean() < 1
    assert found["picture_twin"] == pytest.approx((by_name & (parts.test // 2 % 2 == 0)).mean())


def test_nearest_neighbour_gains_from_twins_alone(shop, pairs):
    by = leak.twin_groups(shop, pairs)
    features, parts, clean, has = leak.asked_twice(shop, by, "colour")
    assert len(features) == len(shop) and len(has) == len(parts.test) == 18
    assert not np.isin(by["name"][clean], by["name"][parts.test]).any() and set(clean) < set(parts.train)
    assert has.tolist() == np.isin(by["name"][parts.test], by["name"][parts.train]).tolist()
    labels = shop.labels["colour"]
    for train in (parts.train, clean):
        nearest = train[((features[parts.test, None] - features[train]) ** 2).sum(axis=-1).argmin(axis=1)]
        right = labels[nearest] == labels[parts.test]
        assert right[has].all() == (train is parts.train)


def test_what_twins_are_worth_is_told_of_those_who_have_one():
    with_twin = pd.DataFrame({"twin": True, leak.LEFT: [True] * 4, leak.TAKEN: [True, False, False, True]})
    without = pd.DataFrame({"twin": False, leak.LEFT: [True, False], leak.TAKEN: [True, False]})
    twice = pd.concat([with_twin, without], ignore_index=True)
    assert leak.in_short(twice) == (
        "Split: 67% of the test pictures have a twin in training. What that is worth to a nearest neighbour is not "
        "clear (+33.3 points; 95% interval -4.4 to +71.1; one split)."
    )
    sure = pd.concat([with_twin] * 20, ignore_index=True)
    assert (
        "so a nearest neighbour looks 50.0 points better than without these twins (95% interval +39.0"
        in leak.in_short(sure)
    )
    told = leak.told(twice)
    assert "worth +33.3 points (95% interval -4.4 to +71.1), not clearly more" in told
    assert told.endswith("Pictures without a twin hardly change, so the smaller training set is not the reason.")
    assert leak.told(without).startswith("No test picture")
    assert "more often by 50.0 points over all test pictures (95% interval +39.0" in leak.told(sure)
    assert leak.gains(twice)["with a twin (4)"] == "  +50.0 (+1.0 to +99.0)"
    assert leak.gains(twice)["without a twin (2)"] == "  +0.0"
    assert leak.in_short(without) == "Split: no test picture has a twin in training."
    found = leak.shares(twice).set_index(["who", "group"])["mean"]
    assert found["with a twin (4)", leak.TAKEN] == 0.5 and found["all (6)", leak.LEFT] == pytest.approx(5 / 6)


def test_nearest_neighbour_takes_only_pictures_with_a_label(shop, pairs):
    colour = shop.labels["colour"].copy()
    colour[:40] = -1
    some = replace(shop, labels=shop.labels | {"colour": colour})
    assert len(leak.asked_twice(some, leak.twin_groups(some, pairs), "colour")[3]) == 12


def test_conflicts_stand_side_by_side(shop):
    colour = np.array([0, 1, 1, 1, 0, -1, -1, -1, 0, 1, *[0] * 110])
    own = replace(shop, labels={"colour": colour})
    table = leak.conflicts_by(own, {"name": shop.groups, "picture": np.arange(2 * NAMES)})
    assert table.columns.tolist()[:3] == ["target", "conflicting, by name", "share, by name"]
    assert table.iloc[0, :4].tolist() == ["colour", 2, pytest.approx(2 / 58), 0]


def test_disagreeing_pairs_are_told_by_their_labels(shop):
    colour = np.array([0, 1, 1, -1, 1, 1, *[0] * 114])
    pairs = pd.DataFrame({"position": [0, 2, 4], "partner": [1, 3, 5]})
    odd = leak.disagreeing(replace(shop, labels={"colour": colour}), pairs, "colour")
    assert odd.to_numpy().tolist() == [[0, 1, "red", "blue"]]
