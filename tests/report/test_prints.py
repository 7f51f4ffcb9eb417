"""A data set is read when its files or the code have changed, and else known by its fingerprint."""

import numpy as np
import pytest
from PIL import Image

from lib.base import paths
from lib.base.errors import LookbookError
from lib.data import catalogue
from lib.report import prints


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Return a folder with pictures in two classes, one of them behind a link; the cache is empty."""
    monkeypatch.setenv("LOOKBOOK_CACHE", str(tmp_path / "cache"))
    rng = np.random.default_rng(0)
    for name in ("own/boots", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
        for k in range(6):
            Image.fromarray(rng.integers(0, 256, (12, 12, 3), dtype="uint8")).save(tmp_path / name / f"{k}.png")
    (tmp_path / "own/hats").symlink_to(tmp_path / "elsewhere")
    return tmp_path / "own"


@pytest.fixture
def loaded(monkeypatch):
    """Return a list that gets the name of every set that is loaded."""
    names = []
    load = catalogue.load
    monkeypatch.setattr(catalogue, "load", lambda name: names.append(name) or load(name))
    return names


def test_pictures_are_read_once_and_again_after_every_change(own, loaded):
    name = f"own:{own}"
    first = prints.fingerprint(name, "code")
    assert first == catalogue.load(name).fingerprint
    loaded.clear()
    assert prints.fingerprint(name, "code") == first and loaded == []
    assert prints.fingerprint(name, "other code") == first and loaded == [name], "other code may read otherwise"

    (own / "hats/3.png").write_bytes((own / "hats/2.png").read_bytes())
    second = prints.fingerprint(name, "other code")
    assert second != first and len(loaded) == 2
    (own / "boots/0.png").unlink()
    assert prints.fingerprint(name, "other code") not in (first, second) and len(loaded) == 3


def test_what_is_damaged_or_missing_is_said_each_time(own, tmp_path, monkeypatch):
    monkeypatch.setenv("LOOKBOOK_DATA", str(tmp_path))
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"not pictures")
    for _ in range(2):
        with pytest.raises(LookbookError):
            prints.fingerprint("fashion-mnist", "code")
        with pytest.raises(LookbookError, match="not on this disk|not in"):
            prints.fingerprint("fashion-product", "code")


@pytest.mark.parametrize("content", ["", "[]", '{"x": 3}', "{"])
def test_a_damaged_note_costs_a_reading(own, loaded, content):
    (paths.cache()).mkdir()
    (paths.cache() / ".fingerprints.json").write_text(content)
    for _ in range(2):
        prints.fingerprint(f"own:{own}", "code")
    assert len(loaded) == 1


def test_a_folder_that_cannot_be_written_costs_a_reading_each_time(own, loaded, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LOOKBOOK_CACHE", str(tmp_path / "file"))
    assert prints.fingerprint(f"own:{own}", "c") == prints.fingerprint(f"own:{own}", "c") and len(loaded) == 2
