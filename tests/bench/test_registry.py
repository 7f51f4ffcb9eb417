"""`lookbook bench`: names, and what it keeps in bench.json."""

import json

import numpy as np
import pandas as pd
import pytest

from lib.base.errors import LookbookError
from lib.bench import registry, results, steps, turns


def test_without_a_name_all_that_is_speed_but_the_long_one():
    assert set(registry.BENCHES) - set(registry.choose([], None)) == {"time-to", "predict", "unlike"}
    assert registry.choose(["steps", "load", "steps"], None) == ["steps", "load"]


@pytest.mark.parametrize(
    ("wanted", "seeds", "message"),
    [
        (["stepps"], None, "nothing to measure called 'stepps': did you mean 'steps'?"),
        (["steps"], 2, "lookbook bench time-to --seeds 2"),
        ([], 2, "lookbook bench time-to --seeds 2"),
    ],
)
def test_wrong_use_is_refused(wanted, seeds, message):
    with pytest.raises(LookbookError) as caught:
        registry.choose(wanted, seeds)
    assert message in str(caught.value)


@pytest.mark.parametrize("content", ["{", "[]", '{"tables": 3}', '{"runs": []}'])
def test_a_damaged_file_is_refused_before_anything_is_measured(content):
    results.file().parent.mkdir(parents=True)
    results.file().write_text(content)
    with pytest.raises(LookbookError, match="bench.json"):
        registry.choose([], None)


def test_what_was_measured_under_other_names_stays(monkeypatch):
    monkeypatch.setitem(registry.BENCHES, "steps", ("lib.bench.steps", ["system"]))
    monkeypatch.setattr(steps, "measure", lambda: pd.DataFrame({"system": ["a", "b"], "ratio": [1.5, np.nan]}))
    results.merge("load", pd.DataFrame({"x": [1]}), {"x": 2.0}, time_to={"a": {}})
    registry.measure("steps")
    content = json.loads(results.file().read_text())
    assert content["ratios"] == {"load": {"x": 2.0}, "steps": {"a": 1.5}} and content["time_to"] == {"a": {}}
    assert content["tables"]["steps"] == [{"system": "a", "ratio": 1.5}, {"system": "b", "ratio": None}]
    assert {"device", "versions", "commit", "date", "command", "backend"} == set(content["provenance"]["steps"])
    monkeypatch.setattr(steps, "measure", lambda: pd.DataFrame({"system": ["a"], "ratio": [1.7]}))
    registry.measure("steps")
    assert results.read()["ratios"]["steps"] == {"a": 1.7}


def test_a_row_is_named_by_its_columns():
    table = pd.DataFrame({"system": ["a", "a"], "batch size": [32, 128], "speed": [1, 2], "ratio": [1.0, 2.0]})
    assert registry.ratios(table, ["system", "batch size"]) == {"a, 32": 1.0, "a, 128": 2.0}
    assert registry.ratios(table[["system"]], ["system"]) == {}


def test_ways_take_turns_and_the_first_round_does_not_count():
    order = []
    times = turns.medians({name: (lambda name=name: order.append(name)) for name in "ab"}, turns=3, warm_up=1)
    assert order == list("abababab") and list(times) == ["a", "b"] and all(time >= 0 for time in times.values())
