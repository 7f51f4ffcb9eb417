"""A fair search: each optimiser's best rate by validation, what it is worth on test pictures, what the kit carries."""

from dataclasses import replace

import pandas as pd
import pytest

from lib.base.backend import keras
from lib.config import OptimizerConfig
from lib.evaluation import comparison
from lib.runs import carried, reference, search

FIGURES = {  # optimiser -> rate -> validation and test accuracy; the second rate is the default
    "SGD": {0.001: (0.5, 0.5), 0.01: (0.7, 0.69), 0.1: (0.91, 0.88)},
    "Adam": {0.0001: (0.6, 0.6), 0.001: (0.9, 0.9), 0.01: (0.8, 0.95)},
}


def table(figures=FIGURES):
    rows = [
        {"system": f"{group} {rate}", "group": group, "learning_rate": rate, "marked": number == 1, "seed": seed}
        | {"val_accuracy": val + seed * place / 1000, "test_accuracy": test + seed * place / 1000}
        for place, (group, tried) in enumerate(figures.items())
        for number, (rate, (val, test)) in enumerate(tried.items())
        for seed in range(3)
    ]
    return pd.DataFrame(rows)


def test_the_rate_is_chosen_by_validation_and_not_by_test():
    best = search.chosen(table()).set_index("optimiser")
    assert best["learning_rate"].tolist() == [0.1, 0.001] and best["times"].tolist() == [10, 1]
    assert best["default"].tolist() == ["SGD 0.01", "Adam 0.001"]
    assert best["edge"].tolist() == [True, False]
    assert best.loc["SGD", ["val_accuracy", "default_val_accuracy"]].tolist() == pytest.approx([0.91, 0.7])
    assert search.edges(best.reset_index()).startswith("The chosen rate of SGD is the smallest or largest one tried")
    assert search.edges(best.reset_index().iloc[1:]) == ""


def test_a_rate_of_which_a_seed_diverged_is_not_chosen():
    tries = table()
    tries.loc[(tries["system"] == "SGD 0.1") & (tries["seed"] == 2), "val_accuracy"] = float("nan")
    assert search.chosen(tries)["learning_rate"].tolist() == [0.01, 0.001]


def test_the_answer_is_told_by_test_accuracy():
    told = search.answer(table(), "; all pictures")
    assert "is 0.211 with default rates and 0.021 with searched ones; all pictures: clearly narrowed" in told
    alike = table().assign(test_accuracy=0.1)
    assert search.answer(alike).endswith(": with 3 seeds it is not sure that the search narrows it.")
    worse = table({"SGD": {0.1: (0.9, 0.1), 0.01: (0.7, 0.69)}, "Adam": FIGURES["Adam"]})
    assert search.answer(worse).endswith(": clearly widened by the search.")
    assert search.means(table())["group"].tolist() == ["default rate"] * 2 + ["chosen rate"] * 2


def test_one_seed_has_no_interval():
    one = table()[lambda rows: rows["seed"] == 0]
    assert search.answer(one).endswith(": with one seed it is not sure that the search narrows it.")


def test_differences_are_those_from_the_leader_on_validation():
    by_default, by_choice = search.differences(table()).values()
    assert by_default["system"].tolist() == ["SGD"] and by_choice["system"].tolist() == ["Adam"]
    assert search.sure(table()) == (
        "on test pictures, with default rates Adam leads on validation, clearly apart from SGD; "
        "with chosen rates SGD leads on validation, clearly apart from Adam"
    )
    one = table()[lambda rows: rows["seed"] == 0]
    assert search.sure(one).endswith("clearly apart from none")


def test_who_searches_for_one_optimiser_alone_sees_it_lead():
    told = search.alone(search.chosen(table()))
    assert told.startswith("With default rates for all, Adam leads on validation. Searched alone, ")
    assert told.endswith(" SGD would lead instead.")
    worse = table({"SGD": {0.001: (0.1, 0.1), 0.01: (0.2, 0.2)}, "Adam": FIGURES["Adam"]})
    assert search.alone(search.chosen(worse)).endswith("none of the others would lead.")
    close = table({"SGD": {0.001: (0.9015, 0.9), 0.01: (0.2, 0.2)}, "Adam": FIGURES["Adam"]})
    assert search.alone(search.chosen(close)).endswith("SGD (by less than 0.003, so not clearly) would lead instead.")


def test_other_rates_here_than_at_full_length_are_named():
    best = search.chosen(table())
    other = best.assign(learning_rate=[0.03, 0.001])
    assert search.disagree(best, best) == "Here and at full length the same rates are chosen."
    assert search.disagree(best, other).endswith("other rates are chosen than here: SGD 0.03, not 0.1.")


def test_small_rates_are_listed_as_they_are():
    best = search.chosen(table()).assign(learning_rate=[0.0003, 0.001])
    assert search.listed(best)["chosen rate"].tolist() == ["0.0003", "0.001"]


def test_a_caption_names_crosses_where_there_are_any():
    assert "Crosses" not in search.caption(table()) and "Crosses" in search.caption(table(), 0.8)


@pytest.mark.parametrize("name", search.DEFAULTS)
def test_the_defaults_are_those_of_keras(name):
    assert float(keras.optimizers.get(name).learning_rate) == pytest.approx(search.DEFAULTS[name])


def row(title, **optimizer):
    (usual,) = reference.rows(["R2.simple"])
    configs = [config.changed(optimizer=OptimizerConfig(**optimizer)) for config in usual.configs[:3]]
    return reference.Row(title, "", configs, (), "")


@pytest.fixture
def rows(monkeypatch):
    """Four rows of a search of R2.simple among others, and the runs that are carried of each."""
    usual = reference.rows(["R2.simple"])
    found = [
        *usual, row("sgd", name="sgd", learning_rate=0.1), row("decay", name="adam", weight_decay=0.1),
        row("momentum", name="sgd", learning_rate=0.01, momentum=0.9),
        row("sgd, usual", name="sgd", learning_rate=0.01),
        row("falls", name="adam", schedule="cosine"), *reference.rows(["R2.simple, tiny", "R3.initial"]),
    ]  # fmt: skip
    runs = carried.of_row("R2.simple")
    there = {
        each.name: [replace(run, config=own) for run, own in zip(runs, each.configs, strict=False)] for each in found
    }
    monkeypatch.setattr(reference, "rows", lambda: found)
    monkeypatch.setattr(carried, "of_row", there.__getitem__)
    return there


def test_the_carried_search_is_of_rows_that_differ_in_the_optimiser_alone(rows):
    grid, missing = search.carried("R2.simple")
    assert list(grid) == ["sgd, usual", "sgd", "momentum", "R2.simple"] and missing == []
    assert {len(runs) for runs in grid.values()} == {3}, "of each as many seeds"
    tries = search.tries(grid)
    assert list(dict.fromkeys(tries["group"])) == ["SGD", "SGD momentum .9", "Adam"]
    assert tries.loc[tries["marked"], "system"].unique().tolist() == ["sgd, usual", "momentum", "R2.simple"]
    assert comparison.summarise(tries, "test_accuracy")["mean"].nunique() == 1


def test_a_search_of_which_a_row_is_missing_is_not_shown(rows):
    rows["sgd"] = []
    assert search.carried("R2.simple") == ({}, ["sgd"])
