"""The command that answers pictures of your own."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from lib.base.errors import LookbookError


def predict(
    pictures: Annotated[
        list[str], typer.Argument(metavar="PICTURE...", help="picture files, and folders (all pictures in them)")
    ],
    network: Annotated[
        str, typer.Option(metavar="ROW", help="another network that the kit carries: R3.initial, R2.optimised")
    ] = "fast",
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON document instead of text")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="SHEET.html", help="also write one HTML file with pictures and heat maps")
    ] = None,
) -> None:
    """Say what a network of the kit sees in your own pictures, and how far to believe it.

    A picture shows one garment on any plain ground, light or dark, and has any size: JPEG, PNG, GIF, BMP, WEBP, TIFF,
    PPM. It is cut to the garment and made 28x28 pixels large, light on black, as in Fashion-MNIST, whose ten classes
    are all that the network knows. No data set is needed.

    Printed are the likeliest classes, the classes of a 99% set, and a warning where a picture is unlike those that the
    network was trained on. Exit code 2 if anything could not be read; the rest is answered.
    """
    from lib.base import files, paths, room
    from lib.predict import answer, judge, reader, words
    from lib.report import kept

    if "" in pictures:  # a variable of the shell that is not set; it would mean this folder, and all below
        raise LookbookError("one of the pictures has no name; give a file, or . for this folder")
    out = out and out.expanduser()
    if out is not None and out.is_dir():
        raise LookbookError(f"{out}: is a folder; give a file, {out / 'sheet.html'} for instance")
    if out is not None:
        kept.refuse_foreign(out)
        if out.suffix.lower() not in (".html", ".htm"):
            raise LookbookError(f"{out}: a sheet is a web page; give a name that ends in .html")
        room.refuse(paths.absolute(out).parent, "give a file in a folder that can be written")
    chosen = judge.judge(network)
    found, problems = reader.files(pictures)
    taken, unreadable = reader.read(found)
    problems += unreadable
    answers = answer.answers(taken, chosen, heat_maps=out is not None)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if as_json:
        print(json.dumps(files.plain(words.data(answers, chosen, problems)), indent=2, ensure_ascii=False))
    elif answers:
        print(words.text(answers, chosen))
    if out is not None and answers:
        from lib.predict import sheet

        sheet.write(out, answers, chosen, problems)
        print(out, file=sys.stderr if as_json else sys.stdout)
    if problems:
        raise typer.Exit(2)
