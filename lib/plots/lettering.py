"""People's words in figures: no word is read as a formula, and none becomes boxes where a font lacks its letters."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import matplotlib
from matplotlib import font_manager
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter

BASE = "DejaVu Sans"  # matplotlib brings it along
FILE = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
LONGEST = 40  # characters of a name beside an axis: longer ones leave no room for the figure
ABOVE = 30  # of one above a picture
UNFIT = ("Last Resort", "Color", "Symbols Nerd")  # families of boxes, and of pictures that matplotlib cannot draw


def known() -> None:
    """Let matplotlib know the font that it brings along: a list of fonts that another installation left may lack it."""
    if str(FILE) not in {font.fname for font in font_manager.fontManager.ttflist}:
        font_manager.fontManager.addfont(FILE)


def literal(figure: Figure) -> Figure:
    """Let no text of a figure be read as a formula because of its dollars; numbers of an axis stay as they are."""
    for texts in _groups(figure):
        people = any("$" in text.get_text() and r"\mathdefault" not in text.get_text() for text in texts)
        for text in texts:
            text.set_parse_math(not people)
    return figure


def settled(figure: Figure) -> str:
    """Make every word of a figure one that can be drawn; return what its caption has to add, mostly nothing.

    A font that has the letters is taken where this computer has one. Else a number in brackets stands for them, as it
    does for the end of a very long name at an axis, and the caption says for what.
    """
    numbers: dict[str, int] = {}
    for axis in _axes(figure):
        labels = [text.get_text() for text in axis.get_majorticklabels()]
        drawn = [_drawable(_short(label, numbers), numbers) for label in labels]
        if drawn != labels:
            axis.set_major_formatter(FixedFormatter(drawn))
            axis.get_majorticklabels()  # takes the new words over
    for axes in figure.axes:
        if not axes.axison:  # a picture, with another beside it
            axes.title.set_text(_short(axes.title.get_text(), numbers, ABOVE))
    for texts in _groups(figure):
        for text in texts:
            text.set_text(_drawable(text.get_text(), numbers))
        fonts = sorted({_font(letter) for text in texts for letter in text.get_text()} - {BASE, ""})
        for text in texts if fonts else []:
            text.set_fontfamily([*text.get_fontfamily(), *fonts])
    told = ", ".join(f"({number}) is {word}" for word, number in numbers.items())
    return f"Too long, or in letters that no font of this computer has: {told}." if told else ""


def _axes(figure: Figure) -> Iterator[Axis]:
    for axes in figure.axes:
        if axes.axison:  # what a picture has beside it is not drawn
            yield from (axes.xaxis, axes.yaxis)


def _groups(figure: Figure) -> list[list[Text]]:
    """Return the words of each axis together, because matplotlib hands them from tick to tick, and all others alone."""
    ticks: list[list[Text]] = [list(axis.get_majorticklabels()) for axis in _axes(figure)]
    known = {id(text) for group in ticks for text in group}
    alone = [[text] for text in figure.findobj(Text) if isinstance(text, Text) and id(text) not in known]
    return [*ticks, *alone]


def _short(label: str, numbers: dict[str, int], most: int = LONGEST) -> str:
    if max(map(len, label.split("\n"))) <= most:
        return label
    begin = label[: most - 8].replace("\n", " ")
    return f"{begin}… ({numbers.setdefault(label, len(numbers) + 1)})"


def _drawable(label: str, numbers: dict[str, int]) -> str:
    """Return a label in which a number stands for every run of letters that no font has."""
    if label.isascii():
        return label
    label = unicodedata.normalize("NFC", label)
    lost = {letter for letter in label if letter not in "\n\t" and not _font(letter)}
    if not lost:
        return label
    run = f"[{re.escape(''.join(sorted(lost)))}]+"
    return re.sub(run, lambda found: f"({numbers.setdefault(found[0], len(numbers) + 1)})", label)


@cache
def _font(letter: str) -> str:
    """Return the family that draws a letter: matplotlib's own, else one of this computer; "" where none does."""
    if letter in "\n\t" or ord(letter) in _letters(str(FILE)):
        return BASE
    usual = [font for font in font_manager.fontManager.ttflist if font.style == "normal" and font.variant == "normal"]
    for font in sorted(usual, key=lambda font: (abs(_weight(font.weight) - 400), font.name)):
        if not any(word in font.name for word in UNFIT) and ord(letter) in _letters(font.fname):
            return font.name
    return ""


def _weight(weight: int | str) -> int:
    return weight if isinstance(weight, int) else font_manager.weight_dict.get(weight, 400)


@cache
def _letters(file: str) -> frozenset[int]:
    """Return the letters that a font file has as outlines; none if it cannot be read any more."""
    try:
        font = FT2Font(file)
        return frozenset(font.get_charmap()) if font.num_glyphs and font.scalable else frozenset()
    except (OSError, RuntimeError):
        return frozenset()
