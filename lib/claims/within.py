"""Claims that need no training (discrepancies.yaml): a report held against itself, or against the data set.

The functions without arguments count what a report's own figures should give; discrepancies.yaml names them.
"""

import math
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from lib.claims import rules, verdicts
from lib.data import r1
from lib.evaluation import metrics, statistics

R1_LOG = (".9833", ".9900", ".9733")  # its figure 8, the validation accuracies of the first three epochs
R1_BATCH = 5
R3_FILTERS = (1, 16, 32, 64)  # channels of the picture and of each convolution, as its table prints them
R3_DENSE = (576, 128, 10)
# Of the notebook whose loss R1 quotes: the classes of each column that it predicts, and the entropy of their shares in
# nats, over all rows of the real table. That is the loss of a guesser who knows these shares.
FOUR_TASKS = {"gender": (5, 0.9951), "season": (4, 1.1989), "baseColour": (46, 2.7620), "usage": (8, 0.7788)}
SHIRTS = {"T-shirt/top", "Shirt"}


@cache
def load() -> list[dict]:
    """Return the claims in discrepancies.yaml: id, report, says, elsewhere and rule."""
    return yaml.safe_load(Path(__file__).with_name("discrepancies.yaml").read_text(encoding="utf-8"))


def compare() -> pd.DataFrame:
    """Return one row per claim of discrepancies.yaml, with the columns of `lib.claims.compare`; no run is needed."""
    rows = []
    for claim in load():
        rule = claim["rule"]
        counted = _counted(rule["counted"]) if "counted" in rule else math.nan
        row = dict.fromkeys(verdicts.COLUMNS, math.nan) | {
            "seeds": 0,
            "interval": "",
            "claimed": rules.claimed(rule),
        }
        row |= {"id": claim["id"], "report": claim["report"], "system": claim["id"].partition(".")[0]}
        row |= {"claim": claim["says"], "elsewhere": claim["elsewhere"], "measured": counted}
        rows.append(row | {"verdict": rules.judge({"counted": counted}, rule, comparable=True)})
    return pd.DataFrame(rows, columns=verdicts.COLUMNS)


def _counted(what: float | str) -> float:
    return float(COUNTS[what]()) if isinstance(what, str) else float(what)


def r1_validation() -> int:
    """Return R1's validation pictures, as its figure 3 counts them."""
    return sum(r1.FEW["validation"])


def r1_steps() -> int:
    """Return the steps of an epoch over the training pictures of R1's figure 4."""
    return math.ceil(sum(r1.ENLARGED["train"]) / R1_BATCH)


def r1_log() -> int:
    """Return how many of the first three accuracies in R1's figure 8 its 670 validation pictures can give."""
    return sum(statistics.count_behind(each, sum(r1.ENLARGED["validation"])) is not None for each in R1_LOG)


def r3_first_layer() -> int:
    """Return the parameters of R3's first convolution: 3x3 weights and a bias for each filter."""
    return (9 * R3_FILTERS[0] + 1) * R3_FILTERS[1]


def r3_total() -> int:
    """Return the parameters of R3's network: each convolution's and dense layer's weights and biases."""
    convolutions = sum((9 * before + 1) * after for before, after in zip(R3_FILTERS, R3_FILTERS[1:], strict=False))
    return convolutions + sum((before + 1) * after for before, after in zip(R3_DENSE, R3_DENSE[1:], strict=False))


def r4_accuracy() -> float:
    """Return the share of pictures on the diagonal of the matrix that R4 prints."""
    matrix = verdicts.printed_confusion().to_numpy()
    return float(np.trace(matrix) / matrix.sum())


def r4_place_of_shirts() -> int:
    """Return the place of T-shirt and shirt among the pairs of R4's matrix, by mistakes in both directions."""
    pairs = metrics.confused_pairs(verdicts.printed_confusion())
    return 1 + int(pairs.index[[{*pair} == SHIRTS for pair in zip(pairs["class"], pairs["and"], strict=True)]][0])


COUNTS = {each.__name__: each for each in (
    r1_validation, r1_steps, r1_log, r3_first_layer, r3_total, r4_accuracy, r4_place_of_shirts
)}  # fmt: skip
