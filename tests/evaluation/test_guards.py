"""Each guard fires on its fault and is silent without it; `check` looks at every run, and at a split once."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lib import config, runs
from lib.data.splits import split
from lib.evaluation import guards
from lib.evaluation.metrics import classification
from lib.training import recipes

DATA = {"name": "stripes", "grouped": False}  # its test pictures are fixed; groups, added later, may be torn


def settings(**changes):
    return config.parse({"system": "R2.simple", "data": DATA, "epochs": 2, "batch_size": 50} | changes)


def part(dataset, name):
    return getattr(split(dataset, settings().data), name)


@pytest.fixture
def fake(stripes):
    """Return a function that makes a sound run of stripes, all right on 120, 30 and 30 pictures, but for its arguments.

    logits: of validation pictures. where: for "val" or "test" the positions that it was measured on.
    """

    def make(logits=None, losses=(1.0, 0.5), steps=(3, 3), unmoved=(), where=None, **changes):
        chosen = settings(**changes)
        parts = split(stripes, chosen.data)
        positions = {"train": parts.train, "val": parts.validation, "test": parts.test} | (where or {})
        labels = {name: stripes.labels["class"][at] for name, at in positions.items()}
        outputs = {name: np.eye(3, dtype="float32")[classes] for name, classes in labels.items()}
        if logits is not None:
            outputs["val"] = logits
        return SimpleNamespace(
            config=chosen,
            label=recipes.label(chosen),
            metrics={"val_accuracy": classification(labels["val"], outputs["val"])["accuracy"], "epochs": len(losses)}
            | {"unmoved": list(unmoved), "diverged": losses[-1] > 2},
            history=pd.DataFrame({"epoch": [1, 2], "loss": losses, "val_loss": losses, "steps": steps}),
            positions=positions.get,
            labels=labels.get,
            predicted=lambda name: outputs[name].argmax(axis=1),
        )

    return make


ALWAYS_MIDDLE = np.tile(np.array([0, 1, 0], "float32"), (30, 1))
NOT_NUMBERS = np.full((30, 3), np.nan, "float32")


def copied(dataset, first, second):
    """Return the data set in which the second picture is said to be a changed copy of the first."""
    ids = dataset.ids.copy()
    ids[second] = ids[first]
    return replace(dataset, ids=ids)


def paired(dataset, first, second):
    """Return the data set in which two pictures must stay together, and every other is a group by itself."""
    groups = np.arange(len(dataset))
    groups[second] = groups[first]
    return replace(dataset, groups=groups)


@pytest.mark.parametrize("guard", guards.GUARDS, ids=lambda guard: guard.__name__)
def test_guard_is_silent_on_a_sound_run(guard, fake, stripes):
    fires, detail = guard(fake(), stripes)
    assert not fires and detail and "\n" not in detail


def test_one_class_for_all_is_one_bar_and_the_majority_share(fake, stripes):
    assert guards.one_bar_predictions(fake(logits=ALWAYS_MIDDLE), stripes) == (True, "1 of 3 classes predicted")
    assert guards.majority_share(fake(logits=ALWAYS_MIDDLE), stripes)[0]


def test_the_majority_share_may_be_met_with_several_bars(fake, stripes):
    logits = np.roll(np.eye(3, dtype="float32")[fake().labels("val")], 1, axis=1)  # all wrong, ...
    labels = fake().labels("val")
    logits[labels == 0] = [1, 0, 0]  # ... but for one class of three
    assert guards.majority_share(fake(logits=logits), stripes)[0]
    assert not guards.one_bar_predictions(fake(logits=logits), stripes)[0]


@pytest.mark.parametrize(
    ("losses", "seen"),
    [
        ((1.0, math.nan), "not a number in epochs [2]"),
        ((math.inf, 1.0), "not a number in epochs [1]"),
        ((1.0, 2e8), "2e+08 in the last epoch, worse than guessing"),
    ],
)
def test_a_loss_that_is_not_a_number_or_no_networks_is_named(losses, seen, fake, stripes):
    assert guards.finite_loss(fake(losses=losses), stripes) == (True, seen)


@pytest.mark.parametrize("guard", [guards.majority_share, guards.one_bar_predictions])
def test_guards_of_predictions_say_of_a_diverged_run_that_it_has_none(guard, fake, stripes):
    fires, detail = guard(fake(logits=NOT_NUMBERS, losses=(1.0, math.nan)), stripes)
    assert not fires and detail.startswith("diverged")


def test_a_weight_that_never_moved_is_named(fake, stripes):
    fires, detail = guards.layer_never_learns(fake(unmoved=["dense/kernel"]), stripes)
    assert fires and "dense/kernel" in detail


@pytest.mark.parametrize(("batch_size", "steps"), [(50, 2), (50, 4), (40, 4), (120, 0), (120, 2), (1, 119), (1, 121)])
def test_steps_that_do_not_take_every_picture_once_fire(batch_size, steps, fake, stripes):
    enough = math.ceil(120 / batch_size)
    fires, detail = guards.steps_times_batch(fake(batch_size=batch_size, steps=(enough, steps)), stripes)
    assert fires and detail == f"epoch 2: {steps} steps of {batch_size} for 120 training pictures"
    assert not guards.steps_times_batch(fake(batch_size=batch_size, steps=(enough, enough)), stripes)[0]


def test_only_the_epoch_that_diverged_may_end_early(fake, stripes):
    assert not guards.steps_times_batch(fake(losses=(1.0, math.nan), steps=(3, 1)), stripes)[0]
    assert guards.steps_times_batch(fake(losses=(1.0, math.nan), steps=(2, 1)), stripes)[0]


@pytest.mark.parametrize(
    "images",
    [
        lambda images: (images / 255).astype("float32"),
        lambda images: (images > 110).astype("uint8"),  # 0 and 1
        lambda images: images.astype("float32"),
        lambda images: images.astype("uint16") * 2,
        np.zeros_like,
    ],
)
def test_pictures_of_another_range_or_type_fire(images, fake, stripes):
    assert guards.input_statistics(fake(), replace(stripes, images=images(stripes.images)))[0]


def test_a_dark_picture_or_two_are_no_fault(fake, stripes):
    images = stripes.images.copy()
    images[part(stripes, "train")[:100]] = 0
    assert not guards.input_statistics(fake(), replace(stripes, images=images))[0]


def test_an_augmentation_that_may_change_a_label_is_named(fake, stripes):
    upside_down, mirrored = (fake(augmentation={name: 0.5}) for name in ("vertical_flip", "horizontal_flip"))
    garments = replace(stripes, name="garments")
    fires, detail = guards.label_unsafe_augmentation(upside_down, garments)
    assert fires and "vertical_flip" in detail
    assert not guards.label_unsafe_augmentation(mirrored, garments)[0]
    assert not guards.label_unsafe_augmentation(upside_down, stripes)[0], "of stripes nobody knows what is unsafe"


@pytest.mark.parametrize("name", ["val", "test"])
def test_evaluation_on_other_pictures_than_the_splits_fires(name, fake, stripes):
    own = fake().positions(name)
    training = part(stripes, "train")[:30]
    for other in (np.tile(own, 2), np.repeat(own[::2], 2), own[:-1], training, np.append(own, training[0])):
        fires, detail = guards.evaluation_data_changed(fake(where={name: other}), stripes)
        assert fires and detail.startswith(f"{name}: measured on {len(other)} pictures")
    assert not guards.evaluation_data_changed(fake(where={name: own[::-1]}), stripes)[0], "their order is free"


@pytest.mark.parametrize("parts", [("test", "test"), ("validation", "validation"), ("validation", "test")])
def test_a_changed_copy_among_evaluation_pictures_fires(parts, fake, stripes):
    first, second = part(stripes, parts[0])[0], part(stripes, parts[1])[1]
    fires, detail = guards.evaluation_data_changed(fake(), copied(stripes, first, second))
    assert fires and "1 of the 60" in detail


def test_a_copy_among_training_pictures_is_not_evaluated(fake, stripes):
    first, second = part(stripes, "train")[:2]
    assert not guards.evaluation_data_changed(fake(), copied(stripes, first, second))[0]


def test_test_pictures_read_after_every_epoch_fire(fake, stripes):
    assert guards.test_read_once(fake(test_every_epoch=True), stripes) == (
        True, "test pictures were read after each of 2 epochs"
    )  # fmt: skip


@pytest.mark.parametrize("name", ["validation", "test"])
def test_a_picture_that_equals_a_training_picture_fires(name, fake, stripes):
    images = stripes.images.copy()
    images[part(stripes, name)[0]] = images[part(stripes, "train")[0]]
    assert guards.copies_across_parts(fake(), replace(stripes, images=images))[0]


@pytest.mark.parametrize("parts", [("train", "validation"), ("train", "test"), ("validation", "test")])
def test_a_group_in_two_parts_fires(parts, fake, stripes):
    first, second = (part(stripes, name)[0] for name in parts)
    fires, detail = guards.groups_across_parts(fake(), paired(stripes, first, second))
    assert fires and detail.endswith(": 1")


@pytest.mark.parametrize("name", ["train", "validation", "test"])
def test_a_group_within_a_part_is_no_fault(name, fake, stripes):
    assert not guards.groups_across_parts(fake(), paired(stripes, *part(stripes, name)[:2]))[0]


def test_a_part_of_a_group_that_the_run_left_out_is_not_torn(fake, stripes):
    run = fake(data=DATA | {"limit": 60})
    used = split(stripes, run.config.data)
    unused = np.setdiff1d(np.arange(150), np.concatenate([used.train, used.validation]))
    assert not guards.groups_across_parts(run, paired(stripes, used.validation[0], unused[0]))[0]


def test_a_class_with_more_pictures_than_ids_fires(fake, stripes):
    first = part(stripes, "train")[0]
    right = np.flatnonzero(stripes.labels["class"] == stripes.labels["class"][first])
    fires, detail = guards.more_pictures_than_exist(fake(), copied(stripes, first, right[right != first][0]))
    assert fires and "60 pictures, of which 59 exist" in detail


def test_a_real_training_passes_every_guard(stripes):
    rows = guards.check([runs.fetch_or_train(settings(), stripes)], stripes)
    assert [row["guard"] for row in rows if row["verdict"] != "passed"] == []
    assert len(rows) == len(guards.GUARDS)


def test_a_diverged_training_fires_for_its_loss_alone(stripes):
    wild = settings(optimizer={"name": "sgd", "learning_rate": 1e30, "weight_decay": 1})
    rows = guards.check([runs.fetch_or_train(wild, stripes)], stripes)
    assert [row["guard"] for row in rows if row["verdict"] != "passed"] == ["finite loss"]


def test_check_names_the_first_run_in_which_a_guard_fired(fake, stripes):
    rows = guards.check([fake(), fake(losses=(math.inf, 1.0), seed=3), fake(losses=(math.inf, 1.0))], stripes)
    details = {row["guard"]: row["detail"] for row in rows if row["verdict"] == "fired"}
    assert details == {
        "finite loss": "R2.simple batch_size=50 grouped=False seed 3: not a number in epochs [1] (2 of 3 runs)"
    }


def test_check_says_of_guards_of_data_what_they_looked_at(fake, stripes):
    torn = paired(stripes, part(stripes, "train")[0], stripes.test[0])
    other = fake(data=DATA | {"split_seed": 1})
    for looked_at, fired, passed in (
        ([fake(), fake(seed=1), fake(seed=2)], "", "in the only split"),
        ([fake(), fake(seed=1), other], " (2 of 2 splits)", "in all 2 splits"),
    ):
        details = {row["guard"]: row["detail"] for row in guards.check(looked_at, torn)}
        assert details["groups across parts"] == f"groups with pictures in more than one part: 1{fired}"
        assert details["copies across parts"] == passed
        assert details["majority share"] == "in all 3 runs"


def test_other_data_and_another_split_are_looked_at_anew(fake, stripes):
    assert not guards.evaluation_data_changed(fake(), stripes)[0]
    shorter = replace(stripes, test=stripes.test[:-1])
    assert guards.evaluation_data_changed(fake(), shorter)[0]
    assert not guards.evaluation_data_changed(fake(data=DATA | {"split_seed": 1}), stripes)[0]
    assert not guards.evaluation_data_changed(fake(), stripes)[0]


def test_without_runs_there_is_nothing_to_say(stripes):
    assert guards.check([], stripes) == []


def test_a_fired_guard_says_what_it_means_for_the_figures(fake, stripes):
    assert guards.MEANS.keys() == {guard.__name__ for guard in guards.GUARDS}
    rows = {row["guard"]: row for row in guards.check([fake(losses=(math.inf, 1.0))], stripes)}
    assert rows["finite loss"]["means"].startswith("That training failed") and "means" not in rows["majority share"]


def test_collapsed_runs_of_which_the_page_tells_are_no_alarm(fake, stripes):
    one, other = fake(logits=ALWAYS_MIDDLE), fake(logits=ALWAYS_MIDDLE, seed=1)
    one.key, other.key = "one", "other"

    def found(*collapsed):
        rows = {row["guard"]: row for row in guards.check([one, other], stripes, collapsed)}
        return rows.get("one bar predictions", {}).get("scope", "no row")

    assert found() == "2 of 2 runs" and found("one") == "1 of 2 runs" and found("one", "other") == "no row"


def test_how_many_collapsed_runs_were_left_out_is_said(fake, stripes):
    one, other = fake(logits=ALWAYS_MIDDLE), fake()
    one.key, other.key = "one", "other"
    rows = {row["guard"]: row for row in guards.check([one, other], stripes, ["one"])}
    assert rows["one bar predictions"]["verdict"] == "passed"
    assert rows["one bar predictions"]["scope"] == "1 of 2 runs; the others collapsed"
    assert "scope" not in rows["finite loss"]


def test_runs_whose_pictures_are_elsewhere_are_asked_what_needs_none():
    fine, dull = (
        SimpleNamespace(
            label="net", config=SimpleNamespace(seed=k), metrics={"val_accuracy": 0.5, "diverged": 0, "unmoved": []},
            labels=lambda part: np.array([0, 0, 0, 1]), predicted=lambda part, said=said: np.array(said),
            history=pd.DataFrame({"epoch": [1], "loss": [1.0], "val_loss": [1.0]}),
        )
        for k, said in enumerate([[0, 1, 0, 0], [0, 0, 0, 0]])
    )  # fmt: skip
    rows = {row["guard"]: row for row in guards.of_figures([fine, dull])}
    assert {name for name, row in rows.items() if row["verdict"] == "fired"} == {"one bar predictions"}
    assert rows["one bar predictions"]["detail"] == "net seed 1: 1 of 2 classes predicted (1 of 2 runs)"
    assert guards.caught([fine, dull]).startswith("1 of these 2 trainings is")
    assert guards.caught([fine]).startswith("None of these 1 trainings is")
