"""A fair search: each optimiser's best rate by validation, what it is worth on test pictures, what the kit carries."""

from dataclasses import replace
from typing import get_args

import pandas as pd
import pytest

from lib.base.backend import keras
from lib.config import OptimizerConfig
from lib.evaluation import comparison
from lib.runs import carried, reference, search, search_answer
from lib.runs import search_words as words

FIGURES = {  # optimiser -> rate -> validation and test accuracy; the second rate is the default
    "SGD": {0.001: (0.5, 0.5), 0.01: (0.7, 0.69), 0.1: (0.91, 0.88)},
    "Adam": {0.0001: (0.6, 0.6), 0.001: (0.9, 0.9), 0.01: (0.8, 0.95)},
}


def mark(rows):
    """Give SGD's rate of 0.01 and Adam's of 0.001 the mark of a default."""
    return rows.assign(marked=rows["system"].isin(["SGD 0.01", "Adam 0.001"]))


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
    assert best["edge"].tolist() == ["largest", ""]
    assert best.loc["SGD", ["val_accuracy", "default_val_accuracy"]].tolist() == pytest.approx([0.91, 0.7])
    assert words.edges(best.reset_index()) == (
        "SGD chose the largest rate that was tried, so a still larger one may be better."
    )
    assert words.edges(best.reset_index().iloc[1:]).startswith("No optimiser chose the smallest or the largest")


def test_a_rate_of_which_a_seed_diverged_is_not_chosen():
    tries = table()
    tries.loc[(tries["system"] == "SGD 0.1") & (tries["seed"] == 2), "val_accuracy"] = float("nan")
    assert search.chosen(tries)["learning_rate"].tolist() == [0.01, 0.001]


def test_the_answer_is_told_by_test_accuracy():
    assert search_answer.answer(table()) == (
        "Mostly the rate: with default rates Adam is 21 points ahead of SGD on the test pictures; after the same "
        "search for each, SGD is 2.1 points behind Adam."
    )
    half = mark(table({"SGD": {0.1: (0.8, 0.76), 0.01: (0.7, 0.69)}, "Adam": FIGURES["Adam"]}))
    assert search_answer.answer(half).startswith("In part the rate: ")
    assert search_answer.answer(half).endswith("; after the same search for each, 14 points.")
    worse = search_answer.answer(mark(table({"SGD": {0.1: (0.8, 0.1), 0.01: (0.7, 0.69)}, "Adam": FIGURES["Adam"]})))
    assert worse.startswith("Not only the rate: ")
    assert search.means(table())["group"].tolist() == ["default rate"] * 2 + ["chosen rate"] * 2


def test_short_trainings_that_cannot_tell_point_to_those_at_full_length():
    unclear = table().assign(test_accuracy=0.1)
    assert search_answer.answer(unclear).startswith("These trainings leave it open: with default rates ")
    assert search_answer.answer(unclear, unclear).startswith("These trainings leave it open: with default rates ")
    assert search_answer.answer(unclear, table()).endswith(" Those at full length answer: mostly the rate.")
    assert search_answer.answer(table(), unclear).startswith("Mostly the rate: with ")


def test_where_all_are_equal_no_optimiser_leads():
    same = table().assign(val_accuracy=0.5, test_accuracy=0.5)
    assert "with default rates no optimiser leads on the test pictures" in search_answer.answer(same)


def test_the_rates_that_were_tried_are_named():
    assert search.factors(table()) == [0.1, 1, 10]
    assert words.tried(table(), None) == "Here each optimiser tries 0.1, 1 and 10 times its default rate."
    assert words.tried(table(), table()).endswith("default rate; at full length, 0.1, 1 and 10 times.")


def test_collapsed_trainings_are_no_alarm_in_a_search():
    assert words.collapsed(table(), 0) == ""
    assert words.collapsed(table(), 1).startswith("1 of the 18 trainings collapsed: it gives one answer for every ")
    assert "expected" in words.collapsed(table(), 3) and "expected" not in words.collapsed(table(), 9)
    assert words.collapsed(table(), 3).startswith("3 of the 18 trainings collapsed: they give one answer for every ")


def test_validation_says_who_is_first_and_who_is_last():
    assert search.ends(table()) == {"default rate": ("Adam", "SGD"), "chosen rate": ("SGD", "Adam")}
    lead = search.gaps(table()).mean()
    assert lead["default rate"] == pytest.approx(0.211) and lead["chosen rate"] == pytest.approx(-0.021)


def test_who_gains_by_the_search():
    assert search.gains(table())["system"].tolist() == ["SGD"], "Adam keeps its default"
    assert words.gained(table())["Adam"] == "keeps its default"
    noisy = table()
    noisy.loc[noisy["system"] == "SGD 0.01", "test_accuracy"] = [0.69, 0.7, 0.685]
    assert words.who_gains(noisy, "Here") == "Here only SGD clearly gains by the search."
    assert words.best_result(noisy) == (
        "At full length the best optimiser on validation (Adam before, SGD after) gets 90.10% of the test pictures "
        "right with its default rate, and 88.00% with its chosen one."
    )
    noisy.loc[noisy["system"] == "SGD 0.01", "test_accuracy"] = [0.2, 0.8, 0.9]
    assert words.who_gains(noisy, "Here") == "Here no optimiser clearly gains by the search."
    assert words.without_search(noisy, "here") == ""
    assert words.gained(noisy)["SGD"].startswith("+24.7 (-")
    kept = table({"SGD": {0.1: (0.1, 0.1), 0.01: (0.7, 0.69)}, "Adam": {0.01: (0.1, 0.1), 0.001: (0.9, 0.9)}})
    assert search.gains(mark(kept)).empty
    assert set(words.gained(mark(kept)).values()) == {"keeps its default"}
    assert words.who_gains(mark(kept), "Here") == "Here no optimiser clearly gains by the search."
    rates = {0.001: (0.1, 0.1), 0.01: (0.2, 0.2), 0.1: (0.9, 0.9)}
    more = table(FIGURES | {"RMSprop": rates, "SGD momentum .9": rates})
    more["marked"] |= more["system"].isin(["RMSprop 0.01", "SGD momentum .9 0.01"])
    more.loc[more["system"].isin(["RMSprop 0.01", "SGD momentum .9 0.01"]), "test_accuracy"] = [0.0, 0.0, 0.7] * 2
    more.loc[more["system"] == "SGD 0.01", "test_accuracy"] = [0.69, 0.7, 0.685]
    assert words.who_gains(more, "Here").endswith("; RMSprop and SGD momentum .9 gain more, but not clearly.")
    assert words.who_gains(more[more["group"] != "SGD momentum .9"], "Here") == (
        "Here only SGD clearly gains by the search; RMSprop gains more, but not clearly."
    )


def test_what_a_default_rate_clearly_costs():
    noisy = table()
    noisy.loc[noisy["system"] == "SGD 0.01", "test_accuracy"] = [0.69, 0.7, 0.685]
    assert words.without_search(noisy, "here") == (
        "If you cannot search: here the default rate clearly costs SGD 19 points of test accuracy."
    )
    kept = table({"SGD": {0.1: (0.1, 0.1), 0.01: (0.7, 0.69)}, "Adam": {0.01: (0.1, 0.1), 0.001: (0.9, 0.9)}})
    assert words.without_search(mark(kept), "here") == ""


def test_short_trainings_are_called_so():
    assert words.too_short(table(), 0.99) == "The trainings are short: a linear model (99.0%) beats 18 of the 18."
    assert words.too_short(table(), 0.1) == ""


def test_the_change_of_the_lead_has_an_interval_that_says_which_way_it_goes():
    assert search_answer.narrowing(table()) == (
        "The search clearly takes 23 points off this lead (95% interval 23 to 24)."
    )
    noisy = table()
    noisy.loc[noisy["system"] == "SGD 0.01", "test_accuracy"] = [0.2, 0.8, 0.9]
    told = search_answer.narrowing(noisy)
    assert told.startswith("With the search the lead changes by -28.9 points (95% interval -1")
    assert told.endswith("): this could be chance.")
    worse = mark(table({"SGD": {0.1: (0.9, 0.1), 0.01: (0.7, 0.69)}, "Adam": FIGURES["Adam"]}))
    assert search_answer.narrowing(worse).startswith("The search clearly adds ")
    assert "interval -" not in search_answer.narrowing(worse)
    one = table()[lambda rows: rows["seed"] == 0]
    assert search_answer.narrowing(one) == "With one seed nobody can tell whether the search changes this lead."
    assert "not clearly different from Adam." in words.ahead(one)
    kept = mark(table({"SGD": {0.1: (0.1, 0.1), 0.01: (0.7, 0.69)}, "Adam": {0.01: (0.1, 0.1), 0.001: (0.9, 0.9)}}))
    assert search_answer.narrowing(kept) == "The search leaves this lead as it is."


def test_differences_are_those_from_the_leader_on_validation():
    by_default, by_choice = search.differences(table()).values()
    assert by_default["system"].tolist() == ["SGD"] and by_choice["system"].tolist() == ["Adam"]
    assert search.apart(table())["clearly"].tolist() == ["worse", "better"]
    assert words.ahead(table()).startswith(
        "after the search SGD leads on validation; on the test pictures it is clearly worse than Adam."
    )


def test_what_is_left_of_a_lead_is_clear_or_not():
    assert search_answer.at_length(table()).endswith("points off this lead (95% interval 23 to 24).")
    half = mark(table({"SGD": {0.1: (0.8, 0.76), 0.01: (0.7, 0.69)}, "Adam": FIGURES["Adam"]}))
    assert search_answer.at_length(half).endswith(" What is left of it is clear, too.")
    half.loc[half["system"] == "SGD 0.1", "test_accuracy"] = [0.74, 0.98, 0.88]
    assert "What is left of it" not in search_answer.at_length(half) or "could be" in search_answer.at_length(half)


def test_pictures_are_worth_points():
    assert words.pictures(400, 100, 1000).endswith("one validation picture is 1 point of accuracy.")
    assert words.pictures(4, 14, 1000).endswith("one validation picture is 7.1 points of accuracy.")


def test_who_searches_for_one_optimiser_alone_sees_it_lead():
    told = words.alone(search.chosen(table()))
    assert told == (
        "Adam leads on the validation pictures with all at their defaults (90.1%); tune only SGD (91.0%), and it leads."
    )
    worse = table({"SGD": {0.001: (0.1, 0.1), 0.01: (0.2, 0.2)}, "Adam": FIGURES["Adam"]})
    assert words.alone(search.chosen(worse)) == (
        "Adam leads on the validation pictures with all at their defaults (90.1%); tuning only SGD does not change "
        "that."
    )
    close = table({"SGD": {0.001: (0.9015, 0.9), 0.01: (0.2, 0.2)}, "Adam": FIGURES["Adam"]})
    assert "tune only SGD (90.1%), and it leads." in words.alone(search.chosen(close))
    both = table(FIGURES | {"RMSprop": {0.0001: (0.1, 0.1), 0.001: (0.2, 0.2)}})
    assert words.alone(search.chosen(both)).endswith(" Tuning only RMSprop is not enough.")


def test_other_rates_here_than_at_full_length_are_named():
    best = search.chosen(table())
    assert words.other_rates(best, best, (10, 1000), [0.1]) == "This run chooses the same rates."
    other = best.assign(learning_rate=[0.03, 0.01])
    assert words.other_rates(best, other, (10, 1000), [1, 10]) == (
        "The search at full length chooses a smaller rate for SGD and a larger rate for Adam than this run does."
    )
    smaller = best.assign(learning_rate=[0.03, 0.0001])
    assert words.other_rates(best, smaller, (10, 1000), [1, 10]).startswith(
        "The search at full length chooses a smaller rate for all 2 than this run does. *A possible explanation"
    )
    assert words.other_rates(best, smaller, (10, 10), [10]).endswith(
        " This run did not try 1 times the default, so it could not choose that."
    )
    assert "explanation" not in words.other_rates(best, smaller, (10, 10), [1, 10])


def test_small_rates_are_listed_as_they_are():
    best = search.chosen(table()).assign(learning_rate=[0.0003, 0.001])
    assert search.listed(best)["chosen rate"].tolist() == ["0.0003", "0.001"]


def test_a_caption_names_the_cross_where_a_training_is_lost():
    assert "Crosses" not in words.caption(table()) and "Crosses count" in words.caption(
        table().assign(val_accuracy=None)
    )
    assert words.caption(table(), 0.8) == "Marks as in the figure before; crosses also count who ends below 80%."


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


def test_every_optimiser_that_a_recipe_may_have_has_a_name():
    for name in get_args(OptimizerConfig.model_fields["name"].annotation):
        assert search.optimiser(OptimizerConfig(name=name))
