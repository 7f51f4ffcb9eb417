"""How long it will take: measured on pictures that stand for all."""

import numpy as np

from lib.course import timing
from lib.data.dataset import Dataset
from lib.training import loop


def test_the_speed_is_measured_on_pictures_of_all_classes_that_have_a_label(monkeypatch):
    labels = np.repeat([-1, 0, 1, 2], 500)  # class after class, as own folders lie
    images = np.zeros((2000, 8, 8, 1), dtype="uint8")
    dataset = Dataset("own", images, {"class": labels}, {"class": list("abc")}, np.arange(2000).astype(str), "Own.")
    given = []
    monkeypatch.setattr(loop, "compiled", lambda network: network)
    monkeypatch.setattr(loop, "train_epoch", lambda network, images, labels, order, size: given.append(labels))
    assert timing.training_speed("R2.simple", dataset, pictures=150) > 0
    assert np.bincount(given[-1]).tolist() == [50, 50, 50]
