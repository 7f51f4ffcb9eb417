"""Names of people's files, as text that goes anywhere."""

import os

import pytest

from lib.base.text import holds_bytes, shown


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("T-shirt/top", "T-shirt/top"),
        ("gro\u0308\u00dfe", "größe"),
        ("a\nb\x1b[31m", "a\\nb\\x1b[31m"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("包\u3000\U0001f469\u200d\U0001f467", "包\u3000\U0001f469\u200d\U0001f467"),
        ("gr\udcf6\udcdfe", "gr\\xf6\\xdfe"),
        ("half \ud83d", "half \\ud83d"),
    ],
)
def test_a_name_is_one_line_of_unicode(name, told):
    assert shown(name) == told and shown(told) == told
    assert told.encode("utf-8") and not holds_bytes(told)


def test_a_name_of_bytes_is_told_apart():
    assert {shown(os.fsdecode(name)) for name in (b"a\xff", b"a\xfe", b"a")} == {"a\\xff", "a\\xfe", "a"}
