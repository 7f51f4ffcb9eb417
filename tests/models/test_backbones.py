"""Backbones: where their weights are found, what they are given, and what they give."""

import hashlib
import os
import time
from types import SimpleNamespace

import numpy as np
import pytest

from lib.base import download, paths
from lib.base.backend import keras
from lib.base.errors import LookbookError
from lib.bench.features import random_weights
from lib.models import backbones, weights

NAME = "mobilenet_v2"  # the smallest
OURS, KERAS = backbones.BACKBONES[NAME].files


@pytest.fixture(autouse=True)
def nothing_there(tmp_path, monkeypatch):
    """Let no folder hold weights, and every download fail."""

    def offline(*_):
        raise LookbookError("no answer from anybody")

    monkeypatch.delenv("LOOKBOOK_WEIGHTS", raising=False)
    monkeypatch.setenv("LOOKBOOK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(download, "download", offline)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Return a file with random weights of mobilenet_v2."""
    keras.utils.set_random_seed(0)
    return random_weights(NAME, tmp_path_factory.mktemp("weights"))


@pytest.fixture
def there(file, monkeypatch):
    """Let LOOKBOOK_WEIGHTS name the folder of the random file."""
    monkeypatch.setenv("LOOKBOOK_WEIGHTS", str(file.parent))
    return file


def pictures(channels=3, number=4):
    return np.random.default_rng(0).integers(0, 256, (number, 32, 32, channels), dtype="uint8")


# Where weights are found


def test_the_chosen_folder_comes_before_the_kits_own_and_that_before_kerass(tmp_path, monkeypatch):
    folders = [tmp_path / "keras" / "models", tmp_path / "cache" / "weights", tmp_path / "chosen"]
    kinds = ["cache of keras.applications", "local file", "local file"]
    for folder, kind in zip(folders, kinds, strict=True):
        folder.mkdir(parents=True)
        (folder / KERAS).write_bytes(str(folder).encode())
        if folder.name == "chosen":
            monkeypatch.setenv("LOOKBOOK_WEIGHTS", str(folder))
        digest = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
        assert backbones.find(NAME) == weights.Source(kind, folder / KERAS, digest)


def test_a_file_that_was_replaced_has_another_digest(tmp_path):
    file = tmp_path / "cache" / "weights" / KERAS
    file.parent.mkdir(parents=True)
    file.write_bytes(b"one")
    before = backbones.find(NAME).digest
    file.write_bytes(b"another")
    assert backbones.find(NAME).digest != before


def test_a_download_is_kept_in_the_kits_own_folder(tmp_path, monkeypatch):
    def online(sums, mirrors, folder):
        assert mirrors == ["https://storage.googleapis.com/tensorflow/keras-applications/resnet/"]
        ((name, known),) = sums.items()
        assert name.startswith("resnet50_weights_tf") and known == f"md5:{backbones.BACKBONES['resnet50'].md5}"
        folder.mkdir(parents=True)
        (folder / name).write_bytes(b"weights")

    monkeypatch.undo()
    monkeypatch.setenv("LOOKBOOK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(download, "download", online)
    source = backbones.find("resnet50")
    assert source.kind == "download of keras.applications" and source.path.parent == paths.cache() / "weights"
    assert backbones.find("resnet50").kind == "local file"


def test_a_download_that_failed_is_tried_again_after_an_hour(monkeypatch):
    tried = []

    def offline(sums, mirrors, folder):
        tried.append(sums)
        raise LookbookError("no answer from anybody")

    monkeypatch.setattr(download, "download", offline)
    for name in (NAME, NAME, "vgg16"):
        with pytest.raises(LookbookError, match=f"{name}: no ImageNet weights .no answer from anybody.: put "):
            backbones.find(name)
    assert len(tried) == 1
    note = paths.cache() / "weights" / ".download-failed"
    os.utime(note, (time.time() - 3601, time.time() - 3601))
    with pytest.raises(LookbookError):
        backbones.find(NAME)
    assert len(tried) == 2


def test_a_wrong_file_of_one_backbone_says_nothing_of_another(monkeypatch):
    tried = []

    def wrong(sums, mirrors, folder):
        tried.append(sums)
        raise LookbookError(f"{mirrors[0]} has not the publisher's file, its checksum differs")

    monkeypatch.setattr(download, "download", wrong)
    for name in (NAME, NAME, "vgg16"):
        with pytest.raises(LookbookError, match=f"{name}: no ImageNet weights .*/{name}/"):
            backbones.find(name)
    assert len(tried) == 2


def test_a_folder_that_cannot_be_written_hides_no_reason(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LOOKBOOK_CACHE", str(tmp_path / "file"))
    with pytest.raises(LookbookError, match=f"{NAME}: no ImageNet weights .no answer from"):
        backbones.find(NAME)


def test_nothing_is_downloaded_where_nobody_asks_for_it(monkeypatch):
    monkeypatch.setattr(download, "download", lambda *given: pytest.fail("downloads"))
    with pytest.raises(LookbookError, match="nothing was downloaded"):
        backbones.find(NAME, download=False)


def test_available_says_of_every_backbone_whether_it_is_there(there):
    rows = {row["backbone"]: row for row in backbones.available()}
    assert list(rows) == ["resnet50", "mobilenet_v2", "vgg16", "kit"]
    assert (rows[NAME]["source"], rows[NAME]["note"]) == ("local file", OURS)
    assert rows["vgg16"]["source"] == "" and "no answer from anybody" in rows["vgg16"]["note"]
    assert rows["kit"]["source"]


def test_a_folder_that_does_not_exist_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("LOOKBOOK_WEIGHTS", str(tmp_path / "nowhere"))
    with pytest.raises(LookbookError, match="LOOKBOOK_WEIGHTS=.*nowhere: No such file"):
        backbones.find(NAME)


def test_a_misspelt_backbone_and_preprocessing_are_refused():
    with pytest.raises(LookbookError, match="unknown backbone 'resnet': did you mean 'resnet50'"):
        backbones.find("resnet")
    with pytest.raises(LookbookError, match="unknown preprocessing 'cafe': did you mean 'caffe'"):
        backbones.build(NAME, (32, 32, 3), "cafe")


# Files that are read


def test_a_backbone_has_the_weights_of_its_file(there):
    model = backbones.build(NAME, (32, 32, 3))
    pixels = pictures()
    keras.utils.set_random_seed(0)
    theirs = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(32, 32, 3))
    expected = theirs.predict_on_batch(keras.applications.mobilenet_v2.preprocess_input(pixels.astype("float32")))
    assert model.predict_on_batch(pixels) == pytest.approx(expected, abs=1e-5)
    assert not model.trainable_weights


def test_a_file_of_keras_applications_is_read_as_well(tmp_path):
    full = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(32, 32, 3))
    file = paths.cache() / "weights" / KERAS
    file.parent.mkdir(parents=True)
    full.save(file)
    for ours, theirs in zip(backbones.build(NAME, (32, 32, 3)).weights, full.weights, strict=True):
        assert np.array_equal(ours, theirs)


def other_network():
    return keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Conv2D(32, 3), keras.layers.Conv2D(2, 3)])


def deeper(file):
    """Write the weights of a network that begins as the backbone and goes on."""
    full = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(32, 32, 3))
    keras.Model(full.input, keras.layers.Conv2D(3, 1)(full.output)).save_weights(file)


def cut_off(path, file):
    path.write_bytes(file.read_bytes()[:100_000])


@pytest.mark.parametrize(
    ("name", "write", "reason"),
    [
        (OURS, lambda path, file: other_network().save_weights(path), "does not hold the weights of mobilenet_v2"),
        (KERAS, lambda path, file: other_network().save(path), "does not hold the weights of mobilenet_v2"),
        (OURS, lambda path, file: deeper(path), "does not hold the weights of mobilenet_v2 .* arrays, not"),
        (OURS, cut_off, "cut off or damaged"),
        (KERAS, cut_off, "cut off or damaged"),
        (OURS, lambda path, file: path.write_text("no"), "cut off or damaged"),
        (KERAS, lambda path, file: path.write_bytes(b""), "cut off or damaged"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(name, write, reason, file, tmp_path, monkeypatch):
    monkeypatch.setenv("LOOKBOOK_WEIGHTS", str(tmp_path))
    write(tmp_path / name, file)
    with pytest.raises(LookbookError, match=reason) as error:
        backbones.build(NAME, (32, 32, 3))
    assert str(tmp_path / name) in str(error.value) and "\n" not in str(error.value)


# What a backbone is given


@pytest.mark.parametrize(("kind", "module"), [("caffe", "resnet50"), ("caffe", "vgg16"), ("tf", "mobilenet_v2")])
def test_preprocessing_is_that_of_keras_applications(kind, module):
    theirs = getattr(keras.applications, module).preprocess_input(pictures().astype("float32"))
    assert backbones.preprocessed(pictures(), kind) == pytest.approx(theirs, abs=1e-3)


def test_a_grey_picture_is_repeated_in_three_channels(there):
    grey = pictures(1)
    assert backbones.preprocessed(grey, "unit") == pytest.approx(np.repeat(grey, 3, axis=3) / 255, abs=1e-6)
    colour = backbones.build(NAME, (32, 32, 3)).predict_on_batch(np.repeat(grey, 3, axis=3))
    assert backbones.build(NAME, (32, 32, 1)).predict_on_batch(grey) == pytest.approx(colour, abs=1e-5)


def test_a_picture_too_small_for_vgg16_is_refused():
    with pytest.raises(LookbookError, match="vgg16 needs pictures of 32 pixels a side at least, not 28x28"):
        backbones.build("vgg16", (28, 28, 1))


@pytest.mark.parametrize(("name", "map_of"), [("resnet50", (5, 4, 1024)), ("mobilenet_v2", (3, 2, 1280))])
def test_product_pictures_become_a_map_of_this_size(name, map_of, tmp_path, monkeypatch):
    random_weights(name, tmp_path)
    monkeypatch.setenv("LOOKBOOK_WEIGHTS", str(tmp_path))
    assert backbones.build(name, (80, 60, 3)).output.shape[1:] == map_of


# The kit's own


def run_of(tmp_path, network, system="R2.simple"):
    network.save(tmp_path / "model.keras")
    return SimpleNamespace(config=SimpleNamespace(system=system), label=system, folder=tmp_path, key="k")


@pytest.mark.parametrize("several", [False, True])
def test_a_run_gives_what_its_last_dense_layer_is_given(several, tmp_path):
    inputs = keras.Input((8, 8, 1), dtype="uint8")
    hidden = keras.layers.Dense(5, activation="relu", name="hidden")(keras.layers.Flatten()(inputs))
    outputs = {name: keras.layers.Dense(3)(hidden) for name in ("first", "second")}
    network = keras.Model(inputs, outputs if several else outputs["first"])
    backbone = backbones.from_run(run_of(tmp_path, network))
    pixels = pictures(1)[:, :8, :8]
    expected = keras.Model(inputs, hidden).predict_on_batch(pixels)
    assert np.array_equal(backbone.predict_on_batch(pixels), expected) and expected.any()
    assert not backbone.trainable_weights


def test_a_run_without_a_network_of_pictures_is_no_backbone(tmp_path):
    inputs = keras.Input((4,))
    head = run_of(tmp_path, keras.Model(inputs, keras.layers.Dense(3)(inputs)))
    with pytest.raises(LookbookError, match="a backbone takes pictures and ends in a dense layer"):
        backbones.from_run(head)
    anchor = SimpleNamespace(config=SimpleNamespace(system="anchor.linear"), label="anchor.linear", folder=tmp_path)
    with pytest.raises(LookbookError, match="anchor.linear has no network to begin from"):
        backbones.from_run(anchor)
