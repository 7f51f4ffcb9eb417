"""`lookbook report`: every chosen notebook whose inputs changed is run and rendered, then the index page."""

import hashlib
import json
import shlex
import sys
import tempfile
import threading
import time
from pathlib import Path

from rich.console import Console
from rich.text import Text

from lib.base import cores, files, outside, paths, provenance, room
from lib.base.errors import LookbookError
from lib.base.progress import duration, several
from lib.course import fit
from lib.course import notebooks as settings
from lib.data import catalogue
from lib.data.fashion_mnist import votes
from lib.models import backbones
from lib.report import execute, index, jobs, kept, prints
from lib.runs import carried

CODE = ("*.py", "*.yaml", "*.csv", "*.j2", "*.css", "*.js", "conf.json")
LARGEST = 6  # MB of a report: more is slow to open, and to hand in


def make_reports(
    names: list[str], profile: str, changes: dict[str, object], out: Path, force: bool = False, at_once: int | None = 1
) -> int:
    """Run and render the notebooks `names` into `out`, then write out/index.html; return the exit code, 0 or 1.

    A notebook that fails has a report of its failure, and the others still run. What is up to date is skipped: same
    notebook, same `lib`, same parameters, same pictures, same versions. at_once: how many notebooks run side by side;
    None: one a core, at most 4. Before anything runs, LookbookError for unknown names, values that a notebook cannot
    work with, more at once than there are cores, data that is missing or damaged, folders that cannot be written. A
    notebook that these pictures do not fit (`lib.course.fit`) is left out with a line; LookbookError when the others
    are done, unless all were asked for.
    """
    kept.refuse_foreign(out / "index.html")
    console = Console(stderr=True, file=sys.stderr, highlight=False, soft_wrap=True, emoji=False)
    outside.refuse_backend()
    paths.weights_folders()  # a notebook would do without them
    at_once = jobs.number(at_once)
    parameters = settings.resolve(names, profile, changes)
    room.refuse(out, "give a folder that can be written: --out DIR, or LOOKBOOK_REPORTS")
    code = _code()
    reasons, pictures = _settle_data(parameters, console, code)
    minutes = settings.profile(profile)["limit_minutes"]
    failed: list[str] = []
    unfit: list[str] = []
    unwritten: list[LookbookError] = []

    def stamp(name: str) -> str:
        return _stamp(name, parameters[name], pictures[name], reasons[name], code, out)

    def changed(name: str) -> bool:
        if not force and _up_to_date(out / name, stamp(name)):
            console.print(f"skipped  {name}: nothing changed", style="dim", markup=False)
            return False
        if why := _unfit(name, parameters[name]):
            unfit.append(why)
        return not why

    def make(name: str, stop: threading.Event) -> None:
        begin = time.monotonic()
        made_from = stamp(name)
        try:
            with show(name) as say, jobs.alone(out, name, say, stop):
                if not changed(name):  # another process has made it meanwhile
                    return None
                results = execute.run(name, parameters[name], out, minutes, reasons[name], say, made_from, stop, share)
        except LookbookError as trouble:  # a disk that is full, a file that a program holds: the others go on
            console.print(Text.assemble(("no report", "red"), f" {name}: {trouble}"))
            return unwritten.append(trouble)
        _tell(name, results, duration(time.monotonic() - begin), out, console)
        if results["status"] != "complete":
            failed.append(name)

    left = settings.left_out(names)
    if left:
        said = f"not run  {', '.join(left)}: not the kit's own; `lookbook report {shlex.quote(left[0])}` runs it"
        console.print(said, markup=False)
    for name in names if profile != "quick" else []:  # quick is what notebooks hold
        if settings.origin(name) not in settings.notebooks():
            console.print(f"{name} runs with its own values: profile {profile} has none for it", markup=False)
    readers = [name for name in names if settings.reads_others(name)]
    with several(console) as show:
        for group in ([name for name in names if name not in readers], readers):  # readers find the others' results
            stale = [name for name in group if changed(name)]
            if any({"epochs", "seeds"} <= set(parameters[name]) for name in stale):  # they train, into the store
                room.refuse(paths.runs(), "set LOOKBOOK_RUNS to a folder that can be written")
            if stale:
                room.refuse(Path(tempfile.gettempdir()), "set TMPDIR (on Windows TEMP) to a folder that can be written")
                from lib.runs import engines  # here, because pandas takes longer than to see that nothing changed

                together = min(at_once, len(stale))
                share = cores.share(together) | engines.share(together)
                jobs.run_all(_longest_first(stale, profile, out), together, make)
    index.write_index(out)
    if unwritten:
        raise unwritten[0]
    everything = len(names) == len(settings.notebooks())  # of which some are for other pictures
    for why in unfit if everything else unfit[1:]:
        console.print(Text.assemble(("left out", "yellow"), f" {why}"))
    if unfit and not everything:
        raise LookbookError(unfit[0])
    return 1 if failed else 0


def _tell(name: str, results: dict, seconds: str, out: Path, console: Console) -> None:
    """Say how a notebook ended, and what was kept of the report before."""
    for sentence in results.get("kept", []):
        console.print(Text.assemble(("kept", "yellow"), f"     {name}: {sentence}"))
    file = out / name / "report.html"
    if results["status"] != "complete":
        error = results["error"]
        where = f" in code cell {error['cell']}" if error["cell"] else ""
        said = f"   {name} after {seconds}{where}: {error['name']}: {error['message']}; see {file}"
        console.print(Text.assemble(("failed", "red"), said))
        return
    console.print(Text.assemble(("done", "green"), f"     {name} in {seconds}"))
    size = file.stat().st_size / 1e6 if file.exists() else 0
    if size > LARGEST:
        said = f"    {name}: {size:.1f} MB, where {LARGEST} are enough: show fewer or smaller pictures"
        console.print(Text.assemble(("large", "yellow"), said))


def _longest_first(names: list[str], profile: str, out: Path) -> list[str]:
    """Return the names in the order that leaves no core idle at the end, by what each took when it was last reported.

    Those whose time is not known come first, as numbered. Another profile's time says nothing, nor does a failure's.
    """

    def seconds(name: str) -> float:
        made = _made(out / name)
        known = made.get("status") == "complete" and made.get("profile") == profile
        return made.get("provenance", {}).get("seconds", float("inf")) if known else float("inf")

    return sorted(names, key=seconds, reverse=True)


def _settle_data(
    parameters: dict[str, dict], console: Console, code: str
) -> tuple[dict[str, str | None], dict[str, list[str]]]:
    """Put the data set's own name into all parameters, so that notebooks that need the same set have the same pictures.

    A notebook that looks at a grey and at a colour set keeps the name as it is, and finds both by it.
    Return for each notebook why a drawn set stands in for the real one (None: it does not), and the fingerprints of its
    pictures. code: a digest of lib. LookbookError for data that is missing or damaged.
    """
    reasons: dict[str, str | None] = dict.fromkeys(parameters)
    stamps: dict[str, list[str]] = {name: [] for name in parameters}
    found_prints: dict[str, str] = {}
    said = set()
    for name, values in parameters.items():
        if "dataset" not in values:
            continue
        found = [catalogue.resolve(values["dataset"], colour) for colour in settings.sets_needed(name)]
        for each in found:
            if each.name not in found_prints:
                found_prints[each.name] = prints.fingerprint(each.name, code)
            if each.reason and each.reason not in said:
                console.print(each.reason, style="yellow", markup=False)
                said.add(each.reason)
        stamps[name] = [found_prints[each.name] for each in found]
        reasons[name] = " ".join(each.reason for each in found if each.reason) or None
        if len({each.name for each in found}) == 1:
            if found[0].name == catalogue.partner(values["dataset"]):
                console.print(f"{name} takes {found[0].name}, the partner of {values['dataset']}", markup=False)
            values["dataset"] = found[0].name
    return reasons, stamps


def _unfit(name: str, parameters: dict) -> str:
    """Return in one line why the notebook can make no sense of its pictures with these parameters; "" where it can."""
    if "dataset" not in parameters:
        return ""
    resolved = catalogue.resolve(parameters["dataset"], settings.sets_needed(name)[0])
    try:
        fit.refuse(name, parameters, catalogue.load(resolved.name))
    except LookbookError as error:
        return str(error)
    return ""


def _code() -> str:
    """Return a digest of all of `lib`: what a report looks like depends on any of it."""
    found = sorted(file for pattern in CODE for file in (paths.ROOT / "lib").rglob(pattern))
    return _digest([(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in found])


def _stamp(name: str, parameters: dict, pictures: list[str], fallback: str | None, code: str, out: Path) -> str:
    """Return a digest of everything that a report of the notebook depends on."""
    decisive: dict[str, object] = {
        "code": code,
        "parameters": parameters,
        "pictures": pictures,
        "versions": provenance.versions(),
    }
    decisive["notebook"] = (paths.NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8")
    decisive["stand_in"] = fallback is not None  # whether, not why: a network fails in many words
    if "imagenet" in parameters:  # weights that may come later
        decisive["weights"] = [(row["backbone"], row["note"]) for row in backbones.available(download=False)]
    decisive["votes"] = str(votes.find())  # optional data that may come later
    sums = paths.REFERENCE / carried.CHECKSUMS
    decisive["reference"] = sums.read_text(encoding="utf-8") if sums.exists() else ""  # runs that a report may show
    decisive["backend"] = outside.backend_name()
    if settings.reads_others(name):
        others = [other for other in settings.notebooks() if other != name]
        decisive["others"] = [_made(out / other).get("provenance", {}).get("started") for other in others]
    return _digest(decisive)


def _digest(content) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _made(folder: Path) -> dict:
    """Return the results that lie in a report's folder; {} where there are none, or damaged ones."""
    try:
        return files.read_json(folder / "results.json")
    except LookbookError:
        return {}


def _up_to_date(folder: Path, stamp: str) -> bool:
    made = _made(folder)
    whole = all((folder / file).is_file() for file in kept.FILES)
    return whole and made.get("status") == "complete" and made.get("stamp") == stamp
