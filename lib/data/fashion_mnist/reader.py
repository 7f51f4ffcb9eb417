"""Fashion-MNIST, the real grey set: 60,000 training and 10,000 test pictures of 28x28 pixels in ten classes.

Source: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST", arXiv 1708.07747; published by Zalando SE, MIT licence.
Read from the publisher's four IDX files or from Kaggle's two CSV files. A few pictures in these formats load as well.
"""

import zipfile
from contextlib import suppress
from pathlib import Path, PurePosixPath

import numpy as np

from lib.base import download
from lib.base.errors import LookbookError
from lib.base.files import folders_in, names_in
from lib.base.paths import cache, data_folders
from lib.data.dataset import Dataset
from lib.data.fashion_mnist import idx, kaggle_csv

CLASSES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
PARTS = {"train": "train", "test": "t10k"}  # our name of a part, and the publisher's
CSV = {"train": "fashion-mnist_train.csv", "test": "fashion-mnist_test.csv"}
DIGEST = "a6f228c929cb9c9c"  # `picture_digest` of the publisher's pictures: whoever has their files need not hash them
MIRRORS = [
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
]


def load() -> Dataset:
    """Return `fashion-mnist`: the training pictures, then the test pictures, in the order of the files.

    images uint8 (70000, 28, 28, 1), labels["class"] int64 (70000,), test = the positions 60000 to 69999. With smaller
    files: as many as they hold. Kaggle's CSV files hold the same pictures in ANOTHER ORDER, so their ids say `csv`.
    Raises LookbookError if nothing is there, a part is missing, or a file is damaged; the line names the file.
    """
    folder = find()
    if folder is None:
        places = ", ".join(str(place) for place in data_folders())
        raise LookbookError(
            f"Fashion-MNIST is not in {places}; {_packed()}run `lookbook data fetch fashion-mnist`, or see "
            "data/README.md"
        )
    files, tables = _idx_files(folder), _csv_files(folder)
    if len(files) == 4 or not tables:
        _refuse_missing(folder, [name for name in _idx_names() if name not in files])
        parts = {part: _read_idx_part(files, short) for part, short in PARTS.items()}
        mark, same = "", _are_the_publishers(files)
        order = "IDX files with the publisher's checksums" if same else "IDX files, checksums NOT the publisher's"
    else:
        _refuse_missing(folder, [name for name in CSV.values() if name not in tables])
        parts = {part: _read_csv_part(folder / name) for part, name in CSV.items()}
        mark, same = "csv-", False
        order = "Kaggle's CSV pair in Kaggle's row order, which is not the publisher's; no checksum known"
    sizes = {part: len(labels) for part, (_, labels) in parts.items()}
    return Dataset(
        name="fashion-mnist",
        images=np.concatenate([pictures for pictures, _ in parts.values()])[..., None],
        labels={"class": np.concatenate([labels for _, labels in parts.values()]).astype(np.int64)},
        classes={"class": list(CLASSES)},
        ids=np.array([f"fashion-mnist-{mark}{part}-{k:05d}" for part in PARTS for k in range(sizes[part])]),
        test=np.arange(sizes["train"], sizes["train"] + sizes["test"]),
        provenance=f"Fashion-MNIST (Zalando SE, MIT licence), {sizes['train']:,} training and {sizes['test']:,} test "
        f"pictures, read from {folder} ({order}).",
        digest=DIGEST if same else None,
    )


def fetch(timeout: float = 15) -> Path:
    """Download the publisher's four files (31 MB) and return their folder, `fashion-mnist` in lib.base.paths.cache().

    timeout: seconds for everything; without any network it gives up after 15 s at the latest, whatever the timeout.
    Raises LookbookError if they do not all come, with the right checksums; then none of them is kept.
    """
    folder, known = cache() / "fashion-mnist", download.checksums()
    try:
        sums = {f"{name}.gz": f"sha256:{known[f'fashion-mnist/{name}.gz']}" for name in _idx_names()}
        download.download(sums, MIRRORS, folder, timeout)
    except LookbookError as error:
        raise LookbookError(
            f"Fashion-MNIST could not be downloaded ({error}); try `lookbook data fetch fashion-mnist` again "
            f"or put the four files that data/README.md names into {folder} by hand"
        ) from error
    return folder


def find() -> Path | None:
    """Return the first folder that holds any file of Fashion-MNIST, whole or not; None if there is none.

    Looks into each of `data_folders()`, first into its folder `fashion-mnist`, last into all folders two deep: there
    IDX files count below a name with "fashion" in it alone, because those of MNIST have the same names.
    Raises LookbookError if $LOOKBOOK_DATA names no folder, or if a folder cannot be read.
    """
    for folder in data_folders():
        for place in (folder / "fashion-mnist", folder):
            if _idx_files(place) or _csv_files(place):
                return place
    for folder in data_folders():
        for place in folders_in(folder, 2):
            if _csv_files(place) or ("fashion" in str(place.relative_to(folder)).lower() and _idx_files(place)):
                return place
    return None


def _packed() -> str:
    """Return which zip in the data folders holds the set, and what to do; "" for none."""
    for file in (file for folder in data_folders() for file in sorted(folder.glob("*.zip"))):
        with suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(file) as archive:
            if {PurePosixPath(name).name for name in archive.namelist()} & set(CSV.values()):
                return f"{file} holds it: unpack it there, or "
    return ""


def _idx_names() -> list[str]:
    """Return the official names of the four IDX files, without .gz."""
    kinds = ("images-idx3-ubyte", "labels-idx1-ubyte")
    return [f"{short}-{kind}" for short in PARTS.values() for kind in kinds]


def _idx_files(folder: Path) -> dict[str, Path]:
    """Return the IDX files of a folder by official name; some copies write a dot before `idx`."""
    there, found = names_in(folder), {}
    for name in _idx_names():
        dotted = name.replace("-idx", ".idx")
        spellings = [s for s in (f"{name}.gz", name, f"{dotted}.gz", dotted) if s in there]
        if spellings:
            file = folder / spellings[0]
            found[name] = file / file.name if file.is_dir() else file  # as some unpack Kaggle's zip
    return found


def _csv_files(folder: Path) -> set[str]:
    """Return the names of those of Kaggle's two CSV files that lie in a folder."""
    return names_in(folder) & set(CSV.values())


def _refuse_missing(folder: Path, missing: list[str]) -> None:
    if missing:
        raise LookbookError(
            f"{folder}: a part of Fashion-MNIST is missing ({', '.join(missing)}); add it as data/README.md says, "
            "or move the other files away and run `lookbook data fetch fashion-mnist`"
        )


def _are_the_publishers(files: dict[str, Path]) -> bool:
    """Return whether IDX files, packed or not, are byte for byte the publisher's."""
    known = download.checksums()
    sums = {f"fashion-mnist/{name}": download.sha256(path) for name, path in files.items()}
    return all(digest in (known.get(name), known.get(f"{name}.gz")) for name, digest in sums.items())


def _read_idx_part(files: dict[str, Path], short: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the pictures (N, 28, 28) and labels (N,) of one part, after checking that they belong together."""
    picture_path, label_path = files[f"{short}-images-idx3-ubyte"], files[f"{short}-labels-idx1-ubyte"]
    pictures, labels = idx.read_pictures(picture_path), idx.read_labels(label_path)
    if len(pictures) != len(labels):
        raise LookbookError(
            f"{picture_path} holds {len(pictures):,} pictures, but {label_path} {len(labels):,} labels; {idx.REMEDY}"
        )
    return pictures, _checked_labels(labels, label_path)


def _read_csv_part(path: Path) -> tuple[np.ndarray, np.ndarray]:
    pictures, labels = kaggle_csv.read(path)
    return pictures, _checked_labels(labels, path)


def _checked_labels(labels: np.ndarray, path: Path) -> np.ndarray:
    wrong = np.flatnonzero(labels >= len(CLASSES))
    if len(wrong):
        raise LookbookError(
            f"{path}: label {labels[wrong[0]]} of picture {wrong[0]} (counted from 0) is not one of 0 to 9; "
            f"{kaggle_csv.REMEDY}"
        )
    return labels
