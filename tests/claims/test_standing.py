"""How the claims of each report stand, and what a contradiction rests on."""

import pandas as pd

from lib.claims import by_reference, standing

AGAINST = "contradicted: we measure "


def judged(changes):
    found = by_reference.everything({})
    for name, verdict in changes.items():
        found.loc[found["id"] == name, ["verdict", "seeds"]] = [verdict, 3]
    return found


ROWS = {
    "R3.initial.val_accuracy": "holds", "R3.initial.running_accuracy": f"{AGAINST}less",
    "R4.adam.test_accuracy": f"{AGAINST}more", "R4.sgd.test_accuracy": "equal for practice",
}  # fmt: skip


def test_a_contradiction_rests_on_the_report_on_runs_or_on_a_length_that_we_chose():
    rows = judged(ROWS)
    stands = standing.of_each(rows)
    where = dict(zip(rows["id"], stands["standing"], strict=True))
    assert where["R3.initial.val_accuracy"] == standing.HOLDS and where["R3.improved"] == standing.ITSELF
    assert where["R3.initial.running_accuracy"] == standing.RUNS, "R3 says 20 epochs"
    assert where["R4.adam.test_accuracy"] == standing.OPEN_LENGTH, "R4 says none"
    assert where["R4.sgd.test_accuracy"] == standing.OTHER and where["R4.four_blocks"] == standing.UNDECIDED
    counted = standing.counts(stands).set_index("report")
    assert counted.loc["all"].sum() == len(rows) and (counted.drop("all").sum() == counted.loc["all"]).all()


def test_the_standings_in_words():
    stands = standing.of_each(judged(ROWS))
    assert f" of {len(stands)} claims. " in standing.found(stands)
    assert standing.unsettled(stands).startswith(
        "Of the 2 contradictions that took training, 1 (1 of R4) is about a network"
    )
    told = standing.told(stands)
    assert "In 1 of these our network is better" in told
    assert "*equal for practice* (1): the difference is too small to matter" in standing.neither(stands)
    alone = pd.DataFrame({"report": ["R1"], "kind": ["holds"], "standing": ["holds"], "more": [False]})
    assert standing.unsettled(alone) == "" and standing.found(alone).startswith("Holds: 1 of 1 claims. None are")
    assert standing.told(alone) == standing.neither(alone) == ""


def test_what_a_report_says_is_told_beside_what_it_says_elsewhere():
    told = standing.retold(judged({}), "R3.improved", "R4.adam.test_accuracy")
    assert told.startswith("R3 says: ") and "But it prints .8896 after .91." in told and "R4" not in told
