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
    found = labels.gains(runs, "f1", ["net", "head"])
    return found, labels.told_gains(found, "net")


@pytest.mark.parametrize(
    ("gains", "reply"),
    [
        ((0.1, 0.1, 0.1), "Yes: "), ((0.1, 0, -0.1), "Yes, with few labels: "), ((0.1, 0, 0), "Yes, with few labels: "),
        ((0, 0, -0.1), "No: "), ((0, 0, 0), "No gain seen: "), ((-0.1, 0, 0.1), "With some numbers of labels: "),
        ((0, 0.1, 0), "With some numbers of labels: "),
    ],
)  # fmt: skip
def test_every_outcome_has_its_answer(gains, reply):
    found, said = told(*gains)
    assert said.startswith(f"{reply}in 3 main comparisons on real pictures, with 125 to 2,000 labels, ")
    verdicts = [HIGHER if gain > 0 else LOWER if gain < 0 else "not resolvable with 5 seeds" for gain in gains]
    assert found["verdict"].tolist() == verdicts and found["system"].eq("head").all()
    assert ("Otherwise there is no clear difference." in said) == (0 in gains and any(gains))


def test_sizes_with_one_verdict_are_told_together():
    assert "With 2,000 labels the head is clearly worse. Otherwise" in told(0, 0, -0.1)[1]
    assert "With 125 and 500 labels the head is clearly better." in told(0.1, 0.1, 0)[1]
    assert labels.number(31_310) == "31,300" and labels.number(500) == "500"


def test_a_difference_that_its_own_interval_shows_is_not_clear_among_several():
    found = pd.DataFrame({"labels": [125, 900], "difference": [0, -0.07], "low": [-0.1, -0.12], "high": [0.1, -0.02]})
    found["p_holm"] = [1.0, 0.11]
    unsure = found.assign(verdict="not resolvable with 5 seeds", system=labels.HEAD)
    said = labels.told_gains(unsure, "net")
    assert said.endswith(
        "with 125 to 900 labels, no head was clearly better than a net, nor clearly worse. With 900 "
        f"labels the {labels.HEAD} differs from it by -0.070, which is unclear among these 2."
    )
    assert (
        "**Is any difference clear?** On the right one interval leaves out zero, with 900 labels."
        in labels.told_lost(unsure)
    )
    assert labels.told_lost(unsure).endswith("(by Holm's method), p is 0.11; clear would be below 0.05.")
    assert labels.told_lost(unsure[:1]) == ""


def test_a_lead_after_the_first_epoch_is_told_and_whether_it_is_clear():
    late = pd.DataFrame({"labels": [125, 900], "difference": [0.01, -0.07], "system": labels.HEAD})
    early = late.assign(difference=[-0.1, 0.2], verdict=["no", HIGHER])
    rows = [(labels.SCRATCH, 900, 0.3), (labels.HEAD, 900, 0.5)]
    means = pd.DataFrame(rows, columns=["system", "labels", "mean"])
    said = labels.told_early(means, early, late)
    assert "1 of 2 numbers of labels on validation pictures (hollow), most with 900: 0.500 against 0.300; 1 of" in said
    assert said.endswith(
        "is clear. After the last epoch, on test pictures, its mean is the higher one only with 125 labels."
    )
    assert labels.told_early(means, early, late[1:]).endswith("one with none of these numbers.")
    assert labels.told_early(means, early, late[:1]).endswith("one with all of these numbers.")
    assert "none of these leads is clear" in labels.told_early(means, early.assign(verdict="no"), late)
    assert "0 of 2 numbers of labels on validation pictures. After" in labels.told_early(
        means, early.assign(difference=-0.1), late
    )


def test_baselines_with_the_highest_mean_are_counted_and_r1_is_judged_on_its_own_pictures():
    rows = [(labels.SCRATCH, 125, 0.4), ("lookup", 125, 0.5), (labels.SCRATCH, 500, 0.6), ("lookup", 500, 0.5)]
    means = pd.DataFrame(rows, columns=["system", "labels", "mean"])
    assert labels.told_beaten(means).startswith("With 1 of the 2 numbers of labels the highest mean is that of a base")
    own = [
        (name, seed, f1 + seed**2 / 90) for name, f1 in zip(labels.R1_OWN, (0.4, 0.5), strict=True) for seed in (0, 1)
    ]
    own += [(next(iter(labels.R1_OWN)), 2, 0.4), (list(labels.R1_OWN)[1], 2, 0.45)]
    own = pd.DataFrame(own, columns=["system", "seed", "test_macro_f1"])
    row = {"system": labels.NETWORKS[2], "labels": 900, "n": 5, "difference": -0.099, "low": -0.11, "high": -0.09}
    clear = pd.DataFrame([row | {"p": 0.01, "p_holm": 0.02, "verdict": LOWER}])
    said = labels.told_r1(own, clear)
    assert "It had 140 training pictures" in said and "With all 900 labels, which R1 did not have, the head on " in said
    assert said.endswith("ResNet50 is clearly worse: -0.099 (-0.110 to -0.090).")
    said = labels.told_r1(own, clear.assign(p_holm=0.06, verdict="no"))
    assert "(-0.110 to -0.090), not clear among our 1 main comparisons. Notebook 13 judges" in said
    assert said.endswith("and finds that the claim is contradicted.")
    above = labels.told_r1(own, clear.assign(p_holm=0.06, verdict="no", difference=0.099, low=0.09, high=0.11))
    assert above.endswith("and finds that the claim holds.")


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
    assert told.gains["system"].nunique() == 2 and len(told.early) == 5
    assert len(told.more) == 4 and "labels" in told.told and "Smart Casual" in told.recalls
