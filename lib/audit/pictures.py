"""What is in a data set and what is wrong with it; duplicates have a module of their own."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError
from lib.data import alike
from lib.data.dataset import Dataset, evenly

BLOCK = 5_000  # pictures at a time: bounds the memory
FOLDS = 5  # of the model that looks for wrong labels
PROBABILITY = "predict_proba"


def class_counts(labels: np.ndarray, classes: list[str], is_test: np.ndarray) -> pd.DataFrame:
    """Return how many pictures each class has: index class name, columns training, test and share (of all, 0 to 1).

    labels: int (N,). is_test: bool (N,).
    """
    training = np.bincount(labels[~is_test], minlength=len(classes))
    test = np.bincount(labels[is_test], minlength=len(classes))
    share = (training + test) / max(len(labels), 1)
    return pd.DataFrame({"training": training, "test": test, "share": share}, index=pd.Index(classes, name="class"))


def blank_pictures(images: np.ndarray, flat: float = 2.0) -> np.ndarray:
    """Return the positions, int64, of pictures that show nothing: the pixels' standard deviation is below `flat`.

    images: uint8 (N, H, W, C). flat: in grey levels of 255, so that a little noise on a blank picture hides nothing.
    """
    blocks = (images[start : start + BLOCK] for start in range(0, len(images), BLOCK))
    spread = np.concatenate([block.reshape(len(block), -1).std(axis=1, dtype=np.float32) for block in blocks])
    return np.flatnonzero(spread < flat)


def suspected_wrong_labels(images: np.ndarray, labels: np.ndarray, asked: np.ndarray | None = None) -> pd.DataFrame:
    """Return the pictures that a model would label otherwise, the most suspicious first.

    Columns: position, label, suggested (the class of the highest probability) and score, the probability of the given
    label ("self-confidence": Northcutt, Jiang and Chuang 2021, arXiv 1911.00068). Every probability comes from a model
    that was not shown the picture (5 folds): logistic regression on 500 radial features of 64 principal components.
    A picture that is merely hard ranks high as well: look before you call a label wrong.
    Measured on `garments`, seeds 0 to 2, with 70 wrong labels each: of the first 35, 33 to 35 were wrong; of the first
    70, 43 to 50. 70,000 pictures took 21 s and 0.6 GB.
    images: uint8 (N, H, W, C). labels: int (N,), at least 5 of every class. asked: the positions of the pictures that
    take part, int (n,); None: all of them. LookbookError where no class has as many as there are folds.
    """
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    asked = np.arange(len(images)) if asked is None else asked
    labels = labels[asked]
    refuse_few(labels)
    features = components(images[asked])
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    with quietly():
        probability = cross_val_predict(simple_model(features, labels), features, labels, cv=folds, method=PROBABILITY)
    return doubted(asked, labels, probability)


def simple_model(features: np.ndarray, labels: np.ndarray):
    """Return the model of `suspected_wrong_labels`, untrained; features: of `components`, labels: int (N,)."""
    from sklearn.kernel_approximation import Nystroem
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    refuse_few(labels)
    radial = Nystroem(gamma=1 / features.var(axis=0).sum(), n_components=min(500, len(labels) // 2), random_state=0)
    return make_pipeline(radial, LogisticRegression(C=10, max_iter=50))


@contextmanager
def quietly() -> Iterator[None]:
    """Let scikit-learn train on one core, and not warn that 50 steps are few."""
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1), warnings.catch_warnings():  # many small products: threads only get in each other's way
        warnings.simplefilter("ignore", ConvergenceWarning)  # more than 50 steps rank the pictures hardly better
        yield


def doubted(asked: np.ndarray, labels: np.ndarray, probability: np.ndarray) -> pd.DataFrame:
    """Return the rows of `suspected_wrong_labels`, made from the probabilities (n, classes that occur)."""
    classes = np.unique(labels)
    table = pd.DataFrame(
        {
            "position": asked,
            "label": labels,
            "suggested": classes[probability.argmax(axis=1)],
            "score": probability[np.arange(len(labels)), np.searchsorted(classes, labels)],
        }
    )
    return table[table["label"] != table["suggested"]].sort_values("score", kind="stable", ignore_index=True)


def refuse_few(labels: np.ndarray) -> None:
    """Raise LookbookError where the classes have fewer pictures than `suspected_wrong_labels` needs."""
    second, most = sorted([0, 0, *np.unique(labels, return_counts=True)[1].tolist()])[-2:]
    if most < FOLDS or second < 2:
        raise LookbookError(
            f"{len(labels)} pictures are too few to look for wrong labels: {FOLDS} of one class and 2 of another are "
            "needed at least"
        )


def score_against_truth(found: dict[str, pd.DataFrame | np.ndarray], defects: pd.DataFrame) -> pd.DataFrame:
    """Return how an audit did on a set with known defects: a row per kind, planted, found, missed, false alarms.

    found: for each kind of defect, pairs (a DataFrame with position and partner, in any order) or positions (an array).
    defects: columns kind, position and partner (-1: none), as in truth["defects"] of the drawn sets.
    """
    rows = []
    for kind, finds in found.items():
        truth = defects[defects["kind"] == kind]
        planted = _keys(truth if isinstance(finds, pd.DataFrame) else truth["position"].to_numpy())
        claimed = _keys(finds)
        rows.append((kind, len(planted), len(planted & claimed), len(planted - claimed), len(claimed - planted)))
    return pd.DataFrame(rows, columns=["kind", "planted", "found", "missed", "false alarms"])


def judge(dataset: Dataset, pairs: pd.DataFrame, suspects: pd.DataFrame, compared: np.ndarray) -> pd.DataFrame:
    """Return how an audit did on a drawn set, as `score_against_truth` does, among the pictures that were compared.

    pairs: of `lib.audit.duplicates.all_pairs`. suspects: of `suspected_wrong_labels`; as many of them count as there
    are wrong labels, the most suspicious first. compared: positions, int (n,).
    """
    defects = dataset.truth["defects"]
    defects = defects[defects["position"].isin(compared) & defects["partner"].isin([-1, *compared])]
    pairs = pairs[pairs[["position", "partner"]].isin(compared).all(axis=1)]
    found: dict[str, pd.DataFrame | np.ndarray] = {
        f"{kind} duplicate": pairs[pairs["kind"] == kind] for kind in ("exact", "near")
    }
    found["blank"] = np.intersect1d(blank_pictures(dataset.images), compared)
    found["wrong label"] = suspects["position"].head(int((defects["kind"] == "wrong label").sum())).to_numpy()
    return score_against_truth(found, defects)


def really_wrong(dataset: Dataset, positions: np.ndarray) -> np.ndarray:
    """Return at which places of `positions` stands a picture whose label was planted wrong; none in a real set."""
    if "defects" not in dataset.truth:
        return np.array([], int)
    defects = dataset.truth["defects"]
    planted = defects.loc[defects["kind"] == "wrong label", "position"]
    return np.flatnonzero(np.isin(positions, planted))


def told(judged: pd.DataFrame, doubts: int, held: int) -> str:
    """Return what `judge` says of labels and near pairs in words.

    doubts: how many labels are doubted at all; held: how many of these were planted.
    """
    wrong, near = (judged.set_index("kind").loc[kind] for kind in ("wrong label", "near duplicate"))
    named = near["found"] + near["false alarms"]
    why = (
        "each one that is missed leaves a false alarm" if wrong["missed"] == wrong["false alarms"] else "no more count"
    )
    return (
        f"Table 1 takes as many labels from the top of the list as were planted wrong ({wrong['planted']}), so {why}. "
        f"All {doubts:,} doubts together hold {held} of these labels. Of the {named} near pairs that the audit names, "
        f"{near['false alarms']} were not planted."
    )


def in_short(suspects: pd.DataFrame, asked: int, judged: pd.DataFrame | None) -> str:
    """Return in a sentence what a model that doubts labels finds; judged: of `judge`, None where no fault is known."""
    if judged is None or not judged.set_index("kind").loc["wrong label", "planted"]:
        return f"Labels: a simple model doubts {len(suspects):,} of {asked:,}; the least likely are worth a look."
    own = judged[judged["kind"] == "wrong label"].iloc[0]
    first, found = int(own["planted"]), int(own["found"])
    return f"Labels: of the {min(first, len(suspects))} that a simple model doubts most, {found} are really wrong."


def components(images: np.ndarray) -> np.ndarray:
    """Return the pictures' first 64 principal components, float32 (N, 64), pixels from 0 to 1."""
    pixels = images.reshape(len(images), -1)
    pca = alike.principal_components(pixels[evenly(len(pixels), 10_000)] / np.float32(255), 64)
    blocks = (pixels[start : start + BLOCK] / np.float32(255) for start in range(0, len(pixels), BLOCK))
    return np.concatenate([pca.transform(block) for block in blocks])


def _keys(finds: pd.DataFrame | np.ndarray) -> set[frozenset[int]]:
    """Return pairs or positions as a set in which order does not matter."""
    columns = [finds["position"], finds["partner"]] if isinstance(finds, pd.DataFrame) else [finds]
    return {frozenset(int(value) for value in values) for values in zip(*columns, strict=True)}
