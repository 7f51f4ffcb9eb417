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
    assert where["R4.sgd.test_accuracy"] == standing.OPEN and where["R4.four_blocks"] == standing.OPEN
    assert standing.counts(stands).set_index("report").sum().sum() == len(rows)
    table = standing.verdicts(stands)
    assert table["verdict"].str.startswith("open, ").sum() == 1, "no interval here, so all are open otherwise"
    assert table["claims"].iloc[-1] == len(rows) == table["claims"].iloc[:-1].sum() and (table["claims"] > 0).all()
    assert table["for example"].iloc[-1].startswith(f"{table['claims'].iloc[0]} hold, ")
    assert table["for example"].iloc[0] == "R3: 98,442 parameters in all", "its own example is not of these"


def test_the_standings_in_words():
    stands = standing.of_each(judged(ROWS))
    assert standing.found(stands).startswith(f"Of {len(stands)} claims ")
    assert "need no training" in standing.found(stands) and " stay open." in standing.found(stands)
    free = "In 1 of the 22 contradictions (1 of R4) the report does not fix how long it trained"
    assert free in standing.unsettled(stands)
    assert "In 1 of these 1 our network is better" in standing.told(stands)
    assert standing.more_of(stands) == "More claims are contradicted than hold"
    alone = pd.DataFrame({"report": ["R1"], "kind": ["holds"], "standing": ["holds"], "more": [False]})
    assert standing.found(alone) == "Of 1 claims 1 holds, none are contradicted and none stay open."
    wide = pd.concat([alone, *[alone.assign(kind=kind, standing="open") for kind in (standing.WIDE,) * 2 + ("x",)]])
    assert standing.found(wide).endswith("Of the 3 open ones more seeds may settle 2.")
    every = wide.assign(why=["", standing.MORE, standing.NEVER, ""], kind=[*wide["kind"][:3], "not run"])
    assert standing.found(every).endswith(
        "Of the 3 open ones more seeds may settle 1, no number of seeds would settle 1 (single trainings scatter too "
        "much) and 1 could not be checked."
    )
    assert standing.found(every.assign(kind=[*wide["kind"][:3], "not supported"])).endswith(
        "much) and 1 is unproved or too small to matter."
    )
    assert standing.unsettled(alone) == standing.told(alone) == ""
    assert standing.more_of(alone) == "More claims hold than are contradicted"


def test_more_seeds_settle_a_mean_but_not_the_scatter_of_one_training():
    rows = by_reference.everything({})
    wide = {"verdict": "not resolvable with 3 seeds", "seeds": 3, "interval": "one more run"}
    ends = {  # R4 prints .9178 (within .01) and .88, R3 23 epochs (within 3)
        "R4.rmsprop.val_accuracy": (0.9271, 0.9155, 0.9387),  # its standard deviation is .0023: more seeds contradict
        "R3.final.stopped": (28.2, 7.6, 48.8),
        "R4.sgd.val_accuracy": (0.99, 0.84, 1.0),  # cut off at 1
        "R2.rate.better": (0.0, -0.1, 0.1),
    }
    for name, found in ends.items():
        about = wide | dict(zip(("measured", "low", "high"), found, strict=True))
        if name == "R2.rate.better":
            about["interval"] = "difference from low learning rate"
        for column, value in about.items():
            rows.loc[rows["id"] == name, column] = value
    stands = standing.of_each(rows).set_index("id")
    assert stands.loc[list(ends), "why"].tolist() == [standing.MORE, standing.NEVER, standing.MORE, standing.MORE]
    assert stands["why"].isin(["", standing.MORE, standing.NEVER]).all()


def test_what_a_report_says_is_told_beside_what_it_says_elsewhere():
    told = standing.retold(judged({}), "R3.improved", "R4.adam.test_accuracy")
    assert told.startswith("R3 says: ") and "But it prints .8896 after .91." in told and "R4" not in told
