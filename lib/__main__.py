"""`python -m lib` is `lookbook`."""

from lib.base import start

start.begin_again()
start.tidy()
from lib.cli import main  # noqa: E402

main()
