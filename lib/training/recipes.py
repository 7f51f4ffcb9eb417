"""How the reports trained their systems (recipes.yaml), and how a run is named that differs from its recipe."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lib import config as configs
from lib import models
from lib.base.errors import LookbookError
from lib.config import DataConfig, RunConfig


@cache
def load() -> dict[str, dict]:
    """Return recipes.yaml: for each system the settings that differ from RunConfig's defaults."""
    return yaml.safe_load(Path(__file__).with_name("recipes.yaml").read_text(encoding="utf-8"))


def recipe(system: str, data: DataConfig, **changes: Any) -> RunConfig:
    """Return the settings with which the report trained `system`, on `data`, with `changes`.

    A change of `optimizer`, `arguments` or `early_stopping` is a dictionary and changes only what it names; an
    `augmentation` is the name of a policy of `lib.data.policies`, or None. LookbookError for an unknown name or value.
    """
    settings: dict[str, Any] = {"system": models.check(system), "data": data} | load().get(system, {})
    for name, change in changes.items():
        before = settings.get(name)
        settings[name] = before | change if isinstance(before, dict) and isinstance(change, dict) else change
    if "augmentation" in settings:
        settings["augmentation"] = _augmentation(settings["augmentation"])
    return configs.parse(settings, where=f"settings of {system}")


def read(file: Path) -> RunConfig:
    """Return the settings in a JSON file; what it leaves out is as the recipe of its system says.

    Nothing is mixed: a file that names the optimizer names all of it. LookbookError for what is no settings.
    """
    given = configs.settings_in(file)
    try:
        json.dumps(given, allow_nan=False)
    except ValueError as error:
        raise LookbookError(f"{file}: NaN and Infinity are no settings; give numbers") from error
    usual = load().get(str(given.get("system")), {})
    if "augmentation" in usual:
        usual = usual | {"augmentation": _augmentation(usual["augmentation"])}
    return configs.parse(usual | given, where=str(file))


def _augmentation(policy: str | None) -> dict:
    from lib.data import policies

    if policy is not None and not isinstance(policy, str):
        raise LookbookError(f"augmentation {policy}: give the name of a policy of lib.data.policies, or None")
    return {} if policy is None else policies.policy(policy).model_dump()


def label(config: RunConfig) -> str:
    """Return the system's id and each setting that its recipe has otherwise: "R2.optimised dropout=0.5 batch_size=128".

    Epochs and seed do not count: tables have their own columns for them; nor do the pictures, but for the wrong ways to
    divide them (protocol, grouped).
    """
    own, usual = (_flat(settings) for settings in (config, recipe(config.system, config.data)))
    changed = [f"{name}={value}" for name, value in own.items() if usual.get(name) != value]
    changed += [f"protocol={config.data.protocol}"] if config.data.protocol != "kit" else []
    changed += [] if config.data.grouped else ["grouped=False"]
    return " ".join([config.system, *changed])


def _flat(config: RunConfig) -> dict[str, Any]:
    settings = config.model_dump()
    optimizer, stopping = settings["optimizer"], settings["early_stopping"] or {"early_stopping": "none"}
    flat = dict(sorted(settings["arguments"].items()))
    flat |= {"optimizer": optimizer.pop("name")} | optimizer
    flat |= {"augmentation": _policy_name(config)} | stopping
    flat["start"] = config.start.system if config.start else "none"
    rest = ("batch_size", "imbalance", "precision", "label_smoothing", "test_every_epoch", "test_time_flip")
    return flat | {name: settings[name] for name in rest}


def _policy_name(config: RunConfig) -> str:
    if config.augmentation == configs.AugmentationConfig():
        return "none"
    from lib.data import policies

    names = [name for name, policy in policies.POLICIES.items() if policy == config.augmentation]
    return names[0] if names else ",".join(f"{k}:{v}" for k, v in config.augmentation.model_dump().items() if v)
