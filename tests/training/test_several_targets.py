"""Trainings with several targets, of unbalanced classes, and of heads that begin from another run."""

from dataclasses import replace

import numpy as np
import pytest

from lib import config, models, runs
from lib.base.backend import keras
from lib.base.errors import LookbookError
from lib.data import catalogue
from lib.data.parts import parts
from lib.runs.key import key
from lib.training import checkpoints
from lib.training import train as training
from lib.training.run import read


@pytest.fixture(scope="module")
def shop(stripes):
    """Return stripes with a second column, `side`, that follows the first, and `colour`, which some have not."""
    side = (stripes.labels["class"] == 2).astype(int)
    colour = np.tile([0, 1, -1, 1, 0], 36)
    classes = {"side": ["not right", "right"], "colour": ["red", "blue"]}
    return replace(stripes, labels=stripes.labels | {"side": side, "colour": colour}, classes=stripes.classes | classes)


@pytest.fixture
def two_heads(monkeypatch):
    """Register a network with a dense layer a target, quick to build."""

    def build(input_shape, classes):
        inputs = keras.Input(input_shape, dtype="uint8")
        x = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(inputs))
        x = keras.layers.Dense(8, activation="relu")(x)
        return keras.Model(inputs, {name: keras.layers.Dense(number)(x) for name, number in classes.items()})

    monkeypatch.setattr(models, "build", lambda system, shape, classes, **_: build(shape, classes))


def settings(**changes):
    data = {"name": "stripes"} | changes.pop("data", {})
    return config.parse({"system": "R2.simple", "data": data, "epochs": 2, "batch_size": 16} | changes)


TWO = {"target": "class", "more_targets": ("side",)}


def test_each_target_has_its_measures_and_predictions_and_the_loss_is_their_sum(shop, two_heads):
    run = runs.fetch_or_train(settings(data=TWO), shop)
    for part in ("train", "val", "test"):
        positions, labels, logits = run.predictions(part, "side")
        assert np.array_equal(labels, shop.labels["side"][positions]) and logits.shape == (len(labels), 2)
        assert run.predictions(part)[2].shape == (len(labels), 3), "the first target"
        losses = [run.metrics[f"{part}_{target}_loss"] for target in ("class", "side")]
        assert run.metrics[f"{part}_loss"] == pytest.approx(sum(losses))
        assert run.metrics[f"{part}_accuracy"] == run.metrics[f"{part}_class_accuracy"]
    assert run.metrics["val_side_accuracy"] == pytest.approx((logits_of(run, "side") == labels_of(run, "side")).mean())
    columns = [f"{part}_{target}_{m}" for part in ("train", "val") for target in ("class", "side") for m in MEASURES]
    assert set(columns) <= set(run.history)


MEASURES = ("loss", "accuracy", "macro_f1", "auroc")


def logits_of(run, target):
    return run.predictions("val", target)[2].argmax(axis=1)


def labels_of(run, target):
    return run.predictions("val", target)[1]


def test_every_head_is_trained(shop, two_heads):
    run = runs.fetch_or_train(settings(data=TWO, epochs=10), shop)
    losses = run.history[["train_class_loss", "train_side_loss"]]
    assert (losses.iloc[-1] < losses.iloc[0]).all()


def test_a_picture_without_a_label_in_one_target_is_in_no_part(shop, two_heads):
    run = runs.fetch_or_train(settings(data={"target": "class", "more_targets": ("colour",)}), shop)
    for part in ("train", "val", "test"):
        positions, labels, _ = run.predictions(part, "colour")
        assert labels.min() >= 0 and (shop.labels["colour"][positions] >= 0).all()


def test_a_killed_training_of_several_targets_goes_on_as_if_it_had_not_been(shop, two_heads, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "PAUSE", 0)  # a checkpoint after every epoch
    chosen = settings(data=TWO, epochs=3)
    for name in ("whole", "killed"):
        (tmp_path / name).mkdir()
    whole = training.train(chosen, shop, tmp_path / "whole", quiet)

    def killed(done, total, text):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        training.train(chosen, shop, tmp_path / "killed", killed)
    resumed = training.train(chosen, shop, tmp_path / "killed", quiet)
    assert np.array_equal(whole[1]["test_logits:side"], resumed[1]["test_logits:side"])


def quiet(done, total, text):
    """Show nothing."""


# Unbalanced classes


def batches(monkeypatch, chosen, dataset):
    """Return what `train_epoch` was given in each epoch of the training: (order, weights)."""
    given, train_epoch = [], training.train_epoch

    def watch(model, inputs, labels, order, batch_size, **how):
        given.append((order, how["weights"]))
        return train_epoch(model, inputs, labels, order, batch_size, **how)

    monkeypatch.setattr(training, "train_epoch", watch)
    return runs.fetch_or_train(chosen, dataset), given


def test_balanced_sampling_draws_training_pictures_of_every_class_alike(shop, monkeypatch):
    chosen = settings(data={"target": "side"}, imbalance="balanced_sampling")
    run, epochs = batches(monkeypatch, chosen, shop)
    train = set(parts(shop, chosen.data)[1].train.tolist())
    for order, weights in epochs:
        assert weights is None and len(order) == len(train) and set(order.tolist()) <= train
        assert 0.35 < (shop.labels["side"][order] == 1).mean() < 0.65, "a third of the pictures, half of the draws"
    assert not np.array_equal(epochs[0][0], epochs[1][0])
    assert len(run.predictions("val")[0]) == 30, "validation is as it was"


def test_class_weights_make_every_class_count_alike(shop, monkeypatch):
    chosen = settings(data={"target": "side"}, imbalance="class_weights")
    _, epochs = batches(monkeypatch, chosen, shop)
    for order, weights in epochs:
        sums = [weights[order][shop.labels["side"][order] == k].sum() for k in range(2)]
        assert sums[0] == pytest.approx(sums[1]) and sum(sums) == pytest.approx(len(order))


def test_without_imbalance_settings_nothing_is_weighted_or_drawn_twice(shop, monkeypatch):
    _, epochs = batches(monkeypatch, settings(data={"target": "side"}), shop)
    assert all(weights is None and len(set(order.tolist())) == len(order) for order, weights in epochs)


def test_balancing_several_targets_at_once_is_refused():
    with pytest.raises(LookbookError, match="imbalance=class_weights is for one target"):
        settings(data=TWO, imbalance="class_weights")


# Beginning from another run


def test_the_run_to_start_from_is_trained_first_and_counts_for_the_key(shop):
    first = settings(data={"target": "side", "stratify": "class"}, epochs=1)
    kit = settings(system="transfer.kit", start=first.model_dump())
    run = runs.fetch_or_train(kit, shop)
    begun = key(first, shop.fingerprint)
    assert read(run.folder.parent / begun) is not None and key(kit, shop.fingerprint, begun) == run.key
    assert run.metrics["parameters"] == models.build("transfer.kit", (64,), 3).count_params(), "the head alone"
    assert key(kit, "x", "one") != key(kit, "x", "another")
    assert config.read(run.folder / "config.json").start == first


def test_a_start_that_saw_the_pictures_it_would_be_measured_on_is_refused(shop):
    other_split = settings(data={"split_seed": 1}).model_dump()
    with pytest.raises(LookbookError, match="was trained on .* pictures that this one is measured on: give both the"):
        runs.fetch_or_train(settings(system="transfer.kit", start=other_split), shop)


def test_a_start_on_other_pictures_is_trained_on_those(shop, monkeypatch):
    elsewhere = replace(shop, name="elsewhere", images=shop.images[::-1], digest=None)
    monkeypatch.setattr(catalogue, "load", {"elsewhere": elsewhere}.get)
    start = settings(data={"name": "elsewhere"}, epochs=1)
    run = runs.fetch_or_train(settings(system="transfer.kit", start=start.model_dump(), epochs=1), shop)
    begun = key(start, elsewhere.fingerprint)
    assert read(run.folder.parent / begun) is not None
    narrow = replace(elsewhere, images=elsewhere.images[:, :, 2:], digest=None)
    monkeypatch.setattr(catalogue, "load", {"elsewhere": narrow}.get)
    with pytest.raises(LookbookError, match="backbone=kit: R2.simple .* takes pictures of 12x10x1, these are 12x12x1"):
        runs.fetch_or_train(settings(system="transfer.kit", start=start.model_dump(), epochs=1), shop)


def test_a_start_that_would_be_ignored_is_refused(shop):
    with pytest.raises(LookbookError, match="R2.simple: start is for transfer.kit, and for fine-tuning"):
        runs.fetch_or_train(settings(start=settings().model_dump()), shop)


def test_several_targets_of_a_network_for_one_are_refused(shop):
    with pytest.raises(LookbookError, match="R2.simple answers one target: leave more_targets out"):
        runs.fetch_or_train(settings(data=TWO), shop)


def test_an_anchor_that_sees_another_column_alone(shop):
    run = runs.fetch_or_train(
        settings(system="anchor.column", arguments={"column": "class"}, data={"target": "side"}), shop
    )
    assert run.metrics["test_accuracy"] == 1, "class decides side"
    itself = settings(system="anchor.column", arguments={"column": "side"}, data={"target": "side"})
    with pytest.raises(LookbookError, match="column=side is the target itself"):
        runs.fetch_or_train(itself, shop)
    with pytest.raises(LookbookError, match="stripes has no column 'klass'.*did you mean 'class'"):
        runs.fetch_or_train(settings(system="anchor.column", arguments={"column": "klass"}), shop)


def test_an_anchor_answers_one_target(shop):
    with pytest.raises(LookbookError, match="anchor.majority answers one target"):
        runs.fetch_or_train(settings(system="anchor.majority", data=TWO), shop)


def test_augmenting_pictures_of_which_only_features_are_read_is_refused(shop):
    kit = settings(system="transfer.kit", start=settings().model_dump(), augmentation={"shift": 0.1})
    with pytest.raises(LookbookError, match="features of each picture are computed once"):
        runs.fetch_or_train(kit, shop)
