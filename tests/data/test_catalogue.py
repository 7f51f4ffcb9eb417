"""The names of the data sets, and how `auto` chooses."""

import gzip
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from lib.base.errors import LookbookError
from lib.base.paths import ROOT
from lib.data import catalogue
from lib.data.fashion_mnist import reader as fashion_mnist
from lib.data.fashion_product import files as product_files


@pytest.fixture
def nothing_here(tmp_path, monkeypatch):
    """No real files, and no network."""
    monkeypatch.setenv("LOOKBOOK_DATA", str(tmp_path))
    monkeypatch.setenv("LOOKBOOK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("lib.base.paths.DATA", tmp_path / "empty")
    monkeypatch.setattr(fashion_mnist, "MIRRORS", ["http://127.0.0.1:9/"])
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path


def put_small_files(folder):
    """Write a Fashion-MNIST of 3 + 3 blank pictures."""
    for part in ("train", "t10k"):
        pictures = np.array([2051, 3, 28, 28], ">u4").tobytes() + bytes(3 * 784)
        labels = np.array([2049, 3], ">u4").tobytes() + bytes(3)
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(pictures))
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(labels)


def test_auto_takes_real_files(nothing_here):
    put_small_files(nothing_here)
    assert catalogue.resolve("auto") == catalogue.Resolved("fashion-mnist", None)
    assert len(catalogue.load("auto")) == 6
    assert len(catalogue.load()) == 6


def test_auto_says_why_it_falls_back(nothing_here):
    resolved = catalogue.resolve("auto")
    assert resolved.name == "garments"
    assert "could not be downloaded" in resolved.reason
    assert "lookbook data fetch fashion-mnist" in resolved.reason


def test_auto_downloads_when_it_can(nothing_here, monkeypatch):
    monkeypatch.setattr(fashion_mnist, "fetch", lambda: put_small_files(nothing_here))
    assert len(catalogue.load("auto")) == 6


def test_auto_gives_the_download_15_seconds(nothing_here, monkeypatch):
    limits = []
    monkeypatch.setattr("lib.base.download.download", lambda *_: limits.append(_[-1]))
    catalogue.resolve("auto")
    assert limits == [15]


def test_auto_does_not_wait_for_the_network_again_within_the_hour(nothing_here, monkeypatch):
    tried = []
    monkeypatch.setattr(fashion_mnist, "fetch", lambda *_: tried.append(1) or refuse())
    first, second = catalogue.resolve("auto"), catalogue.resolve("auto")
    assert first == second and "lookbook data fetch" in first.reason and len(tried) == 1
    os.utime(nothing_here / "cache" / ".download-failed-fashion-mnist", (0, 0))
    catalogue.resolve("auto")
    assert len(tried) == 2
    put_small_files(nothing_here)
    assert catalogue.resolve("auto").name == "fashion-mnist", "files that were put there since are taken"


def refuse():
    raise LookbookError("no network at all")


def test_auto_does_not_hide_broken_files(nothing_here):
    put_small_files(nothing_here)
    (nothing_here / "t10k-images-idx3-ubyte.gz").write_bytes(b"broken")
    with pytest.raises(LookbookError, match="t10k-images"):
        catalogue.load("auto")


def test_auto_does_not_hide_a_wrong_data_folder(nothing_here, monkeypatch):
    monkeypatch.setenv("LOOKBOOK_DATA", str(nothing_here / "nowhere"))
    with pytest.raises(LookbookError, match="LOOKBOOK_DATA"):
        catalogue.resolve("auto")


def test_a_named_set_never_falls_back(nothing_here):
    assert catalogue.resolve("fashion-mnist") == catalogue.Resolved("fashion-mnist", None)
    with pytest.raises(LookbookError, match="lookbook data fetch fashion-mnist"):
        catalogue.load("fashion-mnist")


@pytest.mark.parametrize("name", ["garments", "auto"])
def test_garments_are_always_there(nothing_here, monkeypatch, name):
    monkeypatch.setattr("lib.data.synthetic.garments.load", lambda: "drawn")
    assert catalogue.load(name) == "drawn"


def test_unknown_names_get_the_nearest():
    for function in (catalogue.load, catalogue.resolve, catalogue.fetch):
        with pytest.raises(LookbookError, match="did you mean 'fashion-mnist'"):
            function("fashon-mnist")


def test_auto_in_colour_takes_the_product_set_if_it_is_there(nothing_here):
    resolved = catalogue.resolve("auto", colour=True)
    assert resolved.name == "garments-colour"
    assert (
        "`lookbook data status`" in resolved.reason and "synthetic garments in colour take its place" in resolved.reason
    )
    (nothing_here / "fashion-product-images-small.zip").write_bytes(b"broken")
    assert catalogue.resolve("auto", colour=True) == catalogue.Resolved("fashion-product", None)
    with pytest.raises(LookbookError, match="damaged zip"):
        catalogue.load("fashion-product")


@pytest.mark.parametrize("grey, coloured", [("garments", "garments-colour"), ("fashion-mnist", "fashion-product")])
def test_a_set_is_itself_where_its_kind_is_needed(nothing_here, grey, coloured):
    assert catalogue.resolve(grey) == catalogue.Resolved(grey)
    assert catalogue.resolve(coloured, colour=True) == catalogue.Resolved(coloured)


def test_a_drawn_set_has_the_drawn_partner(nothing_here):
    assert catalogue.resolve("garments", colour=True) == catalogue.Resolved("garments-colour")
    assert catalogue.resolve("garments-colour") == catalogue.Resolved("garments")


def test_where_the_other_kind_is_needed_a_real_set_asks_for_auto(nothing_here):
    there = catalogue.resolve("fashion-mnist", colour=True)
    assert there == catalogue.resolve("auto", colour=True) and there.name == "garments-colour" and there.reason


def test_load_takes_the_named_set(monkeypatch):
    monkeypatch.setattr("lib.data.fashion_product.reader.load", lambda: "products")
    monkeypatch.setattr("lib.data.synthetic.garments_colour.load", lambda: "drawn in colour")
    monkeypatch.setattr("lib.data.own.reader.load", lambda path: f"own {path}")
    assert catalogue.load("fashion-product") == "products" and catalogue.load("garments-colour") == "drawn in colour"
    assert catalogue.load("own:some/folder") == "own some/folder"


def test_own_pictures_are_taken_as_they_are(tmp_path, monkeypatch):
    (tmp_path / "shoes").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("own:shoes", "own:~/shoes", f"own:{tmp_path / 'shoes'}"):
        for colour in (False, True):
            assert catalogue.resolve(name, colour) == catalogue.Resolved(f"own:{(tmp_path / 'shoes').resolve()}", None)
    for name in ("own:", "own:nowhere"):
        with pytest.raises(LookbookError, match="no such folder"):
            catalogue.resolve(name)


def test_nobody_downloads_the_product_set():
    with pytest.raises(LookbookError, match="cannot be downloaded .*kaggle.com.* put the zip"):
        catalogue.fetch("fashion-product")


def product_row():
    return next(row for row in catalogue.status() if row["name"] == "fashion-product")


def test_status_of_the_product_set_decodes_nothing(nothing_here, monkeypatch):
    monkeypatch.setattr("lib.data.fashion_product.reader.load", None)
    assert not product_row()["there"] and product_files.PAGE in product_row()["remedy"]
    file = nothing_here / "fashion-product-images-small.zip"
    file.write_bytes(b"broken")
    assert not product_row()["there"] and "damaged zip" in product_row()["remedy"]
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("styles.csv", "id")
    assert product_row() == {
        "name": "fashion-product",
        "there": True,
        "where": str(file),
        "pictures": None,
        "remedy": "",
    }
    monkeypatch.setattr("lib.data.fashion_product.reader.cached", lambda: 44_441)
    assert product_row()["pictures"] == 44_441


def test_status(nothing_here):
    rows = {row["name"]: row for row in catalogue.status()}
    assert rows["garments"]["there"] and rows["garments-colour"]["there"]
    for name in ("fashion-mnist", "fashion-mnist-h"):
        assert not rows[name]["there"] and f"lookbook data fetch {name}" in rows[name]["remedy"]
    put_small_files(nothing_here)
    row = catalogue.status()[1]
    assert (row["there"], row["where"], row["pictures"], row["remedy"]) == (True, str(nothing_here), 6, "")
    (nothing_here / "t10k-images-idx3-ubyte.gz").write_bytes(b"broken")
    row = catalogue.status()[1]
    assert not row["there"] and "t10k-images" in row["remedy"]


def test_import_stays_light():
    heavy = "{'pandas', 'sklearn', 'scipy', 'pooch', 'requests', 'keras', 'tensorflow', 'matplotlib'}"
    names = "lib.data.catalogue, lib.data.fashion_mnist.reader, lib.data.fashion_mnist.votes"
    code = f"import sys, {names}; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
