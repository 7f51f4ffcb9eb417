"""Notebook files as they lie there: what JupyterLab, other programs and other people left in them."""

import json
import re
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from lib.base.errors import LookbookError

if TYPE_CHECKING:
    from nbformat import NotebookNode  # slow to import

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")  # what nbformat takes for a cell's id


def cells(file: Path, kinds: tuple[str, ...] = ("markdown", "code", "raw")) -> list[tuple[str, list[str]]]:
    """Return text and tags of every cell of these kinds; read as JSON, because importing nbformat takes over a second.

    LookbookError for a file that is no notebook: where in it, and what to do.
    """
    return [("".join(cell["source"]), tags(cell)) for cell in content(file)["cells"] if cell["cell_type"] in kinds]


def content(file: Path) -> dict:
    """Return a notebook's JSON, in which every cell has a kind and a source; LookbookError for any other file.

    A byte-order mark is passed over. What other programs leave out or set to null (metadata, tags) is no fault.
    """
    try:
        if file.exists() and not file.is_file():  # a pipe would be waited for without end
            what = "a folder" if file.is_dir() else "a pipe or a device"
            raise LookbookError(f"{file}: is {what} with the name of a notebook; rename it, or move it away")
        found = json.loads(file.read_text(encoding="utf-8-sig"))
        for cell in found["cells"]:
            cell.setdefault("cell_type", "raw")
            "".join(cell["source"]), tags(cell)
        return found
    except OSError as error:
        what = "remove the link" if file.is_symlink() else "check its permissions"
        raise LookbookError(f"{file}: cannot be read ({error.strerror}); {what}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LookbookError(f"{file}{_fault(file, error)}") from error


def tags(cell: dict) -> list[str]:
    """Return a cell's tags; none where a program that cleans notebooks left no metadata."""
    return [str(tag) for tag in (cell.get("metadata") or {}).get("tags") or []]


def whole(file: Path) -> "NotebookNode":
    """Return a notebook as papermill and nbconvert need it: format 4.5, valid, for the kernel python3, without outputs.

    What other programs strip or bend is put right, never refused: no kernel or language, null for tags, ids that are
    missing, twice there or not allowed, fields of a cell that the format does not know. Text stays as it is, but for
    half characters, which no file can hold.
    """
    import nbformat
    from nbformat import v4

    made = v4.new_notebook(metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})
    makers = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell}
    taken: set[str] = set()
    for number, cell in enumerate(content(file)["cells"]):
        new = makers.get(cell["cell_type"], v4.new_raw_cell)(_characters("".join(cell["source"])))
        given = str(cell.get("id", ""))
        new.id = given if ID.fullmatch(given) and given not in taken else f"{uuid.uuid4().hex[:8]}-{number}"
        taken.add(new.id)
        if kept := [tag for tag in dict.fromkeys(tags(cell)) if tag and "," not in tag]:
            new.metadata["tags"] = kept
        if "solution" in kept:
            new.metadata["jupyter"] = {"source_hidden": True}
        pasted = cell.get("attachments") if cell["cell_type"] == "markdown" else None
        if isinstance(pasted, dict):
            new.attachments = nbformat.from_dict({name: data for name, data in pasted.items() if _is_picture(data)})
        made.cells.append(new)
    try:
        nbformat.validate(made)
    except nbformat.ValidationError as error:
        raise LookbookError(f"{file}: {error.message.splitlines()[0]}; mend it in JupyterLab and save it") from error
    return made


def _is_picture(data: object) -> bool:
    return isinstance(data, dict) and all(isinstance(each, str | list) for each in data.values())


def _characters(text: str) -> str:
    """Return text with the halves of characters beyond U+FFFF joined; half a character becomes U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _fault(file: Path, error: Exception) -> str:
    """Return where a file is no notebook, why, and what to do so that no work in it is lost."""
    raw = file.read_bytes()
    for number, line in enumerate(raw.splitlines(), start=1):
        if line.startswith((b"<<<<<<< ", b">>>>>>> ", b"||||||| ")):
            return (
                f", line {number}: git left two versions here; open it in a text editor, keep one of them, and delete "
                "the lines that begin with <<<<<<<, ======= and >>>>>>>"
            )
    if isinstance(error, UnicodeDecodeError):
        at = error.object.count(b"\n", 0, error.start) + 1
        return f", line {at}: not UTF-8; open it in a text editor and save it with the encoding UTF-8"
    aside = "move it out of the folder, which keeps your work, then `lookbook build` makes a new one"
    if isinstance(error, json.JSONDecodeError):
        ends = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated")
        reason = "cut off" if ends else error.msg
        return f", line {error.lineno}: not a readable notebook ({reason}); mend it there, or {aside}"
    if b'"nbformat": 3' in raw or b'"worksheets"' in raw and b'"nbformat"' in raw:
        return ", line 1: a notebook of version 3; open it in JupyterLab and save it, which makes it version 4"
    return f", line 1: not a notebook of version 4, which has `cells` with a `source` each; {aside}"
