"""The notebooks, what each asks, and how long its last report took on this computer."""

import pandas as pd

from lib.base import files, paths
from lib.base.errors import LookbookError
from lib.base.progress import duration
from lib.course.notebooks import notebooks, title


def last_reports() -> pd.DataFrame:
    """Return one row per notebook: how long its last report took, and in which profile, on which pictures.

    Columns: notebook (its number), asks (its title), took ("–" without a report, or with a damaged one), profile,
    pictures, status.
    """
    rows = []
    for name in notebooks():
        try:
            found = files.read_json(paths.reports() / name / "results.json")
            sets = [each["name"] for each in found.get("datasets", [])]  # a report that failed early has none
            row = {"took": duration(found["provenance"]["seconds"]), "profile": found["profile"]}
            row |= {"pictures": ", ".join(sets), "status": found["status"]}
        except (LookbookError, KeyError, TypeError):
            row = {"took": "–", "profile": "", "pictures": "", "status": ""}
        rows.append({"notebook": name[:2], "asks": title(name)} | row)
    return pd.DataFrame(rows)


def listed(reports: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `last_reports` for people to read: notebook, question, took; what failed says so."""
    failed = reports["status"].where(~reports["status"].isin(["", "complete"]), "")
    took = reports["took"] + [f" ({status})" if status else "" for status in failed]
    return pd.DataFrame({"notebook": reports["notebook"], "question": reports["asks"], "took": took})


def caption(reports: pd.DataFrame) -> str:
    """Return what a table of `listed` shows, with the profiles of these reports."""
    profiles = [name for name in dict.fromkeys(reports["profile"]) if name]
    made = f" ({' or '.join(profiles)} profile)" if profiles else ""
    return f"The notebooks, and how long their last reports took here{made}"
