"""A user's own pictures: every layout, every kind of file, and one clear line where nothing can be made of them."""

import os
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lib.base.errors import LookbookError
from lib.config import DataConfig
from lib.data import splits
from lib.data.own import layout
from lib.data.own import reader as own
from lib.data.prepare import prepare

COLUMNS = ["id", "row", "position", "reason", "extra_commas", "width", "height", "mode"]


@pytest.fixture(autouse=True)
def every_picture_alone(request, monkeypatch):
    """Leave out the search for twins, most of the time of so small a load, where it is not what is tested."""
    if "group" not in request.node.name:
        monkeypatch.setattr("lib.data.groups.groups", lambda images: np.arange(len(images)))


def picture(file: Path, seed: int, size=(12, 16), mode="RGB", **options):
    """Write a picture of coloured blocks that differ with the seed."""
    blocks = np.random.default_rng(seed).integers(0, 256, (4, 3, 3), dtype=np.uint8)
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(blocks).resize(size, Image.Resampling.NEAREST).convert(mode).save(file, **options)


@pytest.fixture
def shop(tmp_path):
    """A folder with three classes of 7, 5 and 4 pictures."""
    folder = tmp_path / "my shop"
    for number, (name, count) in enumerate({"boots": 5, "shirts": 7, "bags": 4}.items()):
        for k in range(count):
            picture(folder / name / f"{k}.png", 100 * number + k)
    return folder


@pytest.fixture
def table(tmp_path):
    """A folder with 12 pictures and a function that writes the CSV beside them."""
    for k in range(12):
        picture(tmp_path / "images" / f"{k}.png", k)

    def write(*lines, name="table.csv", encoding="utf-8"):
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding=encoding)
        return tmp_path

    return write


def refused(path, *words):
    """Assert that loading fails with one line that holds these words."""
    with pytest.raises(LookbookError) as caught:
        own.load(str(path))
    assert "\n" not in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def reasons(dataset):
    """Return why each picture or row that is not used is not."""
    unused = dataset.source[dataset.source["position"] < 0]
    return dict(zip(unused["id"], unused["reason"], strict=True))


def test_a_folder_for_each_class(shop):
    dataset = own.load(str(shop))
    assert dataset.name == f"own:{shop}" and dataset.images.shape == (16, 16, 12, 3)
    assert dataset.images.dtype == np.uint8 and dataset.labels["class"].dtype == np.int64
    assert dataset.classes == {"class": ["shirts", "boots", "bags"]}  # the most frequent first
    names = np.array(dataset.classes["class"])[dataset.labels["class"]]
    assert [f"{name}/" == own_id[: len(name) + 1] for name, own_id in zip(names, dataset.ids, strict=True)] == [
        True
    ] * 16
    for own_id, image in zip(dataset.ids, dataset.images, strict=True):
        np.testing.assert_array_equal(image, np.asarray(Image.open(shop / own_id)))
    assert dataset.test is None and len(dataset.groups) == 16
    assert dataset.provenance == "Own pictures from the folder 'my shop': 16."
    assert list(dataset.source) == [*COLUMNS, "class"] and (dataset.source["row"] == -1).all()
    assert dataset.source["position"].tolist() == list(range(16))


def test_it_can_be_split_and_has_a_fingerprint(shop):
    dataset = own.load(str(shop))
    config = DataConfig(name=dataset.name)
    parts = splits.split(prepare(dataset, config), config)
    assert len(parts.train) + len(parts.validation) + len(parts.test) == 16 and len(parts.test) > 0
    assert dataset.fingerprint == own.load(str(shop)).fingerprint


def test_relative_paths_and_home(shop, monkeypatch):
    monkeypatch.chdir(shop.parent)
    monkeypatch.setenv("HOME", str(shop.parent))
    for path in ("my shop", "./my shop/", "~/my shop"):
        dataset = own.load(path)
        assert dataset.name == f"own:{shop.resolve()}" and str(shop) not in dataset.provenance


def test_a_second_load_decodes_nothing_until_a_file_changes(shop, monkeypatch):
    first = own.load(str(shop))
    assert own.load(str(shop)) is first
    with pytest.raises(ValueError, match="read-only"):
        first.images[0] = 0
    picture(shop / "bags" / "0.png", 999)
    os.utime(shop / "bags" / "0.png", ns=(1, 1))
    second = own.load(str(shop))
    assert second is not first and second.fingerprint != first.fingerprint


def test_files_that_cannot_be_used_are_listed_with_the_reason(shop):
    (shop / "boots" / "note.txt").write_text("for Anna")
    (shop / "boots" / "cut.png").write_bytes((shop / "boots" / "0.png").read_bytes()[:60])
    (shop / "boots" / "empty.jpg").touch()
    (shop / "boots" / "gone.png").symlink_to(shop / "nowhere.png")
    os.mkfifo(shop / "boots" / "pipe.png")
    (shop / "boots" / ".hidden.png").write_text("x")
    (shop / ".trash").mkdir()
    (shop / ".trash" / "0.png").write_text("x")
    (shop / "__MACOSX").mkdir()
    (shop / "__MACOSX" / "0.png").write_text("x")
    (shop / "boots" / "@eaDir").mkdir()
    for name in ("@eaDir/0.png", "thumbs.db", "Desktop.ini"):
        (shop / "boots" / name).write_text("x")
    picture(shop / "loose.png", 7)
    dataset = own.load(str(shop))
    found = reasons(dataset)
    assert len(dataset) == 16 and len(dataset.source) == 22
    assert found["boots/note.txt"] == "no picture (of no known format)"
    assert found["boots/cut.png"].startswith("a damaged picture")
    assert found["boots/empty.jpg"] == "an empty file"
    assert found["boots/gone.png"] == found["boots/pipe.png"] == "no file, or a link to none"
    assert found["loose.png"] == "in no class folder"
    assert dataset.provenance.endswith(": 16, 6 rows or files could not be used.")
    used = dataset.source[dataset.source["position"] >= 0]
    assert used["id"].tolist() == dataset.ids.tolist() and used["position"].tolist() == list(range(16))


def test_deeper_folders_belong_to_the_class_and_links_are_followed_once(shop, tmp_path):
    picture(shop / "boots" / "summer" / "0.png", 50)
    picture(tmp_path / "elsewhere" / "0.png", 51)
    (shop / "hats").symlink_to(tmp_path / "elsewhere")
    (shop / "boots" / "round").symlink_to(shop)
    dataset = own.load(str(shop))
    assert {"boots/summer/0.png", "hats/0.png"} <= set(dataset.ids) and len(dataset) == 18


def test_a_class_may_be_called_na(shop):
    (shop / "bags").rename(shop / "NA")
    assert own.load(str(shop)).classes["class"] == ["shirts", "boots", "NA"]


def test_the_common_size_is_the_median_and_at_most_96(tmp_path):
    for k, size in enumerate([(300, 400), (300, 400), (30, 20)]):
        picture(tmp_path / "a" / f"{k}.png", k, size)
        picture(tmp_path / "b" / f"{k}.png", 10 + k, size)
    dataset = own.load(str(tmp_path))
    assert dataset.images.shape[1:] == (96, 72, 3)
    assert dataset.source["width"].tolist() == [300, 300, 30] * 2
    small = dataset.images[dataset.ids == "a/2.png"][0]
    np.testing.assert_array_equal(small[38:58, 21:51], np.asarray(Image.open(tmp_path / "a" / "2.png")))  # not enlarged
    assert (small[:38] == small[0, 0]).all()


def test_the_cameras_note_counts_for_the_common_size(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    for k in range(4):
        picture(tmp_path / "ab"[k % 2] / f"{k}.jpg", k, (60, 40), exif=exif)
    assert own.load(str(tmp_path)).images.shape[1:] == (60, 40, 3)


def test_one_channel_only_if_all_are_grey(shop):
    for file in shop.rglob("*.png"):
        mode = "RGB" if file.parent.name == "boots" else "L"
        Image.open(file).convert("L").convert(mode).save(file)
    dataset = own.load(str(shop))
    assert dataset.images.shape == (16, 16, 12, 1)
    assert set(dataset.source["mode"]) == {"L", "RGB"}
    picture(shop / "boots" / "0.png", 0)
    assert own.load(str(shop)).images.shape[-1] == 3


def test_modes_of_all_kinds_load_together(shop):
    for k, mode in enumerate(["1", "P", "RGBA", "LA", "I;16", "L"]):
        picture(shop / "boots" / f"mode{k}.png", k, mode=mode)
    picture(shop / "boots" / "print.jpg", 60, mode="CMYK")
    dataset = own.load(str(shop))
    assert len(dataset) == 23 and not reasons(dataset)
    assert {"1", "P", "RGBA", "LA", "I;16", "L", "CMYK", "RGB"} == set(dataset.source["mode"])


def test_equal_pictures_are_one_group(shop):
    (shop / "bags" / "copy.png").write_bytes((shop / "shirts" / "3.png").read_bytes())
    dataset = own.load(str(shop))
    group = dict(zip(dataset.ids, dataset.groups, strict=True))
    assert group["bags/copy.png"] == group["shirts/3.png"] and len(set(group.values())) == 16


def test_a_table_beside_the_pictures(table):
    lines = [f"{k}.png,{'boots' if k < 8 else 'shirts'},{['red', 'blue', ''][k % 3]},name {k},shop" for k in range(12)]
    dataset = own.load(str(table("file,kind,colour,title,place", *lines)))
    assert dataset.classes == {
        "class": ["boots", "shirts"],  # the first target goes by this name as well
        "kind": ["boots", "shirts"],
        "colour": ["blue", "red"],
    }  # not title, as all differ, nor place, as all are equal
    assert dataset.labels["kind"].tolist() == [0] * 8 + [1] * 4 == dataset.labels["class"].tolist()
    assert dataset.labels["colour"].tolist() == [1, 0, -1] * 4
    assert dataset.ids.tolist() == [f"{k}.png" for k in range(12)]
    np.testing.assert_array_equal(dataset.images[5], np.asarray(Image.open(table() / "images" / "5.png")))
    assert list(dataset.source) == [*COLUMNS, "kind", "colour", "title", "place"]
    assert dataset.source["row"].tolist() == list(range(1, 13))


@pytest.mark.parametrize(
    "write",
    [
        str,
        lambda k: f"{k}.png",
        lambda k: f"images/{k}.png",
        lambda k: f".\\images\\{k}.png",
        lambda k: f" images/{k} ",
    ],
)
@pytest.mark.parametrize("heading", ["id", "Filename", "whatever"])
def test_rows_name_pictures_in_many_ways(table, write, heading):
    dataset = own.load(str(table(f"{heading},class", *[f"{write(k)},{'ab'[k % 2]}" for k in range(12)])))
    assert dataset.labels["class"].tolist() == [0, 1] * 6 and not reasons(dataset)
    np.testing.assert_array_equal(dataset.images[5], np.asarray(Image.open(table() / "images" / "5.png")))


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (",image,label", "{0},{1}.png,{2}"),  # as pandas writes its index
        ("id,image,label", "{0},{1}.png,{2}"),
        ("label,path,note", "{2},images/{1}.png,note {0}"),
        ("image;label", "{1}.png;{2}"),
        ("image\tlabel", "{1}.png\t{2}"),
        ("image,label,note", '{1}.png,{2},"one, two\nthree {0}"'),
    ],
)
def test_tables_as_programs_write_them(table, header, row):
    dataset = own.load(str(table(header, *[row.format(100 + k, k, "ab"[k % 2]) for k in range(12)])))
    assert len(dataset) == 12 and not reasons(dataset)
    assert dataset.labels["label"].tolist() == [0, 1] * 6


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_tables_of_other_encodings(table, encoding):
    lines = [f"{'Röcke' if k % 2 else 'Schuhe'},{k}" for k in range(12)]
    dataset = own.load(str(table("kind,file", *lines, encoding=encoding)))
    assert dataset.classes == dict.fromkeys(["class", "kind"], ["Röcke", "Schuhe"])


def test_every_row_and_every_picture_is_accounted_for(table):
    good = [f"{k},{'ab'[k % 2]},x{k % 3}" for k in range(9)]
    folder = table(
        "id,class,mode", *good, "", "99,a,x", "3.png,a,x", "9,a", "10,a,x,y", ",a,x", "../../0.png,a,x", "bad,a,x"
    )
    (folder / "images" / "bad.jpg").write_text("no picture")
    dataset = own.load(str(folder))
    assert len(dataset) == 9
    source = dataset.source
    assert source["row"].tolist() == [*range(1, 10), *range(11, 18), -1]
    assert reasons(dataset) == {
        "99": "no picture",
        "3.png": "the picture of row 4 again",
        "9": "too few fields (2 of 3)",
        "10": "too many fields (4 of 3)",
        "": "no id",
        "../../0.png": "no picture",  # nothing outside the folder is looked at
        "bad": "no picture (of no known format)",
        "images/11.png": "no row",
    }
    assert list(source) == [*COLUMNS, "class", "table mode"] and set(dataset.classes) == {"class", "table mode"}
    assert (source.dtypes[["row", "position", "extra_commas", "width", "height"]] == np.int64).all()
    assert not source.isna().any().any()


@pytest.mark.parametrize(
    ("files", "write"),
    [
        ("images/img_{:04d}.jpg", "IMG_{:04d}.JPG"),
        ("images/img_{:04d}.jpg", "img_{:04d}.png"),
        ("images/{}.jpg", "{}.0"),
        ("images/{:05d}.jpg", "{}"),
        ("images/{}.jpg", "{:05d}.jpg"),
        ("images/img_{}.jpg", "/home/anna/data/images/img_{}.jpg"),
        ("images/img_{}.jpg", "/home/anna/pictures/img_{}.jpg"),
        ("images/img_{}.jpg", "C:\\Users\\Anna\\images\\img_{}.jpg"),
        ("images/img_{}.jpg", "../set/train/img_{}.jpg"),
        ("images/img_{}.jpg", "file:///content/drive/MyDrive/img_{}.jpg"),
        ("images/img_{}.jpg", "https://example.org/a/img_{}.jpg?dl=1"),
        ("images/my shoe {}.jpg", "my%20shoe%20{}.jpg"),
        ("images/R\u00f6cke {}.jpg", "Ro\u0308cke {}.jpg"),
        ("img_{}.jpg", "'img_{}.jpg'"),
    ],
)
def test_a_name_that_can_only_mean_one_picture_is_taken_and_said(tmp_path, files, write):
    for k in range(1, 5):
        picture(tmp_path / files.format(k), k)
    lines = [f"{write.format(k)};{'ab'[k % 2]}" for k in range(1, 5)]
    (tmp_path / "t.csv").write_text("\n".join(["picture;label", *lines]), encoding="utf-8")
    dataset = own.load(str(tmp_path))
    assert dataset.labels["label"].tolist() == [1, 0, 1, 0] and not reasons(dataset)
    np.testing.assert_array_equal(dataset.images[2], np.asarray(Image.open(tmp_path / files.format(3))))
    said = f"4 rows of t.csv write a name otherwise: '{write.format(1)}' is taken for '{files.format(1)}'."
    assert dataset.provenance.endswith(said)


@pytest.mark.parametrize(
    ("files", "write", "hint"),
    [
        ("boots/{}.png", ["shirts/1", "hats/2", "shirts/3"], "row 1 says 'shirts/1' in column 'file': no picture"),
        (
            "{}.png",
            ["shirts/1", "boots/1", "boots/01"],
            "row 1 says 'shirts/1' in column 'file': several rows may mean",
        ),
        ("img_{}.png", ["img-1.png", "img-2.png", "img-3.png"], "is 'img_1.png' meant?"),
        ("img_{} (1).png", ["img_1", "img_2", "img_3"], "is 'img_1 (1).png' meant?"),
        ("img_{}.png", ["1.00E+11", "1.00E+12", "x"], "the pictures have names like 'img_1.png'"),
        ("{}.png", ["1,2", "2,3", "3,4"], "too many fields (3 of 2); put a text that holds the separator into quotes"),
    ],
)
def test_what_may_mean_another_picture_is_refused_with_the_first_row(tmp_path, files, write, hint):
    for k in range(1, 4):
        picture(tmp_path / files.format(k), k)
    (tmp_path / "t.csv").write_text("\n".join(["file,class", *[f"{text},{text[0]}" for text in write]]))
    refused(tmp_path, f"{tmp_path / 't.csv'}: no row can be used; row 1 says", hint)


def test_of_a_table_that_fits_in_part_the_first_row_that_does_not_is_said(table):
    lines = [f"{k if k < 9 else f'pic{k}'},{'ab'[k % 2]}" for k in range(12)]
    dataset = own.load(str(table("file,class", *lines)))
    assert len(dataset) == 9 and "Row 10 says 'pic9' in column 'file': no picture; " in dataset.provenance


def test_who_names_a_picture_exactly_has_it(table):
    dataset = own.load(str(table("file,class", "03.PNG,b", *[f"{k},{'ab'[k % 2]}" for k in range(12)])))
    assert reasons(dataset) == {"03.PNG": "another row names the picture that it may mean, images/3.png"}
    assert len(dataset) == 12 and dataset.labels["class"].tolist() == [0, 1] * 6


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["file,class", "0.png,a", '1.png,"b', *(f"{k}.png,a" for k in range(2, 12))], "line 3: a quotation mark"),
        (["file,class", f'0.png,"{"a" * 140_000}'], "line 2: no CSV"),
        (["# made by me", *(f"{k}.png,{'ab'[k % 2]}" for k in range(12))], "its first line, '# made by me', is no"),
        (["file^class", "0.png^a", "1.png^b"], "its header, 'file^class', is one column; part the columns by commas"),
        ([",".join(f"c{k}" for k in range(200_000)), "0.png,a"], "200,000 columns, and 1,000 at most can be taken"),
    ],
)
def test_a_table_that_would_be_misread_is_refused_with_its_line(table, lines, said):
    refused(table(*lines), "table.csv", said)


def test_a_separator_at_the_end_of_every_row_is_no_field(table):
    assert len(own.load(str(table("file,class", *(f"{k}.png,{'ab'[k % 2]}," for k in range(12)))))) == 12


def test_who_gives_the_folder_of_one_class_is_told_the_one_above(shop):
    refused(shop / "boots", "is it a class itself, as bags beside it? Then give the folder", f"{shop};")


def test_more_classes_than_can_be_taken_are_refused_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(own, "CLASSES", 2)
    for k in range(3):
        picture(tmp_path / f"class {k}" / "0.png", k)
    refused(tmp_path, "3 classes, and 2 at most can be taken; put what belongs together into one folder")


@pytest.mark.parametrize("name", ["table.csv", "table.tsv"])
@pytest.mark.parametrize("encoding", ["utf-32", "utf-16", "utf-16-le", "utf-16-be"])
def test_tables_of_two_bytes_a_letter(table, name, encoding):
    lines = [f"{'Röcke' if k % 2 else 'Schuhe'}\t{k}" for k in range(12)]
    assert own.load(str(table("kind\tfile", *lines, name=name, encoding=encoding))).classes["kind"] == [
        "Röcke",
        "Schuhe",
    ]


@pytest.mark.parametrize("before", [["", " "], [",,", ""], ["sep=,"]])
def test_what_stands_above_the_header_does_no_harm(table, before):
    dataset = own.load(str(table(*before, "file,class,", *[f"{k},{'ab'[k % 2]}," for k in range(12)])))
    assert len(dataset) == 12 and not reasons(dataset) and "class" in dataset.classes


def test_a_table_without_a_header(table):
    dataset = own.load(str(table(*[f"{k}.png,{'ab'[k % 2]},{'cd'[k % 2]}" for k in range(12)])))
    assert len(dataset) == 12 and dataset.source["row"].tolist() == list(range(1, 13))
    assert set(dataset.classes) == {"class", "column 2", "column 3"} and "has no header" in dataset.provenance


def test_labels_that_are_numbers_are_not_taken_for_names(table):
    dataset = own.load(str(table("label,picture", *[f"{k % 3},{k:04d}.JPG" for k in range(12)])))
    assert len(dataset) == 12 and dataset.labels["label"].tolist() == [0, 1, 2] * 4


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        ("labels.csv", b"PK\3\4...", "is an Excel or Numbers file, whatever its name says; open it and save"),
        ("labels.csv", b"<!DOCTYPE html>", "is a web page"),
        ("labels.xlsx", b"PK\3\4...", "is labels.xlsx its table? Open it and save it as CSV there"),
        ("labels.numbers", b"PK\3\4...", "is labels.numbers its table?"),
        ("labels.numbers/Index.zip", b"PK\3\4...", "is labels.numbers its table?"),
        ("labels.txt", b"1 boots", "is labels.txt its table? Then save it as CSV there"),
        ("more.zip", b"PK\3\4...", "unpack more.zip there"),
        ("images/labels.csv", b"file,class", "is images/labels.csv its table? Move it into"),
        ("../labels.csv", b"file,class", "labels.csv its table? Then give the folder"),
    ],
)
def test_what_lies_beside_the_pictures_is_named(tmp_path, name, raw, message):
    picture(tmp_path / "shop/images/1.png", 1)
    (tmp_path / "shop" / name).parent.mkdir(exist_ok=True)
    (tmp_path / "shop" / name).write_bytes(raw)
    refused(tmp_path / "shop", message)


def test_empty_folders_and_classes_of_one_picture(tmp_path):
    picture(tmp_path / "boots/1.png", 1)
    (tmp_path / "shirts").mkdir()
    refused(tmp_path, "one class only ('boots', 1 picture)", "no file lies in shirts")
    for k in range(10):
        picture(tmp_path / f"class {k}/1.png", k)
    dataset = own.load(str(tmp_path))
    with pytest.raises(LookbookError, match="no class has three pictures, one for each part"):
        splits.split(prepare(dataset, DataConfig(name=dataset.name)), DataConfig(name=dataset.name))


def test_a_name_that_two_pictures_have_is_not_guessed(table):
    folder = table("file,class", *[f"{k},{'ab'[k % 2]}" for k in range(12)])
    picture(folder / "more" / "3.png", 77)
    found = reasons(own.load(str(folder)))
    assert found["3"] == "several pictures of that name" and found["more/3.png"] == "no row"


def test_no_folder(tmp_path):
    refused(tmp_path / "nowhere", "nowhere", "no such folder", "give the one")
    (tmp_path / "file").touch()
    refused(tmp_path / "file", "is a file; give the folder")
    (tmp_path / "shop.zip").touch()
    refused(tmp_path / "shop.zip", "is a file; unpack it, and give that folder")
    refused(tmp_path / "shop", f"no such folder; did you mean {tmp_path / 'shop.zip'}?")
    refused("", "own:: no such folder; give the one that holds your pictures")


def test_no_picture(tmp_path):
    refused(tmp_path, str(tmp_path), "no picture that can be used", "make a folder for each class")
    picture(tmp_path / "loose.png", 0)
    refused(tmp_path, "in no class folder (1 of 1)")
    (tmp_path / "a").mkdir()
    for k in range(3):
        (tmp_path / "a" / f"{k}.heic").write_text("x")
    refused(tmp_path, "no picture (of no known format) (3 of 4); save them as JPEG or PNG")


def test_one_class_and_one_picture(tmp_path):
    picture(tmp_path / "set" / "boots" / "0.png", 0)
    refused(tmp_path / "set", "one class only ('boots', 1 picture)", "two are needed", "make a folder")
    picture(tmp_path / "set" / "bags" / "0.png", 1)
    refused(tmp_path, "one class only ('set', 2 pictures)", f"lie deeper: give the folder {tmp_path / 'set'}")
    assert len(own.load(str(tmp_path / "set"))) == 2  # too few to be divided, which lib.data.splits says


def test_parts_are_not_classes(tmp_path):
    picture(tmp_path / "more" / "0.png", 0)
    for part in ("train", "Test"):
        for name in ("boots", "bags"):
            picture(tmp_path / part / name / "0.png", 0)
    refused(tmp_path, "(Test, train) are parts, not classes")


def test_too_many_classes(tmp_path, monkeypatch):
    monkeypatch.setattr(own, "CLASSES", 3)
    for k in range(4):
        picture(tmp_path / f"class{k}" / "0.png", k)
    refused(tmp_path, "4 classes", "3 at most")


def test_tables_of_which_nothing_can_be_made(table):
    refused(table("file,title", *[f"{k},t{k}" for k in range(12)]), "table.csv", "no column with 2 to 200", "title")
    refused(table("file", *map(str, range(12))), "none")
    refused(table("file,class"), "table.csv", "no rows")
    refused(table(""), "table.csv", "no rows")
    refused(table("file,class,class", "1,a,b"), "'class' is there twice")
    refused(table("file,class", f'1,"{"x" * 200_000}'), "table.csv", "no CSV")
    refused(table("file,class", "1,a", name="second.csv"), "several tables (second.csv, table.csv)")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read(shop):
    (shop / "boots").chmod(0)
    try:
        refused(shop, "boots", "cannot be read")
    finally:
        (shop / "boots").chmod(0o755)


STRANGE = ["$5_bags to $20_bags", "<b>&", "con", "..b", "a b ", "包", "a\nb", "\u202ex", "n" * 200, "'", "|*_`"]


def test_class_folders_of_any_name_are_one_line_of_text(tmp_path):
    raw = [os.fsencode(name) for name in STRANGE if name != "..b"] + [b"gr\xf6\xdfe"]
    for number, name in enumerate(raw):
        picture(tmp_path / os.fsdecode(name) / "1.png", number)
    for form in ("NFC", "NFD"):  # two folders on Linux, the same name to everybody
        picture(tmp_path / unicodedata.normalize(form, "größe") / f"{form}.png", ord(form[2]))
    data = own.load(str(tmp_path))
    assert len(data.images) == len(raw) + 2, "a picture behind bytes that are no text is read, too"
    wanted = {name for name in STRANGE if name not in ("a\nb", "\u202ex", "..b")}
    assert set(data.classes["class"]) == wanted - {"a b "} | {"a b", "a\\nb", "\\u202ex", "gr\\xf6\\xdfe", "größe"}
    assert all(name.encode("utf-8") and name.isprintable() for name in [*data.ids, *data.classes["class"]])


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_table_and_a_mac_may_spell_a_name_otherwise(table, tmp_path, form):
    other = {"NFC": "NFD", "NFD": "NFC"}[form]
    for number in range(4):
        picture(tmp_path / "images" / f"{unicodedata.normalize(other, 'größe')} {number}.png", number)
    rows = [
        unicodedata.normalize(form, f"{place}größe {number}.png,grö{number % 2}")
        for number, place in enumerate(["", "images/"] * 2)
    ]
    data = own.load(str(table("file,kind", *rows)))
    assert len(data.images) == 4 and data.classes["class"] == ["grö0", "grö1"]


@pytest.mark.parametrize(
    ("encoding", "word"),
    [("gb18030", "包"), ("gb18030", "衣服"), ("cp1251", "Сумки"), ("shift-jis", "バッグ"), ("big5", "鞋子")],
)
def test_a_table_in_another_code_page_is_refused_not_misread(table, encoding, word):
    folder = table("file,kind", f"0.png,{word}", "1.png,b", encoding=encoding)
    refused(folder, "table.csv, line 2", "neither UTF-8 nor", "save it again as 'CSV UTF-8'")


def test_a_folder_is_found_as_people_write_it(shop, monkeypatch):
    monkeypatch.setenv("HOME", str(shop.parent))
    monkeypatch.chdir(shop.parent)
    written = [f"{shop}/", f'"{shop}"', f" {shop} ", "~/my shop", "./my shop", "my shop/../my shop", shop.as_uri()]
    assert {layout.folder_of(path) for path in written} == {shop}


@pytest.mark.parametrize("path", ["", '""', "~nobody/x", "x" * 300, "C:\\my shop", "http://example.org/x", "a\nb"])
def test_what_is_no_folder_is_one_line(path):
    refused(path, "no such folder; give the one that holds your pictures")


def test_a_folder_whose_own_name_is_no_text_is_refused_before_anything_is_trained(shop):
    strange = shop.parent / os.fsdecode(b"gr\xf6\xdfe")
    shop.rename(strange)
    refused(strange, "gr\\xf6\\xdfe", "rename the folder")
