"""`lookbook check`: a row a part of the kit, and what to do where one is missing."""

from lib.base import checkout
from lib.course import checkup
from lib.data import catalogue


def rows():
    return {row["what"]: row for row in checkup.check()}


def test_a_sound_kit_is_all_right_and_its_data_is_read_once(monkeypatch):
    asked = []
    status = catalogue.status
    monkeypatch.setattr(catalogue, "status", lambda: asked.append(1) or status())
    assert all(row["ok"] for row in rows().values()) and asked == [1]


def test_a_tiny_training_is_held_against_the_reference():
    found = rows()["figures"]["found"]
    assert "the same as the reference run of this seed" in found or "what one more run gives" in found


def test_damaged_data_and_another_folders_code_are_named(monkeypatch, tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"not pictures")
    monkeypatch.setenv("LOOKBOOK_DATA", str(tmp_path))
    monkeypatch.setattr(checkout, "another", lambda: tmp_path / "kit2")
    wrong = {what: row["found"] for what, row in rows().items() if not row["ok"]}
    assert wrong.keys() == {"lib is this folder's", "pictures"}
    assert str(tmp_path / "kit2") in wrong["lib is this folder's"]


def test_a_folder_of_weights_that_is_none_is_named(monkeypatch):
    monkeypatch.setenv("LOOKBOOK_WEIGHTS", "/nowhere/at/all")
    assert "/nowhere/at/all" in rows()["pretrained networks"]["found"]
