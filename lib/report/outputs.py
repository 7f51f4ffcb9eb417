"""What a report shows of a cell's outputs: the best form of each that needs no script, else a note in its place."""

import re
from typing import TYPE_CHECKING

from lib.base import progress

if TYPE_CHECKING:
    from nbformat import NotebookNode  # slow to import

# The best first.
SHOWN = ["text/html", "text/markdown", "text/latex", "image/svg+xml", "image/png", "image/jpeg", "text/plain"]
LONGEST_TEXT = 20_000  # characters of one text output
ACTIVE = re.compile(r"<(script|iframe|object|embed|canvas)\b", re.IGNORECASE)
HIDDEN = re.compile(r"<(script|style|iframe|object|canvas|noscript)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
SEEN = re.compile(r"<(img|svg|math|table|video|audio|hr)\b", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")
BOOKKEEPING = ("application/papermill", "application/scrapbook")  # nobody is meant to see it
NOTE = (
    '<span class="left-out">[not in this file: an output that needs a script or another page; executed.ipynb has it. '
    "A picture of it stays: page.show(figure, alt=..., caption=...)]</span>"
)


def shown(outputs: "list[NotebookNode]") -> "list[NotebookNode]":
    """Return the outputs that a report shows, long text cut; one note a cell for those that would leave a gap.

    The progress of work that came to its end is left out.
    """
    import nbformat

    found, noted = [], False
    for output in outputs:
        if progress.FINISHED in output.get("metadata", {}):
            continue
        if "data" in output:
            output = nbformat.from_dict(output | {"data": _still(output.data)})
            if not output.data:
                continue
            if "lookbook/note" in output.data:
                if noted:
                    continue
                noted, output.data = True, nbformat.from_dict({"text/html": NOTE})
        found.append(_shortened(output))
    return found


def _still(data: dict) -> dict:
    """Return the forms of an output that need no script; "lookbook/note" alone where nothing else could be seen."""
    forms = {kind: content for kind, content in data.items() if kind in SHOWN}
    needed = [kind for kind in data if kind not in forms and not kind.startswith(BOOKKEEPING)]
    page = "".join(forms.get("text/html", ""))
    if page and not _visible(page) and (needed or ACTIVE.search(page)):  # a page of styles alone may stay
        needed.append(str(forms.pop("text/html")))
    if needed and forms.keys() <= {"text/plain"}:  # "<VegaLite 5 object>" says less than the note
        return {"lookbook/note": ""}
    return forms


def _visible(page: str) -> bool:
    """Return whether HTML shows anything once its scripts are gone."""
    left = HIDDEN.sub("", page)
    return bool(SEEN.search(left) or TAG.sub("", left).replace("&nbsp;", "").strip())


def _shortened(output: "NotebookNode") -> "NotebookNode":
    """Return the output with long text cut in the middle: the beginning and the end say most."""

    def cut(text: str) -> str:
        surplus = len(text) - LONGEST_TEXT
        if surplus <= 0:
            return text
        note = f"\n\n[... {surplus:,} characters left out here; executed.ipynb has them ...]\n\n"
        return text[: LONGEST_TEXT // 2] + note + text[-LONGEST_TEXT // 2 :]

    if "text" in output:
        output.text = cut(output.text)
    if "text/plain" in output.get("data", {}):
        output.data["text/plain"] = cut(output.data["text/plain"])
    if "traceback" in output:
        output.traceback = [cut("\n".join(output.traceback))]
    return output
