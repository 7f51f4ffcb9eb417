"""Picture files of every kind become arrays of one kind, and broken or hostile ones a reason."""

import io
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from lib.data import pictures

RED, WHITE, HALF = (200, 30, 40), (255, 255, 255), (128, 128, 128)


def saved(image, kind="PNG", **options):
    """Return a Pillow picture as the bytes of a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def plain(mode, value, **options):
    return saved(Image.new(mode, (6, 8), value), **options)


def transparent_palette():
    image = Image.new("P", (6, 8), 1)
    image.putpalette([0, 0, 0, *RED])
    return saved(image, transparency=1)


@pytest.mark.parametrize(
    ("raw", "mode", "colour"),
    [
        (plain("RGB", RED), "RGB", RED),
        (plain("L", 128), "L", HALF),
        (plain("1", 1), "1", WHITE),
        (plain("P", 0, kind="GIF"), "P", (0, 0, 0)),
        (plain("RGBA", (*RED, 255)), "RGBA", RED),
        (plain("RGBA", (*RED, 0)), "RGBA", WHITE),
        (plain("LA", (0, 0)), "LA", WHITE),
        (transparent_palette(), "P", WHITE),
        (plain("RGB", RED, transparency=RED), "RGB", WHITE),
        (plain("L", 7, transparency=7), "L", WHITE),
        (plain("1", 0, transparency=0), "1", WHITE),
        (plain("I;16", 128 * 257), "I;16", HALF),
        (plain("I;16", 257), "I;16", (1, 1, 1)),
        (plain("F", 0.502, kind="TIFF"), "F", HALF),
        (plain("CMYK", (0, 255, 255, 0), kind="JPEG", quality=100), "CMYK", (255, 0, 0)),
        (plain("RGB", RED, kind="BMP"), "RGB", RED),
        (plain("RGB", RED, kind="WEBP", lossless=True), "RGB", RED),
        (plain("RGB", RED, kind="PPM"), "RGB", RED),
    ],
)
def test_every_mode_becomes_rgb(raw, mode, colour):
    array, facts = pictures.decode(raw)
    assert facts == {"width": 6, "height": 8, "mode": mode, "reason": ""} == pictures.facts(raw)
    assert array.shape == (8, 6, 3) and array.dtype == np.uint8
    assert (np.abs(array.astype(int) - colour) <= 2).all(), array[0, 0]


def test_a_dark_picture_of_16_bits_stays_dark():
    values = np.full((8, 6), 200, dtype=np.uint16)  # of 65,535
    array, _ = pictures.decode(saved(Image.fromarray(values)))
    assert array.max() <= 1


def test_the_cameras_note_turns_the_picture():
    values = np.zeros((8, 6, 3), dtype=np.uint8)
    values[:2] = 255  # a bright upper edge
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise: the upper edge comes to the right
    raw = saved(Image.fromarray(values), exif=exif)
    assert pictures.decode(raw)[0].shape == (8, 6, 3)
    turned, facts = pictures.decode(raw, upright=True)
    assert turned.shape == (6, 8, 3) and (facts["width"], facts["height"]) == (6, 8)
    assert (turned[:, -2:] == 255).all() and not turned[:, :-2].any()


def test_large_jpeg_files_decode_at_a_size_not_below_the_least():
    raw = saved(Image.new("RGB", (1600, 1200), RED), "JPEG")
    array, facts = pictures.decode(raw, least=(150, 150))
    assert (facts["width"], facts["height"]) == (1600, 1200)
    assert 150 <= min(array.shape[:2]) < 1200
    assert (np.abs(array.astype(int) - RED) <= 3).all()


NOISE = np.random.default_rng(0).integers(0, 256, (60, 50, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "an empty file"),
        (b"not a picture at all", "no picture (of no known format)"),
        (saved(Image.fromarray(NOISE), "JPEG")[:1500], "truncated"),
        (saved(Image.fromarray(NOISE))[:1500], "a damaged picture"),
        (saved(Image.fromarray(NOISE), "PDF"), "no picture"),  # Pillow would ask another program
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture"),
    ],
)
def test_what_is_no_picture_says_so(raw, reason):
    array, facts = pictures.decode(raw)
    assert array is None and reason in facts["reason"] and "\n" not in facts["reason"]


@pytest.mark.parametrize("side", [8_000, 10_000, 60_000])  # below Pillow's own limits, above the first, above both
def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch, side):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    raw = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda image: pytest.fail("it was decoded"))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        array, facts = pictures.decode(raw)
    assert array is None and facts["reason"] == "more than 50,000,000 pixels"
    assert not said


def test_a_picture_that_fits_is_not_copied():
    image = np.zeros((8, 6, 3), dtype=np.uint8)
    assert pictures.letterbox(image, 6, 8) is image


def test_a_smaller_picture_keeps_its_size_on_its_own_ground():
    image = np.full((4, 2, 3), RED, dtype=np.uint8)
    image[1:3, 0] = 0  # a garment that touches the border
    box = pictures.letterbox(image, 6, 8)
    np.testing.assert_array_equal(box[2:6, 2:4], image)
    assert (box[:2] == RED).all() and (box[:, :2] == RED).all()


@pytest.mark.parametrize(("width", "height"), [(120, 80), (60, 160), (61, 80), (1000, 1), (1, 1000)])
def test_a_larger_picture_is_shrunk_and_keeps_its_shape(width, height):
    image = np.full((height, width, 3), RED, dtype=np.uint8)
    box = pictures.letterbox(image, 60, 80)
    assert box.shape == (80, 60, 3) and (box == RED).all()
    small = pictures.shrunk(image, 60, 80)
    assert small.shape[0] == 80 or small.shape[1] == 60 or max(width, height) < 80
    if min(width, height) > 1:
        assert abs(small.shape[1] / small.shape[0] - width / height) < 0.05


@pytest.mark.parametrize("there", [True, False])
def test_a_file_is_read_or_says_why_not(tmp_path, monkeypatch, there):
    file = tmp_path / "a.png"
    if there:
        file.write_bytes(b"123")
        assert pictures.read(file) == (b"123", "")
        monkeypatch.setattr(pictures, "BYTES", 2)
        assert pictures.read(file) == (b"", "more than 2 bytes")
    else:
        assert pictures.read(file)[1] == "cannot be read (No such file or directory)"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\0\0\0\x18ftypheic....", "a picture in HEIC: save it as JPEG or PNG"),
        (b"\0\0\0\x18ftypavif....", "a picture in AVIF: save it as JPEG or PNG"),
        (b"\0\0\0\x18ftypisom....", "a film, no picture"),
        (b"\n<!DOCTYPE html>", "a web page, no picture of JPEG, PNG, GIF or the like"),
        (b"version https://git-lfs.github.com/spec/v1", "a note of Git LFS (`git lfs pull` brings the file)"),
    ],
)
def test_other_files_are_called_what_they_are(raw, reason):
    assert pictures.decode(raw)[1]["reason"].startswith(reason)
