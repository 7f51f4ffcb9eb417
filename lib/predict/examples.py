"""Four pictures drawn for notebook 13, where a reader has none of his own at hand."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIZE = (240, 320)
SHIRT = [(80, 70), (105, 58), (120, 66), (135, 58), (160, 70), (205, 115), (180, 140), (160, 120), (160, 255)]
SHIRT += [(80, 255), (80, 120), (60, 140), (35, 115)]
TROUSERS = [(80, 40), (160, 40), (172, 290), (132, 290), (120, 110), (108, 290), (68, 290)]
FOREIGN = ("a chair", "a clock")  # those that are no garment


def examples() -> dict[str, np.ndarray]:
    """Return pictures by name, uint8 (h, w, 3): a dark T-shirt on white, pale trousers on wood, a chair, a clock."""
    shirt = Image.new("RGB", SIZE, "white")
    ImageDraw.Draw(shirt).polygon(SHIRT, fill=(38, 52, 92))
    wood = Image.fromarray(_wood())
    shadow = Image.new("L", SIZE, 0)
    ImageDraw.Draw(shadow).polygon([(x + 8, y + 8) for x, y in TROUSERS], fill=110)
    wood.paste((40, 26, 16), mask=shadow.filter(ImageFilter.GaussianBlur(5)))
    ImageDraw.Draw(wood).polygon(TROUSERS, fill=(214, 222, 228))
    chair = Image.new("RGB", SIZE, (232, 236, 238))
    pen = ImageDraw.Draw(chair)
    for box in ((70, 60, 82, 290), (160, 60, 172, 290), (70, 170, 172, 190), (70, 70, 172, 90), (70, 110, 172, 124)):
        pen.rectangle(box, fill=(90, 60, 30))
    clock = Image.new("RGB", SIZE, (232, 236, 238))
    pen = ImageDraw.Draw(clock)
    pen.ellipse((50, 90, 190, 230), fill="white", outline=(30, 30, 30), width=10)
    pen.line([(120, 160), (120, 112)], fill=(30, 30, 30), width=7)
    pen.line([(120, 160), (158, 176)], fill=(30, 30, 30), width=7)
    named = {"T-shirt on white": shirt, "trousers on wood": wood, "a chair": chair, "a clock": clock}
    return {name: np.asarray(image) for name, image in named.items()}


def _wood() -> np.ndarray:
    """Return a table top, uint8 (h, w, 3): boards, a grain, and light that falls off to one side."""
    width, height = SIZE
    across, along = np.meshgrid(np.arange(width), np.arange(height))
    grain = np.sin(across / 3 + 4 * np.sin(along / 40)) * 7 + np.random.default_rng(0).normal(0, 4, across.shape)
    light = 1.1 - 0.35 * across / width - (across % 60 < 2) * 0.3
    return np.clip((np.array([134, 92, 60]) + grain[..., None]) * light[..., None], 0, 255).astype("uint8")
