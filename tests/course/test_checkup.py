"""`lookbook check`."""

from lib.course import checkup
from lib.data.fashion_mnist import reader as fashion_mnist


def test_a_set_is_read_once(monkeypatch, tmp_path):
    read = []
    monkeypatch.setattr(fashion_mnist, "find", lambda: tmp_path)
    monkeypatch.setattr(fashion_mnist, "load", lambda: read.append(1) or "pictures")
    rows = {row["what"]: row for row in checkup.check()}
    assert read == [1] and rows["pictures"]["found"] == f"fashion-mnist in {tmp_path}, 8 pictures"
