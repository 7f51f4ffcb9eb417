"""All maps of a network's answers, at the size of the pictures; and in words, what no colour shows."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from lib.base.errors import LookbookError, nearest
from lib.explain import cam, layers, probing
from lib.explain.checks.agreement import rank_correlation
from lib.explain.controls import CONTROLS
from lib.explain.targets import logit, of_head, probability

SHORT = 10  # letters of a class above a small picture
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


def surest(labels: np.ndarray, logits: np.ndarray, number: int) -> np.ndarray:
    """Return which pictures to explain, int: of up to `number` classes, that a network is surest of, one each.

    It is the first picture of the class that the network names correctly; they stand in the order of the classes.
    """
    from scipy.special import softmax

    sure = softmax(logits.astype("float64"), axis=1).max(axis=1)
    right = np.flatnonzero(logits.argmax(axis=1) == labels)
    first = right[np.unique(labels[right], return_index=True)[1]]
    return first[np.sort(np.argsort(-sure[first], kind="stable")[:number])]


def in_order(letters: dict[str, str]) -> str:
    """Return which method each column is: "A HiResCAM, B Sobel"."""
    return ", ".join(f"{letter} {name}" for letter, name in letters.items())


def disagreement(found: dict[str, np.ndarray], letters: dict[str, str], names: Sequence[str]) -> str:
    """Return in sentences how unlike the maps of one answer can be; letters: column -> method, as a figure has them.

    The two methods that order the pixels of one picture least alike, and the map that speaks most against its class.
    """
    columns = [letter for letter, name in letters.items() if name not in CONTROLS]
    alike = [
        (float(value), one, other, picture)
        for one, other in combinations(columns, 2)
        for value, picture in zip(rank_correlation(found[letters[one]], found[letters[other]]), names, strict=True)
        if np.isfinite(value)
    ]
    if not alike:
        return "These maps say nothing."
    least, one, other, picture = min(alike)
    said = [
        f"Look at {picture} in columns {one} and {other}: two methods explain the same answer of the same network, and "
        f"the rank correlation of their pixels is {least:+.2f} (1: the same order; 0: nothing in common)."
    ]
    speaks = [
        (float(own.sum() / (np.abs(own).sum() or 1)), column, name)
        for column in columns
        for own, name in zip(found[letters[column]], names, strict=True)
    ]
    lowest, column, name = min(speaks)
    if lowest < 0:
        said.append(f"Column {column} has more evidence against {name} than for it, although the network is right.")
    return " ".join([*said, "They cannot all be believed."])


def beside(
    pictures: np.ndarray, names: Sequence[str], changed: dict[str, np.ndarray], answers: dict[str, np.ndarray]
) -> tuple[np.ndarray, list[str]]:
    """Return each picture, it without what a map marks and without its edges, and titles with the answer to each.

    changed: name of the map, and of the edge filter -> pictures.
    answers: the network's numbers by name, those of the pictures themselves under "whole".
    """
    images = np.concatenate([np.stack(each) for each in zip(pictures, *changed.values(), strict=True)])
    words = dict(zip(changed, ("marked", "edges"), strict=True))
    titles = [
        f"{words.get(what, name if len(name) <= SHORT else f'{name[: SHORT - 1]}…')}\n{answers[what][k]:.1f}"
        for k, name in enumerate(names)
        for what in ("whole", *changed)
    ]
    return images, titles


def told_removed(answers: dict[str, np.ndarray], method: str, control: str = "Sobel") -> str:
    """Return in how many pictures the answer falls without what `method` marks, and how far, beside the control."""
    falls = {name: answers["whole"] - own for name, own in answers.items()}
    number = len(answers["whole"])
    fell, more = int((falls[method] > 0).sum()), int((falls[method] > falls[control]).sum())
    fall = {name: f"{own.mean():.1f}" for name, own in falls.items()}
    return (
        f"Without what {method} marks, the logit falls in {fell} of {number} pictures, on average by {fall[method]}; "
        f"without what {control} marks, by {fall[control]}. It falls further without what {method} marks in {more} of "
        f"{number}. So few pictures are no proof, but each answers for itself."
    )
