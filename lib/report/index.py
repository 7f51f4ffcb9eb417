"""The page that lists all reports: their state, a figure and a finding of each, and the table of systems."""

import base64
import binascii
import io
import json
from collections import Counter
from datetime import datetime
from pathlib import Path

from lib.base import files
from lib.base.errors import LookbookError
from lib.report.render import number, page

WIDEST = 640  # pixels of a card's picture, shown at half of that: sharp on dense screens
UNKNOWN = ["href", "figure", "dataset", "profile", "seconds", "started", "finding", "fallback", "error"]


def write_index(out_dir: Path, entries: list[dict], systems: list[dict]) -> None:
    """Write `out_dir`/index.html, atomically. Raises LookbookError if the disk is full."""
    files.write_text(out_dir / "index.html", render_index(entries, systems))


def render_index(entries: list[dict], systems: list[dict]) -> str:
    """Return the index as one self-contained HTML page.

    entries: one of `entry_from` for each notebook, in order. systems: the rows of the table, strings under
    "system", "description", "claim", "measured", "seeds", "holds", "dataset", "profile" and "notebook".
    """
    runs = [entry for entry in entries if entry["state"] != "not run"]
    return page(
        "index.html.j2",
        entries=entries,
        systems=systems,
        summary=_summary(entries),
        fallbacks=list(dict.fromkeys(entry["fallback"] for entry in runs if entry["fallback"])),
        links={entry["name"]: entry["href"] for entry in entries if entry["href"]},
        latest=max((entry["started"] for entry in runs if entry["started"]), key=_when, default=None),
    )


def entry_from(folder: Path, name: str, title: str) -> dict:
    """Return what the index says about one notebook, read from folder/results.json and folder/executed.ipynb.

    folder: where its report lies. title: shown until a run states its own. A missing or damaged results.json
    means "not run"; a damaged notebook only costs the picture. "figure" is {"png": base64, "alt"} or None:
    the figure whose metadata has `thumbnail` true, else the first one with alt text.
    """
    entry: dict = dict.fromkeys(UNKNOWN)
    entry |= {"name": name, "number": number(name), "title": title, "state": "not run"}
    try:
        results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        if results["status"] not in ("complete", "failed"):
            return entry
    except (OSError, ValueError, KeyError, TypeError):
        return entry
    origin = results.get("provenance") or {}
    error = results.get("error") or {}
    return entry | {
        "title": results.get("title") or title,
        "state": results["status"],
        "href": f"{folder.name}/report.html" if (folder / "report.html").is_file() else None,
        "figure": _figure(folder / "executed.ipynb"),
        "dataset": results.get("dataset"),
        "profile": results.get("profile"),
        "seconds": origin.get("seconds"),
        "started": origin.get("started") or results.get("started"),
        "finding": next(iter(results.get("findings") or []), None),
        "fallback": results.get("fallback"),
        "error": _error_line(error) if results["status"] == "failed" else None,
    }


def _error_line(error: dict) -> str:
    place = f"Code cell {error['cell']}: " if error.get("cell") else ""
    return place + ": ".join(str(error[part]) for part in ("name", "message") if error.get(part))


def _figure(executed: Path) -> dict | None:
    import nbformat

    try:
        cells = nbformat.read(executed, as_version=4).cells
    except Exception:  # its report says what is wrong; the index only lacks a picture
        return None
    figures = []
    for output in (output for cell in cells for output in cell.get("outputs", [])):
        facts = output.get("metadata", {}).get("image/png") or {}
        if "image/png" in output.get("data", {}) and facts.get("alt"):
            figures.append((output.data["image/png"], facts))
    for png, facts in sorted(figures, key=lambda figure: not figure[1].get("thumbnail")):
        small = _small(png)
        if small:
            return {"png": small, "alt": str(facts["alt"])}
    return None


def _small(png: str) -> str | None:
    """Return a base64 PNG at most WIDEST pixels wide, or None if it is none."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(base64.b64decode(png))) as picture:
            picture.thumbnail((WIDEST, WIDEST))
            small = io.BytesIO()
            picture.save(small, "png", optimize=True)
    except (OSError, ValueError, SyntaxError, binascii.Error):
        return None
    return base64.b64encode(small.getvalue()).decode()


def _summary(entries: list[dict]) -> str:
    """Return, for instance, "2 of 3 reports are complete, 1 failed. Data: garments. Profile: quick."."""
    counts = Counter(entry["state"] for entry in entries)
    parts = [f"{counts['complete']} of {len(entries)} reports are complete"]
    parts += [f"{counts[state]} {state}" for state in ("failed", "not run") if counts[state]]
    sentences = [", ".join(parts)]
    for label, key in (("Data", "dataset"), ("Profile", "profile")):
        found = dict.fromkeys(entry[key] for entry in entries if entry[key])
        if found:
            sentences.append(f"{label}: {', '.join(found)}")
    return ". ".join(sentences) + "."


def _when(stamp: str) -> float:
    try:
        return datetime.fromisoformat(stamp).timestamp()
    except ValueError:
        return float("-inf")


def systems(out: Path) -> list[dict[str, str]]:
    """Return the rows of the index page's table of systems, read from out/*/results.json, as ready strings."""
    rows = []
    for file in sorted(out.glob("[0-9][0-9]_*/results.json")):
        try:
            results = files.read_json(file)
            rows += [_row(row, results) for row in results.get("tables", {}).get("claims", [])]
        except (LookbookError, AttributeError, KeyError, TypeError, ValueError):
            continue  # damaged: the index shows that notebook as not run
    return rows


def _row(row: dict, results: dict) -> dict[str, str]:
    measured = "not a number" if row["measured"] is None else f"{row['measured']:.4f}"
    if row["low"] is not None:
        measured += f" (one more run: {row['low']:.4f} to {row['high']:.4f})"
    return {
        "system": row["system"],
        "description": row["report"],
        "claim": f"{row['claim']}: {row['claimed']}" if row["claimed"] else row["claim"],
        "measured": measured,
        "seeds": str(row["seeds"]),
        "holds": row["verdict"],
        "dataset": results["dataset"],
        "profile": results["profile"],
        "notebook": results["notebook"],
    }
