"""Splits: stratified, apart, the same for the same seed, the publisher's test pictures untouched."""

from dataclasses import replace

import numpy as np
import pytest

from lib.config import DataConfig
from lib.data.splits import split
from lib.errors import LookbookError


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


def test_unknown_target_lists_the_known(stripes):
    with pytest.raises(LookbookError, match="no target 'colour'; it has: class"):
        split(stripes, config(target="colour"))


@pytest.mark.parametrize("pictures", [0, 1])
def test_a_class_with_fewer_than_two_pictures_cannot_be_split(stripes, pictures):
    labels = stripes.labels["class"].copy()
    labels[:pictures] = 3
    lonely = replace(stripes, labels={"class": labels}, classes={"class": ["a", "b", "c", "d"]})
    with pytest.raises(LookbookError, match=f"stripes: outside the test set class 'd' .* has {pictures} pictures"):
        split(lonely, config())
