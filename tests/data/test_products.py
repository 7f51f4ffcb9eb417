"""The product table and the real product set, from small zips and folders of every kind of dirt."""

import io
import os
import re
import struct
import subprocess
import sys
import zipfile
import zlib

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from lib.base import paths
from lib.base.errors import LookbookError
from lib.data import groups
from lib.data.dataset import picture_digest
from lib.data.fashion_product import files as product_files
from lib.data.fashion_product import reader as fashion_product
from lib.data.fashion_product import table as products

HEADER = "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName"


def row(own, name="Shirt", usage="Casual", colour="Blue"):
    return f"{own},Men,Apparel,Topwear,Shirts,{colour},Fall,2011,{usage},{name}"


def styles(*rows):
    return "\n".join([HEADER, *rows]) + "\n"


def picture(seed=0, size=(60, 80), mode="RGB", kind="PNG"):
    """Return the bytes of a picture of noise: no two seeds are twins."""
    noise = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    raw = io.BytesIO()
    Image.fromarray(noise).convert(mode).save(raw, kind)
    return raw.getvalue()


def huge_png(side):
    """Return a PNG of few bytes whose header promises side x side pixels."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(bytes(1000)))]
    parts = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def write_zip(file, entries):
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file


def simple(prefix="", count=3, offset=0):
    """Return the entries of a clean set."""
    entries = {f"{prefix}styles.csv": styles(*(row(100 + k, f"Name {k}") for k in range(count)))}
    return entries | {f"{prefix}images/{100 + k}.jpg": picture(k + offset) for k in range(count)}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Return an empty data folder, with a cache beside it; every picture is a group of its own here."""
    monkeypatch.setattr("lib.data.groups.groups", lambda images, names: np.arange(len(images)))
    monkeypatch.setenv("LOOKBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LOOKBOOK_CACHE", str(tmp_path / "cache"))
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def put(here, entries, name="fashion-product-images-small.zip"):
    return write_zip(here / name, entries)


def by_id(dataset):
    return dataset.source.set_index("id")


def nothing_left(folder):
    return not folder.exists() or [file for file in folder.iterdir() if "product" in file.name] == []


# the table


def test_commas_and_quotes_in_names_survive():
    text = styles(row(1, "Perfume, After Shave, and Gel"), row(2, 'Tempo 3.5" Short'), row(3, '"Tie, Blue"'), row(4))
    table = products.read_styles(text, "styles.csv")
    assert table["productDisplayName"].tolist() == [
        "Perfume, After Shave, and Gel",
        'Tempo 3.5" Short',
        "Tie, Blue",
        "Shirt",
    ]
    assert table["extra_commas"].tolist() == [2, 0, 1, 0] and table["row"].tolist() == [1, 2, 3, 4]
    assert (table["reason"] == "").all() and table["usage"].tolist() == ["Casual"] * 4


def test_the_name_may_stand_elsewhere_and_columns_may_be_added():
    columns = ["price", "productDisplayName", *HEADER.split(",")[:-1]]
    text = ",".join(columns) + "\r\n9,A, B,7,Men,Apparel,Topwear,Shirts,NA,Fall,2011,Casual\r\n"
    table = products.read_styles("\ufeff".encode() + text.encode(), "styles.csv")
    assert table.iloc[0][["price", "productDisplayName", "id", "usage"]].tolist() == ["9", "A, B", "7", "Casual"]
    assert table["baseColour"].tolist() == ["NA"] and table["extra_commas"].tolist() == [1]


def test_a_row_that_cannot_be_used_says_why():
    text = styles(row(1), "2,Men,Apparel", row(1, "Again"), "", row(""), row(2))
    table = products.read_styles(text, "styles.csv")
    assert table["row"].tolist() == [1, 2, 3, 5, 6], "an empty line counts as a line, but is no row"
    assert table["reason"].tolist() == ["", "too few fields (3 of 10)", "id again, as in row 1", "no id", ""]
    assert table["season"].tolist()[1] == ""


def test_other_encodings_load():
    assert products.read_styles(styles(row(1, "Café")).encode("cp1252"), "x")["productDisplayName"].tolist() == ["Café"]


@pytest.mark.parametrize("text", ["id,gender\n1,Men\n", "", HEADER + ",id\n", "\x00\x01\x02", HEADER + "\n\n"])
def test_a_table_of_something_else_is_refused(text):
    with pytest.raises(LookbookError, match="some/styles.csv: .*Kaggle's styles.csv"):
        products.read_styles(text, "some/styles.csv")


def test_the_error_names_the_missing_columns():
    with pytest.raises(LookbookError, match="season, usage in its"):
        products.read_styles(HEADER.replace("season", "saison").replace("usage", "use") + "\n", "styles.csv")


def test_classes_are_sorted_by_frequency_and_missing_values_are_none():
    names, labels = products.encode(pd.Series(["b", "NA", "c", "a", "", "c", " b "], dtype="str"))
    assert names == ["b", "c", "a"] and labels.tolist() == [0, -1, 1, 2, -1, 1, 0] and labels.dtype == np.int64


def test_dataset_accounts_for_every_row_and_picture():
    table = products.read_styles(styles(row(5), row(4), "3,Men", row(2), row(4), row(1, usage="NA")), "styles.csv")
    facts = [("1", 60, 80, "RGB", ""), ("5", 50, 80, "L", ""), ("4", 7, 7, "P", "damaged"), ("3", 1, 2, "RGB", "")]
    known = pd.DataFrame([*facts, ("9", 8, 8, "RGB", "")], columns=["id", "width", "height", "mode", "reason"])
    images = np.zeros((2, 80, 60, 3), dtype=np.uint8)
    dataset = products.dataset("x", table, known, images, "Made for a test.", {"a": 1}, groups=np.array([0, 1]))
    assert dataset.ids.tolist() == ["1", "5"] and dataset.labels["usage"].tolist() == [-1, 0]
    assert set(dataset.labels) == set(products.TARGETS) and dataset.test is None and dataset.truth == {"a": 1}
    assert dataset.digest == picture_digest(images)
    source = dataset.source
    assert source["id"].tolist() == ["5", "4", "3", "2", "4", "1", "9"]
    assert source["row"].tolist() == [1, 2, 3, 4, 5, 6, -1]
    assert source["position"].tolist() == [1, -1, -1, -1, -1, 0, -1]
    reasons = ["", "damaged", "too few fields (2 of 10)", "no picture", "id again, as in row 2", "", "no row"]
    assert source["reason"].tolist() == reasons
    assert source["width"].tolist() == [50, 7, 1, 0, 0, 60, 8], "a picture's size stands in one row"
    assert source["mode"].tolist() == ["L", "P", "RGB", "", "", "RGB", "RGB"]
    assert source["usage"].tolist()[5] == "NA" and source["position"].dtype == np.int64


def test_a_good_row_is_taken_though_a_broken_one_has_its_id():
    table = products.read_styles(styles("3,Men", row(3)), "styles.csv")
    known = pd.DataFrame([("3", 60, 80, "RGB")], columns=["id", "width", "height", "mode"])
    dataset = products.dataset("x", table, known, np.zeros((1, 80, 60, 3), np.uint8), "", groups=np.zeros(1, int))
    assert dataset.source["position"].tolist() == [-1, 0] and dataset.source["width"].tolist() == [0, 60]


def test_products_of_one_name_are_one_group_but_not_those_without_a_name():
    rows = [row(k, name) for k, name in enumerate(["Blue Shirt", "NA", "blue shirt ", "NA", "Red Shirt"])]
    images = np.random.default_rng(0).integers(0, 256, (5, 80, 60, 3), dtype=np.uint8)
    known = pd.DataFrame({"id": list("01234"), "width": 60, "height": 80, "mode": "RGB"})
    dataset = products.dataset("x", products.read_styles(styles(*rows), "styles.csv"), known, images, "")
    assert dataset.groups.tolist() == [0, 1, 0, 2, 3]


# the files


def test_a_zip_with_every_kind_of_dirt(here):
    rows = [row(k, f"Name {k}") for k in range(1, 10)]
    put(
        here,
        {
            "styles.csv": styles(*rows, "10,Men"),
            "images/1.jpg": picture(1),
            "images/2.jpg": picture(2, mode="L"),
            "images/3.jpg": picture(3, (40, 50)),
            "images/4.jpg": picture(4, (300, 200)),
            "images/5.jpg": b"this is no picture",
            "images/6.jpg": huge_png(100_000),
            "images/9.jpg": huge_png(8_000),
            "images/7.jpg": picture(7)[:2000],
            "images/10.jpg": picture(9),
            "images/77.jpg": picture(77, mode="L"),
            "images/78.jpg": b"",
            "images/notes.txt": "no picture",
        },
    )
    dataset = fashion_product.load()
    assert dataset.ids.tolist() == ["1", "2", "3", "4"] and dataset.images.shape == (4, 80, 60, 3)
    found = by_id(dataset)
    assert (found["reason"] == "").sum() == 4 and len(found) == 12
    for own, reason in {
        "5": "no picture",
        "6": "50,000,000 pixels",
        "7": "a damaged picture",
        "8": "no picture",
        "9": "50,000,000 pixels",
    }.items():
        assert reason in found.loc[own, "reason"]
    assert found.loc[["77", "78"], "reason"].tolist() == ["no row", "no row; an empty file"]
    assert found.loc["2", ["width", "height", "mode"]].tolist() == [60, 80, "L"]
    assert found.loc["3", ["width", "height", "mode"]].tolist() == [40, 50, "RGB"]
    assert found.loc[["10", "77"], "mode"].tolist() == ["RGB", "L"], "the size of unused pictures is known as well"
    original = np.asarray(Image.open(io.BytesIO(picture(1))))
    assert np.array_equal(dataset.images[0], original)
    grey = dataset.images[1]
    assert (grey[..., 0] == grey[..., 1]).all() and (grey[..., 0] == grey[..., 2]).all()
    small = np.asarray(Image.open(io.BytesIO(picture(3, (40, 50)))))
    assert np.array_equal(dataset.images[2][15:65, 10:50], small), "centred, not enlarged"
    border = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    assert (np.abs(dataset.images[2][0, 0] - np.median(border, axis=0)) < 1).all()
    assert len(np.unique(dataset.images[3][:19].reshape(-1, 3), axis=0)) == 1, "shrunk to 60x40"
    assert dataset.digest == picture_digest(dataset.images) and "4 pictures for 10 rows" in dataset.provenance


def test_the_second_load_decodes_nothing_and_equals_the_first(here, monkeypatch):
    put(here, simple())
    assert fashion_product.cached() is None
    first = fashion_product.load()
    monkeypatch.setattr("lib.data.pictures.decode", None)
    monkeypatch.setattr("lib.data.groups.groups", None)
    second = fashion_product.load()
    assert isinstance(second.images, np.memmap) and np.array_equal(first.images, second.images)
    assert first.source.equals(second.source) and first.digest == second.digest
    assert np.array_equal(first.groups, second.groups) and fashion_product.cached() == 3


@pytest.mark.parametrize("name", ["images.npy", "styles.csv", "pictures.csv", "content.json", "groups-*.npy"])
@pytest.mark.parametrize("damage", ["gone", "short"])
def test_a_damaged_cache_is_made_again(here, name, damage):
    put(here, simple())
    first = fashion_product.load()
    expected, groups, source = first.images.copy(), first.groups.copy(), first.source
    (file,) = paths.cache().glob(f"fashion-product-*/{name}")
    file.unlink() if damage == "gone" else file.write_bytes(file.read_bytes()[:-7])
    again = fashion_product.load()
    assert np.array_equal(again.images, expected) and np.array_equal(again.groups, groups)
    assert again.source.equals(source) and file.exists() and len(list(paths.cache().glob("fashion-product-*"))) == 1


def test_groups_are_found_again_when_their_version_is_raised_and_only_then(here, monkeypatch):
    put(here, simple())
    found = []
    monkeypatch.setattr("lib.data.groups.groups", lambda images, names: found.append(1) or np.arange(len(images)))
    fashion_product.load()
    fashion_product.load()
    monkeypatch.setattr("lib.data.groups.VERSION", groups.VERSION + 1)
    fashion_product.load()
    assert len(found) == 2 and len(list(paths.cache().glob("fashion-product-*/groups-*.npy"))) == 2


TWO = """
import sys, time
from pathlib import Path
from lib.data import pictures
from lib.data.fashion_product import reader
decode = pictures.decode
def logged(*args, **named):
    with Path(sys.argv[1]).open("a") as file:
        file.write("decodes ")
    time.sleep(0.5)
    return decode(*args, **named)
pictures.decode = logged
assert len(reader.load()) == 3
"""


def test_two_processes_decode_the_set_once_and_both_get_it(here, tmp_path):
    put(here, simple())
    log = tmp_path / "log.txt"
    both = [subprocess.Popen([sys.executable, "-c", TWO, str(log)]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert log.read_text().split() == ["decodes"] * 3
    assert sorted(path.name[:15] for path in paths.cache().iterdir()) == [".locks", "fashion-product"]


def test_a_changed_source_is_read_anew(here):
    file = put(here, simple())
    before = fashion_product.load().digest
    put(here, simple(offset=50))
    os.utime(file, (1, 1))
    assert fashion_product.load().digest != before


def write_folder(folder, entries):
    for name, content in entries.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize(
    "prefix", ["", "fashion-product-images-small/", "fashion-product-images-small/myntradataset/", "myntradataset/"]
)
def test_unpacked_folders(here, prefix):
    write_folder(here, simple(prefix))
    dataset = fashion_product.load()
    assert dataset.ids.tolist() == ["100", "101", "102"]
    (here / prefix / "images/100.jpg").write_bytes(picture(99))
    assert fashion_product.load().digest != dataset.digest


def test_the_copy_at_the_top_is_preferred_and_none_counts_twice(here):
    put(here, simple("myntradataset/", 5, offset=20) | simple())
    dataset = fashion_product.load()
    assert len(dataset) == 3 and len(dataset.source) == 3
    assert np.array_equal(dataset.images[0], np.asarray(Image.open(io.BytesIO(picture(0)))))


def test_a_nested_copy_alone_is_taken(here):
    put(here, simple("myntradataset/") | {"__MACOSX/styles.csv": "x", "__MACOSX/images/._100.jpg": "x"})
    assert len(fashion_product.load()) == 3


def test_a_table_without_pictures_at_the_top_gives_way_to_the_nested_copy(here):
    put(here, simple("myntradataset/") | {"styles.csv": styles(row(1))})
    assert fashion_product.load().ids.tolist() == ["100", "101", "102"]


def test_the_browsers_name_counts_only_with_a_table_inside(here):
    put(here, {"fashion-mnist_train.csv": "label"}, "archive.zip")
    assert product_files.find() is None
    put(here, simple(), "archive.zip")
    assert product_files.find() == here / "archive.zip" and len(fashion_product.load()) == 3


@pytest.mark.parametrize("name", ["archive (1).zip", "fashion-product-images-small(2).zip", "Downloads/set.zip"])
def test_a_zip_of_any_name_counts_with_a_table_inside(here, name):
    (here / "Downloads").mkdir()
    put(here, simple(), name)
    assert product_files.find() == here / name and len(fashion_product.load()) == 3


def test_the_large_set_is_found_unpacked_and_said_and_gives_way_to_the_small_one(here):
    large = {f"images/{100 + k}.jpg": picture(k, (180, 240)) for k in range(3)}
    write_folder(here / "fashion-dataset", simple() | large)
    dataset = fashion_product.load()
    assert dataset.images.shape == (3, 80, 60, 3) and "were shrunk to 60x80" in dataset.provenance
    put(here, simple())
    assert "shrunk" not in fashion_product.load().provenance


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        (
            "archive (1).zip",
            {"fashion-product-images-small.zip": b"PK"},
            "holds another archive, fashion-product-images",
        ),
        ("fashion-product-images-small.zip", {"archive.zip": b"PK"}, "holds another archive, archive.zip: unpack it"),
        ("fashion-product-images-small.zip", b"<html>Sign in", "is a web page, not the set: sign in to Kaggle"),
        ("archive.zip", b"PK\3\4cut", "is a damaged zip"),
        ("fashion-dataset.tar.gz", b"\x1f\x8b", "is packed in a way that the kit does not read: unpack it there"),
        ("archive.zip.crdownload", b"PK", "is half a download"),
    ],
)
def test_what_was_meant_to_be_the_set_is_named(here, name, content, fault):
    put(here, content, name) if isinstance(content, dict) else (here / name).write_bytes(content)
    refused(f"{re.escape(name)} {re.escape(fault)}")


def test_the_cache_folder_is_searched_last(here):
    paths.cache().mkdir()
    write_zip(paths.cache() / "fashion-product-images-small.zip", simple())
    assert product_files.find().parent == paths.cache()
    put(here, simple())
    assert product_files.find().parent == here


# what is refused


def refused(match):
    with pytest.raises(LookbookError, match=match) as caught:
        fashion_product.load()
    assert "\n" not in str(caught.value)
    assert nothing_left(paths.cache()), "nothing half-written"


def test_nothing_there(here):
    refused("is not in .*kaggle.com/datasets/paramaggarwal.* put the zip")


def test_a_cut_zip(here):
    file = put(here, simple())
    file.write_bytes(file.read_bytes()[:-300])
    refused("fashion-product-images-small.zip is a damaged zip")


@pytest.mark.parametrize("name", ["../evil.jpg", "/etc/evil.jpg", "images/../../evil.jpg", "C:\\evil.jpg", "..\\evil"])
def test_a_zip_that_leads_out_of_itself(here, name):
    put(here, simple() | {name: b"x"})
    with pytest.raises(LookbookError) as caught:
        fashion_product.load()
    assert f"entry '{name}' leads out" in str(caught.value) and nothing_left(paths.cache())


def test_a_zip_without_a_table(here):
    put(here, {"images/1.jpg": picture()})
    refused("holds no styles.csv")


def test_a_table_without_the_columns_in_a_zip(here):
    put(here, {"styles.csv": "id,name\n1,x\n", "images/1.jpg": picture()})
    refused("styles.csv: no table of products")


def test_no_usable_row(here):
    put(here, {"styles.csv": styles(row(1), row(2)), "images/1.jpg": b"broken", "images/3.jpg": picture()})
    refused("no row has a picture that can be read")


def test_a_folder_without_pictures(here):
    write_folder(here, {"styles.csv": styles(row(1))})
    refused("images: is missing")


def test_one_damaged_entry_costs_one_row(here):
    file = put(here, simple())
    raw = bytearray(file.read_bytes())
    raw[raw.index(picture(1)) + 500] ^= 255
    file.write_bytes(bytes(raw))
    dataset = fashion_product.load()
    assert dataset.ids.tolist() == ["100", "102"] and "damaged in the zip" in by_id(dataset).loc["101", "reason"]


def test_an_entry_that_unpacks_to_absurd_size_is_not_unpacked(here):
    with zipfile.ZipFile(put(here, simple()), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("images/200.jpg", bytes(60_000_000))
    dataset = fashion_product.load()
    assert len(dataset) == 3 and "more than 50,000,000 bytes" in by_id(dataset).loc["200", "reason"]


def test_a_cache_that_cannot_be_written(here, monkeypatch):
    put(here, simple())
    (here.parent / "cache").write_text("a file where the folder should be")
    with pytest.raises(LookbookError, match="cannot be written.*LOOKBOOK_CACHE"):
        fashion_product.load()


def test_a_full_disk(here, monkeypatch):
    put(here, simple())

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fashion_product, "_header", full)
    refused("No space left on device; make room")


def test_the_real_set(real_data):
    """The counts of the published set. Decoding takes about 20 s, once for all tests of a session."""
    if not (real_data / "fashion-product-images-small.zip").exists():
        pytest.skip("the real product set is not in LOOKBOOK_DATA")
    dataset = fashion_product.load()
    source = dataset.source
    assert len(dataset) == 44_441 and (source["row"] > 0).sum() == 44_446
    assert source.loc[source["position"] < 0, "reason"].tolist() == ["no picture"] * 5
    assert (source["extra_commas"] > 0).sum() == 22
    used = source[source["position"] >= 0]
    assert (used["mode"] != "RGB").sum() == 431 and ((used["width"] != 60) | (used["height"] != 80)).sum() == 23
    assert len(dataset.classes["articleType"]) == 142, "the only suit has no picture"
    assert dataset.classes["usage"][0] == "Casual"
    assert (dataset.labels["usage"] < 0).sum() == (used["usage"].isin(["", "NA"])).sum() == 317
