"""The data set as the settings see it."""

from dataclasses import replace

import numpy as np
import pytest

from lib.base.errors import LookbookError
from lib.config import DataConfig
from lib.data.prepare import prepare


@pytest.fixture(scope="module")
def shop(stripes):
    """Return stripes with a second column, `colour`: red, blue, none, in turn."""
    colour = np.tile([0, 1, -1, 1, 0], 36)
    return replace(
        stripes, labels=stripes.labels | {"colour": colour}, classes=stripes.classes | {"colour": ["red", "blue"]}
    )


def config(**settings):
    return DataConfig(name="stripes", **settings)


def test_without_more_settings_nothing_changes(shop):
    same = prepare(shop, config())
    assert np.array_equal(same.labels["class"], shop.labels["class"]) and same.classes["class"] == shop.classes["class"]
    assert same.images is shop.images


def test_only_kept_values_take_part_in_the_order_given(shop):
    kept = prepare(shop, config(keep={"class": ("right", "left")}))
    assert kept.classes["class"] == ["right", "left"]
    assert kept.labels["class"].tolist() == [{2: 0, 0: 1, 1: -1}[label] for label in shop.labels["class"].tolist()]


def test_a_picture_needs_a_label_in_every_target(shop):
    both = prepare(shop, config(more_targets=("colour",)))
    out = shop.labels["colour"] < 0
    assert (both.labels["class"][out] == -1).all() and (both.labels["class"][~out] >= 0).all()


def test_keeping_by_another_column_drops_classes_that_no_picture_has(shop):
    labels = shop.labels | {"colour": np.where(shop.labels["class"] == 1, 1, 0)}
    red = prepare(replace(shop, labels=labels), config(keep={"colour": ("red",)}))
    assert red.classes["class"] == ["left", "right"] and set(red.labels["class"].tolist()) == {-1, 0, 1}


def test_a_picture_without_the_label_that_stratifies_takes_no_part(shop):
    assert (prepare(shop, config(stratify="colour")).labels["class"][shop.labels["colour"] < 0] == -1).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"target": "clas"}, "stripes has no target 'clas': did you mean 'class'"),
        ({"more_targets": ("season",)}, "stripes has no target 'season'"),
        ({"keep": {"colour": ("rad",)}}, "stripes: no 'rad' in column 'colour': did you mean 'red'"),
    ],
)
def test_unknown_columns_and_values_get_one_line(shop, settings, message):
    with pytest.raises(LookbookError, match=message):
        prepare(shop, config(**settings))
