"""The `lookbook` command. Thin: every command calls one function of the kit.

Exit codes: 0 fine, 1 a notebook failed, 2 wrong use or bad input.
"""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from lib.base import files, outside, paths, start
from lib.base.errors import LookbookError
from lib.base.text import shown
from lib.cli import ending, predicting, training
from lib.cli.training import ENGINE, FRESH, SCHEDULER

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip
data = typer.Typer(no_args_is_help=True, help="Real data: what is there, and how to get it.")
app.add_typer(data, name="data")
app.command()(training.train)
app.command()(training.reference)
app.command()(predicting.predict)


@app.callback()
def options(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Lookbook: numbered notebooks on convolutional networks for fashion pictures, and the reports they become."""
    from lib.base import checkout

    outside.leave(own_jupyter=context.invoked_subcommand == "lab")
    outside.settle()
    if context.invoked_subcommand != "check":  # which says so in its table
        checkout.refuse_another()


@app.command()
def report(
    notebooks: Annotated[
        list[str] | None, typer.Argument(metavar="[NN]...", help="02, or 02_baseline_cnn; all without")
    ] = None,
    profile: Annotated[
        str, typer.Option(help="smoke (seconds), quick (minutes) or full (as the reports state)")
    ] = "quick",
    dataset: Annotated[
        str | None, typer.Option(help="auto, garments, garments-colour, fashion-mnist, fashion-product or own:FOLDER")
    ] = None,
    seeds: Annotated[int | None, typer.Option(min=1, max=1000, help="trainings of each system")] = None,
    change: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="change a notebook's parameter")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="write DIR/NN_name/report.html and DIR/index.html")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="run notebooks that have not changed, too")] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="notebooks side by side; without it one a core, at most 4")
    ] = None,
    engine: Annotated[str | None, ENGINE] = None,
    scheduler: Annotated[str | None, SCHEDULER] = None,
    fresh: Annotated[bool, FRESH] = False,
) -> None:
    """Run notebooks and render them to HTML reports; prints where the index page lies."""
    from lib.course import notebooks as settings
    from lib.report import pipeline

    if engine or scheduler or any(os.environ.get(f"LOOKBOOK_{name}") for name in ("ENGINE", "JOBS", "SCHEDULER")):
        from lib.runs import engines

        engines.choose(engine, scheduler=scheduler)
    training.ignore_reference(fresh)
    changes = dict(settings.parse_change(text) for text in change or [])
    if dataset is not None:
        changes["dataset"] = dataset
    if seeds is not None:
        changes["seeds"] = seeds
    folder = paths.absolute(out or paths.reports())
    os.environ["LOOKBOOK_REPORTS"] = str(folder)  # a notebook that reads other reports reads these
    code = pipeline.make_reports(settings.choose(notebooks or []), profile, changes, folder, force, jobs)
    print(folder / "index.html")
    raise typer.Exit(code)


@app.command()
def lab() -> None:
    """Open the notebooks in JupyterLab."""
    first = paths.NOTEBOOKS / "00_start_here.ipynb"
    command = start.command("jupyterlab", f"--ServerApp.root_dir={paths.ROOT}")
    command.append(str(first if first.is_file() else paths.NOTEBOOKS))  # Jupyter starts on no file that is not there
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container; on loopback, with Jupyter's token
        command += ["--allow-root", "--ip=127.0.0.1"]
    if os.name == "nt":
        raise typer.Exit(subprocess.run(command).returncode)
    os.execv(command[0], command)  # so that Ctrl-C and every signal are Jupyter's, which ends its kernels in order


@app.command("list")
def list_notebooks() -> None:
    """List the notebooks with their titles and the state of their reports."""
    from lib.report import entries

    for entry in entries.entries(paths.reports()):
        said = entry["error"] if entry["state"] == "unreadable" else entry["title"]
        print(f"{entry['name']:<28}{entry['state']:<12}{'yours: ' if entry['own'] else ''}{said}")


@app.command()
def check() -> None:
    """Say whether everything is there: the kit, Keras, the kernel, the data."""
    from lib.course import checkup

    rows = checkup.check()
    for row in rows:
        print(f"{'ok' if row['ok'] else 'MISSING':<9}{row['what']:<22}{row['found']}")
    raise typer.Exit(0 if all(row["ok"] for row in rows) else 2)


@data.command("status")
def data_status() -> None:
    """Say which data sets are there, where, and how to get the others."""
    from lib.data import catalogue

    for row in catalogue.status():
        pictures = f"{row['pictures']:,} pictures, " if row["pictures"] else ""
        print(f"{row['name']:<18}{pictures + row['where'] if row['there'] else 'not there: ' + row['remedy']}")


@data.command("fetch")
def data_fetch(name: Annotated[str, typer.Argument(help="fashion-mnist, or fashion-mnist-h")]) -> None:
    """Download a real data set, checked by its checksum."""
    from lib.data import catalogue

    print(catalogue.fetch(name))


@app.command()
def bench(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="what to measure; without: all speeds but time-to"),
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, max=1000, help="time-to: trainings of each system; 3 without")
    ] = None,
) -> None:
    """Measure speed on this computer; prints tables, keeps them in reports/bench.json, and renews the index page.

    time-to, about an hour: seconds until an accuracy is reached; goes on where it was stopped, and begins anew when
    bench.json is renamed. Minutes each: load (data sets, cold and warm), augment (beside Keras's layers), steps
    (compiled blocks of them), train (pictures a second of every network), engines (grids of runs), report (what is
    kept), explain (heat maps), features (computed once), scale (what more pictures cost).

    Only when named, with both real data sets on disk: predict (how many foreign pictures are answered right, by
    preparation) and unlike (how many are called unlike the training pictures, by score); `lookbook predict` shows them.
    """
    from lib.base import room
    from lib.bench import registry
    from lib.report import index

    chosen = registry.choose(names or [], seeds)
    room.refuse(paths.reports(), "set LOOKBOOK_REPORTS to a folder that can be written")
    for name in chosen:
        print(f"{name}\n{registry.measure(name, seeds).to_string(index=False)}\n")
        index.write_index(paths.reports())
    print(paths.reports() / "bench.json")


@app.command()
def build() -> None:
    """Build notebooks/*.ipynb from notebooks/src/*.py, and renew the digests in lib/base/versions.yaml.

    Refuses when a notebook was edited since it was built.
    """
    from lib.base import versions
    from lib.course import build as authoring

    for file in authoring.build():
        print(file)
    if versions.renew():
        print(versions.VERSIONS)


@app.command()
def clean(
    runs: Annotated[bool, typer.Option("--runs", help="remove the trained runs and stored features as well")] = False,
) -> None:
    """Remove the reports (not reports/reference), and with --runs the run store. Data and files of your own stay."""
    from lib.report import clean as cleaning
    from lib.runs import store

    cleaning.remove_reports()
    if runs:
        store.remove_all()


def main() -> None:
    """Run the command; an error meant for users is one line on standard error, and exit code 2."""
    debug = "--debug" in sys.argv
    sys.argv = [word for word in sys.argv if word != "--debug"]  # welcome before and after the command's name
    ending.heed()
    outside.forgive_letters()
    try:
        paths.settle()
        sys.exit(app(standalone_mode=False))
    except LookbookError as error:
        _fail(str(error), debug)
    except OSError as error:
        if error.filename is None and error.strerror is None:
            raise
        _fail(_line(error), debug)
    except (KeyboardInterrupt, typer.Abort):
        print(ending.GOES_ON, file=sys.stderr)
        sys.exit(130)
    except ending.Ended:
        with suppress(OSError):  # the terminal may be gone
            print(ending.GOES_ON, file=sys.stderr)
        raise
    except Exception as error:
        if not hasattr(error, "format_message"):  # what typer's errors of wrong use have in common; it exports no base
            raise
        message = error.format_message()
        if message.startswith("Usage"):  # no command was given: this is the whole help
            print(message)
            sys.exit(2)
        _fail(f"{message} (`lookbook --help` lists what there is)", debug)


def _line(error: OSError) -> str:
    said = f"{error.filename or 'a file could not be written'}: {error.strerror}"
    if files.is_full(error):
        return f"{said}; make room and run the same command again"
    variable = paths.variable(Path(error.filename)) if isinstance(error.filename, str) else None
    return f"{said}; set {variable} to a folder that can be written" if variable else said


def _fail(line: str, debug: bool) -> None:
    if debug:
        raise
    print(f"error: {shown(line)}", file=sys.stderr)  # one line, whatever a name in it holds
    sys.exit(2)
