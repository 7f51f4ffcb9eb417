"""`lookbook bench time-to`: who reaches an accuracy when, in turns, and going on where it was stopped."""

import json

import pytest

from lib.base.errors import LookbookError
from lib.bench import results, time_to
from lib.config import DataConfig, RunConfig
from lib.data import catalogue
from lib.training import train

DONE = {"key": "x", "seconds": [1.0], "val_accuracy": [0.5], "accuracy": 0.5}


@pytest.fixture
def trained(monkeypatch, stripes):
    """Let two tiny entries be compared; return the list of what was trained."""
    order = []

    def entries(data):
        known = {"R2.optimised": "R2.simple", "other": "R3.initial"}
        return {label: RunConfig(system=system, data=data, epochs=2) for label, system in known.items()}

    def tell(config, dataset, folder, report):
        order.append((config.system, config.seed, config.data.limit))
        return really(config, dataset, folder, report)

    really = train.train
    monkeypatch.setattr(time_to, "entries", entries)
    monkeypatch.setattr(train, "train", tell)
    monkeypatch.setattr(catalogue, "resolve", lambda name: catalogue.Resolved("stripes"))
    monkeypatch.setattr(catalogue, "load", lambda name: stripes)
    monkeypatch.setattr(time_to, "_warm_up", lambda dataset: None)
    return order


def test_seeds_take_turns(trained, monkeypatch):
    monkeypatch.setattr(time_to, "_trained", lambda config, *rest: trained.append((config.system, config.seed)) or DONE)
    time_to.measure(2)
    assert trained == [("R2.simple", 0), ("R3.initial", 0), ("R2.simple", 1), ("R3.initial", 1)]


def test_another_call_goes_on(trained):
    time_to.measure(1)
    assert trained == [("R2.simple", 0, None), ("R3.initial", 0, None)]
    table = time_to.measure(2)
    assert trained[2:] == [("R2.simple", 1, None), ("R3.initial", 1, None)], "seed 0 is there"
    assert table["system"].tolist() == ["R2.optimised", "other"] and table["seeds"].tolist() == ["2", "2"]
    content = json.loads(results.file().read_text())
    assert {len(times) for reached in content["time_to"].values() for times in reached.values()} == {2}
    whole = [sum(each["seconds"]) for each in content["runs"]["trainings"]["other"]]
    assert content["final"]["other"]["seconds"] == whole
    assert len(content["ratios"]["time-to"]["other, whole"]) == 2
    before = results.file().read_bytes()
    time_to.measure(1)
    assert len(trained) == 4 and results.file().read_bytes() == before, "fewer seeds take nothing away"


def test_a_killed_bench_keeps_what_was_trained(trained, monkeypatch):
    really = time_to._trained

    def killed(config, dataset, report):
        if config.system == "R3.initial":
            raise KeyboardInterrupt
        return really(config, dataset, report)

    monkeypatch.setattr(time_to, "_trained", killed)
    with pytest.raises(KeyboardInterrupt):
        time_to.measure(1)
    assert list(results.read()["time_to"]) == ["R2.optimised"]


def test_a_training_with_other_settings_is_repeated(trained, monkeypatch):
    time_to.measure(1)
    usual = time_to.entries

    def longer(data):
        known = usual(data)
        return known | {"other": known["other"].changed(epochs=3)}

    monkeypatch.setattr(time_to, "entries", longer)
    time_to.measure(1)
    assert trained[2:] == [("R3.initial", 0, None)]
    assert results.read()["final"]["other"]["epochs"] == [3]


def test_times_of_two_devices_do_not_mix(trained, monkeypatch):
    time_to.measure(1)
    monkeypatch.setattr(time_to, "device", lambda: "GPU")
    with pytest.raises(LookbookError, match=r"measured with device CPU .*, here it is GPU"):
        time_to.measure(2)


def test_a_foreign_list_of_trainings_is_refused(trained):
    time_to.measure(1)
    content = results.read()
    content["runs"]["trainings"]["other"] = [3]
    results.file().write_text(json.dumps(content))
    with pytest.raises(LookbookError, match="not what `lookbook bench` writes"):
        time_to.measure(1)


def test_the_first_epoch_with_that_validation_accuracy_counts():
    training = {"seconds": [4.0, 2.0, 2.0, 2.0], "val_accuracy": [0.5, 0.91, None, 0.92]}
    assert time_to.time_to(training, 0.90) == 6.0 and time_to.time_to(training, 0.92) == 10.0
    assert time_to.time_to(training, 0.93) is None


def test_every_training_builds_its_network_anew(stripes):
    config = RunConfig(system="R2.simple", data=DataConfig(name="stripes"), epochs=1)
    for seed in (0, 1):
        time_to._trained(config.changed(seed=seed), stripes, lambda done, total, text: None)
        assert train._prepared.cache_info()[:2] == (0, 1), "a miss: the counts begin anew when it is forgotten"


def test_the_entries_are_recipes_and_the_kits_own_is_a_ladder():
    data = DataConfig(name="stripes")
    assert {"R2.optimised", "R3.initial", "textbook"} <= set(time_to.entries(data))
    ladder = [entry for label, entry in time_to.entries(data).items() if label.startswith("fast, ")]
    assert [entry.epochs for entry in ladder] == list(time_to.LADDER)
