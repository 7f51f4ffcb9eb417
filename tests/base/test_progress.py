"""Work in several threads: a line each at a terminal, lines that begin with a name in a log; one line in a notebook."""

import io
import re

import IPython.display
import pytest
from rich.console import Console

from lib.base import progress
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


def test_in_a_notebook_the_line_of_work_that_came_to_its_end_is_marked_and_no_other(monkeypatch):
    updates = []

    class Handle:
        def update(self, data, raw, metadata=None):
            updates.append((data["text/plain"], metadata))

    monkeypatch.setattr(progress, "_in_notebook", lambda: True)
    monkeypatch.setattr(IPython.display, "display", lambda *_, **__: Handle())
    with progress.progress("trainings") as report:
        report(6, 6, "done")
    assert updates == [("trainings: 6/6 done", None), ("trainings: 6/6 done", {progress.FINISHED: True})]
    with pytest.raises(ValueError, match="broke"), progress.progress("trainings") as report:
        report(2, 6, "done")
        raise ValueError("broke")
    assert updates[2:] == [("trainings: 2/6 done", None)]


def test_what_a_report_says_elsewhere_is_told_only_where_somebody_sits_at_the_notebook(monkeypatch, capsys):
    progress.tell("data")
    monkeypatch.setenv("LOOKBOOK_OUTPUT", "somewhere")
    progress.tell("again")
    assert capsys.readouterr().out == "data\n"
