"""Modules in folders of the user hide neither Python's own nor the kit's, and can be imported all the same."""

import os
import subprocess
import sys

import pytest

from lib.base import paths, start

HIDE = ("queue", "random", "numpy", "typer", "lib/__init__", "papermill")


@pytest.fixture
def homework(tmp_path):
    for name in HIDE:
        file = tmp_path / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text("raise SystemExit('a file of the user was imported: ' + __file__)")
    (tmp_path / "mine.py").write_text("import random, sys; print(random.Random().__class__, sys.flags.optimize)")
    return tmp_path


def ran(command, folder, **variables):
    places = os.pathsep.join([str(folder), str(paths.ROOT)])
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": places} | variables
    )


@pytest.mark.parametrize(
    "code",
    [
        "import lookbook_command, sys; sys.argv = ['lookbook', 'list']; lookbook_command.main()",
        "import lookbook_command, random, queue, numpy, papermill, mine, lib.base.paths",
    ],
)
def test_the_command_finds_its_own_modules(homework, code):
    ended = ran([sys.executable, "-c", code], homework, PYTHONWARNINGS="error")
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_what_the_kit_starts_does_so_too_and_hears_no_variable_of_python(homework):
    ended = ran(start.command("mine"), homework, PYTHONOPTIMIZE="2", PYTHONVERBOSE="1")
    assert ended.returncode == 0 and ended.stdout == "<class 'random.Random'> 0\n" and ended.stderr == ""


@pytest.mark.skipif(os.name == "nt", reason="Windows removes no folder that somebody is in")
def test_a_folder_that_is_gone_is_one_line(homework):
    code = "import lookbook_command; lookbook_command.main()"
    command = f"mkdir gone && cd gone && rmdir ../gone && exec {sys.executable} -c '{code}'"
    ended = ran(["sh", "-c", command], homework)
    assert ended.returncode == 2 and ended.stderr.startswith("error: the folder you are in is not there any more")


def test_a_script_of_the_installation_begins_where_nothing_can_hide_it():
    assert 'lookbook = "lookbook_command:main"' in (paths.ROOT / "pyproject.toml").read_text(encoding="utf-8")
