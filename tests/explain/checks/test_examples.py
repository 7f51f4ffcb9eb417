"""The pictures that show what a check does."""

import numpy as np

from lib.config import DataConfig
from lib.data import catalogue
from lib.explain.checks.examples import examples


def test_each_check_has_a_picture_and_a_title():
    garments = catalogue.load("garments")
    picture = garments.images[0]
    own = np.zeros(picture.shape[:2])
    own[:14] = 1
    settings = DataConfig(name="garments", limit=100)
    images, titles, frames, texts = examples(garments, settings, picture, own)
    assert titles == ["mosaic", "patch", "painting", ""] and texts[2:] == ["before", "after"]
    assert [None if frame is None else frame.mean() for frame in frames] == [0.5, 25 / 784, None, None]
    assert all(image.shape == picture.shape and image.dtype == "uint8" for image in images)
    assert (images[-1][14:] == picture[14:]).all() and (images[-1] != picture).any(), "what is not marked stays"
