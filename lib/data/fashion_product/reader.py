"""Fashion Product Images (Small), the real colour set: about 44,000 product pictures of a shop, with its table.

Source: Param Aggarwal on Kaggle, paramaggarwal/fashion-product-images-small. Read from
Kaggle's zip or from its unpacked folder (`files`); other tables with the same columns load as well.
"""

import hashlib
import io
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from lib.base import paths
from lib.base.errors import LookbookError
from lib.base.files import locked, replacing, replacing_folder
from lib.base.progress import progress, waiting
from lib.data import pictures
from lib.data.dataset import Dataset
from lib.data.fashion_product import files as product_files
from lib.data.fashion_product import table as products
from lib.data.fashion_product.table import HEIGHT, WIDTH

VERSION = 1  # raise it with every change of a decoded pixel: folders of other versions are not looked at
BLOCK = 4_000  # pictures at a time: bounds the memory
NOTHING = products.MEASURED | {"reason": ""}
SMALL = ("styles.csv", "pictures.csv")  # checked by their sums; the pictures by their size alone, as they are 640 MB

Kept = tuple[np.ndarray, str, bytes, pd.DataFrame]  # images (mapped), digest, the table as it was, the pictures' facts


def load() -> Dataset:
    """Return `fashion-product`: a picture for each usable row of the table, in its order, uint8 (N, 80, 60, 3).

    Targets, ids, groups and `source`: see `products.dataset`. Grey pictures get three equal channels; those of another
    size stand in the middle of a canvas of their border's colour, shrunk if they are larger. Nobody fixed a test part.

    The first call decodes them into `fashion-product-VERSION-HASH` in `paths.cache()` (640 MB for the real set); later
    ones map that folder into memory. HASH changes with the name, the size and the time of the source's files.
    Raises LookbookError if nothing is there, the zip or the table is damaged, no row can be used, or the folder cannot
    be written. A single row or picture that cannot be used is no error: `source` says why.
    """
    place = product_files.find()
    if place is None:
        places = ", ".join(str(folder) for folder in paths.data_folders())
        raise LookbookError(f"Fashion Product Images is not in {places}; {product_files.remedy()}")
    folder = _folder(place)
    images, digest, styles, known = _read(folder) or _decoded(place, folder)
    table = products.read_styles(styles, str(place))
    large = (known["width"].iloc[: len(images)] > 2 * WIDTH).mean() > 0.5  # Kaggle has a large set, too
    shrunk = f" Its files are larger, and were shrunk to {WIDTH}x{HEIGHT}: not the small set's pixels." if large else ""
    return products.dataset(
        name="fashion-product",
        table=table,
        pictures=known,
        images=images,
        provenance=f"Fashion Product Images (Small) (Param Aggarwal on Kaggle; licence: see data/README.md), "
        f"{len(images):,} pictures for {len(table):,} rows, read from {place.name} (no checksum known).{shrunk}",
        digest=digest,
        groups=_groups(folder, images, table, known["id"].iloc[: len(images)]),
    )


def cached() -> int | None:
    """Return the number of pictures if the set is decoded already, else None; reads no picture."""
    place = product_files.find()
    try:
        return None if place is None else json.loads((_folder(place) / "content.json").read_text())["pictures"]
    except (OSError, ValueError, KeyError):
        return None


def _folder(place: Path) -> Path:
    return paths.cache() / f"fashion-product-{VERSION}-{product_files.identity(place)}"


def _read(folder: Path) -> Kept | None:
    """Return what the folder holds; None where anything is missing or cut."""
    try:
        content = json.loads((folder / "content.json").read_text())
        small = {name: (folder / name).read_bytes() for name in SMALL}
        if any(zlib.crc32(small[name]) != content["sums"][name] for name in SMALL):
            return None
        images = np.load(folder / "images.npy", mmap_mode="r")
        text = {"id": str, "mode": str, "reason": str}
        known = pd.read_csv(io.BytesIO(small["pictures.csv"]), dtype=text, keep_default_na=False)
        return images, content["digest"], small["styles.csv"], known
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _decoded(place: Path, folder: Path) -> Kept:
    """Return what `_read` does, after the set at `place` was decoded into the folder, by this process or another."""
    with _writing(folder, "650 MB"), locked(folder, waiting("product pictures")):
        kept = _read(folder)  # whoever held the lock has decoded it
        if kept is None:
            _write(place, folder)
            kept = _read(folder)
    if kept is None:
        raise LookbookError(f"{folder}: cannot be read after it was written; look at the disk, or set LOOKBOOK_CACHE")
    return kept


@contextmanager
def _writing(path: Path, room: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LookbookError(
            f"cannot write the product pictures to {path}: {error.strerror or error}; make room there ({room}), or set "
            "LOOKBOOK_CACHE to a folder that can be written"
        ) from error


def _write(place: Path, folder: Path) -> None:
    """Decode the set at `place` into the folder, all or nothing."""
    with product_files.opened(place) as files, replacing_folder(folder) as new:
        table = products.read_styles(files.styles, files.where)
        used, known = _write_images(files, table, new / "images.npy")
        if not used:
            raise LookbookError(f"{files.where}: no row has a picture that can be read; {product_files.AGAIN}")
        small = {"styles.csv": files.styles, "pictures.csv": known.to_csv(index=False).encode()}
        for name in SMALL:
            (new / name).write_bytes(small[name])
        sums = {name: zlib.crc32(small[name]) for name in SMALL}
        content = {"pictures": used, "digest": _digest(new / "images.npy", used), "sums": sums}
        (new / "content.json").write_text(json.dumps(content))


def _write_images(files: product_files.Files, table: pd.DataFrame, target: Path) -> tuple[int, pd.DataFrame]:
    """Write all usable pictures, in the order of their rows, into one .npy file.

    Return their number, and the facts of all pictures: of the written ones, of damaged ones, of those without a row.
    """
    rows = [each for each in table.loc[table["reason"] == "", "id"].str.strip() if each in files.pictures]
    taken = set(rows)
    rest = [each for each in files.pictures if each not in taken]
    written: list[dict] = []
    damaged: list[dict] = []
    # One thread: two took 1.9 s instead of 1.2 s for 6,000 pictures so small, of which most work holds Python's lock.
    with target.open("wb") as file, progress("product pictures") as show:
        _header(file, 0)
        show(0, len(rows), "decoding")
        for start in range(0, len(rows), BLOCK):
            block = rows[start : start + BLOCK]
            for own in block:
                image, known = _picture(files, own)
                (damaged if image is None else written).append({"id": own} | known)
                if image is not None:
                    file.write(image.tobytes())
            show(start + len(block), len(rows), "decoding")
        spare = [{"id": each} | _facts(files, each) for each in rest]
        file.seek(0)
        _header(file, len(written))  # NumPy leaves room in it for any number of pictures
    return len(written), pd.DataFrame([*written, *damaged, *spare], columns=["id", *products.MEASURED, "reason"])


def _header(file: BinaryIO, count: int) -> None:
    head = {"descr": "|u1", "fortran_order": False, "shape": (count, HEIGHT, WIDTH, 3)}
    np.lib.format.write_array_header_1_0(file, head)


def _picture(files: product_files.Files, own: str) -> tuple[np.ndarray | None, dict]:
    """Return a picture as the set holds it, uint8 (80, 60, 3), and its facts; None where it cannot be read."""
    raw, reason = files.read(files.pictures[own])
    if reason:
        return None, NOTHING | {"reason": reason}
    image, known = pictures.decode(raw, least=(WIDTH, HEIGHT))
    return (None if image is None else pictures.letterbox(image, WIDTH, HEIGHT)), known


def _facts(files: product_files.Files, own: str) -> dict:
    raw, reason = files.read(files.pictures[own])
    return NOTHING | {"reason": reason} if reason else pictures.facts(raw)


def _digest(file: Path, count: int) -> str:
    """Return what `picture_digest` returns, from the file: a mapped array would fill the memory with 640 MB."""
    digest = hashlib.sha256(repr((count, HEIGHT, WIDTH, 3)).encode())
    with file.open("rb") as content:
        content.seek(-count * HEIGHT * WIDTH * 3, os.SEEK_END)
        while block := content.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:16]


def _groups(folder: Path, images: np.ndarray, table: pd.DataFrame, ids: pd.Series) -> np.ndarray:
    """Return the groups, found once and kept beside the pictures."""
    from lib.data import groups

    file = folder / f"groups-{groups.VERSION}.npy"
    with suppress(OSError, ValueError, EOFError):  # none there yet, or a cut one
        return np.load(file)
    with _writing(file, "1 MB"), locked(file, waiting("product pictures")):
        with suppress(OSError, ValueError, EOFError):
            return np.load(file)  # whoever held the lock has found them
        with progress("product pictures") as show:
            show(0, 1, "comparing them, to keep twins together")
            found = groups.groups(images, products.names(table, ids.to_numpy()))
            show(1, 1, "compared")
        with replacing(file) as temporary:
            np.save(temporary, found)
    return found
