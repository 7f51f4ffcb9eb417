"""What no colour shows is said in words, and what cannot be explained in one line."""

import numpy as np
import pytest

from lib.base.backend import keras
from lib.base.errors import LookbookError
from lib.explain import layers, maps, probing, regions

make = keras.layers
NOTHING = "zero everywhere: the answer does not depend on this layer"


def test_a_network_that_always_answers_the_same_has_maps_of_zero_and_says_so(residual, noise):
    constant = keras.models.clone_model(residual)
    constant.set_weights(residual.get_weights())
    constant.get_layer("logits").set_weights([np.zeros((8, 3)), np.array([1.0, 2.0, 3.0])])
    found = maps.maps(constant, noise[:2], np.array([0, 1]), methods=maps.METHODS)
    assert {maps.told(one) for own in found.values() for one in own} == {NOTHING}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([[0, 0], [0, 0]], NOTHING),
        ([[2, 2], [2, 2.00001]], "the same everywhere (for): it points nowhere"),
        ([[-2, -2], [-2, -2]], "the same everywhere (against): it points nowhere"),
        ([[-2, -1], [0, -3]], "no evidence for it anywhere, only against"),
        ([[-2, -1], [0.5, -3]], ""),
        ([[2, 1], [0, 3]], ""),
    ],
)
def test_a_map_that_shows_nothing_is_told_in_words(values, words):
    assert maps.told(np.array(values, "float32")) == words


def test_a_constant_picture_and_channels_without_a_spread_give_numbers(residual):
    flat = np.full((2, 8, 8, 1), 7, "uint8")
    found = maps.maps(residual, flat, np.zeros(2, int), methods=(*maps.METHODS, "random", "Sobel", "centre"))
    assert all(np.isfinite(own).all() for own in found.values())
    assert not found["occlusion"].any() and not found["Sobel"].any()


def test_the_last_layer_with_a_map_is_the_last_convolution(residual):
    table = layers.spatial(residual).set_index("layer")
    assert table.loc["half"].tolist() == ["MaxPooling2D", 4, 4, 6]
    assert {"flat", "logits"}.isdisjoint(table.index) and residual.layers[0].name not in table.index
    assert layers.named(residual, -1) == layers.convolutions(residual)[-1] == "inside"


@pytest.fixture(scope="module")
def pointless():
    """Return a network of which one layer has a map of one cell, and another is used twice."""
    pictures = keras.Input((8, 8, 1))
    twice = make.Conv2D(1, 3, padding="same", name="twice")
    x = make.Conv2D(2, 8, name="one_cell")(twice(make.ReLU()(twice(pictures))))
    return keras.Model(pictures, make.Dense(3)(make.Flatten()(x)), name="pointless")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"layer": "insid"}, "has no layer 'insid': did you mean 'inside'"),
        ({"layer": "flat"}, "layer 'flat' of 'residual' has no map of features: take inside"),
        ({"classes": [0, 3]}, "class 3 is out of range: .* has classes 0 to 2"),
        ({"classes": [-1, 0]}, "class -1 is out of range"),
        ({"classes": [[0, 1], [0, 5]]}, "class 5 is out of range"),
        ({"classes": [0, 1, 2]}, "3 classes for 2 pictures"),
        ({"pictures": np.zeros((2, 8, 9, 1), "uint8")}, "takes pictures of 8x8x1 .height, width, channels., not 8x9x1"),
        ({"methods": ("Grad-CAM", "ScoreCAM")}, "no method 'ScoreCAM': did you mean 'Score-CAM'"),
        ({"head": "one"}, "has one head: leave 'one' out"),
    ],
)
def test_what_cannot_be_explained_is_one_clear_line(residual, noise, asked, message):
    given = {"pictures": noise[:2], "classes": [0, 1]} | asked
    with pytest.raises(LookbookError, match=message) as caught:
        maps.maps(residual, given.pop("pictures"), np.array(given.pop("classes")), **given)
    assert "\n" not in str(caught.value)


def several():
    pictures = keras.Input((8, 8, 1))
    x = make.Flatten()(make.Conv2D(1, 3)(pictures))
    return keras.Model(pictures, {"gender": make.Dense(2)(x), "season": make.Dense(2)(x)})


def any_size():
    pictures = keras.Input((None, None, 1))
    return keras.Model(pictures, make.Dense(2)(make.GlobalAveragePooling2D()(make.Conv2D(1, 3)(pictures))))


def nested():
    inside = keras.Input((8, 8, 1))
    block, pictures = keras.Model(inside, make.Conv2D(1, 3)(inside), name="block"), keras.Input((8, 8, 1))
    return keras.Model(pictures, make.Dense(2)(make.Flatten()(block(pictures))))


@pytest.mark.parametrize(
    ("build", "asked", "message"),
    [
        (several, {}, "several heads: choose one of: gender, season"),
        (several, {"head": "sesson"}, "several heads: did you mean 'season'"),
        (any_size, {}, "takes pictures of NonexNonex1"),
        (nested, {}, "no convolution with a map of more than one cell"),
        (lambda: keras.Sequential([make.Flatten(), make.Dense(2)]), {}, "does not say what it takes"),
        (
            lambda: keras.Sequential([keras.Input((8, 8, 1)), make.Flatten(), make.Dense(2)]),
            {}, "no convolution with a map of more than one cell",
        ),
    ],
)  # fmt: skip
def test_a_network_that_cannot_be_explained_is_one_clear_line(noise, build, asked, message):
    with pytest.raises(LookbookError, match=message) as caught:
        maps.maps(build(), noise[:2], np.array([0, 1]), **asked)
    assert "\n" not in str(caught.value)


def test_layers_of_one_cell_and_layers_used_twice_point_nowhere(pointless, noise):
    with pytest.raises(LookbookError, match="'one_cell' has one cell, which points nowhere: take twice"):
        maps.maps(pointless, noise[:2], np.array([0, 1]), layer="one_cell")
    with pytest.raises(LookbookError, match="layer 'twice' is used 2 times: take one that is used once"):
        maps.maps(pointless, noise[:2], np.array([0, 1]))
    assert layers.spatial(any_size()).empty


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("method", maps.METHODS)
def test_a_network_that_has_diverged_gives_a_line_and_never_a_map_without_numbers(residual, noise, method):
    broken = keras.models.clone_model(residual)
    broken.set_weights([np.full_like(weights, np.nan) for weights in residual.get_weights()])
    with pytest.raises(LookbookError, match="answers no number for some picture: it has diverged"):
        maps.maps(broken, noise[:2], np.array([0, 1]), methods=(method,))


def test_the_background_is_the_median_of_the_edge_and_the_thing_is_what_differs():
    picture = np.full((1, 28, 28, 3), 200, "uint8")
    picture[0, 8:20, 10:18] = (10, 200, 60)
    picture[0, 12:14, 12:14] = 200  # a hole belongs to the thing
    assert probing.background(picture).tolist() == [[200, 200, 200]]
    expected = np.zeros((1, 28, 28), bool)
    expected[0, 8:20, 10:18] = True
    assert np.array_equal(regions.foreground(picture), expected)
    silhouette = regions.silhouettes(picture)
    assert len(np.unique(silhouette[expected], axis=0)) == 1 and (silhouette[~expected] == 200).all()
    assert not regions.outline(expected)[0, 11:17, 13:15].any() and regions.outline(expected)[0, 8, 12]
    outer, inner = regions.narrowed(picture, middle=False), regions.narrowed(picture, middle=True)
    assert np.array_equal(outer, picture) and (inner == 200).all()


def test_words_are_kept_by_name():
    found = {"Grad-CAM": np.array([np.zeros((2, 2)), [[1.0, -1.0], [0.0, 0.0]]])}
    assert maps.in_words(found) == {"Grad-CAM": [maps.told(found["Grad-CAM"][0]), ""]}


def test_maps_that_disagree_are_told_by_where_their_red_lies():
    pictures = np.zeros((1, 8, 8, 1), "uint8")
    pictures[0, 2:6, 2:6] = 200
    inside = np.zeros((1, 8, 8))
    inside[0, 2:6, 2:6] = 1
    found = {"Grad-CAM": inside, "HiResCAM": 1 - inside, "Sobel": inside}
    told = maps.disagreement(found, ["coat"], pictures)
    assert "At coat, 100% of the red of Grad-CAM lies on the thing itself, of that of HiResCAM 0%: two maps" in told
    alike = maps.disagreement(found | {"HiResCAM": inside}, ["coat"], pictures)
    assert alike.startswith("Here the methods hardly differ")
    blue = maps.disagreement({"Grad-CAM": -inside, "HiResCAM": -inside}, ["coat"], pictures)
    assert blue == "These maps say nothing."


def test_the_absent_class_is_never_the_pictures_own(residual, noise):
    own = np.array([0, 1])
    absent, against = maps.most_against(residual, noise[:2], own, 3)
    assert (absent != own).all() and against.shape[0] == 2
