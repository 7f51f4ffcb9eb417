"""A copy of the kit brings an installation that runs the first folder's code: it is noticed, nothing is replaced."""

import os
import shutil
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from lib.base import paths

WINDOWS = os.name == "nt"


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """Two folders: a kit with an installation of its own, as pip makes it, and a copy of the whole as of `cp -a`."""
    first = tmp_path_factory.mktemp("home") / "kit"
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("lib", "notebooks"):
        shutil.copytree(paths.ROOT / name, first / name, ignore=ignored)
    for name in ("pyproject.toml", "Makefile", "requirements.lock", "lookbook_command.py"):
        shutil.copy2(paths.ROOT / name, first)
    (first / "data").mkdir()
    venv.create(first / ".venv", with_pip=False, symlinks=not WINDOWS)
    python = first / ".venv/bin/python"
    (packages,) = (first / ".venv").glob("lib/python*/site-packages")
    (first / ".venv/share").symlink_to(Path(sys.prefix, "share"))  # Jupyter's kernels and templates
    (packages / "kit.pth").write_text("\n".join([str(first), *site.getsitepackages()]))
    command = first / ".venv/bin/lookbook"
    command.write_text(f"#!{python}\nfrom lookbook_command import main\nmain()\n")
    command.chmod(0o755)
    (first / ".venv/bin/.ready").write_text(str(first))
    shutil.copytree(first, first.with_name("kit2"), symlinks=True)
    return first, first.with_name("kit2")


def ran(command, cwd, **environment):
    left = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "LOOKBOOK_REPORTS")}
    return subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, env=left | environment)


PLAN = ["make", "-n", "--no-print-directory", "report"]  # the tests run under make, which would say so

pytestmark = pytest.mark.skipif(WINDOWS, reason="the installation is laid out as on Linux and macOS")


@pytest.mark.parametrize("arguments", [["report", "00", "--profile", "smoke"], ["list"], ["clean"], ["build"]])
@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_copy_that_would_run_the_first_folders_code_is_refused(copied, tmp_path, arguments, elsewhere):
    first, second = copied
    report = first / "reports/00_start_here/report.html"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("of the first folder")
    ended = ran([second / ".venv/bin/lookbook", *arguments], tmp_path if elsewhere else second)
    assert ended.returncode == 2 and ended.stderr.count("\n") == 1 and ended.stdout == ""
    assert ended.stderr.startswith(f"error: this command runs the code of {first}, not of {second}")
    assert f"delete {second / '.venv'} and run `make setup` there" in ended.stderr
    assert report.read_text() == "of the first folder" and not (second / "reports").exists()


def test_check_says_so(copied):
    first, second = copied
    ended = ran([second / ".venv/bin/lookbook", "check"], second)
    (line,) = [line for line in ended.stdout.splitlines() if "lib is this folder's" in line]
    assert ended.returncode == 2 and line.startswith("MISSING") and str(first) in line and str(second) in line


def test_everything_else_goes_on_working(copied, tmp_path):
    first, second = copied
    own, python = first / ".venv/bin/lookbook", first / ".venv/bin/python"
    for place in (first, first / "notebooks", tmp_path):
        assert ran([own, "list"], place).returncode == 0, place
    assert ran([python, "-m", "lib", "list"], second).returncode == 0, "the code of the folder itself"
    worktree = {"PYTHONPATH": str(second)}
    for place in (second, tmp_path):
        assert ran([python, "-m", "lib", "list"], place, **worktree).returncode == 0, "as with a git worktree"


def test_a_report_runs_the_code_of_the_folder_it_is_made_in(copied):
    first, second = copied
    (second / "lib/__init__.py").write_text((second / "lib/__init__.py").read_text() + "\nOF = 'the copy'\n")
    source = second / "notebooks/src/99_who.py"
    source.write_text(
        '# %% [markdown]\n# # 99 · Who?\n\n# %% tags=["parameters"]\nprofile: str = "quick"\n\n'
        "# %%\nimport lib\nprint(lib.OF)\n"
        "from lib.base import files, paths\n"
        "about = {'notebook': '99_who', 'title': 'Who?', 'status': 'complete', 'profile': 'quick'}\n"
        "files.write_json(paths.results_file('99_who'), about | {'parameters': {}, 'provenance': {}})\n"
    )
    python = second / ".venv/bin/python"
    assert ran([python, "-m", "lib", "build"], second).returncode == 0
    ended = ran([python, "-m", "lib", "report", "99"], second)
    assert ended.returncode == 0, ended.stderr
    assert "the copy" in Path(second / "reports/99_who/report.html").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_make_sets_a_copy_up_anew_and_leaves_the_first_as_it_is(copied):
    first, second = copied
    for folder in copied:
        os.utime(folder / ".venv/bin/.ready")
    assert ran(PLAN, first).stdout.split() == [".venv/bin/lookbook", "report"]
    planned = ran(PLAN, second).stdout
    assert "-m venv --clear .venv" in planned and planned.rstrip().endswith(".venv/bin/lookbook report")
    assert f"write_text(r'{second}')" in planned, "so that the next `make` has nothing to do"
    (second / ".venv/bin/.ready").write_text(str(second))
    assert ran(PLAN, second).stdout.split() == [".venv/bin/lookbook", "report"]
    (second / ".venv/bin/.ready").write_text("")
    assert "venv --clear" not in ran(PLAN, second).stdout, "made before it held a folder: kept"
