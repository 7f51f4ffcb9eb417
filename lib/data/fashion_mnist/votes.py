"""Fashion-MNIST-H: how many people chose each class for each of the 10,000 test pictures. Optional data.

Source: T. Ishida, I. Yamane, N. Charoenphakdee, G. Niu, M. Sugiyama, "Is the performance of my deep network too good to
be true?", ICLR 2023, arXiv 2202.00395, section 5.3; repository takashiishida/irreducible, GPL-3, so never copied into
this kit. Its rows follow the publisher's IDX files: with Kaggle's CSV files the pictures lie in another order.
"""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lib.base import download
from lib.base.errors import LookbookError
from lib.base.files import names_in
from lib.base.paths import cache, data_folders
from lib.data.dataset import Dataset

if TYPE_CHECKING:
    import pandas as pd

NAME = "fashion-mnist-h/fmh_counts.csv"
MIRRORS = [  # the first address names the version that has our checksum; `main` is where it lies today
    "https://raw.githubusercontent.com/takashiishida/irreducible/18e120d239fd5db9889e88ce66f87222d3531472/data/",
    "https://raw.githubusercontent.com/takashiishida/irreducible/main/data/",
]
REMEDY = "replace it as data/README.md says, or move it away and run `lookbook data fetch fashion-mnist-h`"


def load_votes() -> np.ndarray | None:
    """Return the votes, int64 (10000, 10), a row per test picture and a column per class; None without the file.

    Raises LookbookError if the file is there but cannot be read or is not such a table.
    """
    path = find()
    if path is None:
        return None
    try:
        votes = np.loadtxt(path, dtype=np.int64, delimiter=",", ndmin=2)
    except OSError as error:
        raise LookbookError(f"{path}: cannot be read ({error.strerror}); check the file and its permissions") from error
    except ValueError as error:
        raise LookbookError(f"{path}: not a table of whole numbers ({error}); {REMEDY}") from error
    if votes.shape != (10_000, 10) or votes.min() < 0 or votes.sum(axis=1).min() == 0:
        rows, columns = votes.shape
        raise LookbookError(
            f"{path}: {rows:,} rows x {columns} columns, not 10,000 x 10 counts with a vote in every row; {REMEDY}"
        )
    return votes


def find() -> Path | None:
    """Return the path of the votes, `fashion-mnist-h/fmh_counts.csv` or `fmh_counts.csv` in a data folder, or None."""
    places = [folder / name for folder in data_folders() for name in (NAME, Path(NAME).name)]
    return next((place for place in places if place.name in names_in(place.parent)), None)


def fetch_votes(timeout: float = 15) -> Path:
    """Download the votes (0.2 MB) from the publisher's repository and return their path, or raise LookbookError."""
    folder = cache() / Path(NAME).parent
    try:
        sums = {Path(NAME).name: f"sha256:{download.checksums()[NAME]}"}
        download.download(sums, MIRRORS, folder, timeout)
    except LookbookError as error:
        raise LookbookError(
            f"Fashion-MNIST-H could not be downloaded ({error}); try `lookbook data fetch fashion-mnist-h` again "
            f"or put fmh_counts.csv into {folder} by hand, as data/README.md says"
        ) from error
    return folder / Path(NAME).name


def belong_to(dataset: Dataset) -> bool:
    """Return whether the votes are about this data set's test pictures: Fashion-MNIST's, in the publisher's order."""
    if dataset.test is None or "class" not in dataset.labels:
        return False
    return in_their_order(dataset.labels["class"][dataset.test])


def in_their_order(labels: np.ndarray) -> bool:
    """Return whether these are the labels of Fashion-MNIST's test pictures, int (N,), in the publisher's order."""
    idx_file = bytes.fromhex("00000801 00002710") + labels.astype(np.uint8).tobytes()  # 2049, 10000: an IDX header
    return hashlib.sha256(idx_file).hexdigest() == download.checksums()["fashion-mnist/t10k-labels-idx1-ubyte"]


def agreement(votes: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return for each picture the share of people who chose the publisher's label, float64 (N,) from 0 to 1.

    votes: (N, classes) counts. labels: (N,) the publisher's labels of the same pictures, in the same order.
    """
    return votes[np.arange(len(labels)), labels] / votes.sum(axis=1)


def of_pictures(labels: np.ndarray) -> "pd.DataFrame | None":
    """Return what people say of each test picture: wrong (which share of them), majority (whether most are right).

    labels: of the test pictures, int (10000,). majority: 1 or 0; where k classes share the most votes, the label among
    them, 1/k, as a drawn lot would give. None without the votes, and where the labels are in another order than theirs.
    """
    votes = load_votes() if in_their_order(labels) else None
    if votes is None:
        return None
    most = votes == votes.max(axis=1, keepdims=True)
    right = most[np.arange(len(labels)), labels] / most.sum(axis=1)
    import pandas as pd  # not above: the catalogue imports this, and stays light

    return pd.DataFrame({"wrong": 1 - agreement(votes, labels), "majority": right})


def majority_accuracy(votes: np.ndarray, labels: np.ndarray) -> float:
    """Return how often the class that most people chose is the publisher's label, from 0 to 1.

    Where k classes share the most votes, the label among them, the picture counts 1/k, as a drawn lot would give.
    """
    most = votes == votes.max(axis=1, keepdims=True)
    return float((most[np.arange(len(labels)), labels] / most.sum(axis=1)).mean())
