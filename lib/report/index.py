"""The page that lists all reports: their state, a figure and a finding of each, and the table of systems."""

import base64
import binascii
import io
import re
from collections import Counter
from datetime import datetime
from pathlib import Path

from lib.base import files
from lib.base.errors import LookbookError
from lib.report.entries import entries
from lib.report.render import page

WIDEST = 640  # pixels of a card's picture, shown at half of that: sharp on dense screens


def write_index(out: Path) -> None:
    """Write out/index.html from the reports that lie in `out`, atomically; LookbookError if the disk is full."""
    cards = [
        entry | {"figure": figure(out / entry["name"] / "executed.ipynb"), "finding": _first_sentence(entry["finding"])}
        for entry in entries(out)
        if not entry["own"] or entry["state"] != "not run"
    ]
    files.write_text(out / "index.html", render_index(cards, systems(out), _time_to(out)))


def _time_to(out: Path) -> dict | None:
    """Return what the index shows of out/bench.json; without that file pandas is not imported."""
    if not (out / "bench.json").exists():
        return None
    from lib.report import speed

    return speed.section(out)


def render_index(cards: list[dict], systems: list[dict], time_to: dict | None = None) -> str:
    """Return the index as one self-contained HTML page.

    cards: an entry (`lib.report.entries`) and its "figure" for each notebook, in order. systems: the rows of the table,
    strings under "system", "description", "claim", "measured", "seeds", "holds", "dataset", "profile" and "notebook".
    time_to: what `lib.report.speed.section` returns.
    """
    return page(
        "index.html.j2",
        entries=cards,
        systems=systems,
        time_to=time_to,
        summary=_summary(cards),
        fallbacks=list(dict.fromkeys(reason for card in cards for reason in card["fallbacks"])),
        links={card["name"]: card["href"] for card in cards if card["href"]},
        latest=max((card["started"] for card in cards if card["started"]), key=_when, default=None),
    )


def figure(executed: Path) -> dict | None:
    """Return the figure that stands for an executed notebook, as {"png": base64, "alt"}; None without one.

    It is the figure whose metadata has `thumbnail` true, else the first one with alt text. A damaged notebook has none.
    """

    try:
        cells = files.read_json(executed)["cells"]  # nbformat takes a second to import
        figures = [found for cell in cells for output in cell.get("outputs", []) for found in _described(output)]
    except (LookbookError, OSError, KeyError, TypeError, AttributeError):
        return None  # its report says what is wrong; the index only lacks a picture
    for png, facts in sorted(figures, key=lambda figure: not figure[1].get("thumbnail")):
        small = _small(png)
        if small:
            return {"png": small, "alt": str(facts["alt"])}
    return None


def _described(output: dict) -> list[tuple[str, dict]]:
    """Return the PNG of a cell's output and what its metadata say of it; nothing without a PNG with alt text."""
    png, facts = output.get("data", {}).get("image/png"), output.get("metadata", {}).get("image/png") or {}
    return [("".join(png), facts)] if png and facts.get("alt") else []


def _small(png: str) -> str | None:
    """Return a base64 PNG at most WIDEST pixels wide, or None if it is none."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(base64.b64decode(png))) as picture:
            picture.thumbnail((WIDEST, WIDEST))
            small = io.BytesIO()
            picture.save(small, "png")  # optimize=True: 2% smaller, and 50 ms a picture
    except (OSError, ValueError, SyntaxError, binascii.Error):
        return None
    return base64.b64encode(small.getvalue()).decode()


def _summary(cards: list[dict]) -> str:
    """Return, for instance, "2 of 3 reports are complete, 1 failed. Pictures: garments; garments-colour in 08, 10."."""
    counts = Counter(card["state"] for card in cards)
    parts = [f"{counts['complete']} of {len(cards)} reports are complete"]
    parts += [f"{counts[state]} {state}" for state in ("failed", "not run", "unreadable") if counts[state]]
    sentences = [", ".join(parts)]
    sentences += [_said("Pictures", {card["number"]: card["datasets"] for card in cards})]
    sentences += [_said("Profile", {card["number"]: [card["profile"]] for card in cards if card["profile"]})]
    return ". ".join(filter(None, sentences)) + "."


def _said(label: str, named: dict[str, list[str]]) -> str:
    """Return "LABEL: what most reports have; what others have in 08, 10"; named: by a report's number."""
    where: dict[str, list[str]] = {}
    for number, names in named.items():
        for name in names:
            where.setdefault(name, []).append(number)
    if not where:
        return ""
    first, *others = sorted(where, key=lambda name: -len(where[name]))
    rest = [f"{name} in {', '.join(where[name])}" for name in others]
    return f"{label}: {'; '.join([first, *rest])}"


def _first_sentence(finding: str | None) -> str | None:
    return re.split(r"(?<=[.]) (?=[A-Z])", finding)[0] if finding else None


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
