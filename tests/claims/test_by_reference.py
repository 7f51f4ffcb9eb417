"""Claims judged by the runs that the kit carries: their parts in claims, what they need beyond a run's own figures."""

import re

import numpy as np
import pandas as pd
import pytest

from lib import claims
from lib.claims import by_reference, within
from lib.runs import carried, reference


def test_every_claim_there_is_has_one_row_and_a_verdict():
    found = by_reference.everything()
    assert sorted(found["id"]) == sorted(claim["id"] for claim in [*claims.load(), *within.load()])
    assert found["verdict"].str.len().gt(0).all() and len(found) >= 55
    assert found["report"].str[:2].tolist() == sorted(found["report"].str[:2])


def test_the_tiny_runs_judge_nothing():
    assert by_reference.judged({"R2.simple, tiny": carried.of_row("R2.simple, tiny")}).empty


def test_a_row_plays_its_part_in_claims_that_name_no_setting(monkeypatch):
    told = {"R2.simple": "low batch size", "R3.initial": "high batch size"}
    rows = [row._replace(plays=told.get(row.name, "")) for row in reference.rows()]
    monkeypatch.setattr(reference, "rows", lambda: rows)
    judged = by_reference.judged({name: carried.of_row(name) for name in told}).set_index("id")
    assert judged.loc["R2.batch.accuracy", "seeds"] == 5 and "R3.initial.val_loss" in judged.index


def test_of_rows_that_differ_in_their_epochs_alone_the_first_bears_the_label():
    first, second = "R2.optimised, batch 128", "R2.optimised, batch 128, equal steps"
    both = by_reference.judged({name: carried.of_row(name) for name in (first, second)}).set_index("id")
    alone = by_reference.judged({first: carried.of_row(first)}).set_index("id")
    claim = "R2.optimised.batch_size128.test_loss"
    assert both.loc[claim, "measured"] == alone.loc[claim, "measured"]
    assert both.loc[claim, "seeds"] == len(carried.of_row(first))


def test_parts_of_the_grid_are_those_that_claims_name():
    named = {claim[each] for claim in claims.load() for each in ("system", "than") if each in claim}
    assert {row.plays for row in reference.rows() if row.plays} <= named


class Answers:
    """A run of which only the answers matter."""

    def __init__(self, truth, chosen, name="fashion-mnist"):
        self.truth, self.chosen = np.array(truth), np.array(chosen)
        self.config = type("Config", (), {"data": type("Data", (), {"name": name})})

    def labels(self, part):
        return self.truth

    def predicted(self, part):
        return self.chosen


def test_the_hardest_pair_counts_both_directions():
    shirts = Answers([0, 0, 6, 2, 2, 9], [6, 0, 0, 4, 2, 9])
    assert by_reference.further(shirts)["shirts_hardest"] == 1
    assert by_reference.further(Answers([0, 2, 2, 4], [6, 4, 4, 2]))["shirts_hardest"] == 0


def test_the_rarest_class_is_that_of_the_test_pictures():
    found = by_reference.further(Answers([0, 0, 0, 1, 1, 2, 2, 2], [0, 0, 0, 1, 0, 2, 2, 2], "fashion-product"))
    assert found == {"rarest_recall": pytest.approx(0.5)}


@pytest.mark.skipif(not len(carried.index()), reason="the kit carries no runs in this copy")
def test_what_is_judged_says_of_how_many_seeds():
    assert (by_reference.judged()["seeds"] >= 2).all()


def test_at_full_length_rows_stand_beside_one_of_them_largest_difference_first():
    rows = ["R3.initial", "R3.initial, vertical flip", "R3.initial, erase"]
    found = by_reference.at_full_length(rows, "test_accuracy", against="R3.initial")
    assert found.means["system"].tolist() == ["erase", "vertical flip"] and found.axis.endswith(
        "minus that of R3.initial"
    )
    assert found.means["mean"].is_monotonic_decreasing and (found.means["low"] < found.means["high"]).all()
    said = "test accuracy, minus that of R3.initial: +0.010 (erase), -0.006 (vertical flip); clearly different: erase"
    assert found.told == said and found.length.startswith("3 seeds beside ")
    assert set(found.runs["system"]) == set(rows)


def test_without_the_row_to_stand_beside_nothing_is_shown():
    found = by_reference.at_full_length(["not yet", "R3.initial"], "test_accuracy", against="not yet")
    assert found.means.empty and found.missing == ["not yet"]


def test_the_system_that_all_rows_vary_is_named_once():
    batches = ["R2.optimised, batch 16", "R2.optimised, batch 128"]
    assert " of R2.optimised: 0." in by_reference.at_full_length(batches, "test_accuracy").told
    with_itself = by_reference.at_full_length(["R2.optimised", *batches], "test_accuracy").told
    assert with_itself.count("R2.optimised") == 3


def test_whose_claims_and_how_many_seeds_are_said():
    of_two = by_reference.at_full_length(["R2.optimised, batch 128", "R3.initial"], "test_accuracy").tally
    assert re.match(r"Of \d+ claims that R2 and R3 make about these networks, \d", of_two)
    found = by_reference.at_full_length(["R3.initial", "R3.initial, erase"], "test_accuracy", against="R3.initial")
    many = len(carried.of_row("R3.initial"))
    assert many > 3 and found.seeds == f"3 seeds beside {many} of R3.initial"


def test_claims_that_are_not_judged_are_named_with_their_reason():
    rows = pd.DataFrame({"claim": ["20 epochs take long (seconds)", "b"], "verdict": ["not judged: no clock", "holds"]})
    assert by_reference.unjudged(rows) == "Not judged: 20 epochs take long (no clock)."
    assert by_reference.unjudged(rows.iloc[1:]) == ""
