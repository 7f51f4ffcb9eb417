"""The pictures that show what a check does."""

import numpy as np

from lib.config import DataConfig
from lib.data import catalogue
from lib.explain.checks.examples import examples
from lib.explain.checks.redrawing import Needed


def test_each_check_has_a_picture_and_a_title():
    garments = catalogue.load("garments")
    picture = garments.images[0]
    own = np.zeros(picture.shape[:2])
    own[:14] = 1
    settings = DataConfig(name="garments", limit=100)
    images, titles, frames, texts = examples(garments, settings, picture, own, 0.35)
    assert titles == ["mosaic", "pointing", "patch", "painting"]
    assert (
        all("\nBy chance: 0" in text for text in texts[:3])
        and texts[2].endswith(" 0.03.")
        and texts[3].endswith("\nNoise: 0.35.")
    )
    assert [None if frame is None else frame.mean() for frame in frames] == [0.5, 0.25, 25 / 784, None]
    assert all(image.shape == picture.shape and image.dtype == "uint8" for image in images)
    assert (images[-1][14:] == picture[14:]).all() and (images[-1] != picture).any(), "what is not marked stays"
    needed = Needed(picture, own > 0, "sleeves")
    asked = examples(garments, settings, picture, own, 0.03, needed)
    assert asked.titles[0] == "redrawing" and "sleeves" in asked.texts[0] and asked.frames[0][:14].all()
