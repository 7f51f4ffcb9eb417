"""The kit as a whole: what installs it, what importing it costs, what the README promises."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

import lib
from lib.base import paths

PROJECT = tomllib.loads((paths.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
LOCK = (paths.ROOT / "requirements.lock").read_text(encoding="utf-8")
MODULES = sorted((paths.ROOT / "lib").rglob("*.py"))


def named(requirement):
    return re.match(r"[A-Za-z0-9_.-]+", requirement).group().lower().replace("_", "-")


def test_lib_is_this_folder():
    assert paths.ROOT / "lib" in [path.resolve() for path in map(type(paths.ROOT), lib.__path__)]


def test_types_fit():
    """Here, not before the tests, so that it takes one core while the others take the rest."""
    found = subprocess.run([sys.executable, "-m", "mypy"], capture_output=True, text=True, cwd=paths.ROOT)
    assert found.returncode == 0, found.stdout[-3000:]


def test_git_does_not_ignore_lib():
    if not (paths.ROOT / ".git").exists():
        pytest.skip("not a git checkout: nothing to ask")
    asked = subprocess.run(["git", "check-ignore", "-q", "lib/data/dataset.py"], cwd=paths.ROOT)
    assert asked.returncode == 1, "GitHub's Python template ignores lib/"


def test_lock_holds_every_dependency_with_hashes_and_no_address():
    wanted = [*PROJECT["project"]["dependencies"], *EXTRAS["jax"], *EXTRAS["dask"], *EXTRAS["dev"]]
    locked = {
        line.split("==")[0].lower() for line in LOCK.splitlines() if "==" in line and not line.startswith((" ", "#"))
    }
    names = {named(requirement) for requirement in wanted} - {"lookbook"}  # whose extra dev takes in
    assert names - {re.sub(r"\[.*", "", name) for name in locked} == set()
    assert "--hash=sha256:" in LOCK and "://" not in LOCK


def test_what_lib_imports_is_declared():
    """So that it is there without one of the others happening to bring it."""
    distributions = importlib.metadata.packages_distributions()
    nodes = [node for file in MODULES for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    tops = {name.partition(".")[0] for name in imported} - set(sys.stdlib_module_names) - {"lib"}
    optional = [*EXTRAS["jax"], *EXTRAS["dask"], *EXTRAS["study"]]
    declared = {named(requirement) for requirement in [*PROJECT["project"]["dependencies"], *optional]}
    brought = {top: {name.lower().replace("_", "-") for name in distributions[top]} for top in tops}
    assert [top for top, names in brought.items() if not names & declared] == []


def test_environment_for_conda_says_what_the_project_says():
    environment = yaml.safe_load((paths.ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, nested = environment["dependencies"]
    assert python == "python" + PROJECT["project"]["requires-python"]
    assert (pip, nested) == ("pip", {"pip": ["-e ."]}), "everything else comes from pyproject.toml"


SLOW = ("keras", "tensorflow", "pandas", "matplotlib", "nbformat", "PIL", "bs4", "jinja2", "numpy")


@pytest.mark.parametrize("arguments", [["--help"], ["list"]])
def test_asking_what_there_is_imports_nothing_slow(arguments):
    code = (
        f"import sys; sys.argv = ['lookbook', *{arguments}]; from lib.cli import main\n"
        f"try: main()\nfinally: print([m for m in {SLOW} if m in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.stdout.splitlines()[-1] == "[]", ended.stderr


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(paths.ROOT)))
def test_every_module_can_be_imported_and_says_what_it_is(file):
    parts = file.relative_to(paths.ROOT).with_suffix("").parts
    if parts[-1] == "__main__":
        return
    module = importlib.import_module(".".join(part for part in parts if part != "__init__"))
    assert module.__doc__ and module.__doc__.strip()


def test_keras_is_imported_in_one_place_only():
    backend = re.compile(r"^\s*(import|from) (keras|tensorflow|jax)", re.M)
    other = [file.name for file in MODULES if backend.search(file.read_text("utf-8"))]
    # models/__init__.py names it for the type checker; blocks.py and gradients.py take the backend of a given network.
    assert sorted(other) == ["__init__.py", "backend.py", "blocks.py", "gradients.py"]


def test_the_tree_for_authors_shows_every_part():
    shown = (paths.ROOT / "docs" / "EXTEND.md").read_text(encoding="utf-8")
    tops = {file.relative_to(paths.ROOT / "lib").parts[0] for file in MODULES} - {"__init__.py", "__main__.py"}
    assert [name for name in tops if name.removesuffix(".py") not in shown] == []
    for name in ("notebooks/", "src/", "data/", "reports/", "runs/", "tests/", "environment.yml", "requirements.lock"):
        assert name in shown


def test_readme_commands_exist():
    readme = (paths.ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (paths.ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"^ *(?:\$ )?make (\w+)", readme, re.M)) <= targets
    helped = subprocess.run([sys.executable, "-m", "lib", "--help"], capture_output=True, text=True).stdout
    for command in set(re.findall(r"lookbook ([a-z]+)", readme)):
        assert re.search(rf"^\W*{command}\b", helped, re.M), command
