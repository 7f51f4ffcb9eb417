"""All maps of a network's answers, at the size of the pictures; and in words, what no colour shows."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError, nearest
from lib.data.dataset import Dataset
from lib.evaluation import comparison
from lib.explain import cam, layers, probing
from lib.explain.checks.agreement import share_inside
from lib.explain.controls import CONTROLS
from lib.explain.regions import foreground
from lib.explain.targets import logit, of_head, probability
from lib.training.run import Run

SHORT = 10  # letters of a class above a small picture
DIFFERENT = 0.1  # of the red: from there on two maps say something else
PROBING = ("Score-CAM", "occlusion")
METHODS = (*cam.METHODS, *PROBING)  # what is to be believed or not; the controls are what they must beat


def maps(
    model, pictures: np.ndarray, classes: np.ndarray, layer: str | int = -1, head: str | None = None,
    methods: Sequence[str] = tuple(cam.METHODS),
) -> dict[str, np.ndarray]:  # fmt: skip
    """Return the maps of every method asked for, by its name, float32 (N, H, W): signed, as large as the pictures.

    model: any network from uint8 pictures (N, H, W, C) to logits. classes: int (N,), the class asked for in each
    picture, or (N, 2): the first against the second. layer: its name (of a nested network: the network's), or which of
    the convolutions (-1: the last). head: of a network that answers several targets, which.
    methods: of METHODS and `lib.explain.controls.CONTROLS`.
    LookbookError for what is none of these, and where the network answers no number.
    """
    check(model, pictures, classes, head)
    name = layers.named(model, layer)
    for method in methods:
        if method not in (*METHODS, *CONTROLS):
            raise LookbookError(f"no method '{method}': {nearest(method, [*METHODS, *CONTROLS])}")
    size = pictures.shape[1:3]
    wanted = [method for method in methods if method in cam.METHODS]
    small = cam.raw(model, pictures, classes, name, of_head(head)) if wanted else {}
    found = {method: small[method] for method in wanted}
    if "Score-CAM" in methods:
        found["Score-CAM"] = probing.score_cam(model, pictures, classes, name, of_head(head, probability))
    large = {method: probing.resized(raw[..., None], size)[..., 0] for method, raw in found.items()}
    if "occlusion" in methods:
        large["occlusion"] = probing.occlusion(model, pictures, classes, of_head(head, logit))
    cells = model.get_layer(name).output.shape[1:3]
    large |= {method: CONTROLS[method](pictures, cells) for method in methods if method in CONTROLS}
    if not all(np.isfinite(each).all() for each in large.values()):
        raise LookbookError(f"the network '{model.name}' answers no number for some picture: it has diverged")
    return {method: large[method] for method in methods}


def check(model, pictures: np.ndarray, classes: np.ndarray, head: str | None = None) -> None:
    """Raise LookbookError for a head, a class or a picture's size that the network does not have."""
    if not getattr(model, "inputs", None):
        raise LookbookError(f"the network '{model.name}' does not say what it takes: begin it with keras.Input")
    output = layers.answer_of(model)
    if isinstance(output, dict) and head not in output:
        raise LookbookError(f"the network '{model.name}' has several heads: {nearest(str(head), list(output))}")
    if not isinstance(output, dict) and head is not None:
        raise LookbookError(f"the network '{model.name}' has one head: leave '{head}' out")
    known = (output[head] if isinstance(output, dict) else output).shape[-1]
    wrong = np.asarray(classes)[(np.asarray(classes) < 0) | (np.asarray(classes) >= known)]
    if len(wrong):
        raise LookbookError(
            f"class {wrong[0]} is out of range: the network '{model.name}' has classes 0 to {known - 1}"
        )
    if len(classes) != len(pictures):
        raise LookbookError(
            f"{len(classes)} classes for {len(pictures)} pictures: one class for each picture is needed"
        )
    wanted, given = tuple(model.inputs[0].shape[1:]), tuple(pictures.shape[1:])
    if wanted != given:
        sizes = ["x".join(str(side) for side in shape) for shape in (wanted, given)]
        raise LookbookError(
            f"the network '{model.name}' takes pictures of {sizes[0]} (height, width, channels), not {sizes[1]}"
        )


def in_words(found: dict[str, np.ndarray]) -> dict[str, list[str]]:
    """Return `told` of each map, by name."""
    return {name: [told(one) for one in own] for name, own in found.items()}


def told(one: np.ndarray) -> str:
    """Return in words what a map (H, W) shows where it shows nothing; "" for one that has evidence somewhere."""
    largest = float(np.abs(one).max())
    if largest == 0:
        return "zero everywhere: the answer does not depend on this layer"
    if np.ptp(one) <= 1e-5 * largest:
        return f"the same everywhere ({'for' if one.max() > 0 else 'against'}): it points nowhere"
    return "no evidence for it anywhere, only against" if one.max() <= 0 else ""


def surest(run: Run, dataset: Dataset, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return test pictures to explain, and their classes: of up to `number` classes, that a run is surest of, one each.

    It is the first picture of the class that the network names correctly; they stand in the order of the classes.
    """
    from scipy.special import softmax

    positions, labels, logits = run.predictions("test")
    sure = softmax(logits.astype("float64"), axis=1).max(axis=1)
    right = np.flatnonzero(logits.argmax(axis=1) == labels)
    first = right[np.unique(labels[right], return_index=True)[1]]
    chosen = first[np.sort(np.argsort(-sure[first], kind="stable")[:number])]
    return dataset.images[positions[chosen]], labels[chosen]


def told_network(model, name: str, runs: Sequence[Run], pictures: int) -> str:
    """Return in sentences what the network is whose maps are drawn; runs: its trainings, on so many pictures."""
    found, last = layers.spatial(model).set_index("layer"), layers.named(model, -1)
    rows, columns, channels = found.loc[last, ["rows", "columns", "channels"]]
    number = len(layers.convolutions(model))
    shares = between([run.metrics["test_accuracy"] for run in runs])
    epochs = max(run.metrics["epochs"] for run in runs)
    return (
        f"Our network ({name}) has {number} convolution{'' if number == 1 else 's'} and {model.count_params():,} "
        f"weights. Its last convolution gives {rows} x {columns} cells with {channels} channels. Trained on "
        f"{pictures:,} pictures for {epochs} epoch{'' if epochs == 1 else 's'} it names {shares} of the test pictures "
        f"right ({comparison.seeds(len(runs))})."
    )


def between(shares: Sequence[float]) -> str:
    """Return "77% to 82%", or "80%" where all are the same; what diverged is left out."""
    own = [one for one in shares if np.isfinite(one)]
    ends = [f"{min(own):.0%}", f"{max(own):.0%}"] if own else ["no figure"]
    return " to ".join(dict.fromkeys(ends))


def methods() -> pd.DataFrame:
    """Return a row for each method: how it makes a map."""
    rows = [
        ["Grad-CAM", "one weight per channel: the mean of its changes"],
        ["Grad-CAM++", "one weight per channel, from its positive changes alone"],
        ["HiResCAM", "a weight per channel and cell: the change there"],
        ["LayerCAM", "a weight per channel and cell: the change there, if that is positive"],
        ["Score-CAM", "one weight per channel: the answer when the picture is hidden where the channel is low"],
        ["occlusion", "no channels: how far the logit falls when a window hides the place"],
    ]
    return pd.DataFrame(rows, columns=["method", "how the map is made"])


def disagreement(found: dict[str, np.ndarray], names: Sequence[str], pictures: np.ndarray) -> str:
    """Return in sentences how unlike the maps of one answer can be; found: method -> maps, controls too.

    The two methods that differ most in how much of their red lies on the thing in the picture, and the map that speaks
    most against its class. Maps with little red are not asked where it lies.
    """
    where, own = foreground(pictures), {name: each for name, each in found.items() if name not in CONTROLS}
    shares = {name: share_inside(each, where) for name, each in own.items()}
    apart = [
        (float(shares[one][k] - shares[other][k]), k, one, other)
        for k in range(len(names))
        for one in own
        for other in own
        if _has_red(own[one][k]) and _has_red(own[other][k])
    ]
    if not apart:
        return "These maps say nothing."
    difference, k, most, least = max(apart)
    if difference < DIFFERENT:
        return "Here the methods hardly differ in how much of their red lies on the thing itself."
    said = [
        f"At {names[k]}, {shares[most][k]:.0%} of the red of {most} lies on the thing itself, of that of {least} "
        f"{shares[least][k]:.0%}: two maps of the same answer."
    ]
    speaks = [
        (float(one.sum() / (np.abs(one).sum() or 1)), method, name)
        for method, each in own.items()
        for one, name in zip(each, names, strict=True)
    ]
    lowest, method, name = min(speaks)
    if lowest < 0:
        said.append(f"At {name} {method} has more blue than red, although the network's answer is right.")
    return " ".join([*said, "They cannot all be believed."])


def _has_red(one: np.ndarray) -> bool:
    return bool(one.max() > 0 and one.max() >= np.abs(one).max() / 2)


def most_against(model, pictures: np.ndarray, classes: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return for each picture the other class whose Grad-CAM has the smallest share of red, and that map.

    classes: int (N,), those of the pictures. number: of all classes.
    """
    count = len(pictures)
    asked = np.tile(np.arange(number), count)
    own = cam.raw(model, np.repeat(pictures, number, axis=0), asked)["Grad-CAM"]
    own = own.reshape(count, number, *own.shape[1:])
    red = np.maximum(own, 0).sum(axis=(2, 3)) / np.maximum(np.abs(own).sum(axis=(2, 3)), 1e-12)
    red[np.abs(own).max(axis=(2, 3)) == 0] = 1  # a map of zeros speaks against nothing
    red[np.arange(count), classes] = 2
    absent = red.argmin(axis=1)
    return absent, own[np.arange(count), absent]


def beside(
    pictures: np.ndarray, names: Sequence[str], hidden: dict[str, np.ndarray], answers: dict[str, np.ndarray]
) -> tuple[list, list[str], list, list[str]]:
    """Return each picture whole and with the pixels that each map marks framed: images, titles, frames, texts.

    hidden: name of the map, and of the edge filter -> flat positions (N, n) that are painted over. answers: the
    network's numbers without them, by name, those of the pictures themselves under "whole".
    """
    images: list[np.ndarray | None] = []
    titles: list[str] = []
    frames: list[np.ndarray | None] = []
    texts: list[str] = []
    words = dict(zip(hidden, (f"{next(iter(hidden))} marks", "edges"), strict=True))
    for k, name in enumerate(names):
        if k:
            images, titles, frames, texts = [*images, None], [*titles, ""], [*frames, None], [*texts, ""]
        for what in ("whole", *hidden):
            where = np.zeros(pictures[k].shape[:2], bool)
            if what in hidden:
                where.flat[hidden[what][k]] = True
            images.append(pictures[k])
            titles.append(words.get(what, name if len(name) <= SHORT + 6 else f"{name[: SHORT + 5]}…"))
            frames.append(where)
            texts.append(f"{'logit' if what == 'whole' else 'without it'} {answers[what][k]:.1f}")
    return images, titles, frames, texts
