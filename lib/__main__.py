"""`python -m lib` is `lookbook`."""

from lib.base import start

start.tidy()
from lib.cli import main  # noqa: E402

main()
