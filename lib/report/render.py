"""Renders an executed notebook as a report: one HTML file that needs nothing else."""

import base64
import hashlib
import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from lib.base import files
from lib.base.progress import duration
from lib.report import apart, entries, facts, markup, outputs, prose

if TYPE_CHECKING:
    from nbformat import NotebookNode  # slow to import, and most commands render nothing

TEMPLATE = Path(__file__).parent / "template"
FORMATTING = re.compile(r"[ ]*# fmt: (skip|off|on)\b")  # for a formatter, not for a reader
UNGUESSED, ASKED = re.compile(r"\w*guess = None\b"), "**Your guess"  # a cell, and the paragraph before it that asks
CERTAIN = ("notebook", "title", "status", "error", "profile", "parameters")  # of the results: what the kit wrote


def write_report(executed: Path, results: dict, out: Path) -> None:
    """Render the executed notebook to the file `out`, atomically; LookbookError if the disk is full.

    A notebook that cannot be read, or shown, leaves a report of what `results` knows, and a note that says why. (A
    failed run may have left none.)
    """
    import nbformat

    try:
        content = render_report(nbformat.read(executed, as_version=4), results)
    except Exception as error:  # nbformat and nbconvert raise dozens of kinds, depending on what is broken
        said = apart.note("The notebook that was run cannot be shown", error, executed.name)
        cells = [nbformat.v4.new_markdown_cell(said)] if results["status"] != "failed" else []
        left = nbformat.v4.new_notebook(cells=cells)
        try:
            content = render_report(left, results)
        except Exception:  # what a cell put into the results cannot be shown
            content = render_report(left, {name: results[name] for name in CERTAIN if name in results})
    files.write_text(out, content)


def render_report(notebook: "NotebookNode", results: dict) -> str:
    """Return the report of an executed notebook as one self-contained HTML page.

    notebook: as papermill left it, possibly only as far as a failing cell. results: the contents of its
    results.json. Cells after the failing one are left out; it is found by `results["error"]`: by "cell_id",
    else by "cell", its number among the code cells (papermill's injected one does not count). If neither is
    known, the report ends with the last cell that ran.
    A figure without alt text says so in its place: a student's own quick plot shall not cost the report.
    """
    failed = results["status"] == "failed"
    error = results.get("error") or {}
    shown, not_run = prepared(notebook, error if failed else None)
    parts = markup.set_as_report(_cells(shown))
    quiet = facts.guards(results, "passed")
    failing = [cell.metadata.lookbook.anchor for cell in shown.cells if cell.metadata.lookbook.failed]
    return page(
        "report.html.j2",
        script=(TEMPLATE / "report.js").read_text(encoding="utf-8"),
        results=results,
        number=entries.number(results["notebook"]),
        title=results.get("title") or results["notebook"],
        lead=Markup(parts["lead"]),
        body=Markup(parts["body"]),
        contents=parts["contents"],
        error=error,
        not_run=not_run,
        failed_href=f"#{failing[0]}" if failing else None,
        fired=facts.guards(results, "fired"),
        quiet=quiet,
        quiet_summary=_passed(quiet),
        short=facts.in_short(results),
        datasets=facts.datasets(results),
        fallbacks=facts.fallbacks(results),
        runs=facts.runs_in_words(results),
        time=_time(results.get("provenance") or {}),
        trainings=facts.trainings(results),
        embedded=embedded(results),
    )


def prepared(notebook: "NotebookNode", error: dict | None) -> "tuple[NotebookNode, int]":
    """Return a copy with the cells that the report shows, and how many code cells after them did not run.

    Each cell gets `metadata.lookbook`: its place in words, its anchor, the label and first line of its code,
    whether it is the failing cell, and whether its tag `open` unfolds its code. papermill's error banners are gone;
    so are solutions, and questions for a guess that nobody made: a report is handed in. A note stands for outputs that
    need a script.
    """
    from nbconvert.preprocessors import CoalesceStreamsPreprocessor

    end, failing = _end(notebook.cells, error) if error is not None else (len(notebook.cells), None)
    import nbformat

    shown = nbformat.v4.new_notebook(metadata=notebook.metadata)
    number = 0
    for position, cell in enumerate(notebook.cells[: end + 1]):
        tags = cell.metadata.get("tags") or []
        number += _counts(cell)
        if "papermill-error-cell-tag" in tags or cell.cell_type == "raw" or not cell.source.strip():
            continue
        if "solution" in tags and position != failing:
            continue
        identity = cell.get("id") or f"n{position}"  # notebooks before format 4.5 have no ids
        place = f"code cell {number} ({identity})" if cell.cell_type == "code" else f"text cell {identity}"
        own = {
            "place": place,
            "anchor": f"cell-{identity}",
            "label": _label(tags),
            "first_line": cell.source.removeprefix("# Parameters\n").strip().split("\n")[0][:80],
            "failed": position == failing,
            "open": "open" in tags,
        }
        copy = nbformat.from_dict({**cell, "metadata": {**cell.metadata, "lookbook": own}})
        if any(UNGUESSED.match(following.source) for following in notebook.cells[position + 1 : position + 2]):
            copy.source = "\n\n".join(part for part in cell.source.split("\n\n") if not part.startswith(ASKED))
        if cell.cell_type == "code":
            copy.source = FORMATTING.sub("", copy.source)
            CoalesceStreamsPreprocessor().preprocess_cell(copy, {}, 0)  # printed in pieces, shown as one
            copy.outputs = outputs.shown(copy.outputs)
        shown.cells.append(copy)
    return shown, sum(_counts(cell) for cell in notebook.cells[end + 1 :])


def _counts(cell: "NotebookNode") -> bool:
    """Return whether the student would count the cell as one of the notebook's code cells."""
    return cell.cell_type == "code" and "injected-parameters" not in cell.metadata.get("tags", [])


def _end(cells: list["NotebookNode"], error: dict) -> tuple[int, int | None]:
    """Return the positions of the last cell to show and of the failing cell, if it is known."""
    code = [position for position, cell in enumerate(cells) if _counts(cell)]
    for number, position in enumerate(code, start=1):
        identity, wanted = cells[position].get("id"), error.get("cell_id")
        if identity == wanted if wanted else number == error.get("cell"):
            return position, position
    ran = [position for position in code if cells[position].execution_count or cells[position].outputs]
    return max(ran, default=-1), None


def _label(tags: list[str]) -> str:
    if "parameters" in tags:
        return "Settings as the notebook states them"
    return "Settings of this run" if "injected-parameters" in tags else "Code"


def _cells(notebook: "NotebookNode") -> str:
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    exporter = HTMLExporter(
        config=Config({"NbConvertBase": {"display_data_priority": outputs.SHOWN}}),
        template_name="cells",
        extra_template_basedirs=[str(TEMPLATE)],
        exclude_anchor_links=True,
        filters={"contained": markup.contained, "prose": prose.prose},
    )
    return apart.together_or_apart(notebook, lambda shown: exporter.from_notebook_node(shown)[0])


def _time(origin: dict) -> str:
    """Return when the run began and how long it took; "" where that is not known."""
    taken = f", took {duration(origin['seconds'])}" if isinstance(origin.get("seconds"), int | float) else ""
    return f"{moment(origin['started'])}{taken}." if origin.get("started") else ""


def _passed(guards: list[dict]) -> str:
    """Return "Passed: 9 checks of method."; which, unfolds on screen."""
    number = len({guard["said"] for guard in guards})
    return f"Passed: {number} check{'s' * (number > 1)} of method."


def page(template: str, script: str = "", **context: object) -> str:
    """Return the filled page template. Everything in `context` is escaped, unless it is Markup.

    Only `script` may run in the page: the browser gets its hash and refuses every other script and address.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    own = {
        "style": Markup((TEMPLATE / "style.css").read_text(encoding="utf-8")),
        "script": Markup(script),
        "script_source": Markup(f"'sha256-{digest}'" if script else "'none'"),
    }
    return _environment().get_template(template).render(own | context)


@cache
def _environment() -> Environment:
    files = FileSystemLoader(TEMPLATE)
    environment = Environment(loader=files, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(moment=moment, duration=duration, number=entries.number, with_code=with_code)
    environment.filters["training"] = facts.training_in_words
    return environment


def with_code(sentence: str) -> Markup:
    """Return a sentence as HTML, with what stands in `backticks` set as code."""
    words = enumerate(sentence.split("`"))
    return Markup("").join(Markup("<code>{}</code>").format(word) if k % 2 else word for k, word in words)


def embedded(results: dict) -> Markup:
    """Return the results as JSON that cannot end its script element; NaN and infinity become null."""
    text = json.dumps(files.plain(results), ensure_ascii=False, allow_nan=False)
    return Markup(text.replace("<", "\\u003c"))


def moment(stamp: str) -> str:
    """Return an ISO 8601 time as "21 November 2026, 07:00 UTC"; what is no such time, unchanged."""
    try:
        time = datetime.fromisoformat(stamp)
    except ValueError:
        return stamp
    return f"{time.day} {time:%B %Y, %H:%M} {time.tzname() or ''}".strip()
