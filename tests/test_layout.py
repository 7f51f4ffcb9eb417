"""The house: imports point down the list of rooms, never up and in no circle; no file is long; no room is unnamed."""

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from lib.base import paths

LIB = paths.ROOT / "lib"
ROOMS = [  # from the ground up: a room imports from those before it
    "base", "config", "data", "audit", "models", "evaluation", "training", "runs", "evaluation.guards", "explain",
    "claims", "plots", "course", "report", "predict", "notebook", "bench", "cli", "__main__",
]  # fmt: skip
LONGEST = 250  # lines


def modules() -> list[Path]:
    return sorted(file for file in LIB.rglob("*.py") if file != LIB / "__init__.py")


def name_of(file: Path) -> str:
    parts = file.relative_to(paths.ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def room_of(module: str) -> str:
    inside = module.removeprefix("lib.")
    return "evaluation.guards" if inside.startswith("evaluation.guards") else inside.partition(".")[0]


def imports(file: Path, known: set[str]) -> set[str]:
    """Return the modules of the kit that a file imports, lazily or not, but for the type checker."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    typing = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    skipped = {id(inner) for node in typing for inner in ast.walk(node)}
    found = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("lib.")}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "lib":
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in known else node.module for name in inner}
    return found - {"lib"}


@cache
def graph() -> dict[str, set[str]]:
    known = {name_of(file) for file in modules()}
    return {name_of(file): imports(file, known) for file in modules()}


@pytest.mark.parametrize("module", [name_of(file) for file in modules()])
def test_imports_point_down(module):
    own = room_of(module)
    below = ROOMS[: ROOMS.index(own) + 1]
    assert {room_of(other) for other in graph()[module]} <= set(below), f"{own} stands on {below}"


def test_no_circle_of_files():
    faces = {name_of(file) for file in modules() if file.name == "__init__.py"}
    links = {module: others - {module} for module, others in graph().items()}
    for face in faces:  # a package's face shows its own modules, which may name the face
        links = {
            module: others - ({face} if module.startswith(face + ".") else set()) for module, others in links.items()
        }
    TopologicalSorter(links).prepare()


def test_settings_import_errors_alone():
    assert graph()["lib.config"] == {"lib.base.errors"}


@pytest.mark.parametrize("file", modules(), ids=name_of)
def test_no_file_is_long(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_every_room_of_lib_has_tests():
    rooms = {room_of(name_of(file)).partition(".")[0] for file in modules()} - {"__main__"}
    tests = paths.ROOT / "tests"
    assert [
        room for room in sorted(rooms) if not (tests / room).is_dir() and not (tests / f"test_{room}.py").is_file()
    ] == []
