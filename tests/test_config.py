"""Settings are strict."""

import pytest

from lib import config
from lib.base.errors import LookbookError

SETTINGS = {"system": "R3.initial", "data": {"name": "garments"}}


def test_unknown_setting_names_the_nearest():
    with pytest.raises(LookbookError, match="epoch: .*did you mean 'epochs'"):
        config.parse(SETTINGS | {"epoch": 3})


def test_unknown_setting_of_the_data_names_the_nearest():
    with pytest.raises(LookbookError, match="data.limits: .*did you mean 'limit'"):
        config.parse(SETTINGS | {"data": {"name": "garments", "limits": 30}})


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": 0}, {"batch_size": 0}, {"seed": -1}, {"optimizer": {"learning_rate": 0}}, {"seed": 10**23},
        {"epochs": 10**11}, {"epochs": True}, {"data": {"name": "garments", "split_seed": -1}},
        {"data": {"name": "garments", "limit": True}}, {"data": {"name": "garments", "more_targets": ["class"]}},
    ],
)  # fmt: skip
def test_impossible_values_are_refused(wrong):
    with pytest.raises(LookbookError, match=next(iter(wrong))):
        config.parse(SETTINGS | wrong)


def test_changed_settings_are_checked_like_new_ones():
    before = config.parse(SETTINGS)
    assert before.changed(epochs=3) == config.parse(SETTINGS | {"epochs": 3}) and before.epochs == 20
    assert before.data.changed(limit=30).limit == 30
    for named, message in [({"epoch": 3}, "did you mean 'epochs'"), ({"imbalance": "wieghts"}, "imbalance: .*'class_")]:
        with pytest.raises(LookbookError, match=message):
            before.changed(**named)
    with pytest.raises(LookbookError, match="learning_rate: .*greater than 0"):
        before.optimizer.changed(learning_rate=0)


@pytest.mark.parametrize(("content", "message"), [(None, "no such file"), ("{", "not JSON")])
def test_unreadable_settings_file_is_named(tmp_path, content, message):
    file = tmp_path / "run.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(LookbookError, match=f"run.json: {message}"):
        config.read(file)
