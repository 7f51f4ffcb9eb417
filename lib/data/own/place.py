"""Which folder `own:PATH` means; without pandas, because every report asks it."""

import os
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from lib.base.errors import LookbookError
from lib.base.text import holds_bytes, shown


def folder_of(path: str) -> Path:
    """Return the folder that is meant by what stands after `own:`; LookbookError where it is none.

    Quotes around it are not part of it; `~` is the user's own; an address of a file (file:///home/me/my%20shirts) is a
    path, too.
    """
    meant = path.strip().strip("\"'")
    if meant.lower().startswith("file:"):
        meant = url2pathname(urlsplit(meant).path)
    try:
        folder = Path(meant).expanduser().resolve()
        there = meant != "" and folder.is_dir()
    except (OSError, RuntimeError, ValueError):  # a name too long, ~nobody, a null byte
        folder, there = Path(meant), False
    if not there:
        what = "is a file" if os.path.isfile(folder) else "no such folder"
        raise LookbookError(f"own:{shown(path)}: {what}; give the folder that holds your pictures, as own:PATH")
    if holds_bytes(str(folder)):
        raise LookbookError(f"own:{shown(path)}: its name holds bytes that are no Unicode; rename the folder")
    return folder
