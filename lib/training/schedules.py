"""How the learning rate goes from step to step. One function: step in, learning rate out.

constant      the learning rate
exponential   times `decay` after each epoch (report R5's VGG-16: .9)
cosine        half a cosine from the learning rate to 0 over the whole training (Loshchilov & Hutter 2017, arXiv
              1608.03983, without restarts; report R5's ResNet-34)
one-cycle     up from a 25th of it in the first 30% of the steps, then down to nearly 0, both as half cosines (Smith &
              Topin 2018, arXiv 1708.07120; the shares are those of PyTorch's OneCycleLR)
triangular    up from 0 in the first 30% of the steps, then down to 0, both in straight lines
"""

import math

from lib.config import OptimizerConfig

WARM_UP = 0.3  # share of the steps in which one-cycle and triangular rise
FIRST, LAST = 1 / 25, 1 / 250_000  # where one-cycle begins and ends, as shares of the highest learning rate


def learning_rate(optimizer: OptimizerConfig, step: int, steps_per_epoch: int, epochs: int) -> float:
    """Return the learning rate of step number `step` (from 0) of a training of `epochs` times `steps_per_epoch`."""
    highest = optimizer.learning_rate
    share = step / (steps_per_epoch * epochs)
    if optimizer.schedule == "exponential":
        return highest * optimizer.decay ** (step // steps_per_epoch)
    if optimizer.schedule == "cosine":
        return highest * _cosine(1, 0, share)
    if optimizer.schedule == "one-cycle":
        if share < WARM_UP:
            return highest * _cosine(FIRST, 1, share / WARM_UP)
        return highest * _cosine(1, LAST, (share - WARM_UP) / (1 - WARM_UP))
    if optimizer.schedule == "triangular":
        return highest * min(share / WARM_UP, (1 - share) / (1 - WARM_UP))
    return highest


def _cosine(begin: float, end: float, share: float) -> float:
    return end + (begin - end) * (1 + math.cos(math.pi * share)) / 2
