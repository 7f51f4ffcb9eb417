"""The carried runs as systems: which there are, what they cost, what a model card says of one. No pictures needed."""

import math

import pandas as pd
import pytest

from lib.base.errors import LookbookError
from lib.data.fashion_mnist.reader import CLASSES
from lib.evaluation import comparison
from lib.runs import card, full_length, overview, reference


@pytest.fixture(scope="module")
def rows():
    return full_length.grid()


def test_trials_are_left_out_and_what_is_missing_is_named(rows):
    assert "R2.simple, tiny" not in rows and "R3.initial" in rows
    known = [row.name for row in reference.rows()]
    assert set(full_length.missing()) | set(rows) | {"R2.simple, tiny"} <= set(known)
    assert set(full_length.missing()) & set(rows) == set()
    told = full_length.told({"fashion-mnist": rows})
    assert told.startswith(f"{sum(map(len, rows.values()))} reference runs of {len(rows)} settings; ")


def test_variants_of_a_recipe_are_no_systems_of_their_own(rows, monkeypatch):
    assert "R3.initial" in full_length.as_recipes(rows) and not [
        row for row in full_length.as_recipes(rows) if "," in row
    ]
    changed = {"R3.initial, batch 16": [_changed(rows["R3.initial"][0], batch_size=16)]}
    own_way = {"R3.initial, R1's way": [_changed(rows["R3.initial"][0], data={"protocol": "R1"})]}
    assert full_length.as_recipes(changed, own_way) == {}, "nor are those on other pictures than all"


def _changed(run, **changes):
    from dataclasses import replace

    if "data" in changes:
        changes["data"] = run.config.data.model_dump() | changes["data"]
    return replace(run, config=run.config.changed(**changes))


def test_rows_are_joined_by_the_seeds_that_all_have(rows):
    some = {"a": rows["R3.initial"][:3], "b": rows["R2.simple"][1:]}
    found = full_length.shared(some)
    assert [[run.config.seed for run in own] for own in found.values()] == [[1, 2], [1, 2]]
    assert full_length.shared({}) == {}


def test_what_a_system_costs(rows):
    (row,) = full_length.costs({"R3.initial": rows["R3.initial"]}).to_dict("records")
    assert (row["parameters"], row["multiply_adds"], row["seen"]) == (98442, 1_994_240, 48_000 * 20)
    assert row["pictures"] == "fashion-mnist" and row["minutes"] > 0
    twice = [_changed(run, test_time_flip=True) for run in rows["R3.initial"][:1]]
    assert full_length.costs({"x": twice})["multiply_adds"].tolist() == [2 * 1_994_240]


def test_a_head_on_a_backbone_has_no_count_because_its_weights_need_not_be_here(rows):
    run = _changed(rows["R3.initial"][0], system="R1.resnet50")
    assert math.isnan(full_length.costs({"x": [run]})["multiply_adds"].iloc[0])


def test_a_table_says_how_far_each_system_lies_behind_the_best_one(rows):
    """What is not resolved says so; a table without a best one has no such column."""
    mixed = {"a": rows["R3.initial"], "b": [_changed(run, data={"protocol": "R1"}) for run in rows["R2.simple"]]}
    found = overview.overview(mixed)
    assert found["pictures"].nunique() == 2
    plain = overview.shown(found, lambda label: "")
    assert plain["system"].tolist() == ["a", "b (fashion-mnist, as R1)"] and "minus a, points" not in plain
    minus = {"system": ["b"], "difference": [-0.02], "low": [-0.03], "high": [0.01], "verdict": [comparison.LOWER]}
    told = overview.shown(found, lambda label: "", pd.DataFrame(minus))["minus a, points"].tolist()
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in told] == ["", "-2.0 (-3.0 to +1.0)"]
    unsure = pd.DataFrame(minus | {"verdict": ["not resolvable with 3 seeds"]})
    assert (
        overview.shown(found, lambda label: "", unsure)["minus a, points"]
        .iloc[1]
        .endswith(", not resolvable with 3 seeds")
    )
    one = overview.overview({name: rows[name] for name in ("R3.initial", "R2.simple")})
    read = overview.shown(one, {"R3.initial": "validation .91", "R2.simple": ""}.get)
    assert set(read["system"]) == {"R3.initial", "R2.simple"} and set(read["claimed"]) == {
        "val.\N{NO-BREAK SPACE}.91",
        "",
    }
    fronts = overview.with_fronts(one, "fashion-mnist")
    assert "front_multiply_adds" in fronts and fronts["val_accuracy"].between(0.8, 1).all()


def test_what_only_the_best_was_given_is_told(rows):
    few = {name: rows[name] for name in ("R3.initial", "R2.simple", "fast")}
    short, full = overview.given(few, "fast")
    told = (
        "But fast had more epochs than most (28, not 20, chosen after a look at its test accuracy) and 3 aids that no "
    )
    assert short == f"{told}other system had." and "label smoothing of 0.1 (" in full
    assert overview.given(few, "R2.simple") == overview.given({"fast": rows["fast"]}, "fast") == ("", "")


def test_what_is_left_out_has_to_be_there(rows):
    some = {name: rows[name] for name in ("R3.initial", "R2.simple")}
    assert list(full_length.without(some, ["R3.initial"])) == ["R2.simple"]
    with pytest.raises(LookbookError, match="no system 'R3.inital' to leave out: did you mean 'R3.initial'"):
        full_length.without(some, ["R3.inital"])
    with pytest.raises(LookbookError, match="nothing is left to compare"):
        full_length.without(some, list(some))


def test_a_model_card_has_no_empty_field(rows):
    """Of every system that is carried: what is chosen may change."""
    for name, runs in full_length.as_recipes(rows).items():
        found = card.card(runs, CLASSES)
        assert (found["text"].str.strip() != "").all() and not found["text"].str.contains("nan").any(), name
        assert found["section"].nunique() == 9, "the sections of Mitchell et al."
        assert not found.duplicated(["section", "field"]).any()


def test_a_card_says_so_where_logits_are_not_carried(rows, monkeypatch):
    monkeypatch.setattr(card, "with_logits", lambda rows: {})
    found = card.card(rows["R3.initial"], CLASSES).set_index("field")["text"]
    assert found["sureness"] == "not measured: the logits are not carried"


def test_minutes_on_a_gpu_are_no_cost_to_compare(rows, monkeypatch):
    runs = rows["R2.simple"]
    assert full_length.costs({"x": runs})["minutes"].iloc[0] > 0
    monkeypatch.setattr(full_length, "on_gpu", lambda run: run.config.seed == 1)
    assert math.isnan(full_length.costs({"x": runs})["minutes"].iloc[0]), "one of them was on a GPU"
