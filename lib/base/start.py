"""How Python finds modules: Python's own and installed ones first, those in folders of the user last.

PYTHONPATH, and for `python -m` the working directory, come before all others. A `random.py` or a package `lib` of some
homework there would be taken for Python's or the kit's own. Here they can still be imported, but hide nothing. So it
is with the user's own packages (`pip install --user`) beside those of an environment.
"""

import os
import site
import sys
from typing import NoReturn

EARLY = ("PYTHONINSPECT", "PYTHONOPTIMIZE")  # would keep the terminal; would take the help away, with all docstrings
CUSTOM = ("sitecustomize", "usercustomize")  # modules that Python imports before anything else


def tidy() -> None:
    """Move the folders of the user to the end of Python's path; let no setting turn a warning into an error."""
    try:
        os.getcwd()
    except OSError:  # no path could be made whole
        print("error: the folder you are in is not there any more; go to another one with cd", file=sys.stderr)
        sys.exit(2)
    given = ["", os.path.dirname(os.path.abspath(sys.argv[0])), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    more_users = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    installed = {os.path.realpath(place) for place in site.getsitepackages()}
    users = {os.path.realpath(place) for place in [*given, *more_users]} - installed
    last = [place for place in sys.path if os.path.realpath(place) in users]
    # With -E Python has not read PYTHONPATH.
    more = [place for place in given[2:] if place and not any(_same(place, other) for other in sys.path)]
    sys.path[:] = [place for place in sys.path if place not in last] + last + more
    if "PYTHONWARNINGS" in os.environ:
        import warnings

        warnings.simplefilter("ignore")


def begin_again() -> None:
    """Start the command anew where something of the user has changed Python before the kit's first line.

    That is a sitecustomize.py on PYTHONPATH, which may have changed anything, or one of the variables in EARLY.
    """
    if sys.flags.ignore_environment or not (_customised() or any(os.environ.get(name) for name in EARLY)):
        return
    _become(command("lib", *sys.argv[1:]))


def _customised() -> bool:
    """Return whether Python has run a file of the user, from a folder on PYTHONPATH."""
    given = {os.path.realpath(place) for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place}
    files = [getattr(sys.modules.get(name), "__file__", None) for name in CUSTOM]
    return any(os.path.dirname(os.path.realpath(file)) in given for file in files if file)


def _become(words: list[str]) -> NoReturn:
    if os.name == "nt":  # where execv would leave the terminal to two programs
        import subprocess

        sys.exit(subprocess.run(words).returncode)
    os.execv(words[0], words)


def command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of this installation, whatever Python's variables say (-E)."""
    modes = ["-X", "utf8"] if sys.flags.utf8_mode else []
    folder = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    file = os.path.join(folder, "lookbook_command.py")
    return [sys.executable, "-E", "-W", "ignore", *modes, file, module, *arguments]


def _same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
