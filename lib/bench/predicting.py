"""How well pictures from outside are answered: which preparation, which network (lib.predict).

One half of the foreign pictures chooses the preparation, the other half is read once, with the chosen one.
"""

import numpy as np
import pandas as pd

from lib.base.progress import progress
from lib.bench import foreign
from lib.data import catalogue
from lib.data.dataset import evenly
from lib.predict import judge, measured
from lib.predict.prepare import CHOSEN, PREPARATIONS, prepared
from lib.training.loop import predict

OWN = 1500  # pictures of Fashion-MNIST, at most
Pictures = dict[str, tuple[np.ndarray, np.ndarray]]  # name -> pictures (N, h, w, 3), labels


def measure() -> pd.DataFrame:
    """Return a row for each preparation and carried network: the share that is right in each set, and their mean.

    Of shop pictures it is the mean over the nine classes that they have. half: which half of the pictures; "reporting"
    for the chosen preparation alone, whose figures lib/predict/measured.json keeps.
    """
    judges = [judge.judge(row) for row in judge.rows()]
    rows = []
    with progress("predict") as show:
        for half, names in zip(foreign.HALVES, (list(PREPARATIONS), [CHOSEN]), strict=True):
            sets = _sets(half, judges[0])
            for done, name in enumerate(names):
                show(done, len(names), f"measured ({half}), now {name}")
                seen = {where: np.array([prepared(each, name) for each in sets[where][0]]) for where in sets}
                rows += [{"half": half, "preparation": name, **_right(each, seen, sets)} for each in judges]
    table = pd.DataFrame(rows)
    last = table[table["half"] == foreign.HALVES[1]].set_index("network").drop(columns=["half", "preparation"])
    measured.write("right", {each.row: last.loc[each.row].to_dict() for each in judges}, judges)
    return table


def _sets(half: str, network: judge.Judge) -> Pictures:
    """Return the pictures of a half; its pictures of Fashion-MNIST are validation ones to choose, test ones to report.

    They come as somebody would save them, in colour.
    """
    images, labels = foreign.products(half)
    part = "val" if half == foreign.HALVES[0] else "test"
    positions = network.run.positions(part)[evenly(len(network.run.positions(part)), OWN)]
    dataset = catalogue.load("fashion-mnist")
    own = np.repeat(np.asarray(dataset.images[positions]), 3, axis=3)
    return {
        "on white": (images, labels),
        "on a table": (foreign.on_a_table(images), labels),
        "on dark": (foreign.on_dark(images), labels),
        "Fashion-MNIST": (own, dataset.labels["class"][positions]),
    }


def _right(network: judge.Judge, seen: dict[str, np.ndarray], sets: Pictures) -> dict:
    flip = network.run.config.test_time_flip
    shares = {}
    for where, pictures in seen.items():
        labels = sets[where][1]
        right = np.asarray(predict(network.model, pictures, flip=flip)).argmax(axis=1) == labels
        shares[where] = float(np.mean([right[labels == label].mean() for label in np.unique(labels)]))
    return {"network": network.row} | {
        name: round(value, 3) for name, value in {**shares, "mean": float(np.mean(list(shares.values())))}.items()
    }
