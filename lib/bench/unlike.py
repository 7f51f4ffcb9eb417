"""How often a foreign picture is called unlike the training pictures, and how often a test picture is, wrongly."""

import numpy as np
import pandas as pd

from lib.base.progress import progress
from lib.bench import foreign
from lib.data import catalogue
from lib.predict import judge, measured, scores
from lib.predict.prepare import prepared
from lib.training.loop import predict

OWN = "Fashion-MNIST"  # validation pictures to choose, test pictures to report: what is called unlike, wrongly
FEATURES = "Mahalanobis, features"


def measure() -> pd.DataFrame:
    """Return a row for each carried network and score: the share of each set that it calls unlike.

    The thresholds call 5% of the validation pictures unlike (of their second half; the first half is what the score of
    features is fitted to). half: "reporting" for the chosen score alone, with validation's threshold of
    `lib.predict.judge`, on other pictures, and on test pictures in place of validation's.
    """
    judges = [judge.judge(row) for row in judge.rows()]
    rows = []
    with progress("unlike") as show:
        for number, half in enumerate(foreign.HALVES):
            show(number, len(foreign.HALVES), f"halves, now {half}")
            sets = _sets(half, judges[0])
            for each in judges:
                rows += _choosing(each, sets) if half == foreign.HALVES[0] else [_reporting(each, sets)]
    table = pd.DataFrame(rows)
    last = table[table["half"] == foreign.HALVES[1]].set_index("network").drop(columns=["half", "score", "mean"])
    measured.write("hits", {each.row: last.loc[each.row].to_dict() for each in judges}, judges)
    measured.write("warned", {each.row: _warned(each) for each in judges}, judges)
    return table


def _sets(half: str, network: judge.Judge) -> dict[str, np.ndarray]:
    """Return pictures as the network sees them; the last four are asked for directly, without any preparation."""
    part = "val" if half == foreign.HALVES[0] else "test"
    own = np.asarray(catalogue.load("fashion-mnist").images[network.run.positions(part)])
    kept = slice(len(own) // 2, None) if part == "val" else slice(None)
    shop = {"shop, other things": foreign.of_no_class(half), "shop, its classes": foreign.products(half)[0]}
    return (
        {OWN: own[kept]}
        | {where: np.array([prepared(each) for each in images]) for where, images in shop.items()}
        | {"inverted": 255 - own[kept][::4]}
        | foreign.drawn(half)
    )


def _choosing(network: judge.Judge, sets: dict[str, np.ndarray]) -> list[dict]:
    from lib.base.backend import keras

    flip = network.run.config.test_time_flip
    answers = {where: np.asarray(predict(network.model, pictures, flip=flip)) for where, pictures in sets.items()}
    features = keras.Model(network.model.inputs, network.model.layers[-1].input)
    positions, labels, _ = network.run.predictions("val")
    first = len(positions) // 2
    fitted = np.asarray(catalogue.load("fashion-mnist").images[positions[:first]])
    of_features = scores.mahalanobis(np.asarray(predict(features, fitted, flip=flip)), labels[:first])
    values = {name: {where: own(answers[where]) for where in sets} for name, own in scores.SCORES.items()}
    values[FEATURES] = {
        where: of_features(np.asarray(predict(features, images, flip=flip))) for where, images in sets.items()
    }
    rows = []
    for name, found in values.items():
        threshold = float(np.quantile(found[OWN], judge.FALSE_ALARMS))
        rows.append({"half": foreign.HALVES[0], "network": network.row, "score": name, **_shares(found, threshold)})
    return rows


def _reporting(network: judge.Judge, sets: dict[str, np.ndarray]) -> dict:
    flip = network.run.config.test_time_flip
    found = {where: scores.score(np.asarray(predict(network.model, each, flip=flip))) for where, each in sets.items()}
    return {
        "half": foreign.HALVES[1], "network": network.row, "score": scores.CHOSEN,
        **_shares(found, network.unlike or 0),
    }  # fmt: skip


def _shares(values: dict[str, np.ndarray], threshold: float) -> dict[str, float]:
    """Return the share of each set below the threshold; mean: over those that have none of Fashion-MNIST's garments."""
    found = {where: float(np.mean(each < threshold)) for where, each in values.items()}
    foreign_ones = [found[where] for where in found if where not in (OWN, "shop, its classes")]
    return {where: round(share, 3) for where, share in found.items()} | {"mean": round(float(np.mean(foreign_ones)), 3)}


def _warned(network: judge.Judge) -> dict[str, float]:
    """Return how many shop pictures of the reporting half are answered right, with the warning and without."""
    images, labels = foreign.products(foreign.HALVES[1])
    seen = np.array([prepared(each) for each in images])
    logits = np.asarray(predict(network.model, seen, flip=network.run.config.test_time_flip))
    right, warned = logits.argmax(axis=1) == labels, scores.score(logits) < (network.unlike or 0)
    return {
        "warned": round(float(warned.mean()), 3),
        "right, warned": round(float(right[warned].mean()), 3),
        "right, not warned": round(float(right[~warned].mean()), 3),
    }
