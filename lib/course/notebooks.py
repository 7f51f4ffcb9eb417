"""Which notebooks there are, and the parameters each is run with."""

import ast
import json
from functools import cache
from pathlib import Path

import yaml

from lib.base import paths
from lib.base.errors import LookbookError, nearest
from lib.course import legal


@cache
def _said() -> dict[str, dict]:
    return yaml.safe_load(Path(__file__).with_name("profiles.yaml").read_text(encoding="utf-8"))


def profiles() -> dict[str, dict]:
    """Return what profiles.yaml says, by the name of the profile."""
    return {name: values for name, values in _said().items() if name != "sets"}


def notebooks() -> list[str]:
    """Return the names of all notebooks, in order: "00_start_here", ..."""
    return sorted(file.stem for file in paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def choose(wanted: list[str]) -> list[str]:
    """Return the notebooks meant by numbers or names ("02", "2", "02_baseline_cnn"); all for none."""
    names = notebooks()
    if not wanted:
        return names
    chosen = []
    for word in wanted:
        stem = Path(word).stem
        found = [name for name in names if name == stem or name[:2] == stem.zfill(2)]
        if not found:
            raise LookbookError(f"no notebook '{word}': {nearest(stem, names)}")
        chosen += found
    return sorted(set(chosen))


def parameters(name: str) -> dict:
    """Return the literals of a notebook's cell tagged `parameters`, by name."""
    file = paths.NOTEBOOKS / f"{name}.ipynb"
    tagged = [source for source, tags in cells(file) if "parameters" in tags]
    if len(tagged) != 1:
        raise LookbookError(f"{file}: needs exactly one cell tagged 'parameters', has {len(tagged)}")
    values = {}
    try:
        for node in ast.parse(tagged[0]).body:
            if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name) or node.value is None:
                raise ValueError(f"line {node.lineno}")
            values[node.target.id] = ast.literal_eval(node.value)
    except (SyntaxError, ValueError) as error:
        raise LookbookError(f"{file}: the parameters cell may hold only lines like `epochs: int = 3`") from error
    return values


def sets_needed(name: str) -> list[bool]:
    """Return for each data set that a notebook looks at whether it is a product set, in colour and with a table.

    profiles.yaml says so, under `sets`; a test holds the notebooks' code to it.
    """
    return [kind == "colour" for kind in _said()["sets"].get(name, ["grey"])]


def reads_others(name: str) -> bool:
    """Return whether a notebook shows what the others found: it runs last, and is stale when one of them is new."""
    return name.startswith("00")


def title(name: str) -> str:
    """Return the title of a notebook, without its number: the first heading of its first cell; its name without one."""
    first = next(iter(cells(paths.NOTEBOOKS / f"{name}.ipynb")), (name, []))[0]
    heading = first.partition("\n")[0].lstrip("# ")
    return heading.partition(" · ")[2] or heading


def cells(file: Path) -> list[tuple[str, list[str]]]:
    """Return text and tags of every cell; read as JSON, because importing nbformat takes over a second.

    A byte-order mark is passed over. LookbookError for a file that is no notebook: where in it, and what to do.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8-sig"))
        return [("".join(cell["source"]), list(cell.get("metadata", {}).get("tags", []))) for cell in found["cells"]]
    except OSError as error:
        raise LookbookError(f"{file}: cannot be read ({error.strerror}); check its permissions") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LookbookError(f"{file}{_fault(file, error)}") from error


def _fault(file: Path, error: Exception) -> str:
    """Return where a file is no notebook, why, and what to do so that no work in it is lost."""
    content = file.read_bytes()
    for number, line in enumerate(content.splitlines(), start=1):
        if line.startswith((b"<<<<<<< ", b">>>>>>> ", b"||||||| ")):
            return (
                f", line {number}: git left two versions here; open it in a text editor, keep one of them, and delete "
                "the lines that begin with <<<<<<<, ======= and >>>>>>>"
            )
    if isinstance(error, UnicodeDecodeError):
        at = error.object.count(b"\n", 0, error.start) + 1
        return f", line {at}: not UTF-8; open it in a text editor and save it with the encoding UTF-8"
    aside = "move it out of the folder, which keeps your work, then `lookbook build` makes a new one"
    if isinstance(error, json.JSONDecodeError):
        ends = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated")
        reason = "cut off" if ends else error.msg
        return f", line {error.lineno}: not a readable notebook ({reason}); mend it there, or {aside}"
    return f", line 1: not a notebook of version 4, which has `cells` with a `source` each; {aside}"


def profile(name: str) -> dict:
    """Return the profile of that name, as profiles.yaml says it."""
    if name not in profiles():
        raise LookbookError(f"unknown profile '{name}': {nearest(name, list(profiles()))}")
    return profiles()[name]


def resolve(names: list[str], profile_name: str, changes: dict[str, object]) -> dict[str, dict]:
    """Return for each notebook the parameters it runs with: its own, then the profile's, then `changes`.

    LookbookError when no chosen notebook knows a name in `changes`, or when a notebook cannot work with a value.
    """
    settings = profile(profile_name)
    own = {name: parameters(name) for name in names}
    known = sorted({parameter for values in own.values() for parameter in values})
    for parameter in changes:
        if parameter == "profile":
            raise LookbookError("--set profile=... changes the name alone; write --profile instead")
        if parameter not in known:
            raise LookbookError(f"no chosen notebook has a parameter '{parameter}': {nearest(parameter, known)}")
    resolved = {}
    for name, values in own.items():
        wanted = settings.get("all", {}) | settings.get(name, {}) | changes | {"profile": profile_name}
        resolved[name] = values | {key: value for key, value in wanted.items() if key in values}
        for key, value in resolved[name].items():
            if type(value) is not type(values[key]) and not (type(values[key]) is float and type(value) is int):
                kind = type(values[key]).__name__
                raise LookbookError(f"{name}: {key}={value!r} should be of type {kind}, like {key}={values[key]!r}")
        legal.refuse(name, resolved[name])
    return resolved


def parse_change(text: str) -> tuple[str, object]:
    """Return ("epochs", 3) for "epochs=3"; the value is read as YAML. LookbookError without a `=`."""
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise LookbookError(f"--set {text}: write it as name=value, for example --set epochs=3")
    try:
        return name, yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise LookbookError(f"--set {text}: the value cannot be read: {value}") from error
