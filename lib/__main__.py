"""`python -m lib` is `lookbook`."""

from lib.cli import main

main()
