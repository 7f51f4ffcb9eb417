"""Splits: stratified, apart, the same for the same seed, the publisher's test pictures untouched."""

from dataclasses import replace

import numpy as np
import pytest

from lib.base.errors import LookbookError
from lib.config import DataConfig
from lib.data.splits import split


def config(**settings):
    return DataConfig(name="stripes", **settings)


def test_parts_are_apart_and_hold_every_picture(stripes):
    parts = split(stripes, config())
    joined = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(joined) == list(range(180))
    assert parts.test.tolist() == stripes.test.tolist()
    assert (len(parts.train), len(parts.validation)) == (120, 30)


@pytest.mark.parametrize("limit", [None, 60])
def test_every_class_has_its_share_of_every_part(stripes, limit):
    parts = split(stripes, config(limit=limit))
    for part in (parts.train, parts.validation):
        assert np.ptp(np.bincount(stripes.labels["class"][part])) == 0


def test_limit_counts_training_and_validation_together(stripes):
    parts = split(stripes, config(limit=60))
    assert len(parts.train) + len(parts.validation) == 60 and len(parts.test) == 30


def test_limit_beyond_the_data_takes_all(stripes):
    assert len(split(stripes, config(limit=10_000)).train) == 120


def test_the_same_seed_gives_the_same_split_and_another_one_another(stripes):
    one, again, other = (split(stripes, config(split_seed=seed)) for seed in (0, 0, 1))
    assert np.array_equal(one.train, again.train) and not np.array_equal(one.train, other.train)


@pytest.mark.parametrize("pictures", [0, 1])
def test_a_class_with_fewer_than_two_pictures_cannot_be_split(stripes, pictures):
    labels = stripes.labels["class"].copy()
    labels[:pictures] = 3
    lonely = replace(stripes, labels={"class": labels}, classes={"class": ["a", "b", "c", "d"]})
    with pytest.raises(LookbookError, match=f"stripes: outside the test set class 'd' .* has {pictures} pictures"):
        split(lonely, config())


@pytest.fixture(scope="module")
def shop(stripes):
    """Return a set as shops have them: no fixed test pictures, 60 groups of 1 to 5 pictures, three uneven classes."""
    rng = np.random.default_rng(3)
    sizes = rng.integers(1, 6, 60)
    groups = np.repeat(np.arange(60), sizes)
    labels = np.repeat(rng.choice(3, 60, p=[0.7, 0.2, 0.1]), sizes)
    order = rng.permutation(len(groups))
    return replace(
        stripes, images=np.zeros((len(groups), 2, 2, 1), "uint8"), labels={"class": labels[order]}, test=None,
        groups=groups[order], ids=np.arange(len(groups)).astype(str),
    )  # fmt: skip


def shares(dataset, parts):
    return [
        np.bincount(dataset.labels["class"][part], minlength=3) for part in (parts.train, parts.validation, parts.test)
    ]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("limit", [None, 60])
def test_no_group_is_torn_and_no_picture_used_twice(shop, seed, limit):
    parts = split(shop, config(split_seed=seed, validation=0.15, limit=limit))
    used = [set(shop.groups[part].tolist()) for part in (parts.train, parts.validation, parts.test)]
    assert not (used[0] & used[1] or used[0] & used[2] or used[1] & used[2])
    joined = np.concatenate([parts.train, parts.validation, parts.test])
    assert len(set(joined.tolist())) == len(joined)
    if limit is None:
        assert sorted(joined.tolist()) == list(range(len(shop)))


def test_another_draw_of_few_pictures_leaves_the_test_pictures(shop, stripes):
    for dataset in (shop, stripes):
        first, same, other = (
            split(dataset, config(limit=60, **draw)) for draw in ({}, {"limit_seed": 0}, {"limit_seed": 1})
        )
        assert np.array_equal(first.train, same.train) and np.array_equal(first.validation, same.validation)
        assert not np.array_equal(first.train, other.train) and np.array_equal(first.test, other.test)
        whole = split(dataset, config())
        assert len(other.train) == len(first.train) and set(other.validation) <= {*whole.train, *whole.validation}


@pytest.mark.parametrize("grouped", [True, False])
def test_every_part_has_its_share_of_every_class(shop, grouped):
    big = replace(shop, groups=None) if not grouped else shop
    parts = split(big, config(validation=0.15, grouped=grouped))
    counts, total = shares(big, parts), np.bincount(big.labels["class"])
    for count, share in zip(counts, (0.7, 0.15, 0.15), strict=True):
        assert np.all(np.abs(count - share * total) <= (5 if grouped else 1))  # a group has at most five pictures


def test_without_groups_kept_they_are_torn(shop):
    parts = split(shop, config(grouped=False))
    assert set(shop.groups[parts.train].tolist()) & set(shop.groups[parts.test].tolist())


@pytest.mark.parametrize(("pictures", "expected"), [(1, [1, 0, 0]), (2, [1, 0, 1]), (3, [1, 1, 1])])
def test_rare_classes_go_to_training_first_then_test_then_validation(shop, pictures, expected):
    labels = np.where(shop.labels["class"] == 2, 0, shop.labels["class"])
    groups = shop.groups.copy()
    labels[:pictures], groups[:pictures] = 2, 100 + np.arange(pictures)
    rare = replace(shop, labels={"class": labels}, groups=groups)
    parts = split(rare, config(validation=0.15))
    assert [int(count[2]) for count in shares(rare, parts)] == expected


def test_one_product_with_many_pictures_stays_whole(shop):
    groups = shop.groups.copy()
    groups[:80] = 1000
    parts = split(replace(shop, groups=groups), config(validation=0.15))
    assert sum((groups[part] == 1000).any() for part in (parts.train, parts.validation, parts.test)) == 1


def test_the_publisher_s_test_pictures_and_groups_exclude_one_another(stripes):
    both = replace(stripes, groups=np.arange(180))
    with pytest.raises(LookbookError, match="stripes has fixed test pictures: groups cannot be kept"):
        split(both, config())
    assert np.array_equal(split(both, config(grouped=False)).train, split(stripes, config()).train)


def test_pictures_without_a_label_have_no_part(shop):
    labels = shop.labels["class"].copy()
    labels[:7] = -1
    parts = split(replace(shop, labels={"class": labels}), config())
    assert np.concatenate([parts.train, parts.validation, parts.test]).min() == 7


def test_one_class_a_handful_of_pictures_and_a_single_group_are_refused(shop):
    with pytest.raises(LookbookError, match="'class' has one class here"):
        split(replace(shop, classes={"class": ["only"]}), config())
    few = replace(shop, labels={"class": np.where(np.arange(len(shop)) < 6, shop.labels["class"], -1)})
    with pytest.raises(LookbookError, match="6 pictures cannot be divided; 10 are needed"):
        split(few, config())
    with pytest.raises(LookbookError, match="no picture is left for validation, because 1 groups"):
        split(replace(shop, groups=np.zeros(len(shop), int)), config())
