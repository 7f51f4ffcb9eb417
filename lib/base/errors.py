"""The one error that is meant for users."""


class LookbookError(Exception):
    """Wrong use or bad input, in one line: what is wrong, which file, what to do.

    The command line prints the line and exits with code 2; `--debug` adds the traceback.
    """


def nearest(name: str, valid: "list[str] | tuple[str, ...]") -> str:
    """Return a hint for a mistyped name: "did you mean 'x'?", or the list of valid names."""
    import difflib

    close = difflib.get_close_matches(name, valid, n=1, cutoff=0.5)
    return f"did you mean '{close[0]}'?" if close else "choose one of: " + ", ".join(valid)
