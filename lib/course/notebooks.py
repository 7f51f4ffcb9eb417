"""Which notebooks there are, and the parameters each is run with."""

import ast
import re
from functools import cache
from pathlib import Path

import yaml

from lib.base import paths
from lib.base.errors import LookbookError, nearest
from lib.base.text import shown
from lib.course import legal
from lib.course.changes import fitted, parse_change
from lib.course.reading import cells

__all__ = [
    "cells", "choose", "left_out", "notebooks", "origin", "others", "parameters", "parse_change", "profile", "profiles",
    "reads_others", "resolve", "sets_needed", "title",
]  # fmt: skip


@cache
def _said() -> dict[str, dict]:
    return yaml.safe_load(Path(__file__).with_name("profiles.yaml").read_text(encoding="utf-8"))


def profiles() -> dict[str, dict]:
    """Return what profiles.yaml says, by the name of the profile."""
    return {name: values for name, values in _said().items() if name != "sets"}


def notebooks() -> list[str]:
    """Return the names of the kit's own notebooks, in order: "00_start_here", ...

    They are those with a source in notebooks/src; what somebody laid beside them is in `others`.
    """
    sources = {source.stem for source in (paths.NOTEBOOKS / "src").glob("[0-9][0-9]_*.py")}
    return [name for name in _numbered() if name in sources or not sources]


def others() -> list[str]:
    """Return the names of the notebooks that are not the kit's own: copies that JupyterLab made, one's own."""
    own = notebooks()
    return [name for name in _numbered() if name not in own]


def _numbered() -> list[str]:
    return sorted(file.stem for file in paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def choose(wanted: list[str]) -> list[str]:
    """Return the notebooks meant by numbers, names or paths ("02", "2", "02_baseline_cnn"); the kit's own for none.

    A number means the kit's notebook, never a copy beside it. LookbookError for what means none, or lies elsewhere.
    """
    if not wanted and not notebooks():
        raise LookbookError(f"{paths.NOTEBOOKS}: no notebooks there; `lookbook build` makes them")
    return sorted({name for word in wanted for name in _meant(word)}) if wanted else notebooks()


def _meant(word: str) -> list[str]:
    if Path(word).name != word or word.endswith(".ipynb"):
        return [_at(word)]
    number = word.zfill(2) + "_"
    found = [name for name in _numbered() if shown(name) == shown(word)]  # a Mac spells ö otherwise
    found = found or [name for name in notebooks() if name.startswith(number)]
    found = found or [name for name in others() if name.startswith(number)]
    if not word or len(found) != 1:
        if word and (paths.NOTEBOOKS / f"{word}.ipynb").is_file():
            raise LookbookError(f"{word}.ipynb: has no number; call it, for instance, 14_{word}.ipynb")
        for file in paths.NOTEBOOKS.glob("*") if word else []:
            if file.name.startswith((number, f"{word}.")) and file.suffix != (small := file.suffix.lower()) == ".ipynb":
                raise LookbookError(f"{file.name}: ends in {file.suffix}; rename it {file.stem}{small}")
        raise LookbookError(f"no notebook '{word}': {nearest(word, (word and found) or _numbered())}")
    return found


def _at(word: str) -> str:
    """Return the name of the notebook that a path means: never the kit's own in place of a file that lies elsewhere."""
    path = Path(word).expanduser()
    if not path.exists() and path.name == word:
        path = paths.NOTEBOOKS / word
    for place in (path, path.resolve()):  # or a link to one there
        if place.parent.resolve() == paths.NOTEBOOKS.resolve() and place.suffix.lower() == ".ipynb":
            return _meant(place.stem)[0]
    if not path.is_file():
        what = "a folder" if path.is_dir() else "no such file"
        raise LookbookError(f"{word}: {what}; give a notebook by its number: `lookbook list` shows them")
    raise LookbookError(
        f"{word}: lies outside of {paths.NOTEBOOKS}, where notebooks run; copy it there under a name of its own, for "
        f"instance {path.stem[:2]}_mine.ipynb, and give that name"
    )


def origin(name: str) -> str:
    """Return the notebook whose copy this is, by the name that it gives to `notebook.start`, else by its number.

    Its own name where it is a copy of none. A copy runs with the profile's values for that one, on the same pictures.
    """
    if name in notebooks():
        return name
    code = "\n".join(source for source, _ in cells(paths.NOTEBOOKS / f"{name}.ipynb"))
    found = re.search(r"""notebook\.start\(\s*["']([^"'\n]+)["']""", code)
    known = {*notebooks(), *(each for values in profiles().values() for each in values)}
    alike = [each for each in sorted(known) if each[:2] == name[:2]]
    return next((each for each in [*(found.groups() if found else ()), *alike] if each in known), name)


def left_out(names: list[str]) -> list[str]:
    """Return what is not the kit's own and may have been meant when `names` are run: their copies, or all of them."""
    found = [other for other in others() if other not in names]
    return found if names == notebooks() else [other for other in found if other[:2] in {name[:2] for name in names}]


def parameters(name: str) -> dict:
    """Return the literals of a notebook's cell tagged `parameters`, by name."""
    file = paths.NOTEBOOKS / f"{name}.ipynb"
    source = _parameters_cell(file)
    values, where = {}, 1
    try:
        for node in ast.parse(source).body:
            where = node.lineno
            if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name) or node.value is None:
                raise ValueError
            values[node.target.id] = ast.literal_eval(node.value)
            if not _can_be_handed_on(values[node.target.id]):
                raise ValueError
    except (SyntaxError, ValueError) as error:
        line = (error.lineno or 1) if isinstance(error, SyntaxError) else where
        said = "".join(source.splitlines()[line - 1 : line]).strip()
        raise LookbookError(
            f"{file}: line {line} of the parameters cell is '{said[:80]}', and the cell may hold only lines like "
            "`epochs: int = 3`: a name, a kind, and a value that needs no computing; put other lines into the next cell"
        ) from error
    return values


def _can_be_handed_on(value: object) -> bool:
    """Return whether a notebook can be given this value: a set or bytes would arrive as something else."""
    if isinstance(value, dict):
        return all(map(_can_be_handed_on, [*value, *value.values()]))
    if isinstance(value, list | tuple):
        return all(map(_can_be_handed_on, value))
    return value is None or isinstance(value, str | int | float)


def _parameters_cell(file: Path) -> str:
    """Return the code of the cell tagged `parameters`; LookbookError where none or several are, and which to tag."""
    code = cells(file, ("code",))
    tagged = [number for number, (_, tags) in enumerate(code, start=1) if "parameters" in tags]
    if len(tagged) == 1:
        return code[tagged[0] - 1][0]
    where = "in JupyterLab select it, open the property inspector (the two gears on the right), and look at Cell Tags"
    if tagged:
        numbers = " and ".join(map(str, tagged))
        raise LookbookError(
            f"{file}: code cells {numbers} are tagged 'parameters'; take the tag off all but one: {where}"
        )
    like = [number for number, (source, _) in enumerate(code, start=1) if re.search(r"^profile *:", source, re.M)]
    which = (
        f"code cell {like[0]}, which gives `profile` a value," if like else "the cell with lines like `epochs: int = 3`"
    )
    raise LookbookError(f"{file}: no cell is tagged 'parameters'; tag {which} with it: {where}")


def sets_needed(name: str) -> list[bool]:
    """Return for each data set that a notebook looks at whether it is a product set, in colour and with a table.

    profiles.yaml says so, under `sets`; a test holds the notebooks' code to it.
    """
    return [kind == "colour" for kind in _said()["sets"].get(origin(name), ["grey"])]


def reads_others(name: str) -> bool:
    """Return whether a notebook shows what the others found: it runs last, and is stale when one of them is new."""
    return origin(name).startswith("00")


def title(name: str) -> str:
    """Return the title of a notebook, without its number: the first heading of its first cell; its name without one."""
    file = paths.NOTEBOOKS / f"{name}.ipynb"
    first = (
        next(iter(cells(file)), (name, []))[0] if file.exists() or file.is_symlink() else name
    )  # a copy names the kit's, which may be gone
    heading = first.partition("\n")[0].lstrip("# ")
    return heading.partition(" · ")[2] or heading or name


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
        wanted = settings.get("all", {}) | settings.get(origin(name), {}) | changes | {"profile": profile_name}
        resolved[name] = values | {key: fitted(value, values[key]) for key, value in wanted.items() if key in values}
        for key, value in resolved[name].items():
            if type(value) is not type(values[key]) and not (type(values[key]) is float and type(value) is int):
                kind = type(values[key]).__name__
                raise LookbookError(f"{name}: {key}={value!r} should be of type {kind}, like {key}={values[key]!r}")
        legal.refuse(name, resolved[name])
    return resolved
