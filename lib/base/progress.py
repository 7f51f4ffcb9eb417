"""How long work shows itself: a bar at a terminal, one line that changes in a notebook, plain lines in batch."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lib.base import paths

if TYPE_CHECKING:
    from rich.console import Console

FINISHED = "lookbook_finished"  # marks the output of work that came to its end: a report leaves it out
Report = Callable[[float, int, str], None]  # (steps done, steps in all, what to say)


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """Yield a function to call before the first step and after each; it shows title, step, text and the time left."""
    if _in_notebook():
        shown = _notebook_line()
    elif sys.stderr.isatty():
        shown = _terminal_bar()
    else:
        shown = _batch_lines()
    begun: tuple[float, float] | None = None
    with shown as show:

        def report(done: float, total: int, text: str) -> None:
            nonlocal begun
            begun = begun or (time.monotonic(), done)  # a resumed training does not begin at 0
            line = f"{title}: {int(done)}/{total} {text}"
            if begun[1] < done < total:
                seconds = (time.monotonic() - begun[0]) / (done - begun[1]) * (total - done)
                line += f", {duration(seconds)} left"
            show(line, done, total)
            tail = os.environ.get("LOOKBOOK_PROGRESS")  # where `lookbook report` reads a notebook's progress
            if tail:
                with Path(tail).open("a", encoding="utf-8") as file:
                    file.write(line + "\n")

        yield report


@contextmanager
def several(console: "Console") -> Iterator[Callable[[str], AbstractContextManager[Callable[[str], None]]]]:
    """Yield a function for work that goes on in several threads: `with begin(name) as say: say("epoch 2")`.

    At a terminal each has a line that changes, below what the console prints; elsewhere lines that begin with its name.
    """
    from rich.progress import Progress, SpinnerColumn, TextColumn
    from rich.table import Column

    rest = Column(ratio=1, no_wrap=True, overflow="ellipsis")  # what the spinner leaves of the line, cut off there
    text = TextColumn("{task.description}", markup=False, table_column=rest)
    lines = Progress(SpinnerColumn(), text, console=console, expand=True)

    @contextmanager
    def begin(name: str) -> Iterator[Callable[[str], None]]:
        if not console.is_terminal:
            console.print(f"running  {name}", markup=False)
            yield lambda line: console.print(f"{name}  {line}", markup=False)
            return
        task = lines.add_task(name)
        try:
            yield lambda line: lines.update(task, description=f"{name}: {line}", refresh=True)
        finally:
            lines.remove_task(task)

    if not console.is_terminal:
        yield begin
        return
    with lines:
        yield begin


def tell(line: str) -> None:
    """Print a line for whoever sits at the notebook; a report says it in a place of its own."""
    if not paths.for_a_report():
        print(line)


def waiting(title: str) -> Callable[[], None]:
    """Return a function that says that another process is at it: for `lib.base.files.locked`."""

    def say() -> None:
        with progress(title) as show:
            show(0, 1, "another process makes them, waits")

    return say


def duration(seconds: float) -> str:
    """Return seconds as a person says them: "8 s", "3 min 20 s", "2 h 05 min"."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


@contextmanager
def _batch_lines() -> Iterator:
    yield lambda line, done, total: print(line, file=sys.stderr, flush=True)  # standard output is for results


@contextmanager
def _notebook_line() -> Iterator:
    from IPython.display import display

    handle, last = display({"text/plain": "..."}, raw=True, display_id=True), "..."

    def show(line: str, done: float, total: int) -> None:
        nonlocal last
        last = line
        handle.update({"text/plain": line}, raw=True)

    yield show
    handle.update({"text/plain": last}, raw=True, metadata={FINISHED: True})


@contextmanager
def _terminal_bar() -> Iterator:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    with Progress(BarColumn(), TextColumn("{task.description}", markup=False), console=Console(stderr=True)) as bar:
        task = bar.add_task("")
        yield lambda line, done, total: bar.update(task, completed=done, total=total, description=line)
