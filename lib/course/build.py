"""From notebooks/src/NN_name.py (text, what authors edit) to notebooks/NN_name.ipynb (what students open)."""

import hashlib
import json
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from lib.base import files, paths
from lib.base.errors import LookbookError
from lib.course.reading import KERNEL, content, tags


def sources() -> list[Path]:
    """Return the source files of all notebooks, in the order of their numbers."""
    return sorted(paths.SOURCES.glob("[0-9][0-9]_*.py"))


def assemble(source: Path) -> NotebookNode:
    """Return the notebook of one source file: no outputs, fixed cell ids, solutions folded away in JupyterLab."""
    import jupytext

    notebook = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent")
    for number, cell in enumerate(notebook.cells):
        cell.id = f"{re.sub('[^a-zA-Z0-9_-]', '-', source.stem)[:60]}-{number:02d}"  # the letters that an id may have
        cell.metadata.pop("lines_to_next_cell", None)
        if "solution" in cell.metadata.get("tags", []):
            cell.metadata["jupyter"] = {"source_hidden": True}
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    notebook.metadata["lookbook"] = {"built": content_hash(notebook)}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return notebook


def content_hash(notebook: NotebookNode) -> str:
    """Return a hash of what a person can edit: kind, text and tags of every cell, not outputs or ids."""
    return _hash([[cell.cell_type, cell.source, cell.metadata.get("tags", [])] for cell in notebook.cells])


def _hash(cells: list[list]) -> str:
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:16]


def text(notebook: NotebookNode) -> str:
    """Return the notebook as the bytes of its file, always the same for the same notebook."""
    return nbformat.writes(notebook) + "\n"


def build() -> list[Path]:
    """Build every notebook whose source changed; return the files written.

    LookbookError, before anything is written, when a notebook was edited since it was built, or cannot be read: that
    work is kept.
    """
    built = {paths.NOTEBOOKS / f"{source.stem}.ipynb": assemble(source) for source in sources()}
    changed = [
        file for file, notebook in built.items() if not file.exists() or file.read_bytes() != text(notebook).encode()
    ]
    edited = [file for file in changed if file.exists() and _edited(file, built[file])]
    if edited:
        names = ", ".join(str(file.relative_to(paths.ROOT)) for file in edited)
        raise LookbookError(f"{names}: edited since it was built; rename your copy, then build again")
    for file in changed:
        files.write_text(file, text(built[file]))
    return changed


def _edited(file: Path, new: NotebookNode) -> bool:
    """Return whether somebody changed the notebook since it was built, so that `new` would lose work."""
    found = content(file)
    edited = [[cell["cell_type"], "".join(cell["source"]), tags(cell)] for cell in found["cells"]]
    mark = ((found.get("metadata") or {}).get("lookbook") or {}).get("built")  # a cleaning filter may have taken it
    return _hash(edited) not in (mark, content_hash(new))
