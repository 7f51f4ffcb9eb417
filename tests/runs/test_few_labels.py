"""Reference runs by the number of labels: what is read of them, and that each outcome is told as it is."""

import numpy as np
import pandas as pd
import pytest

from lib.evaluation.comparison import HIGHER, LOWER
from lib.runs import few_labels as labels


def table(*gains):
    """Return five seeds of two networks with 125, 500 and 2,000 labels; of the last size one more network."""
    rng, rows = np.random.default_rng(0), []
    for number, gain in zip((125, 500, 2000), gains, strict=True):
        for seed in range(5):
            base = 0.5 + rng.normal(0, 0.003)
            rows += [("net", seed, number, base), ("head", seed, number, base + gain + rng.normal(0, 0.003))]
    rows += [("other", seed, 2000, 0.4 + seed / 1000) for seed in range(5)]
    return pd.DataFrame(rows, columns=["system", "seed", "labels", "f1"])


def told(*gains):
    runs = table(*gains)
    found = labels.gains(runs, "f1", ["net", "head", "other"])
    return found, labels.told_gains(found, labels.means(runs, "f1"), "head", "net")


@pytest.mark.parametrize(
    ("gains", "reply"),
    [
        ((0.1, 0.1, 0.1), "Yes: "), ((0.1, 0, -0.1), "Yes, with few labels: "), ((0.1, 0, 0), "Yes, with few labels: "),
        ((0, 0, -0.1), "No: "), ((0, 0, 0), "Not clearly: "), ((-0.1, 0, 0.1), "With some numbers of labels: "),
        ((0, 0.1, 0), "With some numbers of labels: "),
    ],
)  # fmt: skip
def test_every_outcome_has_its_answer(gains, reply):
    found, said = told(*gains)
    assert said.startswith(f"{reply}on real pictures, a head (frozen) against a net: with ")
    verdicts = [HIGHER if gain > 0 else LOWER if gain < 0 else "not resolvable with 5 seeds" for gain in gains]
    assert found["verdict"].tolist() == verdicts and found["system"].eq("head").all()


def test_sizes_with_one_verdict_are_told_together_with_the_figures_of_the_largest():
    said = told(0, 0, -0.1)[1]
    assert (
        "with 125 and 500 labels there is no clear difference (0." in said and " with 500); with 2,000 labels" in said
    )
    assert labels.number(31_310) == "31,300" and labels.number(500) == "500"
    assert labels.told_best(labels.means(table(0.1, 0, -0.1), "f1")).startswith("head (0.60")


def test_the_carried_runs_of_few_labels_have_the_same_test_pictures_as_those_of_all():
    runs = labels.by_labels(labels.USAGE)
    sizes = runs.groupby("system")["labels"].unique().map(sorted)
    assert sizes[labels.HEAD] == sizes[labels.SCRATCH] and len(sizes[labels.HEAD]) == 5
    few, draws = labels.carried.of_row(f"{labels.USAGE[labels.SCRATCH]}, 500 labels")[:2], set()
    whole = labels.carried.of_row(labels.USAGE[labels.SCRATCH])[0]
    for run in few:
        assert np.array_equal(run.positions("test"), whole.positions("test"))
        assert run.config.data.limit == 500
        draws.add(tuple(run.positions("val")))
    assert len(draws) == 2, "each seed draws its own few pictures"
    head = labels.carried.of_row(f"{labels.USAGE[labels.HEAD]}, 500 labels")[0]
    assert np.array_equal(head.positions("val"), few[0].positions("val")), (
        "both networks have the pictures of their seed"
    )
    told = labels.usage()
    assert len(told.more) == 3 and "labels" in told.told and " with 125" in told.best
