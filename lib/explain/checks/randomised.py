"""What is left of a map when the network's weights are drawn anew: a map that stays did not come from them."""

from collections.abc import Callable, Iterator

import numpy as np

from lib.base.backend import keras
from lib.explain.checks.agreement import rank_correlation

Values = dict[str, np.ndarray]
Maps = Callable[[], Values]


def asked_otherwise(
    model: keras.Model, picture: np.ndarray, label: int, other: int, look: Callable
) -> dict[str, Values]:
    """Return the maps of one picture (H, W, C) for its class, for another, and of the network with random weights.

    look: what explains a network: (model, pictures, classes) -> method -> maps (N, H, W). `model` stays as it is.
    """
    trained, pictures = model.get_weights(), picture[None]
    found = {"class": look(model, pictures, np.array([label])), "other": look(model, pictures, np.array([other]))}
    keras.utils.set_random_seed(0)
    fresh = keras.models.clone_model(model)
    try:
        model.set_weights(fresh.get_weights())
        return found | {"random": look(model, pictures, np.array([label]))}
    finally:
        model.set_weights(trained)


def cascade(model: keras.Model, maps: Maps, from_top: bool, seed: int = 0) -> Iterator[tuple[str, Values]]:
    """Yield for each layer with weights its name, and how alike every method's maps still are when it is drawn anew.

    maps: what explains `model`: method -> maps (N, H, W). Layers are drawn anew one after another, from the output down
    or from the input up, and stay so; at the end all are random. Alike is Spearman's correlation of each map with the
    trained network's, float (N,), NaN where one is constant. `model` has its own weights again afterwards.

    Source: Adebayo et al. 2018, arXiv 1810.03292, section 3.1.
    """
    trained = model.get_weights()
    before = maps()
    keras.utils.set_random_seed(seed)
    fresh = keras.models.clone_model(model)
    layers = [layer for layer in model.layers if layer.weights]
    try:
        for layer in layers[::-1] if from_top else layers:
            layer.set_weights(fresh.get_layer(layer.name).get_weights())
            yield layer.name, {method: rank_correlation(before[method], now) for method, now in maps().items()}
    finally:
        model.set_weights(trained)
