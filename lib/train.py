"""The unit of work as a command: `python -m lib.train --config FILE`. Prints the run's folder.

Any engine can start it, and starting it again costs nothing: a finished run is fetched, a killed one goes on.
"""

import argparse
import sys
from pathlib import Path

from lib import config, runs
from lib.errors import LookbookError


def main(arguments: list[str] | None = None) -> int:
    """Train what FILE says; return the exit code: 0, or 2 for bad settings or data."""
    parser = argparse.ArgumentParser(prog="python -m lib.train", description=__doc__.splitlines()[0])
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="a run's settings as JSON")
    try:
        print(runs.fetch_or_train(config.read(parser.parse_args(arguments).config)).folder)
    except LookbookError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
