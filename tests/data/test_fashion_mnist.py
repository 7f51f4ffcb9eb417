"""Fashion-MNIST: what loads, what is refused with one clear line, what a broken download leaves behind."""

import gzip
import hashlib
import os
import socket
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from lib.base import download
from lib.base.errors import LookbookError
from lib.data.dataset import picture_digest
from lib.data.fashion_mnist import reader as fashion_mnist

SIZES = {"train": 50, "t10k": 10}
IDX = [f"{part}-{kind}" for part in SIZES for kind in ("images-idx3-ubyte", "labels-idx1-ubyte")]


def idx_bytes(values):
    """Return an array as the bytes of an IDX file."""
    magic = 2051 if values.ndim == 3 else 2049
    return np.array([magic, *values.shape], dtype=">u4").tobytes() + values.astype(np.uint8).tobytes()


@pytest.fixture
def small():
    """Two parts of random pictures and labels."""
    rng = np.random.default_rng(0)
    return {part: (rng.integers(0, 256, (n, 28, 28)), rng.integers(0, 10, n)) for part, n in SIZES.items()}


@pytest.fixture
def folder(small, tmp_path, monkeypatch):
    """$LOOKBOOK_DATA with a small Fashion-MNIST in IDX files; the kit's own data folder is empty."""
    monkeypatch.setenv("LOOKBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LOOKBOOK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("lib.base.paths.DATA", tmp_path / "empty")
    place = tmp_path / "data" / "fashion-mnist"
    place.mkdir(parents=True)
    for part, (pictures, labels) in small.items():
        (place / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx_bytes(pictures)))
        (place / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx_bytes(labels)))
    return place


def write_csv(small, place, part="train", change=lambda lines: lines):
    """Write one of Kaggle's CSV files; `change` may spoil its lines."""
    pictures, labels = small["train" if part == "train" else "t10k"]
    rows = np.column_stack([labels, pictures.reshape(len(labels), -1)])
    header = ",".join(["label"] + [f"pixel{k}" for k in range(1, 785)])
    lines = change([header] + [",".join(map(str, row)) for row in rows.tolist()])
    (place / f"fashion-mnist_{part}.csv").write_text("\n".join(lines) + "\n")


def refused(*words):
    """Assert that loading fails with one line that holds these words."""
    with pytest.raises(LookbookError) as caught:
        fashion_mnist.load()
    line = str(caught.value)
    assert "\n" not in line
    for word in words:
        assert word in line


def test_small_idx_files_load(folder, small):
    dataset = fashion_mnist.load()
    assert dataset.images.shape == (60, 28, 28, 1) and dataset.images.dtype == np.uint8
    np.testing.assert_array_equal(dataset.images[50:, ..., 0], small["t10k"][0])
    np.testing.assert_array_equal(dataset.labels["class"][:50], small["train"][1])
    assert dataset.labels["class"].dtype == np.int64
    assert dataset.test.tolist() == list(range(50, 60))
    assert dataset.ids[42] == "fashion-mnist-train-00042" and dataset.ids[50] == "fashion-mnist-test-00000"
    assert len(set(dataset.ids)) == 60
    for words in ("50 training and 10 test", "Zalando SE", "MIT", str(folder), "NOT the publisher's"):
        assert words in dataset.provenance


@pytest.mark.parametrize("change", ["raw", "dot", "no sub-folder", "unpacked but still named .gz"])
def test_other_spellings_give_the_same_data(folder, change):
    expected = fashion_mnist.load().fingerprint
    for path in list(folder.iterdir()):
        if change == "raw":
            path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
            path.unlink()
        elif change == "dot":
            path.rename(folder / path.name.replace("-idx", ".idx"))
        elif change == "no sub-folder":
            path.rename(folder.parent / path.name)
        else:
            path.write_bytes(gzip.decompress(path.read_bytes()))
    assert fashion_mnist.load().fingerprint == expected


@pytest.mark.parametrize("place", ["FashionMNIST/raw", "fashionmnist", "archive"])
def test_folders_as_unpackers_and_other_programs_leave_them(folder, small, place):
    expected, new = fashion_mnist.load().fingerprint, folder.parent / place
    new.mkdir(parents=True)
    for path in list(folder.iterdir()):
        if place == "FashionMNIST/raw":
            path.rename(new / path.name)
        elif place == "fashionmnist":  # a folder for each file, as some unpack Kaggle's zip
            name = path.name.removesuffix(".gz")
            (new / name).mkdir()
            (new / name / name).write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink(missing_ok=True)
    folder.rmdir()
    if place == "archive":
        write_csv(small, new)
        write_csv(small, new, "test")
    assert fashion_mnist.load().fingerprint == expected
    if place != "archive":
        (folder.parent / place.split("/")[0]).rename(folder.parent / "MNIST")
        assert fashion_mnist.find() is None, "the files of MNIST are called the same"


def test_kaggles_zip_that_is_not_unpacked_is_named(folder):
    for path in folder.iterdir():
        path.unlink()
    with zipfile.ZipFile(folder.parent / "archive (3).zip", "w") as archive:
        archive.writestr("fashion-mnist_train.csv", "label")
    refused("archive (3).zip holds it: unpack it there, or run `lookbook data fetch fashion-mnist`")


def test_csv_pair_gives_the_same_pictures_under_other_ids(folder, small):
    expected = fashion_mnist.load()
    for path in folder.iterdir():
        path.unlink()
    write_csv(small, folder)
    write_csv(small, folder, "test")
    dataset = fashion_mnist.load()
    assert dataset.fingerprint == expected.fingerprint
    assert not set(dataset.ids) & set(expected.ids)  # Kaggle's row 7 is not the publisher's picture 7
    assert "row order" in dataset.provenance


def test_first_folder_wins_and_the_cache_is_searched(folder, small, tmp_path, monkeypatch):
    cached = tmp_path / "cache"
    cached.mkdir()
    write_csv(small, cached)
    assert fashion_mnist.find() == folder
    monkeypatch.delenv("LOOKBOOK_DATA")
    assert fashion_mnist.find() == cached


def pack(values):
    return gzip.compress(idx_bytes(values))


GOOD = np.zeros((50, 28, 28))
SPOILT = {
    "truncated gzip": ("train-images-idx3-ubyte.gz", lambda b: b[:-500], ["ends too early"]),
    "damaged gzip": ("train-images-idx3-ubyte.gz", lambda b: b[:200] + b"\0" * 50 + b[250:], ["damaged gzip"]),
    "not gzip": (
        "t10k-labels-idx1-ubyte.gz",
        lambda b: b"PK\3\4" + b,
        ["neither gzip nor an IDX file of labels", "2049"],
    ),
    "foreign gzip": ("train-images-idx3-ubyte.gz", lambda b: gzip.compress(b"<html>not found</html>"), ["2051"]),
    "very short": ("train-images-idx3-ubyte.gz", lambda b: b"\0", ["2051"]),
    "wrong magic": ("train-images-idx3-ubyte.gz", lambda b: pack(np.zeros(50)), ["2051"]),
    "too few bytes": (
        "train-images-idx3-ubyte.gz",
        lambda b: gzip.compress(idx_bytes(GOOD)[:-1]),
        ["39,200", "39,199"],
    ),
    "too many bytes": ("train-images-idx3-ubyte.gz", lambda b: gzip.compress(idx_bytes(GOOD) + b"x"), ["39,201"]),
    "count disagrees": (
        "train-images-idx3-ubyte.gz",
        lambda b: pack(GOOD[:49]),
        ["49 pictures", "50 labels", "train-labels"],
    ),
    "no pictures": ("train-images-idx3-ubyte.gz", lambda b: pack(GOOD[:0]), ["0 items"]),
    "wrong size": ("train-images-idx3-ubyte.gz", lambda b: pack(np.zeros((50, 32, 32))), ["32x32", "28x28"]),
    "label out of range": (
        "t10k-labels-idx1-ubyte.gz",
        lambda b: pack(np.array([0] * 7 + [10, 0, 0])),
        ["label 10 of picture 7"],
    ),
    "empty file": ("t10k-labels-idx1-ubyte.gz", lambda b: b"", ["empty"]),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_spoilt_idx_file_is_named_with_its_remedy(folder, fault):
    name, spoil, words = SPOILT[fault]
    (folder / name).write_bytes(spoil((folder / name).read_bytes()))
    refused(name, "data/README.md", *words)


def test_missing_part_unreadable_file_and_no_files(folder):
    (folder / "t10k-images-idx3-ubyte.gz").unlink()
    refused("missing", "t10k-images-idx3-ubyte", "lookbook data fetch")
    (folder / "t10k-images-idx3-ubyte.gz").mkdir()
    refused("t10k-images-idx3-ubyte.gz", "cannot be read")
    (folder / "t10k-images-idx3-ubyte.gz").rmdir()
    for path in folder.iterdir():
        path.unlink()
    refused("is not in", str(folder.parent), "lookbook data fetch")


def test_pictures_that_are_not_the_publishers_are_hashed(folder):
    dataset = fashion_mnist.load()
    assert dataset.digest is None and dataset.of_pictures == picture_digest(dataset.images) != fashion_mnist.DIGEST


def test_unreadable_folder(folder, monkeypatch):
    def listdir(path, real=os.listdir):
        if str(path) == str(folder):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "listdir", listdir)
    refused(str(folder), "Permission denied", "permissions")


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_data_folder_that_is_no_folder(tmp_path, monkeypatch, kind):
    wrong = tmp_path / "wrong"
    if kind == "file":
        wrong.write_text("")
    monkeypatch.setenv("LOOKBOOK_DATA", str(wrong))
    refused(f"LOOKBOOK_DATA={wrong}", "unset")


def spoil_cell(line, column, cell):
    def change(lines):
        cells = lines[line].split(",")
        cells[column] = cell
        return [*lines[:line], ",".join(cells), *lines[line + 1 :]]

    return change


SPOILT_CSV = {
    "missing column": (lambda lines: [line.rsplit(",", 1)[0] for line in lines], ["784 columns"]),
    "extra column": (lambda lines: [line + ",0" for line in lines], ["786 columns"]),
    "other header": (lambda lines: ["class" + lines[0][5:], *lines[1:]], ["first line"]),
    "no header": (lambda lines: lines[1:], ["first line"]),
    "short row": (lambda lines: [*lines[:3], lines[3][:40], *lines[4:]], ["line 4"]),
    "all rows short": (lambda lines: [lines[0], *(line.rsplit(",", 1)[0] for line in lines[1:])], ["line 2", "784"]),
    "long row": (lambda lines: [*lines[:3], lines[3] + ",0", *lines[4:]], ["line 4", "786"]),
    "not a number": (spoil_cell(5, 8, "abc"), ["line 6", "pixel8", "'abc'"]),
    "fraction": (spoil_cell(5, 8, "1.5"), ["line 6", "pixel8", "'1.5'"]),
    "no value": (spoil_cell(5, 8, ""), ["line 6", "pixel8"]),
    "over 255": (spoil_cell(1, 784, "256"), ["line 2", "pixel784", "'256'"]),
    "below 0": (spoil_cell(50, 1, "-1"), ["line 51", "pixel1", "'-1'"]),
    "label out of range": (spoil_cell(4, 0, "10"), ["label 10 of picture 3"]),
    "only a header": (lambda lines: lines[:1], ["no line below"]),
    "empty file": (lambda lines: [], ["empty"]),
}


@pytest.mark.parametrize("fault", SPOILT_CSV)
def test_spoilt_csv_names_the_line(folder, small, fault):
    for path in folder.iterdir():
        path.unlink()
    change, words = SPOILT_CSV[fault]
    write_csv(small, folder, change=change)
    write_csv(small, folder, "test")
    refused("fashion-mnist_train.csv", "data/README.md", *words)


def test_half_a_csv_pair(folder, small):
    for path in folder.iterdir():
        path.unlink()
    write_csv(small, folder)
    refused("missing", "fashion-mnist_test.csv")


# Downloads, from a server on this machine ----------------------------------------------------------------------------


@pytest.fixture
def server(folder, tmp_path, monkeypatch):
    """Serve the small files; `server.fault` says what goes wrong at which path. The cache is empty."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802
            mirror, name = self.path.strip("/").split("/")
            content, fault = httpd.files[name], httpd.faults.get((mirror, name)) or httpd.faults.get(mirror)
            httpd.asked.append(self.path)
            if fault == "hang":
                httpd.release.wait(20)
                return
            if fault == "404":
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if fault == "cut" else content[::-1] if fault else content)

        def log_message(self, *_):
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    httpd.files = {path.name: path.read_bytes() for path in folder.iterdir()}
    httpd.faults, httpd.asked, httpd.release = {}, [], threading.Event()
    sums = {f"fashion-mnist/{name}": hashlib.sha256(content).hexdigest() for name, content in httpd.files.items()}
    address = f"http://127.0.0.1:{httpd.server_port}"
    monkeypatch.setattr(download, "checksums", lambda: sums)
    monkeypatch.setattr(fashion_mnist, "MIRRORS", [f"{address}/one/", f"{address}/two/"])
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("LOOKBOOK_DATA")
    threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield httpd
    httpd.release.set()
    httpd.shutdown()
    httpd.server_close()


def test_fetch_brings_the_files_once(server, tmp_path):
    place = fashion_mnist.fetch()
    assert place == tmp_path / "cache" / "fashion-mnist"
    assert sorted(os.listdir(place)) == sorted(f"{name}.gz" for name in IDX)
    assert "publisher's checksums" in fashion_mnist.load().provenance
    assert len(server.asked) == 4
    (place / "t10k-labels-idx1-ubyte.gz").write_bytes(b"spoilt")
    fashion_mnist.fetch()
    assert len(server.asked) == 5


@pytest.mark.parametrize("fault", ["cut", "wrong bytes", "404"])
def test_fetch_falls_back_to_the_mirror(server, fault):
    server.faults[("one", "train-images-idx3-ubyte.gz")] = fault
    fashion_mnist.fetch()
    assert len(fashion_mnist.load()) == 60


@pytest.mark.parametrize(
    "fault, words", [("cut", "cut off"), ("wrong bytes", "checksum"), ("404", "404"), ("hang", "no answer")]
)
def test_fetch_that_fails_leaves_nothing(server, tmp_path, fault, words):
    for mirror in ("one", "two"):
        server.faults[(mirror, "t10k-images-idx3-ubyte.gz")] = fault
    with pytest.raises(LookbookError, match=words) as caught:
        fashion_mnist.fetch(timeout=1.5)
    assert "by hand" in str(caught.value) and "\n" not in str(caught.value)
    assert not (tmp_path / "cache" / "fashion-mnist").exists()


def test_fetch_keeps_what_was_there(server, tmp_path):
    place = tmp_path / "cache" / "fashion-mnist"
    place.mkdir(parents=True)
    (place / "mine.txt").write_text("mine")
    server.faults |= {"one": "cut", "two": "cut"}
    with pytest.raises(LookbookError):
        fashion_mnist.fetch()
    assert os.listdir(place) == ["mine.txt"]


def test_fetch_gives_up_although_the_socket_does_not(folder, tmp_path, monkeypatch):
    """A name server that hangs heeds no time-out of a socket; a thread that never returns stands in for it here."""
    never = threading.Event()
    monkeypatch.setattr(download, "_fetch", lambda *_: never.wait(20))
    with pytest.raises(LookbookError, match="given up"):
        fashion_mnist.fetch(timeout=0.3)
    monkeypatch.setattr(download, "QUIET", 0.2)
    with pytest.raises(LookbookError, match="given up"):
        fashion_mnist.fetch(timeout=600)
    never.set()
    assert not (tmp_path / "cache" / "fashion-mnist").exists()


def test_fetch_without_a_server(folder, tmp_path, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setattr(fashion_mnist, "MIRRORS", [f"http://127.0.0.1:{port}/"])
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(LookbookError, match="no answer from 127.0.0.1"):
        fashion_mnist.fetch()
    assert not (tmp_path / "cache" / "fashion-mnist").exists()


def test_the_real_files(real_data):
    dataset = fashion_mnist.load()
    assert dataset.images.shape == (70_000, 28, 28, 1)
    assert np.bincount(dataset.labels["class"][:60_000]).tolist() == [6_000] * 10
    assert np.bincount(dataset.labels["class"][dataset.test]).tolist() == [1_000] * 10
    assert round(float(dataset.images[:60_000].mean()) / 255, 4) == 0.2860
    assert "with the publisher's checksums" in dataset.provenance
    assert dataset.digest == picture_digest(dataset.images)
