"""Modules in folders of the user hide neither Python's own nor the kit's, and can be imported all the same."""

import os
import site
import subprocess
import sys
from types import SimpleNamespace

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


def test_a_command_that_python_would_change_before_its_first_line_begins_again_without(homework, monkeypatch):
    words = []
    monkeypatch.setattr(start, "_become", words.append)
    monkeypatch.setattr(sys, "argv", ["lookbook", "report", "02"])
    monkeypatch.delenv("PYTHONPATH", raising=False)
    start.begin_again()
    assert words == [], "as everybody starts it"
    monkeypatch.setenv("PYTHONINSPECT", "1")
    start.begin_again()
    assert words == [start.command("lib", "report", "02")] and "-E" in words[0]
    monkeypatch.delenv("PYTHONINSPECT")
    monkeypatch.setenv("PYTHONPATH", str(homework))
    monkeypatch.setitem(sys.modules, "sitecustomize", SimpleNamespace(__file__=str(homework / "sitecustomize.py")))
    start.begin_again()
    assert len(words) == 2
    monkeypatch.setenv("PYTHONPATH", str(homework / "elsewhere"))
    start.begin_again()
    assert len(words) == 2, "an administrator's stays"


def test_packages_of_the_user_do_not_stand_before_installed_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(site, "ENABLE_USER_SITE", True)
    monkeypatch.setattr(site, "getusersitepackages", lambda: str(tmp_path))
    monkeypatch.setattr(sys, "path", ["/stdlib", str(tmp_path), "/installed"])
    monkeypatch.delenv("PYTHONPATH", raising=False)
    start.tidy()
    assert sys.path == ["/stdlib", "/installed", str(tmp_path)]


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
