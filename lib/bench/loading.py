"""How long a data set takes to open, cold (from what was downloaded, or drawn anew) and warm (from what is kept)."""

import gzip
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from lib.base import paths
from lib.bench.apart import environment
from lib.bench.turns import medians
from lib.data import catalogue
from lib.data.dataset import Dataset
from lib.data.fashion_mnist import reader as fashion_mnist
from lib.data.fashion_product import files as product_files

TURNS = 3
REAL: dict[str, Callable[[], Path | None]] = {
    "fashion-mnist": fashion_mnist.find,
    "fashion-product": product_files.find,
}


def measure() -> pd.DataFrame:
    """Return a row for each data set that is here: data set, pictures, cold and warm (seconds), ratio (cold to warm).

    Cold: drawn or decoded into an empty cache. Warm: from that cache. Of Fashion-MNIST nothing is kept, as its files
    are the publisher's: cold are the packed ones, warm the same unpacked. Medians of turns; the files themselves are in
    the system's memory. Product pictures need 1.3 GB of temporary disk.
    """
    found = {name: find() for name, find in REAL.items()}
    rows = [_row(name, {}) for name in ("garments", "garments-colour")]
    rows += [_row(name, {"LOOKBOOK_DATA": _folder_of(place)}) for name, place in found.items() if place is not None]
    return pd.DataFrame(rows)


def _folder_of(place: Path) -> str:
    """Return the data folder in which a real set lies: with an empty cache it is still looked for there."""
    return str(next(folder for folder in paths.data_folders() if place.is_relative_to(folder)))


def _row(name: str, source: dict[str, str]) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        kept = source | {"LOOKBOOK_CACHE": folder}
        if name == "fashion-mnist":
            _unpack(Path(folder))
            kept |= {"LOOKBOOK_DATA": folder}
        pictures = len(_load(name, kept))
        times = medians({"cold": partial(_load_anew, name, source), "warm": partial(_load, name, kept)}, TURNS)
    return {"data set": name, "pictures": pictures} | times | {"ratio": times["cold"] / times["warm"]}


def _load(name: str, variables: dict[str, str]) -> Dataset:
    with environment(**variables):
        return catalogue.load(name)


def _load_anew(name: str, source: dict[str, str]) -> Dataset:
    with tempfile.TemporaryDirectory() as folder:
        return _load(name, source | {"LOOKBOOK_CACHE": folder})


def _unpack(folder: Path) -> None:
    """Write the files of Fashion-MNIST into the folder as they are when nothing is packed."""
    for file in sorted((fashion_mnist.find() or folder).glob("*.gz")):
        (folder / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
