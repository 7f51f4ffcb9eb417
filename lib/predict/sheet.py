"""One HTML file that shows every picture, what the network saw of it, where it looked, and how far to believe it."""

import base64
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from markupsafe import Markup
from PIL import Image

from lib.base import files
from lib.predict import judge as judges
from lib.predict import words
from lib.predict.answer import FINE, METHOD, Answer, explained
from lib.predict.judge import Judge
from lib.report import render

SHOWN = 5  # classes with a bar
ENLARGED = 112  # pixels of a heat map's side
STYLE = render.TEMPLATE / "predict.css"


def write(out: Path, answers: Sequence[Answer], judge: Judge, problems: Sequence[str]) -> None:
    """Write the sheet, whole or not at all; it needs no other file and no network."""
    files.write_text(out, html(answers, judge, problems))


def html(answers: Sequence[Answer], judge: Judge, problems: Sequence[str]) -> str:
    """Return the sheet as one page; names of files are escaped."""
    style = (render.TEMPLATE / "style.css", STYLE)
    return render.page(
        "predict.html.j2",
        style=Markup("".join(file.read_text(encoding="utf-8") for file in style)),
        cards=[_card(answer, judge) for answer in answers],
        problems=problems,
        behind=words.behind(judge),
        layer=explained(judge),
        cells=f"{FINE}x{FINE} or more",
        method=METHOD,
        coverage=words.percent(judges.COVERAGE),
        unlike=sum(bool(answer.unlike and not answer.empty) for answer in answers),
        made=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S+00:00}",
    )


def _card(answer: Answer, judge: Judge) -> dict:
    """Return what the template needs of a picture, as text and base64."""
    return {
        "name": Path(answer.name).name,
        "path": answer.name,
        "answer": "No garment found" if answer.empty else answer.answer,
        "confidence": "" if answer.empty else words.percent(answer.confidence),
        "bars": [] if answer.empty else _bars(answer),
        "set": None if answer.unlike or answer.empty else answer.set_of_classes,
        "warnings": words.warnings(answer, judge),
        "original": _encoded(answer.original, "jpeg"),
        "seen": _encoded(answer.seen[..., 0], "png"),
        "heat": None if answer.heat_map is None or answer.told or answer.empty else _over(answer.seen, answer.heat_map),
        "told": answer.told,
    }


def _bars(answer: Answer) -> list[tuple[str, str, float]]:
    """Return name, share in words and width in percent of the likeliest classes."""
    return [(name, words.percent(share), round(100 * share, 1)) for name, share in answer.ranked[:SHOWN]]


def _over(seen: np.ndarray, heat_map: np.ndarray) -> str:
    """Return the heat map over what the network saw, in the colours of the notebooks' maps, as a base64 JPEG."""
    from lib.plots.heat_maps import over  # matplotlib takes a second to import

    return _encoded(over(seen, heat_map, ENLARGED), "jpeg")


def _encoded(pixels: np.ndarray, kind: str) -> str:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **({"quality": 85} if kind == "jpeg" else {}))
    return base64.b64encode(file.getvalue()).decode()
