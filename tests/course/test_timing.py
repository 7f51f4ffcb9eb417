"""How long will it take? Measured on whatever pictures there are."""

from dataclasses import replace

import numpy as np

from lib.course import timing


def test_speed_is_measured_on_pictures_that_have_a_label(stripes):
    labels = np.where(np.arange(len(stripes)) % 3 == 0, -1, stripes.labels["class"])
    own = replace(stripes, labels={"class": labels}, test=None)  # as pictures of one's own with a table
    assert timing.training_speed("R2.simple", own, pictures=40, batch_size=10) > 0
