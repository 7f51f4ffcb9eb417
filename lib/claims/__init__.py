"""What the reports claim (claims.yaml), beside what was measured."""

from lib.claims.verdicts import compare, here, load, printed_confusion

__all__ = ["compare", "here", "load", "printed_confusion"]
