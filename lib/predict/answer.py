"""What a carried network says of pictures, and how far that may be believed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lib.base.errors import LookbookError
from lib.data.fashion_mnist.reader import CLASSES
from lib.evaluation import calibration
from lib.predict import judge as judges
from lib.predict import reader, scores
from lib.predict.judge import Judge
from lib.predict.reader import Taken
from lib.training.loop import predict

METHOD = "HiResCAM"  # passes the most checks of notebook 11
FINE = 5  # cells along a side that a layer's map needs to point anywhere


@dataclass(frozen=True)
class Answer:
    """A picture and what the network says of it.

    original: uint8 (h, w, 3), at most 160 pixels along its longer side. seen: uint8 (28, 28, 1), what the network saw.
    probabilities: float64 (10,), of `classes`, after temperature scaling. in_set: bool (10,), the conformal set of
    classes (`lib.predict.judge.COVERAGE`); None where no threshold is known.
    score: `lib.predict.scores`. unlike: whether it is unlike the training pictures; None: no such judgement.
    empty: whether nothing in it stands out from its background. heat_map: float32 (28, 28), signed, None if not asked
    for. told: in words, what the heat map shows where it shows nothing.
    """

    name: str
    original: np.ndarray
    seen: np.ndarray
    classes: tuple[str, ...]
    probabilities: np.ndarray
    in_set: np.ndarray | None
    score: float
    unlike: bool | None
    empty: bool
    heat_map: np.ndarray | None = None
    told: str = ""

    @property
    def answer(self) -> str:
        """Return the likeliest class."""
        return self.classes[int(self.probabilities.argmax())]

    @property
    def confidence(self) -> float:
        """Return the probability of the likeliest class."""
        return float(self.probabilities.max())

    @property
    def ranked(self) -> list[tuple[str, float]]:
        """Return all classes with their probabilities, the likeliest first."""
        order = np.argsort(-self.probabilities, kind="stable")
        return [(self.classes[k], float(self.probabilities[k])) for k in order]

    @property
    def set_of_classes(self) -> list[str] | None:
        """Return the names of the classes in the set, the likeliest first; None where no threshold is known."""
        if self.in_set is None:
            return None
        return [name for name, _ in self.ranked if self.in_set[self.classes.index(name)]]


def for_figure(answers: Sequence[Answer]) -> dict[str, Any]:
    """Return answers as `lib.plots.answers` takes them."""
    maps = [np.zeros(one.seen.shape[:2]) if one.heat_map is None else one.heat_map for one in answers]
    drawn = any(one.heat_map is not None for one in answers)
    return {
        "originals": [one.original for one in answers], "seen": np.stack([one.seen for one in answers]),
        "maps": np.stack(maps) if drawn else None, "probabilities": np.stack([one.probabilities for one in answers]),
        "classes": answers[0].classes, "titles": [one.name for one in answers],
        "doubtful": [bool(one.unlike) or one.empty for one in answers],
    }  # fmt: skip


def look(
    pictures: Sequence[str | Path | np.ndarray] | Mapping[str, np.ndarray],
    network: str = judges.NETWORK,
    heat_maps: bool = True,
) -> list[Answer]:
    """Return what a network says of each picture, in order.

    pictures: files, folders of them, or arrays, uint8 (h, w), (h, w, 1) or (h, w, 3); or arrays by name. network: a row
    of reference.yaml of which the kit carries a network. LookbookError for the first thing that is no picture, and for
    other networks.
    """
    chosen = judges.judge(network)
    taken: list[Taken] = []
    named = pictures.items() if isinstance(pictures, Mapping) else enumerate(pictures)
    for name, one in named:
        if isinstance(one, np.ndarray):
            taken.append(reader.of_array(one, name if isinstance(name, str) else f"picture {name}"))
            continue
        found, problems = reader.files([one])
        own, unreadable = reader.read(found)
        if problems or unreadable:
            raise LookbookError([*problems, *unreadable][0])
        taken += own
    return answers(taken, chosen, heat_maps)


def answers(taken: Sequence[Taken], judge: Judge, heat_maps: bool) -> list[Answer]:
    """Return what the network says of pictures that were read, in order."""
    if not taken:
        return []
    seen = np.stack([one.seen for one in taken])
    logits = np.asarray(predict(judge.model, seen, flip=judge.run.config.test_time_flip))
    found = calibration.probabilities(logits, judge.temperature or 1)
    sets = None if judge.least is None else calibration.conformal_sets(found, judge.least)
    values = scores.score(logits)
    maps, told = _maps(judge, seen, logits.argmax(axis=1)) if heat_maps else (None, [""] * len(taken))
    return [
        Answer(
            name=one.name, original=one.original, seen=one.seen, classes=tuple(CLASSES), probabilities=found[k],
            in_set=None if sets is None else sets[k], score=float(values[k]),
            unlike=None if judge.unlike is None else bool(values[k] < judge.unlike), empty=one.empty,
            heat_map=None if maps is None else maps[k], told=told[k],
        )
        for k, one in enumerate(taken)
    ]  # fmt: skip


def _maps(judge: Judge, seen: np.ndarray, classes: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return for each picture where the network sees its answer, float32 (N, 28, 28), and that in words."""
    from lib.explain import maps

    found = maps.maps(judge.model, seen, classes, explained(judge), methods=(METHOD,))[METHOD]
    return found, [maps.told(one) for one in found]


def explained(judge: Judge) -> str:
    """Return the layer whose maps are drawn: the last convolution with a map of 5x5 cells at least."""
    from lib.explain import layers

    known = layers.spatial(judge.model).set_index("layer").loc[layers.convolutions(judge.model)]
    fine = known[(known["rows"] >= FINE) & (known["columns"] >= FINE)]
    return str((fine if len(fine) else known).index[-1])
