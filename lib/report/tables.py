"""Tables and folds as HTML, as JupyterLab and the reports show them; everything in them is escaped."""

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from lib.base.text import in_markdown
from lib.evaluation import words

Choices = Mapping[str, Sequence[str]]  # heading -> a value for each row of a table

# Whatever the reader has set for her own tables, in a start-up file of JupyterLab for instance.
ALL_OF_IT = ("styler.render.max_rows", None, "styler.render.max_columns", None, "styler.render.max_elements", 10**9)


def plain(frame: pd.DataFrame, caption: str, digits: int = 3, fold: bool = False) -> str:
    """Return a table with its caption; fold: the caption alone until it is opened.

    Measures by their names in words; a column of accuracies in percent, as sentences give them.
    """
    frame = frame.rename(columns=words.worded)
    form = f"{{:.{max(digits - 2, 0)}%}}"
    percent: dict[Any, Any] = {column: form for column in frame if _accuracies(column, frame[column])}
    with pd.option_context(*ALL_OF_IT):
        html = (
            frame.replace([math.inf, -math.inf], math.nan)
            .style.format(percent, precision=digits, na_rep="–", escape="html", thousands=",", decimal=".")
            .format_index(escape="html", axis="columns")
            .hide(axis="index")
            .set_caption("" if fold else escape(caption))
            .to_html(table_attributes='class="dataframe"', cell_ids=False)
        )
    return f"<details><summary>{escape(caption)}</summary>{html}</details>" if fold else html


def _accuracies(name: object, values: pd.Series | pd.DataFrame) -> bool:
    told = str(name)
    if "accuracy" not in told or "minus" in told or not isinstance(values, pd.Series):
        return False
    return pd.api.types.is_float_dtype(values) and bool(values.dropna().between(0, 1).all())


def filtered(frame: pd.DataFrame, caption: str, by: Choices) -> str:
    """Return a table whose rows the reader chooses, without a script; its cells are strings.

    by: heading -> a value for each row. For each heading there is a line of buttons, which say how many rows have each
    value; style sheets alone hide the others (`:has`, in every browser since 2023). In an older one, and where a
    notebook is not trusted, all rows are shown; in print none, because nobody can choose there.
    """
    name = f"choose-{zlib.crc32(caption.encode()):08x}"
    values = {heading: sorted(set(own)) for heading, own in by.items()}
    marks = [
        [values[heading].index(value) for heading, value in zip(by, own, strict=True)]
        for own in zip(*by.values(), strict=True)
    ]
    rows = "".join(_row(row, own) for row, own in zip(frame.to_dict("records"), marks, strict=True))
    head = "".join(f"<th>{escape(str(column))}</th>" for column in frame)
    return (
        f'<style>{_rules(name, values)}</style><div class="{name}">'
        + "".join(_buttons(name, number, heading, list(by[heading])) for number, heading in enumerate(by))
        + f'<div class="rows"><table class="dataframe many"><caption>{escape(caption)}</caption>'
        + f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        + f'<p class="left">{escape(caption)}: {len(frame)} rows, not printed; the page itself has them.</p></div>'
    )


def folded(title: str, parts: dict[str, list[str]]) -> str:
    """Return a fold: its title, and under each heading of `parts` a list of sentences."""
    inside = ""
    for heading, sentences in parts.items():
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
        inside += f"<dt><b>{escape(heading)}</b></dt><dd><ul>{items}</ul></dd>"
    return f"<details><summary>{escape(title)}</summary><dl>{inside}</dl></details>"


def say(text: str, names: Iterable[str]) -> None:
    """Let a notebook show a sentence in Markdown, in which these names mean themselves."""
    display({"text/markdown": in_markdown(text, names), "text/plain": text})


def display(data: dict, metadata: dict | None = None) -> None:
    r"""Let a notebook show data, by MIME type. Half a character stays as \ud83d: Jupyter could not send it."""
    from IPython.display import display as show

    whole, about = ({kind: _whole(value) for kind, value in (each or {}).items()} for each in (data, metadata))
    show(whole, metadata=about, raw=True)


def _whole(value: object) -> object:
    if isinstance(value, dict):
        return {name: _whole(inner) for name, inner in value.items()}
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def _row(row: dict, marks: list[int]) -> str:
    data = "".join(f' data-c{number}="{mark}"' for number, mark in enumerate(marks))
    return f"<tr{data}>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row.values())}</tr>"


def _buttons(name: str, number: int, heading: str, cells: list[str]) -> str:
    counts = Counter(cells)
    labels = [f'<label><input type="radio" name="{name}-{number}" checked> all</label>']
    for place, value in enumerate(sorted(counts)):
        button = f'<input type="radio" name="{name}-{number}" class="c{number}-{place}">'
        labels.append(f"<label>{button} {escape(str(value))} ({counts[value]})</label>")
    return f"<fieldset><legend>{escape(heading)}</legend>{' '.join(labels)}</fieldset>"


def _rules(name: str, values: dict[str, list]) -> str:
    hidden = [
        f'.{name}:has(.c{k}-{place}:checked) tbody tr:not([data-c{k}="{place}"]) {{ display: none; }}'
        for k, own in enumerate(values.values())
        for place in range(len(own))
    ]
    screen = [
        f".{name} fieldset {{ border: 0; margin: .4rem 0 .3rem; padding: 0; font: .8125rem/1.6 sans-serif; }}",
        f".{name} legend {{ float: left; width: 5rem; padding: 0; }}",
        f".{name} label {{ margin-right: .7rem; white-space: nowrap; }}",
        f".{name} .rows {{ max-height: 34rem; overflow: auto; }}",
        f".{name} .left {{ display: none; }}",
        *hidden,
    ]
    printed = f".{name} fieldset, .{name} .rows {{ display: none; }}"
    return f"@media screen {{ {' '.join(screen)} }} @media print {{ {printed} }}"
