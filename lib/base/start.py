"""How Python finds modules: Python's own and installed ones first, those in folders of the user last.

PYTHONPATH, and for `python -m` the working directory, come before all others. A `random.py` or a package `lib` of some
homework there would be taken for Python's or the kit's own. Here they can still be imported, but hide nothing.
"""

import os
import site
import sys


def tidy() -> None:
    """Move the folders of the user to the end of Python's path; let no setting turn a warning into an error."""
    try:
        os.getcwd()
    except OSError:  # no path could be made whole
        print("error: the folder you are in is not there any more; go to another one with cd", file=sys.stderr)
        sys.exit(2)
    given = ["", os.path.dirname(os.path.abspath(sys.argv[0])), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    users = {os.path.realpath(place) for place in given} - {os.path.realpath(place) for place in site.getsitepackages()}
    last = [place for place in sys.path if os.path.realpath(place) in users]
    # With -E Python has not read PYTHONPATH.
    more = [place for place in given[2:] if place and not any(_same(place, other) for other in sys.path)]
    sys.path[:] = [place for place in sys.path if place not in last] + last + more
    if "PYTHONWARNINGS" in os.environ:
        import warnings

        warnings.simplefilter("ignore")


def command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of this installation, whatever Python's variables say (-E)."""
    modes = ["-X", "utf8"] if sys.flags.utf8_mode else []
    folder = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    file = os.path.join(folder, "lookbook_command.py")
    return [sys.executable, "-E", "-W", "ignore", *modes, file, module, *arguments]


def _same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
