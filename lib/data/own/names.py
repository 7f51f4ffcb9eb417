"""Which picture a row of a table means: the file that it names, else the one that it can only mean."""

import difflib
import os
import re
import unicodedata
from collections import defaultdict
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from lib.data.pictures import ENDINGS

CLOSE = 0.6  # how alike two names are, of 1, for a hint


class Meant(NamedTuple):
    """What a row means. file: "" for none, and then reason says why. loosely: written otherwise than the file."""

    file: str
    reason: str = ""
    loosely: bool = False


class Finder:
    """Finds the files that the texts of a column mean; files: paths from the table's folder."""

    def __init__(self, files: list[str]) -> None:
        """Look the files' names up once, for all columns."""
        self.files = files
        self.pictures = [name for name in files if name.lower().endswith(ENDINGS)]
        self._exact = set(files)
        self._named: dict[str, str] = {}
        self._endings: dict[tuple[str, ...], str] = {}  # every end of a path, folded: the file, "" for several
        self._whole: dict[tuple[str, ...], str] = {}
        for name in self.pictures:
            path = PurePosixPath(name)
            for key in {path.name, path.stem, path.with_suffix("").as_posix()}:
                _put(self._named, key, name)
            folded = _folded(name)
            _put(self._whole, folded, name)
            for start in range(len(folded)):
                _put(self._endings, folded[start:], name)

    def find(self, texts: list[str]) -> list[Meant]:
        """Return what each text of a column means.

        It gives a file's path, or its name if no other file has it, with or without ending. A text that does so for no
        file may be written otherwise: in another case, Unicode form or picture format, with quotes, as a web address,
        a number with or without leading zeros or ".0", in folders of another computer. It then means a file where no
        other file, and no other text, can be meant; folders that not all texts share must be those of the file.
        """
        found = [self._named_by(text) for text in texts]
        taken = {each.file for each in found if each.file}
        folded = [_folded(text) for text in texts]
        open_ = [number for number, each in enumerate(found) if each.reason == "no picture" and folded[number]]
        folders = [folded[number][:-1] for number in open_ if len(folded[number]) > 1]
        shared = len(os.path.commonprefix(folders)) if len(folders) > 1 else 0
        claims: dict[str, set[str]] = defaultdict(set)
        loosely = {}
        for number in open_:
            path = folded[number]
            loosely[number] = self._meant_by(path, path[min(shared, len(path) - 1) :])
            claims[loosely[number]].add(texts[number].strip())
        for number, file in loosely.items():
            if file in taken:
                found[number] = Meant("", f"another row names the picture that it may mean, {file}")
            elif file and len(claims[file]) > 1:
                found[number] = Meant("", f"several rows may mean {file}")
            elif file:
                found[number] = Meant(file, loosely=True)
        return found

    def nearest(self, text: str) -> str:
        """Return the picture whose name is most like `text`; "" where none is like it."""
        last = {_folded(name)[-1]: name for name in reversed(self.pictures)}
        said = (_folded(text) or ("",))[-1]
        begin = [name for name in last if said and name.startswith(said)]
        close = begin or difflib.get_close_matches(said, last, n=1, cutoff=CLOSE)
        return last[min(close)] if close else ""

    def _named_by(self, text: str) -> Meant:
        key = text.strip().replace("\\", "/").removeprefix("./")
        if not key:
            return Meant("", "no id")
        file = key if key in self._exact else self._named.get(key)
        return Meant(file) if file else Meant("", "no picture" if file is None else "several pictures of that name")

    def _meant_by(self, path: tuple[str, ...], own: tuple[str, ...]) -> str:
        """Return the one file whose path ends as `own` does, or that `path` ends with; "" for none or several."""
        if own in self._endings:
            return self._endings[own]
        return next((self._whole[path[start:]] for start in range(len(path)) if path[start:] in self._whole), "")


def _put(found: dict, key: object, name: str) -> None:
    found[key] = name if found.setdefault(key, name) == name else ""


def _folded(text: str) -> tuple[str, ...]:
    """Return a path's folders and its name, without what two spellings of the same file differ in."""
    text = text.strip().strip("'\"\u200b\ufeff").strip()
    if re.match(r"[A-Za-z]{2,}://", text):
        text = urlsplit(text).path
    if re.search("%[0-9A-Fa-f]{2}", text):
        text = unquote(text)
    text = unicodedata.normalize("NFC", text.replace("\\", "/")).casefold()
    *folders, name = [part.strip() for part in text.split("/") if part.strip() not in ("", ".")] or [""]
    stem, ending = os.path.splitext(name)
    name = stem if ending in ENDINGS else name
    number = re.fullmatch(r"0*([0-9]+)(\.0+)?", name)
    name = number[1] if number else name
    return (*folders, name) if name else ()
