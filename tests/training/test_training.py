"""What one training does with its settings: schedules, early stopping, augmentation, weight decay, what it reads."""

import math
import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from lib import config, runs
from lib.base import backend
from lib.base.errors import LookbookError
from lib.config import OptimizerConfig
from lib.data import augment
from lib.data.splits import split
from lib.evaluation import metrics
from lib.training import blocks, checkpoints, loop, schedules
from lib.training import train as training

STEPS, EPOCHS = 8, 4  # 120 training pictures in batches of 16


def settings(**changes):
    base = {"system": "R2.simple", "data": {"name": "stripes"}, "epochs": EPOCHS, "batch_size": 16}
    return config.parse(base | changes)


def rates(steps_per_epoch=STEPS, epochs=EPOCHS, **optimizer):
    chosen = OptimizerConfig(learning_rate=0.02, **optimizer)
    return [schedules.learning_rate(chosen, step, steps_per_epoch, epochs) for step in range(steps_per_epoch * epochs)]


def logits(run):
    return run.predictions("test")[2]


# Schedules


def test_cosine_is_keras_cosine_decay():
    from lib.base.backend import keras

    theirs = keras.optimizers.schedules.CosineDecay(0.02, STEPS * EPOCHS)
    assert rates(schedule="cosine") == pytest.approx([float(theirs(step)) for step in range(STEPS * EPOCHS)], rel=1e-5)


def test_exponential_is_keras_exponential_decay_in_a_staircase():
    from lib.base.backend import keras

    theirs = keras.optimizers.schedules.ExponentialDecay(0.02, STEPS, 0.7, staircase=True)
    ours = rates(schedule="exponential", decay=0.7)
    assert ours == pytest.approx([float(theirs(step)) for step in range(STEPS * EPOCHS)], rel=1e-5)
    assert len(set(ours)) == EPOCHS


def test_one_cycle_rises_to_its_peak_and_falls_to_nearly_nothing():
    cycle = rates(schedule="one-cycle", steps_per_epoch=10, epochs=10)
    peak = cycle.index(max(cycle))
    assert (cycle[0], peak, cycle[peak]) == (pytest.approx(0.02 / 25), 30, pytest.approx(0.02))
    assert np.all(np.diff(cycle[: peak + 1]) > 0) and np.all(np.diff(cycle[peak:]) < 0)
    assert cycle[15] == pytest.approx(0.02 * (1 / 25 + 1) / 2), "half-way up, as it is half a cosine"
    after_the_last = schedules.learning_rate(OptimizerConfig(learning_rate=0.02, schedule="one-cycle"), 100, 10, 10)
    assert after_the_last == pytest.approx(0.02 / 250_000)


def test_triangular_rises_and_falls_in_straight_lines():
    triangle = rates(schedule="triangular", steps_per_epoch=10, epochs=10)
    assert triangle[:31] == pytest.approx(np.linspace(0, 0.02, 31))
    assert triangle[30:] == pytest.approx(np.linspace(0.02, 0, 71)[:-1])


def test_constant_is_constant():
    assert set(rates()) == {0.02}


@pytest.fixture
def batches(monkeypatch):
    """Return a list that gets what each step is to be made with: pictures, labels and learning rate."""
    seen, make_steps = [], blocks.make_steps

    def watch(model, inputs, labels, weights, rates, batch_size):
        starts = range(0, len(inputs), batch_size)
        for start, rate in zip(starts, rates, strict=True):
            seen.append((inputs[start : start + batch_size], labels[start : start + batch_size], float(rate)))
        return make_steps(model, inputs, labels, weights, rates, batch_size)

    monkeypatch.setattr(blocks, "make_steps", watch)
    return seen


@pytest.mark.parametrize("schedule", ["constant", "exponential", "cosine", "one-cycle", "triangular"])
def test_each_step_is_made_with_the_learning_rate_of_the_schedule(schedule, stripes, batches):
    optimizer = {"name": "sgd", "learning_rate": 0.02, "schedule": schedule}
    run = runs.fetch_or_train(settings(optimizer=optimizer), stripes)
    used = [rate for _, _, rate in batches]
    assert used == pytest.approx(rates(name="sgd", schedule=schedule), rel=1e-6)
    assert run.history["learning_rate"].tolist() == pytest.approx(used[::STEPS], rel=1e-6)
    assert run.history["steps"].tolist() == [STEPS] * EPOCHS


# The loss


def test_label_smoothing_is_that_of_keras_for_one_hot_labels():
    from lib.base.backend import keras
    from lib.training.smoothing import SmoothedCrossEntropy

    rng = np.random.default_rng(0)
    labels, outputs = rng.integers(0, 5, 7), rng.normal(size=(7, 5)).astype("float32")
    theirs = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2)
    assert float(SmoothedCrossEntropy(0.2)(labels, outputs)) == pytest.approx(float(theirs(np.eye(5)[labels], outputs)))


def test_with_test_time_flip_a_picture_and_its_mirror_image_get_the_same_answer(stripes):
    run = runs.fetch_or_train(settings(test_time_flip=True, epochs=1), stripes, weights=True)
    mirrored = replace(stripes, images=stripes.images[:, :, ::-1])
    assert np.allclose(runs.logits(run, stripes), runs.logits(run, mirrored), atol=1e-5)
    plain = runs.fetch_or_train(settings(epochs=1), stripes, weights=True)
    assert not np.allclose(runs.logits(plain, stripes), runs.logits(plain, mirrored), atol=1e-5)
    both = (runs.logits(plain, stripes) + runs.logits(plain, mirrored)) / 2
    assert np.allclose(runs.logits(run, stripes), both, atol=1e-5), "nothing but the predictions differs"


# Prediction


def test_batches_are_predicted_at_once_and_come_in_order(monkeypatch):
    together = threading.Barrier(2, timeout=20)

    def slow(batch):
        if batch[0]:
            together.wait()
        return batch * 2

    monkeypatch.setattr(backend, "workers", lambda: 2)
    found = loop.predict(SimpleNamespace(predict_on_batch=slow), np.arange(5 * 256 - 9))
    assert np.array_equal(found, np.arange(5 * 256 - 9) * 2)


# Early stopping


def scripted(monkeypatch, name, figures):
    """Let `figures` be what is measured as `name` on the validation pictures, epoch by epoch."""
    classification, script = metrics.classification, iter(figures)

    def measure(labels, outputs):
        scores = classification(labels, outputs)
        return scores | {name: next(script, scores[name])} if len(labels) == 30 else scores

    monkeypatch.setattr(metrics, "classification", measure)


@pytest.mark.parametrize(
    ("monitor", "figures", "patience", "epochs", "best"),
    [
        ("val_loss", [3, 1, 2, 2, 0], 2, 4, 2),
        ("val_loss", [3, 1, 2, 0, 2, 2], 2, 6, 4),
        ("val_loss", [1, 1, 1], 2, 3, 1),  # as good is not better
        ("val_loss", [4, 3, 2, 1, 1, 1], 9, 6, 4),  # ends with the epochs, not with its patience
        ("val_loss", [6, 5, 4, 3, 2, 1], 1, 6, 6),
        ("val_accuracy", [0.1, 0.3, 0.2, 0.3, 0.9], 2, 4, 2),
    ],
)
def test_early_stopping_waits_for_a_better_epoch_and_goes_back_to_the_best(
    monitor, figures, patience, epochs, best, stripes, monkeypatch
):
    stopping = {"monitor": monitor, "patience": patience}
    with monkeypatch.context() as patch:
        scripted(patch, monitor.removeprefix("val_"), figures)
        stopped = runs.fetch_or_train(settings(epochs=6, early_stopping=stopping), stripes)
    assert (stopped.metrics["epochs"], stopped.metrics["best_epoch"]) == (epochs, best)
    assert len(stopped.history) == epochs
    assert not (stopped.folder / checkpoints.BEST).exists()
    as_long = runs.fetch_or_train(settings(epochs=best), stripes)
    assert np.array_equal(logits(stopped), logits(as_long))


def test_an_epoch_whose_loss_is_not_a_number_is_never_the_best(stripes, monkeypatch):
    scripted(monkeypatch, "loss", [math.nan, 3, math.inf, 2, 4, 5])
    run = runs.fetch_or_train(settings(epochs=6, early_stopping={"patience": 2}), stripes)
    assert (run.metrics["epochs"], run.metrics["best_epoch"]) == (6, 4)


def test_without_early_stopping_the_last_epoch_is_kept(stripes, monkeypatch):
    scripted(monkeypatch, "loss", [1, 2, 3, 4])
    run = runs.fetch_or_train(settings(), stripes)
    assert (run.metrics["epochs"], run.metrics["best_epoch"]) == (4, 4)


def test_a_training_that_diverges_late_keeps_its_best_epoch_with_early_stopping_alone(stripes, monkeypatch):
    train_epoch, done = training.train_epoch, []

    def diverging(model, *given, **how):
        done.append(1)
        if len(done) % 3 == 0:
            model.set_weights([weights * np.nan for weights in model.get_weights()])
        return train_epoch(model, *given, **how)

    monkeypatch.setattr(training, "train_epoch", diverging)
    with_best = runs.fetch_or_train(settings(early_stopping={"patience": 3}), stripes)
    without = runs.fetch_or_train(settings(), stripes)
    assert [run.metrics["diverged"] for run in (with_best, without)] == [False, True]
    assert [run.metrics["epochs"] for run in (with_best, without)] == [3, 3]
    assert with_best.metrics["best_epoch"] < 3 and np.isfinite(logits(with_best)).all()
    assert without.metrics["best_epoch"] == 3 and np.isnan(logits(without)).all()


# One training after another


SMALL = {"filters": [4], "kernels": [3]}  # one block of R2.optimised, with batch normalisation and dropout


@pytest.mark.parametrize(
    "optimizer",
    [
        {"name": "adamw", "weight_decay": 0.01},
        {"name": "sgd", "learning_rate": 0.05, "momentum": 0.9, "schedule": "cosine"},
        {"name": "rmsprop"},
    ],
    ids=lambda optimizer: optimizer["name"],
)
def test_a_training_does_not_depend_on_the_one_before_it(optimizer, stripes, monkeypatch, tmp_path):
    def chosen(**changes):
        return settings(system="R2.optimised", arguments=SMALL, epochs=1, **changes)

    diverging = chosen(optimizer=optimizer | {"learning_rate": 1e38})
    several = [diverging, chosen(optimizer=optimizer, seed=1), chosen(optimizer=optimizer | {"learning_rate": 0.002})]
    training._prepared.cache_clear()
    one_after_another = [logits(runs.fetch_or_train(each, stripes)) for each in several]
    assert training._prepared.cache_info().misses == 1, "else this test compares nothing"
    monkeypatch.setenv("LOOKBOOK_RUNS", str(tmp_path))
    for each, before in list(zip(several, one_after_another, strict=True))[1:]:
        training._prepared.cache_clear()
        assert np.array_equal(logits(runs.fetch_or_train(each, stripes)), before)


def test_momentum_is_used_and_not_taken_from_the_training_before(stripes):
    plain = {"name": "sgd", "learning_rate": 0.05}
    one, two = (
        runs.fetch_or_train(settings(epochs=1, optimizer=plain | change), stripes) for change in ({}, {"momentum": 0.9})
    )
    assert not np.array_equal(logits(one), logits(two))


@pytest.mark.parametrize("name", ["adam", "sgd"])
def test_weight_decay_makes_weights_smaller(name, stripes):
    sums = []
    for weight_decay in (0, 10):
        optimizer = {"name": name, "learning_rate": 0.001, "weight_decay": weight_decay}
        run = runs.fetch_or_train(settings(epochs=1, optimizer=optimizer), stripes)
        model = runs.network(run, stripes)
        sums.append(sum(float((weights**2).sum()) for weights in model.get_weights()))
    # Each of the 8 steps takes a hundredth of the weights away. Together: their squares keep .99 ** 16 = .85.
    assert sums[1] < sums[0] * 0.9


# Divergence


@pytest.mark.parametrize(("loss", "diverged"), [(0.99, False), (1.01, True), (math.inf, True), (math.nan, True)])
def test_a_training_has_diverged_when_it_ends_twice_as_bad_as_guessing(loss, diverged, stripes, monkeypatch):
    means = {"steps": STEPS, "loss": loss * 2 * math.log(3), "accuracy": 0.3}
    monkeypatch.setattr(training, "train_epoch", lambda *_, **__: means)
    scores = {"loss": 10.0, "accuracy": 0.3, "macro_f1": 0.3, "balanced_accuracy": 0.3}
    monkeypatch.setattr(metrics, "classification", lambda *_: scores)
    run = runs.fetch_or_train(settings(epochs=2), stripes)
    assert run.metrics["diverged"] is diverged
    assert run.metrics["epochs"] == (2 if math.isfinite(loss) else 1), "a loss that is no number ends the training"


def test_a_training_that_recovers_from_a_bad_first_epoch_has_not_diverged(stripes, monkeypatch):
    means = {"steps": STEPS, "loss": 100.0, "accuracy": 0.3}  # the mean over the epoch; after it the network is sound
    monkeypatch.setattr(training, "train_epoch", lambda *_, **__: means)
    assert runs.fetch_or_train(settings(epochs=1), stripes).metrics["diverged"] is False


def test_the_figures_of_a_diverged_run_are_not_tabulated(stripes, monkeypatch):
    means = {"steps": STEPS, "loss": math.nan, "accuracy": math.nan}
    monkeypatch.setattr(training, "train_epoch", lambda *_, **__: means)
    run = runs.fetch_or_train(settings(epochs=1), stripes)
    row = runs.tabulate([run]).iloc[0]
    assert math.isfinite(run.metrics["val_accuracy"]) and math.isnan(row["val_accuracy"]) and row["parameters"] > 0


# Which pictures are read, and how


AUGMENTED = {"augmentation": {"shift": 0.1, "erase": 0.5}}


def test_augmentation_gets_each_training_picture_once_an_epoch_and_no_other(stripes, monkeypatch):
    given, change = [], augment.augment
    monkeypatch.setattr(augment, "augment", lambda images, *rest: given.append(images) or change(images, *rest))
    run = runs.fetch_or_train(settings(epochs=2, **AUGMENTED), stripes)
    train = stripes.images[split(stripes, run.config.data).train]
    for epoch in (given[:STEPS], given[STEPS:]):
        assert sorted(image.tobytes() for image in np.concatenate(epoch)) == sorted(image.tobytes() for image in train)


def test_the_network_is_trained_on_what_augmentation_made_and_measured_on_the_originals(stripes, monkeypatch, batches):
    measured, predict = [], training.predict
    monkeypatch.setattr(augment, "augment", lambda images, *rest: images // 2)
    monkeypatch.setattr(training, "predict", lambda model, *what: measured.append(what[:2]) or predict(model, *what))
    untouched = stripes.images.copy()
    run = runs.fetch_or_train(settings(epochs=1, **AUGMENTED), stripes)
    halves = {image.tobytes(): label for image, label in zip(stripes.images // 2, stripes.labels["class"], strict=True)}
    assert sum(len(images) for images, _, _ in batches) == 120
    for images, labels, _ in batches:
        assert [halves[image.tobytes()] for image in images] == labels.tolist(), "a picture keeps its label"
    parts = split(stripes, run.config.data)
    for (images, where), part in zip(measured, [parts.train, parts.validation] * 2 + [parts.test], strict=True):
        assert np.array_equal(images, untouched) and np.array_equal(where, part)


def test_augmentation_draws_anew_in_every_epoch_and_the_same_for_the_same_seed(stripes, monkeypatch):
    drawn = []
    monkeypatch.setattr(augment, "augment", lambda images, _, rng: drawn.append(rng.random()) or images)
    one_batch = settings(epochs=2, batch_size=120, **AUGMENTED)
    for changes in ({}, {"test_every_epoch": True}, {"seed": 1}):
        runs.fetch_or_train(one_batch.changed(**changes), stripes)
    assert drawn[:2] == drawn[2:4]
    assert len(set(drawn)) == 4, "two epochs of two seeds"


def test_without_augmentation_batches_are_the_pictures_as_they_are(stripes, batches):
    runs.fetch_or_train(settings(epochs=1), stripes)
    known = {image.tobytes() for image in stripes.images}
    assert all(image.tobytes() in known for images, _, _ in batches for image in images)


def test_the_wrong_way_reads_the_test_pictures_after_every_epoch_and_changes_nothing_else(stripes):
    right, wrong = (runs.fetch_or_train(settings(test_every_epoch=every), stripes) for every in (False, True))
    extra = [f"test_{measure}" for measure in ("loss", "accuracy", "macro_f1", "balanced_accuracy", "auroc")]
    assert set(wrong.history) - set(right.history) == set(extra)
    assert wrong.history.drop(columns=[*extra, "seconds"]).equals(right.history.drop(columns="seconds"))
    assert wrong.history["test_loss"].iloc[-1] == wrong.metrics["test_loss"] == right.metrics["test_loss"]


# What is refused, and what is not


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"optimizer": {"name": "adam", "momentum": 0.9}}, "momentum is for sgd; adam has its own averages"),
        ({"optimizer": {"name": "nadam"}}, "optimizer.name: .*'adam', 'adamw', 'rmsprop' or 'sgd'"),
        (
            {"optimizer": {"schedule": "step"}},
            "optimizer.schedule: .*'cosine', 'exponential', 'one-cycle' or 'triangular'",
        ),
        ({"optimizer": {"shedule": "cosine"}}, "optimizer.shedule: .*did you mean 'schedule'"),
        ({"early_stopping": {"patients": 3}}, "early_stopping.patients: .*did you mean 'patience'"),
        ({"early_stopping": {"monitor": "test_loss"}}, "early_stopping.monitor: .*'val_loss' or 'val_accuracy'"),
        ({"augmentation": {"rotate": 3}}, "augmentation.rotate: .*did you mean 'rotation'"),
    ],
)
def test_impossible_settings_are_refused_in_one_line(changes, message):
    with pytest.raises(LookbookError, match=message) as refused:
        settings(**changes)
    assert "\n" not in str(refused.value)


def relabelled(dataset, positions):
    """Return the data set in which those pictures are of class 0."""
    labels = dataset.labels["class"].copy()
    labels[positions] = 0
    return replace(dataset, labels={"class": labels})


def test_a_class_of_two_pictures_is_trained_on(stripes):
    rare = np.flatnonzero((stripes.labels["class"] == 2) & (np.arange(180) < 150))
    run = runs.fetch_or_train(settings(epochs=1), relabelled(stripes, rare[2:]))
    assert run.predictions("test")[2].shape == (30, 3) and not run.metrics["diverged"]


@pytest.mark.parametrize("system", ["R2.simple", "anchor.linear"])
def test_a_class_without_test_pictures_counts_in_no_measure(system, stripes):
    run = runs.fetch_or_train(settings(system=system, epochs=1), relabelled(stripes, stripes.test[2::3]))
    _, labels, outputs = run.predictions("test")
    recalls = [(outputs[labels == k].argmax(axis=1) == k).mean() for k in (0, 1)]
    assert outputs.shape == (30, 3) and set(labels) == {0, 1}
    assert run.metrics["test_balanced_accuracy"] == pytest.approx(np.mean(recalls))


def test_a_class_without_pictures_is_refused_in_one_line(stripes):
    rare = np.flatnonzero((stripes.labels["class"] == 2) & (np.arange(180) < 150))
    with pytest.raises(LookbookError, match="class 'right' of 'class' has 0 pictures") as refused:
        runs.fetch_or_train(settings(), relabelled(stripes, rare))
    assert "\n" not in str(refused.value)
