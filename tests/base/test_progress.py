"""Work in several threads: a line each at a terminal, lines that begin with a name in a log."""

import io
import re

from rich.console import Console

from lib.base.progress import several


def shown(terminal):
    page = io.StringIO()
    console = Console(file=page, force_terminal=terminal, width=40, highlight=False, soft_wrap=True)
    with several(console) as begin, begin("01_left") as left, begin("02_right") as right:
        left("epoch [2] of 3")
        right("epoch 1 of 3, " + "a line that is longer than the terminal is wide")
        console.print("done     03_earlier")
    return page.getvalue()


def test_in_a_log_every_line_of_progress_begins_with_the_name():
    assert shown(terminal=False).splitlines() == [
        "running  01_left",
        "running  02_right",
        "01_left  epoch [2] of 3",
        "02_right  epoch 1 of 3, a line that is longer than the terminal is wide",
        "done     03_earlier",
    ]


def test_at_a_terminal_each_has_one_line_that_fits():
    lines = re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown(terminal=True)))
    assert any("01_left: epoch [2] of 3" in line for line in lines)
    assert any("02_right: epoch 1 of 3" in line for line in lines) and "done     03_earlier" in map(str.strip, lines)
    assert max(len(line) for line in lines) <= 40
