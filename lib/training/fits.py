"""Do the settings of a training fit its pictures? Asked before the first of many trainings."""

import json
import math
from functools import cache

from lib import models
from lib.base.errors import LookbookError
from lib.config import RunConfig
from lib.data.dataset import Dataset
from lib.data.parts import parts
from lib.models import needs

LARGE = 20  # pixels: every network can be built for pictures of that size


def refuse(config: RunConfig, dataset: Dataset, smaller: str = "set batch_size={batch}") -> None:
    """Raise LookbookError for pictures that cannot be divided, are fewer than a batch, or too small for the network.

    smaller: how a smaller batch is set, {batch} being one that fits and {half} half of it; "" where none can be.
    """
    seen, divided = parts(dataset, config.data)
    if config.system in models.ANCHORS:
        return
    if config.batch_size > len(divided.train):
        raise LookbookError(
            f"batch_size={config.batch_size} is more than the {len(divided.train)} training pictures: "
            + ", or ".join(filter(None, [_smaller(smaller, len(divided.train)), _more(config, dataset)]))
        )
    if min(seen.images.shape[1:3]) < LARGE:
        refuse_network(config, dataset)


def refuse_network(config: RunConfig, dataset: Dataset) -> None:
    """Raise LookbookError for arguments that the network does not take, or pictures that are too small for it.

    It builds the network, so it imports Keras: to be asked where that, or much else, would come before the fault.
    """
    if config.system in models.ANCHORS or needs.takes_features(config) or needs.backbone_of(config)[0]:
        return
    seen, _ = parts(dataset, config.data)
    targets = (config.data.target, *config.data.more_targets)
    classes = tuple((target, len(seen.classes[target])) for target in targets)
    _build(config.system, seen.images.shape[1:], classes, json.dumps(config.arguments, sort_keys=True))


def _smaller(told: str, pictures: int) -> str:
    batch = 2 ** int(math.log2(pictures)) if pictures else 0
    return told.format(batch=batch, half=batch // 2) if batch >= (2 if "{half}" in told else 1) else ""


def _more(config: RunConfig, dataset: Dataset) -> str:
    """Return how to get as many training pictures as a batch has: by a larger limit where that is enough."""
    _, here = parts(dataset, config.data)
    _, all_of_them = parts(dataset, config.data.changed(limit=None))
    if len(all_of_them.train) >= config.batch_size:
        share = len(here.train) / (len(here.train) + len(here.validation))
        limit = math.ceil(config.batch_size / share)
        while len(parts(dataset, config.data.changed(limit=limit))[1].train) < config.batch_size:
            limit += 1  # classes are rounded one by one
        return f"set limit={limit} or more (0: all)"
    everything = len(all_of_them.train) + len(all_of_them.validation) + len(all_of_them.test)
    return f"bring about {math.ceil(config.batch_size * everything / len(all_of_them.train))} pictures"


@cache
def _build(system: str, shape: tuple[int, ...], classes: tuple[tuple[str, int], ...], arguments: str) -> None:
    """Build the network once; LookbookError where the pictures are too small for it."""
    models.build(system, shape, dict(classes) if len(classes) > 1 else classes[0][1], **json.loads(arguments))
