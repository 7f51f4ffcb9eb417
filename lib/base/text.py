"""Names that people gave their files and classes, as text that every file, page and terminal can take."""

import re
import unicodedata
from collections.abc import Iterable

MARKS = re.compile(r"[\\`*_{}\[\]<>#|$~&!^:]|(?<=^\d)[.)]|^[-+=]")  # what Markdown takes for more than a letter
JOINERS = "\u200c\u200d"  # between letters of Persian, and inside of pictures made of several


def shown(name: str) -> str:
    r"""Return a name as it can be shown anywhere: in one line, and one spelling for what looks the same (NFC).

    Bytes that are no Unicode stay as \xf6, control characters as \n or \u202e, which would break lines or turn them.
    """
    if name.isascii() and name.isprintable():
        return name
    text = name.encode("utf-8", "surrogateescape") if _from_bytes(name) else name.encode("utf-8", "backslashreplace")
    letters = unicodedata.normalize("NFC", text.decode("utf-8", "backslashreplace"))
    return "".join(letter if _plain(letter) else letter.encode("unicode_escape").decode() for letter in letters)


def listed(names: Iterable[str], word: str = "and") -> str:
    """Return names as a sentence lists them: "a, b and c"; "" for none."""
    *before, last = [*names] or [""]
    return f"{', '.join(before)} {word} {last}" if before else last


def capital(text: str) -> str:
    """Return text with a capital letter at its beginning, as a sentence begins."""
    return f"{text[:1].upper()}{text[1:]}"


def in_markdown(text: str, names: Iterable[str]) -> str:
    """Return Markdown in which names mean themselves: no emphasis, code, formula, tag, table, list or address of them.

    text: a sentence, marked up by whoever wrote it, with some of the names in it as they are.
    """
    marked = sorted({name for name in names if MARKS.search(name)}, key=len, reverse=True)
    if not marked:
        return text
    whole = "|".join(rf"(?<![\w{_mark(name[0])}]){re.escape(name)}(?![\w{_mark(name[-1])}])" for name in marked)
    return re.sub(whole, lambda found: MARKS.sub(r"\\\g<0>", found[0]), text)


def _mark(letter: str) -> str:
    return "" if letter.isalnum() else re.escape(letter)  # `a_b` is not in `data_bags`, nor the name `*` in **bold**


def holds_bytes(name: str) -> bool:
    """Return whether a name holds bytes that are no Unicode, so that no file can hold it as text."""
    return any("\ud800" <= letter <= "\udfff" for letter in name)


def _from_bytes(name: str) -> bool:
    return all("\udc80" <= letter <= "\udcff" for letter in name if "\ud800" <= letter <= "\udfff")


def _plain(letter: str) -> bool:
    return letter.isprintable() or letter in JOINERS or unicodedata.category(letter) == "Zs"
