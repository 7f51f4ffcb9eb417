"""What is in a data set and what is wrong with it; duplicates have a module of their own."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.base.errors import LookbookError
from lib.config import DataConfig
from lib.data.dataset import Dataset
from lib.data.fashion_mnist import votes
from lib.data.parts import parts

BLOCK = 5_000  # pictures at a time: bounds the memory
FOLDS = 5  # of the model that looks for wrong labels


def in_test(dataset: Dataset) -> np.ndarray:
    """Return which pictures, bool (N,), are test pictures, where nobody keeps copies in one part."""
    _, divided = parts(dataset, DataConfig(name=dataset.name, grouped=False))
    return np.isin(np.arange(len(dataset)), divided.test)


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


def one_thread() -> None:
    """Let scikit-learn compute on one core from here on: in many small products threads wait for one another."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)


def doubted(asked: np.ndarray, labels: np.ndarray, probability: np.ndarray) -> pd.DataFrame:
    """Return the pictures that a model would label otherwise, the least likely labels first.

    Columns: position, label, suggested (the class of the highest probability) and score, the probability of the given
    label ("self-confidence": Northcutt, Jiang and Chuang 2021, arXiv 1911.00068). A picture that is merely hard ranks
    high as well: look before you call a label wrong.
    asked: positions of the pictures, int (n,). labels: theirs. probability: (n, classes that occur), of models that
    were not shown the picture.
    """
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
    """Raise LookbookError where the classes have fewer pictures than an audit of labels needs."""
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

    pairs: of `lib.audit.duplicates.all_pairs`. suspects: of `doubted`; as many of them count as there
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


def without(asked: np.ndarray, left_out: Sequence[int], labels: np.ndarray) -> np.ndarray:
    """Return the positions `asked` but for those left out; all of them where an audit of labels needs more pictures."""
    rest = np.setdiff1d(asked, left_out)
    try:
        refuse_few(labels[rest])
    except LookbookError:
        return asked
    return rest


def in_words(judged: pd.DataFrame) -> pd.DataFrame:
    """Return the table of `judge` as a reader sees it."""
    number = judged.set_index("kind")["planted"]["wrong label"]
    named = {
        "exact duplicate": "pairs of copies", "near duplicate": "pairs of near copies", "blank": "blank pictures",
        "wrong label": f"wrong labels (found: in the first {number:,} of the list)",
    }  # fmt: skip
    shown = judged.assign(kind=judged["kind"].map(named))
    return shown.rename(columns={"kind": "fault", "false alarms": "found, but no fault"})


def told(dataset: Dataset, judged: pd.DataFrame, suspects: pd.DataFrame) -> str:
    """Return in a sentence how many labels a model doubts, beside `judge`; suspects: of `doubted`."""
    planted = really_wrong(dataset, suspects["position"].to_numpy())  # places in the list
    number, whole = judged.set_index("kind")["planted"]["wrong label"], len(suspects)
    rest = f"{len(planted) or 'none'} of the {number:,} that were planted wrong {'is' if number == 1 else 'are'} among"
    return f"The model would change {whole or 'no'} labels" + (f": {rest} them." if whole and number else ".")


def told_black(dataset: Dataset, top: int, wrong: int) -> str:
    """Return why a drawn picture may look wrong and is not; "" where all `top` labels that were shown are wrong."""
    if top == wrong:
        return ""
    such = " (a closed sandal, a T-shirt with long sleeves)" if dataset.name == "garments" else ""
    return (
        f"The labels in black are right, but some pictures were drawn to look like another class{such}. So a list of "
        "doubts is no list of errors."
    )


def told_votes(dataset: Dataset, labels: np.ndarray) -> str:
    """Return for how many test pictures people agree with the label; "" for pictures without votes."""
    people = votes.load_votes() if votes.belong_to(dataset) else None
    if people is None:
        return ""
    share = votes.majority_accuracy(people, labels[dataset.test])
    return f"People voted on test pictures: for {share:.1%} the published label has most votes."


def in_short(
    suspects: pd.DataFrame, asked: int, wrong: int | None, top: int, judged: pd.DataFrame | None = None
) -> str:
    """Return in a sentence what a model that doubts labels finds.

    wrong: how many of the `top` least likely labels are wrong; None where no fault is known. judged: of `judge`.
    """
    if wrong is None:
        return f"Labels: a simple model doubts {len(suspects):,} of {asked:,}; the least likely are worth a look."
    told = f"Labels: of the {top} that a simple model finds least likely, {wrong or 'none'} were planted wrong"
    rows = None if judged is None else judged.set_index("kind").loc["wrong label"]
    if rows is None or rows["planted"] <= top:
        return f"{told}."
    return f"{told}, of the first {rows['planted']:,} on its list {rows['found'] or 'none'}."


def _keys(finds: pd.DataFrame | np.ndarray) -> set[frozenset[int]]:
    """Return pairs or positions as a set in which order does not matter."""
    columns = [finds["position"], finds["partner"]] if isinstance(finds, pd.DataFrame) else [finds]
    return {frozenset(int(value) for value in values) for values in zip(*columns, strict=True)}
