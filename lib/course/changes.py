"""What people write after `--set`: a number, a word, a list."""

import re

import yaml

from lib.base.errors import LookbookError

FLOW = ("[", "{", '"', "'")  # what begins so is YAML; anything else is a number or a word, whatever is in it
SCALARS = {  # YAML 1.2's: to 1.1, which PyYAML reads, 1e-3 is a word, 012 is ten, 1:30 is ninety, and `no` is false
    "tag:yaml.org,2002:bool": re.compile(r"true|True|TRUE|false|False|FALSE"),
    "tag:yaml.org,2002:null": re.compile(r"null|Null|NULL|None|~|"),
    "tag:yaml.org,2002:int": re.compile(r"[-+]?[0-9][0-9_]*"),
    "tag:yaml.org,2002:float": re.compile(
        r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
    ),
}
SPOKEN = {"yes": True, "on": True, "no": False, "off": False}


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict = {}


for _tag, _pattern in SCALARS.items():
    _Loader.add_implicit_resolver(_tag, re.compile(f"(?:{_pattern.pattern})$"), None)
_Loader.add_constructor("tag:yaml.org,2002:int", lambda _, node: int(node.value.replace("_", "")))


def parse_change(text: str) -> tuple[str, object]:
    """Return ("epochs", 3) for "epochs=3"; LookbookError without a `=`, or for a list that does not end."""
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise LookbookError(f"--set {text}: write it as name=value, for example --set epochs=3")
    value = value.strip()
    if not value.startswith(FLOW) and not any(pattern.fullmatch(value) for pattern in SCALARS.values()):
        return name, value
    try:
        return name, yaml.load(value, _Loader)
    except yaml.YAMLError as error:
        raise LookbookError(f"--set {text}: the value cannot be read: {value}") from error


def fitted(value: object, like: object) -> object:
    """Return yes and no as true and false where the parameter is one of them; every other value as it is."""
    return SPOKEN.get(value.lower(), value) if isinstance(value, str) and isinstance(like, bool) else value
