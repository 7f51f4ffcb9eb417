"""The IDX file format of MNIST and Fashion-MNIST: a big-endian header, then one byte a value.

Header: a magic number (2051 for pictures, 2049 for labels), then the length of every axis, all as 4-byte integers.
Source: Y. LeCun's MNIST page, which Fashion-MNIST follows (arXiv 1708.07747).
"""

import gzip
import zlib
from pathlib import Path

import numpy as np

from lib.base.errors import LookbookError

PICTURES, LABELS = 2051, 2049
REMEDY = "replace it as data/README.md says, or move these files away and run `lookbook data fetch fashion-mnist`"


def read_pictures(path: Path) -> np.ndarray:
    """Return the pictures of one IDX file (gzip or not) as uint8 (N, 28, 28), read-only.

    Raises LookbookError if the file is unreadable, truncated, of another format, or not of 28x28 pixels.
    """
    raw = _read_bytes(path)
    count, height, width = _header(raw, path, PICTURES, axes=3)
    if (height, width) != (28, 28):
        raise LookbookError(f"{path}: its pictures are {height}x{width} pixels, not 28x28; {REMEDY}")
    return _values(raw, path, 16, (count, 28, 28))


def read_labels(path: Path) -> np.ndarray:
    """Return the labels of one IDX file (gzip or not) as uint8 (N,), read-only; raises as `read_pictures` does."""
    raw = _read_bytes(path)
    (count,) = _header(raw, path, LABELS, axes=1)
    return _values(raw, path, 8, (count,))


def _read_bytes(path: Path) -> bytes:
    """Return the file's content, unpacked if it is gzip: the first two bytes tell, as some browsers unpack unasked."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LookbookError(f"{path}: cannot be read ({error.strerror}); check the file and its permissions") from error
    if not content:
        raise LookbookError(f"{path}: the file is empty; {REMEDY}")
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        return gzip.decompress(content)
    except EOFError as error:
        raise LookbookError(f"{path}: the gzip file ends too early, a download cut short?; {REMEDY}") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise LookbookError(f"{path}: a damaged gzip file ({error}); {REMEDY}") from error


def _header(raw: bytes, path: Path, magic: int, axes: int) -> list[int]:
    """Return the length of every axis, after checking the magic number."""
    header = np.frombuffer(raw[: 4 * (1 + axes)], dtype=">u4") if len(raw) >= 4 * (1 + axes) else np.zeros(1)
    if header[0] != magic:
        kind = "pictures" if magic == PICTURES else "labels"
        raise LookbookError(
            f"{path}: neither gzip nor an IDX file of {kind} (the magic number is not {magic}); {REMEDY}"
        )
    return [int(length) for length in header[1:]]


def _values(raw: bytes, path: Path, offset: int, shape: tuple[int, ...]) -> np.ndarray:
    """Return what follows the header, after checking that it is as long as the header says."""
    if shape[0] == 0:
        raise LookbookError(f"{path}: the header promises 0 items; {REMEDY}")
    promised, found = int(np.prod(shape, dtype=object)), len(raw) - offset
    if found != promised:
        raise LookbookError(f"{path}: the header promises {promised:,} bytes, {found:,} follow; {REMEDY}")
    return np.frombuffer(raw, dtype=np.uint8, offset=offset).reshape(shape)
