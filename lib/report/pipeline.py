"""`lookbook report`: every chosen notebook whose inputs changed is run and rendered, then the index page."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from doit.cmd_base import ModuleTaskLoader
from doit.doit_cmd import DoitMain
from doit.reporter import ConsoleReporter
from doit.tools import config_changed
from rich.console import Console
from rich.markup import escape

from lib import claims, paths, provenance
from lib.data import catalogue, votes
from lib.data.dataset import fingerprint
from lib.errors import LookbookError
from lib.models import backbones
from lib.progress import duration
from lib.report import execute, index, settings

FILES = ["executed.ipynb", "results.json", "report.html"]


def make_reports(names: list[str], profile: str, changes: dict[str, object], out: Path, force: bool = False) -> int:
    """Run and render the notebooks `names` into `out`, then write out/index.html; return the exit code, 0 or 1.

    A notebook that fails has a report of its failure, and the others still run. What is up to date is skipped: same
    notebook, same `lib`, same parameters, same pictures, same versions. Before anything runs, LookbookError for
    unknown names, for values of a wrong type and for data that is missing or damaged.
    """
    console = Console(stderr=True, file=sys.stderr, highlight=False, soft_wrap=True)
    parameters = settings.resolve(names, profile, changes)
    reasons, stamps = _settle_data(parameters, console)
    minutes = settings.profile(profile)["limit_minutes"]
    failed: list[str] = []

    def make(name: str) -> bool:
        begin = time.monotonic()
        with console.status(name) as status:
            say = (
                (lambda line: status.update(escape(f"{name}: {line}")))
                if console.is_terminal
                else _lines(console, name)
            )
            results = execute.run(name, parameters[name], out, minutes, reasons[name], say)
        seconds = duration(time.monotonic() - begin)
        if results["status"] == "complete":
            console.print(f"[green]done[/green]     {name} in {seconds}")
            return True
        error = results["error"]
        where = f" in code cell {error['cell']}" if error["cell"] else ""
        console.print(f"[red]failed[/red]   {name} after {seconds}{where}: ", end="")
        console.print(f"{error['name']}: {error['message']}; see {out / name / 'report.html'}", markup=False)
        failed.append(name)
        return False

    last = sorted(names, key=lambda name: name.startswith("00"))  # 00 shows how long the others took
    tasks = [_task(name, make, parameters[name], stamps, reasons[name], out) for name in last]
    broken = _doit(tasks, out, force, lambda name: console.print(f"[dim]skipped  {name}: nothing changed[/dim]"))
    write_index(out)
    if broken:
        raise LookbookError(broken)
    return 1 if failed else 0


def _settle_data(parameters: dict[str, dict], console: Console) -> tuple[dict[str, str | None], dict[str, list[str]]]:
    """Put the data set's own name into all parameters, so that notebooks that need the same set have the same pictures.

    A notebook that looks at a grey and at a colour set keeps the name as it is, and finds both by it.
    Return for each notebook why a drawn set stands in for the real one (None: it does not), and the fingerprints of its
    pictures. LookbookError for data that is missing or damaged.
    """
    reasons: dict[str, str | None] = dict.fromkeys(parameters)
    stamps: dict[str, list[str]] = {name: [] for name in parameters}
    prints: dict[str, str] = {}
    said = set()
    for name, values in parameters.items():
        if "dataset" not in values:
            continue
        found = [catalogue.resolve(values["dataset"], colour) for colour in settings.sets_needed(name)]
        for each in found:
            if each.name not in prints:
                prints[each.name] = fingerprint(catalogue.load(each.name))
            if each.reason and each.reason not in said:
                console.print(each.reason, style="yellow", markup=False)
                said.add(each.reason)
        stamps[name] = [prints[each.name] for each in found]
        reasons[name] = " ".join(each.reason for each in found if each.reason) or None
        if len(found) == 1:
            if found[0].name == catalogue.partner(values["dataset"]):
                console.print(f"{name} takes {found[0].name}, the partner of {values['dataset']}", markup=False)
            values["dataset"] = found[0].name
    return reasons, stamps


def write_index(out: Path) -> None:
    """Write out/index.html from the reports that lie in `out`."""
    entries = [index.entry_from(out / name, name, settings.title(name)) for name in settings.notebooks()]
    index.write_index(out, entries, claims.systems(out))


def _lines(console: Console, name: str) -> Callable[[str], None]:
    console.print(f"running  {name}")
    return lambda line: console.print(f"         {line}", markup=False)


def _task(name: str, make, parameters: dict, stamps: dict, fallback: str | None, out: Path) -> dict:
    code = [
        str(file)
        for pattern in ("*.py", "*.yaml", "*.j2", "*.css", "*.js")
        for file in (paths.ROOT / "lib").rglob(pattern)
    ]
    decisive = {"parameters": parameters, "pictures": stamps[name], "versions": provenance.versions()}
    decisive["stand_in"] = fallback is not None  # whether, not why: a network fails in many words
    if "imagenet" in parameters:  # weights that may come later
        decisive["weights"] = [(row["backbone"], row["note"]) for row in backbones.available(download=False)]
    decisive["votes"] = str(votes.find())  # optional data that may come later
    decisive["backend"] = os.environ.get("KERAS_BACKEND", "tensorflow")
    return {
        "name": name,
        "actions": [(make, [name])],
        "file_dep": [str(paths.NOTEBOOKS / f"{name}.ipynb"), *sorted(code)],
        "targets": [str(out / name / file) for file in FILES],
        "uptodate": [config_changed(decisive)],
        "verbosity": 2,
    }


def _doit(tasks: list[dict], out: Path, force: bool, skipped: Callable[[str], None]) -> str | None:
    """Run the tasks that are not up to date; return one line for an error that is not a notebook's."""
    errors: list[str] = []

    class Reporter(ConsoleReporter):
        def execute_task(self, task):
            pass

        def skip_uptodate(self, task):
            skipped(task.name.partition(":")[2])

        def add_failure(self, task, fail):
            if fail.get_name() not in ("TaskFailed", "UnmetDependency"):  # a failed notebook has already been reported
                errors.append(fail.get_msg().strip().splitlines()[-1])

        def runtime_error(self, msg):
            errors.append(msg)

        def complete_run(self):
            pass

    out.mkdir(parents=True, exist_ok=True)
    namespace = {
        "task_report": lambda: (task for task in tasks),
        "DOIT_CONFIG": {"dep_file": str(out / ".doit.json"), "backend": "json", "reporter": Reporter, "continue": True,
                        "default_tasks": ["report"], "always": force},
    }  # fmt: skip
    try:
        code = DoitMain(ModuleTaskLoader(namespace), config_filenames=()).run(["run"])
    except json.JSONDecodeError as error:
        raise LookbookError(f"{out / '.doit.json'}: damaged; delete it and run again") from error
    if code == 3 and not errors:  # doit has printed why it could not even begin
        return "the reports could not be started"
    return errors[0] if errors else None
