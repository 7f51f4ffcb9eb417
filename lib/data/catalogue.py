"""The data sets by name, and how `auto` chooses between the real set and the drawn one."""

from collections.abc import Callable, Sized
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from lib.base import download, paths
from lib.base.errors import LookbookError, nearest
from lib.data.dataset import Dataset

READERS = {  # imported when they are needed: reading grey pictures needs no pandas
    "garments": "lib.data.synthetic.garments",
    "garments-colour": "lib.data.synthetic.garments_colour",
    "fashion-mnist": "lib.data.fashion_mnist.reader",
    "fashion-product": "lib.data.fashion_product.reader",
}
NAMES = ("garments", "garments-colour", "fashion-mnist", "fashion-product", "own:PATH", "auto")
PARTNERS = {"garments-colour": "garments", "fashion-product": "fashion-mnist"}  # of a set in colour: the grey one


@dataclass(frozen=True)
class Resolved:
    """What a name stands for: a data set's own name and, if it is a stand-in, one sentence that says why."""

    name: str
    reason: str | None = None


def load(name: str = "auto") -> Dataset:
    """Return the data set of that name; `auto` is explained at `resolve`, `own:PATH` in lib.data.own.reader.

    Raises LookbookError if the name is unknown, or if the set is not there or damaged: nothing else stands in for it.
    """
    refuse_unknown(name)
    if name == "auto":
        name = resolve(name).name
    if name.startswith("own:"):
        from lib.data.own import reader as own

        return own.load(name.removeprefix("own:"))
    return import_module(READERS[name]).load()


def resolve(name: str, colour: bool = False) -> Resolved:
    """Return what a name stands for, without reading any picture.

    colour: whether a product set is needed, in colour and with a table; else a grey one.
    `auto`: Fashion-MNIST if any of its files is on disk (a damaged one is an error when it is loaded, never a reason to
    fall back); else a download that gives up within 15 s, and is not tried again for an hour when it failed; else
    `garments`, with the reason. In colour: Fashion Product Images if it is on disk, else `garments-colour`, with the
    reason; nobody may download it for you.
    A set of the other kind stands for its partner: a drawn one for the drawn one, a real one for `auto`, because nobody
    named the one that is needed. own:PATH stands for itself, with its absolute path, in both. Every other name is
    itself: a drawn set stands in for none.
    Raises LookbookError if the name is unknown, with the nearest one, if $LOOKBOOK_DATA is no folder, or PATH is none.
    """
    refuse_unknown(name)
    if name.startswith("own:"):
        from lib.data.own import layout

        return Resolved(f"own:{layout.folder_of(name.removeprefix('own:'))}")
    if name == "auto":
        return _auto_colour() if colour else _auto_grey()
    if colour == (name in PARTNERS):
        return Resolved(name)
    if name.startswith("garments"):
        return Resolved(str(partner(name)))
    return _auto_colour() if colour else _auto_grey()


def partner(name: str) -> str | None:
    """Return the set of the other kind, real for a real one and drawn for a drawn one; None where there is none."""
    return (PARTNERS | {grey: coloured for coloured, grey in PARTNERS.items()}).get(name)


def refuse_unknown(name: str) -> None:
    """Raise LookbookError, with the nearest name, for a name that `load` does not know."""
    if name not in NAMES and not name.startswith("own:"):
        raise LookbookError(f"unknown data set '{name}': {nearest(name, NAMES)}")


def _auto_colour() -> Resolved:
    from lib.data.fashion_product import files as product_files

    if product_files.find() is not None:
        return Resolved("fashion-product")
    why = "Fashion Product Images is not on this disk; `lookbook data status` says how to get it."
    return Resolved("garments-colour", f"{why} Until then synthetic garments in colour take its place.")


def _auto_grey() -> Resolved:
    from lib.data.fashion_mnist import reader as fashion_mnist

    if fashion_mnist.find() is not None:
        return Resolved("fashion-mnist")
    try:
        download.unless_failed_lately(fashion_mnist.fetch, paths.cache(), "fashion-mnist")
        return Resolved("fashion-mnist")
    except LookbookError:
        why = "Fashion-MNIST could not be downloaded; to try again: `lookbook data fetch fashion-mnist`."
        return Resolved("garments", f"{why} Until then synthetic garments take its place.")


def fetch(name: str, timeout: float = 600) -> Path:
    """Download a real set, by its row in `status`, and return where it lies; raises LookbookError if it does not come.

    timeout: seconds for everything. Without any network it gives up after 15 s, whatever the timeout.
    """
    from lib.data.fashion_mnist import reader as fashion_mnist
    from lib.data.fashion_mnist import votes
    from lib.data.fashion_product import files as product_files

    fetchers = {"fashion-mnist": fashion_mnist.fetch, "fashion-mnist-h": votes.fetch_votes}
    if name == "fashion-product":
        raise LookbookError(f"fashion-product cannot be downloaded from here: {product_files.remedy()}")
    if name not in fetchers:
        raise LookbookError(f"nothing to download for '{name}': {nearest(name, tuple(fetchers))}")
    return fetchers[name](timeout)


def status() -> list[dict[str, Any]]:
    """Return a row per data set: name, there (bool), where, pictures (None if unknown), remedy ("" if none is needed).

    It reads the files, but for the product pictures: they are counted where they are decoded already, and their zip is
    opened. A set that is on disk but cannot be used is not there; its remedy is the loader's error.
    """
    from lib.data.fashion_mnist import reader as fashion_mnist
    from lib.data.fashion_mnist import votes

    drawn = {"there": True, "where": "drawn by this kit", "pictures": None, "remedy": ""}
    return [
        {"name": "garments", **drawn},
        _row("fashion-mnist", fashion_mnist.find, fashion_mnist.load),
        _row("fashion-mnist-h", votes.find, votes.load_votes),
        {"name": "garments-colour", **drawn},
        _product_row(),
    ]


def _row(name: str, find: Callable[[], Path | None], read: Callable[[], Sized | None]) -> dict[str, Any]:
    row = {"name": name, "there": False, "where": "", "pictures": None, "remedy": f"`lookbook data fetch {name}`"}
    try:
        where, content = find(), None
        if where is not None and (content := read()) is not None:
            row |= {"there": True, "where": str(where), "pictures": len(content), "remedy": ""}
    except LookbookError as error:
        row["remedy"] = str(error)
    return row


def _product_row() -> dict[str, Any]:
    from lib.data.fashion_product import files as product_files
    from lib.data.fashion_product import reader as fashion_product

    row = {"name": "fashion-product", "there": False, "where": "", "pictures": None, "remedy": product_files.remedy()}
    try:
        place = product_files.find()
        if place is not None:
            row["pictures"] = fashion_product.cached()
            if row["pictures"] is None:
                with product_files.opened(place):
                    pass
            row |= {"there": True, "where": str(place), "remedy": ""}
    except LookbookError as error:
        row["remedy"] = str(error)
    return row
