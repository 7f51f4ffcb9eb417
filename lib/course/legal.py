"""Which values the parameters of the kit's notebooks may have: said before anything runs, not after minutes of it.

A parameter without a rule is the reader's own, and may be anything.
"""

import math
import os
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from lib.base import paths
from lib.base.errors import LookbookError, nearest

Rule = Callable[[Any], str]  # returns what is legal, where a value is not; else ""


def refuse(notebook: str, values: dict[str, Any]) -> None:
    """Raise LookbookError, in one line, for the first parameter of a notebook whose value it cannot work with."""
    number = notebook[:2]
    for name, value in values.items():
        rule = _rules().get(f"{number} {name}") or _rules().get(name)
        wanted = rule(value) if rule else ""
        if wanted:
            shown = repr(value) if len(repr(value)) <= 80 else f"{repr(value)[:77]}..."
            raise LookbookError(f"{notebook}: {name}={shown}: {wanted}")
    if number == "04" and values.get("base") not in values.get("batch_sizes", [values.get("base")]):
        raise LookbookError(f"{notebook}: base={values['base']}: give one of batch_sizes={values['batch_sizes']}")
    if number == "05" and not values.get("low", 0) < values.get("high", 1):
        raise LookbookError(f"{notebook}: low={values['low']}: give less than high={values['high']}")


def _whole(least: int, most: int, zero: bool = False) -> Rule:
    told = f"give {'0 (all), or ' if zero else ''}a whole number from {least:,} to {most:,}"

    def rule(value: Any) -> str:
        fits = _is(value, int) and (least <= value <= most or zero and value == 0)
        return "" if fits else told

    return rule


def _real(least: float, most: float, told: str, ends: str = "") -> Rule:
    """Numbers between two; ends: which of the two count, "[" the first, "]" the last."""

    def rule(value: Any) -> str:
        fits = _is(value, int, float) and math.isfinite(value) and least <= value <= most
        fits = fits and (value != least or "[" in ends) and (value != most or "]" in ends)
        return "" if fits else told

    return rule


def _is(value: Any, *kinds: type) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)  # True is no 1


def _one_of(names: Iterable[str]) -> Rule:
    known = list(names)
    return lambda value: "" if value in known else nearest(str(value), known)


def _each(rule: Rule, least: int = 1) -> Rule:
    """Lists, each of whose members keeps the rule, and none stands there twice."""

    def whole(value: Any) -> str:
        if not isinstance(value, list | tuple):
            return "give a list, in square brackets"
        for member in value:
            if wanted := rule(member):
                return f"{member!r} in it: {wanted}"
            if value.count(member) > 1:
                return f"{member!r} stands there twice; give it once"
        return "" if len(value) >= least else f"give a list of {least} or more"

    return whole


def _share(value: Any) -> str:
    fits = isinstance(value, str) and re.fullmatch(r"[01]?\.\d+|[01]", value) and float(value) <= 1
    return "" if fits else 'give a share from 0 to 1 as text, as it is printed: "0.8333"'


def _file(value: Any) -> str:
    if not isinstance(value, str) or not value:
        return "give the name of a file or folder, in quotation marks"
    if (paths.NOTEBOOKS / value).exists():
        return ""
    here = Path(os.path.expanduser(value)).resolve()
    return f"give {str(here)!r}" if here.exists() else f"there is no such file, seen from {paths.NOTEBOOKS}"


def _network(value: Any) -> str:
    """Networks that answer one question about pictures alone: without a backbone, or a second target."""
    from lib import models

    known = [name for name, (module, _) in models.SYSTEMS.items() if module not in models.SEVERAL]
    return _one_of(known)(value)


def _backbone(value: Any) -> str:
    from lib.models import backbones

    return _one_of(backbones.BACKBONES)(value)


def _policy(value: Any) -> str:
    from lib.data import policies

    return _one_of(policies.POLICIES)(value)


def _row(value: Any) -> str:
    from lib.runs import full_length

    grids = [full_length.grid(name) for name in full_length.SHAPES]
    return _one_of(full_length.as_recipes(*grids))(value)


def _flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "give true or false"


@cache
def _rules() -> dict[str, Rule]:
    """Return rules by the parameter's name, with the number of a notebook before it where it is that one's alone."""
    from lib.config import OptimizerConfig

    schedules = OptimizerConfig.model_fields["schedule"].annotation.__args__  # type: ignore[union-attr]
    pictures, some = _whole(20, 1_000_000, zero=True), _whole(20, 1_000_000)
    epochs, batch = _whole(1, 10_000), _whole(1, 100_000)
    rate = _real(0, 1000, "give a learning rate above 0, for instance 0.001", "]")
    return {
        "limit": pictures, "article_limit": pictures, "colour_limit": pictures, "08 few": some,
        "01 pictures": _whole(1, 1_000_000, zero=True),
        "epochs": epochs, "few_epochs": epochs, "fine_epochs": epochs, "colour_epochs": _whole(0, 10_000),
        "04 epochs": _whole(2, 10_000), "seeds": _whole(1, 1000), "batch_size": batch, "download": _flag,
        "system": _network, "systems": _each(_network), "imagenet": _each(_backbone, 0),
        "03 rates": _each(_real(0, 1, "give a share from 0 to below 1", "[")), "05 rates": _each(rate),
        "05 low": rate, "05 high": rate, "05 schedules": _each(_one_of(schedules)),
        "04 batch_sizes": _each(batch, 2), "04 base": batch,
        "06 factors": _each(_real(0, 1e6, "give a number above 0", "]")),
        "07 operations": _each(_policy), "11 number": _whole(1, 10_000),
        "12 most": _whole(700, 1_000_000), "12 share": _share,
        "12 of_pictures": _whole(1, 10_000_000), "13 leave_out": _each(_row, 0), "mine": _each(_file, 0),
    }  # fmt: skip
