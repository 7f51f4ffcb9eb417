"""The other backend gives the same maps, in a process of its own where there is no TensorFlow."""

import os
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from lib.base import paths
from lib.explain import maps

EXPLAINS = """
import sys

class Refuses:
    def find_spec(name, *others):
        if name.partition(".")[0] == "tensorflow":
            raise ImportError("somebody imports tensorflow")

sys.meta_path.insert(0, Refuses)
import jax
import numpy as np
from lib.base.backend import keras
from lib.explain import maps

assert keras.backend.backend() == "jax"
jax.config.update("jax_disable_most_optimizations", True)  # compiles sooner
model, given = keras.models.load_model(sys.argv[1] + "/model.keras"), np.load(sys.argv[1] + "/given.npz")
np.savez(sys.argv[1] + "/found.npz", **maps.maps(model, given["pictures"], given["classes"], methods=maps.METHODS))
"""


@pytest.mark.skipif(find_spec("jax") is None, reason="jax is not installed")
def test_jax_gives_the_maps_of_tensorflow(residual, noise, tmp_path):
    pictures, classes = noise[:4], np.array([0, 1, 2, 0])
    residual.save(tmp_path / "model.keras")
    np.savez(tmp_path / "given.npz", pictures=pictures, classes=classes)
    ended = subprocess.run(
        [sys.executable, "-c", EXPLAINS, str(tmp_path)], capture_output=True, text=True, cwd=paths.ROOT,
        env=os.environ | {"KERAS_BACKEND": "jax"},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    expected = maps.maps(residual, pictures, classes, methods=maps.METHODS)
    with np.load(tmp_path / "found.npz") as found:
        assert sorted(found) == sorted(maps.METHODS)
        for method, own in expected.items():
            assert own.any() and found[method] == pytest.approx(own, abs=1e-4), method
