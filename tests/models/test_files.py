"""Networks that somebody else saved: what is read of them, and what is said of other files."""

import zipfile

import numpy as np
import pytest
from scipy.special import softmax

from lib.base.backend import keras
from lib.base.errors import LookbookError
from lib.explain import maps
from lib.models import files

layers = keras.layers
PICTURES = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 1), dtype="uint8")


def network(*end, sequential=False):
    keras.utils.set_random_seed(0)
    begin = [layers.Rescaling(1 / 255), layers.Conv2D(4, 3), layers.Flatten(), *end]
    if sequential:
        return keras.Sequential([keras.Input((8, 8, 1)), *begin])
    pictures = x = keras.Input((8, 8, 1))
    for layer in begin:
        x = layer(x)
    return keras.Model(pictures, x)


@pytest.mark.parametrize("name", ["mine.keras", "mine.h5"])
@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize(
    "end",
    [
        lambda: [layers.Dense(3, "softmax", bias_initializer="normal")],
        lambda: [layers.Dense(3, "softmax", use_bias=False)],
        lambda: [layers.Dense(3), layers.Softmax()],
        lambda: [layers.Dense(3), layers.Activation("softmax")],
    ],
)
def test_a_softmax_at_the_end_is_left_out(tmp_path, name, sequential, end):
    model = network(*end(), sequential=sequential)
    model.save(tmp_path / name)
    read = files.read(tmp_path / name)
    logits, expected = read.predict_on_batch(PICTURES), model.predict_on_batch(PICTURES)
    assert softmax(logits, axis=1) == pytest.approx(expected, abs=1e-5)
    assert np.abs(logits.sum(axis=1) - 1).max() > 0.1, "logits, not probabilities"
    assert maps.maps(read, PICTURES, np.arange(3))["HiResCAM"].any()


@pytest.mark.parametrize("sequential", [True, False])
def test_logits_stay_what_they_are(tmp_path, sequential):
    model = network(layers.Dense(3), sequential=sequential)
    model.save(tmp_path / "mine.keras")
    found = files.read(str(tmp_path / "mine.keras")).predict_on_batch(PICTURES)
    assert found == pytest.approx(model.predict_on_batch(PICTURES), abs=1e-5)


def text(file):
    file.write_text("this is no network")


def archive(file):
    with zipfile.ZipFile(file, "w") as inside:
        inside.writestr("hello.txt", "hello")


def broken(file):
    with zipfile.ZipFile(file, "w") as inside:
        inside.writestr("config.json", "{}")


def cut_off(file):
    network(layers.Dense(3)).save(file)
    file.write_bytes(file.read_bytes()[:-100])


def weights_alone(file):
    network(layers.Dense(3)).save_weights(file.with_name("mine.weights.h5"))
    file.with_name("mine.weights.h5").rename(file)


def renamed(file, saved):
    network(layers.Dense(3)).save(file.with_name(saved))
    file.with_name(saved).rename(file)


def of_features(file):
    keras.Sequential([keras.Input((10,)), layers.Dense(3)]).save(file)


def of_words(file):
    words = keras.Input((5,), dtype="int32")
    keras.Model(words, layers.Dense(2)(layers.Flatten()(layers.Embedding(9, 4)(words)))).save(file)


def of_two(file):
    one, other = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    keras.Model([one, other], layers.Dense(2)(layers.Flatten()(layers.Add()([one, other])))).save(file)


def with_two_heads(file):
    pictures = keras.Input((8, 8, 1))
    x = layers.Flatten()(pictures)
    keras.Model(pictures, [layers.Dense(2)(x), layers.Dense(2)(x)]).save(file)


def of_any_size(file):
    pictures = keras.Input((None, None, 1))
    keras.Model(pictures, layers.Dense(2)(layers.GlobalAveragePooling2D()(pictures))).save(file)


def nameless(file):
    model = keras.Sequential([layers.Flatten(), layers.Dense(2)])
    model.save(file)


def with_own_layer(file):
    class Mine(layers.Layer):
        def call(self, x):
            return x

    network(Mine(), layers.Dense(3)).save(file)


@pytest.mark.filterwarnings("ignore:You are saving")
@pytest.mark.parametrize(
    ("write", "name", "message"),
    [
        (lambda file: None, "mine.keras", "no such file; give a network saved by Keras"),
        (lambda file: file.mkdir(), "mine.keras", "no such file"),
        (text, "mine.keras", "not a file of a Keras network .*save it with"),
        (text, "mine.h5", "not a file of a Keras network"),
        (lambda file: file.write_bytes(b""), "mine.h5", "not a file of a Keras network"),
        (archive, "mine.keras", "not a file of a Keras network"),
        (cut_off, "mine.keras", "not a file of a Keras network"),
        (broken, "mine.keras", "holds no network that Keras can read"),
        (cut_off, "mine.h5", "holds no network that Keras can read"),
        (weights_alone, "mine.h5", "holds no network that Keras can read"),
        (weights_alone, "mine.keras", "holds what a .h5 file does; rename it"),
        (lambda file: network(layers.Dense(3)).save(file.with_suffix(".keras")), "mine.h5", "no such file"),
        (lambda file: renamed(file, "mine.keras"), "mine.h5", "holds what a .keras file does; rename it"),
        (lambda file: renamed(file, "mine.h5"), "mine", "holds what a .h5 file does; rename it"),
        (with_own_layer, "mine.keras", "holds no network that Keras can read"),
        (of_features, "mine.keras", r"takes or gives \(None, 10\), \(None, 3\); needed: pictures"),
        (of_words, "mine.keras", r"takes or gives \(None, 5\), \(None, 2\); needed: pictures"),
        (of_two, "mine.keras", r"takes or gives \(None, 8, 8, 1\), \(None, 8, 8, 1\), \(None, 2\); needed: pictures"),
        (with_two_heads, "mine.keras", "takes or gives"),
        (of_any_size, "mine.keras", r"takes or gives \(None, None, None, 1\)"),
        (nameless, "mine.keras", "a network built by layers one after another"),
    ],
)
def test_a_file_without_a_network_of_pictures_is_one_clear_line(tmp_path, write, name, message):
    write(tmp_path / name)
    with pytest.raises(LookbookError, match=message) as caught:
        files.read(tmp_path / name)
    assert "\n" not in str(caught.value) and str(tmp_path / name) in str(caught.value)


def test_of_a_long_error_of_keras_the_first_line_is_told(tmp_path, monkeypatch):
    def fails(*given, **named):
        raise TypeError("\nno such layer\nand much more")

    network(layers.Dense(3)).save(tmp_path / "mine.keras")
    monkeypatch.setattr(keras.models, "load_model", fails)
    with pytest.raises(LookbookError, match=r"can read \(no such layer\)$"):
        files.read(tmp_path / "mine.keras")
