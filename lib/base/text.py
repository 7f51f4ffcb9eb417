"""Names that people gave their files and classes, as text that every file, page and terminal can take."""

import unicodedata

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


def holds_bytes(name: str) -> bool:
    """Return whether a name holds bytes that are no Unicode, so that no file can hold it as text."""
    return any("\ud800" <= letter <= "\udfff" for letter in name)


def _from_bytes(name: str) -> bool:
    return all("\udc80" <= letter <= "\udcff" for letter in name if "\ud800" <= letter <= "\udfff")


def _plain(letter: str) -> bool:
    return letter.isprintable() or letter in JOINERS or unicodedata.category(letter) == "Zs"
