"""Every kind of file becomes the same picture; what is none becomes one line."""

import os

import numpy as np
import pytest
from PIL import Image

from lib.base.errors import LookbookError
from lib.predict import prepare, reader


def transparent(image):
    alpha = image.convert("L").point(lambda value: 0 if value > 200 else 255)
    image = image.copy()
    image.putalpha(alpha)
    return image


def sixteen_bits(image):
    return Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)


WAYS = {
    "rgba.png": (transparent, {}),
    "palette.png": (lambda image: image.quantize(4), {}),
    "grey.png": (lambda image: image.convert("L"), {}),
    "deep.png": (sixteen_bits, {}),
    "bits.png": (lambda image: image.convert("1", dither=0), {}),
    "cmyk.jpg": (lambda image: image.convert("CMYK"), {"quality": 95}),
    "moving.gif": (
        lambda image: image.convert("L"),
        {"save_all": True, "append_images": [Image.new("L", (90, 120))], "loop": 0},
    ),
}


@pytest.mark.parametrize("name", WAYS)
def test_every_mode_shows_the_same_garment(name, shirt, tmp_path):
    change, options = WAYS[name]
    change(shirt).save(tmp_path / name, **options)
    (taken,), problems = reader.read([tmp_path / name])
    assert not problems and not taken.empty
    wanted = prepare.prepared(np.asarray(shirt)) > 0
    assert ((taken.seen > 120) == wanted).mean() > 0.97


def test_a_picture_that_lies_on_its_side_is_turned_as_its_camera_says(shirt, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    shirt.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "side.png", exif=exif)
    (taken,), _ = reader.read([tmp_path / "side.png"])
    np.testing.assert_array_equal(taken.seen, prepare.prepared(np.asarray(shirt)))


def test_a_large_picture_is_kept_small(shirt, tmp_path):
    shirt.resize((1800, 2400)).save(tmp_path / "large.jpg")
    (taken,), _ = reader.read([tmp_path / "large.jpg"])
    assert max(taken.original.shape) == reader.THUMBNAIL


def test_folders_are_searched_and_each_file_is_taken_once(shirt, tmp_path):
    for name in ("b.PNG", "a.jpg", "deep/c.webp", ".hidden.png", ".folder/d.png", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shirt.save(tmp_path / name, "PNG")
    found, problems = reader.files([tmp_path / "b.PNG", tmp_path])
    assert [str(file.relative_to(tmp_path)) for file in found] == ["b.PNG", "a.jpg", "deep/c.webp"] and not problems


def broken(folder, shirt):
    shirt.save(folder / "whole.jpg")
    (folder / "cut.jpg").write_bytes((folder / "whole.jpg").read_bytes()[:-900])
    (folder / "text.png").write_text("no picture")
    (folder / "empty.png").touch()
    (folder / "none").mkdir()
    Image.new("1", (8_000, 8_000)).save(folder / "bomb.png")
    os.mkfifo(folder / "pipe.png")
    return {
        "cut.jpg": "damaged", "text.png": "no picture", "empty.png": "empty file", "none": "no picture in this folder",
        "bomb.png": "more than 50,000,000 pixels", "pipe.png": "no file", "gone.png": "no such file",
    }  # fmt: skip


def test_what_is_no_picture_is_one_line_and_the_good_ones_are_read(shirt, tmp_path):
    wanted = broken(tmp_path, shirt)
    found, problems = reader.files([tmp_path / name for name in [*wanted, "whole.jpg"]])
    taken, unreadable = reader.read(found)
    assert [one.name for one in taken] == [str(tmp_path / "whole.jpg")]
    lines = [*problems, *unreadable]
    for name, reason in wanted.items():
        (line,) = [line for line in lines if line.startswith(f"{tmp_path / name}: ")]
        assert reason in line and "\n" not in line
    assert len(lines) == len(wanted)


def test_what_may_not_be_read_is_one_line(shirt, tmp_path, monkeypatch):
    def refuse(path, *_):
        raise PermissionError(13, "Permission denied", str(path))

    shirt.save(tmp_path / "a.png")
    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    assert reader.read([tmp_path / "a.png"])[1] == [f"{tmp_path / 'a.png'}: cannot be read (Permission denied)"]
    monkeypatch.setattr("os.scandir", refuse)
    assert reader.files([tmp_path])[1] == [f"{tmp_path}: cannot be read (Permission denied); check its permissions"]


def test_names_that_no_terminal_can_print_are_made_printable():
    assert reader.printable("a\x1b[31m\n.png") == "a\ufffd[31m\ufffd.png"
    assert reader.printable(os.fsdecode(b"\xff.png")) == "\ufffd.png"


@pytest.mark.parametrize("array", [np.zeros((3, 4)), np.zeros((3, 4, 2), np.uint8), np.zeros((0, 4), np.uint8)])
def test_an_array_that_is_no_picture_is_refused(array):
    with pytest.raises(LookbookError, match="is no picture"):
        reader.of_array(array, "it")
