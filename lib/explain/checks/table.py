"""Every check of every method, over seeds, beside the best of the maps that do not look at the network."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from lib import runs
from lib.config import RunConfig
from lib.data.dataset import Dataset
from lib.data.parts import parts
from lib.evaluation import statistics
from lib.explain.checks import planted, redrawing
from lib.explain.checks.agreement import hits, rank_correlation, share_inside
from lib.explain.checks.mosaics import mosaics
from lib.explain.checks.randomised import cascade
from lib.explain.checks.road import road
from lib.explain.controls import CONTROLS
from lib.explain.maps import METHODS, maps
from lib.training.loop import predict

ALL = (*METHODS, *CONTROLS)
Values = dict[str, np.ndarray]  # method -> a value for each picture, NaN where its map says nothing


class Case(NamedTuple):
    """What a check is made on: a trained network, what explains one, and test pictures."""

    config: RunConfig
    dataset: Dataset
    network: object
    look: Callable[..., Values]  # (network, pictures, classes) -> maps by method
    pictures: np.ndarray  # uint8 (n, H, W, C)
    classes: np.ndarray  # int (n,)
    redrawn: int  # garments of each class


def of_seed(
    config: RunConfig, dataset: Dataset, layer: str | None = None, methods: Sequence[str] = ALL,
    checks: Sequence[str] | None = None, number: int = 40, redrawn: int = 8,
) -> pd.DataFrame:  # fmt: skip
    """Return the checks of the network that `config` trains: a row a check and method, a control's too.

    Columns: seed, check, method, value (mean over n pictures), n, undefined (pictures more, whose map says nothing).
    The networks that a check needs beside it, on the pictures of `planted`, are fetched or trained as it is.
    checks: some of CHECKS; None: all. number: of test pictures, or of mosaics made of them. redrawn: garments of each
    class; real ones cannot be drawn again, so other data sets than the synthetic garments do without that check.
    """
    pictures, classes = _test(config, dataset, number)
    look = partial(maps, layer=layer, methods=methods)
    case = Case(config, dataset, _network(config, dataset), look, pictures, classes, redrawn)
    rows = []
    for check in CHECKS if checks is None else checks:
        if check == "redrawing" and dataset.name != "garments":
            continue
        for method, values in CHECKS[check](case).items():
            said = values[np.isfinite(values)]
            mean = said.mean() if len(said) else np.nan
            rows.append([config.seed, check, method, mean, len(said), len(values) - len(said)])
    return pd.DataFrame(rows, columns=["seed", "check", "method", "value", "n", "undefined"])


def judge(by_seed: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each method and check: method, check, value, low, high, control, passed.

    by_seed: rows of `of_seed`, of networks that differ in their seed alone. value: mean over seeds, with its 95 %
    interval. control: the mean of the best map that does not look at the network. passed: whether the whole interval
    lies above it; with one seed there is none, and nothing has passed.
    """
    rows = []
    for (check, method), own in by_seed.groupby(["check", "method"], sort=False):
        if method in CONTROLS:
            continue
        blind = by_seed[(by_seed["check"] == check) & by_seed["method"].isin(list(CONTROLS))]
        control = float(blind.groupby("method")["value"].mean().max())
        over = statistics.over_seeds(own["value"].tolist())
        rows.append([method, check, over["mean"], over["low"], over["high"], control, bool(over["low"] > control)])
    return pd.DataFrame(rows, columns=["method", "check", "value", "low", "high", "control", "passed"])


def pointing(by_seed: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return the pointing game's hits and trials of each method and control, added over seeds."""
    own = by_seed[by_seed["check"] == "pointing"]
    hit = (own["value"] * own["n"]).groupby(own["method"], sort=False).sum().round().astype(int)
    trials = own.groupby("method", sort=False)["n"].sum()
    return {str(method): {"hits": int(hit[method]), "trials": int(trials[method])} for method in hit.index}


def second(model, pictures: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return for each picture the class with the highest logit but for `classes`, int (N,)."""
    logits = np.array(predict(model, pictures))
    logits[np.arange(len(logits)), classes] = -np.inf
    return logits.argmax(axis=1)


def _redrawing(case: Case) -> Values:
    """Return the rank correlation of the parts' evidence with their true importance."""
    return redrawing.agreement(case.network, redrawing.draw(case.redrawn), partial(case.look, case.network))


def _mosaic(case: Case, of_class: int = 2, measure: Callable[..., np.ndarray] = share_inside) -> Values:
    """Return the share of the evidence on the two pictures of the class that is asked for."""
    images, labels = _test(case.config, case.dataset, len(case.dataset))
    made, asked, where = mosaics(images, labels, len(case.pictures), of_class)
    network = _network(case.config, planted.placed(case.dataset))
    return {method: measure(own, where) for method, own in case.look(network, made, asked).items()}


def _patch(case: Case) -> Values:
    """Return the share of the evidence on the chequered patch, which alone tells the label."""
    patched = planted.with_patch(case.dataset, case.config.data.target)
    _, split = parts(patched, case.config.data)
    chosen = split.test[patched.labels[case.config.data.target][split.test] == 1][: len(case.pictures)]
    found = case.look(_network(case.config, patched), patched.images[chosen], np.ones(len(chosen), int))
    return {method: share_inside(own, patched.truth["patch"][chosen]) for method, own in found.items()}


def _road(case: Case) -> Values:
    """Return the probability without the least relevant pixels, minus that without the most relevant ones."""
    own = case.look(case.network, case.pictures, case.classes)
    return {method: road(case.network, case.pictures, case.classes, each) for method, each in own.items()}


def _other_class(case: Case) -> Values:
    """Return 1 - likeness to the map of the class with the second highest logit."""
    others = second(case.network, case.pictures, case.classes)
    return _unlike(case, case.look(case.network, case.pictures, others))


def _shuffled(case: Case) -> Values:
    """Return 1 - likeness to the map of a network that was trained on shuffled labels."""
    untaught = _network(case.config, planted.shuffled(case.dataset, case.config.data.target))
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
    "ROAD": _road,
    "other class": _other_class,
    "shuffled labels": _shuffled,
    "weights from top": partial(_weights, from_top=True),
    "weights from bottom": partial(_weights, from_top=False),
}


def _unlike(case: Case, others: Values) -> Values:
    own = case.look(case.network, case.pictures, case.classes)
    return {method: 1 - rank_correlation(each, others[method]) for method, each in own.items()}


def _network(config: RunConfig, dataset: Dataset):
    return runs.network(runs.fetch_or_train(config, dataset, weights=True), dataset)


def _test(config: RunConfig, dataset: Dataset, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return up to `number` test pictures, by lot but always the same ones, and their classes."""
    seen, split = parts(dataset, config.data)
    chosen = np.random.default_rng(0).permutation(split.test)[:number]
    return np.asarray(seen.images[chosen]), seen.labels[config.data.target][chosen]
