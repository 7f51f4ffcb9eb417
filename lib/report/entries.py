"""What is known about each notebook's report, read from its folder: `lookbook list`, and the cards of the index."""

import json
from pathlib import Path
from urllib.parse import quote

from lib.base.errors import LookbookError
from lib.course import notebooks
from lib.report import facts

UNKNOWN = ["href", "profile", "seconds", "started", "finding", "error"]


def entries(out: Path) -> list[dict]:
    """Return an entry (`entry`) for every notebook, in order, of the reports in `out`; the kit's own first.

    "own": whether it is not the kit's, but a copy or somebody's own. A notebook that cannot be read is in the state
    "unreadable", and its error says why; its report stays linked.
    """
    found = []
    kit = notebooks.notebooks()
    for name in [*kit, *notebooks.others()]:
        try:
            found.append(entry(out / name, name, notebooks.title(name)))
        except LookbookError as error:
            found.append(entry(out / name, name, name) | {"state": "unreadable", "error": str(error)})
        found[-1]["own"] = name not in kit
    return found


def entry(folder: Path, name: str, title: str) -> dict:
    """Return what results.json in `folder` says about one notebook's report.

    title: shown until a run states its own. state: "complete", "failed" or "not run", which a missing or damaged
    results.json means as well. datasets: their names. fallbacks: why synthetic ones stand in. The rest is text or None.
    """
    known: dict = dict.fromkeys(UNKNOWN) | {"datasets": [], "fallbacks": []}
    known |= {"name": name, "number": number(name), "title": title, "state": "not run"}
    try:
        results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        if results["status"] not in ("complete", "failed"):
            return known
    except (OSError, ValueError, KeyError, TypeError):
        return known
    origin = results.get("provenance") or {}
    return known | {
        "title": results.get("title") or title,
        "state": results["status"],
        "href": f"{quote(folder.name)}/report.html" if (folder / "report.html").is_file() else None,
        "datasets": [str(row.get("name")) for row in facts.datasets(results)],
        "fallbacks": facts.fallbacks(results),
        "profile": results.get("profile"),
        "seconds": origin.get("seconds"),
        "started": origin.get("started"),
        "finding": next(iter(facts.findings(results)), None),
        "error": _error_line(results.get("error") or {}) if results["status"] == "failed" else None,
    }


def number(name: str) -> str:
    """Return "02" for "02_baseline_cnn", and the whole name of what is not the kit's own: its copy is not 02."""
    return name[:2] if name[:2].isdigit() and name not in notebooks.others() else name


def _error_line(error: dict) -> str:
    place = f"Code cell {error['cell']}: " if error.get("cell") else ""
    return place + ": ".join(str(error[part]) for part in ("name", "message") if error.get(part))
