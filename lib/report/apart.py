"""A cell, or an output, that cannot be shown costs a note in its place, and never the whole report."""

import copy
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

ATTACHED = re.compile(r"\(attachment:[^)]*\)")  # the address of a pasted picture

Show = Callable[["NotebookNode"], str]


def together_or_apart(notebook: "NotebookNode", show: Show) -> str:
    """Return what `show` makes of a notebook; where that fails, notes stand for what cannot be shown."""
    try:
        return show(notebook)
    except Exception:  # nbconvert raises dozens of kinds, depending on what is broken
        cells = [_showable(cell, notebook, show) for cell in notebook.cells]
        return show(_of_cells(notebook, cells))


def note(what: str, error: Exception, where: str = "executed.ipynb") -> str:
    """Return one line of Markdown: what cannot be shown, why, and where it is kept."""
    why = " ".join(f"{type(error).__name__}: {error}".split())[:300].replace("`", "'")
    return f"*{what} (`{why}`). It is kept in `{where}`.*"


def _showable(cell: "NotebookNode", notebook: "NotebookNode", show: Show) -> "NotebookNode":
    """Return the cell as it is, or with as little of it replaced by a note as lets `show` have the rest."""
    error = _fault(cell, notebook, show)
    if error is None:
        return cell
    changed = copy.deepcopy(cell)
    if cell.cell_type == "code":
        for place, output in enumerate(cell.outputs):
            changed.outputs = [output]
            error = _fault(changed, notebook, show)
            if error is not None:
                cell.outputs[place] = _text_output(note("This output cannot be shown", error))
        return cell if _fault(cell, notebook, show) is None else _as_text(cell, error)
    changed.source = ATTACHED.sub("()", cell.source)
    if changed.source != cell.source and _fault(changed, notebook, show) is None:
        changed.source += "\n\n" + note("A picture of this cell is missing", error)
        return changed
    return _as_text(cell, error)


def _fault(cell: "NotebookNode", notebook: "NotebookNode", show: Show) -> Exception | None:
    try:
        show(_of_cells(notebook, [cell]))
    except Exception as error:
        return error
    return None


def _of_cells(notebook: "NotebookNode", cells: list) -> "NotebookNode":
    import nbformat

    return nbformat.v4.new_notebook(metadata=notebook.metadata, cells=cells)


def _text_output(text: str) -> "NotebookNode":
    import nbformat

    return nbformat.v4.new_output("display_data", {"text/markdown": text, "text/plain": text})


def _as_text(cell: "NotebookNode", error: Exception | None) -> "NotebookNode":
    """Return a text cell with a note, and the text of `cell` as it was typed."""
    import nbformat

    said = note("This cell cannot be shown as it was set", error or ValueError("unknown"))
    typed = "\n".join("    " + line for line in str(cell.source).splitlines())
    return nbformat.v4.new_markdown_cell(f"{said}\n\n{typed}", metadata=cell.metadata)
