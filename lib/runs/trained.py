"""Where runs were trained, and with what."""

from collections.abc import Iterable
from datetime import datetime

from lib.training.run import Run

WITH = ("finished", "device", "backend", "commit")  # of a run's environment; versions are kept once, by group


def listed(runs: Iterable[Run]) -> list[dict]:
    """Return a row for each run, as results.json keeps it: key, system, seed, origin, trained with what, metrics."""
    return [
        {"key": run.key, "system": run.label, "seed": run.config.seed, "origin": run.origin}
        | {name: run.environment.get(name) for name in WITH}
        | {"metrics": run.metrics}
        for run in runs
    ]


def by_environment(runs: list[Run], begun: datetime) -> list[dict]:
    """Return one row per environment that runs were trained in, with how many, and how many since `begun`."""
    rows: dict[str, dict] = {}
    for run in runs:
        about = run.environment
        own = {"origin": run.origin} | {name: about.get(name) for name in ("device", "backend", "commit", "versions")}
        row = rows.setdefault(str(own), own | {"runs": 0, "new": 0, "finished": ""})
        finished = about.get("finished", "")
        row["runs"] += 1
        row["new"] += finished >= begun.isoformat(timespec="seconds")
        row["finished"] = max(row["finished"], finished)
    return list(rows.values())
