"""Names of people's files, as text that goes anywhere."""

import os

import pytest

from lib.base.text import holds_bytes, in_markdown, listed, shown


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


NAMES = [
    "$5_bags to $20_bags",
    "a*b",
    "<b>x</b>",
    "`c`",
    "1. shoe",
    "- x",
    "A|B",
    "see http://x.org",
    "T-shirt/top",
]


def test_a_name_in_markdown_means_itself():
    from bs4 import BeautifulSoup

    from lib.report.prose import prose

    for name in NAMES:
        for said, plain in (
            (f"- **{name}** is best, {name} worst", f"{name} is best, {name} worst"),
            (f"- {name}: `low` and **so** *on*", f"{name}: low and so on"),
        ):
            made = BeautifulSoup(prose(in_markdown(said, NAMES)), "html.parser")
            assert made.get_text().strip() == plain and len(made.select("ul")) == 1
            assert not made.select("math, a, table, ol, b, em em") and made.select("strong")
    untouched = "data_bags **bold** 2*3"
    assert in_markdown(untouched, ["a_b", "bags_", "*"]) == untouched
    assert in_markdown("class * here", ["*"]) == "class \\* here"
    assert in_markdown("T-shirt/top `x`", ["T-shirt/top", "Bag"]) == "T-shirt/top `x`"


@pytest.mark.parametrize(
    ("names", "told"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_names_are_listed_as_in_a_sentence(names, told):
    assert listed(names) == told and listed(names, "or") == told.replace("and", "or")
