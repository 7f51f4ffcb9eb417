"""Frozen features: computed once a picture, kept whole, and what training is given."""

import signal
import subprocess
import sys
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from lib import config, models, runs
from lib.base import paths
from lib.base.backend import keras
from lib.base.errors import LookbookError
from lib.bench import features as bench
from lib.data.dataset import Dataset
from lib.evaluation import guards
from lib.models import backbones, needs
from lib.training import features

NAME = "tiny"
NUMBER = 150  # pictures; three batches


@pytest.fixture(autouse=True)
def tiny(tmp_path_factory, monkeypatch):
    """Let there be a backbone of one convolution, and the systems of transfer."""

    def network(include_top, weights, input_tensor):
        x = keras.layers.Conv2D(6, 3, name="convolution")(input_tensor)
        return keras.Model(input_tensor, keras.layers.ReLU(name="end")(x))

    folder = tmp_path_factory.mktemp("weights")
    monkeypatch.setattr(keras.applications, "Tiny", network, raising=False)
    known = backbones.Backbone("Tiny", "end", "tf", ("tiny.weights.h5", "tiny.h5"), "tiny")
    monkeypatch.setitem(backbones.BACKBONES, NAME, known)
    keras.utils.set_random_seed(1)
    bench.random_weights(NAME, folder)
    monkeypatch.setenv("LOOKBOOK_WEIGHTS", str(folder))
    monkeypatch.setitem(models.SYSTEMS, "transfer.tiny", ("lib.models.transfer", {"backbone": NAME}))
    monkeypatch.setitem(models.SYSTEMS, "transfer.kit", ("lib.models.transfer", {"backbone": "kit"}))
    return folder


@pytest.fixture
def products():
    """Return pictures in colour."""
    images = np.random.default_rng(0).integers(0, 256, (NUMBER, 10, 8, 3), dtype="uint8")
    labels = np.arange(NUMBER) % 3
    return Dataset(
        name="products", images=images, labels={"usage": labels}, classes={"usage": ["a", "b", "c"]},
        ids=np.arange(NUMBER).astype(str), provenance="Noise.",
    )  # fmt: skip


@pytest.fixture
def computed(monkeypatch):
    """Return a list that gets the number of pictures of each computation."""
    numbers = []
    compute = features._compute

    def counted(dataset, model, todo, *others):
        numbers.append(len(todo))
        compute(dataset, model, todo, *others)

    monkeypatch.setattr(features, "_compute", counted)
    return numbers


def settings(system="transfer.tiny", **changes):
    return config.parse({"system": system, "data": {"name": "products", "target": "usage"}} | changes)


def everything():
    return np.arange(NUMBER)


def expected(products, preprocessing=None):
    model = backbones.build(NAME, products.images.shape[1:], preprocessing)
    return model.predict_on_batch(products.images).mean(axis=(1, 2))


def test_features_are_the_mean_of_the_backbones_map(products):
    found = features.fetch_or_compute(products, NAME, everything())
    assert found.dtype == "float32" and found.shape == (NUMBER, 6)
    assert found == pytest.approx(expected(products), abs=1e-5) and found.std() > 0


def test_a_picture_is_computed_once(products, computed):
    first = features.fetch_or_compute(products, NAME, np.array([3, 90, 3]))
    assert np.flatnonzero(first.any(axis=1)).tolist() == [3, 90]
    kept = first[[3, 90]].copy()
    second = features.fetch_or_compute(products, NAME, everything())
    assert np.array_equal(second[[3, 90]], kept)
    features.fetch_or_compute(products, NAME, everything()[::2])
    assert computed == [2, NUMBER - 2]


def test_a_row_does_not_depend_on_what_was_computed_with_it(products, monkeypatch, tmp_path):
    alone = features.fetch_or_compute(products, NAME, np.array([140]))[140].copy()
    monkeypatch.setenv("LOOKBOOK_RUNS", str(tmp_path))
    assert np.array_equal(features.fetch_or_compute(products, NAME, everything())[140], alone)


@pytest.mark.parametrize("other", ["pictures", "preprocessing", "weights", "digest"])
def test_other_pictures_weights_or_preprocessing_have_features_of_their_own(other, products, computed, tiny):
    features.fetch_or_compute(products, NAME, everything())
    preprocessing = None
    if other == "pictures":
        images = products.images.copy()
        images[0, 0, 0, 0] ^= 1
        products = replace(products, images=images)
    elif other == "digest":
        products = replace(products, digest="0" * 16)
    elif other == "preprocessing":
        preprocessing = "unit"
    else:
        bench.random_weights(NAME, tiny)
    found = features.fetch_or_compute(products, NAME, everything(), preprocessing)
    assert computed == [NUMBER, NUMBER]
    assert found == pytest.approx(expected(products, preprocessing), abs=1e-5)


def test_other_labels_and_the_backbones_own_preprocessing_by_name_share_features(products, computed):
    features.fetch_or_compute(products, NAME, everything())
    products = replace(products, labels={"usage": products.labels["usage"][::-1]}, name="other")
    features.fetch_or_compute(products, NAME, everything(), "tf")
    assert computed == [NUMBER]


def test_what_a_killed_one_has_saved_is_not_computed_again(products, computed, monkeypatch):
    monkeypatch.setattr(features, "SAVE_EVERY", -1.0)
    monkeypatch.setattr(features, "SHOW_EVERY", -1.0)

    def kill(done, total, text):
        if done == 2 * features.BATCH:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        features.fetch_or_compute(products, NAME, everything(), show=kill)
    found = features.fetch_or_compute(products, NAME, everything())
    assert computed == [NUMBER, NUMBER - 2 * features.BATCH]
    assert found == pytest.approx(expected(products), abs=1e-5)


def test_what_a_killed_one_has_not_saved_is_computed_again(products, computed, monkeypatch):
    monkeypatch.setattr(features, "SHOW_EVERY", -1.0)

    def kill(done, total, text):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        features.fetch_or_compute(products, NAME, everything(), show=kill)
    found = features.fetch_or_compute(products, NAME, everything())
    assert computed == [NUMBER, NUMBER]
    assert found == pytest.approx(expected(products), abs=1e-5)


TWO = """
import sys, time
from pathlib import Path
from types import SimpleNamespace
import numpy as np
from lib.data.dataset import Dataset
from lib.training import features
log = Path(sys.argv[1])
def told(word):
    with log.open("a") as file:
        file.write(word + " ")
    return log.read_text().split()
class Network:
    output = SimpleNamespace(shape=(None, 2))
    def predict_on_batch(self, images):
        begin = time.monotonic()
        while told("batch").count("begins") < 2 and time.monotonic() < begin + 20:
            time.sleep(0.02)
        return images[:, 0, :2, 0].astype("float32")
features._extractor = lambda *_: told("builds") and Network()
images = np.random.default_rng(0).integers(1, 256, (150, 2, 2, 1), dtype="uint8")
dataset = Dataset("noise", images, {}, {}, np.arange(150).astype(str), "Noise.")
told("begins")
found = features.fetch_or_compute(dataset, "kit", np.arange(150), start=SimpleNamespace(key="0"))
assert np.array_equal(found, images[:, 0, :2, 0])
"""


@pytest.mark.parametrize("killed", [False, True])
def test_two_processes_compute_features_once_and_both_get_them(tmp_path, killed):
    log = tmp_path / "log.txt"
    log.touch()
    command = [sys.executable, "-c", TWO, str(log)]
    first = subprocess.Popen(command)
    while "batch" not in log.read_text():
        time.sleep(0.02)
    if killed:
        first.kill()
    second = subprocess.Popen(command)
    assert (first.wait(60), second.wait(60)) == (-signal.SIGKILL if killed else 0, 0)
    assert log.read_text().split().count("builds") == 1 + killed
    assert len(list((paths.runs() / "features").glob("*/done.npy"))) == 1


def test_a_full_disk_is_said_before_anything_is_written(products, monkeypatch):
    monkeypatch.setattr(features.shutil, "disk_usage", lambda folder: SimpleNamespace(free=100))
    with pytest.raises(LookbookError, match="no room for 0 MiB of features; free some space"):
        features.fetch_or_compute(products, NAME, everything())
    assert [place.name for place in (paths.runs() / "features").iterdir()] == [".locks"]


def test_features_are_in_float32_whatever_the_precision_of_the_training(products):
    right = features.fetch_or_compute(products, NAME, everything()[:20])[:20].copy()
    keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
    try:
        mixed = features.fetch_or_compute(products, NAME, everything())
        assert keras.mixed_precision.dtype_policy().name == "mixed_bfloat16"
    finally:
        keras.mixed_precision.set_dtype_policy("float32")
    assert mixed == pytest.approx(expected(products), abs=1e-5)
    assert np.array_equal(mixed[:20], right)


# What training is given


def test_a_head_gets_features_and_other_networks_get_pictures(products):
    assert features.inputs(products, settings(), everything()).shape == (NUMBER, 6)
    for other in (settings("R2.simple"), settings(arguments={"train_from": "convolution"})):
        assert features.inputs(products, other, everything()) is products.images


def test_the_settings_choose_backbone_and_preprocessing(products):
    found = features.inputs(products, settings(arguments={"preprocessing": "unit"}), everything())
    assert found == pytest.approx(expected(products, "unit"), abs=1e-5)


def test_the_kits_own_backbone_is_the_run_it_starts_from(products, tmp_path):
    inputs = keras.Input((10, 8, 3), dtype="uint8")
    hidden = keras.layers.Dense(5, activation="relu")(keras.layers.Flatten()(inputs))
    keras.Model(inputs, keras.layers.Dense(2)(hidden)).save(tmp_path / "model.keras")
    start = SimpleNamespace(config=settings("R2.simple"), folder=tmp_path, key="0123")
    found = features.inputs(products, settings("transfer.kit"), everything(), start)
    right = keras.Model(inputs, hidden).predict_on_batch(products.images)
    assert found == pytest.approx(right, rel=1e-5) and found.any()
    with pytest.raises(LookbookError, match="give one as `start`"):
        features.inputs(products, settings("transfer.kit"), everything())


def test_the_weights_are_part_of_what_identifies_a_run(tiny):
    before = needs.weights_digest(settings())
    assert before and before == needs.weights_digest(settings(arguments={"train_from": "convolution"}))
    bench.random_weights(NAME, tiny)
    assert needs.weights_digest(settings()) != before
    assert needs.weights_digest(settings("R2.simple")) == needs.weights_digest(settings("transfer.kit")) == ""
    assert needs.weights_digest(settings("anchor.majority")) == ""


def test_a_head_is_trained_then_fine_tuned_from_where_it_stopped(products, computed):
    short = {"epochs": 1, "batch_size": 16}
    frozen = runs.fetch_or_train(settings(**short), products)
    assert computed == [NUMBER] and frozen.metrics["parameters"] == 7 * 128 + 129 * 3
    start = frozen.config.model_dump()
    tiny_step = {"name": "sgd", "learning_rate": 1e-12}
    tuned = settings(start=start, arguments={"train_from": "convolution"}, optimizer=tiny_step, **short)
    again = runs.fetch_or_train(tuned, products)
    assert again.metrics["parameters"] == frozen.metrics["parameters"] + 28 * 6
    assert again.predictions("val")[2] == pytest.approx(frozen.predictions("val")[2], abs=1e-4)
    assert runs.fetch_or_train(settings(seed=1, **short), products).key != frozen.key and computed == [NUMBER]


# Guard


@pytest.mark.parametrize(
    ("arguments", "fires"),
    [
        ({}, False),
        ({"preprocessing": "tf"}, False),
        ({"preprocessing": "unit"}, True),
        ({"preprocessing": "caffe"}, True),
    ],
)
def test_another_preprocessing_than_the_backbones_fires(arguments, fires, products):
    run = SimpleNamespace(config=settings(arguments=arguments), positions=lambda part: np.arange(90))
    fired, detail = guards.input_statistics(run, products)
    assert fired is fires and detail.startswith("tiny is given channels of mean ")
    dark = replace(products, images=(products.images / 255).astype("float32"))
    assert guards.input_statistics(run, dark)[0]


def test_the_kits_own_backbone_needs_no_preprocessing(products):
    run = SimpleNamespace(config=settings("transfer.kit"), positions=lambda part: np.arange(90))
    assert guards.input_statistics(run, products) == (False, "pictures are uint8 up to 255, as the network takes them")
