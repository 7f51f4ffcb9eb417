"""The other backend, in processes of its own: it trains what TensorFlow trains, where there is no TensorFlow."""

import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

from lib.base import paths

pytestmark = pytest.mark.skipif(find_spec("jax") is None, reason="jax is not installed")

TRAINS = """
import os, sys
from pathlib import Path

class Refuses:
    def find_spec(name, *others):
        if name.partition(".")[0] == "tensorflow":
            raise ImportError("somebody imports tensorflow")

sys.meta_path.insert(0, Refuses)
import jax
import numpy as np
from lib import config, models, runs
from lib.base.backend import keras
from lib.bench.features import random_weights
from lib.data.dataset import Dataset
from lib.models import backbones
from lib.training import checkpoints

checkpoints.PAUSE = 0  # a checkpoint after every epoch

def network(include_top, weights, input_tensor):
    x = keras.layers.Conv2D(6, 3, name="convolution")(input_tensor)
    return keras.Model(input_tensor, keras.layers.ReLU(name="end")(x))

keras.applications.Tiny = network
backbones.BACKBONES["tiny"] = backbones.Backbone("Tiny", "end", "tf", ("tiny.weights.h5", "tiny.h5"), "tiny")
models.SYSTEMS["transfer.tiny"] = ("lib.models.transfer", {"backbone": "tiny"})
random_weights("tiny", Path(os.environ["LOOKBOOK_WEIGHTS"]))
jax.config.update("jax_disable_most_optimizations", True)  # compiles sooner

NUMBER = 60
images = np.random.default_rng(0).integers(0, 256, (NUMBER, 16, 16, 3), dtype="uint8")
labels = {"one": np.arange(NUMBER) % 3, "another": np.arange(NUMBER) % 2}
classes = {"one": ["a", "b", "c"], "another": ["a", "b"]}
dataset = Dataset("noise", images, labels, classes, np.arange(NUMBER).astype(str), "Noise.")

def kill(done, total, text):
    if done == 1:
        raise KeyboardInterrupt

for system, arguments, more in [
    ("anchor.linear", {}, []), ("R3.final", {}, []), ("transfer.tiny", {}, []),
    ("R5.resnet34_mtl", {"width": 4, "blocks": (1, 1)}, ["another"]),  # which JAX sorts before the first
]:
    data = {"name": "noise", "target": "one", "more_targets": more}
    settings = {"system": system, "arguments": arguments, "data": data, "epochs": 2, "batch_size": 16}
    settings = config.parse(settings)
    run = runs.fetch_or_train(settings, dataset, weights=True)
    if system in ("R3.final", "transfer.tiny"):
        whole = run.predictions("test")[2]
        assert np.array_equal(runs.logits(run, dataset)[run.predictions("test")[0]], whole), system
        os.environ["LOOKBOOK_RUNS"] += "again"
        try:
            runs.fetch_or_train(settings, dataset, kill)
        except KeyboardInterrupt:
            pass
        resumed = runs.fetch_or_train(settings, dataset)
        assert "goes on" in (resumed.folder / "log.txt").read_text(), system
        assert np.array_equal(resumed.predictions("test")[2], whole), system
    if not system.startswith("anchor"):
        assert run.history["val_accuracy"].iloc[-1] == run.metrics["val_accuracy"], system
    print(system, run.metrics["test_accuracy"], flush=True)
"""


def jax(*command, **environment):
    ended = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, cwd=paths.ROOT,
        env=os.environ | {"KERAS_BACKEND": "jax"} | environment,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]


def test_networks_heads_and_anchors_train_and_a_killed_training_goes_on_where_it_stopped(tmp_path):
    (tmp_path / "weights").mkdir()
    jax("-c", TRAINS, LOOKBOOK_WEIGHTS=str(tmp_path / "weights"))


def test_a_compiled_block_of_jax_makes_the_steps_of_keras():
    some = "targets or weights or number"  # the others hold, too, and take a minute more
    jax("-m", "pytest", "-n", "0", "tests/training/test_blocks.py", "-k", some)
