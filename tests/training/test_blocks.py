"""A block of steps in one compiled call makes what Keras' own steps make, one after the other.

With JAX the compiled way is for a GPU; here it is taken on the CPU.
"""

import math

import numpy as np
import pytest

from lib.base import outside
from lib.base.backend import keras
from lib.config import OptimizerConfig
from lib.training import blocks, loop

if outside.backend_name() == "jax":
    import jax

    jax.config.update("jax_disable_most_optimizations", True)  # compiles sooner

PICTURES, BATCH = 20 * 16 - 9, 16  # 20 steps, the last with 7 pictures
MOMENTUM = {"name": "sgd", "learning_rate": 0.01, "momentum": 0.9}


def network(heads=(), **optimizer):
    """Return a small network with batch normalisation and two random layers, the same at each call."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((12, 12, 1), dtype="uint8")
    x = keras.layers.Conv2D(4, 3, use_bias=False)(keras.layers.Rescaling(1 / 255)(inputs))
    x = keras.layers.Activation("relu")(keras.layers.BatchNormalization(momentum=0.9)(x))
    x = keras.layers.Dropout(0.3)(keras.layers.Flatten()(keras.layers.GaussianNoise(0.1)(x)))
    dense = {name: keras.layers.Dense(3, name=name)(x) for name in heads}
    model = loop.compiled(keras.Model(inputs, dense or keras.layers.Dense(3)(x)), OptimizerConfig(**optimizer))
    loop.reseed(model, 0, 0)
    return model


def pictures(heads=()):
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, PICTURES)
    answers = {name: (labels + number) % 3 for number, name in enumerate(heads)} if heads else labels
    return rng.integers(0, 256, (PICTURES, 12, 12, 1), dtype="uint8"), answers


def rate(step):
    return 0.01 * (1 - step / 40)


def epoch(model, heads=(), **how):
    inputs, labels = pictures(heads)
    return loop.train_epoch(model, inputs, labels, np.random.default_rng(2).permutation(PICTURES), BATCH, **how)


def state(model):
    """Return all that training changes, as one array: weights, averages, random states, the optimiser's variables."""
    variables = [*model.variables, *model.optimizer.variables]
    return np.concatenate([np.asarray(variable, dtype="float64").ravel() for variable in variables])


@pytest.fixture
def step_by_step(monkeypatch):
    """Return a way to let a training be made by train_on_batch, as it is for backends that have no compiled block."""

    def train(*given, **how):
        with monkeypatch.context() as patch:
            patch.setattr(blocks, "_way", lambda: blocks.one_by_one)
            return epoch(*given, **how)

    return train


@pytest.fixture(autouse=True)
def compiled_blocks(monkeypatch):
    """Let steps be made in blocks whatever the device."""
    way = {"tensorflow": blocks._compiled, "jax": blocks._scanned}[outside.backend_name()]
    monkeypatch.setattr(blocks, "_way", lambda: way)


@pytest.mark.parametrize(
    ("heads", "how", "optimizer"),
    [
        ((), {}, MOMENTUM),
        ((), {"rate": rate}, MOMENTUM | {"weight_decay": 0.1}),
        ((), {"weights": np.arange(PICTURES) % 4 / 2, "change": lambda batch: batch // 2}, MOMENTUM),
        (("two", "one"), {"rate": rate}, MOMENTUM),  # the first is not the first by name: JAX sorts a dictionary
        ((), {"rate": rate}, {"name": "adamw", "learning_rate": 0.001, "weight_decay": 0.1}),
        ((), {}, {"name": "rmsprop", "learning_rate": 0.001}),
    ],
    ids=["plain", "rates and decay", "weights and change", "two targets", "adamw", "rmsprop"],
)
def test_twenty_steps_in_blocks_are_those_of_keras_one_by_one(heads, how, optimizer, step_by_step, monkeypatch):
    monkeypatch.setattr(blocks, "STEPS", 8)  # 8, 8 and 4
    ours, theirs, other_noise = (network(heads, **optimizer) for _ in range(3))
    means, expected = epoch(ours, heads, **how), step_by_step(theirs, heads, **how)
    assert means["steps"] == expected["steps"] == int(ours.optimizer.iterations) == 20
    assert (means["loss"], means["accuracy"]) == pytest.approx((expected["loss"], expected["accuracy"]), rel=1e-5)
    assert state(ours) == pytest.approx(state(theirs), rel=1e-4, abs=1e-5)
    loop.reseed(other_noise, 1, 0)
    epoch(other_noise, heads, **how)
    weights, others = (np.concatenate([w.ravel() for w in m.get_weights()]) for m in (ours, other_noise))
    assert np.abs(weights - others).max() > 1e-3, "else random layers would not show"


def test_it_does_not_matter_where_a_block_ends(monkeypatch):
    states = []
    for steps in (1, 7, 100):
        monkeypatch.setattr(blocks, "STEPS", steps)
        model = network(**MOMENTUM)
        means = [*epoch(model).values(), *epoch(model, rate=rate).values()]
        states.append([*means, *state(model)])
    bits = outside.backend_name() == "tensorflow"  # JAX compiles a block of another length otherwise
    for other in states[1:]:
        assert other == (states[0] if bits else pytest.approx(states[0], rel=1e-4, abs=1e-5))


def test_a_block_copies_no_more_bytes_than_it_may():
    picture, features = np.zeros((1, 28, 28, 1), "uint8"), np.zeros((1, 10, 10, 1280), "float32")
    assert blocks.steps_of_a_block(picture, 32) == blocks.STEPS
    assert blocks.steps_of_a_block(features, 32) * 32 * features.nbytes <= blocks.BYTES
    assert blocks.steps_of_a_block(np.zeros((1, blocks.BYTES), "uint8"), 32) == 1


@pytest.mark.skipif(outside.backend_name() != "tensorflow", reason="JAX compiles each shape, once")
def test_a_smaller_last_batch_or_block_is_not_traced_again(monkeypatch):
    monkeypatch.setattr(blocks, "STEPS", 8)
    model, traced = network(**MOMENTUM), []
    with monkeypatch.context() as patch:
        compute_loss = model.compute_loss
        patch.setattr(type(model), "compute_loss", lambda self, *given: traced.append(1) or compute_loss(*given))
        epoch(model)
        epoch(model)
    assert len(traced) == 1


def test_a_loss_that_is_no_number_ends_the_epoch(monkeypatch):
    monkeypatch.setattr(blocks, "STEPS", 8)
    model = network(**MOMENTUM)
    means = epoch(model, rate=lambda step: 1e38 if step == 9 else 0.01)  # step 9 spoils the weights, 10 sees it
    assert means["steps"] == int(model.optimizer.iterations) == 11
    assert math.isnan(means["loss"]) and math.isnan(means["accuracy"])


def test_a_model_that_is_compiled_anew_is_trained_by_its_new_optimiser():
    model = network(**MOMENTUM)
    epoch(model)
    loop.compiled(model, OptimizerConfig(name="sgd", learning_rate=1e-30))
    before = np.asarray(model.trainable_variables[0])
    epoch(model)
    assert np.array_equal(before, model.trainable_variables[0]) and int(model.optimizer.iterations) == 20
