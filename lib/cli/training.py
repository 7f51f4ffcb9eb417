"""The commands that train runs, and the options they share with `report`."""

import math
import os
from pathlib import Path
from typing import Annotated

import typer

from lib.base.errors import LookbookError

ENGINE = typer.Option(help="what trains: auto, inline (one run after another), processes (several at once) or dask")
SCHEDULER = typer.Option(metavar="ADDRESS", help="with --engine dask: tcp://HOST:PORT of a running `dask scheduler`")
FRESH = typer.Option("--fresh", help="train what the kit carries as reference runs, too")


def train(
    config: Annotated[
        list[Path], typer.Option(metavar="FILE...", help="settings as JSON; what is left out: the recipe's")
    ],
    more: Annotated[list[Path] | None, typer.Argument(metavar="", help="further files", hidden=True)] = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, max=1000, help="train each with the seeds 0, 1, ...; without it with its own")
    ] = None,
    engine: Annotated[str | None, ENGINE] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="workers; without it one a core")] = None,
    scheduler: Annotated[str | None, SCHEDULER] = None,
    fresh: Annotated[bool, FRESH] = False,
) -> None:
    """Train runs, or fetch those that are there; prints their folders. `--config runs/*/config.json` takes all."""
    from lib import runs
    from lib.runs import engines
    from lib.training import recipes

    ignore_reference(fresh)
    engines.choose(engine, jobs, scheduler)
    asked = [recipes.read(file) for file in [*config, *(more or [])]]
    if seeds is not None:
        asked = [each.changed(seed=seed) for each in asked for seed in range(seeds)]
    for run in runs.every([(each, False) for each in asked]):
        print(run.folder)


def reference(
    rows: Annotated[list[str] | None, typer.Argument(metavar="[ROW]...", help="with --train: these rows alone")] = None,
    train: Annotated[bool, typer.Option("--train", help="train what is missing; goes on where it stopped")] = False,
    pack: Annotated[bool, typer.Option("--pack", help="write reports/reference from the run store")] = False,
    readme: Annotated[bool, typer.Option("--readme", help="write the results in README.md and docs")] = False,
    engine: Annotated[str | None, ENGINE] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="workers; without it one a core")] = None,
    scheduler: Annotated[str | None, SCHEDULER] = None,
) -> None:
    """Say which full-length runs the kit carries, which are missing, and how long these would take here."""
    from lib.base.progress import duration
    from lib.runs import engines
    from lib.runs import reference as grid

    if rows and not train:
        raise LookbookError(f"{' '.join(rows)}: rows are for --train; without it all are listed")
    if train:
        engines.choose(engine, jobs, scheduler)
        grid.train(rows or [])
    if pack:
        print(grid.pack())
    if readme:
        from lib.claims import summary

        summary.write()
    print(f"{'row':<36}{'seeds':>6}{'carried':>9}{'stored':>8}{'missing':>9}  left")
    for row in grid.status().to_dict("records"):
        left = "" if not row["missing"] else "?" if math.isnan(row["seconds"]) else duration(row["seconds"])
        stale = f" ({row['stale']} carried ones no longer fit)" if row["stale"] else ""
        line = (
            f"{row['row']:<36}{row['seeds']:>6}{row['carried']:>9}{row['stored']:>8}{row['missing']:>9}  {left}{stale}"
        )
        print(line.rstrip())


def ignore_reference(fresh: bool) -> None:
    """Let no run of this process, and of those that it starts, be fetched from the reference."""
    if fresh:
        os.environ["LOOKBOOK_FRESH"] = "yes"
