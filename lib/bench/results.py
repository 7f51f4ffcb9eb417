"""What was measured, kept in reports/bench.json: a name that is measured again replaces itself, the others stay."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from lib.base import files, paths, provenance
from lib.base.errors import LookbookError

FOREIGN = "not what `lookbook bench` writes; rename it, which keeps it, to begin anew"


def file() -> Path:
    """Return reports/bench.json, or the same in the folder that LOOKBOOK_REPORTS names."""
    return paths.reports() / "bench.json"


def read() -> dict:
    """Return what bench.json holds, {} where there is none; LookbookError where it is damaged or another's."""
    if not file().exists():
        return {}
    content = files.read_json(file())
    parts = [content.get(part, {}) for part in ("tables", "ratios", "provenance", "runs")] if content else []
    if not all(isinstance(part, dict) for part in [content, *parts]):
        raise LookbookError(f"{file()}: {FOREIGN}")
    return content


def merge(name: str, table: pd.DataFrame, ratios: dict, **own: dict) -> None:
    """Put what was measured as `name` into bench.json, atomically, with where, when and with what.

    It holds "tables", "ratios" and "provenance", in each of them a part by name. own: further keys of its own.
    """
    origin = provenance.environment() | {"date": now(), "command": " ".join(["lookbook", *sys.argv[1:]])}
    content = read() | own
    for key, part in {"tables": table, "ratios": ratios, "provenance": origin}.items():
        content[key] = content.get(key, {}) | {name: part}
    files.write_json(file(), content)


def now() -> str:
    """Return the time in UTC as bench.json has it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
