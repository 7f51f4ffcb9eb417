"""Maps without a gradient: the network is asked again about changed pictures."""

import numpy as np

from lib.base.backend import keras
from lib.explain import layers
from lib.explain.gradients import activations_and_gradients
from lib.explain.targets import Target, logit, probability
from lib.training.loop import predict

AT_ONCE = 8192  # changed pictures in memory


def score_cam(
    model, pictures: np.ndarray, classes: np.ndarray, layer: str | int = -1, target: Target = probability
) -> np.ndarray:
    """Return the layer's channels added up, float32 (N, h, w), each weighted by what it shows of the class.

    A channel's map, from 0 to 1 and as large as the picture, hides the picture where it is low. The weight is the
    probability that is left, minus that of a picture of background alone. A channel that is constant weighs nothing.

    model, pictures, classes, layer: as in `lib.explain.cam.raw`. The score is a probability, as in the authors' code:
    a logit would weigh channels by how large it happens to be.

    Source: Wang et al. 2020, Score-CAM, arXiv 1910.01279.
    """
    name = layers.named(model, layer)
    channels = model.get_layer(name).output.shape[-1]
    step = max(1, AT_ONCE // channels)
    empty = answers(model, _empty(pictures), classes, target)
    parts = []
    for start in range(0, len(pictures), step):
        batch = slice(start, start + step)
        maps, _ = activations_and_gradients(model, name, target, pictures[batch], classes[batch])
        low, high = maps.min(axis=(1, 2), keepdims=True), maps.max(axis=(1, 2), keepdims=True)
        spread = high - low
        masks = np.divide(maps - low, spread, out=np.zeros_like(maps), where=spread > 0)
        masks = resized(masks, pictures.shape[1:3]).transpose(0, 3, 1, 2)[..., None]
        background = _empty(pictures[batch])[:, None].astype("float32")
        shown = background + (pictures[batch][:, None] - background) * masks
        shown = np.rint(shown).astype("uint8").reshape(-1, *pictures.shape[1:])
        found = answers(model, shown, np.repeat(classes[batch], channels, axis=0), target).reshape(-1, channels)
        weights = found - empty[batch, None]
        parts.append((maps * weights[:, None, None]).sum(axis=-1))
    return np.concatenate(parts).astype("float32")


def occlusion(model, pictures: np.ndarray, classes: np.ndarray, target: Target = logit) -> np.ndarray:
    """Return how much the answer falls when a window of background hides a place, float32 (N, H, W).

    The window is a quarter of the picture's height and width and moves by half of itself; a pixel has the mean fall of
    all windows over it.

    model, pictures, classes: as in `lib.explain.cam.raw`.

    Source: Zeiler & Fergus 2014, arXiv 1311.2901, section 4.2.
    """
    windows = [(rows, columns) for rows in _windows(pictures.shape[1]) for columns in _windows(pictures.shape[2])]
    step = max(1, AT_ONCE // len(windows))
    if len(pictures) > step:
        parts = [slice(start, start + step) for start in range(0, len(pictures), step)]
        return np.concatenate([occlusion(model, pictures[part], classes[part], target) for part in parts])
    whole, empty = answers(model, pictures, classes, target), _empty(pictures)
    hidden = np.repeat(pictures[None], len(windows), axis=0)
    for number, window in enumerate(windows):
        hidden[number, :, *window] = empty[:, *window]
    asked = np.concatenate([classes] * len(windows))
    left = answers(model, hidden.reshape(-1, *pictures.shape[1:]), asked, target).reshape(len(windows), -1)
    falls, counts = np.zeros(pictures.shape[:3], "float32"), np.zeros(pictures.shape[1:3], "float32")
    for window, answer in zip(windows, left, strict=True):
        falls[:, *window] += (whole - answer)[:, None, None]
        counts[window] += 1
    return falls / counts


def answers(model, pictures: np.ndarray, classes: np.ndarray, target: Target = logit) -> np.ndarray:
    """Return `target` of the network's output for each picture, float32 (N,)."""
    return keras.ops.convert_to_numpy(target(predict(model, pictures), np.asarray(classes, dtype="int32")))


def answered(model, pictures: np.ndarray) -> np.ndarray:
    """Return the class that a network with one head chooses for each picture, int (N,)."""
    if not len(pictures):
        return np.empty(0, int)
    return np.asarray(predict(model, pictures)).argmax(axis=1)


def resized(maps: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """Return maps (N, h, w, channels) at another size, (N, H, W, channels), between cells in straight lines."""
    return keras.ops.convert_to_numpy(keras.ops.image.resize(maps.astype("float32"), size, "bilinear"))


def background(pictures: np.ndarray) -> np.ndarray:
    """Return the colour around the thing in each picture, uint8 (N, channels): the median of the picture's edge."""
    edge = np.concatenate([pictures[:, 0], pictures[:, -1], pictures[:, :, 0], pictures[:, :, -1]], axis=1)
    return np.median(edge, axis=1).astype("uint8")


def _empty(pictures: np.ndarray) -> np.ndarray:
    return np.broadcast_to(background(pictures)[:, None, None], pictures.shape)


def _windows(side: int) -> list[slice]:
    window = max(1, side // 4)
    starts = list(range(0, side - window, max(1, window // 2)))
    return [slice(start, start + window) for start in [*starts, side - window]]
