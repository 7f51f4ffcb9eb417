"""Which number of a network's output is explained: functions of (output, classes), one number for each picture.

output: logits (batch, classes), or of several heads a dictionary of them. classes: int (batch,), or (batch, 2).
"""

from collections.abc import Callable
from functools import cache

from lib.base.backend import keras

ops = keras.ops
Target = Callable


def logit(output, classes):
    """Return the logit of each picture's class, (batch,); of two classes that of the first minus that of the second."""
    if len(classes.shape) == 2:
        return logit(output, classes[:, 0]) - logit(output, classes[:, 1])
    return ops.sum(output * ops.one_hot(classes, output.shape[-1], dtype=output.dtype), axis=-1)


def probability(output, classes):
    """Return the softmax of each picture's class, (batch,): for gradients a wrong way, since they vanish near 1."""
    return logit(ops.softmax(output), classes)


@cache  # the same function for the same head: a graph is traced for each function
def of_head(head: str | None, target: Target = logit) -> Target:
    """Return `target` of one of several heads; of a network with one, `target` itself."""
    if head is None:
        return target

    def chosen(output, classes):
        return target(output[head], classes)

    return chosen
