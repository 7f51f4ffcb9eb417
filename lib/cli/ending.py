"""How a command ends when somebody ends it: by Ctrl-C, by closing the terminal, by a signal."""

import signal
import time
from types import FrameType

GOES_ON = "interrupted; what was finished is kept, and the same command does the rest"
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # the last one is what Windows has for the two before
PATIENCE = 5.0  # seconds in which what was started is ended, and what is half made removed

_last = -PATIENCE


class Ended(SystemExit):
    """Raised in the main thread by a signal. No KeyboardInterrupt, which typer swallows."""


def heed() -> None:
    """Let each of these signals end the command as an error would: nothing that it started or half made stays.

    A signal that the caller ignores stays ignored: `nohup` asks for that.
    """
    for name in SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> None:
    global _last
    before, _last = _last, time.monotonic()
    if _last - before > PATIENCE:  # a second Ctrl-C does not stop the clearing up
        raise Ended(128 + number)
