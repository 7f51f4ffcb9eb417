"""How people write the folder of `own:PATH`."""

from pathlib import Path
from urllib.parse import urlsplit

from lib.base.errors import LookbookError
from lib.base.text import holds_bytes, shown


def folder_in(text: str) -> Path | None:
    """Return the folder that is meant by what stands after `own:`, absolute; None where there is none.

    `~` is the user's own. Where there is no such folder, quotes and spaces around it are not part of its name, and the
    address of a file (file:///home/me/my%20shirts) is a path, too. LookbookError for a name that no text can hold.
    """
    folder = _folder(text) or _folder(text.strip().strip("\"'"))
    if folder and holds_bytes(str(folder)):
        raise LookbookError(f"own:{shown(text)}: its name holds bytes that are no Unicode; rename the folder")
    return folder


def _folder(text: str) -> Path | None:
    if text.lower().startswith("file:"):
        from urllib.request import url2pathname  # with a client for the web behind it, slow to import

        text = url2pathname(urlsplit(text).path)
    try:
        folder = Path(text).expanduser().resolve()
        return folder if text and folder.is_dir() else None
    except (OSError, RuntimeError, ValueError):  # a name too long, ~nobody, a null byte
        return None
