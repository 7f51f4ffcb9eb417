"""Report R1's own way to its pictures: its counts, its copies, and what the guards say of them."""

from dataclasses import replace

import numpy as np
import pytest

from lib.base.errors import LookbookError
from lib.config import DataConfig
from lib.data import r1
from lib.data.dataset import Dataset
from lib.data.prepare import prepare
from lib.data.splits import split

COUNTS = {"Sports": 20, "Smart Casual": 17, "Casual": 200, "Formal": 30}  # in another order than the report's


@pytest.fixture(scope="module")
def shop() -> Dataset:
    """Return pictures with their own number in every pixel's first two channels, their class in the third."""
    labels = np.repeat(np.arange(len(COUNTS)), list(COUNTS.values()))
    labels[-1] = -1
    images = np.zeros((len(labels), 8, 6, 3), "uint8")
    images[..., 0] = np.arange(len(labels))[:, None, None] % 256
    images[..., 1] = np.arange(len(labels))[:, None, None] // 256
    images[:, :4, :3, 2] = 200  # a corner, so that a change shows
    ids = np.array([f"id{number}" for number in range(len(labels))])
    return Dataset(
        "shop", images, {"usage": labels, "season": labels}, {"usage": list(COUNTS), "season": list(COUNTS)}, ids,
        "Numbers.", groups=np.arange(len(labels)) // 2, digest="0" * 16,
    )  # fmt: skip


def counts(dataset, positions):
    return tuple(np.bincount(dataset.labels["usage"][positions], minlength=3).tolist())


def parts(dataset):
    where = split(dataset, DataConfig(name="shop", target="usage"))
    return {"train": where.train, "validation": where.validation, "test": where.test}


def test_few_pictures_are_as_many_of_each_class_and_part_as_the_report_prints(shop):
    few = r1.few(shop, 0)
    assert few.classes == {"usage": ["Casual", "Formal", "Smart Casual"]} and set(few.labels) == {"usage"}
    assert {part: counts(few, where) for part, where in parts(few).items()} == {
        "train": (123, 8, 9),
        "validation": (25, 3, 2),
        "test": (25, 3, 2),
    }
    assert len(set(few.ids.tolist())) == len(few) == 200, "each picture once"
    for image, name, group, label in zip(few.images, few.ids, few.groups, few.labels["usage"], strict=True):
        number = int(name.removeprefix("id"))
        assert np.array_equal(image, shop.images[number]) and group == number // 2
        assert shop.classes["usage"][shop.labels["usage"][number]] == few.classes["usage"][label]


def test_few_pictures_are_others_with_another_seed_alone(shop):
    first, again, other = r1.few(shop, 1), r1.few(shop, 1), r1.few(shop, 2)
    assert np.array_equal(first.ids, again.ids) and not np.array_equal(first.ids, other.ids)


def test_copies_fill_every_part_to_the_numbers_of_the_report(shop):
    balanced = r1.balanced(r1.few(shop, 0), 0)
    assert {part: counts(balanced, where) for part, where in parts(balanced).items()} == {
        "train": (845, 812, 850),
        "validation": (200, 220, 250),
        "test": (278, 208, 250),
    }
    assert balanced.images.dtype == np.uint8 and balanced.images.flags.writeable
    assert "wrong way" in balanced.provenance and balanced.digest is None


def test_a_copy_has_the_id_of_its_original_in_the_same_part(shop):
    few = r1.few(shop, 0)
    balanced = r1.balanced(few, 0)
    for part, where in parts(few).items():
        enlarged = parts(balanced)[part]
        assert set(balanced.ids[enlarged].tolist()) == set(few.ids[where].tolist())
        for label in range(3):
            copied = enlarged[balanced.labels["usage"][enlarged] == label]
            _, times = np.unique(balanced.ids[copied], return_counts=True)
            assert times.max() - times.min() <= 1, "in turn: none is copied twice more than another"


def test_of_each_picture_the_first_is_as_it_was_and_the_others_are_changed(shop):
    few = r1.few(shop, 0)
    balanced = r1.balanced(few, 0)
    originals = dict(zip(few.ids.tolist(), few.images, strict=True))
    seen, same = set(), 0
    for image, name in zip(balanced.images, balanced.ids.tolist(), strict=True):
        equal = np.array_equal(image, originals[name])
        assert equal or name in seen, "the original comes first"
        same += equal and name in seen
        seen.add(name)
    assert same < 100, "of 3,113 copies few come out as they were"
    assert np.array_equal(balanced.images, r1.balanced(few, 0).images)


def test_the_settings_lead_there_and_the_others_do_not(shop):
    config = DataConfig(name="shop", target="usage", keep={"usage": ("Casual", "Formal", "Smart Casual")})
    assert len(prepare(shop, config)) == len(shop)
    assert len(prepare(shop, config.changed(protocol="R1"))) == 200
    assert len(prepare(shop, config.changed(protocol="R1.augmented"))) == 3913


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        (["Sports", "Smart Casual", "Formal", "Casual"], "shop: 29 pictures of usage 'Casual', .* needs 173"),
        (["Sports", "Smart", "Casual", "Formal"], "shop has no usage 'Smart Casual'"),
    ],
)
def test_too_few_pictures_or_no_such_class_is_one_clear_line(shop, classes, message):
    with pytest.raises(LookbookError, match=message) as refused:
        r1.few(replace(shop, classes=shop.classes | {"usage": classes}), 0)
    assert "\n" not in str(refused.value)


def test_a_set_without_usage_is_one_clear_line(stripes):
    with pytest.raises(LookbookError, match="stripes has no usage 'Casual': .* in column 'usage'"):
        r1.few(stripes, 0)
