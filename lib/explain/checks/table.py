"""Every check of every method and control, of one trained network."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from lib import models, runs
from lib.base.errors import LookbookError
from lib.config import RunConfig
from lib.data.dataset import Dataset
from lib.explain.checks import painting, planted, redrawing
from lib.explain.checks.agreement import hits, rank_correlation, share_inside
from lib.explain.checks.mosaics import mosaics
from lib.explain.checks.randomised import asked_otherwise as asked_otherwise_of
from lib.explain.checks.randomised import cascade
from lib.explain.controls import CONTROLS
from lib.explain.maps import METHODS, maps
from lib.training.loop import predict
from lib.training.run import MODEL

ALL = (*METHODS, *CONTROLS)
Values = dict[str, np.ndarray]  # method -> a value for each picture, NaN where its map says nothing


class Case(NamedTuple):
    """What a check is made on: a trained network, what explains one, and test pictures."""

    config: RunConfig
    part: Dataset  # the pictures that take part, to be changed and trained on
    network: object
    look: Callable[..., Values]  # (network, pictures, classes) -> maps by method
    own: Callable[[], Values]  # the maps of the network's pictures and classes, computed once
    pictures: np.ndarray  # uint8 (n, H, W, C)
    classes: np.ndarray  # int (n,)
    redrawn: int  # garments of each class


def of_seed(
    config: RunConfig, dataset: Dataset, layer: str | int = -1, methods: Sequence[str] = ALL,
    checks: Sequence[str] | None = None, number: int = 40, redrawn: int = 8,
) -> pd.DataFrame:  # fmt: skip
    """Return the checks of the network that `config` trains: a row a check and method, a control's too.

    Columns: seed, check, method, value (mean over n pictures), n, undefined (pictures more, whose map says nothing).
    The networks that a check needs beside it, on the pictures of `planted`, are fetched or trained as it is.
    checks: some of CHECKS; None: all. number: of test pictures, or of mosaics made of them. redrawn: garments of each
    class; real ones cannot be drawn again, so other data sets than the synthetic garments do without that check. A
    check for which there are too few test pictures has no rows.
    """
    part = planted.taking_part(dataset, config.data)
    pictures, classes = _test(part, number)
    look = partial(maps, layer=layer, methods=methods)
    model = network(config, dataset)
    own = cache(partial(look, model, pictures, classes))
    case = Case(planted.settings(config), part, model, look, own, pictures, classes, redrawn)
    rows = []
    for check in CHECKS if checks is None else checks:
        if check == "redrawing" and dataset.name != "garments":
            continue
        for method, values in CHECKS[check](case).items():
            said = values[np.isfinite(values)]
            mean = said.mean() if len(said) else np.nan
            rows.append([config.seed, check, method, mean, len(said), len(values) - len(said)])
    return pd.DataFrame(rows, columns=["seed", "check", "method", "value", "n", "undefined"])


def second(model, pictures: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return for each picture the class with the highest logit but for `classes`, int (N,)."""
    logits = np.array(predict(model, pictures))
    logits[np.arange(len(logits)), classes] = -np.inf
    return logits.argmax(axis=1)


def asked_otherwise(
    model, picture: np.ndarray, label: int, classes: Sequence[str], methods: Sequence[str]
) -> dict[str, np.ndarray]:
    """Return by a title the maps of a picture (H, W, C), a row for each method: of its class, another, random weights.

    label: the number of the picture's class among `classes`.
    """
    other = int(second(model, picture[None], np.array([label]))[0])
    found = asked_otherwise_of(model, picture, label, other, partial(maps, methods=methods))
    titles = [classes[label][:12], f"{classes[other][:11]}?", "random\nweights"]
    return {
        title: np.concatenate([own[method] for method in methods])
        for title, own in zip(titles, found.values(), strict=True)
    }


def _redrawing(case: Case) -> Values:
    """Return the rank correlation of the parts' evidence with their true importance."""
    return redrawing.agreement(case.network, redrawing.draw(case.redrawn), partial(case.look, case.network))


def on_mosaics(
    config: RunConfig, dataset: Dataset, methods: Sequence[str], number: int = 40, layer: str | int = -1
) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Return the mosaics of the check of that name, where in each the class is, which it is, and every method's maps.

    LookbookError for too few test pictures.
    """
    part = planted.taking_part(dataset, config.data)
    own = planted.settings(config)
    model, made, asked, where = _mosaics(own, part, min(number, len(_tests(part))), of_class=2)
    return made, where, asked, maps(model, made, asked, layer=layer, methods=methods)


def _mosaics(config: RunConfig, part: Dataset, number: int, of_class: int) -> tuple:
    """Return a network that knows halved pictures, mosaics of them, which class is asked for, and where it is."""
    made = mosaics(*_test(part, len(part)), number, of_class)
    return network(config, planted.placed(part)), *made


def _mosaic(case: Case, of_class: int = 2, measure: Callable[..., np.ndarray] = share_inside) -> Values:
    """Return the share of the evidence on the two pictures of the class that is asked for."""
    try:
        placed, made, asked, where = _mosaics(case.config, case.part, len(case.pictures), of_class)
    except LookbookError:  # too few test pictures of every class: no such mosaic can be made
        return {}
    return {method: measure(own, where) for method, own in case.look(placed, made, asked).items()}


def _patch(case: Case) -> Values:
    """Return the share of the evidence on the chequered patch, which alone tells the label."""
    patched = planted.with_patch(case.part)
    (labels,) = patched.labels.values()
    tests = _tests(patched)
    chosen = tests[labels[tests] == 1][: len(case.pictures)]
    found = case.look(network(case.config, patched), patched.images[chosen], np.ones(len(chosen), int))
    return {method: share_inside(own, patched.truth["patch"][chosen]) for method, own in found.items()}


def _painting(case: Case) -> Values:
    """Return by how much the logit falls without the fifth of the pixels that the map marks."""
    own = case.own().items()
    return {method: painting.fall(case.network, case.pictures, case.classes, each) for method, each in own}


def _other_class(case: Case) -> Values:
    """Return 1 - likeness to the map of the class with the second highest logit."""
    others = second(case.network, case.pictures, case.classes)
    return _unlike(case, case.look(case.network, case.pictures, others))


def _shuffled(case: Case) -> Values:
    """Return 1 - likeness to the map of a network that was trained on shuffled labels."""
    untaught = network(case.config, planted.shuffled(case.part))
    return _unlike(case, case.look(untaught, case.pictures, case.classes))


def _weights(case: Case, from_top: bool) -> Values:
    """Return 1 - likeness to the map when layers are drawn anew, one after another, mean over the layers."""
    look = partial(case.look, case.network, case.pictures, case.classes)
    steps = [alike for _, alike in cascade(case.network, look, from_top)]
    return {method: 1 - np.mean([step[method] for step in steps], axis=0) for method in steps[0]}


CHECKS: dict[str, Callable[[Case], Values]] = {  # more is better in each
    "redrawing": _redrawing,
    "mosaic": _mosaic,
    "pointing": partial(_mosaic, of_class=1, measure=hits),
    "patch": _patch,
    "painting": _painting,
    "other class": _other_class,
    "shuffled labels": _shuffled,
    "weights from top": partial(_weights, from_top=True),
    "weights from bottom": partial(_weights, from_top=False),
}
FEWER = ("mosaic", "patch", "painting", "other class", "weights from top")  # of notebook 11
OF_CHANGE = ("other class", "shuffled labels", "weights from top", "weights from bottom")  # the others are of the place


def _unlike(case: Case, others: Values) -> Values:
    return {method: 1 - rank_correlation(own, others[method]) for method, own in case.own().items()}


def network(config: RunConfig, dataset: Dataset):
    """Return the network that `config` trains on `dataset`, fetched or trained."""
    return _loaded(config.system, _run(config, dataset).folder)


def _run(config: RunConfig, dataset: Dataset):
    return runs.fetch_or_train(config, dataset, show=lambda *_: None, weights=True)


def accuracies(config: RunConfig, dataset: Dataset, seeds: int, judged: pd.DataFrame) -> dict[str, list[float]]:
    """Return how good the networks of `placed` and of `with_patch` are on such test pictures, a share for each seed.

    judged: the checks that were made. The networks are those of the checks, and already trained.
    """
    part, own, found = planted.taking_part(dataset, config.data), planted.settings(config), {}
    for kind, changed, check in (("placed", planted.placed, "mosaic"), ("patch", planted.with_patch, "patch")):
        if check in set(judged["check"]):
            made = changed(part)
            of_seeds = [_run(own.changed(seed=seed), made) for seed in range(seeds)]
            found[kind] = [run.metrics["test_accuracy"] for run in of_seeds]
    return found


@lru_cache(maxsize=16)  # a network that is loaded again is traced again, which takes longer than a check
def _loaded(system: str, folder: Path):
    return models.load(system, folder / MODEL)


def _test(part: Dataset, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return up to `number` test pictures and their classes."""
    (labels,) = part.labels.values()
    chosen = _tests(part)[:number]
    return part.images[chosen], labels[chosen]


def _tests(part: Dataset) -> np.ndarray:
    """Return the positions of the test pictures by lot, always in the same order."""
    assert part.test is not None  # as `planted.taking_part` makes it
    return np.random.default_rng(0).permutation(part.test)
