"""The rooms that decide figures, each a file with a version (versions.yaml): what is stored is named by versions.

A digest of each file's code stands beside its version. When the code changes, a test asks whoever changed it: did
figures change? Then the version goes up, and what depends on it is made again.
"""

import ast
import hashlib
import json
from functools import cache
from pathlib import Path

import yaml

from lib.base import files, paths, provenance

VERSIONS = Path(__file__).with_name("versions.yaml")
HEADING = """\
# The rooms that decide the figures of a run. Raise `version` when figures change: every run that used the room is then
# trained again. `lookbook build` renews the digests (of the code without comments, docstrings, imports and messages).
"""


def of(*rooms: str) -> dict[str, int]:
    """Return the versions of these rooms by name."""
    return {room: read()[room]["version"] for room in rooms}


def kit() -> str:
    """Return what two computers must have alike to train the same runs: the kit's version and a digest of its rooms."""
    rooms = hashlib.sha256(json.dumps(read(), sort_keys=True).encode()).hexdigest()[:8]
    return f"{provenance.versions()['lookbook']}-{rooms}"


@cache
def read() -> dict[str, dict]:
    """Return versions.yaml: for each room its file, version and digest."""
    return yaml.safe_load(VERSIONS.read_text(encoding="utf-8"))


def digest(file: Path) -> str:
    """Return 16 hex digits of what a Python file does: comments, docstrings, imports and messages do not count."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return hashlib.sha256(ast.unparse(_Bare().visit(tree)).encode()).hexdigest()[:16]


class _Bare(ast.NodeTransformer):
    """Takes out of a syntax tree what changes no figure."""

    def visit_Import(self, node: ast.Import) -> None:
        return None

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        return None

    def visit_Raise(self, node: ast.Raise) -> ast.Raise:
        return ast.Raise()

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if isinstance(node.value, ast.Constant) else node


def renew() -> bool:
    """Write the digests of today's code into versions.yaml; return whether one changed. Versions stay as they are."""
    now = {room: entry | {"digest": digest(paths.ROOT / entry["file"])} for room, entry in sorted(read().items())}
    if now == read():
        return False
    files.write_text(VERSIONS, HEADING + yaml.safe_dump(now, sort_keys=False))
    read.cache_clear()
    return True
