"""The steps of a training, and the only file that steps: a block of them in one compiled call where that is faster.

It gives what Keras' own `model.train_on_batch` gives, call after call, to float rounding (a test compares them), and
small networks train faster: the overhead of a call is paid once a block.
"""

from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np

from lib.base import outside

STEPS = 100  # in one call, or fewer, so that
BYTES = 2**26  # the inputs copied for it are no more than these (of one step, whatever it takes)


def steps_of_a_block(inputs: np.ndarray, batch_size: int) -> int:
    """Return how many steps are made in one call at most."""
    return max(1, min(STEPS, BYTES // (batch_size * inputs[:1].nbytes)))


def make_steps(
    model, inputs: np.ndarray, labels: np.ndarray | dict[str, np.ndarray], weights: np.ndarray | None,
    rates: np.ndarray, batch_size: int,
) -> np.ndarray:  # fmt: skip
    """Train on all of a block in batches, in order; return loss and accuracy of each step, float32 (steps, 2).

    rates: the learning rate of each step; the last may have a smaller batch. A step whose loss is no number is the
    last. The model is one that `lib.training.loop.compiled` made ready; its optimiser counts the steps.
    """
    taken = (inputs, labels) if weights is None else (inputs, labels, weights)
    return _way()(model, taken, rates.astype("float32"), batch_size)


def _way() -> Callable:
    if outside.backend_name() == "tensorflow":
        return _compiled
    if outside.backend_name() == "jax":
        import jax

        if jax.default_backend() != "cpu":  # on a CPU a compiled loop of JAX took half as long again or more
            return _scanned
    return one_by_one


def _first(taken: tuple) -> str | None:
    """Return the first of several targets. To be asked of the dictionary that was given: JAX sorts those it returns."""
    return next(iter(taken[1])) if isinstance(taken[1], dict) else None


def one_by_one(model, taken: tuple, rates: np.ndarray, batch_size: int) -> np.ndarray:
    """Make the steps as Keras does, a call each."""
    figures: list[tuple[float, float]] = []
    for number, rate in enumerate(rates):
        here = slice(number * batch_size, (number + 1) * batch_size)
        inputs, labels, *weights = (
            {name: own[here] for name, own in each.items()} if isinstance(each, dict) else each[here] for each in taken
        )
        model.optimizer.learning_rate = rate
        found = model.train_on_batch(inputs, labels, *weights, return_dict=True)
        accuracy = "accuracy" if _first(taken) is None else f"{_first(taken)}_accuracy"
        figures.append((found["loss"], found[accuracy]))
        if not np.isfinite(found["loss"]):
            break
    return np.array(figures, "float32")


def _compiled(model, taken: tuple, rates: np.ndarray, batch_size: int) -> np.ndarray:
    import tensorflow as tf

    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    taken = tf.nest.map_structure(tf.convert_to_tensor, taken)
    # Of unknown length: a smaller last batch or block would else be traced anew, for seconds.
    shapes = tf.nest.map_structure(lambda each: tf.TensorSpec([None, *each.shape[1:]], each.dtype), taken)
    rate, size = tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.int32)
    block = _block(model, model.optimizer, _first(taken)).get_concrete_function(shapes, rate, size)
    done, figures = block(taken, tf.constant(rates), tf.constant(batch_size))
    return figures.numpy()[: int(done)]


@lru_cache(maxsize=2)  # so that two networks can take turns (lib.bench)
def _block(model, optimizer, first: str | None):
    """Return the compiled block of this model and its optimiser: a model that is compiled anew has another.

    first: the target whose accuracy is measured, of several.
    """
    import tensorflow as tf

    def step(taken, rates, size, number):
        inputs, labels, *weights = tf.nest.map_structure(lambda each: each[number * size : (number + 1) * size], taken)
        optimizer.learning_rate = rates[number]
        with tf.GradientTape() as tape:
            logits = model(inputs, training=True)
            loss = model.compute_loss(inputs, labels, logits, *weights)
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        if first is not None:
            logits, labels = logits[first], labels[first]
        right = tf.argmax(logits, -1, labels.dtype) == labels
        return tf.stack([loss, tf.reduce_mean(tf.cast(right, tf.float32))])

    def block(taken, rates, size):
        def body(number, figures, _):
            own = step(taken, rates, size, number)
            return number + 1, figures.write(number, own), tf.math.is_finite(own[0])

        done, figures, _ = tf.while_loop(
            lambda number, _, finite: (number < tf.size(rates)) & finite,
            body,
            (tf.constant(0), tf.TensorArray(tf.float32, tf.size(rates), element_shape=[2]), tf.constant(True)),
            parallel_iterations=1,
        )
        return done, figures.stack()

    return tf.function(block, autograph=False)


def _scanned(model, taken: tuple, rates: np.ndarray, batch_size: int) -> np.ndarray:
    import jax

    inputs, labels, *weights = taken
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    model.compute_loss(inputs[:1], jax.tree.map(lambda own: own[:1], labels), model(inputs[:1]))  # builds the loss
    variables = (model.trainable_variables, model.non_trainable_variables, model.optimizer.variables)
    state = [[variable.value for variable in own] for own in variables]
    whole = len(inputs) // batch_size
    figures = np.zeros((0, 2), "float32")
    # The pictures go to the device with each call. A smaller last batch has one of its own; it is compiled once, too.
    for steps, size in ((slice(0, whole), batch_size), (slice(whole, len(rates)), len(inputs) - whole * batch_size)):
        if len(rates[steps]) and np.isfinite(figures[:, 0]).all():
            begin, end = steps.start * batch_size, steps.start * batch_size + len(rates[steps]) * size
            given = jax.tree.map(lambda own, b=begin, e=end, s=size: own[b:e].reshape(-1, s, *own.shape[1:]), taken)
            state, own, made = _scan(model, model.optimizer, _first(taken))(state, given, rates[steps])
            figures = np.concatenate([figures, np.asarray(own)[np.asarray(made)]])
    for own_variables, values in zip(variables, state, strict=True):
        for variable, value in zip(own_variables, values, strict=True):
            variable.assign(value)
    return figures


@lru_cache(maxsize=1)
def _scan(model, optimizer, first: str | None):
    """Return the compiled steps of a model and its optimiser: (state, batches, rates) to (state, figures, made).

    first: the target whose accuracy is measured, of several. made: whether the step was made; those after a loss that
    is no number change nothing.
    """
    import jax
    from jax import numpy as jnp

    at = [variable.name for variable in optimizer.variables].index("learning_rate")
    gradient = jax.value_and_grad(model.compute_loss_and_updates, has_aux=True)
    unused = [variable.value for variable in model.metrics_variables]  # accuracy is measured here

    def step(carried, given):
        going, (trainable, others, own) = carried
        (inputs, labels, *weights), rate = given
        (_, (loss, logits, others, _)), slopes = gradient(
            trainable, others, unused, inputs, labels, *(weights or [None]), training=True, optimizer_variables=own
        )
        own = [*own[:at], rate, *own[at + 1 :]]
        new = [*optimizer.stateless_apply(own, slopes, trainable)]
        if first is not None:
            logits, labels = logits[first], labels[first]
        figures = jnp.stack([loss, jnp.mean(jnp.argmax(logits, -1) == labels)])
        state = jax.tree.map(partial(jnp.where, going), [new[0], others, new[1]], carried[1])
        return (going & jnp.isfinite(loss), state), (figures, going)

    def scan(state, batches, rates):
        (_, state), (figures, made) = jax.lax.scan(step, (jnp.array(True), state), (batches, rates))
        return state, figures, made

    return jax.jit(scan)
