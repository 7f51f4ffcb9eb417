"""A run's key changes with everything that decides its figures, and with nothing else."""

import ast
import re

import pytest
import yaml

from lib import config, models
from lib.base import paths, versions
from lib.base.errors import LookbookError
from lib.config import RunConfig, Settings
from lib.runs import key as keys

SETTINGS = {"system": "R3.initial", "data": {"name": "garments"}}
START = {"system": "R2.simple", "data": {"name": "garments"}}


def key(settings, data="f" * 16, start=None):
    return keys.key(config.parse(settings), data, start)


OTHER = {  # another legal value of each setting that is no number
    "system": "R2.simple", "arguments": {"dense": 64}, "name": "sgd", "target": "usage", "limit": 100,
    "more_targets": ["usage"], "keep": {"usage": ["Casual"]}, "stratify": "usage", "grouped": False,
    "protocol": "R1", "schedule": "cosine", "early_stopping": {"patience": 3}, "imbalance": "class_weights",
    "start": START, "precision": "mixed_bfloat16", "test_every_epoch": True, "decay": 0.8,
    "nesterov": True, "test_time_flip": True,
}  # fmt: skip


def changes(kind: type[Settings] = RunConfig, place: tuple[str, ...] = ()) -> list[tuple]:
    """Return for every setting there is, nested ones too, its place and another legal value."""
    found: list[tuple] = []
    for name, field in kind.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Settings):
            found += changes(inner, (*place, name))
        else:
            step = 1 if inner is int else 0.01
            found.append((*place, name, OTHER[name] if name in OTHER else field.default + step))
    return found


@pytest.mark.parametrize("change", changes(), ids=lambda change: ".".join(map(str, change[:-1])))
def test_key_changes_with_every_setting(change):
    sgd = {"name": "sgd", "momentum": 0.5} if "momentum" in change or "nesterov" in change else {}
    base = SETTINGS | {"optimizer": sgd}
    *place, name, value = change
    other = {name: value}
    if place:
        other = {place[0]: base.get(place[0], {}) | other}
    assert key(base | other) != key(base)


def test_key_is_the_same_for_the_same_settings_written_differently():
    assert key(SETTINGS) == key(SETTINGS | {"epochs": 20, "batch_size": 32, "seed": 0})
    nought = {"optimizer": {"name": "adam", "momentum": 0, "weight_decay": 0}}
    assert key(SETTINGS | nought) == key(SETTINGS)


def test_key_changes_with_the_pictures_the_start_and_the_backend(monkeypatch):
    assert key(SETTINGS, "a" * 16) != key(SETTINGS, "b" * 16)
    assert key(SETTINGS, start="one") != key(SETTINGS, start="another")
    before = key(SETTINGS)
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert key(SETTINGS) != before, "another backend rounds otherwise"


def test_key_changes_with_the_fixed_arguments_of_the_system(monkeypatch):
    before = key(SETTINGS)
    monkeypatch.setitem(models.SYSTEMS, "R3.initial", ("lib.models.plain", {"filters": (32, 32, 32), "dense": 128}))
    assert key(SETTINGS) != before


@pytest.mark.parametrize(
    ("room", "used", "not_used"),
    [
        ("schedules", {"optimizer": {"schedule": "cosine"}}, {}),
        ("augment", {"augmentation": {"shift": 0.1}}, {}),
        ("imbalance", {"imbalance": "class_weights"}, {}),
        ("smoothing", {"label_smoothing": 0.1}, {}),
        ("fast", {"system": "fast"}, {}),
        ("plain", {}, {"system": "R2.optimised"}),
        ("dilated", {"system": "R4.adam"}, {}),
        ("resnet", {"system": "R5.resnet34_mtl"}, {}),
        ("loop", {}, {"system": "anchor.linear"}),
        ("blocks", {}, {"system": "anchor.linear"}),
        ("features", {"system": "transfer.kit"}, {}),
        ("r1", {"data": {"name": "garments", "protocol": "R1"}}, {}),
    ],
)
def test_a_raised_version_trains_anew_what_used_the_room_and_nothing_else(room, used, not_used, monkeypatch):
    before = [key(SETTINGS | change) for change in (used, not_used)]
    raised = versions.read() | {room: versions.read()[room] | {"version": 99}}
    monkeypatch.setattr(versions, "read", lambda: raised)
    after = [key(SETTINGS | change) for change in (used, not_used)]
    assert [a == b for a, b in zip(after, before, strict=True)] == [False, True]


@pytest.mark.parametrize("room", versions.read())
def test_code_that_decides_figures_is_what_its_version_was_given_for(room):
    entry = versions.read()[room]
    assert versions.digest(paths.ROOT / entry["file"]) == entry["digest"], (
        f"{entry['file']} has changed. Did figures change? Then raise its version in lib/base/versions.yaml; "
        "else leave it. `lookbook build` renews the digest either way"
    )


def test_a_digest_sees_code_and_not_words(tmp_path):
    file = tmp_path / "room.py"
    texts = (
        'import os\n"""One."""\ndef f(x):\n    if not x:\n        raise ValueError("no x")\n    return 1\n',
        '"""Two."""\nfrom os import path\n\n\ndef f(x):\n    """Say."""\n    if not x:\n'
        '        raise KeyError(f"nothing, {x}")  # remark\n    return 1\n',
        'import os\n"""One."""\ndef f(x):\n    if not x:\n        raise ValueError("no x")\n    return 2\n',
    )
    found = []
    for text in texts:
        file.write_text(text)
        found.append(versions.digest(file))
    assert found[0] == found[1] != found[2]


def test_build_renews_digests_and_leaves_versions(tmp_path, monkeypatch):
    copy = tmp_path / "versions.yaml"
    old = {room: entry | {"digest": "old", "version": 3} for room, entry in versions.read().items()}
    copy.write_text(yaml.safe_dump(old))
    monkeypatch.setattr(versions, "VERSIONS", copy)
    versions.read.cache_clear()
    try:
        assert versions.renew() and not versions.renew()
        assert {entry["version"] for entry in versions.read().values()} == {3}
        assert "old" not in {entry["digest"] for entry in versions.read().values()}
    finally:
        versions.read.cache_clear()


def test_every_module_of_a_network_is_a_room_that_counts_for_it():
    for system, (module, _) in models.SYSTEMS.items():
        file = paths.ROOT / (module.replace(".", "/") + ".py")
        tree = ast.parse(file.read_text(encoding="utf-8"))
        taken = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
        names = [name.name for node in taken if node.module == "lib.models" for name in node.names]
        names += [node.module.removeprefix("lib.models.") for node in taken if node.module.startswith("lib.models.")]
        assert set(names) <= set(models.rooms(system)), f"{module} is made of {names}"


def test_unknown_system_names_the_nearest():
    with pytest.raises(LookbookError, match="did you mean 'R3.initial'"):
        key(SETTINGS | {"system": "R3.inital"})


def test_versions_are_explained_where_they_stand():
    assert re.match(r"# .*Raise `version` when figures change", versions.VERSIONS.read_text(encoding="utf-8"))
