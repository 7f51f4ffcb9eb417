"""Picture files of any kind as arrays of one size. Nothing in a file is believed before it is checked."""

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np

PIXELS = 50_000_000  # telephones take up to 48 million; more is an attack on the memory
BYTES = 50_000_000  # likewise in its file
# those that Pillow decodes without the help of other programs
FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm")

OTHERS = {  # how they begin, in small letters
    b"<!doctype": "a web page", b"<html": "a web page", b"<svg": "a drawing in SVG", b"<?xml": "a drawing in XML",
    b"%pdf": "a PDF", b"8bps": "a Photoshop file", b"pk\3\4": "a zip or an Office file",
    b"version https://git-lfs": "a note of Git LFS (`git lfs pull` brings the file)",
}  # fmt: skip


def read(file: Path) -> tuple[bytes, str]:
    """Return a file's bytes and "", or nothing and why it cannot be read."""
    try:
        if file.stat().st_size > BYTES:
            return b"", f"more than {BYTES:,} bytes"
        return file.read_bytes(), ""
    except OSError as error:
        return b"", f"cannot be read ({error.strerror})"


def facts(raw: bytes) -> dict[str, Any]:
    """Return what a picture's header says: width, height (pixels), mode (Pillow's), reason (why it cannot be read)."""
    return _open(raw)[1]


def decode(raw: bytes, upright: bool = False, least: tuple[int, int] | None = None) -> tuple[np.ndarray | None, dict]:
    """Return a picture as uint8 (height, width, 3) and its `facts`; no array where `reason` says why not.

    Grey pictures get three equal channels, transparent ones a white ground, 16 bits become 8. upright: turned as the
    camera's EXIF note asks. least: (width, height) to which the picture will be shrunk; large JPEG files then decode
    several times faster, at a size not below it. Of a moving picture the first frame is taken.
    """
    image, known = _open(raw)
    if image is None:
        return None, known
    try:
        if least is not None:
            image.draft(image.mode, least)
        if upright:
            from PIL import ImageOps

            image = ImageOps.exif_transpose(image)
        return np.asarray(_rgb(image)), known
    except Exception as error:  # the decoders raise whatever comes to their minds about broken bytes
        return None, known | {"reason": f"a damaged picture ({_line(error)})"}


def letterbox(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """Return the picture, uint8 (h, w, 3), in the middle of a canvas of that size, uint8 (height, width, 3).

    A larger one is shrunk to fit, a smaller one stays as it is. The ground has the colour of the picture's border: the
    median of its outermost pixels.
    """
    if image.shape[:2] == (height, width):
        return image
    image = shrunk(image, width, height)
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    canvas = np.empty((height, width, 3), dtype=np.uint8)
    canvas[:] = np.rint(np.median(border, axis=0)).astype(np.uint8)
    top, left = (height - image.shape[0]) // 2, (width - image.shape[1]) // 2
    canvas[top : top + image.shape[0], left : left + image.shape[1]] = image
    return canvas


def shrunk(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """Return the picture, uint8 (h, w, 3), shrunk to fit into that size, its shape kept; one that fits as it is."""
    scale = min(width / image.shape[1], height / image.shape[0])
    if scale >= 1:
        return image
    from PIL import Image

    size = (max(round(image.shape[1] * scale), 1), max(round(image.shape[0] * scale), 1))
    return np.asarray(Image.fromarray(image).resize(size, Image.Resampling.LANCZOS))


def _open(raw: bytes) -> tuple[Any, dict[str, Any]]:
    """Return the picture, not decoded yet, and its facts; no picture where they hold a reason."""
    from PIL import Image

    warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # its limit is above ours, and nobody sees the line
    nothing = {"width": 0, "height": 0, "mode": ""}
    try:
        image = Image.open(io.BytesIO(raw), formats=FORMATS)
    except Image.DecompressionBombError:
        return None, nothing | {"reason": f"more than {PIXELS:,} pixels"}
    except Exception as error:
        return None, nothing | {"reason": _other(raw) or f"no picture ({_line(error)})" if raw else "an empty file"}
    known = {"width": image.width, "height": image.height, "mode": image.mode, "reason": ""}
    if image.width * image.height > PIXELS:
        return None, known | {"reason": f"more than {PIXELS:,} pixels"}
    return image, known


def _rgb(image: Any) -> Any:
    """Return a Pillow picture of any mode in mode RGB."""
    from PIL import Image

    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode[0] in "IF":  # 16 or 32 bits a pixel, which Pillow would cut off at 255
        values = np.nan_to_num(np.asarray(image, dtype=np.float64))
        top = 65535
        if not image.mode.startswith("I;16") and values.max() <= 255:  # 32 bits say nothing about the range
            top = 1 if image.mode == "F" and values.max() <= 1 else 255
        image = Image.fromarray(np.clip(values * (255 / top), 0, 255).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        over = image.convert("RGBA")
        image = Image.new("RGB", over.size, "white")
        image.paste(over, mask=over)
    return image.convert("RGB")


def _other(raw: bytes) -> str:
    """Return what a file is that is none of FORMATS, by how it begins, and what to do; "" where that is not known."""
    if raw[4:8] == b"ftyp":
        kind = {b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIC", b"avif": "AVIF"}.get(raw[8:12], "film")
        return "a film, no picture" if kind == "film" else f"a picture in {kind}: save it as JPEG or PNG"
    found = next((what for start, what in OTHERS.items() if raw[:200].lstrip().lower().startswith(start)), "")
    return found and f"{found}, no picture of {', '.join(FORMATS[:3])} or the like"


def _line(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return "of no known format" if text.startswith("cannot identify") else text[:100]
