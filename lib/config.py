"""The settings that decide a training, and the key that names it.

Two runs with the same key are the same run: `lib.runs` never trains one twice.
"""

import ast
import hashlib
import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lib.errors import LookbookError, nearest

SCHEMA = 1  # raise it when the meaning of a setting changes: every run gets a new key


class Settings(BaseModel):
    """Base of all settings: unknown names are refused, values cannot change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DataConfig(Settings):
    """Which pictures are trained on, chosen on and tested on."""

    name: str  # data set, as `lib.data.catalogue.load` knows it
    target: str = "class"
    limit: int | None = Field(None, ge=20)  # training and validation pictures together; None: all
    validation: float = Field(0.2, gt=0, lt=1)  # share of those kept for choosing
    split_seed: int = 0  # one split for all seeds, so that runs differ in the training alone


class OptimizerConfig(Settings):
    """Optimiser by Keras's name; Adam with its usual step where a report says no more."""

    name: Literal["adam", "adamw", "rmsprop", "sgd"] = "adam"
    learning_rate: float = Field(0.001, gt=0)


class RunConfig(Settings):
    """Everything that decides a training. `system` is an id of systems.md, or one of `lib.anchors`."""

    system: str
    arguments: dict[str, Any] = {}  # of the system's builder
    data: DataConfig
    optimizer: OptimizerConfig = OptimizerConfig()
    batch_size: int = Field(32, ge=1)
    epochs: int = Field(20, ge=1)
    precision: Literal["float32", "mixed_bfloat16"] = "float32"
    seed: int = Field(0, ge=0)

    @property
    def label(self) -> str:
        """Return the system's id with its arguments, as tables show it: "R2.optimised dropout=0.5"."""
        return " ".join([self.system, *(f"{name}={value}" for name, value in sorted(self.arguments.items()))])


def parse(settings: dict, where: str = "the settings") -> RunConfig:
    """Return `settings` as a RunConfig; LookbookError in one line that names the first wrong setting."""
    try:
        return RunConfig(**settings)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        hint = ""
        if first["type"] == "extra_forbidden":
            parts: dict[str, type[Settings]] = {"data": DataConfig, "optimizer": OptimizerConfig}
            fields = parts.get(str(first["loc"][0]), RunConfig).model_fields
            hint = f" ({nearest(str(first['loc'][-1]), list(fields))})"
        raise LookbookError(f"{where}: {name}: {first['msg']}{hint}") from error


def read(file: Path) -> RunConfig:
    """Return the RunConfig in a JSON file."""
    try:
        settings = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise LookbookError(f"{file}: no such file; the config.json in a folder of runs/ is an example") from error
    except ValueError as error:
        raise LookbookError(f"{file}: not JSON ({error}); every run's config.json is an example") from error
    if not isinstance(settings, dict):
        raise LookbookError(
            f"{file}: holds no settings but a {type(settings).__name__}; every run's config.json is one"
        )
    return parse(settings, where=str(file))


def canonical(config: RunConfig) -> str:
    """Return the settings as JSON text that is the same for the same settings."""
    return json.dumps(config.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))


def key(config: RunConfig, data_fingerprint: str) -> str:
    """Return the run's name, 16 hex digits: a hash of settings, pictures, the code that decides the run, and SCHEMA."""
    parts = [canonical(config), data_fingerprint, code_fingerprint(config.system), str(SCHEMA)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def code_fingerprint(system: str) -> str:
    """Return a hash of what builds, splits and trains: the system's module and fixed arguments, splits.py, training.py.

    Comments and docstrings do not count, so that a better explanation does not cost a training.
    """
    from lib import models

    here = Path(__file__).parent
    digest = hashlib.sha256(repr(models.SYSTEMS.get(system)).encode())
    for file in (models.source(system), here / "data" / "splits.py", here / "training.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
                node.body = node.body[1:] or [ast.Pass()]
        digest.update(ast.unparse(tree).encode())
    return digest.hexdigest()
