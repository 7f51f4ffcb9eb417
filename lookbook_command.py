"""The command `lookbook`, under a name that no other folder has: a package called `lib` lies in many.

`python lookbook_command.py MODULE ...` runs a module as `python -m MODULE ...` does, with modules found in the kit's
order.
"""

import atexit
import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)
from lib.base import start  # noqa: E402

sys.path.remove(FOLDER)
start.tidy()


def main() -> None:
    """Run the command."""
    start.begin_again()
    from lib.cli import main as command

    command()


if __name__ == "__main__":
    import runpy

    sys.argv = sys.argv[1:]
    if sys.argv[0] == "ipykernel_launcher":
        atexit.register(os._exit, 0)  # runs after all others: Python would take TensorFlow apart, for seconds
    sys.path.append("")  # what lies beside a notebook can be imported; IPython would put it before installed packages
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
