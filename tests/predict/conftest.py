"""Pictures drawn for tests, and the network that the kit carries."""

import numpy as np
import pytest
from PIL import Image

from lib.predict import judge


@pytest.fixture(scope="session")
def fast():
    return judge.judge()


@pytest.fixture
def shirt():
    """Return a shirt, dark on white, as a Pillow picture."""
    pixels = np.full((120, 90, 3), 255, np.uint8)
    pixels[20:100, 30:60] = (40, 40, 90)
    pixels[20:45, 12:78] = (40, 40, 90)
    return Image.fromarray(pixels)
