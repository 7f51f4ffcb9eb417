"""Settings are strict, and a run's key changes with everything that decides the run and with nothing else."""

from pathlib import Path

import pytest

from lib import config, models
from lib.errors import LookbookError

SETTINGS = {"system": "R3.initial", "data": {"name": "garments"}}


def test_unknown_setting_names_the_nearest():
    with pytest.raises(LookbookError, match="epoch: .*did you mean 'epochs'"):
        config.parse(SETTINGS | {"epoch": 3})


def test_unknown_setting_of_the_data_names_the_nearest():
    with pytest.raises(LookbookError, match="data.limits: .*did you mean 'limit'"):
        config.parse(SETTINGS | {"data": {"name": "garments", "limits": 30}})


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"batch_size": 0}, {"seed": -1}, {"optimizer": {"learning_rate": 0}}])
def test_impossible_values_are_refused(wrong):
    with pytest.raises(LookbookError, match=next(iter(wrong))):
        config.parse(SETTINGS | wrong)


def test_key_is_the_same_for_the_same_settings_written_differently():
    spelled_out = SETTINGS | {"epochs": 20, "batch_size": 32, "seed": 0}
    assert config.key(config.parse(SETTINGS), "f" * 16) == config.key(config.parse(spelled_out), "f" * 16)


@pytest.mark.parametrize(
    "change",
    [
        {"system": "R2.simple"},
        {"arguments": {"dense": 64}},
        {"seed": 1},
        {"epochs": 21},
        {"batch_size": 64},
        {"precision": "mixed_bfloat16"},
        {"optimizer": {"learning_rate": 0.002}},
        {"data": {"name": "garments", "limit": 100}},
        {"data": {"name": "garments", "split_seed": 1}},
    ],
)
def test_key_changes_with_every_setting(change):
    assert config.key(config.parse(SETTINGS | change), "f" * 16) != config.key(config.parse(SETTINGS), "f" * 16)


def test_key_changes_with_the_pictures():
    assert config.key(config.parse(SETTINGS), "a" * 16) != config.key(config.parse(SETTINGS), "b" * 16)


def test_key_changes_with_the_code_of_the_system_but_not_with_its_comments(tmp_path, monkeypatch):
    file = tmp_path / "net.py"
    monkeypatch.setattr(models, "sources", lambda system: [file])
    prints = []
    for text in (
        '"""One."""\ndef build():\n    return 1\n',
        '"""Two."""\ndef build():\n    """Say."""\n    return 1  # remark\n',
        "def build():\n    return 2\n",
    ):
        file.write_text(text)
        prints.append(config.code_fingerprint(config.parse(SETTINGS | {"system": "R3.initial"})))
    assert prints[0] == prints[1] != prints[2]


def test_key_changes_with_the_fixed_arguments_of_the_system(monkeypatch):
    before = config.code_fingerprint(config.parse(SETTINGS | {"system": "R3.initial"}))
    wider = ("lib.models.plain", {"filters": (32, 32, 32), "dense": 128})
    monkeypatch.setitem(models.SYSTEMS, "R3.initial", wider)
    assert config.code_fingerprint(config.parse(SETTINGS | {"system": "R3.initial"})) != before


@pytest.mark.parametrize("part", [{"augmentation": {"shift": 0.1}}, {"optimizer": {"schedule": "cosine"}}])
def test_code_counts_for_the_key_only_where_it_is_used(monkeypatch, part):
    read = []
    text = Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda self, **named: read.append(self.name) or text(self, **named))
    config.code_fingerprint(config.parse(SETTINGS))
    plain = set(read)
    config.code_fingerprint(config.parse(SETTINGS | part))
    assert plain >= {"training.py", "splits.py"}
    assert set(read) - plain == {"augment.py" if "augmentation" in part else "schedules.py"}


def test_no_and_nought_are_one_key():
    nought = {"name": "adam", "momentum": 0, "weight_decay": 0}
    assert config.canonical(config.parse(SETTINGS | {"optimizer": nought})) == config.canonical(config.parse(SETTINGS))


def test_unknown_system_names_the_nearest():
    with pytest.raises(LookbookError, match="did you mean 'R3.initial'"):
        config.key(config.parse(SETTINGS | {"system": "R3.inital"}), "f" * 16)


@pytest.mark.parametrize(("content", "message"), [(None, "no such file"), ("{", "not JSON")])
def test_unreadable_settings_file_is_named(tmp_path, content, message):
    file = tmp_path / "run.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(LookbookError, match=f"run.json: {message}"):
        config.read(file)
