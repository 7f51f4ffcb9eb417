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
    images, titles = examples(garments, DataConfig(name="garments", limit=100), picture, own)
    assert [title.partition(":")[0] for title in titles] == ["mosaic", "pointing", "patch", "patch", "ROAD", "ROAD"]
    assert all(image.shape == picture.shape and image.dtype == "uint8" for image in images)
    least, most = images[-2:]
    assert (least[:14] == picture[:14]).all() and (most[14:] == picture[14:]).all(), "the other half stays"
    assert (least != picture).any() and (most != picture).any()
