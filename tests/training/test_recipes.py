"""Every system has its recipe, a run's label says where it differs, and claimed ranges are judged as ranges."""

import json

import pytest

from lib import models
from lib.base.errors import LookbookError
from lib.config import AugmentationConfig, DataConfig, RunConfig
from lib.data import policies
from lib.runs.key import canonical
from lib.training import recipes

PICTURES = DataConfig(name="stripes")


def test_every_system_has_a_recipe_and_every_recipe_a_system():
    assert set(recipes.load()) == set(models.SYSTEMS)


@pytest.mark.parametrize("system", [*models.SYSTEMS, *models.ANCHORS])
def test_the_label_of_a_recipe_is_its_system(system):
    for pictures in (PICTURES, DataConfig(name="stripes", limit=60, split_seed=3)):
        assert recipes.label(recipes.recipe(system, pictures)) == system
        longer = recipes.recipe(system, pictures, epochs=3, seed=2)
        assert recipes.label(longer) == system, "tables have columns for these"


@pytest.mark.parametrize(
    ("system", "changes", "label"),
    [
        ("R3.initial", {"batch_size": 128}, "R3.initial batch_size=128"),
        ("R2.optimised", {"arguments": {"dropout": 0.5}}, "R2.optimised dropout=0.5"),
        ("R2.optimised", {"arguments": {"kernels": [3], "filters": [8]}}, "R2.optimised filters=[8] kernels=[3]"),
        ("R2.simple", {"optimizer": {"name": "sgd", "momentum": 0.9}}, "R2.simple optimizer=sgd momentum=0.9"),
        ("R2.simple", {"optimizer": {"schedule": "cosine"}}, "R2.simple schedule=cosine"),
        ("R2.optimised", {"optimizer": {"weight_decay": 0}}, "R2.optimised weight_decay=0.0"),
        ("R3.initial", {"augmentation": "R4"}, "R3.initial augmentation=R4"),
        ("R3.final", {"augmentation": None}, "R3.final augmentation=none"),
        ("R3.initial", {"early_stopping": {"patience": 3}}, "R3.initial monitor=val_loss patience=3"),
        ("R3.final", {"early_stopping": {"patience": 3}}, "R3.final patience=3"),
        ("R3.final", {"early_stopping": None}, "R3.final early_stopping=none"),
        ("R2.simple", {"precision": "mixed_bfloat16"}, "R2.simple precision=mixed_bfloat16"),
        ("R2.simple", {"test_every_epoch": True}, "R2.simple test_every_epoch=True"),
        (
            "R2.optimised",
            {"batch_size": 128, "arguments": {"dropout": 0.5}},
            "R2.optimised dropout=0.5 batch_size=128",
        ),
    ],
)
def test_the_label_names_what_differs_from_the_recipe(system, changes, label):
    changed = recipes.recipe(system, PICTURES, **changes)
    assert recipes.label(changed) == label
    assert canonical(changed) != canonical(recipes.recipe(system, PICTURES))


def test_a_change_to_the_recipes_own_value_is_none():
    same = recipes.recipe("R4.sgd", PICTURES, batch_size=128, optimizer={"learning_rate": 0.01})
    assert same == recipes.recipe("R4.sgd", PICTURES)


def test_augmentation_without_a_policys_name_is_spelt_out():
    own = recipes.recipe("R2.simple", PICTURES).changed(augmentation=AugmentationConfig(shift=0.25))
    assert recipes.label(own).startswith("R2.simple augmentation=") and "shift:0.25" in recipes.label(own)


def test_a_change_of_the_optimiser_keeps_what_it_does_not_name():
    before = recipes.recipe("R2.optimised", PICTURES).optimizer
    after = recipes.recipe("R2.optimised", PICTURES, optimizer={"learning_rate": 0.01}).optimizer
    assert (before.name, before.weight_decay) == ("adamw", 0.004)
    assert after == before.changed(learning_rate=0.01)
    assert recipes.recipe("R2.optimised", PICTURES).optimizer == before, "the recipe itself is as it was"


def test_a_change_of_early_stopping_keeps_what_it_does_not_name():
    stopping = recipes.recipe("R3.final", PICTURES, early_stopping={"patience": 2}).early_stopping
    assert (stopping.monitor, stopping.patience) == ("val_accuracy", 2)


def test_a_policy_becomes_its_values():
    assert recipes.recipe("R3.final", PICTURES).augmentation == policies.policy("R3")
    assert recipes.recipe("R3.initial", PICTURES, augmentation="shift").augmentation == policies.policy("shift")


def test_r4s_five_systems_are_one_network_trained_in_five_ways():
    five = [system for system in models.SYSTEMS if system.startswith("R4.")]
    assert len(five) == 5
    assert all(models.SYSTEMS[system] == models.SYSTEMS[five[0]] for system in five)
    ways = [recipes.recipe(system, PICTURES).model_dump(exclude={"system"}) for system in five]
    assert all(way["arguments"] == {} and way["batch_size"] == 128 for way in ways)
    told_apart = [(way["optimizer"]["name"], way["augmentation"]["rotation"]) for way in ways]
    assert told_apart == [("sgd", 0), ("rmsprop", 0), ("adam", 0), ("rmsprop", 45), ("adam", 45)]


@pytest.mark.parametrize(
    ("system", "changes", "message"),
    [
        ("R3.finale", {}, "did you mean 'R3.final'"),
        ("R3.final", {"augmentation": "R44"}, "unknown augmentation 'R44': did you mean 'R4'"),
        ("R3.final", {"augmentation": {"shift": 0.1}}, "give the name of a policy"),
        ("R3.final", {"batchsize": 3}, "settings of R3.final: batchsize: .*did you mean 'batch_size'"),
        ("R3.final", {"optimizer": {"momentum": 0.9}}, "settings of R3.final: optimizer: momentum is for sgd"),
        ("R3.final", {"optimizer": {"name": "nadam"}}, "settings of R3.final: optimizer.name: "),
        ("R3.final", {"optimizer": {"schedule": "step"}}, "settings of R3.final: optimizer.schedule: "),
    ],
)
def test_what_is_no_recipe_is_refused_in_one_line(system, changes, message):
    with pytest.raises(LookbookError, match=message) as refused:
        recipes.recipe(system, PICTURES, **changes)
    assert "\n" not in str(refused.value)


def written(folder, settings):
    file = folder / "a.json"
    file.write_text(json.dumps(settings))
    return file


def test_a_file_says_what_differs_and_the_recipe_the_rest(tmp_path):
    file = written(tmp_path, {"system": "fast", "data": {"name": "garments"}, "epochs": 3})
    assert recipes.read(file) == recipes.recipe("fast", DataConfig(name="garments"), epochs=3)


def test_a_file_that_says_everything_is_taken_at_its_word(tmp_path):
    config = RunConfig(system="R3.final", data=DataConfig(name="garments"))  # no augmentation, no early stopping
    assert recipes.read(written(tmp_path, config.model_dump(mode="json"))) == config


def test_what_json_has_no_number_for_is_refused(tmp_path):
    settings = {"system": "fast", "data": {"name": "garments"}, "optimizer": {"learning_rate": float("inf")}}
    with pytest.raises(LookbookError, match="NaN and Infinity are no settings; give numbers"):
        recipes.read(written(tmp_path, settings))


def test_a_file_with_a_wrong_system_is_refused(tmp_path):
    with pytest.raises(LookbookError, match=r"a\.json: system"):
        recipes.read(written(tmp_path, {"system": ["fast"], "data": {"name": "garments"}}))
