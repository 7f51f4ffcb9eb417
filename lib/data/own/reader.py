"""A user's own pictures: a folder for each class, or a table beside the pictures (lib.data.own.table)."""

import functools
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError
from lib.base.progress import progress
from lib.base.text import capital, shown
from lib.data import pictures
from lib.data.dataset import Dataset, picture_digest
from lib.data.own import layout
from lib.data.own import table as own_table
from lib.data.source import MEASURED, encode

LONGEST = 96  # pixels of the longer side: a network on two cores cannot take more
CLASSES = 200  # a column with more values names pictures and does not sort them
BLOCK = 200  # pictures at a time, so that progress shows
PARTS = {"train", "training", "val", "valid", "validation", "test", "testing", "dev"}


def load(path: str) -> Dataset:
    """Return the pictures in a folder as the data set `own:FOLDER`, uint8 (N, H, W, 3), or (N, H, W, 1) if all grey.

    path: the folder; a relative one starts at the working directory, `~` is the user's own. Without a CSV in the folder
    itself its first level of folders are the classes of the target "class", and all files in them, however deep, are
    their pictures. With one, every column of 2 to 200 different values, not all different, is a target
    (lib.data.own.table says how its rows name the pictures); if none is called "class", the first goes by that name as
    well. Classes: as in `products.encode`. ids: paths from the folder; with a table, what its rows say.

    H and W are the medians of the pictures, upright as the camera's EXIF note says; where the longer one is above 96
    both are shrunk to that. Other sizes: `pictures.letterbox`; nothing is enlarged. `source` has a row for each row of
    the table and for each file, with the reason if it is not used; hidden files do not count. `groups`: pictures that
    are equal or nearly equal. Nobody fixed a test part.

    What was loaded last stays in memory until a file changes. Raises LookbookError if the folder cannot be read, has no
    usable picture, no target with two classes, or several tables.
    """
    folder = layout.folder_of(path)
    return _load(folder, layout.listing(folder))


@functools.lru_cache(maxsize=1)
def _load(folder: Path, listing: layout.Listing) -> Dataset:
    names = [name for name, *_ in listing]
    tables = [name for name in names if "/" not in name and name.lower().endswith(own_table.ENDINGS)]
    if len(tables) > 1:
        raise LookbookError(f"{folder}: several tables ({', '.join(tables)}); leave the one that names the pictures")
    rows, targets, said = own_table.read(folder / tables[0], names) if tables else _by_folder(folder, names)
    images, known = _read(folder, rows["file"].where(rows["reason"] == "", "").tolist())
    usable = (rows["reason"] == "").to_numpy()
    rows.loc[usable, "reason"] = known["reason"][usable]
    source = pd.concat([rows, known[list(MEASURED)]], axis=1)
    used = (source["reason"] == "").to_numpy()
    source["position"] = np.where(used, np.cumsum(used) - 1, -1)
    if not len(images):
        why = source["reason"].value_counts()
        because = f": {why.index[0]} ({why.iloc[0]:,} of {len(source):,})" if len(why) else ""
        unreadable = len(why) and (known["reason"] != "").any()
        remedy = "; save them as JPEG or PNG" if unreadable else f"; {layout.remedy(folder, names)}"
        remedy = "" if "save it as" in because else remedy
        raise LookbookError(f"{folder}: no picture that can be used{because}{remedy}")
    labels, classes = _targets(source[used], targets, bool(tables))
    if not labels:
        raise LookbookError(_one_class(folder, names, source[used], tables, targets, said))
    from lib.data.groups import groups

    numbers = ["row", "position", "extra_commas", "width", "height"]
    columns = list(dict.fromkeys(["id", "row", "position", "reason", "extra_commas", *MEASURED, *rows.columns]))
    left_out = f", {len(source) - len(images):,} rows or files could not be used" if len(images) < len(source) else ""
    return Dataset(
        name=f"own:{folder}",  # the whole path, so that a stored run says which pictures it had
        images=images,
        labels=labels,
        classes=classes,
        ids=source.loc[used, "id"].to_numpy().astype(str),
        provenance=f"Own pictures from the folder '{folder.name}': {len(images):,}{left_out}."
        + "".join(f" {capital(line)}" for line in said),
        groups=groups(images),
        source=source[columns].drop(columns="file").astype(dict.fromkeys(numbers, np.int64)),
        digest=picture_digest(images),
    )


def _by_folder(folder: Path, names: list[str]) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Return a row for each file, with its class, the one target, and nothing to be said."""
    classes = [shown(name.split("/")[0]) if "/" in name else "" for name in names]
    parts = {name for name in classes if name.lower() in PARTS}
    if parts and (len(parts) > 1 or parts == {name for name in classes if name}):
        raise LookbookError(
            f"{folder}: its folders ({', '.join(sorted(parts))}) are parts, not classes; give one of them, or put the "
            "classes together: the kit divides the pictures itself"
        )
    rows = pd.DataFrame({"id": [shown(name) for name in names], "file": names, "class": classes}, dtype="object")
    rows = rows.astype({"id": "str", "class": "str"})  # the name of a file may hold bytes that are no text
    rows["row"], rows["extra_commas"] = -1, 0
    rows["reason"] = pd.Series(["" if name else "in no class folder" for name in classes], dtype="str")
    return rows, ["class"], []


def _targets(used: pd.DataFrame, targets: list[str], table: bool) -> tuple[dict, dict]:
    """Return labels and classes of the columns that sort the pictures."""
    labels, classes = {}, {}
    for target in targets:
        # a folder may be called NA, which in a table means: no value
        names, numbers = encode(used[target] if table else "/" + used[target])
        if 2 <= len(names) <= CLASSES and (not table or len(names) < (numbers >= 0).sum()):
            labels[target], classes[target] = numbers, names if table else [name[1:] for name in names]
    if labels and "class" not in labels:
        first = next(iter(labels))
        labels, classes = {"class": labels[first]} | labels, {"class": classes[first]} | classes
    return labels, classes


def _one_class(
    folder: Path, names: list[str], used: pd.DataFrame, tables: list[str], targets: list[str], said: list[str]
) -> str:
    count = f"{len(used):,} {'picture' if len(used) == 1 else 'pictures'}"
    if tables:
        return (
            f"{folder / tables[0]}: no column with 2 to {CLASSES} different values among {count} "
            f"(columns beside their names: {', '.join(targets) or 'none'}); add a column that sorts the pictures"
            + "".join(f"; {line}" for line in said)
        )
    classes = sorted(set(used["class"]))
    if len(classes) > CLASSES:
        together = "put what belongs together into one folder, or give a folder with some of them"
        return f"{folder}: {len(classes):,} classes, and {CLASSES} at most can be taken; {together}"
    return f"{folder}: one class only ('{classes[0]}', {count}), and two are needed; {layout.remedy(folder, names)}"


def _read(folder: Path, files: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the pictures that can be read, all of one size, and the facts of every file; "" is no file."""
    found: list[np.ndarray] = []
    facts: list[dict] = []
    sizes: list[tuple[int, int]] = []  # upright: width, height
    workers = min(4, os.cpu_count() or 1)  # the decoders let other threads work
    with ThreadPoolExecutor(workers) as pool, progress("own pictures") as show:
        show(0, len(files), "decoding")
        for start in range(0, len(files), BLOCK):
            block = [folder / name if name else None for name in files[start : start + BLOCK]]
            for image, fact, size in pool.map(_picture, block):
                facts.append(fact)
                if image is not None:
                    found.append(image)
                    sizes.append(size)
            show(start + len(block), len(files), "decoding")
    known = pd.DataFrame(facts, columns=[*MEASURED, "reason"])
    if not found:
        return np.empty((0, 1, 1, 3), dtype=np.uint8), known
    width, height = np.median(sizes, axis=0)
    scale = min(1, LONGEST / max(width, height))
    width, height = (max(round(side * scale), 1) for side in (width, height))
    images = np.empty((len(found), height, width, 3), dtype=np.uint8)
    for position, image in enumerate(found):
        images[position] = pictures.letterbox(image, width, height)
    if all((images[..., 0] == images[..., channel]).all() for channel in (1, 2)):
        images = np.ascontiguousarray(images[..., :1])
    images.flags.writeable = False  # they stay in memory, for whoever loads them next
    return images, known


def _picture(file: Path | None) -> tuple[np.ndarray | None, dict, tuple[int, int]]:
    """Return a picture, shrunk to `LONGEST`, its facts, and its own width and height, upright."""
    nothing: dict = MEASURED | {"reason": ""}
    if file is None:
        return None, nothing, (0, 0)
    raw, reason = pictures.read(file) if file.is_file() else (b"", "no file, or a link to none")
    if reason:
        return None, nothing | {"reason": reason}, (0, 0)
    image, known = pictures.decode(raw, upright=True, least=(2 * LONGEST, 2 * LONGEST))
    if image is None:
        return None, known, (0, 0)
    width, height = known["width"], known["height"]
    if (image.shape[1] > image.shape[0]) != (width > height):  # the EXIF note turned it
        width, height = height, width
    return pictures.shrunk(image, LONGEST, LONGEST), known, (width, height)
