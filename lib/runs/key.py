"""The name of a run: a hash of its settings, its data, the backend, and the VERSION of each room that decides figures.

Code is not hashed: moving a file or wording a message anew trains nothing again. versions.yaml lists the rooms, each
with a digest of its code; a test asks whoever changes one: did figures change? Then its version goes up.
"""

import ast
import hashlib
import json
from functools import cache
from pathlib import Path

import yaml

from lib import models
from lib.base import files, outside, paths
from lib.config import AugmentationConfig, RunConfig
from lib.models import needs

VERSIONS = Path(__file__).with_name("versions.yaml")
HEADING = """\
# The rooms that decide the figures of a run. Raise `version` when figures change: every run that used the room is then
# trained again. `lookbook build` renews the digests (of the code without comments, docstrings, imports and messages).
"""


def key(config: RunConfig, data_fingerprint: str, start: str | None = None) -> str:
    """Return the run's name, 16 hex digits.

    data_fingerprint: `Dataset.fingerprint`. start: the key of the run to begin from, which may have other pictures.
    LookbookError for an unknown system, or one whose backbone has no weights here.
    """
    decisive = {
        "settings": canonical(config),
        "data": data_fingerprint,
        "backend": outside.backend_name(),
        "versions": {room: versions()[room]["version"] for room in rooms(config)},
        "network": repr(models.SYSTEMS.get(config.system)),
        "weights": needs.weights_digest(config),
        "start": start,
    }
    return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()[:16]


def canonical(config: RunConfig) -> str:
    """Return the settings as JSON text that is the same for the same settings."""
    settings = config.model_dump(mode="json", exclude_defaults=True)  # a new setting leaves the older keys as they are
    return json.dumps(settings, sort_keys=True, separators=(",", ":"))


def rooms(config: RunConfig) -> list[str]:
    """Return the rooms of versions.yaml that decide this run's figures."""
    found = ["defaults", "prepare", "splits", "train", *models.rooms(config.system)]
    if config.system not in models.ANCHORS:
        found += ["loop", "ends"]
    if needs.takes_features(config):
        found.append("features")
    if config.data.protocol != "kit":
        found += ["r1", "augment"]
    if config.imbalance != "none":
        found.append("imbalance")
    if config.augmentation != AugmentationConfig():
        found.append("augment")
    if config.optimizer.schedule != "constant":
        found.append("schedules")
    return sorted(set(found))


@cache
def versions() -> dict[str, dict]:
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
    now = {room: entry | {"digest": digest(paths.ROOT / entry["file"])} for room, entry in sorted(versions().items())}
    if now == versions():
        return False
    files.write_text(VERSIONS, HEADING + yaml.safe_dump(now, sort_keys=False))
    versions.cache_clear()
    return True
